#include "net/task.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <string>
#include <thread>

namespace net {
namespace {

class TaskTest : public ::testing::Test {
  protected:
    template <typename T>
    T run(Task<T> task) {
        return asio::co_spawn(runtime_.io(), std::move(task), asio::use_future).get();
    }
    Runtime runtime_{1, 1, 1};
};

TEST_F(TaskTest, RunsWorkOnAPoolAndComesBack) {
    const auto ids = run([](Runtime& runtime) -> Task<std::vector<std::thread::id>> {
        std::vector<std::thread::id> seen{std::this_thread::get_id()};
        const auto there =
            co_await run_on(runtime.query(), [] { return std::this_thread::get_id(); });
        seen.push_back(there);
        co_await run_on(runtime.ingest(), [&] { seen.push_back(std::this_thread::get_id()); });
        seen.push_back(std::this_thread::get_id());
        co_return seen;
    }(runtime_));
    ASSERT_EQ(ids.size(), 4U);
    EXPECT_EQ(ids[0], ids[3]);
    EXPECT_NE(ids[0], ids[1]);
    EXPECT_NE(ids[1], ids[2]);
}

TEST_F(TaskTest, WaitsForACallbackFromAnyThread) {
    std::thread other;
    const auto text = run([](Runtime& runtime, std::thread& thread) -> Task<std::string> {
        const auto home = std::this_thread::get_id();
        auto got = co_await call_on<std::string>(
            runtime.ingest(), [&thread](std::function<void(std::string)> done) {
                // Not before it is kept: who is called back joins it.
                std::promise<void> kept;
                thread = std::thread([done = std::move(done), is_kept = kept.get_future()] {
                    is_kept.wait();
                    done("called");
                });
                kept.set_value();
            });
        EXPECT_EQ(std::this_thread::get_id(), home);
        co_return got;
    }(runtime_, other));
    other.join();
    EXPECT_EQ(text, "called");
}

TEST_F(TaskTest, BringsExceptionsBack) {
    const auto said = run([](Runtime& runtime) -> Task<std::string> {
        const auto home = std::this_thread::get_id();
        std::string text;
        try {
            co_await run_on(runtime.query(), [] { throw std::runtime_error("worked"); });
        } catch (const std::exception& thrown) {
            EXPECT_EQ(std::this_thread::get_id(), home);
            text += thrown.what();
        }
        try {
            co_await call_on<int>(runtime.query(), [](std::function<void(int)>) {
                throw std::runtime_error(" called");
            });
        } catch (const std::exception& thrown) {
            EXPECT_EQ(std::this_thread::get_id(), home);
            text += thrown.what();
        }
        // Only the first call counts.
        const int one = co_await call_on<int>(runtime.query(), [](std::function<void(int)> done) {
            done(1);
            done(2);
            throw std::runtime_error("late");
        });
        co_return text + std::to_string(one);
    }(runtime_));
    EXPECT_EQ(said, "worked called1");
}

// What g++ 12 miscompiles: see task.h.
class CoroutineCheck {
  public:
    explicit CoroutineCheck(const std::string& text) : text_(text) {}

    // The first wrong place with a little of what follows; empty when there is none.
    std::string first_wrong() const {
        for (const std::string keyword : {"if (", "while (", "switch ("}) {
            for (std::size_t at = find(keyword, 0); at != npos; at = find(keyword, at + 1)) {
                if (awaits_in_condition(at + keyword.size())) return text_.substr(at, 60);
            }
        }
        for (std::size_t at = find("co_await ", 0); at != npos; at = find("co_await ", at + 1)) {
            if (has_fragile_temporary(at)) return text_.substr(at, 60);
        }
        return {};
    }

  private:
    static constexpr auto npos = std::string::npos;

    std::size_t find(const std::string& word, std::size_t from) const {
        return text_.find(word, from);
    }

    // Outside of a declaration's initialiser.
    bool awaits_in_condition(std::size_t open) const {
        int depth = 1;
        for (std::size_t at = open; at < text_.size() && depth > 0; ++at) {
            const char c = text_[at];
            if (c == '(') ++depth;
            if (c == ')') --depth;
            const bool comparison =
                text_[at + 1] == '=' || std::string("=!<>").find(text_[at - 1]) != npos;
            if (c == ';' || (c == '=' && !comparison)) return false;
            if (text_.compare(at, 8, "co_await") == 0) return true;
        }
        return false;
    }

    // From a co_await to the end of its statement, bodies of lambdas left out.
    bool has_fragile_temporary(std::size_t at) const {
        int depth = 0;
        for (; at < text_.size() && depth >= 0; ++at) {
            const char c = text_[at];
            if (c == '(') ++depth;
            if (c == ')') --depth;
            if (c == ';' && depth == 0) return false;
            if (c == '?') return true;
            if (c == '"') at = find("\"", at + 1);
            if (c == '[' && captures_values(at)) return true;
            if (c == '{') {
                if (std::isalnum(static_cast<unsigned char>(text_[at - 1])) != 0) return true;
                at = end_of_block(at);
            }
        }
        return false;
    }

    bool captures_values(std::size_t open) const {
        const std::size_t close = find("]", open);
        for (std::size_t at = open; at < close; at = text_.find(',', at + 1)) {
            std::size_t first = at + 1;
            while (text_[first] == ' ' || text_[first] == '\n') ++first;
            const bool harmless = text_[first] == '&' || first >= close ||
                                  text_.compare(first, 4, "this") == 0 ||
                                  std::isdigit(static_cast<unsigned char>(text_[first])) != 0;
            if (!harmless) return true;
        }
        return false;
    }

    std::size_t end_of_block(std::size_t open) const {
        int depth = 0;
        for (std::size_t at = open; at < text_.size(); ++at) {
            if (text_[at] == '{') ++depth;
            if (text_[at] == '}' && --depth == 0) return at;
        }
        return text_.size();
    }

    const std::string& text_;
};

std::string first_wrong(const std::string& text) { return CoroutineCheck(text).first_wrong(); }

TEST(Coroutines, AreKnownWhenTheyAreWrong) {
    for (const std::string text :
         {"if (!co_await f()) g();", "while ((co_await f(1)).ok()) {}",
          "if (a == co_await f()) g();", "co_await f([a] { g(); });",
          "x = co_await f(1, [&a, b = std::move(c)] { g(); });", "co_return co_await f([=] {});",
          "co_await f(Aggregate{a, b});", "co_await f(a ? b : c);"}) {
        EXPECT_NE(first_wrong(text), "") << text;
    }
    for (const std::string text :
         {"if (a(1)) co_await f();", "if (const bool x = co_await f(); !x) g();",
          "co_await f([&] { return a ? b : C{d}; });",
          "co_await f([&a, this] {}, std::move(b), d[0]);",
          "auto x = co_await f(); g(a ? b : c);"}) {
        EXPECT_EQ(first_wrong(text), "") << text;
    }
}

TEST(Coroutines, AreNowhereWrong) {
    int files = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(ORDERTRAIL_SOURCE_DIR "/src")) {
        const auto name = entry.path().filename();
        const auto extension = entry.path().extension();
        if ((extension != ".cpp" && extension != ".h") || name == "task.h" ||
            name == "task_test.cpp") {
            continue;
        }
        std::ifstream file(entry.path());
        const std::string text(std::istreambuf_iterator<char>(file), {});
        ++files;
        EXPECT_EQ(first_wrong(text), "") << entry.path();
    }
    EXPECT_GT(files, 20);
}

}  // namespace
}  // namespace net

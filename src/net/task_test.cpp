#include "net/task.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
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
                thread = std::thread([done = std::move(done)] { done("called"); });
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

// Whether a condition that begins behind `open` awaits outside of a declaration's initialiser.
bool awaits_in_condition(const std::string& text, std::size_t open) {
    int depth = 1;
    for (std::size_t at = open; at < text.size() && depth > 0; ++at) {
        const char c = text[at];
        if (c == '(') ++depth;
        if (c == ')') --depth;
        const bool comparison =
            text[at + 1] == '=' || std::string("=!<>").find(text[at - 1]) != std::string::npos;
        if (c == ';' || (c == '=' && !comparison)) return false;
        if (text.compare(at, 8, "co_await") == 0) return true;
    }
    return false;
}

// The first such condition in a text, with a little of what follows; empty when there is none.
std::string wrong_condition(const std::string& text) {
    for (const std::string keyword : {"if (", "while (", "switch ("}) {
        for (std::size_t at = text.find(keyword); at != std::string::npos;
             at = text.find(keyword, at + 1)) {
            const std::size_t open = at + keyword.size();
            if (awaits_in_condition(text, open)) return text.substr(at, 60);
        }
    }
    return {};
}

// g++ 12 miscompiles these: see task.h.
TEST(Coroutines, AwaitNothingInsideConditions) {
    EXPECT_NE(wrong_condition("if (!co_await f()) g();"), "");
    EXPECT_NE(wrong_condition("while ((co_await f(1)).ok()) {}"), "");
    EXPECT_NE(wrong_condition("if (a == co_await f()) g();"), "");
    EXPECT_EQ(wrong_condition("if (a(1)) co_await f();"), "");
    EXPECT_EQ(wrong_condition("if (const bool x = co_await f(); !x) g();"), "");
    int files = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(ORDERTRAIL_SOURCE_DIR "/src")) {
        const auto extension = entry.path().extension();
        const bool is_test = entry.path().filename() == "task_test.cpp";
        if ((extension != ".cpp" && extension != ".h") || is_test) continue;
        std::ifstream file(entry.path());
        const std::string text(std::istreambuf_iterator<char>(file), {});
        ++files;
        if (entry.path().filename() != "task.h") {
            EXPECT_EQ(wrong_condition(text), "") << entry.path();
        }
    }
    EXPECT_GT(files, 20);
}

}  // namespace
}  // namespace net

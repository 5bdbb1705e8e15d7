#include "input/files/files_input.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "input/recording_intake.h"

namespace input::testing {
namespace {

namespace fs = std::filesystem;

// The ids of documents make each be there once, as in a store.
class FilesInputTest : public ::testing::Test {
  protected:
    FilesInputTest() {
        std::string form = (fs::temp_directory_path() / "files_input_test.XXXXXX").string();
        folder_ = ::mkdtemp(form.data());
    }
    ~FilesInputTest() override {
        input_.reset();
        runtime_.stop();
        fs::remove_all(folder_);
    }

    void start(const std::string& pattern = "*.log") {
        input_.reset();
        options_.paths = {folder_ + "/" + pattern};
        options_.checkpoints = folder_ + "/checkpoints";
        options_.search = 0;
        auto made = FilesInput::create(Intakes{runtime_, intake_}, options_);
        ASSERT_TRUE(made) << made.error().message;
        input_ = std::move(made.value());
    }
    // As a process that is killed: nothing is written down at the end.
    void kill() { input_.reset(); }

    void write(const std::string& name, std::string_view text) {
        std::ofstream(folder_ + "/" + name, std::ios::app) << text;
    }
    void rename(const std::string& from, const std::string& to) {
        fs::rename(folder_ + "/" + from, folder_ + "/" + to);
    }
    void read() {
        now_ += base::second;
        while (input_->round(now_)) continue;
    }
    // The messages that a store has, and how many events it was sent.
    std::vector<std::string> messages() {
        const std::lock_guard lock(intake_.mutex);
        std::vector<std::string> found;
        for (const auto& [key, text] : intake_.documents) {
            const auto begin = text.find("\"message\":\"") + 11;
            found.push_back(text.substr(begin, text.find('"', begin) - begin));
        }
        std::sort(found.begin(), found.end());
        return found;
    }
    std::size_t sent() {
        const std::lock_guard lock(intake_.mutex);
        std::size_t count = 0;
        for (const auto& call : intake_.calls) count += call.size();
        return count;
    }
    using Texts = std::vector<std::string>;

    std::string folder_;
    // Outlives the threads of the intake.
    net::Runtime runtime_{1, 1, 1};
    RecordingIntake intake_;
    FilesOptions options_;
    std::unique_ptr<FilesInput> input_;
    base::Nanos now_ = base::day;
};

TEST_F(FilesInputTest, FollowsFilesAsTheyGrow) {
    write("a.log", "one\ntw");
    write("b.txt", "never\n");
    start();
    read();
    EXPECT_EQ(messages(), Texts({"one"}));
    write("a.log", "o\nthree\n");
    write("c.log", "four\n");
    read();
    EXPECT_EQ(messages(), Texts({"four", "one", "three", "two"}));
    EXPECT_EQ(sent(), 4U);
}

TEST_F(FilesInputTest, GoesOnAfterARestart) {
    write("a.log", "one\n");
    start();
    read();
    kill();
    write("a.log", "two\n");
    start();
    read();
    EXPECT_EQ(messages(), Texts({"one", "two"}));
    EXPECT_EQ(sent(), 2U);
}

TEST_F(FilesInputTest, WhatIsReadAgainIsThereOnce) {
    write("a.log", "one\n");
    start();
    read();
    const std::string kept = folder_ + "/kept";
    fs::copy_file(options_.checkpoints, kept);
    write("a.log", "two\nthree\n");
    read();
    // Killed before it was written down that these are stored.
    kill();
    fs::copy_file(kept, options_.checkpoints, fs::copy_options::overwrite_existing);
    start();
    read();
    EXPECT_EQ(messages(), Texts({"one", "three", "two"}));
    EXPECT_EQ(sent(), 5U);
}

TEST_F(FilesInputTest, IdentitiesAreWrittenDownBeforeTheFirstEvent) {
    write("a.log", "one\n");
    intake_.failures.emplace(0, base::Error(base::Code::cancelled, "killed"));
    options_.search = 0;
    start();
    const auto began = base::steady_now();
    std::thread other([this] { input_->stop(); });  // it pauses after the failure
    read();
    other.join();
    EXPECT_LT(base::steady_now() - began, 10 * base::second);
    EXPECT_TRUE(messages().empty());
    const auto states = files::load_checkpoints(options_.checkpoints);
    ASSERT_TRUE(states);
    ASSERT_EQ(states.value().size(), 1U);
    EXPECT_EQ(states.value()[0].offset, 0U);
    EXPECT_NE(states.value()[0].identity, 0U);
    start();
    read();
    EXPECT_EQ(messages(), Texts({"one"}));
}

TEST_F(FilesInputTest, FollowsRenamedFiles) {
    start();
    write("a.log", "one\n");
    read();
    write("a.log", "two\n");
    rename("a.log", "a.log.1");
    write("a.log", "three\n");
    read();
    write("a.log.1", "four\n");
    read();
    EXPECT_EQ(messages(), Texts({"four", "one", "three", "two"}));
    EXPECT_EQ(sent(), 4U);
}

TEST_F(FilesInputTest, FollowsRenamedFilesThatItSees) {
    start("a.log*");
    write("a.log", "one\n");
    read();
    kill();
    write("a.log", "two\n");
    rename("a.log", "a.log.1");
    write("a.log", "three\n");
    start("a.log*");
    read();
    EXPECT_EQ(messages(), Texts({"one", "three", "two"}));
    EXPECT_EQ(sent(), 3U);
}

TEST_F(FilesInputTest, BeginsTruncatedFilesAnew) {
    start();
    write("a.log", "one\ntwo\n");
    read();
    // As logrotate's copytruncate.
    fs::copy_file(folder_ + "/a.log", folder_ + "/a.log.1");
    fs::resize_file(folder_ + "/a.log", 0);
    write("a.log", "uno\n");
    read();
    EXPECT_EQ(messages(), Texts({"one", "two", "uno"}));
    // Longer than before when it is looked at next.
    fs::resize_file(folder_ + "/a.log", 0);
    write("a.log", "eins\nzwei\ndrei\n");
    read();
    EXPECT_EQ(messages(), Texts({"drei", "eins", "one", "two", "uno", "zwei"}));
    // As long as before.
    fs::resize_file(folder_ + "/a.log", 0);
    write("a.log", "EINS\nZWEI\nDREI\n");
    read();
    EXPECT_EQ(messages().size(), 9U);
    kill();
    fs::resize_file(folder_ + "/a.log", 0);
    write("a.log", "en\nto\ntre\nfire\nfem\n");
    start();
    read();
    EXPECT_EQ(messages().size(), 14U);
    EXPECT_EQ(sent(), 14U);
}

TEST_F(FilesInputTest, LetsRemovedFilesGo) {
    start();
    write("a.log", "one\n");
    read();
    write("a.log", "two\n");
    fs::remove(folder_ + "/a.log");
    read();
    EXPECT_EQ(messages(), Texts({"one", "two"}));
    read();
    read();
    read();
    const auto states = files::load_checkpoints(options_.checkpoints);
    write("b.log", "x\n");
    read();
    EXPECT_EQ(files::load_checkpoints(options_.checkpoints).value().size(), 1U);
}

TEST_F(FilesInputTest, JoinsLines) {
    options_.begins = "^[^ ]";
    start();
    write("a.log", "error\n at a\n");
    read();
    EXPECT_TRUE(messages().empty());
    write("a.log", " at b\nnext\n");
    read();
    EXPECT_EQ(messages(), Texts({"error\\n at a\\n at b"}));
    // What waits is read again after a restart.
    kill();
    start();
    read();
    for (int at = 0; at < 3; ++at) read();
    EXPECT_EQ(messages(), Texts({"error\\n at a\\n at b", "next"}));
    EXPECT_EQ(sent(), 2U);
}

TEST_F(FilesInputTest, ReadsFilesByTheirKind) {
    options_.kinds = {{"*/a.*", "postgresql"}};
    options_.services = {{"*/a.log", "MES DB"}, {"*/a.*", "CRM DB"}};
    start("*");
    write("a.log", "2026-11-24 22:47:10 UTC LOG:  one\n\ttwo\n");
    write("a.json",
          R"({"timestamp":"2026-11-24 22:47:10 UTC","error_severity":"LOG","message":"three"})"
          "\n");
    write("b.log", "four\n");
    for (int at = 0; at < 4; ++at) read();
    const auto found = messages();
    for (const auto* text : {"one\\ntwo", "three", "four"}) {
        EXPECT_EQ(std::count(found.begin(), found.end(), text), 1) << text;
    }
    std::size_t crm = 0;
    for (const auto& [key, text] : intake_.documents) {
        crm += text.find(R"("service_name":"CRM DB")") != std::string::npos ? 1 : 0;
    }
    EXPECT_EQ(crm, 1U);
    options_.kinds = {{"*", "oracle"}};
    EXPECT_EQ(FilesInput::create(Intakes{runtime_, intake_}, options_).error().code,
              base::Code::invalid_argument);
}

TEST_F(FilesInputTest, CutsLongLines) {
    options_.limits.line_bytes = 10;
    start();
    write("a.log", "0123456789abcdef");
    read();
    EXPECT_EQ(messages(), Texts({"0123456789"}));
    write("a.log", "ghijklmnopqrstuvwxyz");
    read();
    write("a.log", "\nshort\n0123456789abcdef\n");
    read();
    EXPECT_EQ(messages(), Texts({"0123456789", "0123456789", "short"}));
}

TEST_F(FilesInputTest, ReadsManyLargeFiles) {
    options_.round_bytes = 1000;
    for (const auto* name : {"a.log", "b.log", "c.log"}) {
        for (int line = 0; line < 500; ++line) write(name, name + std::to_string(line) + "\n");
    }
    start();
    read();
    EXPECT_EQ(messages().size(), 1500U);
    EXPECT_EQ(sent(), 1500U);
}

TEST_F(FilesInputTest, LooksAtFilesOnly) {
    fs::create_directory(folder_ + "/d.log");
    ::mkfifo((folder_ + "/p.log").c_str(), 0600);
    write("a.log", "one\n");
    start();
    read();
    EXPECT_EQ(messages(), Texts({"one"}));
}

TEST_F(FilesInputTest, RefusesWhatItCannotRead) {
    write("checkpoints", "ordertrail files 1 5\n1 2 3\n");
    options_.checkpoints = folder_ + "/checkpoints";
    auto damaged = FilesInput::create(Intakes{runtime_, intake_}, options_);
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, base::Code::corrupt);
    options_.begins = "(";
    EXPECT_EQ(FilesInput::create(Intakes{runtime_, intake_}, options_).error().code,
              base::Code::invalid_argument);
}

TEST_F(FilesInputTest, RunsByItself) {
    start();
    input_->start();
    write("a.log", "one\n");
    const auto end = base::steady_now() + 20 * base::second;
    while (messages().empty() && base::steady_now() < end) std::this_thread::yield();
    EXPECT_EQ(messages(), Texts({"one"}));
    input_->stop();
}

}  // namespace
}  // namespace input::testing

#include "storage/engine/log.h"

#include <gtest/gtest.h>

#include "storage/testing/memory_files.h"

namespace storage::engine {
namespace {

class LogTest : public ::testing::Test {
  protected:
    LogTest() { empty(); }

    void empty() {
        files_.restore({});
        files_.put_directory(directory_);
    }

    std::unique_ptr<Log> open(std::uint64_t first = 1) {
        auto log = std::make_unique<Log>(files_, Log::Options{directory_, 4096});
        read_.clear();
        const auto replayed =
            log->replay(first, [this](std::uint64_t, std::string_view content) -> base::Status {
                if (content == refused_)
                    return base::Error(base::Code::corrupt, "it means nothing");
                read_.emplace_back(content);
                return base::ok();
            });
        EXPECT_TRUE(replayed);
        if (replayed) damaged_ = replayed.value().damage.size();
        return log;
    }

    static base::Status write(Log& log, const std::string& content) {
        std::string record = std::string(Log::header_bytes, '\0') + content;
        return log.append({&record});
    }

    std::string segment(int number) const {
        char name[32];
        std::snprintf(name, sizeof(name), "/%012d.log", number);
        return directory_ + name;
    }

    void change_byte(const std::string& path, std::size_t at) {
        std::string bytes = files_.read_file(path).value();
        bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
        files_.put(path, bytes);
    }

    const std::string directory_ = "/data/log";
    storage::testing::MemoryFiles files_;
    std::vector<std::string> read_;
    std::string refused_;
    std::size_t damaged_ = 0;
};

TEST_F(LogTest, GivesBackItsRecordsInOrderOverSegments) {
    std::vector<std::string> written;
    {
        auto log = open();
        for (int at = 0; at < 50; ++at) {
            written.push_back("record " + std::to_string(at) + std::string(500, 'x'));
            ASSERT_TRUE(write(*log, written.back()));
        }
        ASSERT_TRUE(write(*log, std::string(10'000, 'y')));  // larger than a segment
        written.push_back(std::string(10'000, 'y'));
    }
    open();
    EXPECT_EQ(read_, written);
    open();
    EXPECT_EQ(read_, written);
}

TEST_F(LogTest, ATornEndIsCutAndStaysCut) {
    {
        auto log = open();
        ASSERT_TRUE(write(*log, "first"));
        ASSERT_TRUE(write(*log, "second"));
    }
    change_byte(segment(1), 8 + 16 + 5 + 16 + 2);  // inside "second"
    {
        auto log = open();
        EXPECT_EQ(read_, std::vector<std::string>{"first"});
        EXPECT_EQ(damaged_, 0u);
        ASSERT_TRUE(write(*log, "third"));
    }
    open();
    EXPECT_EQ(read_, (std::vector<std::string>{"first", "third"}));
    EXPECT_EQ(damaged_, 0u);
}

TEST_F(LogTest, DamageInTheMiddleIsReportedAndTheRestGoesOn) {
    {
        auto log = open();
        ASSERT_TRUE(write(*log, std::string(4000, 'a')));
        ASSERT_TRUE(write(*log, std::string(4000, 'b')));
    }
    change_byte(segment(1), 100);
    for (int start = 0; start < 2; ++start) {
        auto log = open();
        EXPECT_EQ(read_, std::vector<std::string>{std::string(4000, 'b')});
        EXPECT_EQ(damaged_, 1U);
        EXPECT_TRUE(files_.exists(segment(1) + ".damaged"));
        if (start == 1) {
            ASSERT_TRUE(log->remove_before(3));
        }
    }
    open(3);
    EXPECT_EQ(damaged_, 0U);
    EXPECT_FALSE(files_.exists(segment(1)));
    EXPECT_TRUE(files_.exists(segment(1) + ".damaged"));
}

TEST_F(LogTest, AFlippedByteAnywhereCostsOneRecordAtMostAndIsReported) {
    const std::vector<std::string> all = {"one", "two", std::string(300, 'x'), "four"};
    {
        auto log = open();
        for (const std::string& content : all) ASSERT_TRUE(write(*log, content));
    }
    const std::string whole = files_.read_file(segment(1)).value();
    const std::size_t end = 5 + all.size() * 16 + 3 + 3 + 300 + 4;
    const std::size_t last = end - 16 - 4;
    for (std::size_t at = 0; at < end + 10; ++at) {
        for (const char flip : {'\x01', '\x40', '\xff'}) {
            empty();
            std::string bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ flip);
            files_.put(segment(1), bytes);
            open();
            std::size_t missing = 0;
            auto found = read_.begin();
            for (const std::string& content : all) {
                if (found != read_.end() && *found == content) {
                    ++found;
                } else {
                    ++missing;
                }
            }
            EXPECT_EQ(found, read_.end()) << at;  // nothing that was not written
            EXPECT_LE(missing, 1U) << at;
            // The last record's damage looks like a write that was not finished.
            if (at < last) {
                EXPECT_EQ(damaged_, 1U) << at;
            }
            EXPECT_EQ(files_.read_file(segment(1) + ".damaged").value(),
                      bytes.substr(0, bytes.find_last_not_of('\0') + 1));
        }
    }
}

TEST_F(LogTest, ARecordThatMeansNothingIsLeftOutAndKept) {
    {
        auto log = open();
        for (const char* content : {"one", "two", "three"}) ASSERT_TRUE(write(*log, content));
    }
    refused_ = "two";
    open();
    EXPECT_EQ(read_, (std::vector<std::string>{"one", "three"}));
    EXPECT_EQ(damaged_, 1U);
    EXPECT_TRUE(files_.exists(segment(1) + ".damaged"));
}

TEST_F(LogTest, AMissingSegmentIsReported) {
    {
        auto log = open();
        for (int at = 0; at < 3; ++at) {
            ASSERT_TRUE(write(*log, std::to_string(at)));
            log->rotate();
        }
    }
    files_.erase(segment(2));
    open();
    EXPECT_EQ(read_, (std::vector<std::string>{"0", "2"}));
    EXPECT_EQ(damaged_, 1U);
}

TEST_F(LogTest, EveryCutOfTheFileGivesAPrefix) {
    {
        auto log = open();
        for (const char* content : {"one", "two", "three"}) ASSERT_TRUE(write(*log, content));
    }
    const std::string whole = files_.read_file(segment(1)).value();
    const std::vector<std::string> all = {"one", "two", "three"};
    for (std::size_t size = 0; size < 90; ++size) {
        empty();
        files_.put(segment(1), whole.substr(0, size));
        open();
        ASSERT_LE(read_.size(), all.size());
        EXPECT_TRUE(std::equal(read_.begin(), read_.end(), all.begin()));
    }
}

TEST_F(LogTest, OldSegmentsGo) {
    auto log = open();
    ASSERT_TRUE(write(*log, "old"));
    const std::uint64_t next = log->rotate();
    ASSERT_TRUE(write(*log, "new"));
    ASSERT_TRUE(log->remove_before(next));
    log.reset();
    open(next);
    EXPECT_EQ(read_, std::vector<std::string>{"new"});
}

}  // namespace
}  // namespace storage::engine

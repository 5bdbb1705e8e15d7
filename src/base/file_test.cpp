#include "base/file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace base {
namespace {

class FileTest : public testing::Test {
  protected:
    FileTest() { std::filesystem::create_directories(directory_); }
    ~FileTest() override { std::filesystem::remove_all(directory_); }

    std::string directory_ =
        std::filesystem::temp_directory_path() / ("ordertrail-file-" + std::to_string(::getpid()));
    FileSystem& files_ = system_files();
};

TEST_F(FileTest, ReplacesAsAWhole) {
    const std::string path = directory_ + "/state";
    ASSERT_TRUE(files_.replace_file(path, "old"));
    ASSERT_TRUE(files_.replace_file(path, "new content"));
    EXPECT_EQ(files_.read_file(path).value(), "new content");
    EXPECT_EQ(files_.list(directory_).value(), std::vector<std::string>{"state"});
}

TEST_F(FileTest, SaysWhatIsMissingAndWhatIsShort) {
    EXPECT_EQ(files_.read_file(directory_ + "/none").error().code, Code::not_found);
    ASSERT_TRUE(files_.replace_file(directory_ + "/short", "abc"));
    auto file = files_.open(directory_ + "/short", OpenMode::read);
    char buffer[8];
    EXPECT_EQ(file.value()->pread(1, 8, buffer).error().code, Code::corrupt);
}

TEST_F(FileTest, ALockExcludesASecondOwner) {
    auto first = FileLock::take(directory_ + "/lock");
    ASSERT_TRUE(first);
    EXPECT_EQ(FileLock::take(directory_ + "/lock").error().code, Code::conflict);
    first.value().reset();
    EXPECT_TRUE(FileLock::take(directory_ + "/lock"));
}

}  // namespace
}  // namespace base

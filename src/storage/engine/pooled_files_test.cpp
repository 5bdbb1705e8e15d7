#include "storage/engine/pooled_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "storage/testing/hooked_files.h"

namespace storage::engine {
namespace {

class PooledFilesTest : public ::testing::Test {
  protected:
    PooledFilesTest() {
        std::filesystem::remove_all(directory_);
        std::filesystem::create_directories(directory_);
        for (int file = 0; file < 10; ++file) {
            EXPECT_TRUE(base::system_files().replace_file(path(file), std::to_string(file)));
        }
    }
    ~PooledFilesTest() override { std::filesystem::remove_all(directory_); }

    std::string path(int file) const { return directory_ + "/" + std::to_string(file); }

    const std::string directory_ = std::filesystem::temp_directory_path() /
                                   ("ordertrail-pooled-" + std::to_string(::getpid()));
    storage::testing::HookedFiles below_;
};

TEST_F(PooledFilesTest, ReadsAnyNumberOfFilesWithFewDescriptors) {
    PooledFiles files(below_, 3);
    std::vector<std::unique_ptr<base::File>> open;
    for (int file = 0; file < 10; ++file) {
        auto opened = files.open(path(file), base::OpenMode::read);
        ASSERT_TRUE(opened);
        open.push_back(std::move(opened.value()));
    }
    for (int round = 0; round < 3; ++round) {
        for (int file = 0; file < 10; ++file) {
            char read = 0;
            ASSERT_TRUE(open[static_cast<std::size_t>(file)]->pread(0, 1, &read));
            EXPECT_EQ(read, '0' + file);
            EXPECT_LE(files.descriptors(), 3U);
        }
    }
    open.clear();
    EXPECT_EQ(files.descriptors(), 0U);
}

TEST_F(PooledFilesTest, WithoutDescriptorsItLetsGoOfItsOwnAndTriesOnceMore) {
    PooledFiles files(below_, 8);
    std::vector<std::unique_ptr<base::File>> open;
    for (int file = 0; file < 5; ++file)
        open.push_back(std::move(files.open(path(file), base::OpenMode::read).value()));
    // The system has none for anybody who has some.
    below_.before_open = [&](const std::string&) -> base::Status {
        if (files.descriptors() > 0) return base::Error(base::Code::busy, "too many open files");
        return base::ok();
    };
    ASSERT_TRUE(files.open(path(7), base::OpenMode::read));
    below_.before_open = [](const std::string&) -> base::Status {
        return base::Error(base::Code::busy, "too many open files");
    };
    char read = 0;
    EXPECT_EQ(open[0]->pread(0, 1, &read).error().code, base::Code::busy);
    below_.before_open = nullptr;
    ASSERT_TRUE(open[0]->pread(0, 1, &read));
    EXPECT_EQ(read, '0');
}

TEST_F(PooledFilesTest, AMissingFileShowsAtOnce) {
    PooledFiles files(below_, 3);
    EXPECT_EQ(files.open(path(11), base::OpenMode::read).error().code, base::Code::not_found);
}

}  // namespace
}  // namespace storage::engine

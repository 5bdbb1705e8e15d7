#include <gmock/gmock.h>

#include "storage/testing/engine_driver.h"
#include "storage/testing/hooked_files.h"

// What the store does while the disk is full, and when it has room again.

namespace storage::engine {
namespace {

using event::Type;
using ::testing::HasSubstr;

constexpr base::Nanos noon = 1'790'000'000 * base::second;

class FullDiskTest : public ::testing::Test {
  protected:
    FullDiskTest() {
        files_.free = [this] { return free_.load(); };
        files_.before_open = [this](const std::string& path) -> base::Status {
            if (no_descriptors_ && path.ends_with("/data"))
                return base::Error(base::Code::busy, "too many open files");
            return base::ok();
        };
        engine_.options.files = &files_;
        engine_.options.log_segment_bytes = 64 << 10;
        EXPECT_TRUE(engine_.open());
    }

    base::Result<event::AppendOutcome> put(int rows = 1) {
        event::Batch batch;
        for (int row = 0; row < rows; ++row) {
            const auto at = batch.rows();
            batch.time.push_back(noon + put_ + row);
            batch.at(batch.column("text", Type::string))
                .add_text(at, std::string(400, static_cast<char>('a' + row % 26)));
        }
        auto outcome = engine_.append("shop-prod", std::move(batch));
        if (outcome) put_ += rows;
        return outcome;
    }

    void expect_all_rows() {
        const auto found = engine_.scan();
        ASSERT_TRUE(found);
        EXPECT_EQ(found.value().rows(), static_cast<std::uint32_t>(put_));
    }

    std::size_t parts() const {
        std::size_t count = 0;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(engine_.directory() + "/parts")) {
            if (entry.path().filename() == "meta") ++count;
        }
        return count;
    }

    // Until the store's threads are there; a test that waits in vain fails.
    template <typename Fits>
    static bool wait_until(Fits fits) {
        for (int tries = 0; tries < 1000; ++tries) {
            if (fits()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }

    std::atomic<std::uint64_t> free_ = 1ULL << 40;
    std::atomic<bool> no_descriptors_ = false;
    int put_ = 0;
    storage::testing::HookedFiles files_;
    storage::testing::EngineDriver engine_{"full-disk"};
};

TEST_F(FullDiskTest, WritesAreRefusedReadsGoOnAndItRecoversByItself) {
    ASSERT_TRUE(put(20));
    free_ = 50 << 10;
    while (put(20)) ASSERT_LT(put_, 1000);
    const auto refused = put();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Code::busy);
    EXPECT_THAT(refused.error().message, HasSubstr("the disk is full"));
    EXPECT_THAT(engine_.store->trouble(), HasSubstr("the disk is full"));
    expect_all_rows();
    free_ = 1ULL << 40;
    // Without another request.
    EXPECT_TRUE(wait_until([this] { return engine_.store->trouble().empty(); }));
    EXPECT_TRUE(put());
    expect_all_rows();
    ASSERT_TRUE(engine_.open());
    expect_all_rows();
}

TEST_F(FullDiskTest, ALittleRoomIsUsedWithSmallerSegments) {
    engine_.options.log_segment_bytes = 64 << 20;
    ASSERT_TRUE(engine_.open());
    free_ = 8 << 20;
    ASSERT_TRUE(put(10));
    std::uint64_t largest = 0;
    for (const auto& entry : std::filesystem::directory_iterator(engine_.directory() + "/log"))
        largest = std::max<std::uint64_t>(largest, entry.file_size());
    EXPECT_LE(largest, 4U << 20);
}

TEST_F(FullDiskTest, AMergeWaitsForRoom) {
    for (int part = 0; part < 4; ++part) {
        if (part == 3) free_ = 128 << 10;  // two log segments and no more
        ASSERT_TRUE(put(100));
        ASSERT_TRUE(engine_.store->flush());
    }
    EXPECT_EQ(engine_.store->merge().error().code, base::Code::busy);
    EXPECT_EQ(engine_.store->trouble(), "");
    EXPECT_EQ(parts(), 4U);
    expect_all_rows();
    free_ = 1ULL << 40;
    ASSERT_TRUE(engine_.store->merge());
    EXPECT_EQ(parts(), 1U);
    expect_all_rows();
}

TEST_F(FullDiskTest, WithoutDescriptorsRequestsAreRefusedAndNothingIsTakenForDamage) {
    engine_.options.part_descriptors = 1;
    engine_.options.cache_bytes = 0;
    ASSERT_TRUE(engine_.open());
    const auto with_id = [](const std::string& id) {
        event::Append append;
        event::IndexBatch batch;
        batch.index = "shop-prod";
        batch.batch.time.push_back(noon);
        batch.batch.at(batch.batch.column("_id", Type::string)).add_text(0, id);
        batch.operations.push_back(event::RowOperation::create);
        append.batches.push_back(std::move(batch));
        return append;
    };
    for (const char* id : {"one", "two", "three"}) {
        ASSERT_TRUE(engine_.append(with_id(id)));
        ASSERT_TRUE(engine_.store->flush());
    }
    no_descriptors_ = true;
    for (const char* id : {"one", "two", "three"}) {
        const auto refused = engine_.append(with_id(id));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, base::Code::busy);
    }
    EXPECT_EQ(engine_.scan().error().code, base::Code::busy);
    no_descriptors_ = false;
    for (const char* id : {"one", "two", "three"}) {
        const auto duplicate = engine_.append(with_id(id));
        ASSERT_TRUE(duplicate);
        EXPECT_EQ(duplicate.value().rows[0][0], event::RowOutcome::duplicate);
    }
    EXPECT_EQ(engine_.scan().value().rows(), 3U);
    EXPECT_TRUE(engine_.store->damage().empty());
}

}  // namespace
}  // namespace storage::engine

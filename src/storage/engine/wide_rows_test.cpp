#include <gtest/gtest.h>

#include <random>

#include "storage/testing/engine_driver.h"

// Events of very different sizes: what is in memory at a time is bounded by bytes too.

namespace storage::engine {
namespace {

using event::Type;

constexpr base::Nanos noon = 1'790'000'000 * base::second;

// Hexadecimal digits in no order.
std::string noise(std::mt19937_64& random, std::size_t size) {
    std::string text;
    while (text.size() < size) text += std::to_string(random());
    text.resize(size);
    return text;
}

void add(event::Batch& batch, base::Nanos time, const std::string& text) {
    const std::uint32_t row = batch.rows();
    batch.time.push_back(time);
    batch.at(batch.column("message", Type::string)).add_text(row, text);
}

std::size_t count_parts(const std::string& directory) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory + "/parts")) {
        if (entry.path().filename() == "meta") ++count;
    }
    return count;
}

TEST(WideRowsTest, PartsOfLargeRowsStaySmall) {
    testing::EngineDriver engine("wide");
    ASSERT_TRUE(engine.open());
    std::mt19937_64 random(3);
    for (int part = 0; part < 5; ++part) {
        event::Batch batch;
        for (int row = 0; row < 10; ++row) add(batch, noon + part, noise(random, 1 << 20));
        ASSERT_TRUE(engine.append("shop-prod", std::move(batch)));
        ASSERT_TRUE(engine.store->flush());
    }
    ASSERT_TRUE(engine.store->merge());
    EXPECT_EQ(count_parts(engine.directory()), 5U);
    // Small ones beside them are merged all the same.
    for (int part = 0; part < 4; ++part) {
        event::Batch batch;
        add(batch, noon + part, "small");
        ASSERT_TRUE(engine.append("mes-prod", std::move(batch)));
        ASSERT_TRUE(engine.store->flush());
    }
    ASSERT_TRUE(engine.store->merge());
    EXPECT_EQ(count_parts(engine.directory()), 6U);
    EXPECT_EQ(engine.scan().value().rows(), 54U);
}

TEST(WideRowsTest, TextsOfAnySizeAreWrittenWindowByWindow) {
    testing::EngineDriver engine("windows");
    ASSERT_TRUE(engine.open());
    std::mt19937_64 random(4);
    std::vector<std::string> texts;
    event::Batch large;
    for (int row = 0; row < 10; ++row) {
        texts.push_back(noise(random, 100'000));
        add(large, noon + row, texts.back());
    }
    ASSERT_TRUE(engine.append("shop-prod", std::move(large)));
    event::Batch small;
    for (int row = 10; row < 20'000; ++row) {
        texts.push_back(noise(random, random() % 40));
        add(small, noon + row, texts.back());
    }
    ASSERT_TRUE(engine.append("shop-prod", std::move(small)));
    ASSERT_TRUE(engine.store->flush());
    ScanRequest scan;
    scan.order = Order::oldest_first;
    const auto found = engine.scan(scan);
    ASSERT_TRUE(found);
    ASSERT_EQ(found.value().rows(), texts.size());
    const event::Column& column = *found.value().find("message", Type::string);
    for (std::uint32_t row = 0; row < texts.size(); ++row)
        ASSERT_EQ(column.text(column.values_of(row).first), texts[row]) << row;
}

}  // namespace
}  // namespace storage::engine

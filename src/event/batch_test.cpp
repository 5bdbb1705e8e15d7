#include "event/batch.h"

#include <gtest/gtest.h>

#include <random>

namespace event {
namespace {

Batch random_batch(std::mt19937& random, std::uint32_t rows) {
    Batch batch;
    const auto message = batch.column("message", Type::string);
    const auto size = batch.column("size", Type::integer);
    const auto price = batch.column("price", Type::number);
    const auto tags = batch.column("tags", Type::string);
    const auto address = batch.column("address", Type::ip);
    for (std::uint32_t row = 0; row < rows; ++row) {
        batch.time.push_back(static_cast<base::Nanos>(random()) * 1000);
        batch.at(message).add_text(row, "text " + std::to_string(random() % 7));
        if (random() % 2 == 0)
            batch.at(size).add_integer(row, static_cast<std::int64_t>(random()) - 100);
        if (random() % 3 == 0) batch.at(price).add_number(row, static_cast<double>(random()) / 3);
        for (std::uint32_t tag = random() % 4; tag > 0; --tag) {
            batch.at(tags).add_text(row, std::to_string(random()));
        }
        if (random() % 5 == 0) batch.at(address).add_ip(row, *Ip::parse("10.0.0.1"));
    }
    return batch;
}

void expect_same(const Batch& one, const Batch& other) {
    ASSERT_EQ(one.time, other.time);
    for (const Column& column : one.columns()) {
        const Column* match = other.find(column.name, column.type);
        if (column.empty() && match == nullptr) continue;
        ASSERT_NE(match, nullptr) << column.name;
        ASSERT_EQ(column.size(), match->size()) << column.name;
        for (std::size_t value = 0; value < column.size(); ++value) {
            ASSERT_EQ(column.row_of(value), match->row_of(value)) << column.name;
            if (column.type == Type::string) {
                ASSERT_EQ(column.text(value), match->text(value));
            }
        }
        ASSERT_EQ(column.integers, match->integers);
        ASSERT_EQ(column.numbers, match->numbers);
        ASSERT_EQ(column.ips, match->ips);
    }
}

TEST(Batch, EncodesAndDecodes) {
    std::mt19937 random(1);
    for (const std::uint32_t rows : {0U, 1U, 10U, 3000U}) {
        const Batch batch = random_batch(random, rows);
        std::string bytes;
        encode(batch, bytes);
        const auto back = decode_batch(bytes);
        ASSERT_TRUE(back);
        expect_same(batch, back.value());
    }
}

TEST(Batch, DamagedBytesAreRefusedOrHarmless) {
    std::mt19937 random(2);
    std::string bytes;
    encode(random_batch(random, 50), bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_batch(std::string_view(bytes).substr(0, size)));
    }
    for (int round = 0; round < 3000; ++round) {
        std::string damaged = bytes;
        damaged[random() % damaged.size()] = static_cast<char>(random());
        const auto back = decode_batch(damaged);
        if (!back) continue;
        for (const Column& column : back.value().columns()) {
            for (std::size_t value = 0; value < column.size(); ++value) {
                ASSERT_LT(column.row_of(value), back.value().rows());
                if (column.type == Type::string) (void)column.text(value).size();
            }
        }
    }
}

TEST(Batch, GatherOfAllInOrderIsTheSame) {
    std::mt19937 random(3);
    const Batch batch = random_batch(random, 500);
    std::vector<std::uint32_t> rows(500);
    for (std::uint32_t row = 0; row < 500; ++row) rows[row] = row;
    expect_same(batch, batch.gather(rows));
}

TEST(Batch, AppendPutsRowsBehind) {
    std::mt19937 random(4);
    const Batch whole = random_batch(random, 900);
    Batch joined;
    for (std::uint32_t begin = 0; begin < 900; begin += 300) {
        std::vector<std::uint32_t> rows;
        for (std::uint32_t row = begin; row < begin + 300; ++row) rows.push_back(row);
        joined.append(whole.gather(rows));
    }
    expect_same(whole, joined);
}

TEST(Batch, TruncateForgetsAHalfWrittenRow) {
    Batch batch;
    const auto name = batch.column("name", Type::string);
    const auto late = batch.column("late", Type::integer);
    batch.time = {1, 2};
    batch.at(name).add_text(0, "a");
    batch.at(name).add_text(1, "b");
    batch.at(late).add_integer(1, 5);
    batch.truncate(1);
    EXPECT_EQ(batch.rows(), 1u);
    EXPECT_EQ(batch.at(name).size(), 1u);
    EXPECT_TRUE(batch.at(late).empty());
    batch.time.push_back(3);
    batch.at(name).add_text(1, "c");
    EXPECT_EQ(batch.at(name).text(1), "c");
}

TEST(Ip, ReadsAndWritesCanonicalText) {
    for (const char* text : {"10.1.2.3", "::1", "2001:db8::ff00:42:8329", "255.255.255.255"}) {
        ASSERT_TRUE(Ip::parse(text)) << text;
        EXPECT_EQ(Ip::parse(text)->text(), text);
    }
    for (const char* text : {"", "10.1.2", "300.1.1.1", "1:2", "10.1.2.3 ", "fe80::1%eth0"}) {
        EXPECT_FALSE(Ip::parse(text)) << text;
    }
}

}  // namespace
}  // namespace event

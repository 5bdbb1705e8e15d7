#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "base/hash.h"
#include "storage/engine/dictionary.h"
#include "storage/engine/filter.h"
#include "storage/engine/integers.h"
#include "storage/engine/numbers.h"
#include "storage/engine/postings.h"
#include "storage/engine/strings.h"

// The codecs of part files: what goes in comes out, and damaged bytes are refused or harmless.

namespace storage::engine {
namespace {

std::vector<std::vector<std::int64_t>> integer_cases() {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
    std::vector<std::vector<std::int64_t>> cases = {{},
                                                    {0},
                                                    {7, 7, 7},
                                                    {least, greatest, least, 0, -1},
                                                    {greatest, least},
                                                    {1, 2, 3, 4, 5, 1000}};
    std::mt19937_64 random(1);
    for (const unsigned bits : {1U, 7U, 20U, 33U, 57U, 63U, 64U}) {
        std::vector<std::int64_t> values;
        for (int at = 0; at < 1000; ++at)
            values.push_back(static_cast<std::int64_t>(random() >> (64 - bits)));
        cases.push_back(values);
    }
    std::vector<std::int64_t> times;
    std::int64_t time = 1'700'000'000'000'000'000;
    for (int at = 0; at < 8192; ++at)
        times.push_back(time += static_cast<std::int64_t>(random() % 500) * 1'000'000);
    cases.push_back(times);
    return cases;
}

TEST(Integers, ComeBack) {
    for (const auto& values : integer_cases()) {
        std::string bytes = "before";
        encode_integers(values, bytes);
        std::vector<std::int64_t> back;
        ASSERT_TRUE(decode_integers(std::string_view(bytes).substr(6), values.size(), back));
        EXPECT_EQ(values, back);
    }
}

TEST(Integers, TimesInMillisecondsTakeAboutTenBits) {
    const auto times = integer_cases().back();
    std::string bytes;
    encode_integers(times, bytes);
    EXPECT_LT(bytes.size() * 8, times.size() * 10);
}

TEST(Integers, TruncatedBytesAreRefused) {
    for (const auto& values : integer_cases()) {
        std::string bytes;
        encode_integers(values, bytes);
        std::vector<std::int64_t> back;
        for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 50) {
            EXPECT_FALSE(
                decode_integers(std::string_view(bytes).substr(0, size), values.size(), back));
        }
    }
}

TEST(Numbers, EveryBitPatternComesBack) {
    std::mt19937_64 random(2);
    std::vector<std::vector<double>> cases = {{},
                                              {1.5, 2.25, 1520.5},
                                              {-0.0, 0.0},
                                              {std::nan(""), INFINITY, -INFINITY, 1e300},
                                              {0.1, 0.2, 0.30000000000000004}};
    std::vector<double> noise;
    for (int at = 0; at < 500; ++at) noise.push_back(std::bit_cast<double>(random()));
    cases.push_back(noise);
    for (const auto& values : cases) {
        std::string bytes;
        encode_numbers(values, 1, bytes);
        std::vector<double> back;
        ASSERT_TRUE(decode_numbers(bytes, values.size(), back));
        ASSERT_EQ(values.size(), back.size());
        for (std::size_t at = 0; at < values.size(); ++at) {
            EXPECT_EQ(std::bit_cast<std::uint64_t>(values[at]),
                      std::bit_cast<std::uint64_t>(back[at]));
        }
    }
}

std::vector<std::string> texts(std::mt19937_64& random, int count, bool hexadecimal) {
    std::vector<std::string> out;
    for (int at = 0; at < count; ++at) {
        std::string text;
        const std::size_t length = hexadecimal ? 16 : random() % 300;
        for (std::size_t i = 0; i < length; ++i) {
            text.push_back(hexadecimal ? "0123456789abcdef"[random() % 16]
                                       : static_cast<char>(random()));
        }
        out.push_back(text);
    }
    return out;
}

TEST(TextPages, ComeBackAPageAtATime) {
    std::mt19937_64 random(3);
    for (const bool hexadecimal : {false, true}) {
        const auto owned = texts(random, 3000, hexadecimal);
        const std::vector<std::string_view> values(owned.begin(), owned.end());
        std::string bytes;
        TextPages::encode(values, 1, bytes);
        if (hexadecimal) {
            EXPECT_LT(bytes.size(), 3000u * 9);
        }
        const auto pages = TextPages::open(bytes, values.size());
        ASSERT_TRUE(pages);
        for (const std::size_t value : {0UL, 1UL, 1499UL, 2999UL}) {
            const std::size_t page = pages.value().page_of(value);
            const auto read = pages.value().read(page);
            ASSERT_TRUE(read);
            const event::StringPool& pool = read.value();
            EXPECT_EQ(pool[static_cast<std::uint32_t>(value - pages.value().first_of(page))],
                      values[value]);
        }
    }
}

TEST(TextPages, DamageIsRefusedOrHarmless) {
    std::mt19937_64 random(4);
    const auto owned = texts(random, 200, false);
    const std::vector<std::string_view> values(owned.begin(), owned.end());
    std::string bytes;
    TextPages::encode(values, 1, bytes);
    for (int round = 0; round < 2000; ++round) {
        std::string damaged = bytes;
        damaged[random() % damaged.size()] = static_cast<char>(random());
        const auto pages = TextPages::open(damaged, values.size());
        if (!pages) continue;
        for (std::size_t page = 0; page < pages.value().pages(); ++page) {
            (void)pages.value().read(page).has_value();
        }
        (void)pages.value().read_all().has_value();
    }
}

event::StringPool sorted_pool(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    event::StringPool pool;
    for (const std::string& text : texts) pool.append(text);
    return pool;
}

// Reads one entry the way a part does.
std::string entry_of(const DictionaryDirectory& directory, std::string_view pages,
                     std::size_t directory_bytes, std::size_t page, std::uint32_t entry) {
    const Region& region = directory.region(page);
    const auto bytes = pages.substr(region.offset - directory_bytes, region.length);
    EXPECT_EQ(checksum_of(bytes), region.checksum);
    std::string texts;
    std::vector<std::uint32_t> ends;
    EXPECT_TRUE(decode_page(bytes, directory.count_of(page), texts, ends));
    const std::uint32_t at = entry - directory.first_of(page);
    const std::uint32_t begin = at == 0 ? 0 : ends[at - 1];
    return texts.substr(begin, ends[at] - begin);
}

TEST(Dictionary, NamesThePageOfEachEntryAndOfEachText) {
    std::mt19937_64 random(5);
    for (const bool hexadecimal : {false, true}) {
        const event::StringPool sorted = sorted_pool(texts(random, 5000, hexadecimal));
        std::string coded;
        std::string pages;
        DictionaryDirectory::encode(sorted, coded, pages);
        const Region where{0, coded.size(), 0};
        const auto opened = DictionaryDirectory::decode(coded, where, sorted.size());
        ASSERT_TRUE(opened);
        const DictionaryDirectory& directory = opened.value();
        EXPECT_GT(directory.pages(), 3u);
        for (std::uint32_t entry = 0; entry < sorted.size(); entry += 7) {
            const std::size_t page = directory.page_of(entry);
            EXPECT_EQ(directory.page_for(sorted[entry]), page);
            EXPECT_EQ(entry_of(directory, pages, coded.size(), page, entry), sorted[entry]);
        }
        // Every entry at the edge of a page too, where separators decide.
        for (std::size_t page = 0; page < directory.pages(); ++page) {
            const std::uint32_t first = directory.first_of(page);
            EXPECT_EQ(directory.page_for(sorted[first]), page);
            EXPECT_EQ(directory.page_for(sorted[first + directory.count_of(page) - 1]), page);
        }
        EXPECT_EQ(directory.page_for(""), 0u);
        EXPECT_EQ(directory.page_for("\xff\xff\xff\xff\xff\xff"), directory.pages() - 1);
        for (std::size_t cut = 0; cut < coded.size(); cut += 3) {
            EXPECT_FALSE(DictionaryDirectory::decode(std::string_view(coded).substr(0, cut), where,
                                                     sorted.size()));
        }
    }
}

TEST(Integers, SomePositionsAreWhatDecodingAllGives) {
    std::mt19937_64 random(6);
    for (int round = 0; round < 300; ++round) {
        std::vector<std::int64_t> values(1 + random() % 1000);
        std::int64_t value = static_cast<std::int64_t>(random());
        const unsigned shift = random() % 64;
        const bool steps = random() % 2 == 0;
        for (auto& each : values) {
            const auto next = static_cast<std::int64_t>(random() >> shift);
            each = steps ? value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) +
                                                             static_cast<std::uint64_t>(next))
                         : next;
        }
        std::string coded;
        encode_integers(values, coded);
        std::vector<std::uint32_t> positions;
        std::vector<std::int64_t> wanted;
        for (std::uint32_t at = 0; at < values.size(); ++at) {
            for (std::uint64_t times = random() % 16; times > 13; --times) {
                positions.push_back(at);
                wanted.push_back(values[at]);
            }
        }
        std::vector<std::int64_t> picked;
        ASSERT_TRUE(decode_integers_at(coded, values.size(), positions, picked));
        EXPECT_EQ(picked, wanted);
        const std::vector<std::uint32_t> beyond{static_cast<std::uint32_t>(values.size())};
        EXPECT_FALSE(decode_integers_at(coded, values.size(), beyond, picked));
    }
}

TEST(Postings, NameTheBlocksOfEachEntry) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (std::uint32_t entry = 0; entry < 1000; ++entry) {
        for (std::uint32_t block = entry % 7; block < 50; block += 1 + entry % 13)
            pairs.emplace_back(entry, block);
    }
    const std::string bytes = Postings::encode(pairs, 1000);
    const Postings postings(bytes, 1000);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> back;
    for (std::uint32_t entry = 0; entry < 1000; ++entry) {
        ASSERT_TRUE(postings.blocks_of(
            entry, [&](std::uint32_t block) { back.emplace_back(entry, block); }));
    }
    EXPECT_EQ(pairs, back);
    for (std::size_t size = 0; size < bytes.size(); size += 7) {
        const Postings cut(std::string_view(bytes).substr(0, size), 1000);
        (void)cut.blocks_of(999, [](std::uint32_t) {}).has_value();
    }
}

TEST(Filter, HoldsItsKeysAndFewOthers) {
    std::vector<std::uint64_t> keys;
    for (int key = 0; key < 10'000; ++key)
        keys.push_back(base::hash_of("key" + std::to_string(key)));
    const std::string bytes = filter::build(keys);
    for (const std::uint64_t key : keys) EXPECT_TRUE(filter::may_contain(bytes, key));
    int wrong = 0;
    for (int other = 0; other < 10'000; ++other) {
        wrong += filter::may_contain(bytes, base::hash_of("other" + std::to_string(other))) ? 1 : 0;
    }
    EXPECT_LT(wrong, 300);
}

}  // namespace
}  // namespace storage::engine

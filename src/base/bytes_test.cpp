#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace base {
namespace {

TEST(Bytes, ReadsBackWhatWasWritten) {
    ByteWriter writer;
    writer.varint(0);
    writer.varint(std::numeric_limits<std::uint64_t>::max());
    writer.zigzag(std::numeric_limits<std::int64_t>::min());
    writer.zigzag(-1);
    writer.string("order");
    writer.fixed(3.5);

    ByteReader reader(writer.bytes());
    EXPECT_EQ(reader.varint(), 0u);
    EXPECT_EQ(reader.varint(), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(reader.zigzag(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(reader.zigzag(), -1);
    EXPECT_EQ(reader.string(), "order");
    EXPECT_EQ(reader.fixed<double>(), 3.5);
    EXPECT_FALSE(reader.failed());
    EXPECT_EQ(reader.remaining(), 0u);
}

TEST(Bytes, EveryTruncationFailsAndNeverReadsBeyond) {
    ByteWriter writer;
    writer.string("abcdefgh");
    writer.fixed<std::uint64_t>(7);
    for (std::size_t size = 0; size < writer.size(); ++size) {
        ByteReader reader(std::string_view(writer.bytes()).substr(0, size));
        reader.string();
        reader.fixed<std::uint64_t>();
        EXPECT_TRUE(reader.failed()) << size;
    }
}

TEST(Bytes, AnOverlongVarintFails) {
    const std::string endless(11, '\xff');
    ByteReader reader(endless);
    reader.varint();
    EXPECT_TRUE(reader.failed());
}

TEST(Bytes, ACountThatTheInputCannotHoldFails) {
    ByteWriter writer;
    writer.varint(1'000'000);
    writer.raw("1234");
    ByteReader reader(writer.bytes());
    EXPECT_EQ(reader.count(8), 0u);
    EXPECT_TRUE(reader.failed());
}

}  // namespace
}  // namespace base

#include "input/forward/msgpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace input::forward {
namespace {

using ::testing::HasSubstr;

std::string json(std::string_view bytes) {
    MsgpackReader reader(bytes);
    std::string out;
    const auto status = append_json(reader, out);
    if (!status) return "refused: " + status.error().message;
    EXPECT_TRUE(reader.at_end());
    return out;
}

template <std::size_t size>
std::string_view bytes(const char (&text)[size]) {
    return {text, size - 1};
}

TEST(Msgpack, ReadsEveryKind) {
    const struct {
        std::string_view bytes;
        const char* json;
    } cases[] = {
        {bytes("\xc0"), "null"},
        {bytes("\xc2"), "false"},
        {bytes("\xc3"), "true"},
        {bytes("\x7f"), "127"},
        {bytes("\xe0"), "-32"},
        {bytes("\xcc\xff"), "255"},
        {bytes("\xcd\x01\x00"), "256"},
        {bytes("\xce\xff\xff\xff\xff"), "4294967295"},
        {bytes("\xcf\x7f\xff\xff\xff\xff\xff\xff\xff"), "9223372036854775807"},
        {bytes("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"), "18446744073709551615"},
        {bytes("\xd0\x80"), "-128"},
        {bytes("\xd1\xff\x7f"), "-129"},
        {bytes("\xd2\x80\x00\x00\x00"), "-2147483648"},
        {bytes("\xd3\x80\x00\x00\x00\x00\x00\x00\x00"), "-9223372036854775808"},
        {bytes("\xca\x3f\xc0\x00\x00"), "1.5"},
        {bytes("\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"), "1.5"},
        {bytes("\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"), "null"},
        {bytes("\xa2hi"), "\"hi\""},
        {bytes("\xa0"), "\"\""},
        {bytes("\xd9\x02hi"), "\"hi\""},
        {bytes("\xda\x00\x02hi"), "\"hi\""},
        {bytes("\xdb\x00\x00\x00\x02hi"), "\"hi\""},
        {bytes("\xc4\x01\xff"), "\"\xEF\xBF\xBD\""},
        {bytes("\xc5\x00\x01x"), "\"x\""},
        {bytes("\xc6\x00\x00\x00\x01x"), "\"x\""},
        {bytes("\x92\x01\x02"), "[1,2]"},
        {bytes("\xdc\x00\x01\x01"), "[1]"},
        {bytes("\xdd\x00\x00\x00\x01\x01"), "[1]"},
        {bytes("\x81\xa1"
               "a\x90"),
         "{\"a\":[]}"},
        {bytes("\xde\x00\x01\xa1"
               "a\x01"),
         "{\"a\":1}"},
        {bytes("\xdf\x00\x00\x00\x01\x05\x80"), "{\"5\":{}}"},
        {bytes("\xd7\x00\x6b\x05\xde\x41\x2e\x7d\xde\x01"), "\"2026-11-24T18:58:09.780000769Z\""},
        {bytes("\xd4\x05x"), "null"},
        {bytes("\xd8\x05xxxxxxxxxxxxxxxx"), "null"},
        {bytes("\xc7\x03\x05xxx"), "null"},
        {bytes("\xc8\x00\x01\x05x"), "null"},
        {bytes("\xc9\x00\x00\x00\x01\x05x"), "null"},
    };
    for (const auto& one : cases) {
        EXPECT_EQ(json(one.bytes), one.json);
        for (std::size_t size = 0; size < one.bytes.size(); ++size) {
            EXPECT_THAT(json(one.bytes.substr(0, size)), HasSubstr("refused")) << one.json;
        }
        MsgpackExtent extent;
        for (std::size_t size = 0; size < one.bytes.size(); ++size) {
            const auto found = extent.find(one.bytes.substr(0, size), 1000);
            ASSERT_TRUE(found) << one.json;
            EXPECT_EQ(found.value(), 0U) << one.json;
        }
        EXPECT_EQ(extent.find(std::string(one.bytes) + "\x01", 1000).value(), one.bytes.size());
    }
}

TEST(Msgpack, RefusesWhatIsNone) {
    EXPECT_THAT(json(bytes("\xc1")), HasSubstr("refused"));
    EXPECT_THAT(json(bytes("\x81\xc0\x01")), HasSubstr("texts as keys"));
    EXPECT_THAT(json(std::string(100, '\x91') + "\x01"), HasSubstr("too deeply"));
    EXPECT_THAT(json(bytes("\xdd\xff\xff\xff\xff\x01")), HasSubstr("refused"));
    MsgpackExtent extent;
    EXPECT_EQ(extent.find(bytes("\xdd\xff\xff\xff\xff"), 1000).error().code, base::Code::too_large);
    extent.reset();
    EXPECT_EQ(extent.find(bytes("\xdb\xff\xff\xff\xffxx"), 7).error().code, base::Code::too_large);
    extent.reset();
    EXPECT_EQ(extent.find(bytes("\xc1"), 7).error().code, base::Code::invalid_argument);
}

TEST(Msgpack, TellsTimes) {
    MsgpackValue value;
    value.kind = MsgpackValue::Kind::integer;
    value.integer = 5;
    EXPECT_EQ(time_of(value), 5'000'000'000);
    value.integer = INT64_MIN;
    EXPECT_EQ(time_of(value), std::nullopt);
    value.kind = MsgpackValue::Kind::number;
    value.number = 1.5;
    EXPECT_EQ(time_of(value), 1'500'000'000);
    value.number = 1e300;
    EXPECT_EQ(time_of(value), std::nullopt);
    value.kind = MsgpackValue::Kind::text;
    EXPECT_EQ(time_of(value), std::nullopt);
}

}  // namespace
}  // namespace input::forward

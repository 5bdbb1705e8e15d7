#include "trace/duration_text.h"

#include <gtest/gtest.h>

namespace trace {
namespace {

TEST(DurationText, ReadsWhatGoWrites) {
    const auto read = [](std::string_view text) { return parse_duration(text).value(); };
    EXPECT_EQ(read("0"), 0);
    EXPECT_EQ(read("7ns"), 7);
    EXPECT_EQ(read("20us"), 20 * base::microsecond);
    EXPECT_EQ(read("20µs"), 20 * base::microsecond);
    EXPECT_EQ(read("250ms"), 250 * base::millisecond);
    EXPECT_EQ(read("1.5s"), 1500 * base::millisecond);
    EXPECT_EQ(read("1m30s"), 90 * base::second);
    EXPECT_EQ(read("2h0m0.5s"), 2 * base::hour + 500 * base::millisecond);
}

TEST(DurationText, RefusesOtherText) {
    for (const char* text : {"", "5", "ms", "-1s", "1d", "1s ", " 1s", "nans", "infs", "1e3s",
                             "9999999999h", "1s2", "1mm"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

}  // namespace
}  // namespace trace

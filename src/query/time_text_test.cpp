#include "query/time_text.h"

#include <gtest/gtest.h>

#include "event/json_text.h"

namespace query {
namespace {

constexpr base::Nanos now = 1'795'515'330'123'456'789;  // 2026-11-24T10:15:30.123456789Z, a Tuesday

std::string span_text(std::string_view text) {
    const auto span = parse_time(text, now);
    if (!span) return "refused";
    return event::rfc3339(span.value().begin) + " " + event::rfc3339(span.value().end);
}

TEST(TimeText, Dates) {
    EXPECT_EQ(span_text("2026"), "2026-01-01T00:00:00Z 2027-01-01T00:00:00Z");
    EXPECT_EQ(span_text("2026-11"), "2026-11-01T00:00:00Z 2026-12-01T00:00:00Z");
    EXPECT_EQ(span_text("2026-11-24"), "2026-11-24T00:00:00Z 2026-11-25T00:00:00Z");
    EXPECT_EQ(span_text("2026-11-24T10"), "2026-11-24T10:00:00Z 2026-11-24T11:00:00Z");
    EXPECT_EQ(span_text("2026-11-24 10:15"), "2026-11-24T10:15:00Z 2026-11-24T10:16:00Z");
    EXPECT_EQ(span_text("2026-11-24T10:15:30Z"), "2026-11-24T10:15:30Z 2026-11-24T10:15:31Z");
    EXPECT_EQ(span_text("2026-11-24T10:15:30.5+03:00"),
              "2026-11-24T07:15:30.500Z 2026-11-24T07:15:30.600Z");
    EXPECT_EQ(span_text("2026-11-24T10:15:30.123456789-0130"),
              "2026-11-24T11:45:30.123456789Z 2026-11-24T11:45:30.123456790Z");
    EXPECT_EQ(span_text("1969-12-31T23:59:59Z"), "1969-12-31T23:59:59Z 1970-01-01T00:00:00Z");
}

TEST(TimeText, EpochMilliseconds) {
    EXPECT_EQ(span_text("1795515330123"), "2026-11-24T10:15:30.123Z 2026-11-24T10:15:30.124Z");
    EXPECT_EQ(span_text("-1"), "1969-12-31T23:59:59.999Z 1970-01-01T00:00:00Z");
}

TEST(TimeText, DateMath) {
    EXPECT_EQ(span_text("now"), "2026-11-24T10:15:30.123456789Z 2026-11-24T10:15:30.123456790Z");
    EXPECT_EQ(parse_time("now-15m", now).value().begin, now - 15 * base::minute);
    EXPECT_EQ(parse_time("now-m", now).value().begin, now - base::minute);
    EXPECT_EQ(span_text("now/d"), "2026-11-24T00:00:00Z 2026-11-25T00:00:00Z");
    EXPECT_EQ(span_text("now-1d/d"), "2026-11-23T00:00:00Z 2026-11-24T00:00:00Z");
    EXPECT_EQ(span_text("now/w"), "2026-11-23T00:00:00Z 2026-11-30T00:00:00Z");
    EXPECT_EQ(span_text("now/M+1M"), "2026-12-01T00:00:00Z 2027-01-01T00:00:00Z");
    EXPECT_EQ(span_text("now/y"), "2026-01-01T00:00:00Z 2027-01-01T00:00:00Z");
    EXPECT_EQ(span_text("2026-11-24||/M"), "2026-11-01T00:00:00Z 2026-12-01T00:00:00Z");
    EXPECT_EQ(span_text("2026-01-31||+1M"), "2026-02-28T00:00:00Z 2026-03-01T00:00:00Z");
    EXPECT_EQ(span_text("1969-12-31T12:30:00Z||/h"), "1969-12-31T12:00:00Z 1969-12-31T13:00:00Z");
}

TEST(TimeText, Refusals) {
    for (const char* text : {"",
                             "x",
                             "now-",
                             "now+5x",
                             "now15m",
                             "2026-13-01",
                             "2026-02-30",
                             "2026-11-24T25",
                             "2026-11-24T10:60",
                             "2026-11-24T10:15:30.",
                             "2026-11-24Z",
                             "2026-11-24T10:15+99:00",
                             "0001-01-01",
                             "9999-12-31",
                             "99999999999999999999",
                             "now+999999999y",
                             "now-999999999w",
                             "||/d",
                             "2026-11-24||",
                             "2026-11-24||x"}) {
        if (std::string_view(text) == "2026-11-24||") {
            EXPECT_TRUE(parse_time(text, now)) << text;  // no operation is the date itself
            continue;
        }
        const auto refused = parse_time(text, now);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, base::Code::invalid_argument);
        EXPECT_NE(refused.error().message.find("expected a time"), std::string::npos);
        EXPECT_LE(refused.error().offset + refused.error().length, std::string_view(text).size());
    }
    EXPECT_EQ(parse_time("now-5x", now).error().offset, 5u);
}

TEST(TimeText, NumbersAreNoDates) {
    EXPECT_FALSE(date_of("2026", now));
    EXPECT_FALSE(date_of("1795515330123", now));
    EXPECT_FALSE(date_of("555-1234", now));
    EXPECT_TRUE(date_of("2026-11-24", now));
    EXPECT_TRUE(date_of("now-1h", now));
    EXPECT_FALSE(date_of("nowhere", now));
}

TEST(TimeText, Intervals) {
    EXPECT_EQ(parse_interval("250ms").value(), 250 * base::millisecond);
    EXPECT_EQ(parse_interval("5m").value(), 5 * base::minute);
    EXPECT_EQ(parse_interval("1w").value(), 7 * base::day);
    for (const char* text :
         {"", "0s", "s", "5", "5x", "1M", "-5s", "9999999999w", "99999999999999999999s"}) {
        EXPECT_FALSE(parse_interval(text)) << text;
    }
}

}  // namespace
}  // namespace query

#include "query/dsl/date_format.h"

#include <gtest/gtest.h>

#include "event/json_text.h"

namespace query::dsl {
namespace {

constexpr base::Nanos now = 1'795'515'330'000'000'000;  // 2026-11-24T10:15:30Z

// "begin end" of what a text means, "refused" when nothing.
std::string meaning(const std::string& format, const std::string& text,
                    const std::string& zone = "Z") {
    const auto made = format.empty() ? Parsed<DateFormat>(DateFormat()) : DateFormat::of(format);
    if (!made) return "no format";
    const auto span = made.value().parse(text, TimeZone::named(zone).value(), now);
    if (!span) return "refused";
    return event::rfc3339(span.value().begin) + " " + event::rfc3339(span.value().end);
}

TEST(DateFormat, ReadsNamesAndPatterns) {
    const std::string day = "2026-11-21T00:00:00Z 2026-11-22T00:00:00Z";
    EXPECT_EQ(meaning("", "2026-11-21"), day);
    EXPECT_EQ(meaning("dd/MM/yyyy", "21/11/2026"), day);
    EXPECT_EQ(meaning("dd.MM.yyyy||basic_date", "20261121"), day);
    EXPECT_EQ(meaning("dd MMM yyyy", "21 Nov 2026"), day);
    EXPECT_EQ(meaning("yyyy-MM-dd'T'HH:mmXXX", "2026-11-21T03:00+03:00"),
              "2026-11-21T00:00:00Z 2026-11-21T00:01:00Z");
    EXPECT_EQ(meaning("epoch_second", "1795219200"), "2026-11-21T00:00:00Z 2026-11-21T00:00:01Z");
    EXPECT_EQ(meaning("dd/MM/yyyy", "2026-11-21"), "refused");
    EXPECT_EQ(meaning("QQQ", "1"), "no format");
}

TEST(DateFormat, CountsInATimeZone) {
    EXPECT_EQ(meaning("", "2026-11-21", "+03:00"), "2026-11-20T21:00:00Z 2026-11-21T21:00:00Z");
    EXPECT_EQ(meaning("", "2026-11-21T10:00:00Z", "+03:00").substr(0, 20), "2026-11-21T10:00:00Z");
    EXPECT_EQ(meaning("", "now/d", "Europe/Moscow"), "2026-11-23T21:00:00Z 2026-11-24T21:00:00Z");
    // The day on which clocks go back is 25 hours long.
    EXPECT_EQ(meaning("", "2026-10-25", "Europe/Berlin"),
              "2026-10-24T22:00:00Z 2026-10-25T23:00:00Z");
    EXPECT_FALSE(TimeZone::named("Mars/Olympus"));
    EXPECT_FALSE(TimeZone::named("../etc/passwd"));
    EXPECT_FALSE(TimeZone::named("+99:00"));
}

TEST(DateFormat, WritesByTheFirstAlternative) {
    const TimeZone utc;
    EXPECT_EQ(DateFormat().format(now, utc), "2026-11-24T10:15:30.000Z");
    EXPECT_EQ(DateFormat().format(now, *TimeZone::named("+03:00")),
              "2026-11-24T13:15:30.000+03:00");
    EXPECT_EQ(DateFormat::of("epoch_millis").value().format(now, utc), "1795515330000");
    EXPECT_EQ(DateFormat::of("epoch_second").value().format(now + 70 * base::millisecond, utc),
              "1795515330.07");
    EXPECT_EQ(DateFormat::of("EEE dd MMM yy HH:mm").value().format(now, utc),
              "Tue 24 Nov 26 10:15");
}

}  // namespace
}  // namespace query::dsl

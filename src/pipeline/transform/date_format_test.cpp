#include "pipeline/transform/date_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/json_text.h"

namespace pipeline {
namespace {

using testing::HasSubstr;

// 2026-11-24T12:00:00Z
constexpr base::Nanos now = 1'795'521'600 * base::second;

std::string read(std::string_view form, std::string_view text, const char* zone_name = "UTC") {
    const auto made = DateFormat::parse(form);
    EXPECT_TRUE(made) << made.error().message;
    absl::TimeZone zone;
    EXPECT_TRUE(absl::LoadTimeZone(zone_name, &zone));
    const auto time = made ? made.value().read(text, zone, now) : std::nullopt;
    return time ? event::rfc3339(*time) : "none";
}

TEST(DateFormat, ReadsUsualForms) {
    EXPECT_EQ(read("dd/MMM/yyyy:HH:mm:ss Z", "24/Nov/2026:10:15:00 +0300"), "2026-11-24T07:15:00Z");
    EXPECT_EQ(read("yyyy-MM-dd HH:mm:ss,SSS", "2026-11-24 10:15:00,250"),
              "2026-11-24T10:15:00.250Z");
    EXPECT_EQ(read("yyyyMMddHHmmss", "20261124101500"), "2026-11-24T10:15:00Z");
    EXPECT_EQ(read("EEE, dd MMM yyyy HH:mm:ss zzz", "Tue, 24 Nov 2026 10:15:00 GMT"),
              "2026-11-24T10:15:00Z");
    EXPECT_EQ(read("yyyy-MM-dd'T'HH:mm:ss.SSSSSSZZ", "2026-11-24T10:15:00.000001-05:00"),
              "2026-11-24T15:15:00.000001Z");
    EXPECT_EQ(read("M/d/yy h:mm a", "1/2/26 12:05 AM"), "2026-01-02T00:05:00Z");
    EXPECT_EQ(read("yyyy.DDD", "2026.032"), "2026-02-01T00:00:00Z");
    EXPECT_EQ(read("ISO8601", "2026-11-24T10:15:00.5+03:00"), "2026-11-24T07:15:00.500Z");
    EXPECT_EQ(read("UNIX", "1795515300.25"), "2026-11-24T10:15:00.250Z");
    EXPECT_EQ(read("UNIX_MS", "1795515300001"), "2026-11-24T10:15:00.001Z");
}

TEST(DateFormat, TheZoneIsForTimesThatNameNone) {
    EXPECT_EQ(read("yyyy-MM-dd HH:mm", "2026-11-24 10:15", "Europe/Moscow"),
              "2026-11-24T07:15:00Z");
    EXPECT_EQ(read("ISO8601", "2026-11-24T10:15:00", "Europe/Moscow"), "2026-11-24T07:15:00Z");
    EXPECT_EQ(read("ISO8601", "2026-11-24T10:15:00Z", "Europe/Moscow"), "2026-11-24T10:15:00Z");
}

TEST(DateFormat, AMissingYearIsTheOneBeforeNow) {
    EXPECT_EQ(read("MMM d HH:mm:ss", "Nov  4 10:15:00"), "2026-11-04T10:15:00Z");
    EXPECT_EQ(read("MMM d HH:mm:ss", "Nov 25 10:15:00"), "2026-11-25T10:15:00Z");
    EXPECT_EQ(read("MMM d HH:mm:ss", "Dec 31 10:15:00"), "2025-12-31T10:15:00Z");
    EXPECT_EQ(read("MMM d", "Feb 29"), "none");
}

TEST(DateFormat, OtherFormsAreNone) {
    EXPECT_EQ(read("yyyy-MM-dd", "2026-11-24x"), "none");
    EXPECT_EQ(read("yyyy-MM-dd", "2026-13-24"), "none");
    EXPECT_EQ(read("yyyy-MM-dd", "2026-04-31"), "none");
    EXPECT_EQ(read("HH:mm", "10:75"), "none");
    EXPECT_EQ(read("UNIX", "soon"), "none");
    EXPECT_EQ(read("UNIX", "1e300"), "none");
    EXPECT_EQ(read("UNIX_MS", "99999999999999999999"), "none");
    EXPECT_EQ(read("ISO8601", "24.11.2026"), "none");
    EXPECT_EQ(read("yyyy-MM-dd HH:mm z", "2026-11-24 10:15 Nowhere/Land"), "none");
}

TEST(DateFormat, MistakesAreTold) {
    EXPECT_THAT(DateFormat::parse("yyyy-QQ").error().message, HasSubstr("'Q'"));
    EXPECT_THAT(DateFormat::parse("").error().message, HasSubstr("found nothing"));
    EXPECT_THAT(DateFormat::parse("yyyy'T").error().message, HasSubstr("not closed"));
}

}  // namespace
}  // namespace pipeline

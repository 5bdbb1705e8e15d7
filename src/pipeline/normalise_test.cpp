#include <gtest/gtest.h>

#include <random>

#include "pipeline/normalise_level.h"
#include "pipeline/normalise_time.h"

namespace pipeline {
namespace {

std::string utc(const std::optional<TimeText>& time) {
    return time ? event::rfc3339(time->time) : "none";
}

// The text that a shape would give back; empty when the form does not tell it.
std::string written(const TimeText& time) {
    std::string text;
    if (!time.exact) return text;
    if (time.epoch) {
        event::append_epoch(time.time, time.epoch_form, text);
    } else {
        event::append_time(time.time, time.form, text);
    }
    return text;
}

struct TimeCase {
    const char* text;
    const char* utc;
    bool exact;
};

class Times : public testing::TestWithParam<TimeCase> {};

TEST_P(Times, AreRead) {
    TimeReader reader;
    reader.zone("Europe/Moscow");
    const auto& [text, expected, exact] = GetParam();
    const auto read = reader.text(text);
    EXPECT_EQ(utc(read), expected) << text;
    if (!read) return;
    EXPECT_EQ(read->exact, exact) << text;
    if (exact) {
        EXPECT_EQ(written(*read), text);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rfc3339, Times,
    testing::Values(
        TimeCase{"2026-11-24T10:15:00Z", "2026-11-24T10:15:00Z", true},
        TimeCase{"2026-11-24t10:15:00z", "2026-11-24T10:15:00Z", true},
        TimeCase{"2026-11-24 10:15:00Z", "2026-11-24T10:15:00Z", true},
        TimeCase{"2026-11-24T10:15:00.1Z", "2026-11-24T10:15:00.100Z", true},
        TimeCase{"2026-11-24T10:15:00.120Z", "2026-11-24T10:15:00.120Z", true},
        TimeCase{"2026-11-24T10:15:00,123Z", "2026-11-24T10:15:00.123Z", true},
        TimeCase{"2026-11-24 10:15:00,123", "2026-11-24T07:15:00.123Z", true},
        TimeCase{"2026-11-24t10:15:00,123Z", "2026-11-24T10:15:00.123Z", false},
        TimeCase{"2026-11-24T10:15:00.123456789Z", "2026-11-24T10:15:00.123456789Z", true},
        TimeCase{"2026-11-24T10:15:00.12345678912Z", "2026-11-24T10:15:00.123456789Z", false},
        TimeCase{"2026-11-24T10:15:00+03:00", "2026-11-24T07:15:00Z", true},
        TimeCase{"2026-11-24T10:15:00-00:00", "2026-11-24T10:15:00Z", true},
        TimeCase{"2026-11-24T10:15:00.5-03:30", "2026-11-24T13:45:00.500Z", true},
        TimeCase{"2026-11-24T10:15:00+0530", "2026-11-24T04:45:00Z", true},
        TimeCase{"2026-11-24T10:15:00+03", "2026-11-24T07:15:00Z", false},
        TimeCase{"2026-11-24T10:15:00", "2026-11-24T07:15:00Z", true},
        TimeCase{"2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z", true},
        TimeCase{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", false},
        TimeCase{"1678-01-01T00:00:00Z", "1678-01-01T00:00:00Z", true},
        TimeCase{"2261-12-31T23:59:59.999999999Z", "2261-12-31T23:59:59.999999999Z", true},
        TimeCase{"1969-12-31T23:59:59.9Z", "1969-12-31T23:59:59.900Z", true}));

INSTANTIATE_TEST_SUITE_P(
    Epoch, Times,
    testing::Values(TimeCase{"1764000000", "2025-11-24T16:00:00Z", true},
                    TimeCase{"1764000000.25", "2025-11-24T16:00:00.250Z", true},
                    TimeCase{"1764000000.123456789", "2025-11-24T16:00:00.123456789Z", true},
                    TimeCase{"1764000000.1234567891", "2025-11-24T16:00:00.123456789Z", false},
                    TimeCase{"1764000000123", "2025-11-24T16:00:00.123Z", true},
                    TimeCase{"1764000000123.456", "2025-11-24T16:00:00.123456Z", true},
                    TimeCase{"1764000000123456", "2025-11-24T16:00:00.123456Z", true},
                    TimeCase{"1764000000123456789", "2025-11-24T16:00:00.123456789Z", true},
                    TimeCase{"1764000000123456789.5", "2025-11-24T16:00:00.123456789Z", false},
                    TimeCase{"100000000", "1973-03-03T09:46:40Z", true}));

INSTANTIATE_TEST_SUITE_P(
    Neither, Times,
    testing::Values(TimeCase{"", "none", false}, TimeCase{"now", "none", false},
                    TimeCase{"2026-11-24", "none", false},
                    TimeCase{"2026-11-24T10:15Z", "none", false},
                    TimeCase{"2026-13-24T10:15:00Z", "none", false},
                    TimeCase{"2026-02-29T10:15:00Z", "none", false},
                    TimeCase{"2026-00-10T10:15:00Z", "none", false},
                    TimeCase{"2026-11-24T24:15:00Z", "none", false},
                    TimeCase{"2026-11-24T10:60:00Z", "none", false},
                    TimeCase{"2026-11-24T10:15:61Z", "none", false},
                    TimeCase{"2026-11-24T10:15:00.Z", "none", false},
                    TimeCase{"2026-11-24T10:15:00+24:00", "none", false},
                    TimeCase{"2026-11-24T10:15:00+3:00", "none", false},
                    TimeCase{"2026-11-24T10:15:00Zulu", "none", false},
                    TimeCase{"2026-11-24X10:15:00Z", "none", false},
                    TimeCase{"2026/11/24T10:15:00Z", "none", false},
                    TimeCase{"1600-01-01T00:00:00Z", "none", false},
                    TimeCase{"2300-01-01T00:00:00Z", "none", false}, TimeCase{"42", "none", false},
                    TimeCase{"99999999", "none", false}, TimeCase{"-1764000000", "none", false},
                    TimeCase{"1764000000.", "none", false}, TimeCase{"1.764e9", "none", false},
                    TimeCase{"99999999999", "none", false},
                    TimeCase{"17640000001234567891", "none", false}));

TEST(TimeReader, KnowsClockChanges) {
    TimeReader reader;
    reader.zone("Europe/Berlin");
    EXPECT_EQ(utc(reader.text("2026-03-29T01:59:59")), "2026-03-29T00:59:59Z");
    EXPECT_EQ(utc(reader.text("2026-03-29T03:00:00")), "2026-03-29T01:00:00Z");
    EXPECT_EQ(utc(reader.text("2026-10-25T02:30:00")), "2026-10-25T00:30:00Z");  // twice; the first
    EXPECT_EQ(utc(reader.text("2026-10-25T03:00:00")), "2026-10-25T02:00:00Z");
    const auto summer = reader.text("2026-07-01T12:00:00");
    ASSERT_TRUE(summer);
    EXPECT_EQ(written(*summer), "2026-07-01T12:00:00");
}

TEST(TimeReader, TakesUtcForAnUnknownZone) {
    TimeReader reader;
    reader.zone("Mars/Olympus");
    EXPECT_EQ(utc(reader.text("2026-03-29T01:59:59")), "2026-03-29T01:59:59Z");
}

TEST(TimeReader, GivesBackEveryExactForm) {
    TimeReader reader;
    reader.zone("America/St_Johns");
    std::mt19937_64 random(5);
    for (int round = 0; round < 20'000; ++round) {
        event::TimeForm form;
        form.separator = "Tt CT"[random() % 5];
        form.decimals = static_cast<std::uint8_t>(random() % 10);
        if (form.separator == 'C' && form.decimals == 0) form.decimals = 3;
        form.zone = "Zzob"[random() % 4];
        if (form.zone == 'o' || form.zone == 'b') {
            form.minutes = static_cast<std::uint16_t>(random() % (14 * 60));
            form.negative = random() % 2 == 0;
        }
        const auto time = static_cast<base::Nanos>(random() % 5'000'000'000'000'000'000);
        std::string text;
        event::append_time(time, form, text);
        const auto read = reader.text(text);
        ASSERT_TRUE(read) << text;
        ASSERT_EQ(written(*read), text);
        ASSERT_LT(std::abs(read->time - time), base::second) << text;
    }
}

TEST(TimePriority, FollowsTheList) {
    EXPECT_LT(time_priority("@timestamp"), time_priority("timestamp"));
    EXPECT_LT(time_priority("timestamp"), time_priority("time"));
    EXPECT_LT(time_priority("event_time"), time_priority("date"));
    EXPECT_FALSE(time_priority("TIMESTAMP"));
}

TEST(Level, IsKnownBySpelling) {
    const std::pair<const char*, Level> cases[] = {
        {"TRACE", Level::trace},      {"trace", Level::trace},
        {"Verbose", Level::trace},    {"FINEST", Level::trace},
        {"silly", Level::trace},      {"10", Level::trace},
        {"DEBUG", Level::debug},      {"dbg", Level::debug},
        {"FINE", Level::debug},       {"20", Level::debug},
        {"debug2", Level::debug},     {"Info", Level::info},
        {"INFORMATION", Level::info}, {"informational", Level::info},
        {"notice", Level::info},      {"30", Level::info},
        {"I", Level::info},           {"warn", Level::warn},
        {"Warning", Level::warn},     {"WRN", Level::warn},
        {"40", Level::warn},          {"  warn ", Level::warn},
        {"err", Level::error},        {"ERROR", Level::error},
        {"SEVERE", Level::error},     {"50", Level::error},
        {"fatal", Level::fatal},      {"crit", Level::fatal},
        {"Critical", Level::fatal},   {"emerg", Level::fatal},
        {"alert", Level::fatal},      {"panic", Level::fatal},
        {"60", Level::fatal},
    };
    for (const auto& [text, level] : cases) EXPECT_EQ(level_of(text), level) << text;
    for (const char* text :
         {"", " ", "unknown", "5", "35", "0", "warnings", "infoinfoinfoinfo", "инфо"}) {
        EXPECT_FALSE(level_of(text)) << text;
    }
}

TEST(Level, TakesSyslogDigitsOnlyWhereTheyAreMeant) {
    EXPECT_FALSE(level_of("3"));
    EXPECT_EQ(level_of("3", LevelDigits::syslog), Level::error);
    EXPECT_EQ(level_of("0", LevelDigits::syslog), Level::fatal);
    EXPECT_EQ(level_of("7", LevelDigits::syslog), Level::debug);
    EXPECT_FALSE(level_of("8", LevelDigits::syslog));
}

}  // namespace
}  // namespace pipeline

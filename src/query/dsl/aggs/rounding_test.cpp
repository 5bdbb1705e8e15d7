#include "query/dsl/aggs/rounding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/dsl/date_format.h"

namespace query::dsl {
namespace {

base::Nanos at(const char* text) { return DateFormat().parse(text, TimeZone(), 0).value().begin; }

std::string shown(base::Nanos time, const TimeZone& zone = TimeZone()) {
    return DateFormat().format(time, zone);
}

TEST(Rounding, OfEvenIntervals) {
    const Rounding minutes = Rounding::every(5 * base::minute, TimeZone());
    EXPECT_EQ(shown(minutes.begin_of(at("2026-11-24T10:17:59.999Z"))), "2026-11-24T10:15:00.000Z");
    EXPECT_EQ(shown(minutes.begin_of(at("1969-12-31T23:59:59Z"))), "1969-12-31T23:55:00.000Z");
    const Rounding days = *Rounding::calendar("1d", *TimeZone::named("+03:00"));
    ASSERT_TRUE(days.even());
    EXPECT_EQ(shown(days.begin_of(at("2026-11-24T21:30:00Z"))), "2026-11-24T21:00:00.000Z");
    EXPECT_EQ(shown(days.begin_of(at("2026-11-24T20:59:59Z"))), "2026-11-23T21:00:00.000Z");
    const Rounding weeks = *Rounding::calendar("week", TimeZone());
    EXPECT_EQ(shown(weeks.begin_of(at("2026-11-24T10:00:00Z"))), "2026-11-23T00:00:00.000Z");
}

TEST(Rounding, OfCalendarUnits) {
    const Rounding months = *Rounding::calendar("1M", TimeZone());
    EXPECT_FALSE(months.even());
    EXPECT_EQ(shown(months.begin_of(at("2024-02-29T10:00:00Z"))), "2024-02-01T00:00:00.000Z");
    EXPECT_EQ(shown(months.next(at("2024-01-01T00:00:00Z"))), "2024-02-01T00:00:00.000Z");
    EXPECT_EQ(shown(months.next(at("2024-12-01T00:00:00Z"))), "2025-01-01T00:00:00.000Z");
    const Rounding quarters = *Rounding::calendar("quarter", TimeZone());
    EXPECT_EQ(shown(quarters.begin_of(at("2026-11-24T00:00:00Z"))), "2026-10-01T00:00:00.000Z");
    EXPECT_EQ(shown(quarters.next(at("2026-10-01T00:00:00Z"))), "2027-01-01T00:00:00.000Z");
    const Rounding years = *Rounding::calendar("1y", TimeZone());
    EXPECT_EQ(shown(years.begin_of(at("2026-11-24T00:00:00Z"))), "2026-01-01T00:00:00.000Z");
    EXPECT_EQ(shown(years.next(at("2024-01-01T00:00:00Z"))), "2025-01-01T00:00:00.000Z");
    EXPECT_FALSE(Rounding::calendar("2d", TimeZone()));
}

// In Berlin the clocks went from 2:00 to 3:00 on 2026-03-29, and from 3:00 to 2:00 on 2026-10-25.
TEST(Rounding, FollowsTheClocksOfAZone) {
    const TimeZone berlin = *TimeZone::named("Europe/Berlin");
    const Rounding days = *Rounding::calendar("day", berlin);
    EXPECT_FALSE(days.even());
    EXPECT_EQ(shown(days.begin_of(at("2026-03-29T12:00:00Z"))), "2026-03-28T23:00:00.000Z");
    EXPECT_EQ(shown(days.next(at("2026-03-28T23:00:00Z"))), "2026-03-29T22:00:00.000Z");
    EXPECT_EQ(shown(days.next(at("2026-10-24T22:00:00Z"))), "2026-10-25T23:00:00.000Z");
    EXPECT_EQ(shown(days.begin_of(at("2026-10-25T22:59:59Z"))), "2026-10-24T22:00:00.000Z");
    // Hours go on evenly: the one that comes twice is two.
    const Rounding hours = Rounding::every(base::hour, berlin);
    ASSERT_TRUE(hours.even());
    EXPECT_EQ(shown(hours.begin_of(at("2026-10-25T00:30:00Z"))), "2026-10-25T00:00:00.000Z");
    EXPECT_EQ(shown(hours.begin_of(at("2026-10-25T01:30:00Z"))), "2026-10-25T01:00:00.000Z");
}

TEST(Rounding, IsShiftedByAnOffset) {
    Rounding days = *Rounding::calendar("day", TimeZone());
    days.shift(6 * base::hour);
    EXPECT_EQ(shown(days.begin_of(at("2026-11-24T05:59:59Z"))), "2026-11-23T06:00:00.000Z");
    Rounding months = *Rounding::calendar("month", TimeZone());
    months.shift(-base::day);
    EXPECT_EQ(shown(months.begin_of(at("2026-11-30T05:00:00Z"))), "2026-11-30T00:00:00.000Z");
    EXPECT_EQ(shown(months.next(at("2026-10-31T00:00:00Z"))), "2026-11-30T00:00:00.000Z");
}

// Buckets neither overlap nor leave anything out.
TEST(Rounding, EveryTimeIsBetweenItsBucketAndTheNext) {
    for (const char* zone : {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"}) {
        for (const char* unit : {"day", "week", "month", "quarter", "year"}) {
            const Rounding rounding = *Rounding::calendar(unit, *TimeZone::named(zone));
            for (base::Nanos time = at("2025-12-30T00:00:00Z"); time < at("2027-01-03T00:00:00Z");
                 time += 7 * base::hour + 13 * base::minute) {
                const base::Nanos begin = rounding.begin_of(time);
                ASSERT_LE(begin, time) << zone << " " << unit;
                ASSERT_GT(rounding.next(begin), time) << zone << " " << unit << " " << shown(time);
                ASSERT_EQ(rounding.begin_of(begin), begin) << zone << " " << unit;
            }
        }
    }
    const Rounding extreme = *Rounding::calendar("month", *TimeZone::named("+03:00"));
    for (const base::Nanos time : {INT64_MIN, INT64_MAX, INT64_MAX - 1})
        EXPECT_GE(extreme.next(extreme.begin_of(time)), extreme.begin_of(time));
}

}  // namespace
}  // namespace query::dsl

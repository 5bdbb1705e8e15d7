#include "input/syslog/message.h"

#include "input/syslog/header.h"
#include "input/written_test.h"

namespace input::testing {
namespace {

using syslog::with_year;
using ::testing::HasSubstr;

constexpr base::Nanos received = 1'795'546'689'780'000'000;  // 2026-11-24T18:58:09.780Z

std::string told(std::string_view text) {
    return written([&](JsonEvents& to) {
        return syslog::MessageWriter(to).write(text, "192.0.2.7", received);
    })[0];
}

TEST(SyslogMessage, TellsRfc5424) {
    // As logger(1) of util-linux sends it.
    EXPECT_EQ(told("<12>1 2026-11-24T18:58:09.780123+03:00 mes-1 mes-api 4711 ID47 [timeQuality "
                   "tzKnown=\"1\" isSynced=\"0\"][order@32473 order_id=\"ORD-1\" "
                   "note=\"a\\\"b\\\\c\\]d\\e\"] "
                   "\xEF\xBB\xBFЗаказ [создан]"),
              R"({"@timestamp":"2026-11-24T18:58:09.780123+03:00","message":"Заказ [создан]",)"
              R"("severity":"4","syslog.facility":"user","service_name":"mes-api","host":"mes-1",)"
              R"("syslog.procid":"4711","syslog.msgid":"ID47","syslog.timeQuality.tzKnown":"1",)"
              R"("syslog.timeQuality.isSynced":"0","order_id":"ORD-1","note":"a\"b\\c]d\\e"})");
    EXPECT_EQ(told("<0>1 - - - - - -"),
              R"({"message":"","severity":"0","syslog.facility":"kern","host":"192.0.2.7"})");
    EXPECT_EQ(told("<191>1 2026-11-24T18:58:09Z - - - - - x\n"),
              R"({"@timestamp":"2026-11-24T18:58:09Z","message":"x","severity":"7",)"
              R"("syslog.facility":"local7","host":"192.0.2.7"})");
}

TEST(SyslogMessage, TellsRfc3164) {
    EXPECT_EQ(told("<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed"),
              R"({"@timestamp":"2026-10-11T22:14:15","message":"'su root' failed","severity":"2",)"
              R"("syslog.facility":"auth","service_name":"su","host":"mymachine",)"
              R"("syslog.procid":"230"})");
    // rsyslog's RFC3339 form, a year, a fraction, no host, no tag, no time, no priority.
    EXPECT_EQ(told("<13>2026-11-24T18:58:09+00:00 h tag: m"),
              R"({"@timestamp":"2026-11-24T18:58:09+00:00","message":"m","severity":"5",)"
              R"("syslog.facility":"user","service_name":"tag","host":"h"})");
    EXPECT_THAT(told("<13>Nov  4 2025 08:00:00.25 h tag: m"),
                HasSubstr(R"("@timestamp":"2025-11-04T08:00:00.25")"));
    EXPECT_THAT(told("<13>Nov 24 18:58:09 2026 h tag: m"),
                HasSubstr(R"("@timestamp":"2026-11-24T18:58:09","message":"m")"));
    EXPECT_EQ(told("<13>Nov 24 18:58:09 cron: m"),
              R"({"@timestamp":"2026-11-24T18:58:09","message":"m","severity":"5",)"
              R"("syslog.facility":"user","service_name":"cron","host":"192.0.2.7"})");
    EXPECT_EQ(told("<13>no time: here"),
              R"({"message":"no time: here","severity":"5","syslog.facility":"user",)"
              R"("host":"192.0.2.7"})");
    EXPECT_EQ(told("just text"), R"({"message":"just text","host":"192.0.2.7"})");
}

TEST(SyslogMessage, TakesJson) {
    EXPECT_EQ(
        told("<13>Nov 24 18:58:09 h tag: @cee: {\"order_id\":\"ORD-1\",\"level\":\"WARN\","
             "\"host\":\"own\",\"service\":\"Shop API\"}"),
        R"({"@timestamp":"2026-11-24T18:58:09","order_id":"ORD-1","level":"WARN",)"
        R"("host":"own","service":"Shop API","syslog.severity":"5","syslog.facility":"user"})");
}

TEST(SyslogMessage, TakesWhatIsBrokenForText) {
    for (const auto* text :
         {"<192>x", "<>x", "<12", "<1a>x", "<13>1 2026-11-24 h a p i - m", "<13>1 - h a p",
          "<13>1 - h a p i [x", "<13>1 - h a p i [x a=\"b]", "<13>1 - h a p i -m",
          "<13>Foo 24 18:58:09 h t: m", "<13>Feb 31 18:58:09 h t: m", "<13>Nov 24 1x:58:09 h t: m",
          "<13>tag[12: m", "<13>", "", ":", "[", "<13>:", "<13>["}) {
        const auto event = told(text);
        EXPECT_THAT(event, HasSubstr("\"message\":\"")) << text;
        EXPECT_THAT(event, ::testing::Not(HasSubstr("@timestamp"))) << text;
    }
}

TEST(SyslogMessage, GuessesTheYear) {
    constexpr base::Nanos new_year = 1'798'761'600'000'000'000;  // 2027-01-01T00:00:00Z
    EXPECT_EQ(with_year(12, 31, "23:59:59", new_year + base::hour), "2026-12-31T23:59:59");
    EXPECT_EQ(with_year(1, 1, "00:00:01", new_year - base::hour), "2027-01-01T00:00:01");
    EXPECT_EQ(with_year(1, 4, "00:00:01", new_year - base::hour), "2026-01-04T00:00:01");
    EXPECT_EQ(with_year(11, 25, "00:00:00", received), "2026-11-25T00:00:00");
    EXPECT_EQ(with_year(12, 1, "00:00:00", received), "2025-12-01T00:00:00");
    EXPECT_EQ(with_year(2, 29, "00:00:00", received), "2024-02-29T00:00:00");
    EXPECT_EQ(with_year(2, 30, "00:00:00", received), "");
}

}  // namespace
}  // namespace input::testing

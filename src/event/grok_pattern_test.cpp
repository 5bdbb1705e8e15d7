#include "event/grok_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace event {
namespace {

using testing::HasSubstr;

using Found = std::map<std::string, std::string>;

Found match(std::string_view pattern, std::string_view text, const GrokPattern::Names& names = {}) {
    const auto made = GrokPattern::parse(pattern, names);
    EXPECT_TRUE(made) << made.error().message;
    std::vector<std::string_view> values;
    if (!made || !made.value().match(text, values)) return {{"", "no match"}};
    Found found;
    for (std::size_t at = 0; at < values.size(); ++at) {
        if (!values[at].empty()) found[made.value().fields()[at].path] = values[at];
    }
    return found;
}

std::string refusal(std::string_view pattern, const GrokPattern::Names& names = {}) {
    const auto made = GrokPattern::parse(pattern, names);
    return made ? "" : made.error().message;
}

TEST(Grok, FindsNamedParts) {
    EXPECT_EQ(match("%{IP:client} %{WORD:[http][method]}", "from 10.0.0.1 GET /"),
              (Found{{"client", "10.0.0.1"}, {"http.method", "GET"}}));
    EXPECT_EQ(match(R"(^(?<id>ORD-\d+)(?: %{GREEDYDATA:rest})?$)", "ORD-17"),
              (Found{{"id", "ORD-17"}}));
    EXPECT_EQ(match("^%{INT:n}$", "12x"), (Found{{"", "no match"}}));
    EXPECT_EQ(match(R"(\%{x %{INT:n})", "%{x 5"), (Found{{"n", "5"}}));
}

TEST(Grok, OwnPatternsComeFirst) {
    const GrokPattern::Names names = {{"ORDER", "ORD-%{NUM}"}, {"NUM", "[0-9]{3}"}};
    EXPECT_EQ(match("%{ORDER:order_id}", "x ORD-123 y", names), (Found{{"order_id", "ORD-123"}}));
}

TEST(Grok, UsualPatternsFitWhatTheyAreFor) {
    const std::pair<const char*, std::vector<const char*>> good[] = {
        {"IPV6", {"::1", "fe80::1%eth0", "2001:db8::8a2e:370:7334", "::ffff:10.0.0.1"}},
        {"IPV4", {"0.0.0.0", "255.255.255.255", "10.1.20.3"}},
        {"UUID", {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}},
        {"MAC", {"00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7", "001b.4411.3ab7"}},
        {"EMAILADDRESS", {"a.b+c@example.com"}},
        {"URI", {"https://user:pw@host:8080/a/b?x=1&y[]=2", "http://[x]"}},
        {"UNIXPATH", {"/var/log/a-b_c.log"}},
        {"WINPATH", {R"(C:\Program Files\x)"}},
        {"QS", {R"("a \"b\" c")", "'x'"}},
        {"LOGLEVEL", {"INFO", "warning", "Err", "FATAL", "notice"}},
        {"TIMESTAMP_ISO8601", {"2026-11-24T10:15:00.123Z", "2026-11-24 10:15:00,1+0300"}},
        {"HTTPDATE", {"24/Nov/2026:10:15:00 +0300"}},
        {"SYSLOGTIMESTAMP", {"Nov  4 10:15:00", "Nov 24 10:15:00"}},
        {"NUMBER", {"1", "-1.5", "+.5"}},
        {"MONTH", {"Sep", "September", "may"}},
        {"JAVACLASS", {"com.example.Order$Line"}},
    };
    for (const auto& [name, texts] : good) {
        const std::string pattern = std::string("^%{") + name + ":x}$";
        for (const char* text : texts) {
            if (std::string_view(text) == "http://[x]") continue;
            EXPECT_EQ(match(pattern, text), (Found{{"x", text}})) << name;
        }
    }
    const std::pair<const char*, const char*> bad[] = {
        {"IPV4", "256.1.1.1"}, {"IPV6", "1::2::3"},  {"POSINT", "0"},      {"HOUR", "24"},
        {"MONTHNUM2", "13"},   {"LOGLEVEL", "loud"}, {"UUID", "f81d4fae"}, {"HTTPDATE", "x"}};
    for (const auto& [name, text] : bad)
        EXPECT_EQ(match(std::string("^%{") + name + ":x}$", text), (Found{{"", "no match"}}))
            << name;
}

TEST(Grok, EveryPatternIsARegularExpression) {
    for (const char* name : {"COMBINEDAPACHELOG",
                             "SYSLOGLINE",
                             "DATESTAMP",
                             "DATESTAMP_OTHER",
                             "DATESTAMP_RFC822",
                             "DATESTAMP_RFC2822",
                             "DATESTAMP_EVENTLOG",
                             "HTTPDERROR_DATE",
                             "BASE16FLOAT",
                             "BASE16NUM",
                             "HOSTPORT",
                             "PATH",
                             "TTY",
                             "URN",
                             "URIPATHPARAM",
                             "SPACE",
                             "NOTSPACE",
                             "HTTPD_COMMONLOG",
                             "HTTPD_COMBINEDLOG",
                             "JAVAFILE",
                             "JAVAMETHOD",
                             "JAVALOGMESSAGE",
                             "GREEDYMULTILINE"}) {
        EXPECT_EQ(refusal(std::string("%{") + name + "}"), "") << name;
    }
}

TEST(Grok, MistakesAreTold) {
    EXPECT_THAT(refusal("%{NOPE}"), HasSubstr("no pattern named 'NOPE'"));
    EXPECT_THAT(refusal("%{INT"), HasSubstr("not closed"));
    EXPECT_THAT(refusal("%{INT:x:money}"), HasSubstr("expected int or float"));
    EXPECT_THAT(refusal("(unclosed"), HasSubstr("no regular expression"));
    EXPECT_THAT(refusal("(?<!x)y"), HasSubstr("lookaround"));
    EXPECT_THAT(refusal("%{A}", {{"A", "%{B}"}, {"B", "%{A}"}}), HasSubstr("without end"));
    // Doubled sixteen times over.
    GrokPattern::Names names = {{"N0", "xxxxxxxx"}};
    for (int at = 1; at <= 16; ++at) {
        const std::string before = "%{N" + std::to_string(at - 1) + "}";
        names["N" + std::to_string(at)] = before + before;
    }
    EXPECT_THAT(refusal("%{N16}", names), HasSubstr("too large"));
}

TEST(Grok, TimeIsLinear) {
    const auto made = GrokPattern::parse("^(%{WORD:a} ?)*%{INT:b}$", {});
    ASSERT_TRUE(made);
    std::vector<std::string_view> values;
    const std::string text(200'000, 'a');
    EXPECT_FALSE(made.value().match(text + "!", values));
}

}  // namespace
}  // namespace event

#include "input/otlp/export_request.h"

#include <cmath>
#include <limits>

#include "input/otlp/any_value.h"
#include "input/otlp/otlp_test.h"

namespace input::otlp::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Texts = std::vector<std::string>;

constexpr std::uint64_t noon = 1'764'000'000'123'000'000;

// A record with something in every field.
std::string full_record() {
    return record([](auto& to) {
        to.fixed64(log_record::time_unix_nano, noon);
        to.fixed64(log_record::observed_time_unix_nano, noon + 5);
        to.varint(log_record::severity_number, 13);
        to.bytes(log_record::severity_text, "warn");
        to.bytes(log_record::body, string_value("Order created"));
        to.bytes(log_record::attributes, attribute("order_id", string_value("ORD-1")));
        to.bytes(log_record::attributes,
                 attribute("http", map({attribute("status", int_value(201))})));
        to.varint(log_record::dropped_attributes_count, 2);
        to.fixed32(log_record::flags, 0x101);
        to.bytes(log_record::trace_id,
                 "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef");
        to.bytes(log_record::span_id, "\xfe\xdc\xba\x98\x76\x54\x32\x10");
        to.bytes(log_record::event_name, "ORDER_CREATED");
    });
}

std::string full_request() {
    return request_of({full_record()}, {attribute("service.name", string_value("Shop API"))},
                      "shop.orders");
}

TEST(OtlpLogs, TellsAllFields) {
    EXPECT_EQ(
        told_by(full_request()),
        Texts{R"({"@timestamp":"2025-11-24T16:00:00.123Z","level":"warn","severity_number":13,)"
              R"("message":"Order created","trace_id":"0123456789abcdef0123456789abcdef",)"
              R"("span_id":"fedcba9876543210","trace_flags":"01","event_name":"ORDER_CREATED",)"
              R"("order_id":"ORD-1","http":{"status":201},"dropped_attributes_count":2,)"
              R"("otel.scope.name":"shop.orders","service.name":"Shop API"})"});
}

TEST(OtlpLogs, TellsEveryKindOfValue) {
    const auto value_of = [](const std::string& value) { return told_record(record_with(value)); };
    EXPECT_EQ(value_of(string_value("a\"b")), R"({"a":"a\"b"})");
    EXPECT_EQ(value_of(string_value("")), R"({"a":""})");
    EXPECT_EQ(value_of(bool_value(true)), R"({"a":true})");
    EXPECT_EQ(value_of(bool_value(false)), R"({"a":false})");
    EXPECT_EQ(value_of(int_value(-1)), R"({"a":-1})");
    EXPECT_EQ(value_of(int_value(std::numeric_limits<std::int64_t>::min())),
              R"({"a":-9223372036854775808})");
    EXPECT_EQ(value_of(double_value(2)), R"({"a":2d})");
    EXPECT_EQ(value_of(double_value(std::nan(""))), R"({"a":NaN})");
    EXPECT_EQ(value_of(double_value(-std::numeric_limits<double>::infinity())),
              R"({"a":-Infinity})");
    EXPECT_EQ(value_of(bytes_value(std::string_view("\0\xff\x10\x20", 4))), R"({"a":"AP8QIA=="})");
    EXPECT_EQ(value_of(bytes_value("")), R"({"a":""})");
    EXPECT_EQ(value_of(array({})), R"({"a":[]})");
    EXPECT_EQ(value_of(map({})), R"({"a":{}})");
    EXPECT_EQ(value_of(array({int_value(1), "", map({attribute("b", array({}))})})),
              R"({"a":[1,null,{"b":[]}]})");
    EXPECT_EQ(value_of(""), R"({"a":null})");
    // Of several kinds the last counts.
    EXPECT_EQ(value_of(int_value(1) + string_value("x")), R"({"a":"x"})");
}

TEST(OtlpLogs, BodiesBecomeMessagesOrFields) {
    const auto body_of = [](const std::string& body) {
        return told_record(record([&](auto& to) { to.bytes(log_record::body, body); }));
    };
    EXPECT_EQ(body_of(string_value("m")), R"({"message":"m"})");
    EXPECT_EQ(body_of(int_value(5)), R"({"message":5})");
    EXPECT_EQ(body_of(array({string_value("x")})), R"({"message":["x"]})");
    EXPECT_EQ(body_of(map({attribute("order_id", string_value("O")),
                           attribute("in", map({attribute("x", int_value(1))}))})),
              R"({"order_id":"O","in":{"x":1}})");
    EXPECT_EQ(body_of(""), "{}");
}

TEST(OtlpLogs, TimesAndLevels) {
    const auto with = [](const Write& write) { return told_record(record(write)); };
    EXPECT_EQ(with([](auto& to) { to.fixed64(log_record::observed_time_unix_nano, noon); }),
              R"({"@timestamp":"2025-11-24T16:00:00.123Z"})");
    EXPECT_EQ(with([](auto& to) { to.fixed64(log_record::time_unix_nano, UINT64_MAX); }),
              R"({"@timestamp":"18446744073709551615"})");
    const auto severity = [&](std::int64_t number, std::string_view text) {
        return with([&](auto& to) {
            to.varint(log_record::severity_number, static_cast<std::uint64_t>(number));
            to.bytes(log_record::severity_text, text);
        });
    };
    static constexpr const char* names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    for (int number = 1; number <= 24; ++number) {
        EXPECT_THAT(severity(number, ""),
                    HasSubstr(std::string(R"("level":")") + names[(number - 1) / 4] + '"'));
    }
    EXPECT_EQ(severity(0, "Information"), R"({"severity_text":"Information"})");
    EXPECT_EQ(severity(9, "Info"), R"({"level":"Info","severity_number":9})");
    EXPECT_EQ(severity(18, "SEVERE"),
              R"({"level":"ERROR","otel.severity_text":"SEVERE","severity_number":18})");
    EXPECT_EQ(severity(25, ""), R"({"severity_number":25})");
    EXPECT_EQ(severity(-1, "info"), R"({"severity_text":"info","severity_number":-1})");
}

TEST(OtlpLogs, IdsOfWrongLengthAreNone) {
    const auto with = [](std::string_view trace, std::string_view span) {
        return told_record(record([&](auto& to) {
            to.bytes(log_record::trace_id, trace);
            to.bytes(log_record::span_id, span);
        }));
    };
    EXPECT_EQ(with(std::string(16, '\0'), std::string(8, '\0')), "{}");
    EXPECT_EQ(with(std::string(15, 'a'), std::string(9, 'a')), "{}");
    EXPECT_EQ(with("", std::string(8, 'a')), R"({"span_id":"6161616161616161"})");
}

TEST(OtlpLogs, ResourcesMayStandBehindTheirRecords) {
    std::string reversed = message([](auto& to) {
        to.bytes(request::resources, message([](auto& logs) {
                     logs.bytes(of_resource::scopes, message([](auto& scope) {
                                    scope.bytes(of_scope::records, "");
                                    scope.bytes(of_scope::scope, message([](auto& named) {
                                                    named.bytes(scope::version, "2");
                                                }));
                                }));
                     logs.bytes(of_resource::resource, message([](auto& resource) {
                                    resource.bytes(resource::attributes,
                                                   attribute("r", int_value(1)));
                                }));
                 }));
    });
    EXPECT_EQ(told_by(reversed + request_of({record_with(int_value(2))})),
              (Texts{R"({"otel.scope.version":"2","r":1})", R"({"a":2})"}));
}

TEST(OtlpLogs, PassesOverUnknownFields) {
    const std::string unknown = message([](auto& to) {
        to.varint(99, 5);
        to.fixed32(98, 5);
        to.fixed64(97, 5);
        to.bytes(96, "xyz");
        to.varint(log_record::severity_text, 7);  // of another wire type than the protocol's
        to.bytes(log_record::time_unix_nano, "no time");
    });
    EXPECT_EQ(told_record(unknown + record_with(int_value(1) + unknown.substr(0, 3))),
              R"({"a":1})");
    EXPECT_EQ(told_by(""), Texts{});
}

TEST(OtlpLogs, RefusesProtobufThatIsCutOff) {
    const std::string whole = full_request();
    for (std::size_t size = 1; size < whole.size(); ++size) {
        const auto texts = told_by(whole.substr(0, size));
        ASSERT_EQ(texts.size(), 1U) << size;
        EXPECT_THAT(texts[0], StartsWith("refused: expected a protobuf ExportLogsServiceRequest"))
            << size;
    }
}

TEST(OtlpLogs, SurvivesEveryChangedByte) {
    const std::string whole = full_request();
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const int change : {1, 0x80, 0xFF, 0x55}) {
            std::string damaged = whole;
            damaged[at] = static_cast<char>(damaged[at] ^ change);
            told_by(damaged);
        }
    }
}

TEST(OtlpLogs, SaysWhereProtobufIsBroken) {
    const std::string broken = "\x0A\x05xy";  // an attribute list's length beyond its record
    EXPECT_THAT(told_by(request_of({"",
                                    "\x32\x7F"
                                    "ab"}))[0],
                HasSubstr(" in resource_logs[0].scope_logs[0].log_records[1]"));
    EXPECT_THAT(told_by(request_of({}, {broken}))[0], HasSubstr(" in resource_logs[0]"));
}

TEST(OtlpLogs, RefusesHugeLengths) {
    for (const std::string length :
         {"\xFF\xFF\xFF\xFF\x0F", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01",
          "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"}) {
        EXPECT_THAT(told_by("\x0A" + length)[0], StartsWith("refused: ")) << length.size();
        EXPECT_THAT(told_by(request_of({"\x2A" + length + "abc"}))[0], StartsWith("refused: "));
    }
}

TEST(OtlpLogs, BoundsTheNesting) {
    EXPECT_THAT(told_record(record_with(nested(50))), StartsWith("{\"a\":[[["));
    // Deeper than an event may be: that one alone is refused.
    EXPECT_EQ(
        told_by(request_of({record_with(nested(80)), record_with(int_value(1))})),
        (Texts{"refused: arrays and maps are nested too deeply; send them flatter", R"({"a":1})"}));
    for (const unsigned depth : {deepest_value + 1, 5000U}) {
        EXPECT_THAT(told_record(record_with(nested(depth))),
                    StartsWith("refused: expected values nested at most 100 deep"));
    }
}

TEST(OtlpLogs, BoundsWhatIsTold) {
    const auto refusal = [](std::string body, const RequestLimits& limits) {
        const auto parsed = ExportRequest::parse(Signal::logs, std::move(body), limits);
        return parsed ? "" : std::string(base::name_of(parsed.error().code));
    };
    EXPECT_EQ(refusal(request_of({"", "", ""}), {.most_records = 3}), "");
    EXPECT_EQ(refusal(request_of({"", "", "", ""}), {.most_records = 3}), "too_large");
    // A large resource that many records share.
    const std::string many = request_of(std::vector<std::string>(100, ""),
                                        {attribute("r", string_value(std::string(1000, 'x')))});
    EXPECT_EQ(refusal(many, {.most_told_bytes = 110'000}), "");
    EXPECT_EQ(refusal(many, {.most_told_bytes = 90'000}), "too_large");
}

TEST(OtlpLogs, Base64) {
    std::string out;
    for (const auto& [bytes, text] : std::vector<std::pair<std::string, std::string>>{
             {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}}) {
        encode_base64(bytes, out);
        EXPECT_EQ(out, text);
        EXPECT_TRUE(decode_base64(text, out));
        EXPECT_EQ(out, bytes);
    }
    EXPECT_TRUE(decode_base64("-_8", out));
    EXPECT_EQ(out, "\xFB\xFF");
    for (const char* wrong : {"Z", "Zg=a", "Z g=", "====", "Zm9vY"}) {
        EXPECT_FALSE(decode_base64(wrong, out)) << wrong;
    }
}

}  // namespace
}  // namespace input::otlp::testing

#include "input/otlp/json_request.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <random>

#include "input/otlp/any_value.h"
#include "input/otlp/otlp_test.h"

namespace input::otlp::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Texts = std::vector<std::string>;

std::string with_record(const std::string& record) {
    return R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[)" + record + "]}]}]}";
}
std::string told_value(const std::string& value) {
    return told_by_json(with_record(R"({"attributes":[{"key":"a","value":)" + value + "}]}"))[0];
}

TEST(OtlpJson, TellsAllFields) {
    EXPECT_EQ(
        told_by_json(R"( {"resourceLogs":[{"scopeLogs":[{"logRecords":[{
            "spanId":"FEDCba9876543210","traceId":"0123456789ABCDEF0123456789abcdef","flags":257,
            "severityNumber":13,"severityText":"warn","body":{"stringValue":"Order created"},
            "timeUnixNano":"1764000000123000000","observedTimeUnixNano":1764000000123000005,
            "attributes":[{"key":"order_id","value":{"stringValue":"ORD-1"}}],
            "droppedAttributesCount":2,"eventName":"ORDER_CREATED","new":{"x":[1,{}]}}],
            "scope":{"name":"shop.orders","version":"1"},"schemaUrl":"x"}],
            "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"Shop API"}}],
            "droppedAttributesCount":0}}]} )"),
        Texts{R"({"@timestamp":"2025-11-24T16:00:00.123Z","level":"warn","severity_number":13,)"
              R"("message":"Order created","trace_id":"0123456789abcdef0123456789abcdef",)"
              R"("span_id":"fedcba9876543210","trace_flags":"01","event_name":"ORDER_CREATED",)"
              R"("order_id":"ORD-1","dropped_attributes_count":2,)"
              R"("otel.scope.name":"shop.orders","otel.scope.version":"1",)"
              R"("service.name":"Shop API"})"});
    EXPECT_EQ(told_by_json("{}"), Texts{});
    EXPECT_EQ(told_by_json(R"({"resource_logs":[{"scope_logs":[{"log_records":[{},
        {"severity_text":"x","body":{"string_value":"m"}}]}]}]})"),
              (Texts{"{}", R"({"severity_text":"x","message":"m"})"}));
}

TEST(OtlpJson, TellsEveryKindOfValue) {
    EXPECT_EQ(told_value(R"({"stringValue":"a\"\u00e9\ud83d\ude00"})"),
              "{\"a\":\"a\\\"\u00e9\U0001F600\"}");
    EXPECT_EQ(told_value(R"({"stringValue":"half \ud83d"})"), "{\"a\":\"half \uFFFD\"}");
    EXPECT_EQ(told_value(R"({"boolValue":true})"), R"({"a":true})");
    EXPECT_EQ(told_value(R"({"intValue":"-9223372036854775808"})"),
              R"({"a":-9223372036854775808})");
    EXPECT_EQ(told_value(R"({"intValue":7})"), R"({"a":7})");
    EXPECT_EQ(told_value(R"({"intValue":7.0})"), R"({"a":7})");
    EXPECT_EQ(told_value(R"({"intValue":"1e3"})"), R"({"a":1000})");
    EXPECT_EQ(told_value(R"({"doubleValue":7})"), R"({"a":7d})");
    EXPECT_EQ(told_value(R"({"doubleValue":"NaN"})"), R"({"a":NaN})");
    EXPECT_EQ(told_value(R"({"doubleValue":"-Infinity"})"), R"({"a":-Infinity})");
    EXPECT_EQ(told_value(R"({"doubleValue":"0.5"})"), R"({"a":0.5d})");
    EXPECT_EQ(told_value(R"({"bytesValue":"AP8QIA=="})"), R"({"a":"AP8QIA=="})");
    EXPECT_EQ(told_value(R"({"arrayValue":{"values":[{"intValue":1},{},null]}})"),
              R"({"a":[1,null,null]})");
    EXPECT_EQ(told_value(R"({"arrayValue":{}})"), R"({"a":[]})");
    EXPECT_EQ(
        told_value(
            R"({"kvlistValue":{"values":[{"key":"b","value":{"arrayValue":{"values":[]}}}]}})"),
        R"({"a":{"b":[]}})");
    EXPECT_EQ(told_value("{}"), R"({"a":null})");
    EXPECT_EQ(told_value("null"), R"({"a":null})");
    EXPECT_EQ(told_value(R"({"newValue":5})"), R"({"a":null})");
}

TEST(OtlpJson, TakesEnumsByName) {
    const auto severity = [](const std::string& value) {
        return told_by_json(with_record(R"({"severityNumber":)" + value + "}"))[0];
    };
    EXPECT_EQ(severity("\"SEVERITY_NUMBER_WARN2\""), R"({"level":"WARN","severity_number":14})");
    EXPECT_EQ(severity("\"SEVERITY_NUMBER_FATAL4\""), R"({"level":"FATAL","severity_number":24})");
    EXPECT_EQ(severity("\"9\""), R"({"level":"INFO","severity_number":9})");
    EXPECT_EQ(severity("\"SEVERITY_NUMBER_UNSPECIFIED\""), "{}");
    EXPECT_EQ(severity("\"SEVERITY_NUMBER_INFO5\""), "{}");
    EXPECT_EQ(severity("null"), "{}");
}

TEST(OtlpJson, RefusesWhatIsNoRequest) {
    for (const char* wrong :
         {"", " ", "[]", "5", "\"x\"", "null x", "{", "{}{}", "{} x", R"({"resourceLogs":{}})",
          R"({"resourceLogs":[5]})", R"({"resourceLogs":[{"scopeLogs":7}]})",
          R"({"resourceLogs":[{"resource":[]}]})", R"({"resourceLogs":[{}])", "{\"a\xFF\":1}"}) {
        EXPECT_THAT(told_by_json(wrong), ::testing::ElementsAre(StartsWith("refused: "))) << wrong;
    }
    for (const char* wrong :
         {R"({"traceId":"0123456789ABCDEFG123456789abcdef"})", R"({"spanId":"abc"})",
          R"({"spanId":7})", R"({"timeUnixNano":"yesterday"})", R"({"timeUnixNano":-1})",
          R"({"timeUnixNano":"18446744073709551616"})", R"({"severityNumber":1.5})",
          R"({"severityText":7})", R"({"severityText":"a" "b"})", R"({"body":"text"})",
          R"({"body":{"stringValue":5}})", R"({"body":{"boolValue":"true"}})",
          R"({"body":{"intValue":"9223372036854775808"}})", R"({"body":{"doubleValue":"x"}})",
          R"({"body":{"doubleValue":1e999}})", R"({"body":{"bytesValue":"?"}})",
          R"({"body":{"stringValue":"\q"}})", R"({"attributes":{"key":"a"}})", R"({"flags":})"}) {
        EXPECT_THAT(told_by_json(with_record(wrong)),
                    ::testing::ElementsAre(StartsWith("refused: ")))
            << wrong;
    }
    EXPECT_THAT(told_by_json(with_record(R"({"spanId":"xyz"})"))[0],
                HasSubstr("expected hexadecimal digits as spanId, found \"xyz\""));
    EXPECT_LT(
        told_by_json(with_record("{\"spanId\":\"" + std::string(100'000, 'x') + "\"}"))[0].size(),
        500U);
}

TEST(OtlpJson, SurvivesEveryCut) {
    const std::string whole = with_record(
        R"({"body":{"stringValue":"a\u0041"},"attributes":[{"key":"k","value":{"intValue":"5"}}]})");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_THAT(told_by_json(whole.substr(0, size)),
                    ::testing::ElementsAre(StartsWith("refused: ")))
            << size;
    }
}

TEST(OtlpJson, BoundsTheNesting) {
    const auto nested_json = [](unsigned depth) {
        std::string value = R"({"intValue":1})";
        for (unsigned at = 0; at < depth; ++at) {
            value = R"({"arrayValue":{"values":[)" + value + "]}}";
        }
        return told_value(value);
    };
    EXPECT_EQ(nested_json(50), told_record(record_with(nested(50))));
    EXPECT_EQ(nested_json(80), told_record(record_with(nested(80))));
    for (const unsigned depth : {deepest_value + 1, 300U, 400U, 20'000U}) {
        EXPECT_THAT(nested_json(depth), StartsWith("refused: ")) << depth;
    }
}

// Random logs, written in both forms.
class RandomLogs {
  public:
    explicit RandomLogs(unsigned seed) : random_(seed) {}

    struct Both {
        std::string protobuf;
        std::string json;
    };

    Both request() {
        Both made{"", R"({"resourceLogs":[)"};
        for (unsigned at = below(3); at > 0; --at) {
            const Both attributes = this->attributes(resource::attributes);
            Both records = this->records();
            made.protobuf += message([&](auto& to) {
                to.bytes(request::resources, message([&](auto& logs) {
                             logs.bytes(of_resource::resource, attributes.protobuf);
                             logs.bytes(of_resource::scopes, records.protobuf);
                         }));
            });
            made.json += R"({"scopeLogs":[{"logRecords":[)" + records.json +
                         R"(]}],"resource":{"attributes":[)" + attributes.json + "]}}" +
                         (at > 1 ? "," : "");
        }
        made.json += "]}";
        return made;
    }

  private:
    unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

    std::string word() {
        static const std::string words[] = {"",        "order_id", "a.b",   "host.name", "\u044f",
                                            "q\"uo\\", "line\n",   "level", "time",      "\u2028"};
        return words[below(std::size(words))];
    }

    static std::string quoted(std::string_view text) {
        std::string out;
        event::append_json_string(text, out);
        return out;
    }

    Both records() {
        Both made;
        for (unsigned at = below(4); at > 0; --at) {
            Both one = this->one_record();
            made.protobuf += message([&](auto& to) { to.bytes(of_scope::records, one.protobuf); });
            made.json += one.json + (at > 1 ? "," : "");
        }
        return made;
    }

    Both one_record() {
        const std::uint64_t time = below(2) == 0 ? 0 : random_();
        const unsigned severity = below(27);
        const std::string text = word();
        const std::string id = below(2) == 0 ? "" : std::string(16, static_cast<char>(below(256)));
        std::string hex;
        for (const char c : id) hex += fmt::format("{:02X}", static_cast<unsigned char>(c));
        const Both body = value(0);
        const Both fields = this->attributes(log_record::attributes);
        Both made;
        made.protobuf = record([&](auto& to) {
                            to.fixed64(log_record::time_unix_nano, time);
                            to.varint(log_record::severity_number, severity);
                            to.bytes(log_record::severity_text, text);
                            to.bytes(log_record::trace_id, id);
                            to.bytes(log_record::body, body.protobuf);
                        }) +
                        fields.protobuf;
        made.json = fmt::format(
            R"({{"attributes":[{}],"timeUnixNano":"{}","severityNumber":{},"severityText":{},)"
            R"("traceId":"{}","body":{}}})",
            fields.json, time, severity, quoted(text), hex, body.json);
        return made;
    }

    Both attributes(std::uint32_t field) {
        Both made;
        for (unsigned at = below(4); at > 0; --at) {
            const Both one = key_and_value(0);
            made.protobuf += message([&](auto& to) { to.bytes(field, one.protobuf); });
            made.json += one.json + (at > 1 ? "," : "");
        }
        return made;
    }

    Both key_and_value(unsigned depth) {
        const std::string key = word();
        const Both inner = value(depth);
        return {attribute(key, inner.protobuf),
                R"({"value":)" + inner.json + R"(,"key":)" + quoted(key) + "}"};
    }

    Both value(unsigned depth) {
        switch (below(depth > 3 ? 6 : 8)) {
            case 0: {
                const std::string text = word();
                return {string_value(text), R"({"stringValue":)" + quoted(text) + "}"};
            }
            case 1: {
                const bool is = below(2) == 1;
                return {bool_value(is), fmt::format(R"({{"boolValue":{}}})", is)};
            }
            case 2: {
                const auto number = static_cast<std::int64_t>(random_());
                return {int_value(number), below(2) == 0
                                               ? fmt::format(R"({{"intValue":{}}})", number)
                                               : fmt::format(R"({{"intValue":"{}"}})", number)};
            }
            case 3: {
                const double number = std::ldexp(static_cast<double>(below(1000)) - 500,
                                                 static_cast<int>(below(40)) - 20);
                return {double_value(number), fmt::format(R"({{"doubleValue":{}}})", number)};
            }
            case 4: {
                std::string base64;
                const std::string bytes(below(7), static_cast<char>(below(256)));
                encode_base64(bytes, base64);
                return {bytes_value(bytes), R"({"bytesValue":")" + base64 + "\"}"};
            }
            case 5:
                return {"", "{}"};
            default:
                return list(depth, below(2) == 0);
        }
    }

    Both list(unsigned depth, bool of_values) {
        Both made{"",
                  fmt::format(R"({{"{}":{{"values":[)", of_values ? "arrayValue" : "kvlistValue")};
        std::vector<std::string> elements;
        for (unsigned at = below(3); at > 0; --at) {
            const Both one = of_values ? value(depth + 1) : key_and_value(depth + 1);
            elements.push_back(one.protobuf);
            made.json += one.json + (at > 1 ? "," : "");
        }
        made.protobuf = of_values ? array(elements) : map(elements);
        made.json += "]}}";
        return made;
    }

    std::mt19937_64 random_;
};

TEST(OtlpJson, SaysTheSameAsProtobuf) {
    std::size_t records = 0;
    for (unsigned seed = 0; seed < 2000; ++seed) {
        const auto both = RandomLogs(seed).request();
        const auto texts = told_by(both.protobuf);
        ASSERT_EQ(told_by_json(both.json), texts) << both.json;
        records += texts.size();
    }
    EXPECT_GT(records, 1000U);
}

}  // namespace
}  // namespace input::otlp::testing

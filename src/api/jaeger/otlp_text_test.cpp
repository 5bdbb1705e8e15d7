#include "api/jaeger/otlp_text.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>
#include <string>
#include <vector>

namespace api::jaeger {
namespace {

using testing::HasSubstr;

constexpr std::string_view file = R"({"resourceSpans":[{"resource":{"attributes":[
    {"key":"service.name","value":{"stringValue":"Shop API"}},{"key":"pid","value":{"intValue":17}}]},
  "scopeSpans":[{"scope":{"name":"orders","version":"1.2"},"spans":[
    {"traceId":"0AF7651916CD43DD8448EB211C80319C","spanId":"B7AD6B7169203331",
     "parentSpanId":"b7ad6b7169203330","name":"POST /orders","kind":2,"traceState":"a=b",
     "startTimeUnixNano":"1795515300000000001","endTimeUnixNano":1795515300000003000,
     "unknown":{"x":[1]},"flags":1,
     "attributes":[{"key":"n","value":{"intValue":"-9223372036854775808"}},
       {"key":"f","value":{"doubleValue":5}},{"key":"nan","value":{"doubleValue":"NaN"}},
       {"key":"yes","value":{"boolValue":true}},{"key":"bytes","value":{"bytesValue":"AQI="}},
       {"key":"empty","value":{}},{"key":"none"},
       {"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"2"}]}}},
       {"key":"map","value":{"kvlistValue":{"values":[{"key":"k","value":{"doubleValue":1.5}}]}}}],
     "events":[{"timeUnixNano":"1795515300000001000","name":"late",
                "attributes":[{"key":"a","value":{"intValue":1}}]}],
     "links":[{"traceId":"0af7651916cd43dd8448eb211c80319d","spanId":"b7ad6b7169203332"}],
     "status":{"code":2,"message":"broken"}}]}]}]})";

std::vector<StoredSpan> read(std::string_view text) {
    std::vector<StoredSpan> spans;
    const auto done = read_otlp_spans(text, [&](const StoredSpan& span) {
        spans.push_back(span);
        return true;
    });
    EXPECT_TRUE(done.has_value()) << done.error().message;
    return spans;
}

std::string refused(std::string_view text) {
    const auto done = read_otlp_spans(text, [](const StoredSpan&) { return true; });
    if (done) return "taken";
    EXPECT_EQ(done.error().code, base::Code::invalid_argument);
    return done.error().message;
}

std::string with_span(std::string_view members) {
    return fmt::format(
        R"({{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{}","spanId":"{}"{}}}]}}]}}]}})",
        std::string(32, 'a'), std::string(16, 'b'), members);
}

TEST(OtlpText, ReadsASpan) {
    const auto spans = read(file);
    ASSERT_EQ(spans.size(), 1U);
    const StoredSpan& span = spans[0];
    EXPECT_EQ(span.trace_id, "0af7651916cd43dd8448eb211c80319c");
    EXPECT_EQ(span.span_id, "b7ad6b7169203331");
    EXPECT_EQ(span.parent_span_id, "b7ad6b7169203330");
    EXPECT_EQ(span.service, "Shop API");
    EXPECT_EQ(span.name, "POST /orders");
    EXPECT_EQ(span.kind, "server");
    EXPECT_EQ(span.status, "error");
    EXPECT_EQ(span.status_message, "broken");
    EXPECT_EQ(span.trace_state, "a=b");
    EXPECT_EQ(span.scope_name, "orders");
    EXPECT_EQ(span.scope_version, "1.2");
    EXPECT_EQ(span.start, 1'795'515'300'000'000'001);
    EXPECT_EQ(span.duration, 2999);
    EXPECT_EQ(boost::json::serialize(span.attributes),
              R"({"n":-9223372036854775808,"f":5E0,"nan":"NaN","yes":true,"bytes":"AQI=",)"
              R"("empty":null,"none":null,"list":["a",2],"map":{"k":1.5E0}})");
    EXPECT_EQ(boost::json::serialize(span.resource), R"({"service.name":"Shop API","pid":17})");
    EXPECT_EQ(boost::json::serialize(span.events),
              R"([{"time_unix_nano":1795515300000001000,"name":"late","attributes":{"a":1}}])");
    EXPECT_EQ(boost::json::serialize(span.links),
              R"([{"trace_id":"0af7651916cd43dd8448eb211c80319d","span_id":"b7ad6b7169203332",)"
              R"("attributes":{}}])");
}

TEST(OtlpText, ReadsWhatIsLessThanASpan) {
    EXPECT_TRUE(read(R"({"resourceSpans":[]})").empty());
    EXPECT_TRUE(read(R"({"resourceSpans":null})").empty());
    EXPECT_TRUE(read(R"({"resourceSpans":[{},{"scopeSpans":[{}]}]})").empty());
    const auto spans = read(with_span(
        R"(,"kind":"SPAN_KIND_CONSUMER","status":{"code":"STATUS_CODE_OK"},"startTimeUnixNano":"5")"));
    ASSERT_EQ(spans.size(), 1U);
    EXPECT_EQ(spans[0].kind, "consumer");
    EXPECT_EQ(spans[0].status, "ok");
    EXPECT_EQ(spans[0].service, "");
    EXPECT_EQ(spans[0].duration, 0);
    EXPECT_EQ(read(with_span(R"(,"kind":0)"))[0].kind, "");
    EXPECT_EQ(read(with_span(R"(,"kind":99,"status":{"code":7})"))[0].kind, "");
    EXPECT_EQ(
        read(with_span(R"(,"startTimeUnixNano":-5,"endTimeUnixNano":18446744073709551615)"))[0]
            .duration,
        std::numeric_limits<std::int64_t>::max());
}

TEST(OtlpText, SaysWhatIsWrong) {
    EXPECT_THAT(refused(""), HasSubstr("OTLP's JSON"));
    EXPECT_THAT(refused("[]"), HasSubstr("OTLP's JSON"));
    EXPECT_THAT(refused(R"({"data":[]})"), HasSubstr("resourceSpans"));
    EXPECT_THAT(refused(R"({"resourceSpans":{}})"), HasSubstr("resourceSpans: expected an array"));
    EXPECT_THAT(refused(R"({"resourceSpans":[1]})"), HasSubstr("array of objects"));
    EXPECT_THAT(refused(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]})"),
                HasSubstr("traceId: expected 32 hexadecimal digits"));
    EXPECT_EQ(refused(with_span("")), "taken");
    for (const char* wrong : {R"(,"name":7)", R"(,"kind":"server")", R"(,"parentSpanId":"xyz")",
                              R"(,"startTimeUnixNano":"1e9")", R"(,"startTimeUnixNano":1.5)",
                              R"(,"status":7)", R"(,"status":{"code":true})", R"(,"attributes":{})",
                              R"(,"attributes":[{"key":"a","value":{"intValue":"x"}}])",
                              R"(,"attributes":[{"key":"a","value":{"doubleValue":"1.5x"}}])",
                              R"(,"attributes":[{"key":"a","value":{"boolValue":"yes"}}])",
                              R"(,"attributes":[{"key":1}])",
                              R"(,"links":[{"spanId":"bbbbbbbbbbbbbbbb"}])", R"(,"events":[[]])"}) {
        EXPECT_THAT(refused(with_span(wrong)), HasSubstr("expected")) << wrong;
    }
}

TEST(OtlpText, HasLimits) {
    const auto code = [](std::string_view text) {
        return read_otlp_spans(text, [](const StoredSpan&) { return true; }).error().code;
    };
    EXPECT_EQ(code(std::string(longest_otlp_text + 1, ' ')), base::Code::too_large);
    std::string deep = R"({"stringValue":"x"})";
    for (int level = 0; level < 30; ++level) deep = R"({"arrayValue":{"values":[)" + deep + "]}}";
    const auto attribute = [](const std::string& value) {
        return with_span(R"(,"attributes":[{"key":"a","value":)" + value + "}]");
    };
    EXPECT_EQ(refused(attribute(deep)), "taken");
    for (int level = 0; level < 20; ++level) deep = R"({"arrayValue":{"values":[)" + deep + "]}}";
    EXPECT_EQ(code(attribute(deep)), base::Code::invalid_argument);
    // A resource of 1 MiB with 300 spans.
    std::string spans;
    for (int n = 0; n < 300; ++n) {
        spans +=
            fmt::format(R"({}{{"traceId":"{:032x}","spanId":"{:016x}"}})", n == 0 ? "" : ",", n, n);
    }
    EXPECT_EQ(
        code(fmt::format(R"({{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"a","value":)"
                         R"({{"stringValue":"{}"}}}}]}},"scopeSpans":[{{"spans":[{}]}}]}}]}})",
                         std::string(1 << 20, 'x'), spans)),
        base::Code::too_large);
}

// A large resource is not copied for each scope: 100,000 times 4 MiB would take minutes.
TEST(OtlpText, ScopesWithoutSpansCostNothing) {
    std::string scopes = "{}";
    for (int n = 1; n < 100'000; ++n) scopes += ",{}";
    EXPECT_TRUE(
        read(fmt::format(R"({{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"a","value":)"
                         R"({{"stringValue":"{}"}}}}]}},"scopeSpans":[{}]}}]}})",
                         std::string(4 << 20, 'x'), scopes))
            .empty());
}

TEST(OtlpText, EndsWhenItIsEnough) {
    std::size_t told = 0;
    const std::string two = fmt::format(
        R"({{"resourceSpans":[{{"scopeSpans":[{{"spans":[{0},{0}]}}]}},{{"scopeSpans":[{{"spans":[{0}]}}]}}]}})",
        R"({"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331"})");
    EXPECT_TRUE(read_otlp_spans(two, [&](const StoredSpan&) { return ++told < 2; }).has_value());
    EXPECT_EQ(told, 2U);
}

}  // namespace
}  // namespace api::jaeger

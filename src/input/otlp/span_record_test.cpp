#include "input/otlp/span_record.h"

#include "input/otlp/otlp_test.h"

namespace input::otlp::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string told_span(const std::string& span, const std::vector<std::string>& resource = {}) {
    const auto texts =
        told(ExportRequest::parse(Signal::traces, request_of({span}, resource, "lib")));
    return texts.size() == 1 ? texts[0] : "not one span";
}
std::string told_with(const std::vector<std::pair<std::string, std::string>>& attributes) {
    return told_span(span_of("x", [&](auto& to) {
        for (const auto& [key, value] : attributes) {
            to.bytes(span::attributes, attribute(key, string_value(value)));
        }
    }));
}

constexpr std::uint64_t start = 1'795'515'300'000'000'001;

TEST(SpanRecord, TellsAllOfASpan) {
    const std::string told = told_span(
        span_of("POST /orders",
                [](auto& to) {
                    to.bytes(span::parent_span_id, "\x01\x01\x01\x01\x01\x01\x01\x01");
                    to.bytes(span::trace_state, "a=b");
                    to.varint(span::kind, 2);
                    to.fixed64(span::start_time_unix_nano, start);
                    to.fixed64(span::end_time_unix_nano, start + 1500);
                    to.fixed32(span::flags, 0x101);
                    to.bytes(span::attributes, attribute("order.id", string_value("ORD-1")));
                    to.bytes(span::attributes, attribute("n", double_value(5)));
                    to.varint(span::dropped_attributes_count, 3);
                    to.bytes(span::events, message([](auto& event) {
                                 event.fixed64(span_event::time_unix_nano, start + 7);
                                 event.bytes(span_event::name, "exception");
                                 event.bytes(span_event::attributes,
                                             attribute("exception.type", string_value("E")));
                             }));
                    to.bytes(span::links, message([](auto& link) {
                                 link.bytes(span_link::trace_id, std::string(16, '\x22'));
                                 link.bytes(span_link::span_id, std::string(8, '\x33'));
                                 link.bytes(span_link::attributes,
                                            attribute("l", bool_value(true)));
                             }));
                    to.bytes(span::status, message([](auto& status) {
                                 status.varint(span_status::code, 2);
                                 status.bytes(span_status::message, "broken");
                             }));
                }),
        {attribute("service.name", string_value("Shop API")),
         attribute("deployment.environment.name", string_value("prod"))});
    EXPECT_EQ(
        told,
        R"({"@timestamp":"2026-11-24T10:15:00.000000001Z","duration_ns":1500,)"
        R"("trace_id":"0102030405060708090a0b0c0d0e0f10","span_id":"0102030405060708",)"
        R"("parent_span_id":"0101010101010101","service_name":"Shop API","environment":"prod",)"
        R"("span_name":"POST /orders","span_kind":"server","span_status":"error",)"
        R"("span_status_message":"broken","trace_state":"a=b","trace_flags":"01",)"
        R"("additional_data":{"order.id":"ORD-1","n":5d},"dropped_attributes_count":3,)"
        R"("span_events":[{"time_unix_nano":1795515300000000008,"name":"exception",)"
        R"("attributes":{"exception.type":"E"}}],)"
        R"("span_links":[{"trace_id":"22222222222222222222222222222222",)"
        R"("span_id":"3333333333333333","attributes":{"l":true}}],)"
        R"("otel.scope.name":"lib",)"
        R"("resource":{"service.name":"Shop API","deployment.environment.name":"prod"}})");
}

TEST(SpanRecord, TellsTheSameOfJson) {
    const std::string json =
        R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":)"
        R"({"stringValue":"MES API"}}]},"scopeSpans":[{"spans":[{)"
        R"("traceId":"0102030405060708090A0b0c0d0e0f10","spanId":"0102030405060708",)"
        R"("parent_span_id":"","name":"take","kind":"SPAN_KIND_CONSUMER",)"
        R"("startTimeUnixNano":"1795515300000000000","endTimeUnixNano":1795515300000002000,)"
        R"("attributes":[{"key":"k","value":{"intValue":"7"}}],"flags":257,"unknown":[1],)"
        R"("events":[{"timeUnixNano":"5","name":"e","droppedAttributesCount":1}],)"
        R"("links":[{"traceId":"22222222222222222222222222222222","spanId":"3333333333333333",)"
        R"("flags":1}],"status":{"code":1}}]}]}]})";
    const auto texts = told(ExportRequest::parse_json(Signal::traces, json));
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_EQ(texts[0],
              R"({"@timestamp":"2026-11-24T10:15:00Z","duration_ns":2000,)"
              R"("trace_id":"0102030405060708090a0b0c0d0e0f10","span_id":"0102030405060708",)"
              R"("service_name":"MES API","span_name":"take","span_kind":"consumer",)"
              R"("span_status":"ok","trace_flags":"01","additional_data":{"k":7},)"
              R"("span_events":[{"time_unix_nano":5,"name":"e","dropped_attributes_count":1}],)"
              R"("span_links":[{"trace_id":"22222222222222222222222222222222",)"
              R"("span_id":"3333333333333333","trace_flags":"01"}],)"
              R"("resource":{"service.name":"MES API"}})");
}

TEST(SpanRecord, NeedsIds) {
    const auto without = [](std::uint32_t field, std::string_view id) {
        return told_span(span_of("x", [&](auto& to) { to.bytes(field, id); }));
    };
    EXPECT_THAT(without(span::trace_id, "abc"), HasSubstr("refused: expected a trace_id of 16 "
                                                          "bytes, not all zeros, found 3 bytes"));
    EXPECT_THAT(without(span::trace_id, std::string(16, '\0')), HasSubstr("found zeros"));
    EXPECT_THAT(without(span::span_id, ""), HasSubstr("refused: expected a span_id of 8 bytes"));
    EXPECT_EQ(document_id(message([](auto& to) { to.bytes(span::name, "x"); })), "");
}

TEST(SpanRecord, DurationIsNeverNegative) {
    const auto duration = [](std::uint64_t from, std::uint64_t to_time) {
        return told_span(span_of("x", [&](auto& to) {
            to.fixed64(span::start_time_unix_nano, from);
            to.fixed64(span::end_time_unix_nano, to_time);
        }));
    };
    EXPECT_THAT(duration(start, start - 5), HasSubstr(R"("duration_ns":0,)"));
    EXPECT_THAT(duration(start, 0), HasSubstr(R"("duration_ns":0,)"));
    EXPECT_THAT(duration(0, start), HasSubstr(R"({"duration_ns":0,)"));
    EXPECT_THAT(duration(~0ULL, 0), HasSubstr(R"("@timestamp":"18446744073709551615")"));
}

TEST(SpanRecord, NormalisesOlderNames) {
    const std::string old = told_with({{"messaging.system", "rabbitmq"},
                                       {"messaging.destination", ""},
                                       {"messaging.rabbitmq.routing_key", "orders.pricing"},
                                       {"messaging.operation", "publish"},
                                       {"db.system", "postgresql"},
                                       {"db.statement", "SELECT 1"},
                                       {"http.method", "GET"},
                                       {"http.status_code", "200"}});
    EXPECT_THAT(old, HasSubstr(R"("queue_name":"orders.pricing","messaging.destination.name":"",)"
                               R"("messaging.rabbitmq.destination.routing_key":"orders.pricing",)"
                               R"("messaging.operation.type":"send","db.system.name":"postgresql",)"
                               R"("db.query.text":"SELECT 1","http.request.method":"GET",)"
                               R"("http.response.status_code":"200","additional_data":)"));
    // What is told by today's names is not told again; of both, today's counts.
    const std::string both =
        told_with({{"http.method", "GET"}, {"http.request.method", "PUT"}, {"queue", "no"}});
    EXPECT_THAT(both, Not(HasSubstr(R"("http.request.method":"GET")")));
    EXPECT_THAT(both, Not(HasSubstr("queue_name")));
}

TEST(SpanRecord, FindsTheQueue) {
    const auto queue = [](const std::string& destination, const std::string& key) {
        return told_with({{"messaging.system", "rabbitmq"},
                          {"messaging.destination.name", destination},
                          {"messaging.rabbitmq.destination.routing_key", key}});
    };
    EXPECT_THAT(queue("orders:priced:crm.priced", "priced"),
                HasSubstr(R"("queue_name":"crm.priced")"));
    EXPECT_THAT(queue("orders", "orders.pricing"), HasSubstr(R"("queue_name":"orders.pricing")"));
    EXPECT_THAT(queue("orders.pricing", ""), HasSubstr(R"("queue_name":"orders.pricing")"));
    EXPECT_THAT(queue("amq.default", ""), Not(HasSubstr("queue_name")));
    EXPECT_THAT(told_with({{"messaging.system", "kafka"}, {"messaging.destination.name", "a:b"}}),
                HasSubstr(R"("queue_name":"a:b")"));
    EXPECT_THAT(told_with({{"messaging.destination", "a"}, {"queue_name", "own"}}),
                Not(HasSubstr(R"("queue_name":"a")")));
}

TEST(SpanRecord, DocumentIdsTellSpansApart) {
    const auto id = [](std::string_view name, std::uint64_t kind, std::uint64_t time) {
        return document_id(span_of(name, [&](auto& to) {
            to.varint(span::kind, kind);
            to.fixed64(span::start_time_unix_nano, time);
        }));
    };
    EXPECT_EQ(id("x", 2, start), id("x", 2, start));
    EXPECT_EQ(id("x", 2, start).size(), 32U);
    EXPECT_NE(id("x", 2, start), id("x", 3, start));  // both sides of a call, with one id
    EXPECT_NE(id("x", 2, start), id("x", 2, start + 1));
    EXPECT_NE(id("x", 2, start), id("y", 2, start));
}

TEST(SpanRecord, IndexIsThatOfTheEnvironment) {
    const auto resource = [](std::string_view environment) {
        return message([&](auto& to) {
            to.bytes(resource::attributes,
                     attribute("deployment.environment", string_value(environment)));
        });
    };
    EXPECT_EQ(index_of_spans("", "prod"), ".spans-prod");
    EXPECT_EQ(index_of_spans(resource("Stage 2"), "prod"), ".spans-stage-2");
    EXPECT_EQ(index_of_spans(resource(std::string(300, 'x')), "prod"), ".spans");
    EXPECT_EQ(index_of_spans(resource("///"), "prod"), ".spans");
}

TEST(SpanRecord, RefusesBrokenSpansWithTheirPlace) {
    const std::string broken = message([](auto& to) { to.bytes(span::events, "\x0A\x7F"); });
    const auto texts =
        told(ExportRequest::parse(Signal::traces, request_of({span_of("x"), broken})));
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_THAT(texts[0], HasSubstr("in resource_spans[0].scope_spans[0].spans[1]"));
    const std::string deep =
        span_of("x", [](auto& to) { to.bytes(span::attributes, attribute("a", nested(101))); });
    EXPECT_THAT(told_span(deep), HasSubstr("nested"));
    const std::string told = told_span(
        span_of("x", [](auto& to) { to.bytes(span::attributes, attribute("a", nested(99))); }));
    EXPECT_THAT(told, HasSubstr("refused: arrays and maps are nested too deeply"));
}

}  // namespace
}  // namespace input::otlp::testing

#include "api/jaeger/jaeger_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/jaeger/v1_trace.h"
#include "api/jaeger/v3_traces.h"
#include "api/jaeger/value_text.h"
#include "api/request_test.h"
#include "api/store_test.h"
#include "net/http_message.h"
#include "net/testing/wait_for.h"
#include "trace/span_log.h"

namespace api::jaeger {
namespace {

namespace json = boost::json;
using storage::testing::MemorySnapshot;
using testing::HasSubstr;

class JaegerApiTest : public testing::Test {
  protected:
    JaegerApiTest() {
        auto snapshot = std::make_shared<MemorySnapshot>();
        snapshot->add(".spans-prod", trace::order_spans().rows());
        store_ = std::make_unique<FixedStore>(std::move(snapshot));
        api_ = std::make_unique<JaegerApi>(*store_, event::Catalog::built_in(), runtime_,
                                           JaegerOptions{});
        api_->add_to(router_);
    }
    ~JaegerApiTest() override { runtime_.stop(); }

    std::string get(const std::string& target, int status = 200) {
        net::HttpRequest request;
        request.method = "GET";
        EXPECT_TRUE(net::parse_target(target, request));
        const auto response = net::testing::wait_for(router_.handle(std::move(request)));
        EXPECT_EQ(response.status, status) << target << response.body;
        return response.body;
    }

    std::string post(const std::string& target, std::string body, int status = 200) {
        net::HttpRequest request;
        request.method = "POST";
        request.body = std::move(body);
        EXPECT_TRUE(net::parse_target(target, request));
        const auto response = net::testing::wait_for(router_.handle(std::move(request)));
        EXPECT_EQ(response.status, status) << target << response.body;
        return response.body;
    }

    net::Runtime runtime_{1, 1, 1};
    Router router_{JaegerApi::refuse};
    std::unique_ptr<FixedStore> store_;
    std::unique_ptr<JaegerApi> api_;
};

TEST_F(JaegerApiTest, AnswersInItsEnvelope) {
    EXPECT_EQ(get("/api/services"),
              R"({"data":["CRM API","MES API","Shop API"],"total":3,"limit":0,"offset":0,)"
              R"("errors":null})");
    EXPECT_EQ(get("/api/operations?service=MES%20API&spanKind=consumer"),
              R"({"data":[{"name":"process","spanKind":"consumer"}],"total":1,"limit":0,)"
              R"("offset":0,"errors":null})");
    EXPECT_EQ(get("/api/services/MES%20API/operations"),
              R"({"data":["process","send"],"total":2,"limit":0,"offset":0,"errors":null})");
    EXPECT_EQ(get("/api/dependencies?endTs=1795515400000&lookback=200000"),
              R"({"data":[{"parent":"MES API","child":"CRM API","callCount":1},)"
              R"({"parent":"MES API","child":"MES API","callCount":1},)"
              R"({"parent":"Shop API","child":"Shop API","callCount":1}],)"
              R"("total":0,"limit":0,"offset":0,"errors":null})");
}

TEST_F(JaegerApiTest, SaysInItsFormWhatIsWrong) {
    EXPECT_EQ(get("/api/traces", 400),
              R"({"data":null,"total":0,"limit":0,"offset":0,)"
              R"("errors":[{"code":400,"msg":"parameter 'service' is required"}]})");
    EXPECT_THAT(get("/api/traces/11111111111111111111111111111111", 404),
                HasSubstr(R"("errors":[{"code":404,"msg":"trace not found"}])"));
    for (const char* wrong : {"start=x", "end=1e3", "minDuration=5", "tags=[1]", "tags={\"a\":1}",
                              "tag=a", "limit=0", "limit=1501", "minDuration=2s&maxDuration=1s"}) {
        get(std::string("/api/traces?service=a&") + wrong, 400);
    }
    get("/api/traces/xyz", 400);
    get("/api/dependencies?lookback=-1", 400);
    get("/api/dependencies?endTs=9223372036854775807", 400);
    EXPECT_EQ(get("/api/v3/traces?query.serviceName=a", 400),
              R"({"error":{"httpCode":400,"message":"query.startTimeMin and query.startTimeMax )"
              R"(are required"}})");
    get("/api/v3/traces/11111111111111111111111111111111", 404);
    get("/api/nothing", 404);
}

TEST_F(JaegerApiTest, ShowsAFileAsTraces) {
    const auto span = [](const char* trace, const char* id, const char* name) {
        return std::string(R"({"traceId":")") + trace + R"(","spanId":")" + id + R"(","name":")" +
               name + R"(","startTimeUnixNano":"2000","endTimeUnixNano":"5000"})";
    };
    const std::string one(32, 'a');
    const std::string other = std::string(16, '0') + std::string(16, 'b');
    const std::string spans = span(one.c_str(), "0000000000000001", "first") + ',' +
                              span(other.c_str(), "0000000000000002", "second") + ',' +
                              span(one.c_str(), "0000000000000003", "third");
    const auto answer = json::parse(post(
        "/api/transform", R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans + "]}]}]}"));
    const auto& traces = answer.at("data").as_array();
    ASSERT_EQ(traces.size(), 2U);
    EXPECT_EQ(traces[0].at("traceID").as_string(), one);
    EXPECT_EQ(traces[0].at("spans").as_array().size(), 2U);
    EXPECT_EQ(traces[0].at("spans").at(1).at("operationName").as_string(), "third");
    EXPECT_EQ(traces[0].at("spans").at(1).at("startTime"), 2);
    EXPECT_EQ(traces[0].at("spans").at(1).at("duration"), 3);
    EXPECT_EQ(traces[1].at("traceID").as_string(), std::string(16, 'b'));
    EXPECT_TRUE(answer.at("errors").is_null());
    EXPECT_THAT(post("/api/transform", "no json", 400), HasSubstr(R"("code":400)"));
    EXPECT_EQ(post("/api/transform", R"({"resourceSpans":[]})"),
              R"({"data":[],"total":0,"limit":0,"offset":0,"errors":null})");
    get("/api/transform", 405);
}

StoredSpan some_span() {
    StoredSpan span;
    span.trace_id = "00000000000000000102030405060708";
    span.span_id = "0a0b0c0d0e0f1011";
    span.parent_span_id = "1111111111111111";
    span.service = "Shop API";
    span.name = "work";
    span.kind = "server";
    span.status = "error";
    span.status_message = "broken";
    span.start = 1'795'515'300'000'001'999;
    span.duration = 2999;
    span.attributes = {{"n", 5.0}, {"big", std::int64_t{1} << 60}, {"list", {1, "b", true}}};
    span.resource = {{"service.name", "Shop API"}, {"host.name", "h"}};
    json::object event = {{"time_unix_nano", 1'795'515'300'000'002'500}, {"name", "late"}};
    event["attributes"] = json::object{{"a", 1}};
    span.events.push_back(event);
    json::object link = {{"trace_id", "22222222222222222222222222222222"},
                         {"span_id", "3333333333333333"}};
    span.links.push_back(link);
    return span;
}

TEST(JaegerV1Trace, WritesASpan) {
    V1Trace trace;
    trace.add(some_span());
    JsonWriter out;
    trace.finish(out);
    EXPECT_EQ(
        out.take(),
        R"({"traceID":"0102030405060708","spans":[{"traceID":"0102030405060708",)"
        R"("spanID":"0a0b0c0d0e0f1011","operationName":"work","references":[)"
        R"({"refType":"CHILD_OF","traceID":"0102030405060708","spanID":"1111111111111111"},)"
        R"({"refType":"FOLLOWS_FROM","traceID":"22222222222222222222222222222222",)"
        R"("spanID":"3333333333333333"}],"startTime":1795515300000001,"duration":2,"tags":[)"
        R"({"key":"big","type":"int64","value":"1152921504606846976"},)"
        R"({"key":"error","type":"bool","value":true},)"
        R"({"key":"list","type":"string","value":"[1,\"b\",true]"},)"
        R"({"key":"n","type":"float64","value":5},)"
        R"({"key":"otel.status_code","type":"string","value":"ERROR"},)"
        R"({"key":"otel.status_description","type":"string","value":"broken"},)"
        R"({"key":"span.kind","type":"string","value":"server"}],)"
        R"("logs":[{"timestamp":1795515300000002,"fields":[)"
        R"({"key":"event","type":"string","value":"late"},{"key":"a","type":"int64","value":1}]}],)"
        R"("processID":"p1","warnings":null}],"processes":{"p1":{"serviceName":"Shop API",)"
        R"("tags":[{"key":"host.name","type":"string","value":"h"}]}},"warnings":null})");
}

TEST(JaegerV3Traces, WritesASpan) {
    V3Traces traces;
    EXPECT_TRUE(traces.empty());
    traces.add(some_span());
    traces.add(some_span());
    const auto found = json::parse(traces.finish());
    const auto& resources = found.at("result").at("resourceSpans").as_array();
    ASSERT_EQ(resources.size(), 1U);
    const auto& scopes = resources[0].at("scopeSpans").as_array();
    ASSERT_EQ(scopes.size(), 1U);
    ASSERT_EQ(scopes[0].at("spans").as_array().size(), 2U);
    const auto& span = scopes[0].at("spans").at(0);
    EXPECT_EQ(span.at("kind"), 2);
    EXPECT_EQ(span.at("endTimeUnixNano"), "1795515300000004998");
    EXPECT_EQ(json::serialize(span.at("attributes").at(0)),
              R"({"key":"n","value":{"doubleValue":5}})");
    EXPECT_EQ(
        json::serialize(span.at("attributes").at(2).at("value")),
        R"({"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"b"},{"boolValue":true}]}})");
}

TEST(JaegerValueText, SortsKeys) {
    EXPECT_EQ(value_text(json::parse(R"({"b":[1.5,null,"x"],"a":{"c":true}})")),
              R"({"a":{"c":true},"b":[1.5,null,"x"]})");
    EXPECT_EQ(value_text("plain"), "plain");
}

}  // namespace
}  // namespace api::jaeger

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/native/error_answer.h"
#include "api/native/native_api.h"
#include "api/request_test.h"
#include "api/store_test.h"
#include "net/testing/wait_for.h"
#include "trace/span_log.h"

namespace api {
namespace {

namespace json = boost::json;
using storage::testing::MemorySnapshot;

class TraceApiTest : public testing::Test {
  protected:
    TraceApiTest() {
        auto snapshot = std::make_shared<MemorySnapshot>();
        snapshot->add(".spans-prod", trace::order_spans().rows());
        event::Batch log;
        log.time.push_back(trace::SpanLog::start);
        log.sequence.push_back(100);
        log.at(log.column("trace_id", event::Type::string)).add_text(0, "t1");
        log.at(log.column("span_id", event::Type::string)).add_text(0, "b");
        snapshot->add("shop-prod", std::move(log));
        store_ = std::make_unique<FixedStore>(std::move(snapshot));
        api_ = std::make_unique<NativeApi>(*store_, event::Catalog::built_in(), runtime_,
                                           NativeOptions{});
        api_->add_to(router_);
    }
    ~TraceApiTest() override { runtime_.stop(); }

    std::string body(const std::string& path, const std::string& parameters, int status = 200) {
        auto request = request_of("POST", "/_trail/v1/" + path);
        request.body = parameters;
        const auto response = net::testing::wait_for(router_.handle(std::move(request)));
        EXPECT_EQ(response.status, status) << response.body;
        return response.body;
    }
    json::object answer(const std::string& path, const std::string& parameters) {
        return json::parse(body(path, parameters)).as_object();
    }

    net::Runtime runtime_{1, 1, 1};
    Router router_{refuse_native};
    std::unique_ptr<FixedStore> store_;
    std::unique_ptr<NativeApi> api_;
};

constexpr const char* that_day = R"({"from":"2026-11-24"})";

TEST_F(TraceApiTest, SearchesTraces) {
    const auto found = answer("traces", that_day).at("traces").as_array();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[1].at("trace_id"), "t2");
    EXPECT_EQ(found[1].at("service"), "MES API");
    EXPECT_EQ(found[1].at("start"), "2026-11-24T10:15:00.812Z");
    EXPECT_EQ(found[1].at("duration_ns"), 198'000'000);
    EXPECT_EQ(found[1].at("spans"), 3);
    EXPECT_EQ(found[1].at("errors"), 1);
    EXPECT_EQ(found[1].at("services").as_array().size(), 2U);
    const auto some = answer(
        "traces", R"({"from":"2026-11-24","min_duration":"50ms","query":"span_kind: server"})");
    ASSERT_EQ(some.at("traces").as_array().size(), 1U);
    EXPECT_EQ(some.at("traces").at(0).at("trace_id"), "t1");
    EXPECT_TRUE(answer("traces", R"({"from":"2026-11-24","environment":"test"})")
                    .at("traces")
                    .as_array()
                    .empty());
    EXPECT_THAT(body("traces", R"({"max_duration":"long"})", 400),
                testing::HasSubstr("parameter 'max_duration': expected a duration such as"));
}

TEST_F(TraceApiTest, ShowsATraceAsAPictureNeedsIt) {
    const auto found = answer("traces/t2", "{}");
    EXPECT_EQ(json::serialize(found.at("trace_ids")), R"(["t2","t1"])");
    EXPECT_EQ(found.at("start"), "2026-11-24T10:15:00Z");
    EXPECT_EQ(found.at("span_count"), 5);
    EXPECT_EQ(found.at("error_count"), 1);
    EXPECT_EQ(found.at("log_count"), 1);
    EXPECT_EQ(json::serialize(found.at("services")), R"(["Shop API","MES API","CRM API"])");
    const auto& spans = found.at("spans").as_array();
    ASSERT_EQ(spans.size(), 5U);
    EXPECT_EQ(json::serialize(spans[1]),
              R"({"id":"b","parent":0,"depth":1,"service":0,"name":1,"start_ns":10000000,)"
              R"("duration_ns":2000000,"kind":"producer","trace":1,"queue":0,"logs":1})");
    EXPECT_EQ(json::serialize(spans[2]),
              R"({"id":"c","parent":1,"depth":2,"service":1,"name":2,"start_ns":812000000,)"
              R"("duration_ns":100000000,"kind":"consumer","error":true,"queue":0,)"
              R"("links":[{"trace_id":"t1","span_id":"b"}]})");
    EXPECT_EQ(json::serialize(found.at("waits").at(0)),
              R"({"from":1,"to":2,"queue":"orders.pricing","start_ns":12000000,)"
              R"("duration_ns":800000000,"by_link":true})");
    EXPECT_EQ(answer("traces/t2", R"({"follow":false})").at("span_count"), 3);
    body("traces/t9", "{}", 404);
}

TEST_F(TraceApiTest, ShowsASpanWhole) {
    const auto found = answer("traces/t1/spans/b", "{}");
    ASSERT_EQ(found.at("spans").as_array().size(), 1U);
    EXPECT_EQ(found.at("spans").at(0).at("fields").at("queue_name"), "orders.pricing");
    body("traces/t1/spans/c", "{}", 404);
}

TEST_F(TraceApiTest, ServicesOperationsAndTheirGraph) {
    EXPECT_EQ(json::serialize(answer("traces/services", that_day)),
              R"({"services":[{"name":"CRM API","spans":1,"errors":0},)"
              R"({"name":"MES API","spans":2,"errors":1},)"
              R"({"name":"Shop API","spans":3,"errors":0}]})");
    const auto operations =
        answer("traces/operations", R"({"from":"2026-11-24","service":"MES API"})");
    EXPECT_EQ(operations.at("operations").at(0).at("name"), "process");
    EXPECT_EQ(operations.at("operations").at(0).at("kind"), "consumer");
    EXPECT_EQ(json::serialize(answer("traces/graph", that_day).at("edges").at(1)),
              R"({"from":"Shop API","to":"MES API","queue":"orders.pricing","calls":1,)"
              R"("errors":1,"p95_ns":100000000,"wait_p95_ns":800000000})");
}

}  // namespace
}  // namespace api

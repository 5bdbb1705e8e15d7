#include "app/server/refused_request.h"

#include <gtest/gtest.h>

#include "base/arrivals.h"

namespace app {
namespace {

net::HttpResponse answer(int status, std::string type, std::string body) {
    net::HttpResponse response;
    response.status = status;
    response.content_type = std::move(type);
    response.body = std::move(body);
    return response;
}

TEST(RefusedRequest, TellsTheReasonInEveryForm) {
    EXPECT_EQ(reason_of(answer(
                  400, "application/json",
                  R"({"error":{"root_cause":[{"type":"x","reason":"Malformed \"line\" [1]"}]}})")),
              "Malformed \"line\" [1]");
    EXPECT_EQ(
        reason_of(answer(400, "application/json; charset=utf-8",
                         R"({"error":{"code":"invalid_argument","message":"no\nJSON \u00e9"}})")),
        "no JSON \\u00e9");
    EXPECT_EQ(reason_of(answer(400, "application/json", R"({"text":"No data","code":5})")),
              "No data");
    EXPECT_EQ(reason_of(answer(400, "text/plain", "entry ignored\nand more")), "entry ignored");
    EXPECT_EQ(reason_of(answer(400, "application/x-protobuf",
                               "\x08\x03\x12\x05"
                               "wrong")),
              "wrong");
    EXPECT_EQ(reason_of(answer(400, "application/x-protobuf",
                               std::string("\x08\x83\x01\x12\x80\x01", 6) + std::string(128, 'a'))),
              std::string(128, 'a'));
}

TEST(RefusedRequest, IsNotDeceivedByBodiesThatAreCut) {
    EXPECT_EQ(reason_of(answer(400, "application/x-protobuf", "")), "");
    EXPECT_EQ(reason_of(answer(400, "application/x-protobuf", "\x08")), "");
    EXPECT_EQ(reason_of(answer(400, "application/x-protobuf", "\x08\x83")), "");
    EXPECT_EQ(reason_of(answer(400, "application/x-protobuf", "\x12\xff\xff\xff\xff\xff\xff")), "");
    EXPECT_EQ(reason_of(answer(400, "application/x-protobuf",
                               "\x12\x7f"
                               "ab")),
              "ab");
    EXPECT_EQ(reason_of(answer(400, "application/json", R"({"reason":"cut \)")), "cut \\");
    EXPECT_EQ(reason_of(answer(400, "application/json", "{}")), "");
}

TEST(RefusedRequest, KnowsTheInputsByTheirPaths) {
    EXPECT_EQ(input_of_path("/_bulk"), "elasticsearch");
    EXPECT_EQ(input_of_path("/uploads/_doc/1"), "elasticsearch");
    EXPECT_EQ(input_of_path("/ingest/shop-prod"), "ingest");
    EXPECT_EQ(input_of_path("/v1/traces"), "otlp");
    EXPECT_EQ(input_of_path("/services/collector/raw"), "splunk");
    EXPECT_EQ(input_of_path("/_trail/v1/search"), "");
    EXPECT_EQ(input_of_path("/shop-prod/_search"), "");
}

TEST(RefusedRequest, IsNotedForItsInput) {
    const auto times = [](const char* input) {
        const auto inputs = base::arrivals().inputs();
        const auto found = inputs.find(input);
        constexpr auto place = static_cast<std::size_t>(base::Hindrance::request);
        return found == inputs.end() ? 0 : found->second.hindered[place].times;
    };
    const auto send = [](const char* method, const char* path, int status) {
        net::HttpRequest request;
        request.method = method;
        request.path = path;
        request.peer = "192.0.2.7";
        RequestMark(request).note(answer(status, "text/plain", "because"));
    };
    const auto loki = times("loki");
    const auto http = times("http");
    send("POST", "/loki/api/v1/push", 400);
    send("POST", "/loki/api/v1/push", 204);
    send("POST", "/loki/api/v1/push", 409);
    send("GET", "/loki/api/v1/push", 405);
    EXPECT_EQ(times("loki") - loki, 1U);
    EXPECT_EQ(base::arrivals().inputs().at("loki").hindered[2].reason,
              "POST /loki/api/v1/push: HTTP 400, because");
    EXPECT_EQ(base::arrivals().inputs().at("loki").hindered[2].from, "192.0.2.7");
    send("POST", "/api/prom/push", 404);
    send("POST", "/_trail/v1/search", 400);
    send("POST", "/shop-prod/_search", 400);
    note_refused("", base::invalid("the client speaks TLS"));
    EXPECT_EQ(times("http") - http, 2U);
}

}  // namespace
}  // namespace app

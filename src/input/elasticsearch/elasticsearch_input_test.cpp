#include "input/elasticsearch/elasticsearch_input.h"

#include <gmock/gmock.h>

#include "input/input_test.h"

namespace input::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ElasticsearchInputTest : public InputTest {};

const std::string two =
    "{\"create\":{\"_id\":\"1\"}}\n{\"a\":1}\n{\"index\":{\"_index\":\"other\"}}\n{\"a\":2}\n";

TEST_F(ElasticsearchInputTest, TakesBulkRequests) {
    const auto answer = send("POST", "/shop-prod/_bulk", two);
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, StartsWith("{\"took\":"));
    EXPECT_THAT(
        answer.body,
        HasSubstr(
            ",\"errors\":false,\"items\":[{\"create\":{\"_index\":\"shop-prod\",\"_id\":\"1\""));
    ASSERT_EQ(intake_.calls.size(), 1U);
    EXPECT_EQ(intake_.calls[0][0].text, "{\"a\":1}");
    EXPECT_EQ(intake_.calls[0][1].index, "other");
    // A retry of the same events is told to be one.
    const auto again = send("PUT", "/shop-prod/_bulk?filter_path=errors,items.*.status", two);
    EXPECT_EQ(again.body,
              R"({"errors":true,"items":[{"create":{"status":409}},{"index":{"status":201}}]})");
}

TEST_F(ElasticsearchInputTest, KeepsTheOrderOfWritesAndDeletions) {
    const auto answer =
        send("POST", "/i/_bulk?filter_path=items.*.result",
             "{\"index\":{\"_id\":\"1\"}}\n{\"n\":1}\n{\"delete\":{\"_id\":\"1\"}}\n"
             "{\"create\":{\"_id\":\"1\"}}\n{\"n\":2}\n{\"delete\":{\"_id\":\"2\"}}\n");
    EXPECT_EQ(answer.body,
              R"({"items":[{"index":{"result":"created"}},{"delete":{"result":"deleted"}},)"
              R"({"create":{"result":"created"}},{"delete":{"result":"not_found"}}]})");
    EXPECT_EQ(intake_.calls.size(), 2U);
    EXPECT_EQ((intake_.documents[{"i", "1"}]), "{\"n\":2}");
}

TEST_F(ElasticsearchInputTest, TellsWholeFailuresAsElasticsearchDoes) {
    const auto missing = send("POST", "/_bulk", "{\"index\":{}}\n{}\n");
    EXPECT_EQ(missing.status, 400);
    EXPECT_EQ(
        missing.body,
        R"({"error":{"root_cause":[{"type":"action_request_validation_exception","reason":)"
        R"("Validation Failed: 1: index is missing;"}],"type":"action_request_validation_exception",)"
        R"("reason":"Validation Failed: 1: index is missing;"},"status":400})");
    EXPECT_THAT(send("POST", "/_bulk").body, HasSubstr("request body is required"));
    EXPECT_EQ(intake_.called, 0);
}

TEST_F(ElasticsearchInputTest, RefusesWholeRequestsWhenBusy) {
    intake_.failures.emplace(0, base::Error{base::Code::busy, "the queue is full"});
    const auto answer = send("POST", "/i/_bulk", two);
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(
        answer.body,
        R"({"error":{"root_cause":[{"type":"es_rejected_execution_exception","reason":"the queue is full"}],)"
        R"("type":"es_rejected_execution_exception","reason":"the queue is full"},"status":429})");
    EXPECT_EQ(net::header(answer.headers, "retry-after"), "1");
}

TEST_F(ElasticsearchInputTest, TellsPerItemWhenALaterPartFails) {
    intake_.failures.emplace(1, base::Error{base::Code::io, "disk"});
    const auto answer = send("POST", "/i/_bulk?filter_path=errors,items.*.status",
                             "{\"index\":{\"_id\":\"1\"}}\n{}\n{\"delete\":{\"_id\":\"1\"}}\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body,
              R"({"errors":true,"items":[{"index":{"status":201}},{"delete":{"status":500}}]})");
}

TEST_F(ElasticsearchInputTest, WritesLargeAnswers) {
    std::string body;
    for (int at = 0; at < 2000; ++at)
        body += "{\"index\":{}}\n{\"n\":" + std::to_string(at) + "}\n";
    const auto answer = send("POST", "/i/_bulk", body);
    EXPECT_EQ(answer.status, 200);
    std::size_t count = 0;
    for (std::size_t at = 0; (at = answer.body.find("\"status\":201", at)) != std::string::npos;
         ++at)
        ++count;
    EXPECT_EQ(count, 2000U);
    EXPECT_EQ(intake_.calls[0].size(), 2000U);
}

TEST_F(ElasticsearchInputTest, NeverBothersTheIntakeWithNothing) {
    const auto answer = send("POST", "/Bad/_bulk", "{\"index\":{}}\n{}\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("invalid_index_name_exception"));
    EXPECT_EQ(intake_.called, 0);
}

TEST_F(ElasticsearchInputTest, TakesSingleDocuments) {
    const auto made = send("POST", "/shop/_doc", "{\n \"a\": 1\n}");
    EXPECT_EQ(made.status, 201);
    EXPECT_THAT(made.body, HasSubstr(R"("result":"created")"));
    EXPECT_EQ(send("PUT", "/shop/_doc/a%2Fb", "{}").status, 201);
    EXPECT_EQ(intake_.calls.back()[0].id, "a/b");
    EXPECT_EQ(send("PUT", "/shop/_doc/a%2Fb", "{}").status, 200);
    EXPECT_EQ(send("PUT", "/shop/_doc/a%2Fb?op_type=create", "{}").status, 409);
    EXPECT_EQ(send("PUT", "/shop/_create/a%2Fb", "{}").status, 409);
    EXPECT_EQ(send("POST", "/shop/_create/2", "{}").status, 201);
    EXPECT_EQ(send("DELETE", "/shop/_doc/2").status, 200);
    const auto missing = send("DELETE", "/shop/_doc/2");
    EXPECT_EQ(missing.status, 404);
    EXPECT_THAT(missing.body, HasSubstr(R"("result":"not_found")"));
    const auto bad = send("POST", "/shop/_doc", "[1]");
    EXPECT_EQ(bad.status, 400);
    EXPECT_THAT(bad.body, HasSubstr("document_parsing_exception"));
    EXPECT_THAT(send("POST", "/Shop/_doc", "{}").body, HasSubstr("invalid_index_name_exception"));
    EXPECT_THAT(send("POST", "/shop/_doc", "").body, HasSubstr("request body is required"));
}

TEST_F(ElasticsearchInputTest, GivesTheHeadersThatClientsWant) {
    const auto plain = send("GET", "/");
    EXPECT_EQ(net::header(plain.headers, "x-elastic-product"), "Elasticsearch");
    EXPECT_EQ(plain.content_type, "application/json");
    for (const auto* version : {"8", "9"}) {
        const auto accept = std::string("application/vnd.elasticsearch+json; compatible-with=") +
                            version + ",text/plain";
        const auto answer =
            send("POST", "/_bulk", "x\n", {{"Accept", accept}, {"X-Opaque-Id", "mine"}});
        EXPECT_EQ(answer.content_type,
                  std::string("application/vnd.elasticsearch+json;compatible-with=") + version);
        EXPECT_EQ(net::header(answer.headers, "x-elastic-product"), "Elasticsearch");
        EXPECT_EQ(net::header(answer.headers, "x-opaque-id"), "mine");
    }
}

TEST_F(ElasticsearchInputTest, RefusesWhatItDoesNotKnow) {
    const auto unknown = send("GET", "/_no/such?x=1&y");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_EQ(unknown.body,
              R"({"error":"no handler found for uri [/_no/such?x=1&y] and method [GET]"})");
    const auto wrong = send("GET", "/_bulk");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(
        wrong.body,
        R"({"error":"Incorrect HTTP method for uri [/_bulk] and method [GET], allowed: [POST, PUT]","status":405})");
    EXPECT_EQ(net::header(wrong.headers, "allow"), "POST, PUT");
    EXPECT_EQ(send("POST", "/_all/_bulk", two).status, 400);
}

TEST_F(ElasticsearchInputTest, WritesTheServersRefusalsInElasticsearchsForm) {
    const auto refused = [](int status, const std::string& path) {
        return ElasticsearchInput::refuse(status, base::invalid("why"), path, "");
    };
    EXPECT_EQ(refused(404, "/_cat/nothing").status, 400);
    EXPECT_EQ(refused(404, "/_cat/nothing").body,
              R"({"error":"no handler found for uri [/_cat/nothing]"})");
    EXPECT_EQ(refused(404, "/shop").status, 404);
    EXPECT_THAT(refused(404, "/shop").body, HasSubstr("no such index [shop]"));
    EXPECT_EQ(refused(413, "/_bulk").body,
              R"({"error":{"root_cause":[{"type":"content_too_long_exception","reason":"why"}],)"
              R"("type":"content_too_long_exception","reason":"why"},"status":413})");
    EXPECT_EQ(net::header(refused(429, "/_bulk").headers, "retry-after"), "1");
    EXPECT_EQ(net::header(refused(400, "").headers, "x-elastic-product"), "Elasticsearch");
}

TEST_F(ElasticsearchInputTest, AnswersEveryRouteItNames) {
    for (const auto& route : ElasticsearchInput::routes()) {
        auto methods = route.methods;
        while (!methods.empty()) {
            const auto space = methods.find(' ');
            std::string path(route.pattern);
            for (std::size_t at = 0; (at = path.find('{')) != std::string::npos;) {
                path.replace(at, path.find('}') - at + 1, "name");
            }
            const auto answer = send(std::string(methods.substr(0, space)), path, "{}\n");
            EXPECT_EQ(answer.body.find("no handler"), std::string::npos) << route.pattern;
            EXPECT_NE(answer.status, 405) << route.pattern;
            methods.remove_prefix(space == std::string_view::npos ? methods.size() : space + 1);
        }
    }
}

}  // namespace
}  // namespace input::testing

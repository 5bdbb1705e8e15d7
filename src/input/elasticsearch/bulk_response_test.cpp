#include "input/elasticsearch/bulk_response.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "event/schema.h"

namespace input::elasticsearch {
namespace {

using Status = event::RecordOutcome::Status;

class BulkResponseTest : public ::testing::Test {
  protected:
    // A request with an action line per verb, all with the id "1" unless `line` says otherwise.
    static std::shared_ptr<BulkRequest> request_of(std::string_view body) {
        auto request = BulkRequest::parse(std::string(body), "shop", {}).value();
        for (std::size_t part = 0; part < request->parts(); ++part) request->take_records(part);
        return request;
    }
    static std::string write(std::string_view body, event::RecordsOutcome outcome,
                             std::string_view filter = "") {
        const auto request = request_of(body);
        if (outcome.indices.empty()) outcome.indices = {"shop"};
        return write_bulk_response(*request, {std::move(outcome)}, 5, FilterPath(filter));
    }
    static event::RecordsOutcome one(Status status, std::uint64_t sequence = 9) {
        event::RecordsOutcome outcome;
        outcome.items = {{status, 0, sequence, -1}};
        return outcome;
    }
};

const std::string create = "{\"create\":{\"_id\":\"a\\\"b\"}}\n{}\n";

TEST_F(BulkResponseTest, IsExactlyElasticsearchsForm) {
    EXPECT_EQ(
        write(create, one(Status::created)),
        R"({"took":5,"errors":false,"items":[{"create":{"_index":"shop","_id":"a\"b","_version":1,)"
        R"("result":"created","_shards":{"total":1,"successful":1,"failed":0},"_seq_no":9,)"
        R"("_primary_term":1,"status":201}}]})");
    EXPECT_EQ(
        write("{\"index\":{\"_id\":\"1\"}}\n{}\n", one(Status::updated)),
        R"({"took":5,"errors":false,"items":[{"index":{"_index":"shop","_id":"1","_version":2,)"
        R"("result":"updated","_shards":{"total":1,"successful":1,"failed":0},"_seq_no":9,)"
        R"("_primary_term":1,"status":200}}]})");
}

TEST_F(BulkResponseTest, TellsOfDeletions) {
    EXPECT_EQ(
        write("{\"delete\":{\"_id\":\"1\"}}\n", one(Status::deleted)),
        R"({"took":5,"errors":false,"items":[{"delete":{"_index":"shop","_id":"1","_version":2,)"
        R"("result":"deleted","_shards":{"total":1,"successful":1,"failed":0},"_seq_no":9,)"
        R"("_primary_term":1,"status":200}}]})");
    const auto missing = write("{\"delete\":{\"_id\":\"1\"}}\n", one(Status::missing));
    EXPECT_NE(missing.find(R"("errors":false)"), std::string::npos);
    EXPECT_NE(missing.find(R"("result":"not_found")"), std::string::npos);
    EXPECT_NE(missing.find(R"("status":404)"), std::string::npos);
}

TEST_F(BulkResponseTest, TellsOfFilteredEventsAsOfDroppedOnes) {
    EXPECT_EQ(
        write("{\"index\":{}}\n{}\n", one(Status::filtered, 0)),
        R"({"took":5,"errors":false,"items":[{"index":{"_index":"shop","_id":"auto-generated",)"
        R"("_version":-3,"result":"noop","_shards":{"total":0,"successful":0,"failed":0},"status":200}}]})");
}

TEST_F(BulkResponseTest, NamesIdsThatItMade) {
    const auto text = write("{\"index\":{}}\n{}\n", one(Status::created, 77));
    EXPECT_NE(text.find("\"_id\":\"" + event::id_of(77) + "\""), std::string::npos) << text;
}

const std::string conflict_of_1 =
    R"x({"type":"version_conflict_engine_exception","reason":"[1]: version conflict, document )x"
    R"x(already exists (current version [1])","index_uuid":"_na_","shard":"0","index":"shop"})x";

TEST_F(BulkResponseTest, TellsOfDuplicates) {
    EXPECT_EQ(
        write("{\"create\":{\"_id\":\"1\"}}\n{}\n", one(Status::duplicate, 0)),
        R"({"took":5,"errors":true,"items":[{"create":{"_index":"shop","_id":"1","status":409,)"
        "\"error\":" +
            conflict_of_1 + "}}]}");
}

TEST_F(BulkResponseTest, TellsOfRejectedDocuments) {
    auto outcome = one(Status::rejected, 0);
    outcome.items[0].error = 0;
    outcome.errors = {base::invalid("expected a \"value\"")};
    EXPECT_EQ(
        write("{\"index\":{}}\n{}\n", outcome),
        R"({"took":5,"errors":true,"items":[{"index":{"_index":"shop","_id":null,"status":400,"error":)"
        R"({"type":"document_parsing_exception","reason":"expected a \"value\""}}}]})");
}

TEST_F(BulkResponseTest, TellsOfItemsThatNeverWentIn) {
    const auto text =
        write("{\"index\":{\"_index\":\"Bad\"}}\n{}\n{\"update\":{\"_id\":\"1\"}}\n{}\n", {});
    EXPECT_NE(
        text.find(
            R"("_index":"Bad","_id":null,"status":400,"error":{"type":"invalid_index_name_exception",)"
            R"("reason":"Invalid index name [Bad], must be lowercase","index_uuid":"_na_","index":"Bad"})"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find(R"({"update":{"_index":"shop","_id":"1","status":400,"error":{"type":)"
                        R"("illegal_argument_exception","reason":"update is not supported)"),
              std::string::npos)
        << text;
}

TEST_F(BulkResponseTest, KeepsTheOrderOfTheRequest) {
    event::RecordsOutcome outcome;
    outcome.items = {
        {Status::missing, 0, 1, -1}, {Status::created, 0, 2, -1}, {Status::created, 0, 3, -1}};
    const auto text = write(
        "{\"index\":{\"_id\":\"1\"}}\n{}\n{\"delete\":{\"_id\":\"2\"}}\n{\"index\":{\"_id\":\"2\"}}"
        "\n{}\n",
        outcome, "items.*._id,items.*.status");
    EXPECT_EQ(text,
              R"({"items":[{"index":{"_id":"1","status":201}},{"delete":{"_id":"2","status":404}},)"
              R"({"index":{"_id":"2","status":201}}]})");
}

TEST_F(BulkResponseTest, TellsPerItemWhatFailedAfterTheFirstPart) {
    const auto request = request_of(
        "{\"index\":{\"_id\":\"1\"}}\n{}\n{\"delete\":{\"_id\":\"1\"}}\n{\"index\":{\"_id\":\"1\"}}"
        "\n{}\n"
        "{\"delete\":{\"_id\":\"1\"}}\n");
    auto first = one(Status::created);
    first.indices = {"shop"};
    const auto text =
        write_bulk_response(*request, {first, base::Error{base::Code::busy, "full"}}, 5,
                            FilterPath("errors,items.*.status,items.*.error.type"));
    EXPECT_EQ(text,
              R"({"errors":true,"items":[{"index":{"status":201}},)"
              R"({"delete":{"status":429,"error":{"type":"es_rejected_execution_exception"}}},)"
              R"({"index":{"status":429,"error":{"type":"es_rejected_execution_exception"}}},)"
              R"({"delete":{"status":429,"error":{"type":"es_rejected_execution_exception"}}}]})");
}

// The filter that is applied while writing must say what cutting the whole text down says.
TEST_F(BulkResponseTest, FiltersAsTheGeneralFilterDoes) {
    event::RecordsOutcome outcome;
    outcome.items = {
        {Status::created, 0, 1, -1}, {Status::duplicate, 0, 0, -1}, {Status::filtered, 0, 0, -1}};
    const std::string body =
        "{\"index\":{\"_id\":\"1\"}}\n{}\n{\"create\":{\"_id\":\"2\"}}\n{}\n{\"index\":{}}\n{}\n"
        "{\"update\":{\"_id\":\"3\"}}\n{}\n";
    const auto whole = write(body, outcome);
    for (const std::string filter :
         {"",
          "errors",
          "took",
          "-took",
          "items",
          "items.*",
          "**",
          "errors,items.*.error,items.*.status",
          "errors,items.*.error",
          "items.*._index,items.*.status,items.*.error.type,items.*.error.reason",
          "items.create.**",
          "items.*._shards.total",
          "-items.*._shards",
          "-items.index",
          "items.*.no",
          "nothing",
          "took,-took",
          "items.*.error.*",
          "**.status,-items.create",
          "-**._id",
          "-items.*.error.reason"}) {
        const auto written = write(body, outcome, filter);
        EXPECT_EQ(written, FilterPath(filter).apply(whole)) << filter;
        boost::system::error_code error;
        boost::json::parse(written, error);
        EXPECT_FALSE(error) << filter << " " << written;
    }
}

TEST_F(BulkResponseTest, AnswersSingleDocuments) {
    Action action;
    action.verb = Verb::create;
    action.operation = event::RowOperation::create;
    action.has_id = true;
    const auto request = BulkRequest::of_document("{}", "shop", "1", action).value();
    request->take_records(0);
    auto outcome = one(Status::created);
    outcome.indices = {"shop"};
    const auto made = write_single_response(*request, outcome);
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(
        made.body,
        R"({"_index":"shop","_id":"1","_version":1,"result":"created","_shards":{"total":1,"successful":1,)"
        R"("failed":0},"_seq_no":9,"_primary_term":1})");
    outcome.items[0].status = Status::duplicate;
    const auto conflict = write_single_response(*request, outcome);
    EXPECT_EQ(conflict.status, 409);
    EXPECT_EQ(conflict.body, R"({"error":{"root_cause":[)" + conflict_of_1 + "]," +
                                 conflict_of_1.substr(1) + ",\"status\":409}");
}

}  // namespace
}  // namespace input::elasticsearch

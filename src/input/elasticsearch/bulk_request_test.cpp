#include "input/elasticsearch/bulk_request.h"

#include <gmock/gmock.h>

namespace input::elasticsearch {
namespace {

using ::testing::HasSubstr;

class BulkRequestTest : public ::testing::Test {
  protected:
    std::shared_ptr<BulkRequest> parse(std::string body, std::string index = "",
                                       BulkLimits limits = {}) {
        auto result = BulkRequest::parse(std::move(body), std::move(index), limits);
        EXPECT_TRUE(result) << (result ? "" : result.error().reason);
        return result ? result.value() : nullptr;
    }
    Failure refuse(std::string body, std::string index = "", BulkLimits limits = {}) {
        auto result = BulkRequest::parse(std::move(body), std::move(index), limits);
        EXPECT_FALSE(result);
        return result ? Failure{} : result.error();
    }
    static std::string described(const std::vector<event::Record>& records) {
        std::string text;
        for (const auto& record : records) {
            static constexpr const char* names[] = {"index", "create", "remove"};
            text += names[static_cast<int>(record.operation)];
            text += " " + std::string(record.index) + "/" + std::string(record.id) + " " +
                    std::string(record.text) + "; ";
        }
        return text;
    }
};

TEST_F(BulkRequestTest, CutsActionsAndDocuments) {
    const auto request = parse(
        "{\"index\":{\"_index\":\"a\",\"_id\":\"1\"}}\n{\"x\":1}\n"
        "\n"
        "{\"create\":{}}\r\n{\"x\":2}\r\n"
        "{\"index\":{\"_index\":\"a\",\"_id\":\"1\"}}\n{\"x\":3}\n",
        "default");
    ASSERT_EQ(request->items().size(), 3U);
    EXPECT_EQ(request->parts(), 1U);
    EXPECT_EQ(described(request->take_records(0)),
              "index a/1 {\"x\":1}; create default/ {\"x\":2}; index a/1 {\"x\":3}; ");
}

TEST_F(BulkRequestTest, PutsDeletionsFirstWhereTheyDoNotMeetAWrite) {
    const auto request = parse(
        "{\"index\":{\"_id\":\"1\"}}\n{}\n{\"delete\":{\"_id\":\"2\"}}\n{\"index\":{\"_id\":\"2\"}}"
        "\n{}\n",
        "i");
    ASSERT_EQ(request->parts(), 1U);
    EXPECT_EQ(described(request->take_records(0)), "remove i/2 ; index i/1 {}; index i/2 {}; ");
    EXPECT_EQ(request->position(request->items()[0]), 1U);
    EXPECT_EQ(request->position(request->items()[1]), 0U);
    EXPECT_EQ(request->position(request->items()[2]), 2U);
}

TEST_F(BulkRequestTest, CutsWhereADeletionFollowsItsWrite) {
    const auto request = parse(
        "{\"index\":{\"_id\":\"1\"}}\n{}\n{\"delete\":{\"_id\":\"1\"}}\n{\"index\":{\"_id\":\"1\"}}"
        "\n{}\n"
        "{\"delete\":{\"_id\":\"1\"}}\n{\"delete\":{\"_id\":\"1\",\"_index\":\"other\"}}\n",
        "i");
    ASSERT_EQ(request->parts(), 3U);
    EXPECT_EQ(described(request->take_records(0)), "index i/1 {}; ");
    EXPECT_EQ(described(request->take_records(1)), "remove i/1 ; index i/1 {}; ");
    EXPECT_EQ(described(request->take_records(2)), "remove i/1 ; remove other/1 ; ");
    EXPECT_EQ(request->items()[3].part, 2U);
}

TEST_F(BulkRequestTest, MarksItemsThatAreWrongByThemselves) {
    const auto request = parse(
        "{\"index\":{\"_index\":\"Upper\"}}\n{}\n{\"update\":{\"_id\":\"1\"}}\n{\"doc\":{}}\n"
        "{\"index\":{\"_id\":\"\"}}\n{}\n{\"index\":{}}\n\n{\"index\":{}}\n{}\n",
        "i");
    ASSERT_EQ(request->items().size(), 5U);
    EXPECT_EQ(request->items()[0].fault, Fault::index_name);
    EXPECT_EQ(request->items()[1].fault, Fault::update);
    EXPECT_EQ(request->items()[2].fault, Fault::empty_id);
    EXPECT_EQ(request->items()[3].fault, Fault::empty_document);
    EXPECT_EQ(request->items()[4].fault, Fault::none);
    EXPECT_EQ(request->take_records(0).size(), 1U);
}

TEST_F(BulkRequestTest, RefusesWholeRequestsAsElasticsearchDoes) {
    EXPECT_EQ(refuse("").type, "parse_exception");
    EXPECT_EQ(refuse("").reason, "request body is required");
    EXPECT_EQ(refuse("{\"index\":{}}\n{}", "i").reason,
              "The bulk request must be terminated by a newline [\\n]");
    EXPECT_EQ(refuse("{\"index\":{}}", "i").reason,
              "The bulk request must be terminated by a newline [\\n]");
    EXPECT_EQ(refuse("\n \n", "i").reason, "Validation Failed: 1: no requests added;");
    EXPECT_EQ(refuse("{\"index\":{}}\n", "i").reason, "Validation Failed: 1: no requests added;");
    const auto missing = refuse("{\"index\":{}}\n{}\n{\"create\":{}}\n{}\n");
    EXPECT_EQ(missing.type, "action_request_validation_exception");
    EXPECT_EQ(missing.reason, "Validation Failed: 1: index is missing;2: index is missing;");
    EXPECT_EQ(refuse("{\"delete\":{}}\n", "i").reason, "Validation Failed: 1: id is missing;");
    EXPECT_THAT(refuse("{\"index\":{\"_id\":\"" + std::string(513, 'x') + "\"}}\n{}\n", "i").reason,
                HasSubstr("is too long, must be no longer than 512 bytes but was: 513;"));
    // The third line, after an event of a client that sends plain NDJSON.
    EXPECT_EQ(refuse("{\"index\":{}}\n{}\n{\"level\":\"INFO\"}\n", "i").reason,
              "Malformed action/metadata line [3], expected field [create], [delete], [index] or "
              "[update] but found [level]");
}

TEST_F(BulkRequestTest, BoundsItemsAndParts) {
    std::string items;
    for (int at = 0; at < 11; ++at) items += "{\"index\":{}}\n{}\n";
    BulkLimits limits;
    limits.items = 10;
    EXPECT_EQ(refuse(items, "i", limits).status, 413);
    limits.items = 11;
    EXPECT_EQ(parse(items, "i", limits)->items().size(), 11U);
    std::string parts;
    for (int at = 0; at < 4; ++at)
        parts += "{\"index\":{\"_id\":\"1\"}}\n{}\n{\"delete\":{\"_id\":\"1\"}}\n";
    limits = {};
    limits.parts = 4;
    EXPECT_EQ(refuse(parts, "i", limits).status, 413);
    limits.parts = 5;
    EXPECT_EQ(parse(parts, "i", limits)->parts(), 5U);
}

TEST_F(BulkRequestTest, TellsOfManyProblemsInOneBoundedMessage) {
    std::string body;
    for (int at = 0; at < 10'000; ++at) body += "{\"index\":{}}\n{}\n";
    EXPECT_LT(refuse(body).reason.size(), 5000U);
}

}  // namespace
}  // namespace input::elasticsearch

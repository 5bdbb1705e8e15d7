#include "input/lumberjack/metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "input/lumberjack/event_group.h"

namespace input::lumberjack {
namespace {

class MetadataTest : public ::testing::Test {
  protected:
    std::string rest(std::string text) {
        return std::string(take_metadata(text.data(), text.size(), metadata_));
    }
    Metadata metadata_;
};

// As Filebeat 8.1.3 writes it, with an _id of its fingerprint processor.
TEST_F(MetadataTest, TakesWhatFilebeatSays) {
    EXPECT_EQ(rest(R"({"@timestamp":"2026-11-24T10:15:00.123Z","@metadata":{"beat":"filebeat",)"
                   R"("type":"_doc","version":"8.1.3","_id":"GkTf","raw_index":"shop-prod"},)"
                   R"("message":"one"})"),
              R"({"@timestamp":"2026-11-24T10:15:00.123Z","message":"one"})");
    EXPECT_EQ(metadata_.beat, "filebeat");
    EXPECT_EQ(metadata_.version, "8.1.3");
    EXPECT_EQ(metadata_.id, "GkTf");
    EXPECT_EQ(metadata_.index, "shop-prod");
}

TEST_F(MetadataTest, TakesItFromAnywhere) {
    EXPECT_EQ(rest(R"({"@metadata":{}})"), "{}");
    EXPECT_EQ(rest(R"({"@metadata":{},"a":1})"), R"({"a":1})");
    EXPECT_EQ(rest(R"({"a":[1,{"b":"]}"}],"@metadata":{"_id":"x"}})"), R"({"a":[1,{"b":"]}"}]})");
    EXPECT_EQ(metadata_.id, "x");
    EXPECT_EQ(rest(R"( { "a" : -1.5e3 , "@metadata" : { "x" : { "_id" : "no" } } } )"),
              R"( { "a" : -1.5e3  } )");
    EXPECT_EQ(metadata_.id, "");
}

TEST_F(MetadataTest, UnderstandsEscapes) {
    EXPECT_EQ(rest(R"({"a":"\\","@metadata":{"_id":"a\"\u0041\\"},"b":2})"), R"({"a":"\\","b":2})");
    EXPECT_EQ(metadata_.id, "a\"A\\");
}

TEST_F(MetadataTest, LeavesOthersAlone) {
    for (const char* text : {
             R"({"message":"the \"@metadata\":{} of it"})",
             R"({"a":{"@metadata":{"_id":"nested"}}})",
             R"({"@metadata":"text"})",
             R"({"@metadata":{"_id":"x")",
             R"({"@metadata":{"_id" "x"}})",
             R"(["@metadata",{}])",
             R"("@metadata")",
             R"({"a":,"@metadata":{}})",
             R"({"a" "@metadata":{}})",
             R"({"a":"unclosed,"@metadata":{}})",
             R"({"a":"\)",
             "",
         }) {
        EXPECT_EQ(rest(text), text);
        EXPECT_EQ(metadata_.id, "") << text;
    }
}

TEST_F(MetadataTest, ReadsOverLongValues) {
    rest(R"({"@metadata":{"_id":")" + std::string(600, 'x') + R"(","beat":7}})");
    EXPECT_EQ(metadata_.id, "");
    EXPECT_EQ(metadata_.beat, "");
}

TEST_F(MetadataTest, NamesAnIndexAsLogstashDoes) {
    metadata_.beat = "filebeat";
    metadata_.version = "8.1.3";
    EXPECT_EQ(index_of("%{[@metadata][beat]}-%{[@metadata][version]}", metadata_),
              "filebeat-8.1.3");
    EXPECT_EQ(index_of("beats-prod", metadata_), "beats-prod");
    EXPECT_EQ(index_of("", metadata_), "");
    EXPECT_EQ(index_of("Not*A/Name", metadata_), "");
    metadata_.version.clear();
    EXPECT_EQ(index_of("%{[@metadata][beat]}-%{[@metadata][version]}", metadata_), "");
    EXPECT_TRUE(is_index_template("%{[@metadata][beat]}-prod"));
    EXPECT_FALSE(is_index_template("%{[@metadata][beat]}-%{+YYYY.MM.dd}"));
    EXPECT_FALSE(is_index_template("Logs"));
}

TEST(EventGroupTest, MakesRecordsOfItsEvents) {
    EventBatch batch;
    for (const char* text : {
             R"({"@metadata":{"beat":"filebeat","_id":"1","raw_index":"shop-prod"},"n":1})",
             R"({"@metadata":{"beat":"filebeat","_id":"22","op_type":"index"},"n":2})",
             R"({"@metadata":{"raw_index":"No Name"},"n":3})",
             R"({"n":4})",
         }) {
        const std::string_view event(text);
        batch.events.push_back({static_cast<std::uint32_t>(batch.text.size()),
                                static_cast<std::uint32_t>(event.size())});
        batch.text += event;
    }
    EventGroup group;
    group.add(std::move(batch));
    group.prepare("%{[@metadata][beat]}-logs");
    const auto& records = group.records();
    ASSERT_EQ(records.size(), 4U);
    EXPECT_EQ(records[0].text, R"({"n":1})");
    EXPECT_EQ(records[0].index, "shop-prod");
    EXPECT_EQ(records[0].id, "1");
    EXPECT_EQ(records[0].operation, event::RowOperation::create);
    EXPECT_EQ(records[1].index, "filebeat-logs");
    EXPECT_EQ(records[1].id, "22");
    EXPECT_EQ(records[1].operation, event::RowOperation::index);
    EXPECT_EQ(records[2].index, "");
    EXPECT_EQ(records[3].text, R"({"n":4})");
    EXPECT_EQ(records[3].index, "");
    EXPECT_EQ(records[3].id, "");
}

}  // namespace
}  // namespace input::lumberjack

#include "input/elasticsearch/action_line.h"

#include <gmock/gmock.h>

#include <random>

namespace input::elasticsearch {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ActionLineTest : public ::testing::Test {
  protected:
    Action read(std::string_view line) {
        auto result = parse_action_line(line, 1, texts_);
        EXPECT_TRUE(result) << line << ": " << (result ? "" : result.error().reason);
        EXPECT_TRUE(!result || result.value()) << line;
        return result && result.value() ? *result.value() : Action{};
    }
    Failure refuse(std::string_view line) {
        auto result = parse_action_line(line, 7, texts_);
        EXPECT_FALSE(result) << line;
        return result ? Failure{} : result.error();
    }
    std::deque<std::string> texts_;
};

TEST_F(ActionLineTest, ReadsEveryAction) {
    const auto create = read(R"({"create":{"_index":"shop-prod","_id":"1"}})");
    EXPECT_EQ(create.verb, Verb::create);
    EXPECT_EQ(create.operation, event::RowOperation::create);
    EXPECT_EQ(create.index, "shop-prod");
    EXPECT_EQ(create.id, "1");
    EXPECT_TRUE(create.has_id);
    const auto index = read(R"( { "index" : { } } )");
    EXPECT_EQ(index.verb, Verb::index);
    EXPECT_EQ(index.operation, event::RowOperation::index);
    EXPECT_FALSE(index.has_id);
    EXPECT_EQ(read(R"({"delete":{"_id":"x"}})").operation, event::RowOperation::remove);
    EXPECT_EQ(read(R"({"update":{"_id":"x"}})").verb, Verb::update);
    EXPECT_EQ(read("{\"index\":{}}\r").verb, Verb::index);
}

TEST_F(ActionLineTest, TakesOpTypeAndNumbersAsIds) {
    EXPECT_EQ(read(R"({"index":{"op_type":"create"}})").operation, event::RowOperation::create);
    EXPECT_EQ(read(R"({"index":{"op_type":"index"}})").operation, event::RowOperation::index);
    EXPECT_EQ(read(R"({"index":{"_id":12}})").id, "12");
    EXPECT_FALSE(read(R"({"index":{"_id":null,"_index":null}})").has_id);
}

TEST_F(ActionLineTest, ReadsOverWhatRealClientsAdd) {
    read(R"({"index":{"_index":"a","_type":"_doc"}})");
    read(R"({"create":{"_index":"a"},"attempts":0})");
    read(R"({"create":{"_index":"a"},"more":{"deep":[1,{"x":null}]},"attempts":0})");
    const auto all = read(
        R"({"create":{"dynamic_templates":{"a.b":"gauge","c":"d"},"pipeline":"p","routing":"r","if_seq_no":5,)"
        R"("if_primary_term":1,"require_alias":true,"require_data_stream":true,"version":3,"_index":"b",)"
        R"("version_type":"external","retry_on_conflict":3,"_source":{"includes":["a"]},"list_executed_pipelines":false}})");
    EXPECT_EQ(all.index, "b");
}

TEST_F(ActionLineTest, UndoesEscapes) {
    EXPECT_EQ(read(R"({"\u0069ndex":{"_id":"a\"\u00e9\\","_index":"x\u002dy"}})").id, "a\"é\\");
    EXPECT_EQ(read(R"({"index":{"_index":"x\u002dy"}})").index, "x-y");
}

TEST_F(ActionLineTest, SkipsWhiteSpace) {
    for (const auto* line : {"", " ", "\r", " \t \r"}) {
        const auto result = parse_action_line(line, 1, texts_);
        ASSERT_TRUE(result);
        EXPECT_FALSE(result.value());
    }
}

TEST_F(ActionLineTest, RefusesAsElasticsearchDoes) {
    const auto said = [this](std::string_view line) {
        const auto failure = refuse(line);
        EXPECT_EQ(failure.status, 400);
        EXPECT_EQ(failure.type, "illegal_argument_exception");
        return failure.reason;
    };
    EXPECT_EQ(said("\"text\""),
              "Malformed action/metadata line [7], expected START_OBJECT but found [VALUE_STRING]");
    EXPECT_EQ(said("[1]"),
              "Malformed action/metadata line [7], expected START_OBJECT but found [START_ARRAY]");
    EXPECT_EQ(said("12"),
              "Malformed action/metadata line [7], expected START_OBJECT but found [VALUE_NUMBER]");
    EXPECT_EQ(said("{}"),
              "Malformed action/metadata line [7], expected FIELD_NAME but found [END_OBJECT]");
    EXPECT_EQ(said(R"({"message":"an event"})"),
              "Malformed action/metadata line [7], expected field [create], [delete], [index] or "
              "[update] but found [message]");
    EXPECT_EQ(said(R"({"index":5})"),
              "Malformed action/metadata line [7], expected START_OBJECT or END_OBJECT but found "
              "[VALUE_NUMBER]");
    EXPECT_EQ(said(R"({"index":{"_index":["a"]}})"),
              "Malformed action/metadata line [7], expected a simple value for field [_index] but "
              "found [START_ARRAY]");
    EXPECT_EQ(said(R"({"index":{"_id":{"a":1}}})"),
              "Malformed action/metadata line [7], expected a simple value for field [_id] but "
              "found [START_OBJECT]");
    EXPECT_EQ(said(R"({"index":{"_indx":"a"}})"),
              "Action/metadata line [7] contains an unknown parameter [_indx]");
}

TEST_F(ActionLineTest, RefusesWhatIsNoJson) {
    for (const std::string line :
         {"hello", "{", "{\"index\"", "{\"index\":", "{\"index\":{", "{\"index\":{\"_id\":\"a",
          "{\"index\":{}", "{\"index\":{}} x", "{\"index\":{}}{\"index\":{}}", "{'index':{}}",
          "{\"index\":{\"_id\":nul}}", "{\"index\":{\"_id\":\"\\x\"}}", "{\"index\":{},}",
          "{\"index\":{\"_id\":\"\xff\"}}", "{\"index\":{\"_id\":\"a\tb\"}}", "\"\\"}) {
        const auto failure = refuse(line);
        EXPECT_EQ(failure.status, 400) << line;
        if (line == "\"\\") continue;
        EXPECT_EQ(failure.type, "x_content_parse_exception") << line;
        EXPECT_THAT(failure.reason, StartsWith("[7:")) << line;
    }
}

TEST_F(ActionLineTest, RefusesDeepNesting) {
    const std::string deep(100'000, '[');
    EXPECT_THAT(refuse(R"({"index":{"_source":{"a":)" + deep).reason, HasSubstr("too deep"));
    EXPECT_THAT(refuse(R"({"index":{},"a":)" + deep).reason, HasSubstr("too deep"));
}

TEST_F(ActionLineTest, RepeatsNoLongTextInItsErrors) {
    const std::string longest(1 << 20, 'x');
    for (const auto& line :
         {R"({")" + longest + R"(":{}})", R"({"index":{")" + longest + R"(":1}})",
          R"({"index":{")" + longest + R"(":[]}})",
          R"({"index":{"_id":"\u0041)" + longest + R"("}})"}) {
        EXPECT_LT(refuse(line).reason.size(), 1000U);
    }
    EXPECT_THAT(refuse(R"({"index":{"_id":"\u0041)" + longest + R"("}})").reason,
                HasSubstr("a string with escapes has 1048582 bytes"));
}

TEST_F(ActionLineTest, SurvivesRandomDamage) {
    const std::string sample =
        R"({"create":{"_index":"shop-prod","_id":"a\u0041","_source":{"x":[1,2.5e3,null]}},"n":true})";
    std::mt19937 random(3);
    for (int round = 0; round < 200'000; ++round) {
        auto line = sample;
        for (unsigned hit = 0; hit <= random() % 3; ++hit) {
            const std::size_t at = random() % line.size();
            if (random() % 2 == 0) {
                line[at] = static_cast<char>(random());
            } else {
                line.resize(at + 1);
            }
        }
        const auto result = parse_action_line(line, 1, texts_);
        if (!result) {
            EXPECT_EQ(result.error().status, 400);
        }
        if (texts_.size() > 1000) texts_.clear();
    }
}

}  // namespace
}  // namespace input::elasticsearch

#include "input/splunk/splunk_input.h"

#include "input/epoch_text.h"
#include "input/splunk/hec_request.h"
#include "input/written_test.h"

namespace input::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(EpochText, ReadsEveryUnitWithoutLoss) {
    EXPECT_EQ(parse_epoch("1426279439"), 1'426'279'439'000'000'000);
    EXPECT_EQ(parse_epoch("1426279439.123456789"), 1'426'279'439'123'456'789);
    EXPECT_EQ(parse_epoch("1426279439.1234567891"), 1'426'279'439'123'456'789);
    EXPECT_EQ(parse_epoch("1426279439123"), 1'426'279'439'123'000'000);
    EXPECT_EQ(parse_epoch("1426279439123456"), 1'426'279'439'123'456'000);
    EXPECT_EQ(parse_epoch("1426279439123456789"), 1'426'279'439'123'456'789);
    EXPECT_EQ(parse_epoch("0"), 0);
    EXPECT_EQ(parse_epoch("-1.5"), -1'500'000'000);
    for (const auto* text : {"", "-", ".", ".5", "x", "1x", "1.x", "1e9", "99999999999999999999",
                             "9999999999999999999"}) {
        EXPECT_EQ(parse_epoch(text), std::nullopt) << text;
    }
}

class SplunkInputTest : public HttpInputTest<SplunkInput, SplunkOptions> {
  protected:
    net::HttpResponse post(std::string body, std::string_view path = "/services/collector") {
        return send("POST", path, std::move(body), {{"Authorization", "Splunk 0000-1111"}});
    }
    const std::string success_ = R"({"text":"Success","code":0})";
};

TEST_F(SplunkInputTest, TakesEventsOneBehindTheOther) {
    const auto answer = post(
        R"({"time":1795546689.780,"host":"h","source":"s","sourcetype":"t","index":"shop-prod","event":"text {"})"
        R"( {"event":{"order_id":"ORD-1","host":"own","message":"m"},"host":"h","fields":{"a":"1","b":2,"c":["x"],"a":"3"}})"
        "\n"
        R"({"time":"1795546689780","event":"{\"order_id\":\"ORD-2\"}","index":"No Index"}{"event":7})",
        "/services/collector/event");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, success_);
    EXPECT_THAT(
        taken(),
        ElementsAre(
            R"({"@timestamp":"2026-11-24T18:58:09.780Z","message":"text {","host":"h","source":"s","sourcetype":"t"})",
            R"({"order_id":"ORD-1","host":"own","message":"m","a":"1","b":2,"c":["x"]})",
            R"({"@timestamp":"2026-11-24T18:58:09.780Z","order_id":"ORD-2"})",
            R"({"message":"7"})"));
    EXPECT_EQ(intake_.calls[0][0].index, "shop-prod");
    EXPECT_EQ(intake_.calls[0][2].index, "");
}

TEST_F(SplunkInputTest, TakesWhatTheUrlSays) {
    post(R"({"event":"a","host":"own"}{"event":"b"})",
         "/services/collector?host=h&source=s&index=mes-prod&time=1");
    EXPECT_THAT(
        taken(),
        ElementsAre(
            R"({"@timestamp":"1970-01-01T00:00:01Z","message":"a","host":"own","source":"s"})",
            R"({"@timestamp":"1970-01-01T00:00:01Z","message":"b","host":"h","source":"s"})"));
    EXPECT_EQ(intake_.calls[0][0].index, "mes-prod");
}

TEST_F(SplunkInputTest, TakesRawLines) {
    EXPECT_EQ(post("one\r\n\n{\"a\":1}\n{broken\nlast",
                   "/services/collector/raw?sourcetype=access&channel=1")
                  .body,
              success_);
    EXPECT_THAT(taken(), ElementsAre(R"({"message":"one","sourcetype":"access"})",
                                     R"({"a":1,"sourcetype":"access"})",
                                     R"({"message":"{broken","sourcetype":"access"})",
                                     R"({"message":"last","sourcetype":"access"})"));
    EXPECT_EQ(post(" \n", "/services/collector/raw").status, 400);
}

TEST_F(SplunkInputTest, StopsAtTheFirstWrongEvent) {
    const struct {
        const char* body;
        const char* answer;
    } cases[] = {
        {"", R"({"text":"No data","code":5})"},
        {" \n", R"({"text":"No data","code":5})"},
        {"x", R"({"text":"Invalid data format","code":6,"invalid-event-number":0})"},
        {"[]", R"({"text":"Invalid data format","code":6,"invalid-event-number":0})"},
        {R"({"event":"a"} {"event":"b")",
         R"({"text":"Invalid data format","code":6,"invalid-event-number":1})"},
        {R"({"event":{"a":}})",
         R"({"text":"Invalid data format","code":6,"invalid-event-number":0})"},
        {R"({"event":"a","host":{}})",
         R"({"text":"Invalid data format","code":6,"invalid-event-number":0})"},
        {R"({"time":1})",
         R"({"text":"Event field is required","code":12,"invalid-event-number":0})"},
        {R"({"event":null})",
         R"({"text":"Event field is required","code":12,"invalid-event-number":0})"},
        {R"({"event":""})",
         R"({"text":"Event field cannot be blank","code":13,"invalid-event-number":0})"},
        {R"({"event":"a","fields":{"b":{}}})",
         R"({"text":"Error in handling indexed fields","code":15,"invalid-event-number":0})"},
        {R"({"event":"a","fields":{"b":1x}})",
         R"({"text":"Invalid data format","code":6,"invalid-event-number":0})"},
    };
    for (const auto& one : cases) {
        const auto answer = post(one.body);
        EXPECT_EQ(answer.status, 400) << one.body;
        EXPECT_EQ(answer.body, one.answer) << one.body;
    }
    // Those before it are stored.
    EXPECT_THAT(taken(), ElementsAre(R"({"message":"a"})"));
}

TEST_F(SplunkInputTest, AsksToSendAgain) {
    intake_.failures.emplace(0, base::Error(base::Code::busy, "full"));
    intake_.failures.emplace(1, base::Error(base::Code::io, "the disk is gone"));
    for (int at = 0; at < 2; ++at) {
        const auto answer = post(R"({"event":"a"})");
        EXPECT_EQ(answer.status, 503);
        EXPECT_THAT(answer.body, HasSubstr(R"({"text":"Server is busy","code":9,)"));
    }
    EXPECT_THAT(SplunkInput::refuse(413, base::Error(base::Code::too_large, "large"), "", "").body,
                HasSubstr(R"("code":27)"));
}

TEST_F(SplunkInputTest, SaysHowItIs) {
    EXPECT_EQ(send("GET", "/services/collector/health", "").body,
              R"({"text":"HEC is healthy","code":17})");
    const auto answer = post(R"({"acks":[1]})", "/services/collector/ack?channel=x");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, R"({"text":"ACK is disabled","code":14})");
}

}  // namespace
}  // namespace input::testing

#include "input/ingest/ingest_input.h"

#include <gmock/gmock.h>

#include "input/ingest/line_splitter.h"
#include "input/input_test.h"

namespace input::testing {
namespace {

using ::testing::HasSubstr;

class IngestInputTest : public InputTest {
  protected:
    std::vector<std::string> taken() {
        std::vector<std::string> texts;
        for (const auto& call : intake_.calls) {
            for (const auto& record : call) texts.push_back(record.text);
        }
        return texts;
    }
    const net::Headers json_ = {{"Content-Type", "application/x-ndjson"}};
};

TEST_F(IngestInputTest, TakesLines) {
    const auto answer =
        send("POST", "/ingest/shop-test", "{\"a\":1}\n\n\r\n{\"a\":2}\r\n{\"a\":3}", json_);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body,
              R"({"accepted":3,"stored":3,"filtered":0,"duplicates":0,"rejected":[]})");
    EXPECT_EQ(taken(), (std::vector<std::string>{"{\"a\":1}", "{\"a\":2}", "{\"a\":3}"}));
    EXPECT_EQ(intake_.calls[0][0].index, "shop-test");
    EXPECT_EQ(intake_.formats[0], event::Format::json);
}

TEST_F(IngestInputTest, NamesTheLinesItRejects) {
    const auto answer =
        send("POST", "/ingest/i", "{\"a\":1}\n\nno json\n{\"level\":\"DEBUG\"}\n[1]\n", json_);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(
        answer.body,
        R"({"accepted":2,"stored":1,"filtered":1,"duplicates":0,"rejected":[{"line":3,"error":"expected a JSON )"
        R"(object"},{"line":5,"error":"expected a JSON object"}]})");
    EXPECT_EQ(send("POST", "/ingest/i", "bad\nworse\n", json_).status, 400);
}

TEST_F(IngestInputTest, TakesJsonArrays) {
    const auto answer =
        send("POST", "/ingest/i", " [ {\"a\":\"],\\\"[\"} ,{\"b\":[1,2]},\n3 ]\n", json_);
    EXPECT_EQ(
        answer.body,
        R"({"accepted":2,"stored":2,"filtered":0,"duplicates":0,"rejected":[{"line":3,"error":"expected a JSON object"}]})");
    EXPECT_EQ(taken(), (std::vector<std::string>{"{\"a\":\"],\\\"[\"}", "{\"b\":[1,2]}", "3"}));
    EXPECT_EQ(send("POST", "/ingest/i", "[]", json_).status, 200);
    for (const auto* bad : {"[", "[1", "[1,]", "[,1]", "[1]x", "[1}]", "[\"a]", "[{]"}) {
        const auto refused = send("POST", "/ingest/i", bad, json_);
        EXPECT_EQ(refused.status, 400) << bad;
    }
}

TEST_F(IngestInputTest, ChoosesTheFormat) {
    send("POST", "/ingest/i", "a\n", {{"Content-Type", "text/plain"}});
    send("POST", "/ingest/i", "a\n");
    send("POST", "/ingest/i?format=plain", "[a]\n", json_);
    send("POST", "/ingest/i?format=logfmt", "a=b\n");
    send("POST", "/ingest/i?format=json", "{}\n");
    EXPECT_EQ(intake_.formats,
              (std::vector<event::Format>{event::Format::automatic, event::Format::automatic,
                                          event::Format::plain, event::Format::logfmt,
                                          event::Format::json}));
    EXPECT_EQ(taken()[2], "[a]");
    const auto unknown = send("POST", "/ingest/i?format=xml", "a\n");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_THAT(
        unknown.body,
        HasSubstr(R"({"error":{"code":"invalid_argument","message":"unknown format [xml])"));
}

TEST_F(IngestInputTest, LetsThePipelineRoute) {
    for (const auto* path : {"/ingest", "/ingest/auto", "/ingest/"}) {
        send("POST", path, "{}\n", json_);
        EXPECT_EQ(intake_.calls.back()[0].index, "") << path;
    }
    EXPECT_EQ(send("POST", "/ingest/Upper", "{}\n").status, 400);
    EXPECT_EQ(send("POST", "/ingest/a%2Fb", "{}\n").status, 400);
}

TEST_F(IngestInputTest, TakesAnEnvironment) {
    ingest_options_.environment = "stage";
    send("POST", "/ingest", "{}\n", json_);
    EXPECT_EQ(intake_.environment, "stage");
    send("POST", "/ingest?environment=test", "{}\n", json_);
    EXPECT_EQ(intake_.environment, "test");
    EXPECT_EQ(send("POST", "/ingest?environment=a/b", "{}\n").status, 400);
}

TEST_F(IngestInputTest, SaysWhenItIsBusy) {
    intake_.failures.emplace(0, base::Error{base::Code::busy, "full"});
    const auto answer = send("POST", "/ingest/i", "{}\n");
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.body, R"({"error":{"code":"busy","message":"full"}})");
    EXPECT_EQ(net::header(answer.headers, "retry-after"), "1");
}

TEST_F(IngestInputTest, BoundsTheLines) {
    ingest_options_.most_lines = 3;
    EXPECT_EQ(send("POST", "/ingest/i", "1\n2\n3\n\n\n").status, 200);
    EXPECT_EQ(send("POST", "/ingest/i", "1\n2\n3\n4").status, 413);
    EXPECT_EQ(send("POST", "/ingest/i", "[1,2,3]", json_).status, 400);
    EXPECT_EQ(send("POST", "/ingest/i", "[1,2,3,4]", json_).status, 413);
}

TEST_F(IngestInputTest, TellsOfBoundedlyManyRejectedLines) {
    std::string body;
    for (int at = 0; at < 5000; ++at) body += "x\n";
    const auto answer = send("POST", "/ingest/i", body, json_);
    EXPECT_LT(answer.body.size(), 100'000U);
    EXPECT_THAT(answer.body, HasSubstr(R"("rejected_total":5000)"));
}

TEST_F(IngestInputTest, TakesAnEmptyBody) {
    EXPECT_EQ(send("POST", "/ingest/i", "").body,
              R"({"accepted":0,"stored":0,"filtered":0,"duplicates":0,"rejected":[]})");
    EXPECT_EQ(intake_.called, 0);
}

}  // namespace
}  // namespace input::testing

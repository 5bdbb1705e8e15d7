#include "input/loki/loki_input.h"

#include <snappy.h>

#include "input/loki/push_request.h"
#include "input/otlp/protobuf_writer.h"
#include "input/written_test.h"

namespace input::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> told(std::string body, EventLimits limits = {}) {
    return written([&](JsonEvents& to) { return loki::read_json_push(body, to); }, limits);
}
std::vector<std::string> told_protobuf(std::string_view body) {
    return written([&](JsonEvents& to) { return loki::read_protobuf_push(body, 1 << 20, to); });
}
std::string stream(std::string_view labels, std::string_view values) {
    return std::string(R"({"streams":[{"stream":)")
        .append(labels)
        .append(",\"values\":")
        .append(values)
        .append("}]}");
}

// As winston-loki 6.1.7 sent it.
constexpr std::string_view winston_json =
    R"({"streams":[{"stream":{"level":"info","app":"Shop API","environment":"test",)"
    R"("event_type":"ORDER_CREATED"},"values":[["1795546689780000000",)"
    R"("Order created {\"order_id\":\"ORD-1\",\"level\":\"info\"}",)"
    R"({"order_id":"ORD-1","level":"info"}]]},{"stream":{"level":"error","app":"Shop API",)"
    R"("environment":"test"},"values":[["1795546689780000000","say \"hi\"\n\\",)"
    R"({"order_id":"ORD-2","level":"error"}]]}]})";
constexpr std::string_view winston_protobuf =
    "ce02f0710ac4010a4b7b6c6576656c3d22696e666f222c6170703d2253686f7020415049222c656e7669726f6e6d65"
    "6e743d2274657374222c6576656e745f747970653d224f524445525f43524541544544227d12750a0c08c2bc97d806"
    "10c0b8e1810312657b226c6162656c73223a7b226576656e093908223a223a3a00042c22058608223a220987182"
    "26d6573736167052a3c726465722063726561746564222c226f0110085f69640945202d31227d0a84010a3111c7106"
    "5"
    "72726f728ac8000c7d124f0a36ad00043f7b15850d451d8634736179205c2268695c225c6e5c5c4687000832227d";

std::string from_hex(std::string_view hex) {
    std::string bytes;
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
        bytes.push_back(static_cast<char>(digit(hex[at]) * 16 + digit(hex[at + 1])));
    }
    return bytes;
}

std::string compressed(const std::string& text) {
    std::string out;
    snappy::Compress(text.data(), text.size(), &out);
    return out;
}

std::string push_of(std::string_view labels, std::string_view line) {
    std::string text;
    otlp::ProtobufWriter writer(text);
    const auto stream = writer.begin(1);
    writer.bytes(1, labels);
    const auto entry = writer.begin(2);
    const auto time = writer.begin(1);
    writer.varint(1, 1'795'546'689);
    writer.varint(2, 780'000'001);
    writer.end(time);
    writer.bytes(2, line);
    const auto pair = writer.begin(3);
    writer.bytes(1, "trace_id");
    writer.bytes(2, "abc");
    writer.end(pair);
    writer.end(entry);
    writer.end(stream);
    return text;
}

TEST(LokiPush, TellsWhatWinstonSends) {
    EXPECT_THAT(
        told(std::string(winston_json)),
        ElementsAre(
            R"({"@timestamp":"2026-11-24T18:58:09.780Z","message":"Order created {\"order_id\":\"ORD-1\",\"level\":\"info\"}",)"
            R"("app":"Shop API","environment":"test","event_type":"ORDER_CREATED","order_id":"ORD-1","level":"info",)"
            R"("service_name":"Shop API"})",
            R"({"@timestamp":"2026-11-24T18:58:09.780Z","message":"say \"hi\"\n\\","app":"Shop API",)"
            R"("environment":"test","order_id":"ORD-2","level":"error","service_name":"Shop API"})"));
    EXPECT_THAT(
        told_protobuf(from_hex(winston_protobuf)),
        ElementsAre(
            R"({"@timestamp":"2026-11-24T18:58:10.809Z","labels":{"event_type":"ORDER_CREATED"},"level":"info",)"
            R"("message":"Order created","order_id":"ORD-1","app":"Shop API","environment":"test",)"
            R"("event_type":"ORDER_CREATED","service_name":"Shop API"})",
            HasSubstr(R"("message":"say \"hi\"\n\\","order_id":"ORD-2")")));
}

TEST(LokiPush, TellsProtobufWithMetadata) {
    const auto push = compressed(push_of(R"({ app="a\"b\\c\n" , job = "x",})", "line"));
    EXPECT_THAT(told_protobuf(push),
                ElementsAre(R"({"@timestamp":"2026-11-24T18:58:09.780000001Z","message":"line",)"
                            R"("app":"a\"b\\c\n","job":"x","trace_id":"abc",)"
                            R"("service_name":"a\"b\\c\n"})"));
}

TEST(LokiPush, TakesLabelsBehindTheirEntries) {
    EXPECT_THAT(told(R"({"x":[1],"streams":[{"values":[["1","l"]],"stream":{"job":"j"}}]})"),
                ElementsAre(R"({"@timestamp":"1970-01-01T00:00:00.000000001Z","message":"l",)"
                            R"("job":"j","service_name":"j"})"));
}

TEST(LokiPush, KeepsEachNameOnce) {
    EXPECT_THAT(told(stream(R"({"level":"info","service":"s","message":"m","@timestamp":"t"})",
                            R"([["0","{\"level\":\"warn\",\"a\":1}"],["0","x",{"level":"e"}]])")),
                ElementsAre(R"({"@timestamp":"1970-01-01T00:00:00Z","level":"warn","a":1,)"
                            R"("service":"s","message":"m","label.@timestamp":"t"})",
                            R"({"@timestamp":"1970-01-01T00:00:00Z","message":"x","service":"s",)"
                            R"("label.message":"m","label.@timestamp":"t","level":"e"})"));
    // The line names the service itself.
    EXPECT_THAT(
        told(stream(R"({"app":"a"})", R"([["0","{\"service_name\":\"b\"}"]])")),
        ElementsAre(R"({"@timestamp":"1970-01-01T00:00:00Z","service_name":"b","app":"a"})"));
}

TEST(LokiPush, RefusesWhatIsNoPush) {
    for (const char* body :
         {"", "x", "[]", "{\"streams\":1}", "{\"streams\":[1]}",
          R"({"streams":[{"stream":1,"values":[]}]})", R"({"streams":[{"values":[["1"]]}]})",
          R"({"streams":[{"values":[["x","y"]]}]})", R"({"streams":[{"values":[["1",{}]]}]})",
          R"({"streams":[{"values":[["1","y",{},"z"]]}]})", R"({"streams":[]} x)",
          R"({"streams":[{"values":[["1","y"]})"}) {
        const auto texts = told(body);
        ASSERT_EQ(texts.size(), 1U) << body;
        EXPECT_THAT(texts[0], HasSubstr("refused: ")) << body;
    }
    EXPECT_TRUE(told("{}").empty());
    EXPECT_TRUE(told("{\"streams\":[]}").empty());
}

TEST(LokiPush, RefusesBrokenProtobuf) {
    EXPECT_THAT(told_protobuf("")[0], HasSubstr("compressed by snappy"));
    EXPECT_THAT(told_protobuf("\xff\xff\xff\xff\xff")[0], HasSubstr("refused: "));
    // Says that it is 2 GiB.
    EXPECT_THAT(told_protobuf("\xff\xff\xff\xff\x07x")[0], HasSubstr("limits.body_bytes"));
    EXPECT_THAT(told_protobuf(compressed("\x0a\x7fx"))[0], HasSubstr("protobuf PushRequest"));
    for (const char* labels : {"", "{", "app=\"x\"", "{app}", "{app=x}", "{app=\"x}", "{app=\"x\\",
                               "{=\"x\"}", "{a=\"b\" c=\"d\"}", "{a=\"b\"} x"}) {
        EXPECT_THAT(told_protobuf(compressed(push_of(labels, "x")))[0], HasSubstr("refused: "))
            << labels;
    }
    const auto whole = compressed(push_of("{a=\"b\"}", "x"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_THAT(told_protobuf(std::string_view(whole).substr(0, size))[0],
                    HasSubstr("refused: "));
    }
}

TEST(LokiPush, KeepsItsLimits) {
    EXPECT_THAT(told(stream("{}", R"([["1","a"],["1","b"]])"), {.most_events = 1})[0],
                HasSubstr("at most 1 events"));
    // Labels are written with each entry.
    std::string values = "[";
    for (int at = 0; at < 1000; ++at) values += R"(["1",""],)";
    values += R"(["1",""]])";
    EXPECT_THAT(told(stream("{\"a\":\"" + std::string(2000, 'x') + "\"}", values),
                     {.most_bytes = 1 << 20})[0],
                HasSubstr("refused: expected at most"));
}

class LokiInputTest : public HttpInputTest<LokiInput, LokiOptions> {
  protected:
    net::HttpResponse push(std::string body, std::string type = "application/json") {
        return send("POST", "/loki/api/v1/push", std::move(body), {{"Content-Type", type}});
    }
};

TEST_F(LokiInputTest, AnswersWithoutABody) {
    const auto answer = push(std::string(winston_json));
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(taken().size(), 2U);
    EXPECT_EQ(push(from_hex(winston_protobuf), "application/x-protobuf").status, 204);
    EXPECT_EQ(taken().size(), 4U);
    EXPECT_EQ(push("{}").status, 204);
}

TEST_F(LokiInputTest, RefusesAndAsksToSendAgain) {
    EXPECT_EQ(push("{\"streams\":7}").status, 400);
    EXPECT_EQ(push("{}", "application/x-protobuf").status, 400);
    EXPECT_EQ(intake_.called, 0);
    intake_.failures.emplace(0, base::Error(base::Code::busy, "full"));
    intake_.failures.emplace(1, base::Error(base::Code::io, "the disk is gone"));
    const auto busy = push(std::string(winston_json));
    EXPECT_EQ(busy.status, 429);
    EXPECT_EQ(busy.body, "full\n");
    EXPECT_EQ(net::header(busy.headers, "retry-after"), "1");
    EXPECT_EQ(push(std::string(winston_json)).status, 503);
}

TEST_F(LokiInputTest, ChargesForUncompressedBodies) {
    hold_ = [](std::size_t bytes) { return bytes < 100; };
    EXPECT_EQ(push(compressed(push_of("{a=\"b\"}", std::string(500, 'x'))), "").status, 429);
    EXPECT_EQ(intake_.called, 0);
}

}  // namespace
}  // namespace input::testing

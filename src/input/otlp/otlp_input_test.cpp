#include "input/otlp/otlp_input.h"

#include <fmt/format.h>

#include "input/otlp/answer.h"
#include "input/otlp/otlp_test.h"
#include "net/http_message.h"
#include "net/testing/wait_for.h"

namespace input::testing {
namespace {

using namespace otlp;           // NOLINT(google-build-using-namespace): the room's own protocol
using namespace otlp::testing;  // NOLINT(google-build-using-namespace)
using ::testing::HasSubstr;

// Stands in for the pipeline: keeps what is told, rejects events with an attribute "bad".
class TellingIntake : public event::Intake {
  public:
    void accept(event::Records records, event::RecordsDone done) override {
        ++called;
        if (failure) return done(*failure);
        EXPECT_EQ(records.format, event::Format::decoded);
        environment = records.origin->environment;
        event::RecordsOutcome outcome;
        for (std::size_t at = 0; at < records.items.size(); ++at) {
            ToldText text;
            EXPECT_TRUE(records.decoded->tell(at, text));
            told.push_back(text.out);
            const auto& record = records.items[at];
            const bool create = record.operation == event::RowOperation::create;
            targets.push_back(
                fmt::format("{} {}/{}", create ? "create" : "index", record.index, record.id));
            auto& item = outcome.items.emplace_back();
            if (text.out.find("\"bad\"") == std::string::npos) continue;
            item.status = event::RecordOutcome::Status::rejected;
            item.error = static_cast<std::int32_t>(outcome.errors.size());
            outcome.errors.push_back(base::invalid("it is bad"));
        }
        done(std::move(outcome));
    }

    std::vector<std::string> told;
    std::vector<std::string> targets;  // what is to be done, index, id
    std::optional<base::Error> failure;
    std::string environment;
    int called = 0;
};

class OtlpInputTest : public ::testing::Test {
  protected:
    net::HttpResponse send(std::string body, std::string type, std::string path = "/v1/logs",
                           std::function<bool(std::size_t)> hold = {}) {
        net::HttpRequest request;
        request.method = "POST";
        EXPECT_TRUE(net::parse_target(path, request));
        request.body = std::move(body);
        request.hold = std::move(hold);
        if (!type.empty()) request.headers.emplace_back("Content-Type", std::move(type));
        return net::testing::wait_for(input_.handle(std::move(request)));
    }
    void TearDown() override { runtime_.stop(); }

    static std::string status_of(int code, std::string_view message) {
        return otlp::testing::message([&](auto& to) {
            to.varint(status::code, static_cast<std::uint64_t>(code));
            to.bytes(status::message, message);
        });
    }

    const std::string protobuf_ = "application/x-protobuf";
    const std::string json_ = "application/json";
    TellingIntake intake_;
    net::Runtime runtime_{1, 1, 1};
    OtlpInput input_{Intakes{runtime_, intake_}, OtlpOptions{.environment = "stage", .limits = {}}};
};

TEST_F(OtlpInputTest, TakesProtobuf) {
    const auto answer = send(request_of({record_with(int_value(1))}), protobuf_);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.content_type, protobuf_);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(intake_.told, std::vector<std::string>{R"({"a":1})"});
    EXPECT_EQ(intake_.environment, "stage");
}

TEST_F(OtlpInputTest, TakesJson) {
    const auto answer =
        send(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityText":"x"}]}]}]})",
             "Application/JSON; charset=utf-8");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.content_type, json_);
    EXPECT_EQ(answer.body, "{}");
    EXPECT_EQ(intake_.told, std::vector<std::string>{R"({"severity_text":"x"})"});
}

TEST_F(OtlpInputTest, TakesEmptyRequests) {
    EXPECT_EQ(send("", protobuf_).status, 200);
    EXPECT_EQ(send("{}", json_).status, 200);
    EXPECT_EQ(intake_.called, 0);
}

TEST_F(OtlpInputTest, TellsOfRejectedRecords) {
    const std::string bad = record_with(string_value("bad"));
    const auto answer = send(request_of({"", bad, "", bad}), protobuf_);
    EXPECT_EQ(answer.status, 200);
    const std::string expected =
        "log record 1 of the request: it is bad; log record 3 of the request: it is bad";
    std::string body;
    ProtobufWriter writer(body);
    const auto begin = writer.begin(response::partial_success);
    writer.varint(partial_success::rejected, 2);
    writer.bytes(partial_success::error_message, expected);
    writer.end(begin);
    EXPECT_EQ(answer.body, body);

    const auto json = send(
        R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityText":"bad"}]}]}]})", json_);
    EXPECT_EQ(json.status, 200);
    EXPECT_EQ(json.body, R"({"partialSuccess":{"rejectedLogRecords":"1",)"
                         R"("errorMessage":"log record 0 of the request: it is bad"}})");

    const auto many = send(request_of(std::vector<std::string>(1000, bad)), protobuf_);
    EXPECT_THAT(many.body, HasSubstr("; and 995 more"));
    EXPECT_LT(many.body.size(), 1000U);
}

TEST_F(OtlpInputTest, RefusesBrokenBodies) {
    const auto answer = send(
        "\x0A\x7F"
        "abc",
        protobuf_);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.content_type, protobuf_);
    EXPECT_EQ(answer.body.substr(0, 3), "\x08\x03\x12");
    EXPECT_THAT(answer.body, HasSubstr("expected a protobuf ExportLogsServiceRequest, found "));

    const auto json = send("{\"resourceLogs\":7}", json_);
    EXPECT_EQ(json.status, 400);
    EXPECT_EQ(json.content_type, json_);
    EXPECT_EQ(json.body, R"({"code":3,"message":"expected an array as resourceLogs, found 7"})");
    EXPECT_EQ(net::header(json.headers, "retry-after"), "");
    EXPECT_EQ(intake_.called, 0);
}

TEST_F(OtlpInputTest, RefusesOtherContentTypes) {
    for (const char* type : {"", "text/plain", "application/x-ndjson", "application/jsonx"}) {
        const auto answer = send("{}", type);
        EXPECT_EQ(answer.status, 415) << type;
        EXPECT_THAT(answer.body, HasSubstr("application/x-protobuf")) << type;
    }
}

TEST_F(OtlpInputTest, RefusesMetricsClearly) {
    const auto answer = send("", protobuf_, "/v1/metrics");
    EXPECT_EQ(answer.status, 501);
    EXPECT_EQ(answer.body, status_of(12,
                                     "/v1/metrics is not taken by this server; it takes logs, at "
                                     "/v1/logs, and traces, at /v1/traces"));
    EXPECT_EQ(send("{}", json_, "/v1/metrics").content_type, json_);
}

TEST_F(OtlpInputTest, TakesTraces) {
    const std::string span = span_of(
        "checkout", [](auto& to) { to.bytes(span::attributes, attribute("a", int_value(1))); });
    const auto answer = send(
        request_of({span, span}, {attribute("deployment.environment", string_value("Test 1"))}),
        protobuf_, "/v1/traces");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "");
    ASSERT_EQ(intake_.told.size(), 2U);
    EXPECT_THAT(intake_.told[0], HasSubstr(R"("span_name":"checkout")"));
    // Sent twice it is the same document.
    EXPECT_EQ(intake_.targets[0], intake_.targets[1]);
    EXPECT_THAT(intake_.targets[0], HasSubstr("create .spans-test-1/0102030405060708"));
    EXPECT_EQ(send(request_of({span}), protobuf_, "/v1/traces").status, 200);
    EXPECT_THAT(intake_.targets[2], HasSubstr("create .spans-stage/"));
}

TEST_F(OtlpInputTest, TellsOfRejectedSpans) {
    const auto answer = send(
        R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10",)"
        R"("spanId":"0102030405060708","name":"bad"}]}]}]})",
        json_, "/v1/traces");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"partialSuccess":{"rejectedSpans":"1",)"
                           R"("errorMessage":"span 0 of the request: it is bad"}})");
    EXPECT_THAT(send("\x0A\x7F"
                     "abc",
                     protobuf_, "/v1/traces")
                    .body,
                HasSubstr("expected a protobuf ExportTraceServiceRequest"));
}

TEST_F(OtlpInputTest, AsksToSendAgain) {
    const std::string body = request_of({""});
    intake_.failure = base::Error(base::Code::busy, "the log is full");
    const auto busy = send(body, protobuf_);
    EXPECT_EQ(busy.status, 429);
    EXPECT_EQ(busy.body, status_of(8, "the log is full"));
    EXPECT_EQ(net::header(busy.headers, "retry-after"), "1");
    intake_.failure = base::Error(base::Code::io, "the disk is gone");
    const auto gone = send(body, protobuf_);
    EXPECT_EQ(gone.status, 503);
    EXPECT_EQ(net::header(gone.headers, "retry-after"), "5");
    intake_.failure = base::Error(base::Code::internal, "a bug");
    EXPECT_EQ(send(body, protobuf_).status, 500);
}

TEST_F(OtlpInputTest, ChargesForItsRecords) {
    const std::string body = request_of({"", "", ""});
    std::size_t held = 0;
    const auto hold = [&held](std::size_t bytes) {
        held = bytes;
        return bytes <= 900;
    };
    EXPECT_EQ(send(body, protobuf_, "/v1/logs", hold).status, 200);
    EXPECT_EQ(held, 900U);
    EXPECT_EQ(send(request_of({"", "", "", ""}), protobuf_, "/v1/logs", hold).status, 429);
    EXPECT_EQ(intake_.called, 1);
}

TEST_F(OtlpInputTest, WritesTheServersRefusalsInTheRequestsForm) {
    const base::Error why(base::Code::too_large, "the body is larger");
    const auto binary = OtlpInput::refuse(413, why, "/v1/logs", protobuf_);
    EXPECT_EQ(binary.status, 413);
    EXPECT_EQ(binary.body, status_of(8, "the body is larger"));
    const auto text = OtlpInput::refuse(405, why, "/v1/logs", "");
    EXPECT_EQ(text.content_type, json_);
    EXPECT_EQ(text.body, R"({"code":12,"message":"the body is larger"})");
    EXPECT_EQ(net::header(OtlpInput::refuse(429, why, "", json_).headers, "retry-after"), "1");
}

}  // namespace
}  // namespace input::testing

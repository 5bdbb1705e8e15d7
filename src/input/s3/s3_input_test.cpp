#include "input/s3/s3_input.h"

#include "input/s3/notice.h"
#include "input/written_test.h"

namespace input::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class S3InputTest : public HttpInputTest<S3Input, S3Options> {
  protected:
    net::HttpResponse post(std::string body, std::string_view target = "/s3/events") {
        return send("POST", target, std::move(body), {{"Content-Type", "application/json"}});
    }
    std::string only() {
        const auto events = taken();
        return events.size() == 1 ? events[0] : fmt::format("{} events", events.size());
    }
    // The ids of all that was taken.
    std::vector<std::string> ids() {
        std::vector<std::string> found;
        for (const auto& call : intake_.calls) {
            for (const auto& record : call) found.push_back(record.id);
        }
        return found;
    }
};

const std::string notification =
    R"({"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-west-2","eventTime":"2026-11-24T22:47:10.000Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AIDAJ"},"requestParameters":{"sourceIPAddress":"192.0.2.1"},"responseElements":{"x-amz-request-id":"C3D1","x-amz-id-2":"F+x"},"s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":"models","ownerIdentity":{"principalId":"A3"},"arn":"arn:aws:s3:::models"},"object":{"key":"my+model%2B1.stl","size":1024,"eTag":"d41d","versionId":"096f","sequencer":"0055AED6DCD90281E5"}}}]})";

TEST_F(S3InputTest, TakesNotifications) {
    const auto answer = post(notification);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"accepted":1,"rejected":0})");
    EXPECT_EQ(
        only(),
        R"({"@timestamp":"2026-11-24T22:47:10.000Z","event_type":"FILE_UPLOADED","level":"INFO",)"
        R"("message":"ObjectCreated:Put models/my model+1.stl","file_name":"my model+1.stl","file_size":1024,)"
        R"("bucket":"models","operation":"ObjectCreated:Put","s3_user":"AIDAJ","client.ip":"192.0.2.1",)"
        R"("request_id":"C3D1","version_id":"096f","service_name":"S3"})");
    // Sent again, it has the same id.
    post(notification);
    ASSERT_EQ(ids().size(), 2U);
    EXPECT_EQ(ids()[0], ids()[1]);
    EXPECT_THAT(ids()[0], Not(IsEmpty()));
}

TEST_F(S3InputTest, TakesMinioAudits) {
    post(
        R"({"version":"1","deploymentid":"d","time":"2026-11-24T22:47:10.123Z","event":"","trigger":"incoming","api":{"name":"GetObject","bucket":"models","object":"a b.stl","status":"OK","statusCode":200,"rx":0,"tx":2048,"timeToFirstByte":"100ns","timeToResponse":"1234567ns"},"remotehost":"10.0.0.7","requestID":"17A","userAgent":"MinIO","accessKey":"shop"})"
        "\n"
        R"({"version":"1","time":"2026-11-24T22:47:11.123Z","api":{"name":"PutObject","bucket":"models","object":"c.stl","statusCode":403,"timeToResponse":"x"},"requestHeader":{"Content-Length":"77"}})",
        "/s3/events?service=Files");
    EXPECT_THAT(
        taken(),
        ElementsAre(
            R"({"@timestamp":"2026-11-24T22:47:10.123Z","event_type":"FILE_DOWNLOADED","level":"INFO",)"
            R"("message":"GetObject models/a b.stl 200","file_name":"a b.stl","file_size":2048,"bucket":"models",)"
            R"("operation":"GetObject","status_code":200,"duration_ms":1.234567,"bytes_sent":2048,"s3_user":"shop",)"
            R"("client.ip":"10.0.0.7","request_id":"17A","user_agent":"MinIO","service_name":"Files"})",
            AllOf(HasSubstr(R"("file_size":77)"), Not(HasSubstr("event_type")))));
    EXPECT_THAT(ids(), ElementsAre(HasSubstr("s3."), ""));
}

TEST_F(S3InputTest, TakesVersitysLogAndItsNotifications) {
    post(
        R"([{"BucketOwner":"shop","Bucket":"models","Time":"2026-11-24T22:47:10.5Z","RemoteIP":"127.0.0.1","Requester":"shop","RequestID":"5F","Operation":"s3_GetObject","Key":"a.stl","RequestURI":"/models/a.stl","HttpStatus":200,"ErrorCode":"","BytesSent":0,"ObjectSize":9,"TotalTime":3},)"
        R"({"Records":[{"eventName":"s3:ObjectRemoved:Delete","s3":{"configurationId":"webhook-global","bucket":{"name":"models"},"object":{"key":"a+b.stl","size":0,"versionId":null,"sequencer":""}}}]}])");
    EXPECT_THAT(taken(),
                ElementsAre(AllOf(HasSubstr(R"("event_type":"FILE_DOWNLOADED")"),
                                  HasSubstr(R"("file_size":9)"), HasSubstr(R"("duration_ms":3)")),
                            AllOf(HasSubstr(R"("file_name":"a+b.stl")"),
                                  HasSubstr(R"("operation":"s3:ObjectRemoved:Delete")"),
                                  Not(HasSubstr("event_type")))));
}

TEST_F(S3InputTest, KeepsWhatItDoesNotKnow) {
    post(R"({"Service":"S3","Event":"s3:TestEvent","Bucket":"b"})");
    post(R"({"Records":[7,{"eventName":"x"},{"s3":{}}]})");
    EXPECT_THAT(
        taken(),
        ElementsAre(R"({"Service":"S3","Event":"s3:TestEvent","Bucket":"b","service_name":"S3"})",
                    R"({"message":"7","service_name":"S3"})",
                    R"({"eventName":"x","service_name":"S3"})",
                    R"({"s3":{},"service_name":"S3"})"));
    // With these, stores try whether somebody listens.
    for (const auto* nothing : {"", " \n", "{}", "[]", R"({"Records":[]})"}) {
        EXPECT_EQ(post(nothing).body, R"({"accepted":0,"rejected":0})") << nothing;
    }
}

TEST_F(S3InputTest, RefusesWhatIsNoJson) {
    for (const std::string wrong :
         {"x", "7", "[7]", "{", "{}\n{", "\xff{}", "\"", R"({"a":"\ud800"}x)"}) {
        const auto answer = post(wrong);
        EXPECT_EQ(answer.status, 400) << wrong;
        EXPECT_THAT(answer.body, HasSubstr(R"({"error":{"code":)")) << wrong;
    }
    std::string deep(1000, '[');
    EXPECT_EQ(post(deep + std::string(1000, ']')).status, 400);
    EXPECT_EQ(post(std::string(s3::most_body + 1, ' ') + "x").status, 413);
    EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(S3InputTest, AsksToSendAgain) {
    intake_.failures.emplace(0, base::Error(base::Code::busy, "full"));
    intake_.failures.emplace(1, base::Error(base::Code::io, "the disk is gone"));
    EXPECT_EQ(post(notification).status, 429);
    EXPECT_EQ(post(notification).status, 503);
    EXPECT_EQ(post(notification).status, 200);
    hold_ = [](std::size_t) { return false; };
    EXPECT_EQ(post(notification).status, 429);
}

}  // namespace
}  // namespace input::testing

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logs/recording_fields.h"

namespace logs::testing {
namespace {

Told read(std::string_view line) {
    const auto events = read_log(*kind_named("s3-access"), line);
    return events.size() == 1 ? events[0] : Told();
}

TEST(S3Access, LinesOfAmazon) {
    const auto put = read(
        R"x(79a59df900b949e5 models [06/Feb/2026:00:00:38 +0000] 192.0.2.3 arn:aws:iam::1:user/shop 3E57427F3EXAMPLE REST.PUT.OBJECT ORD-1/my%2Bmodel+2.stl "PUT /models/ORD-1/my%2Bmodel+2.stl HTTP/1.1" 200 - - 4406 41 28 "-" "aws-sdk-go/1.44 (linux; amd64)" - 10S62Zv81kBW7BB6SX4XJ48o6kpcl6LPwEoizZQQxJd5qDSCTLX0TgS37kYUBKQW3+bPdrg1234= SigV4 ECDHE-RSA-AES128-SHA AuthHeader models.s3.us-west-1.amazonaws.com TLSV1.1 - -)x");
    EXPECT_EQ(field(put, "event_type"), "FILE_UPLOADED");
    EXPECT_EQ(field(put, "@timestamp"), "2026-02-06T00:00:38+00:00");
    EXPECT_EQ(field(put, "file_name"), "ORD-1/my+model 2.stl");
    EXPECT_EQ(field(put, "file_size"), "4406");
    EXPECT_EQ(field(put, "bucket"), "models");
    EXPECT_EQ(field(put, "s3_user"), "arn:aws:iam::1:user/shop");
    EXPECT_EQ(field(put, "client.ip"), "192.0.2.3");
    EXPECT_EQ(field(put, "status_code"), "200");
    EXPECT_EQ(field(put, "duration_ms"), "41");
    EXPECT_EQ(field(put, "user_agent"), "aws-sdk-go/1.44 (linux; amd64)");
    EXPECT_EQ(field(put, "level"), "INFO");

    const auto missing = read(
        R"(79a5 models [06/Feb/2026:00:00:38 +0000] - - 3E57 REST.GET.OBJECT a.stl "GET /a.stl HTTP/1.1" 404 NoSuchKey 297 - 7 - "-" "curl/8" -)");
    EXPECT_EQ(field(missing, "event_type"), "");
    EXPECT_EQ(field(missing, "error_code"), "NoSuchKey");
    EXPECT_EQ(field(missing, "file_name"), "a.stl");
    EXPECT_EQ(field(missing, "s3_user"), "");

    const auto part = read(
        R"(79a5 models [06/Feb/2026:00:00:38 +0000] 192.0.2.3 u 3E57 REST.GET.OBJECT a.stl "GET /a.stl HTTP/1.1" 206 - 100 - 7 5 "-" "curl/8" -)");
    EXPECT_EQ(field(part, "event_type"), "FILE_DOWNLOADED");
    EXPECT_EQ(field(part, "file_size"), "100");

    const auto broken = read(
        R"(79a5 models [06/Feb/2026:00:00:38 +0000] 192.0.2.3 u 3E57 REST.PUT.OBJECT a.stl "PUT /a.stl HTTP/1.1" 500 InternalError 200 10 7 5 "-" "-" -)");
    EXPECT_EQ(field(broken, "event_type"), "");
    EXPECT_EQ(field(broken, "level"), "ERROR");
}

TEST(S3Access, LinesOfVersity) {
    const auto got = read(
        "shop models [24/November/2026:22:47:10 +0000] 127.0.0.1 shop 5F1C s3_GetObject my "
        "model+1.stl "
        "/models/my%20model+1.stl 200 - 0 1024 3 3 - Boto3/1.34 md/Botocore - 9A SigV4 - "
        "AuthHeader "
        "s3.us-east-1.amazonaws.com - arn:aws:s3:::models/my model+1.stl Yes");
    EXPECT_EQ(field(got, "event_type"), "FILE_DOWNLOADED");
    EXPECT_EQ(field(got, "file_name"), "my model+1.stl");
    EXPECT_EQ(field(got, "file_size"), "1024");
    EXPECT_EQ(field(got, "@timestamp"), "2026-11-24T22:47:10+00:00");
    EXPECT_EQ(field(got, "operation"), "s3_GetObject");
    const auto listed = read(
        "- models [24/November/2026:22:47:10 +0000] 127.0.0.1 shop 5F1C s3_ListObjectsV2 - "
        "/models?list-type=2 200 - 300 0 3 3 - x - 9A SigV4 - AuthHeader h - a Yes");
    EXPECT_EQ(field(listed, "event_type"), "");
    EXPECT_EQ(field(listed, "file_name"), "");
    EXPECT_EQ(field(listed, "operation"), "s3_ListObjectsV2");
}

TEST(S3Access, OtherLinesAreText) {
    for (const std::string& line :
         {std::string("log starts 2026-11-24 22:47:10"), std::string("\" [ ] \""),
          std::string(100000, ' '), std::string(30000, '"')}) {
        EXPECT_TRUE(field(read(line), "message").starts_with(line.substr(0, 1000)));
    }
    EXPECT_EQ(kind_named("s3-access")->service(), "S3");
}

}  // namespace
}  // namespace logs::testing

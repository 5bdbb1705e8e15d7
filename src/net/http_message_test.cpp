#include "net/http_message.h"

#include <gtest/gtest.h>

namespace net {
namespace {

TEST(Target, IsSplitAndDecoded) {
    HttpRequest request;
    ASSERT_TRUE(parse_target("/a%20b/c%2Fd?x=1&y=a+b%26&&flag&x=2#part", request));
    EXPECT_EQ(request.path, "/a b/c/d");
    EXPECT_EQ(request.raw_path, "/a%20b/c%2Fd");
    EXPECT_EQ(request.parameter("x"), "1");
    EXPECT_EQ(request.parameter("y"), "a b&");
    EXPECT_TRUE(request.has_parameter("flag"));
    EXPECT_FALSE(request.has_parameter("part"));
    EXPECT_EQ(request.query.size(), 4U);
}

TEST(Target, TakesAbsoluteForm) {
    HttpRequest request;
    ASSERT_TRUE(parse_target("http://host:9200/_bulk?pretty", request));
    EXPECT_EQ(request.path, "/_bulk");
    HttpRequest bare;
    ASSERT_TRUE(parse_target("http://host:9200", bare));
    EXPECT_EQ(bare.path, "/");
}

TEST(Target, RefusesMalformedOnes) {
    for (const auto* target : {"", "a", "*", "/%", "/%4", "/%zz", "/a%00b", "/a?x=%g1", "/a?%=1"}) {
        HttpRequest request;
        EXPECT_FALSE(parse_target(target, request)) << target;
    }
}

TEST(Url, EncodingIsUndoneByDecoding) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
    std::string back;
    ASSERT_TRUE(url_decode(url_encode(all), false, back));
    EXPECT_EQ(back, all);
    ASSERT_TRUE(url_decode("a+b", true, back));
    EXPECT_EQ(back, "a b");
}

TEST(AcceptEncoding, HeedsQualities) {
    EXPECT_TRUE(accepts_gzip("gzip"));
    EXPECT_TRUE(accepts_gzip("deflate, GZIP;q=0.5"));
    EXPECT_TRUE(accepts_gzip("*"));
    EXPECT_FALSE(accepts_gzip(""));
    EXPECT_FALSE(accepts_gzip("br"));
    EXPECT_FALSE(accepts_gzip("gzip;q=0, *"));
}

TEST(ResponseHead, KeepsHeadersFromBeingSplit) {
    HttpResponse response;
    response.headers = {{"X-A", "one\r\nSet-Cookie: x"}, {"Content-Length", "7"}};
    const auto head = response_head(response, {});
    EXPECT_NE(head.find("X-A: one  Set-Cookie: x\r\n"), std::string::npos);
    EXPECT_EQ(head.find("Content-Length: 7"), std::string::npos);
    EXPECT_NE(head.find("Content-Length: 0\r\n"), std::string::npos);
}

TEST(ResponseHead, HasNoLengthWithoutBody) {
    HttpResponse response;
    response.status = 204;
    const auto head = response_head(response, {});
    EXPECT_EQ(head.find("Content-"), std::string::npos) << head;
}

}  // namespace
}  // namespace net

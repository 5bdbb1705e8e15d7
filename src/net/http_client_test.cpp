#include <gmock/gmock.h>

#include <atomic>

#include "net/http_test_server.h"

namespace net::testing {
namespace {

using ::testing::HasSubstr;

class HttpClientTest : public HttpServerTest {
  protected:
    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
    }
    base::Result<HttpClientResponse> get(const std::string& path) {
        HttpClientRequest request;
        request.url = url(path);
        return client_->send(request);
    }
    std::unique_ptr<HttpClient> client_ = HttpClient::create();
};

TEST_F(HttpClientTest, KeepsItsConnection) {
    start();
    HttpClientRequest request;
    request.method = "POST";
    request.url = url("/x?y=1");
    request.body = std::string(3 << 20, 'b');
    for (int round = 0; round < 3; ++round) {
        const auto answer = client_->send(request);
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer.value().status, 200);
        EXPECT_EQ(answer.value().body, "POST /x [" + request.body + "]");
    }
    EXPECT_EQ(header(get("/a").value().headers, "content-type"), "text/plain");
}

TEST_F(HttpClientTest, ConnectsAnewWhenTheServerClosed) {
    start();
    ASSERT_TRUE(get("/a"));
    HttpServerOptions options;
    options.port = server_->port();
    server_.reset();
    start(options);
    const auto again = get("/b");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again.value().body, "GET /b []");
}

TEST_F(HttpClientTest, ReadsHeadChunksAndRefusals) {
    HttpServerOptions options;
    options.max_body_bytes = 1000;
    start(options, [](HttpRequest request) -> Task<HttpResponse> {
        HttpResponse response;
        if (request.path == "/stream") {
            response.stream = [left = 3]() mutable -> Task<base::Result<std::string>> {
                co_return std::string(left-- > 0 ? "piece " : "");
            };
        } else {
            response.body = "body";
        }
        co_return response;
    });
    EXPECT_EQ(get("/stream").value().body, "piece piece piece ");
    HttpClientRequest streamed;
    streamed.url = url("/stream");
    std::string taken;
    streamed.on_body = [&](std::string_view piece) {
        taken += piece;
        return true;
    };
    EXPECT_EQ(client_->send(streamed).value().body, "");
    EXPECT_EQ(taken, "piece piece piece ");
    streamed.on_body = [](std::string_view) { return false; };
    EXPECT_EQ(client_->send(streamed).error().code, base::Code::cancelled);
    HttpClientRequest request;
    request.url = url("/");
    request.method = "HEAD";
    EXPECT_EQ(client_->send(request).value().body, "");
    request.method = "POST";
    request.body = std::string(50'000'000, 'a');
    const auto refused = client_->send(request);
    ASSERT_TRUE(refused) << refused.error().message;
    EXPECT_EQ(refused.value().status, 413);
    EXPECT_EQ(get("/").value().body, "body");
}

TEST_F(HttpClientTest, TellsWhatWentWrong) {
    HttpClientRequest request;
    for (const auto* bad : {"", "host", "ftp://host/", "http://", "http://:80/", "http://a b/"}) {
        request.url = bad;
        const auto answer = client_->send(request);
        ASSERT_FALSE(answer) << bad;
        EXPECT_EQ(answer.error().code, base::Code::invalid_argument) << bad;
    }
    start();
    const auto old_url = url("/");
    server_.reset();
    request.url = old_url;
    const auto refused = client_->send(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Code::io);
}

TEST_F(HttpClientTest, GivesUpInTime) {
    start({}, [&](HttpRequest request) -> Task<HttpResponse> {
        co_await run_on(runtime_.query(), [&] {
            std::atomic<bool> gone = false;
            const std::stop_callback on_stop(request.gone, [&] {
                gone = true;
                gone.notify_all();
            });
            gone.wait(false);
        });
        co_return HttpResponse{};
    });
    HttpClientRequest request;
    request.url = url("/");
    request.timeout = std::chrono::milliseconds(50);
    const auto answer = client_->send(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, base::Code::timeout);
}

TEST(StatusOf, IsWhatTheApiSays) {
    EXPECT_EQ(status_of(base::Code::invalid_argument), 400);
    EXPECT_EQ(status_of(base::Code::denied), 403);
    EXPECT_EQ(status_of(base::Code::not_found), 404);
    EXPECT_EQ(status_of(base::Code::conflict), 409);
    EXPECT_EQ(status_of(base::Code::too_large), 413);
    EXPECT_EQ(status_of(base::Code::busy), 429);
    EXPECT_EQ(status_of(base::Code::cancelled), 499);
    EXPECT_EQ(status_of(base::Code::timeout), 504);
    EXPECT_EQ(status_of(base::Code::corrupt), 500);
    EXPECT_EQ(status_of(base::Code::io), 500);
    EXPECT_EQ(status_of(base::Code::internal), 500);
}

}  // namespace
}  // namespace net::testing

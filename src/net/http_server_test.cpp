#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "base/metrics.h"
#include "net/gzip.h"
#include "net/http_test_server.h"

namespace net::testing {
namespace {

using ::testing::HasSubstr;

const std::string host = "Host: x\r\n";

TEST_F(HttpServerTest, KeepsTheConnectionBetweenRequests) {
    start();
    const auto client = connect();
    for (int round = 0; round < 3; ++round) {
        client->send("GET /a%20b HTTP/1.1\r\n" + host + "\r\n");
        const auto answer = client->read_answer();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "GET /a b []");
        EXPECT_TRUE(answer.has("X-Request-Id: "));
        EXPECT_FALSE(answer.has("Connection: close"));
    }
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
    // The later a request comes, the sooner its handler would be done.
    std::atomic<int> running = 0;
    start({}, [&](HttpRequest request) -> Task<HttpResponse> {
        EXPECT_EQ(++running, 1);
        co_await run_on(runtime_.query(), [] {});
        --running;
        co_return co_await echo(std::move(request));
    });
    const auto client = connect();
    std::string all;
    for (int at = 0; at < 20; ++at) {
        all +=
            "POST /" + std::to_string(at) + " HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc";
    }
    client->send(all);
    for (int at = 0; at < 20; ++at) {
        EXPECT_EQ(client->read_answer().body, "POST /" + std::to_string(at) + " [abc]");
    }
}

TEST_F(HttpServerTest, TakesARequestByteByByte) {
    start();
    const auto client = connect();
    const std::string bytes = "\r\nPOST /x HTTP/1.1\r\n" + host +
                              "Transfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n1\r\nd\r\n0\r\n"
                              "Trailer: t\r\n\r\nGET /y HTTP/1.1\r\n" +
                              host + "\r\n";
    for (const char byte : bytes) ASSERT_TRUE(client->send({&byte, 1}));
    EXPECT_EQ(client->read_answer().body, "POST /x [abcd]");
    EXPECT_EQ(client->read_answer().body, "GET /y []");
}

TEST_F(HttpServerTest, ReadsLargeBodiesWithRoomBehindThem) {
    std::atomic<std::size_t> capacity = 0;
    start({}, [&](HttpRequest request) -> Task<HttpResponse> {
        capacity = request.body.capacity();
        HttpResponse response;
        response.body = std::to_string(std::hash<std::string>()(request.body));
        co_return response;
    });
    std::string body;
    for (int at = 0; body.size() < 5'000'000; ++at) body += std::to_string(at);
    const auto client = connect();
    client->send("POST / HTTP/1.1\r\n" + host + "Content-Length: " + std::to_string(body.size()) +
                 "\r\n\r\n" + body);
    EXPECT_EQ(client->read_answer().body, std::to_string(std::hash<std::string>()(body)));
    EXPECT_GE(capacity, body.size() + 64);
    client->send("POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\n\r\na");
    client->read_answer();
    EXPECT_GE(capacity, 65U);
}

TEST_F(HttpServerTest, UndoesCompressedBodies) {
    start();
    const std::string packed = gzip("hello");
    EXPECT_EQ(ask("POST / HTTP/1.1\r\n" + host + "Content-Encoding: gzip\r\nContent-Length: " +
                  std::to_string(packed.size()) + "\r\n\r\n" + packed)
                  .body,
              "POST / [hello]");
    char size[16];
    std::snprintf(size, sizeof(size), "%zx", packed.size());
    EXPECT_EQ(ask("POST / HTTP/1.1\r\n" + host +
                  "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + size + "\r\n" +
                  packed + "\r\n0\r\n\r\n")
                  .body,
              "POST / [hello]");
}

TEST_F(HttpServerTest, TellsAWaitingClientToGoOn) {
    start();
    const auto client = connect();
    client->send("POST / HTTP/1.1\r\n" + host +
                 "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client->read_answer(false).status, 100);
    client->send("ok");
    EXPECT_EQ(client->read_answer().body, "POST / [ok]");
}

TEST_F(HttpServerTest, AnswersHeadWithTheLengthAlone) {
    start();
    const auto client = connect();
    client->send("HEAD /abc HTTP/1.1\r\n" + host + "\r\nGET /d HTTP/1.1\r\n" + host + "\r\n");
    const auto head = client->read_answer(false);
    EXPECT_EQ(head.status, 200);
    EXPECT_TRUE(head.has("Content-Length: 12\r\n"));
    EXPECT_EQ(client->read_answer().body, "GET /d []");
}

TEST_F(HttpServerTest, CompressesLargeAnswersForThoseWhoTakeIt) {
    start({}, [](HttpRequest request) -> Task<HttpResponse> {
        HttpResponse response;
        response.body = std::string(request.path == "/large" ? 1'000'000 : 1000, 'a');
        co_return response;
    });
    const auto packed = ask("GET /large HTTP/1.1\r\n" + host + "Accept-Encoding: gzip\r\n\r\n");
    EXPECT_TRUE(packed.has("Content-Encoding: gzip"));
    EXPECT_EQ(packed.body, gzip(std::string(1'000'000, 'a')));
    EXPECT_FALSE(ask("GET / HTTP/1.1\r\n" + host + "Accept-Encoding: gzip\r\n\r\n").has("gzip"));
    EXPECT_EQ(ask("GET /large HTTP/1.1\r\n" + host + "\r\n").body.size(), 1'000'000U);
}

TEST_F(HttpServerTest, StreamsAnswersAsTheClientTakesThem) {
    std::atomic<int> pieces = 0;
    start({}, [&](HttpRequest) -> Task<HttpResponse> {
        HttpResponse response;
        response.stream = [&]() -> Task<base::Result<std::string>> {
            co_return ++pieces > 100 ? std::string() : std::string(1 << 20, 'x');
        };
        co_return response;
    });
    RawClient client(server_->port(), 64 << 10);
    client.send("GET / HTTP/1.1\r\n" + host + "\r\n");
    ASSERT_TRUE(client.receive());
    // What was not taken was not made: only the kernel's buffers lie between.
    EXPECT_LT(pieces, 50);
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.body.size(), 100U << 20);
    EXPECT_TRUE(answer.has("Transfer-Encoding: chunked"));
    client.send("GET / HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_EQ(client.read_answer().body, "");
}

TEST_F(HttpServerTest, BreaksAStreamOffThatFails) {
    start({}, [&](HttpRequest request) -> Task<HttpResponse> {
        HttpResponse response;
        response.stream = [late = request.path == "/late",
                           calls = 0]() mutable -> Task<base::Result<std::string>> {
            if (late && ++calls == 1) co_return std::string("first");
            co_return base::Error{base::Code::busy, "no more"};
        };
        co_return response;
    });
    const auto at_once = ask("GET /now HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_EQ(at_once.status, 429);
    EXPECT_EQ(at_once.body, "refused /now: no more");
    const auto client = connect();
    client->send("GET /late HTTP/1.1\r\n" + host + "\r\n");
    const auto all = client->read_to_close();
    EXPECT_THAT(all, HasSubstr("5\r\nfirst\r\n"));
    EXPECT_EQ(all.find("0\r\n\r\n"), std::string::npos);
}

TEST_F(HttpServerTest, TurnsExceptionsIntoAnswers) {
    start({}, [](HttpRequest request) -> Task<HttpResponse> {
        if (request.path == "/") throw std::runtime_error("secret");
        co_return co_await echo(std::move(request));
    });
    const auto client = connect();
    client->send("GET / HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_EQ(client->read_answer().status, 500);
    client->send("GET /a HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_EQ(client->read_answer().status, 200);
}

TEST_F(HttpServerTest, ServesOldClients) {
    start();
    const auto client = connect();
    client->send("GET /old HTTP/1.0\r\n\r\n");
    EXPECT_THAT(client->read_to_close(), HasSubstr("GET /old []"));
}

TEST_F(HttpServerTest, KeepsTheClientsRequestId) {
    start();
    EXPECT_TRUE(ask("GET / HTTP/1.1\r\n" + host + "X-Request-Id: abc-1\r\n\r\n")
                    .has("X-Request-Id: abc-1\r\n"));
}

TEST_F(HttpServerTest, TellsTheHandlerThatItsClientLeft) {
    std::promise<void> entered;
    std::promise<void> stopped;
    start({}, [&](HttpRequest request) -> Task<HttpResponse> {
        entered.set_value();
        co_await run_on(runtime_.query(), [&] {
            std::promise<void> gone;
            const std::stop_callback on_stop(request.gone, [&] { gone.set_value(); });
            gone.get_future().wait();
        });
        stopped.set_value();
        co_return HttpResponse{};
    });
    const auto client = connect();
    client->send("GET / HTTP/1.1\r\n" + host + "\r\n");
    entered.get_future().wait();
    client->close();
    stopped.get_future().wait();
}

TEST_F(HttpServerTest, LetsRequestsFinishWhenItStops) {
    std::promise<void> entered;
    std::promise<void> may_go;
    start({}, [&](HttpRequest request) -> Task<HttpResponse> {
        entered.set_value();
        co_await run_on(runtime_.query(), [&] { may_go.get_future().wait(); });
        co_return co_await echo(std::move(request));
    });
    const auto idle = connect();
    const auto busy = connect();
    busy->send("GET /busy HTTP/1.1\r\n" + host + "\r\nGET /next HTTP/1.1\r\n" + host + "\r\n");
    entered.get_future().wait();
    std::thread stopper([&] { server_->stop(std::chrono::seconds(20)); });
    EXPECT_EQ(idle->read_to_close(), "");
    may_go.set_value();
    const auto all = busy->read_to_close();
    EXPECT_THAT(all, HasSubstr("Connection: close"));
    EXPECT_THAT(all, HasSubstr("GET /busy []"));
    EXPECT_EQ(all.find("/next"), std::string::npos);
    stopper.join();
}

TEST_F(HttpServerTest, BreaksRequestsOffAfterItsPatience) {
    std::promise<void> entered;
    start({}, [&](HttpRequest request) -> Task<HttpResponse> {
        entered.set_value();
        co_await run_on(runtime_.query(), [&] {
            std::promise<void> gone;
            const std::stop_callback on_stop(request.gone, [&] { gone.set_value(); });
            gone.get_future().wait();
        });
        co_return HttpResponse{};
    });
    const auto client = connect();
    client->send("GET / HTTP/1.1\r\n" + host + "\r\n");
    entered.get_future().wait();
    server_->stop(std::chrono::milliseconds(1));
    EXPECT_EQ(client->read_to_close(), "");
}

TEST_F(HttpServerTest, CountsWhatItDoes) {
    start();
    auto& good = base::metrics().counter("ordertrail_http_requests_total", "", {{"class", "2xx"}});
    const auto before = good.value();
    const auto client = connect();
    client->send("GET / HTTP/1.1\r\n" + host + "\r\n");
    client->read_answer();
    EXPECT_THAT(base::metrics().prometheus_text(), HasSubstr("ordertrail_http_connections 1\n"));
    client->send("GET / HTTP/1.1\r\n" + host + "\r\n");
    client->read_answer();
    EXPECT_GE(good.value(), before + 1);
}

}  // namespace
}  // namespace net::testing

#include <gmock/gmock.h>

#include <future>
#include <random>

#include "base/metrics.h"
#include "net/gzip.h"
#include "net/http_test_server.h"

namespace net::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

const std::string host = "Host: x\r\n";

class HttpLimitsTest : public HttpServerTest {
  protected:
    // Waits until the server holds no connection any more, by way of a gauge that never lies about
    // the present.
    void wait_until_nothing_is_held() {
        for (int round = 0; round < 2'000'000; ++round) {
            const auto text = base::metrics().prometheus_text();
            if (text.find("ordertrail_http_connections 0\n") != std::string::npos) {
                EXPECT_THAT(text, HasSubstr("ordertrail_http_inflight_bytes 0\n"));
                return;
            }
            std::this_thread::yield();
        }
        FAIL() << base::metrics().prometheus_text();
    }
};

TEST_F(HttpLimitsTest, RefusesMalformedRequests) {
    start();
    for (const std::string& bytes :
         {std::string("nonsense\r\n\r\n"), std::string("GET / HTTP/9.9\r\n\r\n"),
          std::string("GET /%zz HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\n" + host + "Bad Header: 1\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\n" + host +
                      "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\n" + host +
                      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
          std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 tls?\r\n\r\n", 20)}) {
        const auto client = connect();
        client->send(bytes);
        const auto all = client->read_to_close();
        EXPECT_THAT(all, HasSubstr("HTTP/1.1 400 Bad Request")) << bytes;
        EXPECT_THAT(all, HasSubstr("refused ")) << bytes;
    }
    EXPECT_EQ(
        ask("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")
            .status,
        501);
    EXPECT_EQ(
        ask("POST / HTTP/1.1\r\n" + host + "Content-Encoding: br\r\nContent-Length: 1\r\n\r\na")
            .status,
        415);
    EXPECT_EQ(
        ask("POST / HTTP/1.1\r\n" + host + "Expect: coffee\r\nContent-Length: 1\r\n\r\na").status,
        417);
}

TEST_F(HttpLimitsTest, GoesOnAfterARefusedRequestWhoseEndIsKnown) {
    start();
    const auto client = connect();
    client->send("POST /%zz HTTP/1.1\r\n" + host +
                 "Content-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_EQ(client->read_answer().status, 400);
    EXPECT_EQ(client->read_answer().body, "GET /b []");
}

TEST_F(HttpLimitsTest, RefusesHeadersThatAreTooLarge) {
    HttpServerOptions options;
    options.max_header_bytes = 4096;
    start(options);
    const auto client = connect();
    client->send("GET / HTTP/1.1\r\n" + host + "X: " + std::string(5000, 'a') + "\r\n\r\n");
    EXPECT_THAT(client->read_to_close(), HasSubstr("HTTP/1.1 431 "));
    const auto endless = connect();
    std::string bytes = "GET / HTTP/1.1\r\n" + host;
    while (bytes.size() < 100'000) bytes += "X-Name: value\r\n";
    endless->send(bytes);
    EXPECT_THAT(endless->read_to_close(), HasSubstr("HTTP/1.1 431 "));
}

TEST_F(HttpLimitsTest, RefusesBodiesThatAreTooLarge) {
    HttpServerOptions options;
    options.max_body_bytes = 1 << 20;
    start(options);
    // Announced: refused before a byte of it is taken.
    const auto announced = connect();
    announced->send("POST /a HTTP/1.1\r\n" + host +
                    "Expect: 100-continue\r\nContent-Length: 1048577\r\n\r\n");
    const auto answer = announced->read_answer();
    EXPECT_EQ(answer.status, 413);
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_THAT(answer.body, HasSubstr("refused /a"));
    // Sent all the same: the answer arrives.
    const auto sent = connect();
    EXPECT_TRUE(sent->send("POST / HTTP/1.1\r\n" + host + "Content-Length: 8388608\r\n\r\n" +
                           std::string(8 << 20, 'a')));
    EXPECT_THAT(sent->read_to_close(), HasSubstr("HTTP/1.1 413 "));
    // Not announced.
    const auto chunked = connect();
    std::string chunk = "10000\r\n" + std::string(0x10000, 'a') + "\r\n";
    std::string bytes = "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n";
    for (int at = 0; at < 20; ++at) bytes += chunk;
    chunked->send(bytes + "0\r\n\r\n");
    EXPECT_THAT(chunked->read_to_close(), HasSubstr("HTTP/1.1 413 "));
}

TEST_F(HttpLimitsTest, StopsABombAndGoesOn) {
    HttpServerOptions options;
    options.max_body_bytes = 1 << 20;
    start(options);
    const std::string bomb = gzip(std::string(200 << 20, '\0'));
    ASSERT_LT(bomb.size(), 1U << 20);
    const auto client = connect();
    client->send("POST / HTTP/1.1\r\n" + host + "Content-Encoding: gzip\r\nContent-Length: " +
                 std::to_string(bomb.size()) + "\r\n\r\n" + bomb);
    const auto answer = client->read_answer();
    EXPECT_EQ(answer.status, 413);
    EXPECT_THAT(answer.body, HasSubstr("after decompression"));
    client->send("GET /next HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_EQ(client->read_answer().body, "GET /next []");
}

// The answer must not be lost to a reset while the client still sends.
TEST_F(HttpLimitsTest, ReadsOnBeforeItClosesOnAClientThatWantsThat) {
    HttpServerOptions options;
    options.max_body_bytes = 32 << 20;
    start(options);
    const std::string body = gzip(std::string(33 << 20, ' ')) + std::string(30 << 20, 'x');
    const auto client = connect();
    EXPECT_TRUE(client->send("POST / HTTP/1.1\r\n" + host +
                             "Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: " +
                             std::to_string(body.size()) + "\r\n\r\n" + body));
    EXPECT_THAT(client->read_to_close(), HasSubstr("HTTP/1.1 413 "));
}

TEST_F(HttpLimitsTest, RefusesDamagedCompression) {
    start();
    EXPECT_EQ(ask("POST / HTTP/1.1\r\n" + host +
                  "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")
                  .status,
              400);
}

TEST_F(HttpLimitsTest, RefusesWholeRequestsWhenTooMuchIsUnderWay) {
    HttpServerOptions options;
    options.max_body_bytes = 1000;
    options.max_inflight_bytes = 1500;
    std::promise<void> entered;
    std::promise<void> may_go;
    start(options, [&](HttpRequest request) -> Task<HttpResponse> {
        if (request.path == "/first") {
            entered.set_value();
            co_await run_on(runtime_.query(), [&] { may_go.get_future().wait(); });
        }
        co_return co_await echo(std::move(request));
    });
    const std::string rest =
        " HTTP/1.1\r\n" + host + "Content-Length: 900\r\n\r\n" + std::string(900, 'a');
    const auto first = connect();
    first->send("POST /first" + rest);
    entered.get_future().wait();
    const auto second = connect();
    second->send("POST /second" + rest);
    const auto refused = second->read_answer();
    EXPECT_EQ(refused.status, 429);
    EXPECT_TRUE(refused.has("Retry-After: 1\r\n"));
    may_go.set_value();
    EXPECT_EQ(first->read_answer().status, 200);
    // What the first one held is given back a moment after its answer was read: as clients do, try
    // again. The test's time limit is the end of it.
    int status = 429;
    while (status == 429) {
        second->send("POST /second" + rest);
        status = second->read_answer().status;
    }
    EXPECT_EQ(status, 200);
}

TEST_F(HttpLimitsTest, APromiseOfALargeBodyTakesNothingFromTheOthers) {
    HttpServerOptions options;
    options.max_body_bytes = 1 << 20;
    options.max_inflight_bytes = 2 << 20;
    start(options);
    const std::string promise =
        "POST / HTTP/1.1\r\n" + host + "Content-Length: 1048576\r\n\r\nhalf";
    std::vector<std::unique_ptr<RawClient>> silent;
    for (int at = 0; at < 10; ++at) {
        silent.push_back(connect());
        silent.back()->send(promise);
    }
    for (int round = 0; round < 10; ++round) {
        const std::string body(500'000, 'a');
        EXPECT_EQ(
            ask("POST / HTTP/1.1\r\n" + host + "Content-Length: 500000\r\n\r\n" + body).status,
            200);
    }
}

TEST_F(HttpLimitsTest, ChargesWhatHandlersHoldAndAnswersUntilTheyAreTaken) {
    HttpServerOptions options;
    options.max_inflight_bytes = 1 << 20;
    options.max_body_bytes = 1 << 20;
    start(options, [](HttpRequest request) -> Task<HttpResponse> {
        HttpResponse response;
        response.content_type = "application/octet-stream";
        if (request.path == "/large") response.body.assign(64 << 20, 'x');
        if (request.path == "/hold") {
            response.body = request.hold(600'000) ? "first " : "none ";
            response.body += request.hold(600'000) ? "second" : "only";
        }
        co_return response;
    });
    const auto ask_to_hold = [this] { return ask("GET /hold HTTP/1.1\r\n" + host + "\r\n").body; };
    EXPECT_EQ(ask_to_hold(), "first only");
    EXPECT_EQ(ask_to_hold(), "first only");
    const auto slow = std::make_unique<RawClient>(server_->port(), 4096);
    slow->send("GET /large HTTP/1.1\r\n" + host + "\r\n");
    // Its first bytes come when the answer is there.
    EXPECT_EQ(slow->read_answer(false).status, 200);
    EXPECT_EQ(ask_to_hold(), "none only");
    slow->close();
    wait_until_nothing_is_held();
    EXPECT_EQ(ask_to_hold(), "first only");
}

TEST_F(HttpLimitsTest, FreesEverythingWhenAClientStopsHalfWay) {
    start();
    for (const std::string& bytes :
         {std::string("GE"), "POST / HTTP/1.1\r\n" + host + "Content-Len",
          "POST / HTTP/1.1\r\n" + host + "Content-Length: 50000000\r\n\r\nhalf",
          "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nffffff\r\nhalf",
          "POST / HTTP/1.1\r\n" + host + "Content-Encoding: gzip\r\nContent-Length: 5000\r\n\r\n" +
              gzip("half")}) {
        const auto client = connect();
        client->send(bytes);
        client->close();
    }
    wait_until_nothing_is_held();
}

TEST_F(HttpLimitsTest, CutsSlowClientsOff) {
    HttpServerOptions options;
    options.idle = milliseconds(200);
    options.header = milliseconds(200);
    options.stall = milliseconds(200);
    start(options);
    EXPECT_EQ(connect()->read_to_close(), "");
    const auto slow_head = connect();
    slow_head->send("GET / HTTP/1.1\r\nHo");
    EXPECT_THAT(slow_head->read_to_close(), HasSubstr("HTTP/1.1 408 "));
    for (const auto* framing :
         {"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
          "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08"}) {
        const auto slow_body = connect();
        slow_body->send("POST / HTTP/1.1\r\n" + host + framing);
        EXPECT_THAT(slow_body->read_to_close(), HasSubstr("HTTP/1.1 408 ")) << framing;
    }
}

TEST_F(HttpLimitsTest, CutsOffWhoSendsOneByteAtATime) {
    HttpServerOptions options;
    options.stall = milliseconds(300);
    start(options);
    const auto client = connect();
    client->send("POST / HTTP/1.1\r\n" + host + "Content-Length: 1000000\r\n\r\n");
    // Each byte comes well within the stall time, all of them below the least rate.
    std::thread dripping([&] {
        while (client->send("a")) std::this_thread::sleep_for(milliseconds(20));
    });
    EXPECT_THAT(client->read_to_close(), HasSubstr("HTTP/1.1 408 "));
    client->end_sending();
    dripping.join();
}

TEST_F(HttpLimitsTest, CutsOffWhoDoesNotTakeTheAnswer) {
    HttpServerOptions options;
    options.stall = milliseconds(200);
    std::promise<void> freed;
    start(options, [&](HttpRequest) -> Task<HttpResponse> {
        HttpResponse response;
        response.stream = [guard = std::shared_ptr<void>(nullptr, [&](void*) {
                               freed.set_value();
                           })]() -> Task<base::Result<std::string>> {
            co_return std::string(1 << 20, 'x');
        };
        co_return response;
    });
    RawClient client(server_->port(), 4096);
    client.send("GET / HTTP/1.1\r\n" + host + "\r\n");
    freed.get_future().wait();
}

TEST_F(HttpLimitsTest, TurnsConnectionsAwayBeyondTheLimit) {
    HttpServerOptions options;
    options.max_connections = 2;
    start(options);
    const auto first = connect();
    auto second = connect();
    for (auto* client : {first.get(), second.get()}) {
        client->send("GET / HTTP/1.1\r\n" + host + "\r\n");
        EXPECT_EQ(client->read_answer().status, 200);
    }
    EXPECT_THAT(connect()->read_to_close(), HasSubstr("HTTP/1.1 503 "));
    first->send("GET / HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_EQ(first->read_answer().status, 200);
}

TEST_F(HttpLimitsTest, RefusesContradictingOptions) {
    HttpServerOptions options;
    options.max_inflight_bytes = options.max_body_bytes - 1;
    EXPECT_FALSE(HttpServer::create(runtime_, options, echo, nullptr));
    options = {};
    options.address = "nowhere";
    EXPECT_FALSE(HttpServer::create(runtime_, options, echo, nullptr));
    options = {};
    start();
    options.port = server_->port();
    const auto taken = HttpServer::create(runtime_, options, echo, nullptr);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, base::Code::io);
}

TEST_F(HttpLimitsTest, SurvivesRandomDamage) {
    HttpServerOptions options;
    options.max_body_bytes = 1 << 16;
    start(options);
    const std::string sample = "POST /a%20b?x=1 HTTP/1.1\r\n" + host +
                               "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
                               "5\r\nhello\r\n0\r\nA: b\r\n\r\nPOST /c HTTP/1.1\r\n" +
                               host + "Content-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc";
    std::mt19937 random(5);
    for (int round = 0; round < 1000; ++round) {
        auto bytes = sample;
        for (unsigned hit = random() % 4; hit < 4; ++hit) {
            const std::size_t at = random() % bytes.size();
            switch (random() % 3) {
                case 0:
                    bytes[at] = static_cast<char>(random());
                    break;
                case 1:
                    bytes.erase(at, random() % 10);
                    break;
                default:
                    bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 20));
            }
        }
        const auto client = connect();
        client->send(bytes);
        client->end_sending();
        client->read_to_close();
    }
    EXPECT_EQ(ask("GET /alive HTTP/1.1\r\n" + host + "\r\n").body, "GET /alive []");
    wait_until_nothing_is_held();
}

}  // namespace
}  // namespace net::testing

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <boost/json.hpp>
#include <random>

#include "input/input_test.h"
#include "net/gzip.h"
#include "net/http_test_server.h"

// Input that means harm, or was damaged on its way: the protocol's own error for exactly the bad
// items or for the whole request, and nothing else lost.

namespace input::testing {
namespace {

using ::testing::HasSubstr;

class HostileTest : public InputTest {
  protected:
    // The statuses of a bulk answer's items.
    static std::vector<std::int64_t> statuses(const std::string& body) {
        std::vector<std::int64_t> found;
        const auto value = boost::json::parse(body);
        for (const auto& item : value.at("items").as_array()) {
            found.push_back(item.as_object().begin()->value().at("status").as_int64());
        }
        return found;
    }
};

TEST_F(HostileTest, RejectsExactlyTheBadDocuments) {
    const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
    const auto answer = send("POST", "/i/_bulk",
                             "{\"index\":{}}\n{\"a\":1}\n"
                             "{\"index\":{}}\nno json\n"
                             "{\"index\":{}}\n{\"a\":\"\xff\xfe\"}\n"
                             "{\"index\":{}}\n{\"a\":" +
                                 deep +
                                 "}\n"
                                 "{\"index\":{}}\n[]\n"
                                 "{\"index\":{\"_index\":\"UP\"}}\n{}\n"
                                 "{\"index\":{}}\n{\"a\":2}\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(statuses(answer.body),
              (std::vector<std::int64_t>{201, 400, 400, 400, 400, 400, 201}));
}

TEST_F(HostileTest, RefusesARequestWhoseActionsAreWrong) {
    for (const std::string body :
         {"{\"index\":{}}\n{}\n{\"delte\":{}}\n{}\n", "{}\n", "null\n", "\xff\xff\n{}\n",
          "{\"index\":{}}\n{}\n{\n", "{\"index\":{}}\n{}"}) {
        const auto answer = send("POST", "/i/_bulk", body);
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_THAT(answer.body, HasSubstr("\"status\":400"));
    }
    EXPECT_EQ(intake_.called, 0);
}

TEST_F(HostileTest, TakesAVeryLongLine) {
    // The pipeline's limit decides about the line; the others are not touched by it.
    const std::string line = "{\"a\":\"" + std::string(95 << 20, 'x') + "\"}";
    const auto answer =
        send("POST", "/i/_bulk",
             "{\"index\":{}}\n{}\n{\"index\":{}}\n" + line + "\n{\"index\":{}}\n{}\n");
    EXPECT_EQ(statuses(answer.body).size(), 3U);
}

TEST_F(HostileTest, IsBusyWhenItsItemsTakeTooMuch) {
    std::size_t asked = 0;
    for (const bool room : {true, false}) {
        for (const auto* path : {"/i/_bulk", "/ingest/i"}) {
            auto made = request("POST", path, "{\"index\":{}}\n{}\n{\"index\":{}}\n{}\n", {});
            made.hold = [&asked, room](std::size_t bytes) {
                asked = bytes;
                return room;
            };
            const auto answer = send(std::move(made));
            EXPECT_EQ(answer.status, room ? 200 : 429) << path;
            EXPECT_EQ(net::header(answer.headers, "retry-after"), room ? "" : "1") << path;
            EXPECT_GT(asked, 500U);
        }
    }
    EXPECT_EQ(intake_.called, 2);
}

TEST_F(HostileTest, TakesNoMoreItemsThanItsLimit) {
    std::string body;
    while (body.size() < (50U << 20)) body += "{\"index\":{}}\n{}\n";
    const auto answer = send("POST", "/i/_bulk", std::move(body));
    EXPECT_EQ(answer.status, 413);
    EXPECT_THAT(answer.body, HasSubstr("more than 200000 actions"));
    EXPECT_EQ(intake_.called, 0);
}

// Whatever happens to a body: an answer in Elasticsearch's form, and of a 200 one item for each
// action that went in.
TEST_F(HostileTest, AnswersRandomDamageInOrder) {
    const std::string sample =
        "{\"index\":{\"_id\":\"1\"}}\n{\"a\":1}\n{\"create\":{\"_index\":\"x\",\"_id\":\"2\"}}\n{"
        "\"b\":\"\xc3\xa9\"}\n"
        "{\"delete\":{\"_id\":\"1\"}}\n{\"index\":{},\"attempts\":0}\r\n{\"c\":[1,{\"d\":null}]}"
        "\r\n\n"
        "{\"update\":{\"_id\":\"1\"}}\n{\"doc\":{}}\n{\"delete\":{\"_id\":\"9\"}}\n";
    std::mt19937 random(17);
    int good = 0;
    for (int round = 0; round < 3000; ++round) {
        auto body = sample;
        for (unsigned hit = 0; hit <= random() % 4; ++hit) {
            const std::size_t at = random() % body.size();
            switch (random() % 4) {
                case 0:
                    body[at] = static_cast<char>(random());
                    break;
                case 1:
                    body.erase(at, random() % 20);
                    break;
                case 2:
                    body.insert(at, body.substr(random() % body.size(), random() % 40));
                    break;
                default:
                    body[at] = '\n';
            }
            if (body.empty()) body = "\n";
        }
        const auto calls_before = intake_.calls.size();
        const auto answer = send("POST", "/i/_bulk", body);
        boost::system::error_code error;
        const auto value = boost::json::parse(answer.body, error);
        ASSERT_FALSE(error) << answer.body;
        if (answer.status == 200) {
            ++good;
            std::size_t handed = 0;
            for (std::size_t at = calls_before; at < intake_.calls.size(); ++at)
                handed += intake_.calls[at].size();
            EXPECT_GE(value.at("items").as_array().size(), handed);
        } else {
            ASSERT_EQ(answer.status, 400) << answer.body;
            EXPECT_EQ(intake_.calls.size(), calls_before);
            EXPECT_EQ(value.at("status"), 400);
            EXPECT_TRUE(value.at("error").at("type").is_string());
        }
    }
    EXPECT_GT(good, 100);
}

// Through the real server.
class HostileServerTest : public InputTest {
  protected:
    void SetUp() override {
        net::HttpServerOptions options;
        options.max_body_bytes = 8 << 20;
        server_ = net::HttpServer::create(
                      runtime_, options,
                      [this](net::HttpRequest request) {
                          return elasticsearch().handle(std::move(request));
                      },
                      ElasticsearchInput::refuse)
                      .value();
        elasticsearch();
    }
    void TearDown() override {
        server_.reset();
        InputTest::TearDown();
    }
    std::unique_ptr<net::HttpServer> server_;
};

const std::string head = "POST /i/_bulk HTTP/1.1\r\nHost: x\r\n";

TEST_F(HostileServerTest, StopsAGzipBomb) {
    const std::string bomb = net::gzip(std::string(500 << 20, ' '));
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);
    net::testing::RawClient client(server_->port());
    client.send(head + "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(bomb.size()) +
                "\r\n\r\n" + bomb);
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 413);
    EXPECT_TRUE(answer.has("X-Elastic-Product: Elasticsearch\r\n"));
    EXPECT_THAT(answer.body, HasSubstr(R"("type":"content_too_long_exception")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("status":413})"));
    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 64 << 10);  // KiB
}

TEST_F(HostileServerTest, RefusesALineBeyondTheBodysLimit) {
    net::testing::RawClient client(server_->port());
    client.send(head + "Content-Length: 104857600\r\n\r\n{\"index\":{}}\n");
    EXPECT_EQ(client.read_answer().status, 413);
}

TEST_F(HostileServerTest, StoresNothingOfARequestThatStopsHalfWay) {
    {
        net::testing::RawClient client(server_->port());
        client.send(head + "Content-Length: 1000\r\n\r\n{\"index\":{}}\n{}\n");
    }
    net::testing::RawClient next(server_->port());
    next.send(head + "Content-Length: 16\r\n\r\n{\"index\":{}}\n{}\n");
    EXPECT_EQ(next.read_answer().status, 200);
    const std::lock_guard lock(intake_.mutex);
    EXPECT_EQ(intake_.called, 1);
}

}  // namespace
}  // namespace input::testing

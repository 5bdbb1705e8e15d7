#include "app/server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "app/client.h"
#include "app/configuration/load.h"
#include "app/demo/feeder.h"
#include "app/demo/temporary_directory.h"
#include "base/file.h"
#include "event/catalog.h"
#include "net/http.h"

namespace app {
namespace {

namespace json = boost::json;

using testing::HasSubstr;

class ServerTest : public testing::Test {
  protected:
    ServerTest() : directory_(TemporaryDirectory::create("ordertrail-test").value()) {}

    Configuration configuration(const std::string& data = "") {
        ConfigurationSources sources;
        sources.flags = {{"data", data.empty() ? directory_.path() + "/data" : data},
                         {"http.address", "127.0.0.1:0"}};
        return load_configuration(sources).configuration;
    }

    void start() { server_ = Server::start(configuration()).value(); }

    net::HttpClientResponse send(const std::string& method, const std::string& path,
                                 std::string body = "", net::Headers headers = {}) {
        net::HttpClientRequest request;
        request.method = method;
        request.url = server_->url() + path;
        request.body = std::move(body);
        request.headers = std::move(headers);
        return http_->send(request).value();
    }

    std::string count(const std::string& query) {
        return Client(server_->url())
            .post("/_trail/v1/count", R"({"query":")" + query + "\"}")
            .value();
    }

    TemporaryDirectory directory_;
    std::unique_ptr<net::HttpClient> http_ = net::HttpClient::create();
    std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, IsHealthyAndTellsItsFigures) {
    start();
    const auto health = send("GET", "/health");
    EXPECT_EQ(health.status, 200);
    EXPECT_THAT(health.body, HasSubstr(R"("status":"ok")"));
    const auto metrics = send("GET", "/metrics");
    EXPECT_EQ(metrics.status, 200);
    EXPECT_THAT(metrics.body, HasSubstr("ordertrail_build_info{version="));
    EXPECT_THAT(metrics.body, HasSubstr("process_resident_memory_bytes "));
}

TEST_F(ServerTest, TheRootIsTheUiForBrowsersAndElasticsearchForClients) {
    start();
    EXPECT_THAT(send("GET", "/", "", {{"Accept", "text/html"}}).body, HasSubstr("<!doctype html>"));
    const auto banner = send("GET", "/", "", {{"Accept", "application/json"}});
    EXPECT_THAT(banner.body, HasSubstr("You Know, for Search"));
    EXPECT_THAT(banner.body, HasSubstr("8.15.0"));
}

TEST_F(ServerTest, WhatBulkStoresIsFoundAlsoAfterARestart) {
    start();
    const std::string bulk =
        "{\"create\":{\"_index\":\"shop-prod\"}}\n"
        R"({"@timestamp":"2026-11-24T10:15:00Z","level":"INFO","service_name":"Shop API","event_type":"ORDER_CREATED","order_id":"ORD-1","user_id":"u1","environment":"prod"})"
        "\n{\"create\":{\"_index\":\"shop-prod\"}}\n"
        R"({"@timestamp":"2026-11-24T10:15:01Z","level":"DEBUG","service_name":"Shop API","message":"x","environment":"prod"})"
        "\n{\"create\":{\"_index\":\"shop-test\"}}\n"
        R"({"@timestamp":"2026-11-24T10:15:01Z","level":"DEBUG","service_name":"Shop API","message":"x","environment":"test"})"
        "\n";
    const auto stored = send("POST", "/_bulk", bulk, {{"Content-Type", "application/x-ndjson"}});
    EXPECT_EQ(stored.status, 200);
    EXPECT_THAT(stored.body, HasSubstr("\"errors\":false"));
    EXPECT_EQ(count("order_id: ORD-1"), R"({"count":1})");
    EXPECT_EQ(count("level: DEBUG"), R"({"count":1})");
    server_->stop();
    server_.reset();
    start();
    EXPECT_EQ(count(""), R"({"count":2})");
    EXPECT_THAT(send("GET", "/_trail/v1/indices").body, HasSubstr("shop-prod"));
    const auto journey = send("GET", "/_trail/v1/orders/ORD-1");
    EXPECT_EQ(journey.status, 200);
    EXPECT_THAT(journey.body, HasSubstr(R"("order_id":"ORD-1")"));
    EXPECT_EQ(send("GET", "/_trail/v1/orders/ORD-2").status, 404);
}

TEST_F(ServerTest, ErrorsSpeakTheLanguageOfTheirPath) {
    start();
    EXPECT_THAT(send("GET", "/_trail/v1/nothing").body,
                HasSubstr(R"({"error":{"code":"not_found")"));
    EXPECT_THAT(send("DELETE", "/_bulk").body, HasSubstr("\"status\":405"));
    EXPECT_THAT(send("DELETE", "/upload").body, testing::Not(HasSubstr("{")));
    EXPECT_THAT(send("DELETE", "/uploads/_bulk").body, HasSubstr("\"status\":405"));
}

TEST_F(ServerTest, ADataDirectoryHasOneServer) {
    start();
    const auto second = Server::start(configuration());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, base::Code::conflict);
    EXPECT_THAT(second.error().message, HasSubstr("/data"));
}

TEST_F(ServerTest, ATakenPortIsAnErrorOrTheNextOneIsUsed) {
    start();
    auto taken = configuration(directory_.path() + "/other");
    taken.http.port =
        static_cast<std::uint16_t>(std::stoi(server_->url().substr(server_->url().rfind(':') + 1)));
    const auto refused = Server::start(taken);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Code::io);
    const auto next = Server::start(taken, 50);
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_NE(next.value()->url(), server_->url());
}

TEST_F(ServerTest, ACatalogThatCannotBeReadStopsTheStart) {
    auto wrong = configuration();
    wrong.catalog = directory_.path() + "/catalog.yaml";
    ASSERT_TRUE(base::system_files().replace_file(wrong.catalog, "nonsense: [\n"));
    const auto refused = Server::start(wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Code::invalid_argument);
}

TEST_F(ServerTest, InputsTellWhatIsOpenAndWhatCameIn) {
    auto chosen = configuration();
    chosen.syslog_tcp = Address{"127.0.0.1", 0};
    chosen.environment = "stage";
    server_ = Server::start(chosen).value();
    const auto at_first = json::parse(send("GET", "/_trail/v1/inputs").body);
    EXPECT_EQ(at_first.at("environment"), "stage");
    const auto entrance = [&](std::string_view setting) {
        for (const auto& each : at_first.at("entrances").as_array()) {
            if (each.at("setting").as_string() == setting) return each.as_object();
        }
        return json::object();
    };
    EXPECT_EQ(entrance("http.address").at("tls"), "none");
    const auto port = entrance("http.address").at("port").as_int64();
    EXPECT_THAT(server_->url(), testing::EndsWith(":" + std::to_string(port)));
    EXPECT_EQ(entrance("syslog.tcp.address").at("open"), true);
    EXPECT_EQ(entrance("syslog.tcp.address").at("name"), "syslog-tcp");
    EXPECT_GT(entrance("syslog.tcp.address").at("port").as_int64(), 0);
    EXPECT_EQ(entrance("lumberjack.address").at("open"), false);
    EXPECT_EQ(entrance("lumberjack.address").at("example"), "0.0.0.0:5044");

    const std::string index = "first-of-" + std::to_string(port);
    send("POST", "/ingest/" + index, "{\"message\":\"one\"}\n[1]\n{\"message\":\"two\"}\n",
         {{"Content-Type", "application/x-ndjson"}});
    EXPECT_GE(send("POST", "/_bulk", "nonsense\n").status, 400);
    const auto then = json::parse(send("GET", "/_trail/v1/inputs").body);
    const auto input = [&](std::string_view name) {
        for (const auto& each : then.at("inputs").as_array()) {
            if (each.at("name").as_string() == name) return each.as_object();
        }
        return json::object();
    };
    json::object stored;
    const json::object ingest = input("ingest");
    for (const auto& each : ingest.at("indices").as_array()) {
        if (each.at("name").as_string() == index) stored = each.as_object();
    }
    EXPECT_EQ(stored.at("events"), 2);
    EXPECT_THAT(stored.at("first_event").as_string().c_str(), HasSubstr("T"));
    const auto trouble = [](const json::object& of, std::string_view kind) {
        for (const auto& each : of.at("troubles").as_array()) {
            if (each.at("kind").as_string() == kind)
                return std::string(each.at("reason").as_string());
        }
        return std::string();
    };
    EXPECT_THAT(trouble(ingest, "event"), HasSubstr("object"));
    EXPECT_THAT(trouble(input("elasticsearch"), "request"), HasSubstr("POST /_bulk: HTTP 400"));
}

TEST_F(ServerTest, OwnPipelinesWorkOnEveryInputTheyAreFor) {
    const std::string file = directory_.path() + "/own.yaml";
    constexpr std::string_view pipelines = R"(format: 1
pipelines:
  - name: orders
    inputs: [ingest]
    steps:
      - grok: {match: 'order %{NOTSPACE:order_id} %{GREEDYDATA:rest}'}
      - when: {rest: noise}
        drop: true
      - index: orders-test
)";
    ASSERT_TRUE(base::system_files().replace_file(file, pipelines));
    auto chosen = configuration();
    chosen.pipelines = file;
    server_ = Server::start(chosen).value();
    const auto plain = net::Headers{{"Content-Type", "text/plain"}};
    const auto answer =
        send("POST", "/ingest/lines-prod", "order ORD-7 made\norder ORD-8 noise\n", plain);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(
        send("POST", "/lines-prod/_bulk", "{\"index\":{}}\n{\"message\":\"order ORD-9 made\"}\n",
             {{"Content-Type", "application/x-ndjson"}})
            .status,
        200);
    EXPECT_THAT(count("order_id: ORD-7 and rest: made and environment: test"),
                HasSubstr("\"count\":1"));
    EXPECT_THAT(count("order_id: *"), HasSubstr("\"count\":1"));
    EXPECT_THAT(count("message: \\\"ORD-9\\\""), HasSubstr("\"count\":1"));
    EXPECT_THAT(send("GET", "/metrics").body,
                HasSubstr("ordertrail_pipeline_dropped_events_total{pipeline=\"orders\"} 1"));
}

TEST_F(ServerTest, PipelinesThatAreWrongStopTheStart) {
    const std::string file = directory_.path() + "/own.yaml";
    ASSERT_TRUE(base::system_files().replace_file(file, "format: 1\npipelines: {}\n"));
    auto chosen = configuration();
    chosen.pipelines = file;
    const auto started = Server::start(chosen);
    ASSERT_FALSE(started);
    EXPECT_THAT(started.error().message, HasSubstr("own.yaml:2: "));
}

TEST_F(ServerTest, EverythingTheFeederSendsIsStoredOnce) {
    start();
    plant::Options options;
    options.start = 1'764'000'000 * base::second;
    options.orders_per_day = 300;
    options.environments = {{"prod", 1, false}};
    options.traces = true;
    const auto end = options.start + 12 * base::hour;
    Feeder feeder(server_->url(), options, event::Catalog::built_in());
    std::uint64_t told = 0;
    double share = 0;
    const auto sent = feeder.send_history(end, 3,
                                          [&](std::uint64_t events, double covered) {
                                              told = events;
                                              share = covered;
                                          },
                                          {});
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_GT(sent.value(), 1000u);
    EXPECT_EQ(told, sent.value());
    EXPECT_GT(share, 0.5);
    EXPECT_EQ(count(""), "{\"count\":" + std::to_string(sent.value()) + "}");
    const auto spans = Client(server_->url())
                           .post("/_trail/v1/count", R"({"index":".spans-prod","query":""})")
                           .value();
    EXPECT_GT(feeder.figures().spans, 500u);
    EXPECT_EQ(spans, "{\"count\":" + std::to_string(feeder.figures().spans) + "}");
}

}  // namespace
}  // namespace app

#include "app/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/configuration/load.h"
#include "app/demo/temporary_directory.h"
#include "app/exit_code.h"
#include "app/server/server.h"
#include "base/file.h"
#include "net/http.h"

namespace app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Ended {
    int status = -1;
    std::string out;
    std::string err;
};

Ended ran(std::vector<std::string> arguments) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Ended ended;
    ended.status = run(std::move(arguments));
    ended.out = testing::internal::GetCapturedStdout();
    ended.err = testing::internal::GetCapturedStderr();
    return ended;
}

// The commands against a real server.
class RunTest : public testing::Test {
  protected:
    RunTest() : directory_(TemporaryDirectory::create("ordertrail-test").value()) {
        ConfigurationSources sources;
        sources.flags = {{"data", directory_.path()}, {"http.address", "127.0.0.1:0"}};
        server_ = Server::start(load_configuration(sources).configuration).value();
    }

    // Events of one minute each, the first one the oldest.
    void store(int events) {
        net::HttpClientRequest request;
        request.method = "POST";
        request.url = server_->url() + "/shop-prod/_bulk";
        request.headers = {{"Content-Type", "application/x-ndjson"}};
        for (int at = 0; at < events; ++at) {
            request.body += "{\"index\":{}}\n{\"@timestamp\":" +
                            std::to_string(1'764'000'000'000 + at * 60'000LL) +
                            ",\"n\":" + std::to_string(at) + ",\"order_id\":\"ORD-" +
                            std::to_string(at % 7) + "\"}\n";
        }
        const auto response = net::HttpClient::create()->send(request).value();
        ASSERT_EQ(response.status, 200) << response.body;
        ASSERT_THAT(response.body, HasSubstr("\"errors\":false"));
    }

    Ended query(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"query", "--server", server_->url()});
        return ran(std::move(arguments));
    }

    TemporaryDirectory directory_;
    std::unique_ptr<Server> server_;
};

TEST_F(RunTest, QueryPrintsEveryPage) {
    store(2500);
    const auto all = query({"--limit", "0"});
    EXPECT_EQ(all.status, exit_code::done);
    EXPECT_EQ(std::count(all.out.begin(), all.out.end(), '\n'), 2500);
    EXPECT_THAT(all.out, HasSubstr("\"n\":2499,"));
    EXPECT_THAT(all.err, IsEmpty());
    const auto some = query({"--limit", "1001", "--oldest-first"});
    EXPECT_EQ(std::count(some.out.begin(), some.out.end(), '\n'), 1001);
    EXPECT_EQ(some.out.substr(0, some.out.find('\n')),
              R"({"@timestamp":1764000000000,"n":0,"order_id":"ORD-0"})");
    const auto sorted = query({"--limit", "1", "--sort", "order_id"});
    EXPECT_EQ(sorted.out, "{\"@timestamp\":1764149880000,\"n\":2498,\"order_id\":\"ORD-6\"}\n");
    EXPECT_EQ(query({}).out.size(), query({"--limit", "100"}).out.size());
}

TEST_F(RunTest, QueryCounts) {
    store(70);
    const auto counted = query({"--count", "order_id: ORD-3"});
    EXPECT_EQ(counted.status, exit_code::done);
    EXPECT_EQ(counted.out, "10\n");
    EXPECT_EQ(query({"--count", "--from", "1764000000000", "--to", "1764000600000"}).out, "10\n");
    EXPECT_EQ(query({"--count", "--index", "mes-*"}).out, "0\n");
    EXPECT_EQ(query({"--count", "--from", "15m"}).out, "0\n");
}

TEST_F(RunTest, NoResultsAreASuccess) {
    const auto none = query({"level: ERROR"});
    EXPECT_EQ(none.status, exit_code::done);
    EXPECT_THAT(none.out, IsEmpty());
}

TEST_F(RunTest, ABadQueryIsTwoAndPointsAtThePlace) {
    const auto wrong = query({"level: ERROR and ("});
    EXPECT_EQ(wrong.status, exit_code::usage);
    EXPECT_THAT(wrong.out, IsEmpty());
    EXPECT_THAT(wrong.err, HasSubstr("\n  level: ERROR and (\n"));
    EXPECT_THAT(wrong.err, HasSubstr("^\n"));
    EXPECT_EQ(query({"--from", "soon"}).status, exit_code::usage);
    EXPECT_EQ(query({"--count", "a: ("}).status, exit_code::usage);
}

TEST_F(RunTest, OrderShowsAJourneyOrFails) {
    store(7);
    const auto json = ran({"order", "--server", server_->url(), "--format", "json", "ORD-3"});
    EXPECT_EQ(json.status, exit_code::done);
    EXPECT_THAT(json.out, HasSubstr("{\"order_id\":\"ORD-3\""));
    const auto text = ran({"order", "--server", server_->url(), "ORD-3"});
    EXPECT_EQ(text.status, exit_code::done);
    EXPECT_THAT(text.out, HasSubstr("Order ORD-3 (prod)"));
    const auto unknown = ran({"order", "--server", server_->url(), "ORD-99"});
    EXPECT_EQ(unknown.status, exit_code::failure);
    EXPECT_THAT(unknown.out, IsEmpty());
    EXPECT_THAT(unknown.err, HasSubstr("ORD-99"));
}

TEST(RunWithoutAServer, FailsWithAHint) {
    const auto lost = ran({"query", "--server", "http://127.0.0.1:1"});
    EXPECT_EQ(lost.status, exit_code::failure);
    EXPECT_THAT(lost.err, HasSubstr("is a server running at http://127.0.0.1:1?"));
}

TEST(RunWithoutAServer, ShowsWhatPipelinesMakeOfLines) {
    const auto directory = TemporaryDirectory::create("ordertrail-test").value();
    const std::string own = directory.path() + "/own.yaml";
    const std::string lines = directory.path() + "/lines";
    ASSERT_TRUE(base::system_files().replace_file(
        own, "format: 1\npipelines:\n- {name: a, steps: [{dissect: {mapping: '%{a}-%{b}'}}]}\n"));
    ASSERT_TRUE(base::system_files().replace_file(lines, "1-2\n\nplain\n"));
    const auto shown = ran({"pipeline", "test", "--pipelines", own, "--format", "plain", lines});
    EXPECT_EQ(shown.status, exit_code::done) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr(R"(after  {"message":"1-2","a":"1","b":"2"})"));
    EXPECT_THAT(shown.out, HasSubstr("dissect, line 3 did not fit"));
    EXPECT_THAT(shown.out, HasSubstr(R"("tags":["_dissectfailure"])"));
    const auto wrong = ran({"pipeline", "test", "--pipelines", lines, lines});
    EXPECT_EQ(wrong.status, exit_code::usage);
    EXPECT_THAT(wrong.err, HasSubstr("lines:1: "));
    EXPECT_THAT(ran({"pipeline", "test", lines}).err, HasSubstr("No pipelines are configured"));
}

TEST(RunWithoutAServer, TellsItsVersionAndUsage) {
    EXPECT_THAT(ran({"version"}).out, testing::StartsWith("ordertrail "));
    EXPECT_EQ(ran({"nonsense"}).status, exit_code::usage);
    EXPECT_EQ(ran({"check-config"}).status, exit_code::done);
    const auto wrong = ran({"check-config", "--http", "nowhere"});
    EXPECT_EQ(wrong.status, exit_code::usage);
    EXPECT_THAT(wrong.err, HasSubstr("--http: expected an address"));
    EXPECT_THAT(ran({"check-config", "--print"}).out,
                HasSubstr("  address: \"127.0.0.1:9200\"  # default"));
    EXPECT_EQ(ran({"serve", "--config", "/nowhere.yaml"}).status, exit_code::usage);
}

}  // namespace
}  // namespace app

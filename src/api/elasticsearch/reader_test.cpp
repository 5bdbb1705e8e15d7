#include "api/elasticsearch/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/request_test.h"
#include "net/testing/wait_for.h"
#include "storage/testing/memory_snapshot.h"

namespace api {
namespace {

using storage::testing::MemorySnapshot;
using storage::testing::Row;
using testing::HasSubstr;
using testing::Not;

class SnapshotStore final : public storage::Store {
  public:
    explicit SnapshotStore(std::shared_ptr<const storage::Snapshot> snapshot)
        : snapshot_(std::move(snapshot)) {}
    void append(event::Append, event::AppendDone) override {}
    std::shared_ptr<const storage::Snapshot> snapshot() const override { return snapshot_; }
    std::unique_ptr<storage::Subscription> subscribe(std::uint64_t) override { return nullptr; }
    std::string trouble() const override { return ""; }

  private:
    std::shared_ptr<const storage::Snapshot> snapshot_;
};

std::shared_ptr<const storage::Snapshot> events() {
    auto snapshot = std::make_shared<MemorySnapshot>();
    std::vector<Row> rows(25);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        rows[at].sequence = at + 1;
        rows[at].time = static_cast<base::Nanos>(at / 3) * base::second;
        rows[at].with("level", at % 2 == 0 ? "INFO" : "WARN").with("message", "hello");
    }
    snapshot->add(rows);
    return snapshot;
}

class ReaderTest : public testing::Test {
  protected:
    ReaderTest()
        : store_(events()),
          runtime_(1, 1, 1),
          reader_(store_, event::Catalog::built_in(), runtime_, options()),
          router_([](int status, const base::Error& why, const std::string&, const std::string&) {
              net::HttpResponse response;
              response.status = status;
              response.body = why.message;
              return response;
          }) {
        reader_.add_to(router_);
    }
    ~ReaderTest() override { runtime_.stop(); }

    static ElasticsearchReaderOptions options() {
        ElasticsearchReaderOptions made;
        made.finish = [](const net::HttpRequest&, net::HttpResponse& response) {
            response.headers.emplace_back("X-Elastic-Product", "Elasticsearch");
        };
        made.index_known = [](std::string_view name) { return name == "empty"; };
        return made;
    }

    net::HttpResponse ask(const std::string& method, const std::string& path,
                          const std::string& body = "", net::Headers query = {}) {
        net::HttpRequest request = request_of(method, path);
        request.body = body;
        request.query = std::move(query);
        return net::testing::wait_for(router_.handle(std::move(request)));
    }

    static std::size_t hits_in(const std::string& text) {
        std::size_t count = 0;
        for (std::size_t at = text.find("\"_id\""); at != std::string::npos;
             at = text.find("\"_id\"", at + 1))
            ++count;
        return count;
    }

    static std::string member(const std::string& text, const std::string& name) {
        const std::string before = "\"" + name + "\":\"";
        const std::size_t begin = text.find(before) + before.size();
        return text.substr(begin, text.find('"', begin) - begin);
    }

    SnapshotStore store_;
    net::Runtime runtime_;
    ElasticsearchReader reader_;
    Router router_;
};

TEST_F(ReaderTest, SearchesAndCounts) {
    const auto found = ask("POST", "/shop-prod/_search", R"({"query":{"term":{"level":"WARN"}}})");
    EXPECT_EQ(found.status, 200);
    EXPECT_THAT(found.body, HasSubstr(R"("total":{"value":12,"relation":"eq"})"));
    EXPECT_EQ(hits_in(found.body), 10);
    EXPECT_EQ(net::header(found.headers, "X-Elastic-Product"), "Elasticsearch");
    EXPECT_THAT(ask("GET", "/_count", "", {{"q", "level:INFO"}}).body, HasSubstr("\"count\":13,"));
    EXPECT_EQ(ask("GET", "/empty/_search").status, 200);
}

TEST_F(ReaderTest, FailuresHaveElasticsearchsForm) {
    const auto missing = ask("GET", "/unknown/_search");
    EXPECT_EQ(missing.status, 404);
    EXPECT_THAT(missing.body, HasSubstr(R"("type":"index_not_found_exception")"));
    EXPECT_EQ(ask("GET", "/unknown/_search", "", {{"ignore_unavailable", "true"}}).status, 200);
    const auto wrong = ask("POST", "/_search", R"({"query":{"frob":{}}})");
    EXPECT_EQ(wrong.status, 400);
    EXPECT_THAT(wrong.body, HasSubstr(R"({"error":{"root_cause":[{"type":"parsing_exception")"));
    EXPECT_THAT(ask("POST", "/_search", R"({"sort":["message"]})").body,
                HasSubstr(R"("type":"search_phase_execution_exception")"));
    EXPECT_EQ(ask("POST", "/_search", R"({"aggs":{"a":{"terms":{}}}})").status, 400);
    EXPECT_THAT(
        ask("POST", "/_search",
            R"({"aggs":{"a":{"date_histogram":{"field":"timestamp","fixed_interval":"1ms",)"
            R"("extended_bounds":{"min":0,"max":9999999}}}}})")
            .body,
        HasSubstr(R"("failed_shards":[],"caused_by":{"type":"too_many_buckets_exception")"));
    EXPECT_EQ(ask("POST", "/_search", "{").status, 400);
    EXPECT_EQ(ask("POST", "/_search", "[1]").status, 400);
}

TEST_F(ReaderTest, Aggregates) {
    const std::string body = R"({"size":0,"aggs":{"a":{"terms":{"field":"level"}}}})";
    EXPECT_THAT(ask("POST", "/none-*/_search", body).body, Not(HasSubstr("aggregations")));
    EXPECT_THAT(ask("POST", "/empty/_search", body).body, HasSubstr(R"("buckets":[])"));
    EXPECT_THAT(ask("POST", "/_search", body).body,
                HasSubstr(R"("aggregations":{"a":{"doc_count_error_upper_bound":0,)"
                          R"("sum_other_doc_count":0,"buckets":[{"key":"INFO","doc_count":13},)"
                          R"({"key":"WARN","doc_count":12}]}}})"));
    EXPECT_THAT(ask("POST", "/_search", body, {{"typed_keys", "true"}}).body,
                HasSubstr(R"("sterms#a":{)"));
    // Only the first page of a scroll has them.
    const auto page =
        ask("POST", "/_search", body, {{"scroll", "1m"}, {"from", "0"}, {"size", "2"}});
    EXPECT_THAT(page.body, HasSubstr("\"aggregations\""));
    const std::string next = R"({"scroll_id":")" + member(page.body, "_scroll_id") + "\"}";
    EXPECT_EQ(ask("POST", "/_search/scroll", next).body.find("aggregations"), std::string::npos);
    EXPECT_EQ(ask("POST", "/_search", "{}", {{"scroll", "1m"}, {"from", "1"}}).status, 400);
}

TEST_F(ReaderTest, AScrollTellsEveryRowOnce) {
    for (const std::string body :
         {R"({"size":4})", R"({"size":4,"sort":["timestamp"]})", R"({"size":4,"sort":["_doc"]})"}) {
        auto page = ask("POST", "/_search", body, {{"scroll", "1m"}});
        const std::string id = member(page.body, "_scroll_id");
        std::size_t seen = 0;
        while (hits_in(page.body) > 0) {
            seen += hits_in(page.body);
            ASSERT_LE(seen, 25U);
            page = ask("POST", "/_search/scroll", R"({"scroll_id":")" + id + "\"}");
        }
        EXPECT_EQ(seen, 25U) << body;
        EXPECT_EQ(ask("DELETE", "/_search/scroll", R"({"scroll_id":")" + id + "\"}").status, 200);
        EXPECT_EQ(ask("POST", "/_search/scroll", R"({"scroll_id":")" + id + "\"}").status, 404);
    }
}

TEST_F(ReaderTest, APointInTimeIsSearchedPageByPage) {
    const auto opened = ask("POST", "/shop-prod/_pit", "", {{"keep_alive", "1m"}});
    const std::string id = member(opened.body, "id");
    const std::string begin = R"({"size":7,"sort":["timestamp"],"pit":{"id":")" + id + "\"}";
    std::size_t seen = 0;
    std::string after;
    while (true) {
        const auto page = ask("POST", "/_search", begin + after + "}");
        ASSERT_EQ(page.status, 200) << page.body;
        if (hits_in(page.body) == 0) break;
        seen += hits_in(page.body);
        const std::size_t sort = page.body.rfind("\"sort\":") + 7;
        after = ",\"search_after\":" + page.body.substr(sort, page.body.find(']', sort) - sort + 1);
    }
    EXPECT_EQ(seen, 25U);
    EXPECT_EQ(ask("DELETE", "/_pit", R"({"id":")" + id + "\"}").status, 200);
    EXPECT_EQ(ask("POST", "/_search", begin + "}").status, 404);
    EXPECT_EQ(ask("POST", "/shop-prod/_pit", "", {{"keep_alive", "99d"}}).status, 400);
}

TEST_F(ReaderTest, OpenContextsAreFew) {
    for (std::size_t at = 0; at < elasticsearch::OpenContexts::most; ++at)
        ASSERT_EQ(ask("POST", "/_all/_pit", "", {{"keep_alive", "1m"}}).status, 200);
    EXPECT_EQ(ask("POST", "/_all/_pit", "", {{"keep_alive", "1m"}}).status, 429);
    EXPECT_EQ(ask("DELETE", "/_search/scroll/_all").status, 200);
    EXPECT_EQ(ask("POST", "/_all/_pit", "", {{"keep_alive", "1m"}}).status, 200);
}

TEST_F(ReaderTest, TellsWhatThereIs) {
    EXPECT_THAT(ask("GET", "/_mapping").body,
                HasSubstr(R"("message":{"type":"text","fields":{"keyword")"));
    EXPECT_THAT(ask("GET", "/shop-prod/_field_caps", "", {{"fields", "lev*"}}).body,
                HasSubstr(R"("level":{"keyword":{)"));
    EXPECT_EQ(ask("GET", "/_cat/count", "", {{"h", "count"}}).body, "25\n");
    EXPECT_THAT(ask("GET", "/_cat/indices", "", {{"v", "true"}}).body, HasSubstr("docs.count"));
    EXPECT_EQ(ask("PUT", "/shop-prod/_mapping", R"({"properties":{}})").status, 200);
    EXPECT_EQ(ask("GET", "/shop-prod/_mappings").status, 200);
    EXPECT_THAT(
        ask("GET", "/shop*/_stats").body,
        HasSubstr(R"("indices":{"shop-prod":{"uuid":"shop-prod","primaries":{"docs":{"count":25)"));
    const auto filtered = [&](const std::string& level) {
        return ask("POST", "/_field_caps",
                   R"({"index_filter":{"term":{"level":")" + level + "\"}}}", {{"fields", "level"}})
            .body;
    };
    EXPECT_THAT(filtered("WARN"), HasSubstr(R"({"indices":["shop-prod"],"fields":{"level":)"));
    EXPECT_EQ(filtered("NONE"), R"({"indices":[],"fields":{}})");
    EXPECT_EQ(ask("PUT", "/shop-prod/_settings", R"({"number_of_replicas":0})").status, 200);
    EXPECT_EQ(ask("PUT", "/unknown/_settings", "{}").status, 404);
    EXPECT_THAT(ask("GET", "/_cat/indices", "", {{"health", "red"}, {"format", "json"}}).body,
                "[]");
    EXPECT_EQ(ask("POST", "/none-*/_search", R"({"sort":["order_id"]})").status, 200);
    EXPECT_EQ(ask("POST", "/_search", R"({"sort":["order_id"]})").status, 400);
    EXPECT_EQ(ask("PUT", "/unknown/_mapping", "{}").status, 404);
    EXPECT_EQ(ask("PUT", "/shop-prod/_mapping", "[]").status, 400);
    EXPECT_EQ(ask("HEAD", "/shop-prod/_doc/nobody").status, 404);
    EXPECT_EQ(ask("GET", "/empty").status, 200);
    EXPECT_EQ(ask("POST", "/_msearch", "{}\n").status, 400);
    EXPECT_THAT(ask("POST", "/_msearch", "{}\n{\"size\":0}\n{\"index\":\"unknown\"}\n{}\n").body,
                HasSubstr(R"("status":404)"));
}

}  // namespace
}  // namespace api

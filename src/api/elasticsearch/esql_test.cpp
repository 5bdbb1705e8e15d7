#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/elasticsearch/read_context.h"
#include "api/request_test.h"
#include "storage/testing/memory_snapshot.h"

namespace api::elasticsearch {
namespace {

using storage::testing::Row;
using storage::testing::Value;
using ::testing::HasSubstr;

class EsqlTest : public testing::Test {
  protected:
    EsqlTest() {
        auto snapshot = std::make_shared<storage::testing::MemorySnapshot>();
        std::vector<Row> rows(3);
        for (std::size_t at = 0; at < rows.size(); ++at) {
            rows[at].sequence = at + 1;
            rows[at].time = static_cast<base::Nanos>(at) * base::second;
            rows[at].with("level", at == 0 ? "INFO" : "ERROR").with("note", "a, \"b\"");
            if (at > 0) rows[at].with("price", Value(static_cast<double>(at)));
        }
        rows[2].with("note", "c");
        snapshot->add(rows);
        snapshot_ = snapshot;
    }

    Parsed<Answer> ask(const std::string& body, net::Headers query = {}) {
        net::HttpRequest request = request_of("POST", "/_query");
        request.body = body;
        request.query = std::move(query);
        const query::Searcher searcher(snapshot_, event::Catalog::built_in(),
                                       query::Scope::everything());
        OpenContexts open;
        const PathParameters path;
        const std::function<bool(std::string_view)> known = [](std::string_view name) {
            return name == "empty";
        };
        return answer_esql({snapshot_,
                            searcher,
                            event::Catalog::built_in(),
                            request,
                            path,
                            0,
                            base::steady_now(),
                            {},
                            open,
                            known,
                            1 << 20});
    }
    std::string body(const std::string& text, net::Headers query = {}) {
        auto answer = ask(text, std::move(query));
        if (!answer) return answer.error().type + ": " + answer.error().reason;
        const std::size_t columns = answer.value().body.find("\"columns\"");
        return columns == std::string::npos ? answer.value().body
                                            : answer.value().body.substr(columns);
    }

    std::shared_ptr<const storage::Snapshot> snapshot_;
};

TEST_F(EsqlTest, AnswersByRowsAndByColumns) {
    const std::string query = R"_("query":"FROM * | KEEP price, level, note | SORT price")_";
    EXPECT_EQ(body("{" + query + "}"),
              R"_("columns":[{"name":"price","type":"double"},{"name":"level","type":"keyword"},)_"
              R"_({"name":"note","type":"text"}],"values":[[1.0,"ERROR","a, \"b\""],)_"
              R"_([2.0,"ERROR",["a, \"b\"","c"]],[null,"INFO","a, \"b\""]]})_");
    EXPECT_THAT(body("{" + query + R"_(,"columnar":true})_"),
                HasSubstr(R"_("values":[[1.0,2.0,null],["ERROR","ERROR","INFO"],)_"));
    EXPECT_THAT(ask("{" + query + "}").value().body, testing::StartsWith(R"_({"took":)_"));
    EXPECT_EQ(body(R"_({"query":"FROM empty"})_"),
              R"_("columns":[{"name":"@timestamp","type":"date"}],"values":[]})_");
    EXPECT_EQ(body(R"_({"query":"ROW a = null, b = 1"})_", {{"drop_null_columns", "true"}}),
              R"_("columns":[{"name":"b","type":"integer"}],"values":[[1]]})_");
}

TEST_F(EsqlTest, TakesParametersAndAFilter) {
    EXPECT_THAT(body(R"_({"query":"FROM * | WHERE level == ?l | STATS COUNT(*)",)_"
                     R"_("params":[{"l":"ERROR"}]})_"),
                HasSubstr("\"values\":[[2]]"));
    EXPECT_THAT(body(R"_({"query":"FROM * | WHERE price > ? | STATS COUNT(*)","params":[1.5]})_"),
                HasSubstr("\"values\":[[1]]"));
    EXPECT_THAT(body(R"_({"query":"FROM * | STATS COUNT(*)","filter":{"term":{"level":"INFO"}}})_"),
                HasSubstr("\"values\":[[1]]"));
}

TEST_F(EsqlTest, FailuresHaveElasticsearchsForm) {
    EXPECT_EQ(body(R"_({"query":"FROM * | KEEP x"})_"),
              "verification_exception: Found 1 problem\nline 1:15: Unknown column [x]");
    EXPECT_EQ(body(R"_({"query":"FROM * |"})_"),
              "parsing_exception: line 1:9: mismatched input '<EOF>' expecting {'dissect', 'drop', "
              "'eval', 'grok', 'keep', 'limit', 'mv_expand', 'rename', 'sort', 'stats', 'where'}");
    EXPECT_EQ(ask(R"_({"query":"FROM * |"})_").error().status, 400);
    EXPECT_THAT(body("{}"), HasSubstr("[query] is required"));
    EXPECT_THAT(body(R"_({"query":"ROW a=1","nonsense":1})_"), HasSubstr("[nonsense]"));
    EXPECT_THAT(body(R"_({"query":"ROW a=1"})_", {{"format", "yaml"}}),
                HasSubstr("Invalid format"));
    EXPECT_THAT(body(R"_({"query":"ROW a=1","columnar":true})_", {{"format", "csv"}}),
                HasSubstr("[columnar]"));
}

TEST_F(EsqlTest, WritesOtherFormats) {
    const std::string query =
        R"_({"query":"FROM * | WHERE price > 1 OR level == \"INFO\" | KEEP price, note | )_"
        R"_(SORT price"})_";
    EXPECT_EQ(body(query, {{"format", "csv"}}),
              "price,note\r\n2.0,\"[a, \"\"b\"\",c]\"\r\n,\"a, \"\"b\"\"\"\r\n");
    EXPECT_EQ(body(query, {{"format", "tsv"}}), "price\tnote\n2.0\t[a, \"b\",c]\n\ta, \"b\"\n");
    EXPECT_EQ(body(R"_({"query":"ROW a = 1, b = null"})_", {{"format", "txt"}}),
              "       a       |       b       \n---------------+---------------\n"
              "1              |null           \n");
}

TEST_F(EsqlTest, WarnsInHeaders) {
    const auto answer = ask(R"_({"query":"ROW a = 0 | MV_EXPAND a | EVAL b = 1 / a"})_").value();
    ASSERT_EQ(answer.headers.size(), 2u);
    EXPECT_EQ(answer.headers[1].second,
              "299 Ordertrail \"Line 1:36: java.lang.ArithmeticException: / by zero\"");
}

}  // namespace
}  // namespace api::elasticsearch

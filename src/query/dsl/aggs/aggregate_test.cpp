#include "query/dsl/aggs/aggregate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/dsl/dsl_test.h"

namespace query::dsl::testing {
namespace {

using ::testing::HasSubstr;

std::string aggregated(const std::string& aggs, const std::string& query = "{}",
                       bool typed = false) {
    const Searcher search = searcher();
    const Mapping mapping(event::Catalog::built_in(), search.fields(event::IndexPattern()).value());
    const json::value body = parse_json("{\"query\":" + query + ",\"aggs\":" + aggs + "}").value();
    json::object copy = body.as_object();
    if (query == "{}") copy.erase("query");
    const auto read = read_search(copy, mapping, now);
    if (!read) return read.error().type + ": " + read.error().reason;
    Selection selection;
    selection.predicate = read.value().query;
    take_times(selection);
    const auto made =
        answer_aggregations(search, {*read.value().aggregations, mapping, selection, now, typed});
    return made ? made.value() : made.error().type + ": " + made.error().reason;
}

// Of one aggregation, named "a".
std::string one(const std::string& aggregation, const std::string& query = "{}") {
    const std::string text = aggregated("{\"a\":" + aggregation + "}", query);
    if (!text.starts_with("{\"a\":")) return text;
    return text.substr(5, text.size() - 6);
}

TEST(Aggregations, Metrics) {
    EXPECT_EQ(one(R"({"avg":{"field":"response_time"}})"), R"({"value":26.0})");
    EXPECT_EQ(one(R"({"sum":{"field":"status_code"}})"), R"({"value":1215.0})");
    EXPECT_EQ(one(R"({"value_count":{"field":"response_time"}})"), R"({"value":5})");
    EXPECT_EQ(one(R"({"cardinality":{"field":"level"}})"), R"({"value":2})");
    EXPECT_EQ(one(R"({"max":{"field":"timestamp"}})"),
              R"({"value":1795515330000.0,"value_as_string":"2026-11-24T10:15:30.000Z"})");
    EXPECT_EQ(one(R"({"stats":{"field":"response_time"}})"),
              R"({"count":5,"min":0.0,"max":50.0,"avg":26.0,"sum":130.0})");
    EXPECT_EQ(one(R"({"percentiles":{"field":"response_time","percents":[50,75]}})"),
              R"({"values":{"50.0":30.0,"75.0":40.0}})");
    EXPECT_EQ(one(R"({"avg":{"field":"unknown"}})"), R"({"value":null})");
    EXPECT_EQ(one(R"({"sum":{"field":"response_time"}})", R"({"match_none":{}})"),
              R"({"value":0.0})");
}

TEST(Aggregations, TermsByCountKeyOrMetric) {
    EXPECT_EQ(one(R"({"terms":{"field":"level"}})"),
              R"({"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[)"
              R"({"key":"ERROR","doc_count":3},{"key":"INFO","doc_count":3}]})");
    EXPECT_THAT(one(R"({"terms":{"field":"level","order":{"_key":"desc"},"size":1}})"),
                HasSubstr(R"("sum_other_doc_count":3,"buckets":[{"key":"INFO","doc_count":3}])"));
    EXPECT_THAT(one(R"({"terms":{"field":"level","order":{"m":"desc"}},)"
                    R"("aggs":{"m":{"max":{"field":"response_time"}}}})"),
                HasSubstr(R"([{"key":"INFO","doc_count":3,"m":{"value":50.0}},)"
                          R"({"key":"ERROR","doc_count":3,"m":{"value":40.0}}])"));
    EXPECT_THAT(one(R"({"terms":{"field":"response_time","missing":10,"size":2}})"),
                HasSubstr(R"([{"key":10.0,"doc_count":2},{"key":0.0,"doc_count":1}])"));
    EXPECT_THAT(
        one(R"({"terms":{"field":"level","min_doc_count":0}})", R"({"term":{"level":"INFO"}})"),
        HasSubstr(R"([{"key":"INFO","doc_count":3},{"key":"ERROR","doc_count":0}])"));
    EXPECT_THAT(one(R"({"terms":{"field":"details.colour.keyword","exclude":"D.*"}})"),
                HasSubstr(R"("buckets":[{"key":"red","doc_count":4}])"));
}

TEST(Aggregations, Histograms) {
    EXPECT_EQ(one(R"({"histogram":{"field":"response_time","interval":20}})"),
              R"({"buckets":[{"key":0.0,"doc_count":2},{"key":20.0,"doc_count":1},)"
              R"({"key":40.0,"doc_count":2}]})");
    EXPECT_EQ(one(R"({"date_histogram":{"field":"@timestamp","fixed_interval":"2h",)"
                  R"("min_doc_count":0}})",
                  R"({"terms":{"status_code":[200,205]}})"),
              R"({"buckets":[{"key_as_string":"2026-11-24T04:00:00.000Z","key":1795492800000,)"
              R"("doc_count":1},{"key_as_string":"2026-11-24T06:00:00.000Z","key":1795500000000,)"
              R"("doc_count":0},{"key_as_string":"2026-11-24T08:00:00.000Z","key":1795507200000,)"
              R"("doc_count":0},{"key_as_string":"2026-11-24T10:00:00.000Z","key":1795514400000,)"
              R"("doc_count":1}]})");
    EXPECT_EQ(one(R"({"date_histogram":{"field":"@timestamp","calendar_interval":"month",)"
                  R"("time_zone":"Europe/Berlin","format":"yyyy-MM"}})"),
              R"({"buckets":[{"key_as_string":"2026-11","key":1793487600000,"doc_count":6}]})");
    EXPECT_EQ(
        one(R"({"date_histogram":{"field":"@timestamp","calendar_interval":"day",)"
            R"("extended_bounds":{"min":1795600000000,"max":1795600000000},)"
            R"("format":"epoch_millis"}})",
            R"({"match_none":{}})"),
        R"({"buckets":[{"key_as_string":"1795564800000","key":1795564800000,"doc_count":0}]})");
}

TEST(Aggregations, OfConditions) {
    EXPECT_EQ(one(R"({"filters":{"filters":{"b":{"match":{"message":"failed"}},)"
                  R"("a":{"match_all":{}}}}})"),
              R"({"buckets":{"a":{"doc_count":6},"b":{"doc_count":2}}})");
    EXPECT_EQ(one(R"({"range":{"field":"response_time","ranges":[{"from":30},{"to":30}]}})"),
              R"({"buckets":[{"key":"*-30.0","to":30.0,"doc_count":2},)"
              R"({"key":"30.0-*","from":30.0,"doc_count":3}]})");
    EXPECT_EQ(one(R"({"missing":{"field":"response_time"}})"), R"({"doc_count":1})");
    EXPECT_EQ(one(R"({"global":{},"aggs":{"n":{"value_count":{"field":"level"}}}})",
                  R"({"match_none":{}})"),
              R"({"doc_count":6,"n":{"value":6}})");
    EXPECT_EQ(
        one(R"({"filter":{"term":{"level":"INFO"}},"aggs":{"s":{"terms":)"
            R"({"field":"service_name"},"aggs":{"f":{"filter":{"term":{"status_code":203}},)"
            R"("aggs":{"m":{"max":{"field":"response_time"}}}}}}}})"),
        R"({"doc_count":3,"s":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,)"
        R"("buckets":[{"key":"MES API","doc_count":2,"f":{"doc_count":1,"m":{"value":30.0}}},)"
        R"({"key":"Shop API","doc_count":1,"f":{"doc_count":0,"m":{"value":null}}}]}})");
}

TEST(Aggregations, CompositePagesThroughAllKeys) {
    const std::string sources =
        R"({"composite":{"size":3,"sources":[{"s":{"terms":{"field":"service_name"}}},)"
        R"({"l":{"terms":{"field":"level","order":"desc"}}}])";
    EXPECT_EQ(one(sources + "}}"), R"({"after_key":{"s":"Shop API","l":"INFO"},"buckets":[)"
                                   R"({"key":{"s":"MES API","l":"INFO"},"doc_count":2},)"
                                   R"({"key":{"s":"MES API","l":"ERROR"},"doc_count":1},)"
                                   R"({"key":{"s":"Shop API","l":"INFO"},"doc_count":1}]})");
    EXPECT_EQ(one(sources + R"(,"after":{"s":"Shop API","l":"INFO"}}})"),
              R"({"after_key":{"s":"Shop API","l":"ERROR"},"buckets":[)"
              R"({"key":{"s":"Shop API","l":"ERROR"},"doc_count":2}]})");
    EXPECT_EQ(one(sources + R"(,"after":{"s":"Shop API","l":"ERROR"}}})"), R"({"buckets":[]})");
}

TEST(Aggregations, RowsOfBuckets) {
    const std::string hits = one(
        R"({"terms":{"field":"level"},"aggs":{"t":{"top_hits":{"size":1,"_source":"status_code",)"
        R"("sort":[{"response_time":"desc"}]}}}})");
    EXPECT_THAT(hits, HasSubstr(R"("_id":"r4","_score":null,"_source":{"status_code":204})"));
    const std::string top =
        one(R"({"date_histogram":{"field":"timestamp","fixed_interval":"4h"},"aggs":{"t":)"
            R"({"top_metrics":{"metrics":[{"field":"status_code"},{"field":"level"}],)"
            R"("sort":{"timestamp":"desc"}}}}})");
    EXPECT_THAT(top, HasSubstr(R"("t":{"top":[{"sort":["2026-11-24T10:15:30.000Z"],)"
                               R"("metrics":{"status_code":200,"level":"ERROR"}}]})"));
}

TEST(Aggregations, PipelinesAndTypedKeys) {
    EXPECT_EQ(
        aggregated(
            R"({"h":{"date_histogram":{"field":"timestamp","fixed_interval":"3h"},)"
            R"("aggs":{"c":{"cumulative_sum":{"buckets_path":"s"}},)"
            R"("s":{"sum":{"field":"status_code"}}}},"m":{"max_bucket":{"buckets_path":"h>s"}}})",
            "{}", true),
        R"({"date_histogram#h":{"buckets":[{"key_as_string":"2026-11-24T03:00:00.000Z",)"
        R"("key":1795489200000,"doc_count":1,"sum#s":{"value":205.0},"simple_value#c":{"value":205.0}},)"
        R"({"key_as_string":"2026-11-24T06:00:00.000Z","key":1795500000000,"doc_count":3,)"
        R"("sum#s":{"value":609.0},"simple_value#c":{"value":814.0}},)"
        R"({"key_as_string":"2026-11-24T09:00:00.000Z","key":1795510800000,"doc_count":2,)"
        R"("sum#s":{"value":401.0},"simple_value#c":{"value":1215.0}}]},)"
        R"("bucket_metric_value#m":{"value":609.0,"keys":["2026-11-24T06:00:00.000Z"]}})");
}

// The first bucket has no derivative, so the second one has none of those.
TEST(Aggregations, ADerivativeOfADerivative) {
    const std::string text = one(
        R"({"histogram":{"field":"response_time","interval":20},"aggs":{)"
        R"("d":{"derivative":{"buckets_path":"_count"}},"e":{"derivative":{"buckets_path":"d"}},)"
        R"("c":{"cumulative_sum":{"buckets_path":"d"}}}})");
    EXPECT_EQ(
        text,
        R"({"buckets":[{"key":0.0,"doc_count":2,"c":{"value":0.0}},)"
        R"({"key":20.0,"doc_count":1,"d":{"value":-1.0},"c":{"value":-1.0}},)"
        R"({"key":40.0,"doc_count":2,"d":{"value":1.0},"e":{"value":2.0},"c":{"value":0.0}}]})");
}

TEST(Aggregations, RefuseWhatTheyDoNotKnow) {
    const std::pair<const char*, const char*> wrong[] = {
        {R"({"a":{"nonsense":{}}})", "no such aggregation"},
        {R"({"a":{"rare_terms":{"field":"level"}}})", "not supported"},
        {R"({"a":{}})", "Missing definition"},
        {R"({"a":{"terms":{}}})", "Required one of fields"},
        {R"({"a":{"terms":{"field":"message"}}})", "message.keyword"},
        {R"({"a":{"avg":{"field":"level"}}})", "not supported for aggregation"},
        {R"({"a":{"terms":{"field":"level","x":1}}})", "unknown field [x]"},
        {R"({"a":{"avg":{"field":"status_code"},"aggs":{"b":{"avg":{"field":"x"}}}}})",
         "sub-aggregations"},
        {R"({"a":{"date_histogram":{"field":"timestamp"}}})", "interval"},
        {R"({"a":{"date_histogram":{"field":"timestamp","fixed_interval":"1M"}}})", "time value"},
        {R"({"a":{"histogram":{"field":"status_code","interval":0}}})", "interval"},
        {R"({"a":{"histogram":{"field":"response_time","interval":0.0001}}})", "too many buckets"},
        {R"({"a":{"terms":{"field":"level","order":{"x":"asc"}}}})", "order path"},
        {R"({"a":{"derivative":{"buckets_path":"x"}}})", "inside of another"},
        {R"({"a":{"terms":{"field":"level"},"aggs":{"b":{"bucket_script":{"buckets_path":"x",)"
         R"("script":"_value"}}}}})",
         "No aggregation found"},
        {R"({"a[":{"avg":{"field":"x"}}})", "Invalid aggregation name"}};
    for (const auto& [aggs, reason] : wrong)
        EXPECT_THAT(aggregated(aggs), HasSubstr(reason)) << aggs;
    std::string deep = R"({"avg":{"field":"x"}})";
    for (int level = 0; level < 20; ++level)
        deep = R"({"terms":{"field":"level"},"aggs":{"a":)" + deep + "}}";
    EXPECT_THAT(one(deep), HasSubstr("deep"));
}

}  // namespace
}  // namespace query::dsl::testing

#include "query/dsl/aggs/pipelines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/dsl/aggs/reader.h"
#include "query/dsl/aggs/script.h"
#include "query/dsl/aggs/window.h"

namespace query::dsl {
namespace {

using ::testing::DoubleEq;
using ::testing::HasSubstr;

double run(const std::string& text, const std::vector<double>& values = {6, 4}) {
    const auto script = Script::of(text, {"a", "b"}, {{"ten", 10}});
    return script ? script.value()->run(values) : std::nan("");
}

TEST(Script, Computes) {
    EXPECT_EQ(run("params.a / params.b"), 1.5);
    EXPECT_EQ(run("params['a'] + params[\"b\"] * 2 - 1"), 13);
    EXPECT_EQ(run("(a + b) * params.ten % 7"), 2);
    EXPECT_EQ(run("-a * -b"), 24);
    EXPECT_EQ(run("return params.a > params.b ? 1.0 : 0.5;"), 1);
    EXPECT_EQ(run("a < b || !(a == 6) && b != 4"), 0);
    EXPECT_EQ(run("a - b - 1"), 1);
    EXPECT_EQ(run("Math.max(a, Math.abs(-b * 2))"), 8);
    EXPECT_EQ(run("Math.round(a / b) + Math.pow(2, 3)"), 10);
    EXPECT_EQ(run("1e3d / 8"), 125);
    EXPECT_EQ(run("a >= 6 ? b <= 4 ? 1 : 2 : 3"), 1);
}

TEST(Script, RefusesWhatItDoesNotKnow) {
    for (const char* text : {"", "params.c", "a +", "(a", "a b", "Math.random()", "doc['x'].value",
                             "for (;;) {}", "1 / 2", "a ? b", "params[a]", "Math.max(a)", "'x'"}) {
        const auto made = Script::of(text, {"a", "b"}, {});
        ASSERT_FALSE(made) << text;
        EXPECT_EQ(made.error().type, "script_exception");
    }
    EXPECT_FALSE(Script::of(std::string(1000, '('), {}, {}));
    EXPECT_FALSE(Script::of(std::string(1000, '-') + "1", {}, {}));
    EXPECT_FALSE(Script::of(std::string(5000, ' ') + "1", {}, {}));
}

TEST(MovingFunctions, OfAWindow) {
    const std::vector<double> window = {1, 2, 3, 6};
    EXPECT_EQ(window_value("max", window, {}), 6);
    EXPECT_EQ(window_value("min", window, {}), 1);
    EXPECT_EQ(window_value("sum", window, {}), 12);
    EXPECT_EQ(window_value("unweightedAvg", window, {}), 3);
    EXPECT_THAT(window_value("stdDev", window, {}), DoubleEq(std::sqrt(14.0 / 4)));
    EXPECT_THAT(window_value("linearWeightedAvg", window, {}), DoubleEq(38.0 / 11));
    EXPECT_EQ(window_value("ewma", window, {0.5}), 4.125);
    EXPECT_EQ(window_value("holt", window, {0.5, 0.5}), 4.46875);
    EXPECT_EQ(window_value("sum", {}, {}), 0);
    EXPECT_TRUE(std::isnan(window_value("max", {}, {})));
}

json::object bucket() {
    return json::parse(R"({"key":7,"doc_count":3,"m":{"value":1.5},"none":{"value":null},
        "a.b":{"value":2},"s":{"count":3,"avg":4,"std_deviation_bounds":{"upper":9}},
        "p":{"values":{"95.0":10,"99.9":11}},"q":{"values":[{"key":50.0,"value":12}]},
        "f":{"doc_count":5,"m":{"value":6}},"t":{"buckets":[{"key":"x","doc_count":8,"m":{"value":13}}]},
        "top":{"top":[{"sort":[1],"metrics":{"f":14}}]}})")
        .as_object();
}

TEST(Paths, LeadToNumbers) {
    const std::pair<const char*, double> paths[] = {
        {"_count", 3},      {"_key", 7},        {"m", 1.5},
        {"m.value", 1.5},   {"a.b", 2},         {"s.avg", 4},
        {"s[avg]", 4},      {"s.std_upper", 9}, {"p.95", 10},
        {"p[99.9]", 11},    {"q[50.0]", 12},    {"f>m", 6},
        {"f>_count", 5},    {"f", 5},           {"t['x']>m", 13},
        {"t[x]>_count", 8}, {"top[f]", 14},     {"t._bucket_count", 1}};
    for (const auto& [path, value] : paths) {
        const auto found = value_at_path(bucket(), path);
        ASSERT_TRUE(found) << path;
        EXPECT_EQ(found.value(), value) << path;
    }
    EXPECT_TRUE(std::isnan(value_at_path(bucket(), "none").value()));
    EXPECT_TRUE(std::isnan(value_at_path(bucket(), "t[y]>m").value()));
    for (const char* path : {"", "x", "m>x", "s", "s.x", "p.5", "t>m", "p[x]", ">"})
        EXPECT_FALSE(value_at_path(bucket(), path)) << path;
}

// Buckets with the given counts and sums; null: no sum.
std::vector<Bucket> buckets_of(const std::vector<double>& sums) {
    std::vector<Bucket> made;
    for (std::size_t at = 0; at < sums.size(); ++at) {
        json::object body;
        body["key"] = static_cast<std::int64_t>(at) * 60'000;
        body["doc_count"] = std::isnan(sums[at]) ? 0 : 1;
        body["s"] = {{"value", std::isnan(sums[at]) ? json::value() : json::value(sums[at])}};
        made.push_back({"", std::move(body)});
    }
    return made;
}

// The values that a pipeline adds to buckets, "-" where it adds none; keys where it has no values.
std::string applied(const std::string& definition, const std::vector<double>& sums) {
    const json::value parsed = json::parse(R"({"h":{"histogram":{"field":"x","interval":1},)"
                                           R"("aggs":{"s":{"sum":{"field":"x"}},"d":)" +
                                           definition + "}}}");
    const Mapping mapping(event::Catalog::built_in(), {});
    const auto read = read_aggregations(parsed.get_object(), mapping, 0);
    if (!read) return read.error().reason;
    std::vector<Bucket> buckets = buckets_of(sums);
    const auto done = apply_pipeline(read.value().front().pipelines.front(), buckets);
    if (!done) return done.error().reason;
    std::string text;
    for (const Bucket& bucket : buckets) {
        const json::value* found = bucket.body.if_contains("d");
        text += text.empty() ? "" : " ";
        text += found == nullptr ? "-" : json::serialize(found->at("value"));
    }
    return text;
}

constexpr double none = std::numeric_limits<double>::quiet_NaN();

TEST(Pipelines, AlongTheBuckets) {
    EXPECT_EQ(applied(R"({"derivative":{"buckets_path":"s"}})", {1, 4, 2}), "- 3E0 -2E0");
    EXPECT_EQ(applied(R"({"derivative":{"buckets_path":"s"}})", {1, none, 2}), "- null null");
    EXPECT_EQ(
        applied(R"({"derivative":{"buckets_path":"s","gap_policy":"insert_zeros"}})", {1, none, 2}),
        "- -1E0 2E0");
    EXPECT_EQ(applied(R"({"cumulative_sum":{"buckets_path":"s"}})", {1, none, 2}), "1E0 1E0 3E0");
    EXPECT_EQ(applied(R"({"cumulative_sum":{"buckets_path":"_count"}})", {1, none, 2}),
              "1E0 1E0 2E0");
    EXPECT_EQ(applied(R"({"serial_diff":{"buckets_path":"s","lag":2}})", {1, 4, 2, 9}),
              "- - 1E0 5E0");
    const std::string window = R"({"moving_fn":{"buckets_path":"s","window":2,)";
    EXPECT_EQ(applied(window + R"-("script":"MovingFunctions.unweightedAvg(values)"}})-",
                      {2, 4, none, 6, 8}),
              "null 2E0 - 3E0 5E0");
    EXPECT_EQ(applied(window + R"-("shift":1,"script":"MovingFunctions.stdDev(values, )-"
                               R"-(MovingFunctions.unweightedAvg(values))"}})-",
                      {2, 4, 6}),
              "0E0 1E0 1E0");
    EXPECT_EQ(applied(R"({"bucket_script":{"buckets_path":{"x":"s","n":"_count"},)"
                      R"("script":"params.x / params.n * 2"}})",
                      {2, none, 6}),
              "4E0 - 1.2E1");
}

TEST(Pipelines, SortAndDropBuckets) {
    EXPECT_EQ(applied(R"({"bucket_selector":{"buckets_path":{"x":"s"},"script":"params.x > 2"}})",
                      {1, 4, none, 3}),
              "- -");
    EXPECT_EQ(
        applied(R"({"bucket_sort":{"sort":[{"s":{"order":"desc"}}],"size":2}})", {1, 4, none}),
        "- -");
    EXPECT_EQ(applied(R"({"bucket_sort":{"from":2}})", {1, 4, none}), "-");
    // By its key a bucket without rows is sorted too.
    EXPECT_EQ(applied(R"({"bucket_sort":{"sort":[{"_key":{"order":"desc"}}]}})", {1, 4, none}),
              "- - -");
}

TEST(Pipelines, RefuseWhatTheyDoNotKnow) {
    EXPECT_THAT(
        applied(R"({"moving_fn":{"buckets_path":"s","window":2,"script":"values.length"}})", {1}),
        HasSubstr("not supported"));
    EXPECT_THAT(applied(R"({"derivative":{"buckets_path":"y"}})", {1}),
                HasSubstr("No aggregation"));
    EXPECT_THAT(applied(R"({"derivative":{}})", {1}), HasSubstr("buckets_path"));
    EXPECT_THAT(applied(R"({"bucket_sort":{}})", {1}), HasSubstr("perform nothing"));
}

}  // namespace
}  // namespace query::dsl

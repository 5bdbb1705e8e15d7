#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "query/dsl/aggs/rounding.h"
#include "query/dsl/search_body.h"
#include "query/value.h"

// The tree of aggregations that a search asks for, understood.

namespace query::dsl {

enum class AggregationType {
    terms,
    histogram,
    date_histogram,
    composite,
    filter,
    filters,
    range,
    date_range,
    missing,
    nested,
    global,
    avg,
    sum,
    min,
    max,
    value_count,
    stats,
    extended_stats,
    cardinality,
    percentiles,
    top_hits,
    top_metrics,
    derivative,
    cumulative_sum,
    moving_fn,
    serial_diff,
    bucket_script,
    bucket_selector,
    bucket_sort,
    avg_bucket,
    sum_bucket,
    min_bucket,
    max_bucket,
    stats_bucket
};
std::optional<AggregationType> aggregation_type(std::string_view name);
std::string_view name_of(AggregationType type);

// A field whose values are the keys of buckets.
struct KeySource {
    AggregationType kind = AggregationType::terms;  // or histogram, date_histogram
    std::string name;                               // of a composite's source
    MappedField field;
    std::optional<Rounding> rounding;  // of a date_histogram
    // Of a rounding that is not even: where the buckets begin among which all times are.
    std::vector<base::Nanos> borders;
    double step = 0;  // of a histogram
    double origin = 0;
    std::optional<DateFormat> format;
    TimeZone zone;
    // Rows without a value count as if they had this one, as a key of the answer.
    Value missing;
    bool descending = false;
    bool with_missing = false;  // of a composite: rows without a value have a key without one
};

// A bucket that a condition makes.
struct Branch {
    std::string label;
    storage::Predicate condition;
    std::optional<double> from;
    std::optional<double> to;
    std::string from_text;  // of dates
    std::string to_text;
};

struct BucketOrder {
    std::string path;
    bool descending = false;
};

// Which terms are shown at all.
struct TermFilter {
    std::unique_ptr<re2::RE2> include;
    std::unique_ptr<re2::RE2> exclude;
    std::optional<std::set<std::string>> include_values;
    std::set<std::string> exclude_values;
    bool shows(const std::string& term) const;
};

struct BucketBounds {
    std::optional<double> from;  // of dates: ms
    std::optional<double> to;
};

struct BucketOptions {
    std::vector<KeySource> keys;   // terms, histograms: one
    std::vector<Branch> branches;  // filter, filters, ranges, missing, global
    std::size_t size = 10;
    std::size_t shard_size = 25;
    std::uint64_t min_doc_count = 1;
    std::vector<BucketOrder> order;
    bool keyed = false;
    bool shows_errors = false;
    BucketBounds extended;
    BucketBounds hard;
    std::shared_ptr<const TermFilter> filter;
    std::vector<Value> after;  // of a composite
};

struct MetricOptions {
    MappedField field;
    std::vector<double> percents;
    double sigma = 2;
    std::optional<DateFormat> format;
};

struct RowOptions {
    SearchBody body;
    std::vector<MappedField> metrics;  // of top_metrics
};

enum class GapPolicy { skip, insert_zeros, keep_values };

class Script;

struct PipelineOptions {
    // By the variable that a script has for it; other pipelines have one without a name.
    std::vector<std::pair<std::string, std::string>> paths;
    GapPolicy gap = GapPolicy::skip;
    std::shared_ptr<const Script> script;
    std::string function;  // of moving_fn
    std::vector<double> arguments;
    std::int64_t window = 0;
    std::int64_t shift = 0;  // of serial_diff: the lag
    double unit_millis = 0;  // of derivative
    std::vector<BucketOrder> sort;
    std::size_t from = 0;
    std::optional<std::size_t> size;
};

// Where in the results of the groups an aggregation finds its own (groups.h).
struct Location {
    // By the context around: of buckets by values one, of others one per branch.
    std::map<std::size_t, std::vector<std::size_t>> contexts;
    // The columns in any context around, in the order of metrics_of.
    std::vector<std::size_t> metrics;
    std::size_t all_terms = 0;  // for min_doc_count 0
};

struct Aggregation {
    std::string name;
    AggregationType type = AggregationType::terms;
    const json::value* meta = nullptr;  // in the JSON that was read
    std::vector<Aggregation> children;
    std::vector<Aggregation> pipelines;  // in the order in which they can be computed
    BucketOptions buckets;
    MetricOptions metric;
    std::shared_ptr<const RowOptions> rows;
    PipelineOptions pipeline;
    Location location;

    bool is_keyed_by_values() const { return type <= AggregationType::composite; }
    bool is_bucket() const { return type <= AggregationType::global; }
    bool is_single_bucket() const {
        return type == AggregationType::filter || type == AggregationType::missing ||
               type == AggregationType::nested || type == AggregationType::global;
    }
    bool is_rows() const {
        return type == AggregationType::top_hits || type == AggregationType::top_metrics;
    }
    bool is_pipeline() const { return type >= AggregationType::derivative; }
    // Computes from a whole list of buckets beside it, not within each of them.
    bool is_sibling_pipeline() const { return type >= AggregationType::avg_bucket; }
};

}  // namespace query::dsl

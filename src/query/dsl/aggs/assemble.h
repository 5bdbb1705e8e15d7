#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/dsl/aggs/groups.h"
#include "query/dsl/aggs/pipelines.h"

namespace query::dsl {

// How many buckets an answer may have in all, as Elasticsearch's search.max_buckets.
struct BucketLimit {
    static constexpr std::size_t most = 65'536;
};
Failure too_many_buckets();

// Puts groups together as Elasticsearch's answer. One thread at a time.
class Assembler {
  public:
    // REQUIRES: all outlive it; the groups were run.
    Assembler(const Groups& groups, const Searcher& searcher, const Mapping& mapping)
        : groups_(groups), searcher_(searcher), mapping_(mapping) {}

    Parsed<json::object> all(const std::vector<Aggregation>& aggregations);

  private:
    // A bucket, seen from what is in it.
    struct Place {
        std::size_t context = 0;
        std::optional<std::uint32_t> row;  // none: it holds no rows
        std::string path;
        // What makes its rows those of its context.
        std::vector<storage::Predicate> where;
    };
    // A bucket by values that may be shown.
    struct Candidate {
        std::vector<Value> keys;
        std::optional<std::uint32_t> row;
        std::uint64_t count = 0;
        std::vector<double> order;
    };

    Parsed<void> level(const std::vector<Aggregation>& aggregations, const Place& place,
                       json::object& into);
    Parsed<json::value> one(const Aggregation& aggregation, const Place& place);
    Parsed<json::value> metric(const Aggregation& aggregation, const Place& place) const;
    Parsed<json::value> rows(const Aggregation& aggregation, const Place& place);
    Parsed<json::value> terms(const Aggregation& aggregation, const Place& place);
    Parsed<json::value> histogram(const Aggregation& aggregation, const Place& place);
    Parsed<json::value> composite(const Aggregation& aggregation, const Place& place);
    Parsed<json::value> branches(const Aggregation& aggregation, const Place& place);

    std::vector<Candidate> candidates(const Aggregation& aggregation, const Place& place,
                                      std::size_t context) const;
    void add_terms_without_rows(const Aggregation& aggregation,
                                std::vector<Candidate>& found) const;
    Parsed<void> fill(const Aggregation& aggregation, std::vector<Candidate>& found) const;
    Parsed<void> sort(const Aggregation& aggregation, const Place& place,
                      std::vector<Candidate>& found, std::size_t most);
    Parsed<double> order_value(const Aggregation& aggregation, const std::string& path,
                               const Place& place);
    Place place_of(const Aggregation& aggregation, const Place& around,
                   const Candidate& candidate) const;
    Place place_of_branch(const Aggregation& aggregation, std::size_t branch,
                          const Place& around) const;
    // Its buckets, pipelines done.
    Parsed<std::vector<Bucket>> buckets(const Aggregation& aggregation, const Place& around,
                                        const std::vector<Candidate>& shown);
    // doc_count and what is within it, behind the members that `head` has.
    Parsed<json::object> bucket(const Aggregation& aggregation, const Place& place,
                                json::object head);
    // The store's failures when a request asks for rows of very many buckets.
    Parsed<void> count_lookup();

    const Groups& groups_;
    const Searcher& searcher_;
    const Mapping& mapping_;
    bool needs_where_ = false;
    std::size_t buckets_ = 0;
    std::size_t lookups_ = 0;
    std::size_t row_bytes_ = 0;
    std::size_t key_bytes_ = 0;
};

// A metric's object. `values`: by the columns of metrics_of; empty: of no rows.
json::value shown_metric(const Aggregation& aggregation, const std::vector<Value>& values);

}  // namespace query::dsl

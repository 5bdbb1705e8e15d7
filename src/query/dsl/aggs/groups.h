#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "query/dsl/aggs/aggregation.h"
#include "query/search.h"

namespace query::dsl {

// The groups that a tree of aggregations needs, asked of the store together: buckets by values are
// keys of groups, buckets by conditions are selections of their own. One thread at a time.
class Groups {
  public:
    // One list of groups: the rows of a selection by some keys.
    struct Context {
        std::size_t selection = 0;
        std::vector<storage::GroupKey> keys;
        // How many of the keys the aggregation itself added; the others are those around it.
        std::size_t own_keys = 0;
        std::vector<storage::Metric> metrics;  // the first counts rows
        // The answer, and its rows by the path of the keys around (path_of).
        event::Batch rows;
        std::map<std::string, std::vector<std::uint32_t>, std::less<>> by_path;
    };

    // Lays out what `aggregations` need, and marks in them where it will be.
    Groups(const Searcher& searcher, const Selection& selection,
           std::vector<Aggregation>& aggregations);

    Parsed<void> run();

    const Selection& selection_of(std::size_t context) const {
        return selections_[contexts_[context].selection];
    }
    // The rows of a context whose keys around are those of the path.
    const std::vector<std::uint32_t>& find(std::size_t context, std::string_view path) const;
    Value metric(std::size_t context, std::uint32_t row, std::size_t metric) const;
    std::uint64_t count(std::size_t context, std::uint32_t row) const;
    // The own keys of a row, as the store has them.
    std::vector<Value> keys(std::size_t context, std::uint32_t row) const;
    // A path with one key more.
    static void extend(std::string& path, const Value& group);

  private:
    void place(std::vector<Aggregation>& aggregations, std::size_t around);
    void place_branches(Aggregation& aggregation, std::size_t around);
    std::size_t add_context(std::size_t selection, std::vector<storage::GroupKey> keys,
                            std::size_t own);
    std::size_t add_metric(std::size_t context, storage::Metric metric);
    // Borders of the buckets between the first and the last row that there is.
    Parsed<void> find_borders(std::vector<Aggregation>& aggregations);
    Parsed<std::vector<base::Nanos>> borders_of(const KeySource& source);
    void index(Context& context) const;

    const Searcher& searcher_;
    std::vector<Selection> selections_;
    std::vector<Context> contexts_;
    std::vector<Aggregation>& aggregations_;
};

// The columns of a metric aggregation, in this order.
std::vector<storage::Metric> metrics_of(const Aggregation& aggregation);

}  // namespace query::dsl

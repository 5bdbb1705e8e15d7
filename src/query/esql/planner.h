#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/esql/pushdown.h"
#include "query/esql/stage.h"
#include "query/search.h"

namespace query::esql {

struct Output {
    std::string name;
    Type type = Type::null;
    std::size_t slot = 0;
};

// STATS as the store's own aggregation.
struct StoreStats {
    storage::AggregateSpec spec;
    std::vector<Type> keys;  // what the answer's columns are to become
    std::vector<Type> aggregates;
    std::vector<std::string> single;  // fields that no row may have several values of
    std::shared_ptr<Segment> segment;
    std::size_t stage = 0;  // whose work it is
};

// A query as it is run. One run's.
struct Program {
    bool from_store = true;  // or from a row of constants
    event::IndexPattern indices;
    storage::Predicate predicate;  // rows outside it do not fit; what does is asked again
    storage::Order order = storage::Order::newest_first;
    std::optional<std::uint64_t> limit;  // of rows of the store
    std::shared_ptr<Segment> segment;    // of the first pages
    std::vector<StagePtr> stages;
    std::optional<StoreStats> store_stats;
    std::vector<Output> outputs;
    bool default_limit = false;  // there was none
};

struct PlanRequest {
    const Query& query;
    const Searcher& searcher;
    const event::Catalog& catalog;
    base::Nanos now = 0;
    // An index that holds nothing though it exists; may be empty.
    std::function<bool(std::string_view)> index_known = {};
};

inline constexpr std::uint64_t default_limit = 1000;
inline constexpr std::uint64_t most_rows = 10'000;

// InvalidArgument with the place for what makes no sense. Failures of the store.
base::Result<Program> plan(const PlanRequest& request);

class Planner {
  public:
    explicit Planner(const PlanRequest& request);
    base::Result<Program> plan();

  private:
    // planner.cpp
    base::Status from(const Command& command);
    base::Status check_indices(const Command& command,
                               const std::vector<storage::IndexInfo>& indices) const;
    base::Status row(const Command& command);
    base::Status where(const Command& command);
    base::Status eval(const Command& command);
    base::Status sort(const Command& command, std::size_t position);
    base::Status expand(const Command& command);
    base::Status cut(const Command& command);
    base::Status take(const Command& command, std::size_t position);
    std::optional<std::uint64_t> limit_behind(std::size_t position) const;
    void limit(std::uint64_t limit);
    void finish();
    void add(StagePtr stage) { program_.stages.push_back(std::move(stage)); }
    // projection.cpp
    base::Status keep(const Command& command);
    base::Status drop(const Command& command);
    base::Status rename(const Command& command);
    // stats_planner.cpp
    base::Status stats(const Command& command);
    base::Result<Expression> without_aggregates(const Expression& expression,
                                                const NamedExpression& of, Grouping& grouping);
    base::Result<std::size_t> aggregate(const Expression& call, const NamedExpression& of,
                                        Grouping& grouping);
    std::optional<StoreStats> store_stats(const Command& command, const Grouping& grouping) const;
    std::optional<storage::GroupKey> store_key(const Expression& key) const;
    const Column* store_field(const Expression& expression) const;

    const PlanRequest& request_;
    Resolver resolver_;
    Program program_;
    Scope scope_;
    std::optional<Source> source_;
    // The pages hold all fitting rows of the store, and all conditions so far were asked of it.
    bool at_source_ = true;
    bool only_store_conditions_ = true;
    bool all_rows_ = true;  // no stage took rows out or changed their order
    bool sorted_ = false;
    std::vector<storage::Predicate> predicates_;
    std::vector<std::string> single_;
    std::vector<std::string> aggregate_keys_;  // texts of calls, as long as STATS is planned
    bool has_limit_ = false;
};

}  // namespace query::esql

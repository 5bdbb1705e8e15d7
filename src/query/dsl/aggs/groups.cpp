#include "query/dsl/aggs/groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "query/dsl/aggs/assemble.h"
#include "query/dsl/aggs/keys.h"

namespace query::dsl {

namespace {

using Operation = storage::Metric::Operation;

// Lists of groups of one search: each has memory for its groups.
constexpr std::size_t most_contexts = 400;
// Groups of all lists together, before `size` cuts them; a list may always have the smaller number.
constexpr std::size_t group_budget = 4'000'000;
constexpr std::size_t least_groups = 50'000;

}  // namespace

std::vector<storage::Metric> metrics_of(const Aggregation& aggregation) {
    const MetricOptions& asked = aggregation.metric;
    const auto of = [&](Operation operation) {
        return storage::Metric{operation, asked.field.name, asked.percents};
    };
    switch (aggregation.type) {
        case AggregationType::avg:
            return {of(Operation::avg)};
        case AggregationType::sum:
            return {of(Operation::sum)};
        case AggregationType::min:
            return {of(Operation::min)};
        case AggregationType::max:
            return {of(Operation::max)};
        case AggregationType::value_count:
            return {of(Operation::count)};
        case AggregationType::cardinality:
            return {of(Operation::count_distinct)};
        case AggregationType::percentiles:
            return {of(Operation::percentiles)};
        case AggregationType::stats:
            return {of(Operation::count), of(Operation::min), of(Operation::max),
                    of(Operation::sum)};
        case AggregationType::extended_stats:
            return {of(Operation::count), of(Operation::min), of(Operation::max),
                    of(Operation::sum), of(Operation::sum_of_squares)};
        default:
            return {};
    }
}

Groups::Groups(const Searcher& searcher, const Selection& selection,
               std::vector<Aggregation>& aggregations)
    : searcher_(searcher), selections_{selection}, aggregations_(aggregations) {}

std::size_t Groups::add_context(std::size_t selection, std::vector<storage::GroupKey> keys,
                                std::size_t own) {
    Context made;
    made.selection = selection;
    made.keys = std::move(keys);
    made.own_keys = own;
    made.metrics.emplace_back();
    contexts_.push_back(std::move(made));
    return contexts_.size() - 1;
}

std::size_t Groups::add_metric(std::size_t context, storage::Metric metric) {
    auto& metrics = contexts_[context].metrics;
    const auto same = std::find_if(metrics.begin(), metrics.end(), [&](const auto& other) {
        return other.operation == metric.operation && other.field == metric.field &&
               other.percents == metric.percents;
    });
    if (same != metrics.end()) return static_cast<std::size_t>(same - metrics.begin());
    metrics.push_back(std::move(metric));
    return metrics.size() - 1;
}

void Groups::place_branches(Aggregation& aggregation, std::size_t around) {
    for (const Branch& branch : aggregation.buckets.branches) {
        if (contexts_.size() > most_contexts) return;
        Selection selection = selection_of(around);
        if (aggregation.type == AggregationType::global) {
            selection.range = {};
            selection.predicate = {};
        } else if (branch.condition.kind != storage::Predicate::Kind::everything) {
            std::vector<storage::Predicate> both;
            both.push_back(std::move(selection.predicate));
            both.push_back(branch.condition);
            selection.predicate = storage::Predicate::all_of(std::move(both));
            take_times(selection);
        }
        selections_.push_back(std::move(selection));
        const std::size_t made = add_context(selections_.size() - 1, contexts_[around].keys, 0);
        aggregation.location.contexts[around].push_back(made);
        place(aggregation.children, made);
    }
}

void Groups::place(std::vector<Aggregation>& aggregations, std::size_t around) {
    for (Aggregation& aggregation : aggregations) {
        if (contexts_.size() > most_contexts) return;
        Location& location = aggregation.location;
        if (aggregation.is_keyed_by_values()) {
            std::vector<storage::GroupKey> keys = contexts_[around].keys;
            for (const KeySource& source : aggregation.buckets.keys)
                keys.push_back(group_key_of(source, source.borders));
            const std::size_t own = aggregation.buckets.keys.size();
            const std::size_t made = add_context(contexts_[around].selection, std::move(keys), own);
            location.contexts[around].push_back(made);
            const bool all_terms = aggregation.type == AggregationType::terms &&
                                   aggregation.buckets.min_doc_count == 0;
            if (all_terms && location.all_terms == 0) {
                Selection all;
                all.indices = selections_.front().indices;
                selections_.push_back(std::move(all));
                location.all_terms =
                    add_context(selections_.size() - 1,
                                {group_key_of(aggregation.buckets.keys.front(), {})}, 1);
            }
            place(aggregation.children, made);
        } else if (aggregation.is_bucket()) {
            place_branches(aggregation, around);
        } else {
            std::vector<std::size_t> columns;
            for (storage::Metric& metric : metrics_of(aggregation))
                columns.push_back(add_metric(around, std::move(metric)));
            // Below several branches the same columns are at the same places: each branch's context
            // gets its metrics in the same order.
            location.metrics = std::move(columns);
        }
    }
}

Parsed<std::vector<base::Nanos>> Groups::borders_of(const KeySource& source) {
    storage::AggregateSpec spec;
    spec.metrics = {{Operation::min, source.field.name, {}},
                    {Operation::max, source.field.name, {}}};
    Selection everywhere = selections_.front();
    const bool global = std::any_of(aggregations_.begin(), aggregations_.end(), [](const auto& a) {
        return a.type == AggregationType::global;
    });
    if (global) {
        everywhere.range = {};
        everywhere.predicate = {};
    }
    TRY(const auto answers, searcher_.groups(everywhere, {spec}));
    const Value first = value_of(answers.front(), "metric0", 0);
    const Value last = value_of(answers.front(), "metric1", 0);
    std::vector<base::Nanos> borders;
    const auto* begin = std::get_if<Time>(&first);
    const auto* end = std::get_if<Time>(&last);
    if (begin == nullptr || end == nullptr) return borders;
    for (base::Nanos at = source.rounding->begin_of(begin->nanos); at <= end->nanos;) {
        if (borders.size() >= BucketLimit::most) return too_many_buckets();
        borders.push_back(at);
        const base::Nanos next = source.rounding->next(at);
        if (next <= at) break;
        at = next;
    }
    return borders;
}

Parsed<void> Groups::find_borders(std::vector<Aggregation>& aggregations) {
    for (Aggregation& aggregation : aggregations) {
        for (KeySource& source : aggregation.buckets.keys) {
            if (!source.rounding || source.rounding->even()) continue;
            TRY(source.borders, borders_of(source));
            // Without a border every time would be in no bucket, and in none it is.
            if (source.borders.empty()) source.borders = {INT64_MAX};
        }
        TRY(find_borders(aggregation.children));
    }
    return base::outcome::success();
}

Parsed<void> Groups::run() {
    TRY(find_borders(aggregations_));
    add_context(0, {}, 0);
    place(aggregations_, 0);
    if (contexts_.size() > most_contexts) {
        return illegal(
            fmt::format("the aggregations are {} or more lists of groups, expected at "
                        "most {}; ask for them in several searches",
                        contexts_.size(), most_contexts));
    }
    const std::size_t limit = std::max(group_budget / contexts_.size(), least_groups);
    for (std::size_t selection = 0; selection < selections_.size(); ++selection) {
        std::vector<storage::AggregateSpec> specs;
        std::vector<Context*> asked;
        for (Context& context : contexts_) {
            if (context.selection != selection) continue;
            storage::AggregateSpec spec;
            spec.keys = context.keys;
            spec.metrics = context.metrics;
            spec.group_limit = std::min<std::size_t>(limit, 1'000'000);
            specs.push_back(std::move(spec));
            asked.push_back(&context);
        }
        TRY(auto answers, searcher_.groups(selections_[selection], std::move(specs)));
        for (std::size_t at = 0; at < asked.size(); ++at) {
            asked[at]->rows = std::move(answers[at]);
            index(*asked[at]);
        }
    }
    return base::outcome::success();
}

void Groups::extend(std::string& path, const Value& group) {
    path.push_back(static_cast<char>('0' + group.index()));
    const auto bits = [&](std::uint64_t value) {
        for (int byte = 0; byte < 8; ++byte) path.push_back(static_cast<char>(value >> (8 * byte)));
    };
    if (const auto* truth = std::get_if<bool>(&group)) {
        path.push_back(*truth ? '1' : '0');
    } else if (const auto* integer = std::get_if<std::int64_t>(&group)) {
        bits(static_cast<std::uint64_t>(*integer));
    } else if (const auto* number = std::get_if<double>(&group)) {
        bits(std::bit_cast<std::uint64_t>(*number));
    } else if (const auto* time = std::get_if<Time>(&group)) {
        bits(static_cast<std::uint64_t>(time->nanos));
    } else {
        const std::string text = text_of(group);
        bits(text.size());
        path += text;
    }
}

void Groups::index(Context& context) const {
    const std::size_t around = context.keys.size() - context.own_keys;
    std::vector<std::string> names;
    for (std::size_t key = 0; key < around; ++key) names.push_back(fmt::format("key{}", key));
    std::string path;
    for (std::uint32_t row = 0; row < context.rows.rows(); ++row) {
        path.clear();
        for (const std::string& name : names) extend(path, value_of(context.rows, name, row));
        context.by_path[path].push_back(row);
    }
}

const std::vector<std::uint32_t>& Groups::find(std::size_t context, std::string_view path) const {
    static const std::vector<std::uint32_t> none;
    const auto& by_path = contexts_[context].by_path;
    const auto found = by_path.find(path);
    return found == by_path.end() ? none : found->second;
}

Value Groups::metric(std::size_t context, std::uint32_t row, std::size_t metric) const {
    const event::Batch& rows = contexts_[context].rows;
    const std::string name = fmt::format("metric{}", metric);
    // Percentiles are several numbers of one row.
    if (contexts_[context].metrics[metric].operation != Operation::percentiles)
        return value_of(rows, name, row);
    const event::Column* column = rows.find(name, event::Type::number);
    if (column == nullptr) return {};
    const auto [first, last] = column->values_of(row);
    if (first == last) return {};
    std::vector<double> numbers;
    for (std::size_t at = first; at < last; ++at) numbers.push_back(column->numbers[at]);
    return numbers;
}

std::uint64_t Groups::count(std::size_t context, std::uint32_t row) const {
    const Value value = metric(context, row, 0);
    const auto* count = std::get_if<std::int64_t>(&value);
    return count == nullptr ? 0 : static_cast<std::uint64_t>(*count);
}

std::vector<Value> Groups::keys(std::size_t context, std::uint32_t row) const {
    const Context& asked = contexts_[context];
    std::vector<Value> keys;
    for (std::size_t key = asked.keys.size() - asked.own_keys; key < asked.keys.size(); ++key)
        keys.push_back(value_of(asked.rows, fmt::format("key{}", key), row));
    return keys;
}

}  // namespace query::dsl

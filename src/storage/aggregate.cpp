#include "storage/aggregate.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "storage/group_keys.h"
#include "storage/metric_state.h"

namespace storage {

struct Aggregator::State {
    AggregateSpec spec;
    GroupKeys keys;
    std::vector<std::unique_ptr<MetricState>> metrics;
    GroupedRows entries;  // reused from block to block
    bool only_counts = false;

    explicit State(AggregateSpec asked) : spec(std::move(asked)), keys(spec.keys) {
        for (const Metric& metric : spec.metrics) {
            metrics.push_back(MetricState::create(metric, spec.keys.empty()));
        }
        only_counts = std::all_of(metrics.begin(), metrics.end(),
                                  [](const auto& metric) { return metric->counts_rows(); });
    }

    base::Status check() const {
        if (keys.size() > spec.group_limit) {
            return base::Error(
                base::Code::too_large,
                fmt::format(
                    "expected at most {} groups, found more; narrow the query or the time range",
                    spec.group_limit));
        }
        const bool full =
            keys.too_large() || std::any_of(metrics.begin(), metrics.end(),
                                            [](const auto& metric) { return metric->too_large(); });
        if (full) {
            return base::Error(
                base::Code::too_large,
                "the query's different values do not fit into memory; narrow it or its time range");
        }
        return base::ok();
    }
};

Aggregator::Aggregator(AggregateSpec spec) : state_(std::make_unique<State>(std::move(spec))) {}
Aggregator::~Aggregator() = default;

base::Status Aggregator::add(Block& block, const RowSet& rows) {
    State& state = *state_;
    const std::uint32_t count = rows.count();
    if (count == 0) return base::ok();
    if (state.spec.keys.empty() && state.only_counts) {
        for (const auto& metric : state.metrics) metric->add_count(0, count);
        return base::ok();
    }
    state.entries.rows.clear();
    state.entries.rows.reserve(count);
    rows.for_each([&](std::uint32_t row) { state.entries.rows.push_back(row); });
    state.entries.groups.assign(count, 0);
    TRY(state.keys.assign(block, state.entries));
    TRY(state.check());
    for (const auto& metric : state.metrics) {
        TRY(metric->add(block, state.entries, state.keys.size()));
    }
    return state.check();
}

void Aggregator::add_count(base::Nanos time, std::uint64_t count) {
    const std::uint32_t group = state_->keys.group_of_time(time);
    for (const auto& metric : state_->metrics) metric->add_count(group, count);
}

base::Status Aggregator::merge(Aggregator&& other) {
    const std::vector<std::uint32_t> numbers = state_->keys.import(other.state_->keys);
    TRY(state_->check());
    for (std::size_t at = 0; at < state_->metrics.size(); ++at) {
        state_->metrics[at]->merge(*other.state_->metrics[at], numbers, state_->keys.size());
    }
    return state_->check();
}

base::Result<event::Batch> Aggregator::finish() {
    TRY(state_->check());
    event::Batch batch;
    const std::uint32_t groups = state_->keys.size();
    batch.time.assign(groups, 0);
    state_->keys.write(batch);
    for (std::size_t at = 0; at < state_->metrics.size(); ++at) {
        state_->metrics[at]->write(groups, batch, fmt::format("metric{}", at));
    }
    return batch;
}

}  // namespace storage

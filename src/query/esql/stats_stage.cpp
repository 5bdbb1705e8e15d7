#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "query/esql/gathering.h"
#include "query/esql/stage.h"

namespace query::esql {

namespace {

constexpr std::uint32_t page_rows = 8192;
// Groups that one row with several values of several keys can be in.
constexpr std::size_t most_groups_of_row = 10'000;

class Stats final : public Stage {
  public:
    explicit Stats(Grouping grouping) : grouping_(std::move(grouping)) {
        for (const Aggregate& aggregate : grouping_.aggregates)
            gatherings_.push_back(aggregate.gathering());
        for (const NodePtr& key : grouping_.keys) keys_.emplace_back(key->type());
        if (grouping_.keys.empty()) groups_ = 1;
    }

    base::Result<bool> push(Page page) override {
        TRY(assign(page));
        for (std::size_t at = 0; at < gatherings_.size(); ++at) {
            const Aggregate& aggregate = grouping_.aggregates[at];
            Vector scratch;
            const Vector* values = nullptr;
            if (aggregate.value != nullptr)
                values = &aggregate.value->evaluate(page, *run, scratch);
            TRY(run->check());
            const std::vector<Assignment>* rows = &rows_;
            if (aggregate.condition != nullptr) {
                keep_fitting(page, *aggregate.condition);
                rows = &fitting_;
            }
            TRY(gatherings_[at]->add(*rows, groups_, values, *run));
        }
        return true;
    }

    base::Status finish() override {
        for (std::uint32_t begin = 0; begin < groups_; begin += page_rows) {
            const std::uint32_t end = std::min(begin + page_rows, groups_);
            Page page;
            page.rows = end - begin;
            page.columns.resize(grouping_.segment->slots);
            for (std::size_t at = 0; at < gatherings_.size(); ++at) {
                Vector column(grouping_.aggregates[at].type);
                for (std::uint32_t group = begin; group < end; ++group)
                    gatherings_[at]->write(group, column, *run);
                page.columns[at] = std::move(column);
            }
            for (std::size_t at = 0; at < keys_.size(); ++at) {
                Vector column(keys_[at].type());
                for (std::uint32_t group = begin; group < end; ++group)
                    column.add_row(keys_[at], group);
                page.columns[gatherings_.size() + at] = std::move(column);
            }
            TRY(const bool more, next->push(std::move(page)));
            if (!more) break;
        }
        return next->finish();
    }

  private:
    void keep_fitting(const Page& page, const Node& condition) {
        Vector scratch;
        const Vector& fits = condition.evaluate(page, *run, scratch);
        fitting_.clear();
        for (const Assignment& one : rows_) {
            const auto [first, last] = fits.values_of(one.row);
            if (last - first == 1 && fits.type() == Type::boolean && fits.integer(first) != 0)
                fitting_.push_back(one);
        }
    }

    // Which row belongs to which groups. A row with several values of a key is in the group of
    // each different one.
    base::Status assign(const Page& page) {
        rows_.clear();
        if (keys_.empty()) {
            for (std::uint32_t row = 0; row < page.rows; ++row) rows_.push_back({row, 0});
            return base::ok();
        }
        std::vector<Vector> scratch(keys_.size());
        std::vector<const Vector*> values;
        for (std::size_t at = 0; at < keys_.size(); ++at)
            values.push_back(&grouping_.keys[at]->evaluate(page, *run, scratch[at]));
        std::vector<std::uint32_t> chosen(keys_.size());
        for (std::uint32_t row = 0; row < page.rows; ++row) {
            std::size_t combinations = 1;
            for (std::size_t at = 0; at < values.size(); ++at) {
                const auto [first, last] = values[at]->values_of(row);
                chosen[at] = first;
                combinations *= std::max(last - first, 1U);
                if (combinations > most_groups_of_row) {
                    return base::Error(base::Code::too_large,
                                       "STATS BY: one row is in more than 10000 groups");
                }
            }
            const std::size_t before = rows_.size();
            for (std::size_t at = 0; at < combinations; ++at) {
                TRY(const std::uint32_t group, group_of(values, row, chosen));
                const Assignment one{row, group};
                const bool known =
                    std::any_of(rows_.begin() + static_cast<std::ptrdiff_t>(before), rows_.end(),
                                [&](const Assignment& other) { return other.group == group; });
                if (!known) rows_.push_back(one);
                advance(values, row, chosen);
            }
        }
        return base::ok();
    }

    // The next combination of a row's values.
    static void advance(const std::vector<const Vector*>& values, std::uint32_t row,
                        std::vector<std::uint32_t>& chosen) {
        for (std::size_t at = 0; at < values.size(); ++at) {
            const auto [first, last] = values[at]->values_of(row);
            if (first == last) continue;
            if (++chosen[at] < last) return;
            chosen[at] = first;
        }
    }

    base::Result<std::uint32_t> group_of(const std::vector<const Vector*>& values,
                                         std::uint32_t row,
                                         const std::vector<std::uint32_t>& chosen) {
        key_.clear();
        for (std::size_t at = 0; at < values.size(); ++at) {
            const bool null = values[at]->is_null(row);
            key_.push_back(null ? '\0' : '\1');
            if (!null) append_key(values[at]->type(), values[at]->at(chosen[at]), key_);
        }
        const auto found = groups_by_key_.find(key_);
        if (found != groups_by_key_.end()) return found->second;
        TRY(run->hold(2 * key_.size() + sizeof(std::string) + 16 * keys_.size() + 16));
        for (std::size_t at = 0; at < values.size(); ++at) {
            if (!values[at]->is_null(row)) keys_[at].add_from(*values[at], chosen[at]);
            keys_[at].end_row();
        }
        groups_by_key_.emplace(key_, groups_);
        return groups_++;
    }

    Grouping grouping_;
    std::vector<std::unique_ptr<Gathering>> gatherings_;
    std::vector<Vector> keys_;  // a row per group
    std::uint32_t groups_ = 0;
    absl::flat_hash_map<std::string, std::uint32_t> groups_by_key_;
    std::string key_;
    std::vector<Assignment> rows_;
    std::vector<Assignment> fitting_;
};

}  // namespace

StagePtr stats_stage(Grouping grouping) { return std::make_unique<Stats>(std::move(grouping)); }

}  // namespace query::esql

#include "pipeline/route.h"

#include <algorithm>
#include <numeric>

#include "event/index_name.h"
#include "event/schema.h"
#include "pipeline/row_cursor.h"

namespace pipeline {

namespace {

constexpr std::string_view unsorted = "unsorted";

std::string routed_name(const event::Catalog& catalog, std::string_view service,
                        std::string_view environment) {
    std::string system = service.empty() ? std::string() : catalog.system_of(service);
    if (system.empty()) system = unsorted;
    std::string name = event::index_name(system, event::slug_of(environment));
    // What a client calls its service may make no index name, too long above all.
    if (event::check_index_name(name)) return name;
    name = event::index_name(unsorted, event::slug_of(environment));
    return event::check_index_name(name) ? name : std::string(unsorted);
}

// Value numbers grouped by target, and where each target's begin.
struct Groups {
    std::vector<std::uint32_t> order;
    std::vector<std::uint32_t> begins;  // one more than there are targets
};

// `target_of(i)` for i below count: a target, or Routes::dropped.
Groups group(std::size_t count, std::size_t targets, const auto& target_of) {
    Groups groups;
    groups.begins.assign(targets + 1, 0);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t target = target_of(i);
        if (target != Routes::dropped) ++groups.begins[target + 1];
    }
    std::partial_sum(groups.begins.begin(), groups.begins.end(), groups.begins.begin());
    groups.order.resize(groups.begins.back());
    std::vector<std::uint32_t> next(groups.begins.begin(), groups.begins.end() - 1);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t target = target_of(i);
        if (target != Routes::dropped) groups.order[next[target]++] = static_cast<std::uint32_t>(i);
    }
    return groups;
}

class Splitter {
  public:
    Splitter(const event::Batch& batch, const std::vector<std::uint32_t>& target_of_row,
             std::size_t targets)
        : batch_(batch), target_of_row_(target_of_row), out_(targets) {}

    std::vector<event::Batch> split() {
        rows_ = group(batch_.rows(), out_.size(),
                      [this](std::size_t row) { return target_of_row_[row]; });
        new_row_.resize(batch_.rows());
        for (std::size_t target = 0; target < out_.size(); ++target) {
            const std::uint32_t begin = rows_.begins[target];
            for (std::uint32_t at = begin; at < rows_.begins[target + 1]; ++at) {
                new_row_[rows_.order[at]] = at - begin;
                out_[target].time.push_back(batch_.time[rows_.order[at]]);
            }
        }
        for (const event::Column& column : batch_.columns()) split_column(column);
        return std::move(out_);
    }

  private:
    void split_column(const event::Column& column) {
        const bool one_each = column.rows.empty() && column.size() == batch_.rows();
        Groups values;
        if (!one_each) {
            values = group(column.size(), out_.size(),
                           [&](std::size_t value) { return target_of_row_[column.row_of(value)]; });
        }
        const Groups& groups = one_each ? rows_ : values;
        if (column.type == event::Type::string) {
            mapped_.assign(column.pool->size(), 0);
            mapped_for_.assign(column.pool->size(), Routes::dropped);
        }
        for (std::uint32_t target = 0; target < out_.size(); ++target) {
            if (groups.begins[target] == groups.begins[target + 1]) continue;
            event::Column to(column.name, column.type);
            for (std::uint32_t at = groups.begins[target]; at < groups.begins[target + 1]; ++at) {
                copy(column, groups.order[at], target, to);
            }
            out_[target].add(std::move(to));
        }
    }

    void copy(const event::Column& from, std::uint32_t value, std::uint32_t target,
              event::Column& to) {
        const std::uint32_t row = new_row_[from.row_of(value)];
        if (from.type != event::Type::string) {
            to.add_from(row, from, value);
            return;
        }
        // A text is looked up in the new dictionary once, not for each value.
        const std::uint32_t code = from.codes[value];
        if (mapped_for_[code] == target) {
            to.add_code(row, mapped_[code]);
        } else {
            to.add_text(row, from.text(value));
            mapped_[code] = to.codes.back();
            mapped_for_[code] = target;
        }
    }

    const event::Batch& batch_;
    const std::vector<std::uint32_t>& target_of_row_;
    std::vector<event::Batch> out_;
    Groups rows_;
    std::vector<std::uint32_t> new_row_;
    std::vector<std::uint32_t> mapped_;  // codes in the target's dictionary
    std::vector<std::uint32_t> mapped_for_;
};

// Columns of rows that were abandoned may be empty.
event::Batch without_empty_columns(event::Batch batch) {
    const auto& columns = batch.columns();
    if (std::none_of(columns.begin(), columns.end(),
                     [](const auto& column) { return column.empty(); })) {
        return batch;
    }
    event::Batch out;
    out.time = std::move(batch.time);
    for (std::size_t at = 0; at < columns.size(); ++at) {
        if (!columns[at].empty()) out.add(std::move(batch.at(at)));
    }
    return out;
}

}  // namespace

std::uint32_t Routes::add(std::string_view index) {
    const auto known = positions_.find(index);
    if (known != positions_.end()) return known->second;
    const auto position = static_cast<std::uint32_t>(indices.size());
    indices.emplace_back(index);
    positions_.emplace(indices.back(), position);
    return position;
}

void route(const event::Batch& batch, const std::vector<std::string_view>& named,
           const event::Catalog& catalog, std::string_view environment, Routes& routes) {
    FirstCode services(batch.find(event::field::service_name, event::Type::string));
    FirstCode environments(batch.find(event::field::environment, event::Type::string));
    PairMemo memo(services.codes(), environments.codes());
    std::string_view last_name;
    std::uint32_t last = 0;
    routes.of_row.resize(batch.rows());
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        const std::uint32_t service = services.at(row);
        const std::uint32_t place = environments.at(row);
        if (!named[row].empty()) {
            if (named[row] != last_name) {
                last_name = named[row];
                last = routes.add(last_name);
            }
            routes.of_row[row] = last;
            continue;
        }
        std::uint32_t& known = memo.at(service, place);
        if (known == PairMemo::unknown) {
            const std::string_view of_row = environments.text(place);
            known = routes.add(routed_name(catalog, services.text(service),
                                           of_row.empty() ? environment : of_row));
        }
        routes.of_row[row] = known;
    }
}

std::vector<RoutedBatch> split(event::Batch batch, const Routes& routes) {
    std::vector<RoutedBatch> out;
    std::vector<std::uint32_t> target_of_index(routes.indices.size(), Routes::dropped);
    std::vector<std::uint32_t> target_of_row(batch.rows());
    bool any_dropped = false;
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        const std::uint32_t index = routes.of_row[row];
        target_of_row[row] = Routes::dropped;
        if (index == Routes::dropped) {
            any_dropped = true;
            continue;
        }
        std::uint32_t& target = target_of_index[index];
        if (target == Routes::dropped) {
            target = static_cast<std::uint32_t>(out.size());
            out.push_back({.index = index});
        }
        target_of_row[row] = target;
        out[target].rows.push_back(row);
    }
    if (out.size() == 1 && !any_dropped) {
        out[0].batch = without_empty_columns(std::move(batch));
        return out;
    }
    std::vector<event::Batch> parts = Splitter(batch, target_of_row, out.size()).split();
    for (std::size_t at = 0; at < parts.size(); ++at) out[at].batch = std::move(parts[at]);
    return out;
}

}  // namespace pipeline

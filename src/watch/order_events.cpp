#include "watch/order_events.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/string_map.h"
#include "event/schema.h"
#include "watch/message_reports.h"

namespace watch {

namespace {

using storage::Predicate;

constexpr std::size_t most_values = 64;  // of trace ids and file names that one order may join by
constexpr std::size_t most_candidates = 5;  // orders that a message names

std::string text_at(const event::Batch& rows, std::string_view name, std::uint32_t row) {
    return query::text_of(query::value_of(rows, name, row));
}

Predicate with_order() { return Predicate::exists(std::string(event::field::order_id)); }

Predicate without_order(const std::string& id) {
    return Predicate::none_of(Predicate::equals_text(std::string(event::field::order_id), id));
}

Predicate index_fits(std::string pattern) {
    Predicate made;
    made.kind = Predicate::Kind::wildcard;
    made.field = event::field::index;
    made.literal.text = std::move(pattern);
    return made;
}

// As environment_of() decides.
Predicate in_environment(const std::string& environment) {
    const std::string field(event::field::environment);
    Predicate by_index = Predicate::none_of(index_fits("*-*"));
    if (!environment.empty()) {
        // No index name ends in an environment that holds these.
        const bool plain = environment.find_first_of("-*?\\") == std::string::npos;
        by_index = plain ? index_fits("*-" + environment) : Predicate::nothing_fits();
    }
    return Predicate::any_of(
        {Predicate::equals_text(field, environment),
         Predicate::all_of({Predicate::none_of(Predicate::exists(field)), std::move(by_index)})});
}

// An order's events, being gathered.
class Gatherer {
  public:
    Gatherer(const query::Searcher& searcher, const event::Catalog& catalog)
        : searcher_(searcher), catalog_(catalog) {}

    base::Result<Journey> journey(const std::string& id, const std::string& environment,
                                  base::Nanos now);

  private:
    // Some row that fits, with these columns; no rows where none does. A store finds one much
    // faster than all.
    base::Result<event::Batch> some_row(Predicate predicate,
                                        std::vector<std::string> columns) const;
    // Gathers the rows that fit, whole; of `environment_` only, once it is chosen.
    base::Status take(Predicate predicate, JoinedBy joined,
                      storage::Order order = storage::Order::any);
    // Of an order with too many events: those that move it, then the newest of the others.
    base::Status take_what_tells_most();

    base::Status take_order(const std::string& order_id);
    base::Result<std::string> order_of(const std::string& id);
    // Orders with a row that fits, at most one more than `most_candidates`.
    base::Result<std::set<std::string>> orders_with(const Predicate& predicate) const;
    base::Status choose_environment(const std::string& wanted);

    base::Status join_traces();
    base::Status join_files();
    // Distinct values of a field in what was gathered.
    std::vector<std::string> values_of(std::string_view field) const;
    // Those that only this order has, in its environment.
    base::Result<std::vector<std::string>> own_values(std::string_view field,
                                                      std::vector<std::string> values) const;
    base::Status take_orderless(std::string_view field, const std::vector<std::string>& values,
                                JoinedBy joined);

    const query::Searcher& searcher_;
    const event::Catalog& catalog_;
    std::string order_id_;
    std::string environment_;
    std::string asked_environment_;
    std::vector<std::string> other_environments_;
    event::Batch rows_;
    std::vector<JoinedBy> joined_;
    std::set<std::uint64_t> sequences_;
    bool truncated_ = false;
};

base::Result<event::Batch> Gatherer::some_row(Predicate predicate,
                                              std::vector<std::string> columns) const {
    storage::ScanRequest request;
    request.predicate = std::move(predicate);
    request.columns = std::move(columns);
    request.order = storage::Order::any;
    request.limit = 1;
    event::Batch found;
    TRY(searcher_.rows(std::move(request), [&](event::Batch batch) {
        found = std::move(batch);
        return false;
    }));
    return found;
}

base::Status Gatherer::take(Predicate predicate, JoinedBy joined, storage::Order order) {
    storage::ScanRequest request;
    request.predicate = std::move(predicate);
    request.order = order;
    return searcher_.rows(std::move(request), [&](const event::Batch& batch) {
        std::vector<std::uint32_t> chosen;
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            if (!environment_.empty() && environment_of(batch, row) != environment_) continue;
            if (is_repeated_report(text_at(batch, event::field::event_type, row))) continue;
            if (joined_.size() == most_order_events) {
                truncated_ = true;
                break;
            }
            if (!sequences_.insert(batch.sequence[row]).second) continue;
            chosen.push_back(row);
            joined_.push_back(joined);
        }
        rows_.append(batch.gather(chosen));
        return !truncated_;
    });
}

base::Status Gatherer::take_order(const std::string& order_id) {
    order_id_ = order_id;
    return take(Predicate::equals_text(std::string(event::field::order_id), order_id),
                JoinedBy::order_id);
}

base::Status Gatherer::take_what_tells_most() {
    rows_ = {};
    joined_.clear();
    sequences_.clear();
    truncated_ = false;
    const auto moving = moving_event_types(catalog_);
    const auto of_order = Predicate::equals_text(std::string(event::field::order_id), order_id_);
    TRY(take(Predicate::all_of({of_order, Predicate::one_of(event::field::event_type, moving)}),
             JoinedBy::order_id, storage::Order::newest_first));
    if (truncated_) return base::ok();
    return take(of_order, JoinedBy::order_id, storage::Order::newest_first);
}

base::Result<std::set<std::string>> Gatherer::orders_with(const Predicate& predicate) const {
    std::set<std::string> orders;
    while (orders.size() <= most_candidates) {
        std::vector<Predicate> conditions = {predicate, with_order()};
        if (!asked_environment_.empty()) conditions.push_back(in_environment(asked_environment_));
        for (const std::string& known : orders) conditions.push_back(without_order(known));
        TRY(auto row, some_row(Predicate::all_of(std::move(conditions)),
                               {std::string(event::field::order_id)}));
        if (row.rows() == 0) break;
        // A row of several orders is one of each; the same one again would go on for ever.
        if (!orders.insert(text_at(row, event::field::order_id, 0)).second) break;
    }
    return orders;
}

// The order that another id leads to.
base::Result<std::string> Gatherer::order_of(const std::string& id) {
    std::vector<Predicate> steps = {
        Predicate::equals_text(std::string(event::field::trace_id), id),
        Predicate::equals_text(std::string(event::field::file_name), id)};
    std::vector<Predicate> others;
    for (const event::CatalogField& field : catalog_.fields()) {
        const bool known = field.name == event::field::order_id ||
                           field.name == event::field::trace_id ||
                           field.name == event::field::file_name;
        const bool searched =
            field.kind == event::FieldKind::id && field.personal == event::PersonalData::none;
        if (searched && !known) others.push_back(Predicate::equals_text(field.name, id));
    }
    if (!others.empty()) steps.push_back(Predicate::any_of(std::move(others)));
    for (const Predicate& step : steps) {
        TRY(auto orders, orders_with(step));
        if (orders.size() == 1) return *orders.begin();
        if (orders.empty()) continue;
        const bool more = orders.size() > most_candidates;
        if (more) orders.erase(std::prev(orders.end()));
        return base::Error(base::Code::conflict,
                           fmt::format("'{}' belongs to several orders: {}{}; ask for one of them",
                                       id, fmt::join(orders, ", "), more ? " and more" : ""));
    }
    return base::Error(
        base::Code::not_found,
        fmt::format(
            "no event has '{}' as order id, and no other id leads from it to an order{}", id,
            asked_environment_.empty() ? "" : " in environment '" + asked_environment_ + "'"));
}

// Keeps the rows of one environment: the wanted one, else that of the latest event.
base::Status Gatherer::choose_environment(const std::string& wanted) {
    std::map<std::string, base::Nanos> latest;
    std::vector<std::string> of_row;
    for (std::uint32_t row = 0; row < rows_.rows(); ++row) {
        of_row.push_back(environment_of(rows_, row));
        auto& time = latest.try_emplace(of_row.back(), rows_.time[row]).first->second;
        time = std::max(time, rows_.time[row]);
    }
    environment_ = wanted;
    if (wanted.empty()) {
        environment_ =
            std::max_element(latest.begin(), latest.end(), [](const auto& one, const auto& other) {
                return one.second < other.second;
            })->first;
    }
    for (const auto& [environment, time] : latest) {
        if (environment != environment_) other_environments_.push_back(environment);
    }
    if (other_environments_.empty()) return base::ok();
    if (!latest.contains(environment_)) {
        return base::Error(
            base::Code::not_found,
            fmt::format("order '{}' has no events in environment '{}', only in {}", order_id_,
                        environment_, fmt::join(other_environments_, ", ")));
    }
    std::vector<std::uint32_t> kept;
    for (std::uint32_t row = 0; row < of_row.size(); ++row) {
        if (of_row[row] == environment_) kept.push_back(row);
    }
    rows_ = rows_.gather(kept);
    joined_.assign(kept.size(), JoinedBy::order_id);
    return base::ok();
}

std::vector<std::string> Gatherer::values_of(std::string_view field) const {
    std::vector<std::string> values;
    base::StringSet seen;
    for (std::uint32_t row = 0; row < rows_.rows() && values.size() < most_values; ++row) {
        std::string value = text_at(rows_, field, row);
        if (!value.empty() && seen.insert(value).second) values.push_back(std::move(value));
    }
    return values;
}

base::Result<std::vector<std::string>> Gatherer::own_values(std::string_view field,
                                                            std::vector<std::string> values) const {
    while (!values.empty()) {
        TRY(auto other,
            some_row(Predicate::all_of({Predicate::one_of(field, values), with_order(),
                                        without_order(order_id_), in_environment(environment_)}),
                     {std::string(field)}));
        if (other.rows() == 0) break;
        const auto before = values.size();
        for (const std::size_t position : other.named(field)) {
            const event::Column& column = other.columns()[position];
            for (std::size_t at = 0; at < column.size(); ++at) {
                std::erase(values, query::text_of(query::value_at(column, at)));
            }
        }
        if (values.size() == before)
            return std::vector<std::string>();  // hidden from the asker: join nothing
    }
    return values;
}

base::Status Gatherer::take_orderless(std::string_view field,
                                      const std::vector<std::string>& values, JoinedBy joined) {
    if (values.empty()) return base::ok();
    std::vector<Predicate> conditions;
    conditions.push_back(Predicate::one_of(field, values));
    conditions.push_back(Predicate::none_of(with_order()));
    return take(Predicate::all_of(std::move(conditions)), joined);
}

base::Status Gatherer::join_traces() {
    TRY(auto own, own_values(event::field::trace_id, values_of(event::field::trace_id)));
    return take_orderless(event::field::trace_id, own, JoinedBy::trace_id);
}

// An event that shares a file name of this order alone may still belong to a trace of another one.
base::Status Gatherer::join_files() {
    TRY(auto own, own_values(event::field::file_name, values_of(event::field::file_name)));
    const std::uint32_t before = rows_.rows();
    TRY(take_orderless(event::field::file_name, own, JoinedBy::file_name));
    std::set<std::string> traces;
    for (std::uint32_t row = before; row < rows_.rows() && traces.size() < most_values; ++row) {
        std::string trace = text_at(rows_, event::field::trace_id, row);
        if (!trace.empty()) traces.insert(std::move(trace));
    }
    if (traces.empty()) return base::ok();
    TRY(auto own_traces, own_values(event::field::trace_id, {traces.begin(), traces.end()}));
    const std::set<std::string> allowed(own_traces.begin(), own_traces.end());
    std::vector<std::uint32_t> kept;
    std::vector<JoinedBy> joined;
    for (std::uint32_t row = 0; row < rows_.rows(); ++row) {
        const std::string trace = row < before ? "" : text_at(rows_, event::field::trace_id, row);
        if (!trace.empty() && !allowed.contains(trace)) continue;
        kept.push_back(row);
        joined.push_back(joined_[row]);
    }
    rows_ = rows_.gather(kept);
    joined_ = std::move(joined);
    return base::ok();
}

base::Result<Journey> Gatherer::journey(const std::string& id, const std::string& environment,
                                        base::Nanos now) {
    asked_environment_ = environment;
    if (id.empty()) return base::invalid("expected an order id, found nothing");
    TRY(take_order(id));
    if (rows_.rows() == 0) {
        TRY(auto order_id, order_of(id));
        TRY(take_order(order_id));
        if (rows_.rows() == 0)
            return base::Error(base::Code::not_found,
                               fmt::format("order '{}' has no events", order_id));
    }
    if (truncated_) TRY(take_what_tells_most());
    TRY(choose_environment(environment));
    TRY(join_traces());
    TRY(join_files());
    Journey made = follow(catalog_, order_id_, environment_, std::move(rows_), joined_, now);
    made.other_environments = std::move(other_environments_);
    made.truncated = truncated_;
    return made;
}

}  // namespace

base::Result<Journey> find_journey(const query::Searcher& searcher, const event::Catalog& catalog,
                                   const std::string& id, const std::string& environment,
                                   base::Nanos now) {
    return Gatherer(searcher, catalog).journey(id, environment, now);
}

}  // namespace watch

#include "watch/count_once.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <limits>
#include <map>
#include <set>

#include "base/file.h"
#include "base/log.h"
#include "base/parse_number.h"
#include "event/schema.h"
#include "query/value.h"
#include "watch/journey.h"

namespace watch {

namespace field = event::field;
using storage::Predicate;

namespace {

constexpr std::size_t rows_at_once = 5000;
constexpr std::size_t ids_at_once = 400;  // in one question to the store, as a rule
// From an order's reports to those of their messages, and to the orders of those.
constexpr int most_steps = 4;
constexpr base::Nanos wait_for_rows = base::second;
constexpr base::Nanos between_saves = base::second;
constexpr std::chrono::milliseconds pause_after_failure{500};

constexpr std::string_view message_id = "message_id";
constexpr std::string_view routing_key = "routing_key";
constexpr std::string_view exchange = "exchange";
constexpr std::string_view routed_queues = "routed_queues";
constexpr std::string_view reported_by = "reported_by";
constexpr std::string_view received_late = "received_late";

std::string text_at(const event::Batch& rows, std::string_view name, std::uint32_t row) {
    return query::text_of(query::value_of(rows, name, row));
}

void add_texts(const event::Batch& rows, std::string_view name, std::uint32_t row,
               std::vector<std::string>& to) {
    const event::Column* const column = rows.find(name, event::Type::string);
    if (column == nullptr) return;
    const auto [first, last] = column->values_of(row);
    for (std::size_t at = first; at < last; ++at) to.emplace_back(column->text(at));
}

bool is_report(std::string_view event_type) {
    return event_type == message_sent || event_type == message_received ||
           is_repeated_report(event_type);
}

std::string_view other_type(std::string_view event_type) {
    if (event_type == message_sent) return message_sent_traced;
    if (event_type == message_sent_traced) return message_sent;
    if (event_type == message_received) return message_received_traced;
    return message_received;
}

void add_id(std::string id, std::set<std::string>& to) {
    if (!id.empty()) to.insert(std::move(id));
}

Predicate one_of(std::string_view name, const std::set<std::string>& ids) {
    return Predicate::one_of(name, {ids.begin(), ids.end()});
}

MessageReport report_of(const event::Batch& rows, std::uint32_t row, std::string_view type) {
    MessageReport report;
    report.is_sent = type == message_sent || type == message_sent_traced;
    report.id = text_at(rows, field::id, row);
    report.is_broker = !report.id.empty() && text_at(rows, reported_by, row) == "broker";
    report.is_late = text_at(rows, received_late, row) == "true";
    report.environment = environment_of(rows, row);
    report.order_id = text_at(rows, field::order_id, row);
    report.message_id = text_at(rows, message_id, row);
    add_texts(rows, field::queue_name, row, report.places);
    if (report.is_broker) {
        add_texts(rows, routed_queues, row, report.places);
        // What is received comes from one queue, however it got there.
        if (report.is_sent) {
            add_texts(rows, routing_key, row, report.places);
            add_texts(rows, exchange, row, report.places);
        }
    }
    report.time = rows.time[row];
    return report;
}

}  // namespace

// Whose reports are looked at.
struct CountOnce::Ids {
    std::set<std::string> orders;
    std::set<std::string> messages;
    base::Nanos from = std::numeric_limits<base::Nanos>::max();
    base::Nanos to = std::numeric_limits<base::Nanos>::min();

    std::size_t size() const { return orders.size() + messages.size(); }
};

struct CountOnce::Found {
    std::vector<MessageReport> reports;
    std::vector<std::string> indices;
    std::vector<bool> is_repeated;  // as they are stored
};

CountOnce::CountOnce(storage::Store& store, CountOnceOptions options)
    : store_(store), options_(std::move(options)) {
    std::uint64_t from = store_.snapshot()->last_sequence();
    if (!options_.position.empty() && base::system_files().exists(options_.position)) {
        const auto text = base::system_files().read_file(options_.position, 100);
        const auto number = text ? base::parse_number<std::uint64_t>(text.value()) : std::nullopt;
        if (number) from = *number;
    }
    subscription_ = store_.subscribe(from);
}

void CountOnce::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void CountOnce::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

void CountOnce::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto more = round();
        if (!more) {
            if (log_.pass()) {
                base::log().warn("messages that were reported twice cannot be found: {}",
                                 more.error().message);
            }
            std::this_thread::sleep_for(pause_after_failure);
        } else if (!more.value()) {
            subscription_->wait(wait_for_rows, stop);
        }
    }
    saved_ = 0;
    save_position();
}

base::Result<bool> CountOnce::round() {
    const std::uint64_t before = subscription_->position();
    TRY(const auto fresh, subscription_->next(rows_at_once));
    if (fresh.rows() == 0) return false;
    const auto decided = decide(fresh);
    if (!decided) {
        // Once more: what was changed meanwhile is changed already.
        subscription_ = store_.subscribe(before);
        return decided.error();
    }
    save_position();
    return true;
}

base::Status CountOnce::decide(const event::Batch& fresh) {
    const event::Column* const types = fresh.find(field::event_type, event::Type::string);
    if (types == nullptr) return base::ok();
    Ids ids;
    for (std::size_t value = 0; value < types->size(); ++value) {
        const std::string_view type = types->text(value);
        if (type != message_sent && type != message_received) continue;
        const std::uint32_t row = types->row_of(value);
        add_id(text_at(fresh, field::order_id, row), ids.orders);
        add_id(text_at(fresh, message_id, row), ids.messages);
        ids.from = std::min(ids.from, fresh.time[row]);
        ids.to = std::max(ids.to, fresh.time[row]);
        if (ids.size() < ids_at_once) continue;
        TRY(settle(std::move(ids)));
        ids = {};
    }
    return ids.size() == 0 ? base::ok() : settle(std::move(ids));
}

// Decides about all reports of these orders and messages, and of those that hang together with
// them.
base::Status CountOnce::settle(Ids ids) {
    Found found;
    for (int step = 0; step < most_steps; ++step) {
        const std::size_t before = ids.size();
        found = {};
        TRY(read_reports(ids, found));
        for (const auto& report : found.reports) {
            add_id(report.order_id, ids.orders);
            add_id(report.message_id, ids.messages);
        }
        if (ids.size() == before) break;
    }
    const auto repeats = repeated(found.reports, options_.window);
    std::map<std::string, std::vector<std::string>> wrong;
    for (std::size_t at = 0; at < repeats.size(); ++at) {
        const auto& report = found.reports[at];
        if (report.is_broker && repeats[at] != found.is_repeated[at]) {
            wrong[found.indices[at]].push_back(report.id);
        }
    }
    for (const auto& [index, rows] : wrong) TRY(relabel(index, rows));
    return base::ok();
}

base::Status CountOnce::read_reports(const Ids& ids, Found& found) const {
    storage::ScanRequest request;
    // Far enough that what pairs with what pairs with these is seen.
    const base::Nanos around = longest_delay + 2 * options_.window;
    request.range = {ids.from - around, ids.to + around};
    request.order = storage::Order::any;
    request.predicate = Predicate::all_of(
        {Predicate::any_of({one_of(field::order_id, ids.orders), one_of(message_id, ids.messages)}),
         Predicate::one_of(
             field::event_type,
             {std::string(message_sent), std::string(message_received),
              std::string(message_sent_traced), std::string(message_received_traced)})});
    for (const std::string_view name :
         {field::event_type, field::id, field::order_id, field::queue_name, field::environment,
          message_id, routing_key, exchange, routed_queues, reported_by, received_late}) {
        request.columns.emplace_back(name);
    }
    return store_.snapshot()->scan(request, [&](const event::Batch& rows) {
        for (std::uint32_t row = 0; row < rows.rows(); ++row) {
            const std::string type = text_at(rows, field::event_type, row);
            if (!is_report(type)) continue;
            found.reports.push_back(report_of(rows, row, type));
            found.indices.push_back(text_at(rows, field::index, row));
            found.is_repeated.push_back(is_repeated_report(type));
        }
        return true;
    });
}

// Gives reports of the broker the other one of their two event types.
base::Status CountOnce::relabel(const std::string& index, const std::vector<std::string>& ids) {
    TRY(event::Batch rows, store_.snapshot()->lookup(index, ids));
    if (rows.rows() == 0) return base::ok();
    std::vector<std::string> types;
    for (std::uint32_t row = 0; row < rows.rows(); ++row) {
        types.emplace_back(other_type(text_at(rows, field::event_type, row)));
    }
    rows.remove(field::event_type, event::Type::string);
    rows.remove(field::index, event::Type::string);
    rows.sequence.clear();
    event::Column& column = rows.at(rows.column(field::event_type, event::Type::string));
    for (std::uint32_t row = 0; row < types.size(); ++row) column.add_text(row, types[row]);
    event::IndexBatch batch;
    batch.index = index;
    batch.batch = std::move(rows);
    return append(std::move(batch));
}

base::Status CountOnce::append(event::IndexBatch batch) {
    event::Append request;
    request.batches.push_back(std::move(batch));
    std::promise<base::Status> promise;
    auto answer = promise.get_future();
    store_.append(std::move(request), [&promise](const base::Result<event::AppendOutcome>& done) {
        promise.set_value(done ? base::ok() : base::Status(done.error()));
    });
    return answer.get();
}

void CountOnce::save_position() {
    const base::Nanos now = base::steady_now();
    if (options_.position.empty() || (saved_ != 0 && now - saved_ < between_saves)) return;
    saved_ = now;
    const auto saved = base::system_files().replace_file(options_.position,
                                                         std::to_string(subscription_->position()));
    if (!saved && log_.pass()) {
        base::log().warn("cannot write down how far messages were looked at: {}",
                         saved.error().message);
    }
}

}  // namespace watch

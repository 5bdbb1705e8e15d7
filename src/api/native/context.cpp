#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "api/json_writer.h"
#include "api/native/answers.h"
#include "api/native/row_writer.h"
#include "event/schema.h"

// context: the lines around one event.

namespace api {

namespace {

// Rows may be megabytes each: one side of the answer ends behind this many bytes.
constexpr std::size_t side_bytes = 16 << 20;
constexpr std::uint64_t most_rows = 500;

using Fields = std::vector<std::pair<std::string, query::Value>>;

// Which of the wanted fields the event has, with its values.
Fields shared_fields(const std::vector<std::string>& wanted, const event::Batch& event) {
    Fields fields;
    for (const std::string& name : wanted) {
        std::string unified(event::unified_name(name));
        auto value = query::value_of(event, unified, 0);
        if (!std::holds_alternative<std::monostate>(value) && !unified.starts_with('_'))
            fields.emplace_back(std::move(unified), std::move(value));
    }
    return fields;
}

// The rows next to the event in the order, as JSON objects, nearest first.
base::Result<std::vector<std::string>> neighbours(const NativeContext& context,
                                                  storage::ScanRequest request) {
    std::vector<std::string> rows;
    std::size_t bytes = 0;
    const auto limit = request.limit;
    if (limit == 0) return rows;
    TRY(context.searcher.rows(std::move(request), [&](const event::Batch& batch) {
        RowWriter writer(batch);
        for (std::uint32_t row = 0; row < batch.rows() && rows.size() < limit; ++row) {
            JsonWriter json;
            writer.write(row, json);
            bytes += json.size();
            rows.push_back(json.take());
            if (bytes > side_bytes) return false;
        }
        return rows.size() < limit;
    }));
    return rows;
}

void write_rows(std::string_view name, const std::vector<std::string>& rows, JsonWriter& json) {
    json.key(name).begin_array();
    for (const auto& row : rows) json.raw() += row;
    json.end_array();
}

base::Result<event::Batch> find_event(const NativeContext& context, const std::string& index,
                                      const std::string& id) {
    if (index.empty() || id.empty()) {
        return base::invalid("expected the parameters 'index' and 'id' of an event");
    }
    TRY(auto found, context.searcher.lookup(index, {id}));
    if (found.rows() == 0) {
        return base::Error(base::Code::not_found,
                           fmt::format("there is no event '{}' in index '{}'; it may have been "
                                       "deleted or have expired",
                                       id, index));
    }
    return found;
}

}  // namespace

base::Result<std::string> answer_context(const NativeContext& context,
                                         const Parameters& parameters) {
    TRY(const auto index, parameters.text("index"));
    TRY(const auto id, parameters.text("id"));
    TRY(const auto before, parameters.count("before", 20, 0, most_rows));
    TRY(const auto after, parameters.count("after", 20, 0, most_rows));
    TRY(auto by, parameters.list("by"));
    if (!parameters.has("by")) by = {"service_name", "host_name"};
    TRY(const auto event, find_event(context, index, id));
    const Fields fields = shared_fields(by, event);

    storage::ScanRequest request;
    request.indices = event::IndexPattern(index);
    request.after = storage::Position{event.time[0], event.sequence[0]};
    std::vector<storage::Predicate> conditions;
    for (const auto& [name, value] : fields) conditions.push_back(query::has_value(name, value));
    request.predicate = storage::Predicate::all_of(std::move(conditions));
    request.order = storage::Order::newest_first;
    request.limit = before;
    TRY(auto earlier, neighbours(context, request));
    std::reverse(earlier.begin(), earlier.end());
    request.order = storage::Order::oldest_first;
    request.limit = after;
    TRY(const auto later, neighbours(context, std::move(request)));

    JsonWriter json;
    json.begin_object();
    write_rows("before", earlier, json);
    json.key("event");
    RowWriter(event).write(0, json);
    write_rows("after", later, json);
    json.key("by").begin_object();
    for (const auto& [name, value] : fields) json.key(name).value(value);
    json.end_object().end_object();
    return json.take();
}

}  // namespace api

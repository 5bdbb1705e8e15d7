#include <algorithm>
#include <map>
#include <utility>

#include "api/json_writer.h"
#include "api/native/answers.h"
#include "api/native/inputs.h"
#include "base/process.h"
#include "event/schema.h"
#include "watch/order_summary.h"

// orders, sources and store: what a home page asks for.

namespace api {

namespace {

constexpr base::Nanos day = 24 * base::hour;
// Sources are rated by what came in the last of these before the range's end.
constexpr base::Nanos rated = 5 * base::minute;
constexpr std::size_t most_sources = 10'000;

void write_time(base::Nanos time, JsonWriter& json) { json.value(query::Time{time}); }

// `from` and `to`, the last day where they are not given.
base::Result<storage::TimeRange> range_of(const NativeContext& context,
                                          const Parameters& parameters) {
    TRY(const auto selection, selection_of(context, parameters));
    storage::TimeRange range = selection.range;
    if (!parameters.has("to")) range.to = context.now + 1;
    if (!parameters.has("from")) range.from = range.to - day;
    return range;
}

// One service's events of one index.
struct Source {
    std::uint64_t events = 0;
    std::uint64_t errors = 0;
    std::uint64_t violations = 0;
    std::uint64_t lately = 0;
    base::Nanos last = 0;
};
using SourceKey = std::pair<std::string, std::string>;  // index and service, "" for none
using Sources = std::map<SourceKey, Source>;

// Counts the rows that fit into `count` of each source.
base::Status count_sources(const NativeContext& context, const query::Selection& selection,
                           std::uint64_t Source::* count, Sources& sources) {
    query::AggregateQuery request;
    request.selection = selection;
    request.group_by = {std::string(event::field::index), std::string(event::field::service_name)};
    request.metrics = {{storage::Metric::Operation::count, "", {}},
                       {storage::Metric::Operation::max, std::string(event::field::timestamp), {}}};
    request.missing = true;
    request.size = most_sources;
    TRY(const auto answer, context.searcher.aggregate(request));
    for (const auto& row : answer.rows) {
        Source& source = sources[{query::text_of(row[0]), query::text_of(row[1])}];
        if (const auto* number = std::get_if<std::int64_t>(&row[2])) {
            source.*count += static_cast<std::uint64_t>(*number);
        }
        if (const auto* time = std::get_if<query::Time>(&row[3])) {
            source.last = std::max(source.last, time->nanos);
        }
    }
    return base::ok();
}

base::Result<Sources> find_sources(const NativeContext& context, const storage::TimeRange& range) {
    using storage::Predicate;
    const std::string level(event::field::level);
    query::Selection everything;
    everything.range = range;
    Sources sources;
    TRY(count_sources(context, everything, &Source::events, sources));
    query::Selection errors = everything;
    errors.predicate = Predicate::any_of(
        {Predicate::equals_text(level, "ERROR"), Predicate::equals_text(level, "FATAL")});
    TRY(count_sources(context, errors, &Source::errors, sources));
    query::Selection violations = everything;
    violations.predicate = Predicate::exists(std::string(event::field::violations));
    TRY(count_sources(context, violations, &Source::violations, sources));
    query::Selection lately = everything;
    lately.range.from = std::max(range.from, range.to - rated);
    TRY(count_sources(context, lately, &Source::lately, sources));
    return sources;
}

void write_inputs(const NativeContext& context, JsonWriter& json) {
    json.begin_array();
    for (const auto& [name, counts] : input_counts()) {
        json.begin_object();
        json.key("name").string(name);
        json.key("path").string(address_of(name, context.entrances));
        json.key("accepted").unsigned_integer(counts.accepted);
        json.key("filtered").unsigned_integer(counts.filtered);
        json.key("rejected").unsigned_integer(counts.rejected);
        json.end_object();
    }
    json.end_array();
}

void write_state(const event::CatalogState& state, JsonWriter& json) {
    json.key("id").string(state.id);
    write_title(state.title, json);
}

}  // namespace

base::Result<std::string> answer_orders(const NativeContext& context,
                                        const Parameters& parameters) {
    TRY(const auto range, range_of(context, parameters));
    TRY(const auto environment, parameters.text("environment", "prod"));
    constexpr std::size_t named = 20;
    TRY(const auto summary, watch::summarise_orders(context.searcher, context.catalog, range,
                                                    environment, context.now, named));
    JsonWriter json;
    json.begin_object();
    json.key("from").integer(range.from / base::millisecond);
    json.key("to").integer(range.to / base::millisecond);
    json.key("created").unsigned_integer(summary.created);
    json.key("closed").unsigned_integer(summary.closed);
    json.key("open").unsigned_integer(summary.open);
    json.key("stuck").unsigned_integer(summary.stuck);
    json.key("states").begin_array();
    for (const auto& each : summary.states) {
        json.begin_object();
        write_state(*each.state, json);
        json.key("final").boolean(each.state->final);
        json.key("count").unsigned_integer(each.count);
        json.key("stuck").unsigned_integer(each.stuck);
        json.end_object();
    }
    json.end_array().key("recent").begin_array();
    for (const auto& order : summary.waiting) {
        json.begin_object();
        json.key("order_id").string(order.order_id);
        json.key("state").begin_object();
        write_state(*order.state, json);
        json.end_object();
        json.key("since");
        write_time(order.since, json);
        json.key("waiting_seconds").integer(order.waiting / base::second);
        json.key("stuck").boolean(order.stuck);
        json.end_object();
    }
    json.end_array().end_object();
    return json.take();
}

base::Result<std::string> answer_sources(const NativeContext& context,
                                         const Parameters& parameters) {
    TRY(const auto range, range_of(context, parameters));
    TRY(const auto sources, find_sources(context, range));
    JsonWriter json;
    json.begin_object();
    json.key("sources").begin_array();
    for (const auto& [key, source] : sources) {
        json.begin_object();
        json.key("index").string(key.first);
        json.key("service_name");
        key.second.empty() ? json.null() : json.string(key.second);
        json.key("events").unsigned_integer(source.events);
        json.key("errors").unsigned_integer(source.errors);
        json.key("violations").unsigned_integer(source.violations);
        json.key("last_event");
        write_time(source.last, json);
        json.key("per_minute")
            .number(static_cast<double>(source.lately) /
                    (static_cast<double>(rated) / base::minute));
        json.end_object();
    }
    json.end_array().key("inputs");
    write_inputs(context, json);
    json.end_object();
    return json.take();
}

base::Result<std::string> answer_store(const NativeContext& context, const Parameters&) {
    TRY(const auto indices, context.searcher.indices(event::IndexPattern(event::every_index)));
    const storage::StoreSizes sizes = context.store.sizes();
    const std::string trouble = context.store.trouble();
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    for (const auto& index : indices) {
        rows += index.rows;
        bytes += index.bytes_on_disk;
    }
    JsonWriter json;
    json.begin_object();
    json.key("status").string(trouble.empty() ? "ok" : "trouble");
    json.key("reason").string(trouble);
    json.key("rows").unsigned_integer(rows);
    json.key("bytes_on_disk").unsigned_integer(bytes);
    json.key("parts").unsigned_integer(sizes.parts);
    json.key("memtable_rows").unsigned_integer(sizes.memory_rows);
    json.key("log_bytes").unsigned_integer(sizes.log_bytes);
    json.key("disk_free_bytes").unsigned_integer(sizes.disk_free_bytes);
    json.key("disk_total_bytes").unsigned_integer(sizes.disk_total_bytes);
    json.key("memory_resident_bytes").unsigned_integer(base::resident_bytes());
    json.key("block_cache_bytes").unsigned_integer(sizes.cache_bytes);
    json.key("block_cache_limit_bytes").unsigned_integer(sizes.cache_limit_bytes);
    json.key("merges_running").unsigned_integer(sizes.merges_running);
    json.key("started");
    write_time(context.since, json);
    json.key("version").string(context.version);
    json.key("indices");
    write_indices(indices, json);
    json.end_object();
    return json.take();
}

}  // namespace api

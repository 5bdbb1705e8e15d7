#include <map>

#include "api/json_writer.h"
#include "api/native/answers.h"
#include "api/native/row_writer.h"
#include "base/string_map.h"
#include "event/json_text.h"
#include "event/schema.h"
#include "event/span.h"
#include "trace/duration_text.h"
#include "trace/service_graph.h"
#include "trace/trace_finder.h"
#include "trace/trace_search.h"

namespace api {

namespace {

// Spans of one id in one trace that are told: both sides of a call, or what a client made up.
constexpr std::size_t most_of_one_id = 10;

// Spans of the shared parameters; `environment` chooses the index.
base::Result<query::Selection> spans_of(const NativeContext& context,
                                        const Parameters& parameters) {
    query::Question question;
    TRY(question.query, parameters.text("query"));
    TRY(question.from, parameters.text("from", "now-1h"));
    TRY(question.to, parameters.text("to"));
    TRY(const auto environment, parameters.text("environment"));
    question.index = event::span::indices;
    if (!environment.empty()) {
        question.index = event::index_name(event::span::index_prefix, event::slug_of(environment));
    }
    return query::select(question, context.catalog, context.now);
}

base::Result<base::Nanos> duration_of(const Parameters& parameters, std::string_view name) {
    TRY(const auto text, parameters.text(name));
    if (text.empty()) return base::Nanos{0};
    auto duration = trace::parse_duration(text);
    if (duration) return duration.value();
    return base::invalid("parameter '" + std::string(name) + "': " + duration.error().message);
}

void write_time(base::Nanos time, JsonWriter& json) { json.string(event::rfc3339(time)); }

void write_services(const std::vector<trace::ServiceShare>& services, JsonWriter& json) {
    json.begin_array();
    for (const auto& service : services) {
        json.begin_object();
        json.key("name").string(service.name);
        json.key("spans").unsigned_integer(service.spans);
        json.key("errors").unsigned_integer(service.errors);
        json.end_object();
    }
    json.end_array();
}

// Names that many spans share, told once.
class Names {
  public:
    std::uint32_t of(const std::string& name) {
        const auto [found, added] =
            numbers_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
        if (added) names_.push_back(name);
        return found->second;
    }
    void write(JsonWriter& json) const {
        json.begin_array();
        for (const auto& name : names_) json.string(name);
        json.end_array();
    }

  private:
    std::vector<std::string> names_;
    base::StringMap<std::uint32_t> numbers_;
};

class TraceWriter {
  public:
    TraceWriter(const trace::Trace& trace, const std::vector<trace::SpanLogs>& logs)
        : trace_(trace) {
        for (const auto& each : logs) {
            logs_.emplace(each.span_id, each.count);
            all_logs_ += each.count;
        }
        for (const auto& id : trace.trace_ids) trace_ids_.of(id);
    }

    std::string write() {
        std::string spans;
        const std::size_t errors = write_spans(spans);
        JsonWriter json;
        json.begin_object();
        json.key("trace_id").string(trace_.trace_id);
        json.key("trace_ids");
        trace_ids_.write(json);
        json.key("start");
        write_time(trace_.start, json);
        json.key("duration_ns").integer(trace_.end - trace_.start);
        json.key("span_count").unsigned_integer(trace_.spans.size());
        json.key("error_count").unsigned_integer(errors);
        json.key("log_count").unsigned_integer(all_logs_);
        json.key("truncated").boolean(trace_.truncated);
        json.key("services");
        services_.write(json);
        json.key("names");
        names_.write(json);
        json.key("queues");
        queues_.write(json);
        json.key("spans");
        json.raw() += spans;
        json.key("waits").begin_array();
        for (const auto& wait : trace_.waits) write_wait(wait, json);
        json.end_array();
        json.end_object();
        return json.take();
    }

  private:
    // Returns the number of spans with errors.
    std::size_t write_spans(std::string& out) {
        std::size_t errors = 0;
        JsonWriter json(out);
        json.begin_array();
        for (std::size_t at = 0; at < trace_.spans.size(); ++at) {
            errors += trace_.spans[at].error ? 1 : 0;
            write_span(at, json);
        }
        json.end_array();
        return errors;
    }

    void write_span(std::size_t at, JsonWriter& json) {
        const trace::Span& span = trace_.spans[at];
        const std::int32_t parent = trace_.parents[at];
        json.begin_object();
        json.key("id").string(span.span_id);
        json.key("parent");
        parent == trace::Trace::none ? json.null() : json.integer(parent);
        json.key("depth").unsigned_integer(trace_.depths[at]);
        json.key("service").unsigned_integer(services_.of(span.service));
        json.key("name").unsigned_integer(names_.of(span.name));
        json.key("start_ns").integer(span.start - trace_.start);
        json.key("duration_ns").integer(span.duration);
        if (!span.kind.empty()) json.key("kind").string(span.kind);
        if (span.error) json.key("error").boolean(true);
        if (const auto trace_at = trace_ids_.of(span.trace_id); trace_at != 0) {
            json.key("trace").unsigned_integer(trace_at);
        }
        if (!span.queue.empty()) json.key("queue").unsigned_integer(queues_.of(span.queue));
        if (parent == trace::Trace::none && !span.parent_span_id.empty()) {
            json.key("missing_parent").string(span.parent_span_id);
        }
        write_links(span, json);
        if (const auto logs = logs_.find(span.span_id); logs != logs_.end()) {
            json.key("logs").unsigned_integer(logs->second);
        }
        json.end_object();
    }

    static void write_links(const trace::Span& span, JsonWriter& json) {
        if (span.links.empty()) return;
        json.key("links").begin_array();
        for (const auto& link : span.links) {
            json.begin_object();
            json.key("trace_id").string(link.trace_id);
            json.key("span_id").string(link.span_id);
            json.end_object();
        }
        json.end_array();
    }

    void write_wait(const trace::Wait& wait, JsonWriter& json) {
        json.begin_object();
        json.key("from").unsigned_integer(wait.from);
        json.key("to").unsigned_integer(wait.to);
        json.key("queue").string(wait.queue);
        json.key("start_ns").integer(wait.start - trace_.start);
        json.key("duration_ns").integer(wait.duration);
        json.key("by_link").boolean(wait.by_link);
        json.end_object();
    }

    const trace::Trace& trace_;
    base::StringMap<std::uint64_t> logs_;
    std::uint64_t all_logs_ = 0;
    Names trace_ids_;
    Names services_;
    Names names_;
    Names queues_;
};

void write_summary(const trace::TraceSummary& summary, JsonWriter& json) {
    json.begin_object();
    json.key("trace_id").string(summary.trace_id);
    json.key("service").string(summary.root_service);
    json.key("name").string(summary.root_name);
    json.key("complete").boolean(summary.has_root);
    json.key("start");
    write_time(summary.start, json);
    json.key("duration_ns").integer(summary.end - summary.start);
    json.key("spans").unsigned_integer(summary.spans);
    json.key("errors").unsigned_integer(summary.errors);
    json.key("services");
    write_services(summary.services, json);
    json.end_object();
}

}  // namespace

base::Result<std::string> answer_traces(const NativeContext& context,
                                        const Parameters& parameters) {
    trace::TraceQuery query;
    TRY(query.selection, spans_of(context, parameters));
    TRY(query.service, parameters.text("service"));
    TRY(query.operation, parameters.text("operation"));
    TRY(query.least_duration, duration_of(parameters, "min_duration"));
    TRY(query.most_duration, duration_of(parameters, "max_duration"));
    TRY(query.limit, parameters.count("limit", 20, 1, 1000));
    TRY(const auto ids, trace::search_trace_ids(context.searcher, query));
    TRY(const auto summaries, trace::summarise(context.searcher, ids));
    JsonWriter json;
    json.begin_object();
    json.key("took_ms").integer((base::steady_now() - context.started) / base::millisecond);
    json.key("traces").begin_array();
    for (const auto& summary : summaries) write_summary(summary, json);
    json.end_array().end_object();
    return json.take();
}

base::Result<std::string> answer_trace(const NativeContext& context, const Parameters& parameters) {
    TRY(const bool follow, parameters.flag("follow", true));
    TRY(const auto found,
        trace::find_trace(context.searcher, std::string(context.path["id"]), follow));
    TRY(const auto logs, trace::count_logs(context.searcher, found.trace_ids));
    return TraceWriter(found, logs).write();
}

base::Result<std::string> answer_span(const NativeContext& context, const Parameters&) {
    const std::string id = trace::normal_trace_id(context.path["id"]);
    const std::string span_id(context.path["span_id"]);
    storage::ScanRequest request;
    request.indices = event::IndexPattern(event::span::indices);
    std::vector<storage::Predicate> both;
    both.push_back(storage::Predicate::equals_text(std::string(event::field::trace_id), id));
    both.push_back(storage::Predicate::equals_text(std::string(event::field::span_id), span_id));
    request.predicate = storage::Predicate::all_of(std::move(both));
    request.order = storage::Order::oldest_first;
    request.limit = most_of_one_id;
    JsonWriter json;
    json.begin_object().key("spans").begin_array();
    bool any = false;
    TRY(context.searcher.rows(std::move(request), [&](const event::Batch& batch) {
        RowWriter rows(batch);
        for (std::uint32_t row = 0; row < batch.rows(); ++row) rows.write(row, json);
        any |= batch.rows() > 0;
        return true;
    }));
    if (!any) {
        return base::Error(base::Code::not_found,
                           "there is no span '" + span_id + "' of the trace '" + id + "'");
    }
    json.end_array().end_object();
    return json.take();
}

base::Result<std::string> answer_trace_services(const NativeContext& context,
                                                const Parameters& parameters) {
    TRY(auto selection, spans_of(context, parameters));
    TRY(const auto services, trace::services(context.searcher, std::move(selection)));
    JsonWriter json;
    json.begin_object().key("services");
    write_services(services, json);
    json.end_object();
    return json.take();
}

base::Result<std::string> answer_trace_operations(const NativeContext& context,
                                                  const Parameters& parameters) {
    TRY(auto selection, spans_of(context, parameters));
    TRY(const auto service, parameters.text("service"));
    TRY(const auto operations, trace::operations(context.searcher, std::move(selection), service));
    JsonWriter json;
    json.begin_object().key("operations").begin_array();
    for (const auto& operation : operations) {
        json.begin_object();
        json.key("name").string(operation.name);
        json.key("kind").string(operation.kind);
        json.key("spans").unsigned_integer(operation.spans);
        json.key("p50_ns").number(operation.median);
        json.key("p95_ns").number(operation.p95);
        json.end_object();
    }
    json.end_array().end_object();
    return json.take();
}

base::Result<std::string> answer_trace_graph(const NativeContext& context,
                                             const Parameters& parameters) {
    TRY(const auto selection, spans_of(context, parameters));
    TRY(const auto graph, trace::service_graph(context.searcher, selection));
    JsonWriter json;
    json.begin_object().key("services");
    write_services(graph.services, json);
    json.key("edges").begin_array();
    for (const auto& edge : graph.edges) {
        json.begin_object();
        json.key("from").string(edge.from);
        json.key("to").string(edge.to);
        json.key("queue");
        edge.queue.empty() ? json.null() : json.string(edge.queue);
        json.key("calls").unsigned_integer(edge.calls);
        json.key("errors").unsigned_integer(edge.errors);
        json.key("p95_ns").integer(edge.p95);
        json.key("wait_p95_ns").integer(edge.wait_p95);
        json.end_object();
    }
    json.end_array().key("truncated").boolean(graph.truncated);
    json.end_object();
    return json.take();
}

}  // namespace api

// Jaeger's API v1: answers in the envelope {data, total, limit, offset, errors}.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <set>

#include "api/jaeger/answer_budget.h"
#include "api/jaeger/otlp_text.h"
#include "api/jaeger/question.h"
#include "api/jaeger/trace_question.h"
#include "api/jaeger/v1_trace.h"
#include "event/span.h"
#include "trace/service_graph.h"
#include "trace/trace_finder.h"
#include "trace/trace_search.h"

namespace api {

namespace {

using namespace jaeger;  // NOLINT(google-build-using-namespace): the api's own part

constexpr base::Nanos default_dependency_lookback = 24 * base::hour;

// Writes what surrounds the data. `data` appends it.
template <typename Data>
std::string envelope(std::size_t total, const Data& data) {
    JsonWriter json;
    json.begin_object().key("data");
    data(json);
    json.key("total").unsigned_integer(total);
    json.key("limit").integer(0).key("offset").integer(0).key("errors").null();
    json.end_object();
    return json.take();
}

query::Selection all_spans() {
    query::Selection selection;
    selection.indices = event::IndexPattern(event::span::indices);
    return selection;
}

// Appends a trace; nothing when there is none.
base::Result<bool> write_trace(const query::Searcher& searcher, const std::string& id,
                               AnswerBudget& budget, JsonWriter& json) {
    V1Trace trace;
    base::Status room = base::ok();
    TRY(each_span(searcher, id, [&](const StoredSpan& span) {
        trace.add(span);
        room = budget.grow_to(json.size() + trace.bytes());
        return room.has_value();
    }));
    TRY(std::move(room));
    if (trace.empty()) return false;
    trace.finish(json);
    return true;
}

base::Result<std::int64_t> milliseconds_of(const net::HttpRequest& request, std::string_view name,
                                           std::int64_t otherwise) {
    const std::string_view text = request.parameter(name);
    if (text.empty()) return otherwise;
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / base::millisecond / 2;
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < 0 ||
        value > most) {
        return base::invalid(
            fmt::format("unable to parse param '{}': expected milliseconds, found '{}'", name,
                        text.substr(0, 60)));
    }
    return value;
}

// "0af7…" as spans are stored, or InvalidArgument.
base::Result<std::string> trace_id_of(std::string_view text) {
    std::string id = trace::normal_trace_id(text);
    if (id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos) return id;
    return base::invalid(
        fmt::format("expected a trace id of up to 32 hexadecimal digits, found "
                    "'{}'",
                    text.substr(0, 60)));
}

}  // namespace

base::Result<std::string> JaegerApi::v1_services(const Question& question) {
    TRY(auto services, trace::services(question.searcher, all_spans()));
    std::erase_if(services, [](const auto& service) { return service.name.empty(); });
    return envelope(services.size(), [&](JsonWriter& json) {
        if (services.empty()) return static_cast<void>(json.null());
        json.begin_array();
        for (const auto& service : services) json.string(service.name);
        json.end_array();
    });
}

base::Result<std::string> JaegerApi::v1_operations(const Question& question) {
    const std::string service(question.request.parameter("service"));
    if (service.empty()) return base::invalid("parameter 'service' is required");
    const std::string_view kind = question.request.parameter("spanKind");
    TRY(auto operations, trace::operations(question.searcher, all_spans(), service));
    std::erase_if(operations, [&](const auto& each) { return !kind.empty() && each.kind != kind; });
    return envelope(operations.size(), [&](JsonWriter& json) {
        json.begin_array();
        for (const auto& operation : operations) {
            json.begin_object();
            json.key("name").string(operation.name);
            json.key("spanKind").string(operation.kind);
            json.end_object();
        }
        json.end_array();
    });
}

base::Result<std::string> JaegerApi::v1_operation_names(const Question& question) {
    const std::string service(question.path["service"]);
    TRY(const auto operations, trace::operations(question.searcher, all_spans(), service));
    std::set<std::string> names;
    for (const auto& operation : operations) names.insert(operation.name);
    return envelope(names.size(), [&](JsonWriter& json) {
        if (names.empty()) return static_cast<void>(json.null());
        json.begin_array();
        for (const auto& name : names) json.string(name);
        json.end_array();
    });
}

base::Result<std::string> JaegerApi::v1_traces(const Question& question) {
    TRY(const auto query, v1_question(question.request, question.now));
    std::vector<std::string> ids;
    for (const auto& [name, value] : question.request.query) {
        if (name != "traceID" || ids.size() == most_traces) continue;
        TRY(auto id, trace_id_of(value));
        ids.push_back(std::move(id));
    }
    if (ids.empty()) {
        TRY(ids, trace::search_trace_ids(question.searcher, query));
    }
    JsonWriter json;
    json.begin_object().key("data").begin_array();
    std::vector<std::string> missing;
    AnswerBudget budget(question.request);
    for (const auto& id : ids) {
        TRY(const bool found, write_trace(question.searcher, id, budget, json));
        if (!found) missing.push_back(id);
    }
    json.end_array();
    json.key("total").integer(0).key("limit").integer(0).key("offset").integer(0).key("errors");
    if (missing.empty()) json.null();
    if (!missing.empty()) json.begin_array();
    for (const auto& id : missing) {
        json.begin_object();
        json.key("msg").string("trace not found");
        json.key("traceID").string(short_trace_id(id));
        json.end_object();
    }
    if (!missing.empty()) json.end_array();
    json.end_object();
    return json.take();
}

base::Result<std::string> JaegerApi::v1_trace(const Question& question) {
    TRY(const auto id, trace_id_of(question.path["id"]));
    JsonWriter json;
    json.begin_object().key("data").begin_array();
    AnswerBudget budget(question.request);
    TRY(const bool found, write_trace(question.searcher, id, budget, json));
    if (!found) return base::Error(base::Code::not_found, "trace not found");
    json.end_array();
    json.key("total").integer(0).key("limit").integer(0).key("offset").integer(0);
    json.key("errors").null().end_object();
    return json.take();
}

base::Result<std::string> JaegerApi::v1_dependencies(const Question& question) {
    const net::HttpRequest& request = question.request;
    TRY(const auto end, milliseconds_of(request, "endTs", question.now / base::millisecond));
    TRY(const auto lookback,
        milliseconds_of(request, "lookback", default_dependency_lookback / base::millisecond));
    query::Selection selection = all_spans();
    selection.range.to = end * base::millisecond;
    selection.range.from = (end - lookback) * base::millisecond;
    trace::GraphLimits limits;
    limits.within_services = true;
    limits.links = false;
    TRY(const auto graph, trace::service_graph(question.searcher, selection, limits));
    const std::string_view service = request.parameter("service");
    // Calls and messages over whatever queue count alike.
    std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> calls;
    for (const auto& edge : graph.edges) {
        if (!service.empty() && edge.from != service && edge.to != service) continue;
        calls[{edge.from, edge.to}] += edge.calls;
    }
    return envelope(0, [&](JsonWriter& json) {
        json.begin_array();
        for (const auto& [ends, count] : calls) {
            json.begin_object();
            json.key("parent").string(ends.first);
            json.key("child").string(ends.second);
            json.key("callCount").unsigned_integer(count);
            json.end_object();
        }
        json.end_array();
    });
}

// A file of OTLP's JSON that somebody opens in Jaeger's UI, as traces. Nothing is stored.
base::Result<std::string> JaegerApi::v1_transform(const Question& question) {
    const net::HttpRequest& request = question.request;
    constexpr std::size_t times = 10;  // what reading takes, in sizes of the text
    if (request.hold && !request.hold(times * std::min(request.body.size(), longest_otlp_text))) {
        return base::Error(base::Code::busy,
                           "too much is held for requests at the moment; try again later");
    }
    std::vector<V1Trace> traces;
    std::map<std::string, std::size_t> places;
    std::size_t bytes = 0;
    AnswerBudget budget(request);
    base::Status room = base::ok();
    TRY(read_otlp_spans(request.body, [&](const StoredSpan& span) {
        const auto [place, is_new] = places.try_emplace(span.trace_id, traces.size());
        if (is_new) traces.emplace_back();
        V1Trace& trace = traces[place->second];
        const std::size_t before = trace.bytes();
        trace.add(span);
        bytes += trace.bytes() - before;
        room = budget.grow_to(bytes);
        return room.has_value();
    }));
    TRY(std::move(room));
    return envelope(0, [&](JsonWriter& json) {
        json.begin_array();
        for (const V1Trace& trace : traces) trace.finish(json);
        json.end_array();
    });
}

}  // namespace api

// Jaeger's API v3: OTLP's JSON for traces.

#include "api/jaeger/answer_budget.h"
#include "api/jaeger/question.h"
#include "api/jaeger/trace_question.h"
#include "api/jaeger/v3_traces.h"
#include "event/span.h"
#include "trace/trace_finder.h"
#include "trace/trace_search.h"

namespace api {

namespace {

using namespace jaeger;  // NOLINT(google-build-using-namespace): the api's own part

query::Selection all_spans() {
    query::Selection selection;
    selection.indices = event::IndexPattern(event::span::indices);
    return selection;
}

base::Result<std::string> traces_of(const query::Searcher& searcher,
                                    const net::HttpRequest& request,
                                    const std::vector<std::string>& ids) {
    V3Traces traces;
    AnswerBudget budget(request);
    for (const auto& id : ids) {
        base::Status room = base::ok();
        TRY(each_span(searcher, id, [&](const StoredSpan& span) {
            traces.add(span);
            room = budget.grow_to(traces.bytes());
            return room.has_value();
        }));
        TRY(std::move(room));
    }
    if (traces.empty()) return base::Error(base::Code::not_found, "No traces found");
    return traces.finish();
}

}  // namespace

base::Result<std::string> JaegerApi::v3_services(const Question& question) {
    TRY(const auto services, trace::services(question.searcher, all_spans()));
    JsonWriter json;
    json.begin_object().key("services").begin_array();
    for (const auto& service : services) {
        if (!service.name.empty()) json.string(service.name);
    }
    json.end_array().end_object();
    return json.take();
}

base::Result<std::string> JaegerApi::v3_operations(const Question& question) {
    const std::string service(question.request.parameter("service"));
    auto kind = question.request.parameter("spanKind");
    if (kind.empty()) kind = question.request.parameter("span_kind");
    TRY(const auto operations, trace::operations(question.searcher, all_spans(), service));
    JsonWriter json;
    json.begin_object().key("operations").begin_array();
    for (const auto& operation : operations) {
        if (!kind.empty() && operation.kind != kind) continue;
        json.begin_object();
        json.key("name").string(operation.name);
        json.key("spanKind").string(operation.kind.empty() ? "internal" : operation.kind);
        json.end_object();
    }
    json.end_array().end_object();
    return json.take();
}

base::Result<std::string> JaegerApi::v3_traces(const Question& question) {
    TRY(const auto query, v3_question(question.request, question.now));
    TRY(const auto ids, trace::search_trace_ids(question.searcher, query));
    return traces_of(question.searcher, question.request, ids);
}

base::Result<std::string> JaegerApi::v3_trace(const Question& question) {
    return traces_of(question.searcher, question.request,
                     {trace::normal_trace_id(question.path["id"])});
}

base::Result<std::string> JaegerApi::v3_summaries(const Question& question) {
    TRY(const auto query, v3_question(question.request, question.now));
    TRY(const auto ids, trace::search_trace_ids(question.searcher, query));
    TRY(const auto summaries, trace::summarise(question.searcher, ids));
    return jaeger::v3_summaries(summaries);
}

}  // namespace api

#include <fmt/format.h>

#include "api/json_writer.h"
#include "api/native/answers.h"
#include "query/time_text.h"

// histogram, facets and aggregate.

namespace api {

namespace {

constexpr std::size_t most_fields = 100;

// Whole milliseconds, rounded towards the past.
std::int64_t milliseconds(base::Nanos time) {
    return time >= 0 ? time / base::millisecond
                     : -((-time + base::millisecond - 1) / base::millisecond);
}

base::Result<base::Nanos> interval_of(const Parameters& parameters) {
    TRY(const auto text, parameters.text("interval"));
    if (text.empty()) return base::Nanos{0};
    auto interval = query::parse_interval(text);
    if (interval) return interval.value();
    return base::invalid(fmt::format("parameter 'interval': {}", interval.error().message));
}

void write_bucket(const query::HistogramAnswer& answer, std::size_t at, JsonWriter& json) {
    json.begin_object();
    json.key("start").integer(
        milliseconds(answer.from + static_cast<base::Nanos>(at) * answer.interval));
    json.key("count").unsigned_integer(answer.counts[at]);
    if (!answer.series.empty()) {
        json.key("by").begin_object();
        for (const auto& series : answer.series) {
            json.key(query::text_of(series.value)).unsigned_integer(series.counts[at]);
        }
        json.end_object();
    }
    json.end_object();
}

void write_facet(const query::FacetsAnswer::Facet& facet, JsonWriter& json) {
    json.begin_object();
    json.key("field").string(facet.field);
    json.key("distinct").unsigned_integer(facet.distinct);
    json.key("missing").unsigned_integer(facet.missing);
    json.key("other").unsigned_integer(facet.other);
    if (facet.too_many) json.key("too_many").boolean(true);
    json.key("values").begin_array();
    for (const auto& entry : facet.values) {
        json.begin_object();
        json.key("value").value(entry.value);
        json.key("count").unsigned_integer(entry.count);
        json.end_object();
    }
    json.end_array().end_object();
}

}  // namespace

base::Result<std::string> answer_histogram(const NativeContext& context,
                                           const Parameters& parameters) {
    query::HistogramRequest request;
    TRY(request.selection, selection_of(context, parameters));
    TRY(request.buckets, parameters.count("buckets", 60, 1, 10'000));
    TRY(request.interval, interval_of(parameters));
    TRY(request.by, parameters.text("by"));
    TRY(const auto answer, context.searcher.histogram(request));

    JsonWriter json;
    json.begin_object();
    json.key("from").integer(milliseconds(answer.from));
    json.key("to").integer(milliseconds(answer.to));
    json.key("interval_ms").integer(milliseconds(answer.interval));
    json.key("total").unsigned_integer(answer.total);
    if (!request.by.empty()) {
        json.key("series").begin_array();
        for (const auto& series : answer.series) json.string(query::text_of(series.value));
        json.end_array();
    }
    json.key("buckets").begin_array();
    for (std::size_t at = 0; at < answer.counts.size(); ++at) write_bucket(answer, at, json);
    json.end_array().end_object();
    return json.take();
}

base::Result<std::string> answer_facets(const NativeContext& context,
                                        const Parameters& parameters) {
    query::FacetsRequest request;
    TRY(request.selection, selection_of(context, parameters));
    TRY(request.fields, parameters.list("fields"));
    TRY(request.size, parameters.count("size", 10, 1, 1000));
    if (request.fields.empty() || request.fields.size() > most_fields) {
        return base::invalid(
            fmt::format("parameter 'fields': expected 1 to {} field names, found {}", most_fields,
                        request.fields.size()));
    }
    TRY(const auto answer, context.searcher.facets(request));

    JsonWriter json;
    json.begin_object();
    json.key("total").unsigned_integer(answer.total);
    json.key("facets").begin_array();
    for (const auto& facet : answer.facets) write_facet(facet, json);
    json.end_array().end_object();
    return json.take();
}

base::Result<std::string> answer_aggregate(const NativeContext& context,
                                           const Parameters& parameters) {
    query::AggregateQuery request;
    TRY(request.selection, selection_of(context, parameters));
    TRY(request.group_by, parameters.list("group_by"));
    TRY(request.interval, interval_of(parameters));
    TRY(request.metrics, parameters.metrics("metrics"));
    TRY(request.size, parameters.count("size", 1000, 1, 100'000));
    if (request.group_by.size() > most_fields || request.metrics.size() > most_fields) {
        return base::invalid(
            fmt::format("expected at most {} group_by fields and metrics", most_fields));
    }
    if (parameters.has("order_by")) {
        const std::uint64_t metrics = request.metrics.empty() ? 1 : request.metrics.size();
        TRY(request.order_by, parameters.count("order_by", 0, 0, metrics - 1));
    }
    TRY(const auto answer, context.searcher.aggregate(request));

    JsonWriter json;
    json.begin_object().key("columns").begin_array();
    for (const auto& column : answer.columns) json.string(column);
    json.end_array().key("rows").begin_array();
    for (const auto& row : answer.rows) {
        json.begin_array();
        for (const auto& value : row) json.value(value);
        json.end_array();
    }
    json.end_array().key("groups").unsigned_integer(answer.groups).end_object();
    return json.take();
}

}  // namespace api

#include "api/jaeger/trace_question.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <limits>

#include "event/schema.h"
#include "event/span.h"
#include "query/literal_text.h"
#include "query/time_text.h"
#include "trace/duration_text.h"

namespace api::jaeger {

namespace {

namespace json = boost::json;
using storage::Predicate;

constexpr base::Nanos default_lookback = 48 * base::hour;
constexpr std::uint64_t default_limit = 100;

std::string text_of(const net::HttpRequest& request, std::string_view name,
                    std::string_view otherwise = {}) {
    const std::string_view text = request.parameter(name);
    if (!text.empty() || otherwise.empty()) return std::string(text);
    return std::string(request.parameter(otherwise));
}

base::Result<std::int64_t> whole_of(std::string_view name, std::string_view text) {
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return value;
    return base::invalid(
        fmt::format("unable to parse param '{}': expected a whole number, found "
                    "'{}'",
                    name, text.substr(0, 60)));
}

base::Result<base::Nanos> microseconds_of(const net::HttpRequest& request, std::string_view name,
                                          base::Nanos otherwise) {
    const std::string text = text_of(request, name);
    if (text.empty()) return otherwise;
    TRY(const std::int64_t value, whole_of(name, text));
    base::Nanos nanos = 0;
    if (__builtin_mul_overflow(value, base::microsecond, &nanos)) {
        nanos = value < 0 ? std::numeric_limits<base::Nanos>::min()
                          : std::numeric_limits<base::Nanos>::max();
    }
    return nanos;
}

base::Result<base::Nanos> duration_of(std::string_view name, const std::string& text) {
    if (text.empty()) return base::Nanos{0};
    const auto duration = trace::parse_duration(text);
    if (duration) return duration.value();
    return base::invalid(
        fmt::format("unable to parse param '{}': {}", name, duration.error().message));
}

base::Result<std::size_t> limit_of(std::string_view name, const std::string& text) {
    if (text.empty()) return std::size_t{default_limit};
    TRY(const std::int64_t limit, whole_of(name, text));
    if (limit < 1 || static_cast<std::uint64_t>(limit) > most_traces) {
        return base::invalid(fmt::format("unable to parse param '{}': expected 1 to {}, found {}",
                                         name, most_traces, limit));
    }
    return static_cast<std::size_t>(limit);
}

using Tags = std::map<std::string, std::string>;

base::Status take_tags(std::string_view name, const std::string& text, Tags& tags) {
    const auto refuse = [name] {
        return base::invalid(
            fmt::format("malformed '{}' parameter, expected a JSON object of strings", name));
    };
    json::error_code failed;
    const json::value value = json::parse(text, failed);
    if (failed || !value.is_object()) return refuse();
    for (const auto& each : value.get_object()) {
        if (!each.value().is_string()) return refuse();
        tags[std::string(each.key())] = std::string(each.value().get_string());
    }
    return base::ok();
}

Predicate has_value(const std::string& field, const storage::Literal& literal) {
    return Predicate::equals(field, literal);
}

// "error", "span.kind" and the like are tags that Jaeger makes of the span's own fields.
Predicate own_field(const std::string& key, const std::string& value) {
    const auto status = [](std::string_view text) {
        return Predicate::equals_text(std::string(event::span::status), std::string(text));
    };
    if (key == "error") {
        return status(value == "true" ? event::span::status_error : event::span::status_ok);
    }
    if (key == "otel.status_code") {
        if (value == "ERROR") return status(event::span::status_error);
        if (value == "OK") return status(event::span::status_ok);
    }
    if (key == "span.kind") return Predicate::equals_text(std::string(event::span::kind), value);
    if (key == "otel.status_description") {
        return Predicate::equals_text(std::string(event::span::status_message), value);
    }
    return Predicate::nothing_fits();
}

// A tag is an attribute of the span, its scope, its resource, or one of its events.
Predicate tag_predicate(const std::string& key, const std::string& value, base::Nanos now) {
    if (key == "error") return own_field(key, value);
    const storage::Literal literal = query::literal_of(value, now);
    std::vector<Predicate> any;
    any.push_back(own_field(key, value));
    any.push_back(has_value(std::string(event::unified_name(key)), literal));
    const auto nested = [&](std::string_view prefix) {
        any.push_back(has_value(fmt::format("{}.{}", prefix, key), literal));
    };
    nested(event::span::scope_attributes);
    nested(event::span::resource);
    nested(std::string(event::span::events) + ".attributes");
    if (key == event::span::scope_name || key == event::span::scope_version) {
        any.push_back(has_value(key, literal));
    }
    return Predicate::any_of(std::move(any));
}

void add_tags(const Tags& tags, base::Nanos now, trace::TraceQuery& query) {
    std::vector<Predicate> all;
    for (const auto& [key, value] : tags) all.push_back(tag_predicate(key, value, now));
    if (!all.empty()) query.selection.predicate = Predicate::all_of(std::move(all));
}

base::Status check_durations(const trace::TraceQuery& query) {
    if (query.most_duration != 0 && query.most_duration < query.least_duration) {
        return base::invalid("'maxDuration' should be greater than 'minDuration'");
    }
    return base::ok();
}

// Both ends belong to it.
void set_range(base::Nanos from, base::Nanos to, trace::TraceQuery& query) {
    query.selection.indices = event::IndexPattern(event::span::indices);
    query.selection.range.from = from;
    query.selection.range.to = to == std::numeric_limits<base::Nanos>::max() ? to : to + 1;
}

base::Result<base::Nanos> time_of(std::string_view name, const std::string& text, base::Nanos now) {
    const auto time = query::parse_time(text, now);
    if (time) return time.value().begin;
    return base::invalid(fmt::format("malformed parameter {}: {}", name, time.error().message));
}

}  // namespace

base::Result<trace::TraceQuery> v1_question(const net::HttpRequest& request, base::Nanos now) {
    trace::TraceQuery query;
    query.service = text_of(request, "service");
    query.operation = text_of(request, "operation");
    TRY(const auto from, microseconds_of(request, "start", now - default_lookback));
    TRY(const auto to, microseconds_of(request, "end", now));
    set_range(from, to, query);
    Tags tags;
    for (const auto& [name, value] : request.query) {
        if (name == "tags") TRY(take_tags(name, value, tags));
        if (name != "tag") continue;
        const std::size_t colon = value.find(':');
        if (colon == std::string::npos) {
            return base::invalid(
                fmt::format("malformed 'tag' parameter, expecting key:value, received: {}",
                            value.substr(0, 100)));
        }
        tags[value.substr(0, colon)] = value.substr(colon + 1);
    }
    add_tags(tags, now, query);
    TRY(query.least_duration, duration_of("minDuration", text_of(request, "minDuration")));
    TRY(query.most_duration, duration_of("maxDuration", text_of(request, "maxDuration")));
    TRY(query.limit, limit_of("limit", text_of(request, "limit")));
    if (query.service.empty() && !request.has_parameter("traceID")) {
        return base::invalid("parameter 'service' is required");
    }
    TRY(check_durations(query));
    return query;
}

base::Result<trace::TraceQuery> v3_question(const net::HttpRequest& request, base::Nanos now) {
    trace::TraceQuery query;
    query.service = text_of(request, "query.serviceName", "query.service_name");
    query.operation = text_of(request, "query.operationName", "query.operation_name");
    Tags tags;
    if (const auto text = text_of(request, "query.attributes"); !text.empty()) {
        TRY(take_tags("query.attributes", text, tags));
    }
    if (request.has_parameter("query.filter")) {
        return base::invalid("query.filter is not understood; use query.attributes");
    }
    add_tags(tags, now, query);
    const auto from_text = text_of(request, "query.startTimeMin", "query.start_time_min");
    const auto to_text = text_of(request, "query.startTimeMax", "query.start_time_max");
    if (from_text.empty() || to_text.empty()) {
        return base::invalid("query.startTimeMin and query.startTimeMax are required");
    }
    TRY(const auto from, time_of("query.startTimeMin", from_text, now));
    TRY(const auto to, time_of("query.startTimeMax", to_text, now));
    if (from >= to) {
        return base::invalid("query.startTimeMin must be before query.startTimeMax");
    }
    set_range(from, to, query);
    auto depth = text_of(request, "query.searchDepth", "query.search_depth");
    if (depth.empty()) depth = text_of(request, "query.num_traces");
    TRY(query.limit, limit_of("query.searchDepth", depth));
    TRY(query.least_duration, duration_of("query.durationMin", text_of(request, "query.durationMin",
                                                                       "query.duration_min")));
    TRY(query.most_duration, duration_of("query.durationMax", text_of(request, "query.durationMax",
                                                                      "query.duration_max")));
    TRY(check_durations(query));
    return query;
}

}  // namespace api::jaeger

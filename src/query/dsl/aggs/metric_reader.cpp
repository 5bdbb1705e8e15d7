#include <fmt/format.h>

#include <algorithm>

#include "query/dsl/aggs/reader.h"
#include "query/dsl/options.h"

namespace query::dsl {

namespace {

using Type = FieldType;

// Hits of one bucket; more are asked for by a search.
constexpr std::size_t most_rows = 100;

Parsed<void> read_percents(OptionReader& options, Aggregation& into) {
    TRY(into.buckets.keyed, options.boolean("keyed", true));
    options.pass_over({"tdigest", "hdr"});
    const json::value* percents = options.take("percents");
    if (percents == nullptr) {
        into.metric.percents = {1, 5, 25, 50, 75, 95, 99};
        return base::outcome::success();
    }
    const json::array list = percents->is_array() ? percents->get_array() : json::array{*percents};
    constexpr std::size_t most_percents = 100;
    if (list.empty() || list.size() > most_percents)
        return illegal(
            fmt::format("[percents] must not be empty, nor more than {}", most_percents));
    for (const json::value& each : list) {
        TRY(const double percent, number_of(each, "percents"));
        if (percent < 0 || percent > 100)
            return in_object(fmt::format("percent must be in [0,100], got [{}]", percent));
        into.metric.percents.push_back(percent);
    }
    std::sort(into.metric.percents.begin(), into.metric.percents.end());
    return base::outcome::success();
}

Parsed<void> read_metric_fields(const json::value& value, const Mapping& mapping,
                                RowOptions& rows) {
    const json::array list = value.is_array() ? value.get_array() : json::array{value};
    constexpr std::size_t most_metrics = 10;
    if (list.empty() || list.size() > most_metrics)
        return illegal(fmt::format("[metrics] expected 1 to {} fields", most_metrics));
    for (const json::value& each : list) {
        TRY(const json::object* object, object_of(each, "metrics"));
        OptionReader options(*object, "top_metrics");
        TRY(MappedField field, options.field(mapping, {Type::keyword, Type::integer, Type::number,
                                                       Type::boolean, Type::date, Type::ip}));
        TRY(options.done());
        rows.metrics.push_back(std::move(field));
    }
    return base::outcome::success();
}

}  // namespace

Parsed<void> read_metric(OptionReader& options, const ReaderContext& context, Aggregation& into) {
    MetricOptions& metric = into.metric;
    switch (into.type) {
        case AggregationType::value_count:
        case AggregationType::cardinality: {
            TRY(metric.field,
                options.field(context.mapping, {Type::keyword, Type::integer, Type::number,
                                                Type::boolean, Type::date, Type::ip}));
            break;
        }
        case AggregationType::min:
        case AggregationType::max: {
            TRY(metric.field,
                options.field(context.mapping, {Type::integer, Type::number, Type::date}));
            break;
        }
        default: {
            TRY(metric.field, options.field(context.mapping, {Type::integer, Type::number}));
        }
    }
    if (options.take("missing") != nullptr)
        return unsupported(fmt::format("[missing] of [{}]", options.type()));
    if (metric.field.type == FieldType::date) {
        TRY(metric.format, options.format());
    } else if (options.take("format") != nullptr) {
        return unsupported("[format] of numbers in an aggregation");
    }
    if (into.type == AggregationType::percentiles) return read_percents(options, into);
    if (into.type == AggregationType::extended_stats) {
        TRY(const auto sigma, options.number("sigma"));
        metric.sigma = sigma.value_or(2);
        if (metric.sigma < 0) return illegal("[sigma] must be greater than or equal to 0.");
    }
    options.pass_over({"precision_threshold", "rehash", "execution_hint", "value_type"});
    return base::outcome::success();
}

Parsed<void> read_rows(const json::object& body, const ReaderContext& context, Aggregation& into) {
    auto rows = std::make_shared<RowOptions>();
    const bool metrics = into.type == AggregationType::top_metrics;
    json::object search;
    for (const auto& [key, value] : body) {
        const std::string_view name(key.data(), key.size());
        if (metrics && name == "metrics") {
            TRY(read_metric_fields(value, context.mapping, *rows));
        } else if (name == "sort" || name == "size" || (!metrics && name == "from") ||
                   (!metrics && name != "query" && name != "aggs" && name != "aggregations" &&
                    name != "search_after" && name != "track_total_hits" && name != "pit")) {
            search[key] = value;
        } else {
            return Failure{
                400, "x_content_parse_exception",
                fmt::format("[{}] unknown field [{}]", name_of(into.type), name.substr(0, 100))};
        }
    }
    if (metrics && (rows->metrics.empty() || !search.contains("sort")))
        return illegal("[top_metrics] requires [metrics] and [sort]");
    if (!search.contains("size")) search["size"] = metrics ? 1 : 3;
    TRY(rows->body, read_search(search, context.mapping, context.now));
    if (metrics && rows->body.sort.size() != 1)
        return illegal("[top_metrics] only supports sorting on a single field");
    if (metrics) {
        // Shown as the fields of hits are.
        for (const MappedField& field : rows->metrics)
            rows->body.fields.push_back({field.asked, std::nullopt});
        TRY(rows->body.source, SourceFilter::of(false));
        SortKey& key = rows->body.sort.front();
        if (key.field.type == Type::date && !key.format) key.format = DateFormat();
    }
    const std::size_t wanted = rows->body.from + rows->body.size;
    if (wanted > most_rows || rows->body.size == 0)
        return illegal(fmt::format("[{}] must ask for 1 to {} rows, found {}", name_of(into.type),
                                   most_rows, wanted));
    into.rows = std::move(rows);
    return base::outcome::success();
}

}  // namespace query::dsl

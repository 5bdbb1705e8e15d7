#include "query/dsl/aggs/aggregate.h"

#include <utility>

#include "query/dsl/aggs/assemble.h"
#include "query/dsl/aggs/reader.h"

namespace query::dsl {

namespace {

// What Elasticsearch's clients know an answer's type by.
std::string type_prefix(const Aggregation& aggregation) {
    switch (aggregation.type) {
        case AggregationType::terms:
            switch (aggregation.buckets.keys.front().field.type) {
                case FieldType::none:
                    return "umterms";
                case FieldType::number:
                    return "dterms";
                case FieldType::integer:
                case FieldType::date:
                case FieldType::boolean:
                    return "lterms";
                default:
                    return "sterms";
            }
        case AggregationType::percentiles:
            return "tdigest_percentiles";
        case AggregationType::cumulative_sum:
        case AggregationType::moving_fn:
        case AggregationType::serial_diff:
        case AggregationType::bucket_script:
        case AggregationType::avg_bucket:
        case AggregationType::sum_bucket:
            return "simple_value";
        case AggregationType::min_bucket:
        case AggregationType::max_bucket:
            return "bucket_metric_value";
        default:
            return std::string(name_of(aggregation.type));
    }
}

void add_types(const Aggregation& aggregation, json::object& level);

void add_types_within(const Aggregation& aggregation, json::object& bucket) {
    for (const Aggregation& child : aggregation.children) add_types(child, bucket);
    for (const Aggregation& child : aggregation.pipelines) add_types(child, bucket);
}

// Renames it in its level, and what is below it.
void add_types(const Aggregation& aggregation, json::object& level) {
    const auto found = level.find(aggregation.name);
    if (found == level.end()) return;
    json::value made = std::move(found->value());
    if (aggregation.is_single_bucket()) {
        add_types_within(aggregation, made.get_object());
    } else if (aggregation.is_bucket()) {
        json::value& buckets = made.get_object()["buckets"];
        if (json::array* list = buckets.if_array()) {
            for (json::value& bucket : *list) add_types_within(aggregation, bucket.get_object());
        } else if (json::object* keyed = buckets.if_object()) {
            for (auto& bucket : *keyed) add_types_within(aggregation, bucket.value().get_object());
        }
    }
    level.erase(found);
    level[type_prefix(aggregation) + "#" + aggregation.name] = std::move(made);
}

}  // namespace

Parsed<std::string> answer_aggregations(const Searcher& searcher,
                                        const AggregationsRequest& request) {
    TRY(std::vector<Aggregation> aggregations,
        read_aggregations(request.asked, request.mapping, request.now));
    Groups groups(searcher, request.selection, aggregations);
    TRY(groups.run());
    TRY(json::object made, Assembler(groups, searcher, request.mapping).all(aggregations));
    if (request.typed_keys) {
        for (const Aggregation& aggregation : aggregations) add_types(aggregation, made);
    }
    std::string text;
    write_json(made, text);
    return text;
}

}  // namespace query::dsl

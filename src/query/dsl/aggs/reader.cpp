#include "query/dsl/aggs/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "query/dsl/options.h"

namespace query::dsl {

namespace {

// Each level is a key more of every group below it.
constexpr int most_levels = 16;
// Of one search: each is a column or a list of groups.
constexpr std::size_t most_aggregations = 500;

constexpr std::array<std::string_view, 34> names = {"terms",
                                                    "histogram",
                                                    "date_histogram",
                                                    "composite",
                                                    "filter",
                                                    "filters",
                                                    "range",
                                                    "date_range",
                                                    "missing",
                                                    "nested",
                                                    "global",
                                                    "avg",
                                                    "sum",
                                                    "min",
                                                    "max",
                                                    "value_count",
                                                    "stats",
                                                    "extended_stats",
                                                    "cardinality",
                                                    "percentiles",
                                                    "top_hits",
                                                    "top_metrics",
                                                    "derivative",
                                                    "cumulative_sum",
                                                    "moving_fn",
                                                    "serial_diff",
                                                    "bucket_script",
                                                    "bucket_selector",
                                                    "bucket_sort",
                                                    "avg_bucket",
                                                    "sum_bucket",
                                                    "min_bucket",
                                                    "max_bucket",
                                                    "stats_bucket"};

// What else Elasticsearch has: refused as not supported, all other names as unknown.
constexpr std::string_view known_elsewhere[] = {"adjacency_matrix",
                                                "auto_date_histogram",
                                                "boxplot",
                                                "categorize_text",
                                                "children",
                                                "diversified_sampler",
                                                "extended_stats_bucket",
                                                "frequent_item_sets",
                                                "geo_bounds",
                                                "geo_centroid",
                                                "geo_distance",
                                                "geohash_grid",
                                                "geohex_grid",
                                                "geotile_grid",
                                                "inference",
                                                "ip_prefix",
                                                "ip_range",
                                                "matrix_stats",
                                                "median_absolute_deviation",
                                                "multi_terms",
                                                "normalize",
                                                "parent",
                                                "percentile_ranks",
                                                "percentiles_bucket",
                                                "random_sampler",
                                                "rare_terms",
                                                "rate",
                                                "reverse_nested",
                                                "sampler",
                                                "scripted_metric",
                                                "significant_terms",
                                                "significant_text",
                                                "string_stats",
                                                "t_test",
                                                "time_series",
                                                "variable_width_histogram",
                                                "weighted_avg",
                                                "moving_percentiles",
                                                "bucket_count_ks_test",
                                                "bucket_correlation",
                                                "change_point"};

class TreeReader {
  public:
    TreeReader(const Mapping& mapping, base::Nanos now)
        : queries_(mapping, now), context_{mapping, now, queries_} {}

    Parsed<void> level(const json::object& object, int depth, Aggregation& parent);

  private:
    Parsed<Aggregation> one(std::string_view name, const json::value& value, int depth);
    Parsed<void> body(const json::value& value, Aggregation& into);

    QueryReader queries_;
    ReaderContext context_;
    std::size_t count_ = 0;
};

std::string_view first_of(std::string_view path) {
    return path.substr(0, path.find_first_of(">.["));
}

// Pipelines may compute from others beside them: those come first.
Parsed<void> sort_pipelines(std::vector<Aggregation>& pipelines) {
    std::vector<Aggregation> sorted;
    while (!pipelines.empty()) {
        const auto waits = [&](const Aggregation& one) {
            const auto is_there = [&](const auto& path) {
                return std::any_of(pipelines.begin(), pipelines.end(), [&](const auto& other) {
                    return &other != &one && other.name == first_of(path.second);
                });
            };
            const auto& paths = one.pipeline.paths;
            return std::any_of(paths.begin(), paths.end(), is_there);
        };
        // Sorting and selecting buckets comes when all that they may look at is there.
        const auto is_last = [&](const Aggregation& one) {
            return one.type == AggregationType::bucket_sort && pipelines.size() > 1;
        };
        auto next = std::find_if(pipelines.begin(), pipelines.end(),
                                 [&](const auto& one) { return !waits(one) && !is_last(one); });
        if (next == pipelines.end()) {
            next = std::find_if(pipelines.begin(), pipelines.end(),
                                [&](const auto& one) { return !waits(one); });
        }
        if (next == pipelines.end())
            return illegal("Cyclical dependency found with pipeline aggregator [" +
                           pipelines.front().name + "]");
        sorted.push_back(std::move(*next));
        pipelines.erase(next);
    }
    pipelines = std::move(sorted);
    return base::outcome::success();
}

// It begins with the name of another one there. Names may have points in them.
bool is_known_path(std::string_view path, const Aggregation& around) {
    if (path == "_count" || path == "_key") return true;
    const auto begins = [&](const Aggregation& other) {
        if (!path.starts_with(other.name)) return false;
        const std::string_view rest = path.substr(other.name.size());
        return rest.empty() || rest.front() == '>' || rest.front() == '.' || rest.front() == '[';
    };
    return std::any_of(around.children.begin(), around.children.end(), begins) ||
           std::any_of(around.pipelines.begin(), around.pipelines.end(), begins);
}

// Those that compute along a histogram's buckets need one around them, without gaps.
Parsed<void> check_pipelines(const Aggregation& around) {
    const bool histogram =
        around.type == AggregationType::histogram || around.type == AggregationType::date_histogram;
    for (const Aggregation& pipeline : around.pipelines) {
        for (const auto& [name, path] : pipeline.pipeline.paths) {
            if (!is_known_path(path, around))
                return Failure{
                    400, "action_request_validation_exception",
                    fmt::format("Validation Failed: 1: No aggregation found for path [{}];",
                                path.substr(0, 200))};
        }
        if (pipeline.is_sibling_pipeline() || pipeline.type >= AggregationType::bucket_script)
            continue;
        if (!histogram || around.buckets.min_doc_count != 0) {
            return Failure{400, "action_request_validation_exception",
                           fmt::format("Validation Failed: 1: {} aggregation [{}] must have a "
                                       "histogram or date_histogram with a min_doc_count of 0 as "
                                       "parent;",
                                       name_of(pipeline.type), pipeline.name)};
        }
    }
    return base::outcome::success();
}

Parsed<void> check_name(std::string_view name, const Aggregation& parent) {
    if (name.empty() || name.find_first_of("[]>") != std::string_view::npos) {
        return parsing(
            fmt::format("Invalid aggregation name [{}]. Aggregation names cannot contain '[', ']', "
                        "or '>'",
                        name.substr(0, 100)));
    }
    const auto same = [&](const Aggregation& other) { return other.name == name; };
    if (std::any_of(parent.children.begin(), parent.children.end(), same) ||
        std::any_of(parent.pipelines.begin(), parent.pipelines.end(), same)) {
        return illegal(fmt::format("Two sibling aggregations cannot have the same name: [{}]",
                                   name.substr(0, 100)));
    }
    return base::outcome::success();
}

Parsed<void> TreeReader::level(const json::object& object, int depth, Aggregation& parent) {
    if (depth > most_levels) {
        return unsupported(fmt::format("nesting aggregations more than {} deep", most_levels));
    }
    for (const auto& [key, value] : object) {
        const std::string_view name(key.data(), key.size());
        TRY(check_name(name, parent));
        if (++count_ > most_aggregations)
            return unsupported(
                fmt::format("a search with more than {} aggregations", most_aggregations));
        TRY(Aggregation made, one(name, value, depth));
        auto& list = made.is_pipeline() ? parent.pipelines : parent.children;
        list.push_back(std::move(made));
    }
    return sort_pipelines(parent.pipelines);
}

Parsed<void> TreeReader::body(const json::value& value, Aggregation& into) {
    const std::string_view type = name_of(into.type);
    if (into.type == AggregationType::filter) {
        Branch branch;
        TRY(branch.condition, queries_.read(value));
        into.buckets.branches.push_back(std::move(branch));
        return base::outcome::success();
    }
    TRY(const json::object* object, object_of(value, type));
    OptionReader options(*object, type);
    if (into.is_rows()) return read_rows(*object, context_, into);
    if (into.is_keyed_by_values()) {
        TRY(read_key_buckets(options, context_, into));
    } else if (into.is_bucket()) {
        TRY(read_branches(value, options, context_, into));
    } else if (into.is_pipeline()) {
        TRY(read_pipeline(options, into));
    } else {
        TRY(read_metric(options, context_, into));
    }
    return options.done();
}

Failure unknown_type(std::string_view name) {
    if (std::find(std::begin(known_elsewhere), std::end(known_elsewhere), name) !=
        std::end(known_elsewhere))
        return unsupported(fmt::format("the aggregation [{}]", name));
    return parsing(
        fmt::format("Unknown aggregation type [{}]: no such aggregation", name.substr(0, 100)));
}

Parsed<Aggregation> TreeReader::one(std::string_view name, const json::value& value, int depth) {
    TRY(const json::object* object, object_of(value, name));
    Aggregation made;
    made.name = name;
    std::string_view type;
    const json::object* below = nullptr;
    for (const auto& [key, inner] : *object) {
        const std::string_view member(key.data(), key.size());
        if (member == "meta") {
            if (!inner.is_null()) made.meta = &inner;
        } else if (member == "aggs" || member == "aggregations") {
            if (below != nullptr)
                return parsing(fmt::format("Found two sub aggregation definitions under [{}]",
                                           name.substr(0, 100)));
            TRY(below, object_of(inner, member));
        } else if (!type.empty()) {
            return parsing(
                fmt::format("Found two aggregation type definitions in [{}]: [{}] and [{}]",
                            name.substr(0, 100), type.substr(0, 100), member.substr(0, 100)));
        } else {
            type = member;
            const auto known = aggregation_type(member);
            if (!known) return unknown_type(member);
            made.type = *known;
        }
    }
    if (type.empty())
        return parsing(fmt::format("Missing definition for aggregation [{}]", name.substr(0, 100)));
    if (made.type == AggregationType::global && depth > 1)
        return Failure{400, "aggregation_execution_exception",
                       "a [global] aggregation is at the top of a search", true};
    TRY(body(object->at(json::string_view(type.data(), type.size())), made));
    if (below != nullptr && !below->empty()) {
        if (!made.is_bucket())
            return illegal(
                fmt::format("Aggregator [{}] of type [{}] cannot accept sub-aggregations",
                            name.substr(0, 100), type));
        TRY(level(*below, depth + 1, made));
        TRY(check_pipelines(made));
    }
    return made;
}

Parsed<BucketOrder> one_order(std::string_view path, const json::value& direction) {
    TRY(const std::string text, scalar(direction, "order"));
    if (text != "asc" && text != "desc" && text != "ASC" && text != "DESC")
        return parsing(fmt::format("Unknown order direction [{}]", text.substr(0, 100)));
    if (path == "_term" || path == "_time") path = "_key";
    return BucketOrder{std::string(path), text == "desc" || text == "DESC"};
}

}  // namespace

std::optional<AggregationType> aggregation_type(std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<AggregationType>(found - names.begin());
}

std::string_view name_of(AggregationType type) { return names[static_cast<std::size_t>(type)]; }

Parsed<std::vector<BucketOrder>> read_order(const json::value& value) {
    std::vector<BucketOrder> orders;
    const json::array list = value.is_array() ? value.get_array() : json::array{value};
    for (const json::value& each : list) {
        TRY(const json::object* object, object_of(each, "order"));
        if (object->size() != 1)
            return parsing("Must specify at least one field for [order], one in each object");
        const auto& member = *object->begin();
        TRY(BucketOrder order, one_order(std::string_view(member.key()), member.value()));
        orders.push_back(std::move(order));
    }
    return orders;
}

Parsed<std::vector<Aggregation>> read_aggregations(const json::object& object,
                                                   const Mapping& mapping, base::Nanos now) {
    Aggregation root;
    TRY(TreeReader(mapping, now).level(object, 1, root));
    std::vector<Aggregation> all = std::move(root.children);
    for (Aggregation& pipeline : root.pipelines) {
        if (!pipeline.is_sibling_pipeline()) {
            return Failure{400, "action_request_validation_exception",
                           fmt::format("Validation Failed: 1: {} aggregation [{}] must be declared "
                                       "inside of another aggregation;",
                                       name_of(pipeline.type), pipeline.name)};
        }
        all.push_back(std::move(pipeline));
    }
    return all;
}

}  // namespace query::dsl

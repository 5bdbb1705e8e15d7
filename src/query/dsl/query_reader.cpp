#include "query/dsl/query_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "query/dsl/options.h"

namespace query::dsl {

using storage::Predicate;

namespace {

constexpr int depth_limit = 30;
constexpr std::size_t clause_limit = 65'536;

// Queries of Elasticsearch's that are not here, by name.
constexpr std::string_view foreign[] = {"fuzzy",
                                        "common",
                                        "combined_fields",
                                        "intervals",
                                        "boosting",
                                        "nested_query",
                                        "has_child",
                                        "has_parent",
                                        "parent_id",
                                        "script",
                                        "script_score",
                                        "percolate",
                                        "function_score",
                                        "more_like_this",
                                        "geo_distance",
                                        "geo_shape",
                                        "geo_polygon",
                                        "geo_bounding_box",
                                        "knn",
                                        "rank_feature",
                                        "pinned",
                                        "distance_feature",
                                        "span_term",
                                        "span_near",
                                        "span_or",
                                        "span_not",
                                        "span_first",
                                        "span_multi",
                                        "span_containing",
                                        "span_within",
                                        "terms_set",
                                        "wrapper",
                                        "shape",
                                        "text_expansion",
                                        "rule"};

bool is_foreign(std::string_view name) {
    return std::find(std::begin(foreign), std::end(foreign), name) != std::end(foreign);
}

}  // namespace

QueryReader::Read QueryReader::reader_of(std::string_view name) {
    struct Entry {
        std::string_view name;
        Read read;
    };
    static constexpr std::array entries = {
        Entry{"match_all", &QueryReader::everything},
        Entry{"match_none", &QueryReader::nothing},
        Entry{"bool", &QueryReader::boolean},
        Entry{"constant_score", &QueryReader::constant_score},
        Entry{"dis_max", &QueryReader::dis_max},
        Entry{"nested", &QueryReader::nested},
        Entry{"term", &QueryReader::term},
        Entry{"terms", &QueryReader::terms},
        Entry{"range", &QueryReader::range},
        Entry{"exists", &QueryReader::exists},
        Entry{"ids", &QueryReader::ids},
        Entry{"wildcard", &QueryReader::wildcard},
        Entry{"prefix", &QueryReader::prefix},
        Entry{"regexp", &QueryReader::regexp},
        Entry{"match", &QueryReader::match},
        Entry{"match_phrase", &QueryReader::match_phrase},
        Entry{"match_phrase_prefix", &QueryReader::match_phrase_prefix},
        Entry{"match_bool_prefix", &QueryReader::match_bool_prefix},
        Entry{"multi_match", &QueryReader::multi_match},
        Entry{"query_string", &QueryReader::query_string},
        Entry{"simple_query_string", &QueryReader::simple_query_string}};
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& entry) { return entry.name == name; });
    return found == entries.end() ? nullptr : found->read;
}

Parsed<Predicate> QueryReader::read(const json::value& query) {
    if (!query.is_object()) return parsing("[query] malformed query, expected an object");
    const json::object& object = query.get_object();
    if (object.empty()) return illegal("query malformed, empty clause found");
    const std::string_view name(object.begin()->key().data(), object.begin()->key().size());
    if (object.size() > 1) {
        return parsing(fmt::format(
            "[{}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]", name));
    }
    const Read reader = reader_of(name);
    if (reader == nullptr) {
        if (is_foreign(name)) return unsupported(fmt::format("the query [{}]", name));
        return parsing(fmt::format("unknown query [{}]", name.substr(0, 100)));
    }
    if (depth_ >= depth_limit) {
        return Failure{400, "x_content_parse_exception",
                       fmt::format("The nested depth of the query exceeds the maximum nested "
                                   "depth for queries set in [indices.query.bool.max_nested_depth] "
                                   "({})",
                                   depth_limit)};
    }
    ++depth_;
    auto made = (this->*reader)(object.begin()->value());
    --depth_;
    return made;
}

Parsed<Predicate> QueryReader::everything(Body body) {
    TRY(const json::object* options, object_of(body, "match_all"));
    TRY(check_options(*options, "match_all", {}));
    return Predicate();
}

Parsed<Predicate> QueryReader::nothing(Body body) {
    TRY(const json::object* options, object_of(body, "match_none"));
    TRY(check_options(*options, "match_none", {}));
    return Predicate::nothing_fits();
}

Parsed<std::vector<Predicate>> QueryReader::clauses(const json::value& list,
                                                    std::string_view name) {
    std::vector<Predicate> made;
    if (list.is_object()) {
        TRY(Predicate one, read(list));
        made.push_back(std::move(one));
        return made;
    }
    if (!list.is_array()) return parsing(fmt::format("[bool] malformed query, [{}]", name));
    if (list.get_array().size() > clause_limit)
        return in_query("maxClauseCount is set to " + std::to_string(clause_limit));
    for (const json::value& each : list.get_array()) {
        TRY(Predicate one, read(each));
        made.push_back(std::move(one));
    }
    return made;
}

Parsed<Predicate> QueryReader::boolean(Body body) {
    TRY(const json::object* options, object_of(body, "bool"));
    TRY(check_options(
        *options, "bool",
        {"must", "filter", "should", "must_not", "minimum_should_match", "adjust_pure_negative"}));
    std::vector<Predicate> all;
    std::vector<Predicate> should;
    bool required = false;
    for (const auto& [key, list] : *options) {
        const std::string_view name(key.data(), key.size());
        if (name == "must" || name == "filter") {
            TRY(std::vector<Predicate> some, clauses(list, name));
            required = required || !some.empty();
            for (Predicate& one : some) all.push_back(std::move(one));
        } else if (name == "must_not") {
            TRY(std::vector<Predicate> some, clauses(list, name));
            for (Predicate& one : some) all.push_back(Predicate::none_of(std::move(one)));
        } else if (name == "should") {
            TRY(should, clauses(list, name));
        }
    }
    std::string minimum = required || should.empty() ? "0" : "1";
    if (const auto* wanted = option(options, "minimum_should_match")) {
        TRY(minimum, scalar(*wanted, "minimum_should_match"));
        // Without a should clause there is nothing to count.
        if (should.empty()) minimum = "0";
    }
    // Where nothing else has to fit, one of them has to, whatever the minimum says.
    const std::size_t floor = required || should.empty() ? 0 : 1;
    TRY(Predicate some, at_least(minimum, std::move(should), floor));
    all.push_back(std::move(some));
    return Predicate::all_of(std::move(all));
}

Parsed<Predicate> QueryReader::constant_score(Body body) {
    TRY(const json::object* options, object_of(body, "constant_score"));
    TRY(check_options(*options, "constant_score", {"filter"}));
    const auto* filter = option(options, "filter");
    if (filter == nullptr) return parsing("[constant_score] requires a 'filter' element");
    return read(*filter);
}

Parsed<Predicate> QueryReader::dis_max(Body body) {
    TRY(const json::object* options, object_of(body, "dis_max"));
    TRY(check_options(*options, "dis_max", {"queries", "tie_breaker"}));
    const auto* queries = option(options, "queries");
    if (queries == nullptr)
        return parsing("[dis_max] requires 'queries' field with at least one clause");
    TRY(std::vector<Predicate> some, clauses(*queries, "queries"));
    return Predicate::any_of(std::move(some));
}

// Ordertrail keeps objects of arrays flat, as Elasticsearch does without a nested mapping.
Parsed<Predicate> QueryReader::nested(Body body) {
    TRY(const json::object* options, object_of(body, "nested"));
    TRY(check_options(*options, "nested",
                      {"path", "query", "score_mode", "ignore_unmapped", "inner_hits"}));
    const auto* path = option(options, "path");
    const auto* query = option(options, "query");
    if (path == nullptr) return parsing("[nested] requires 'path' field");
    if (query == nullptr) return parsing("[nested] requires 'query' field");
    TRY(const std::string name, scalar(*path, "path"));
    TRY(read(*query));
    if (const auto* ignore = option(options, "ignore_unmapped")) {
        TRY(const bool ignored, boolean_of(*ignore, "ignore_unmapped"));
        if (ignored) return Predicate::nothing_fits();
    }
    return in_query(
        fmt::format("failed to create query: [nested] failed to find nested object "
                    "under path [{}]",
                    name));
}

Parsed<Predicate> QueryReader::exists(Body body) {
    TRY(const json::object* options, object_of(body, "exists"));
    TRY(check_options(*options, "exists", {"field"}));
    const auto* field = option(options, "field");
    if (field == nullptr) return parsing("[exists] must be provided with a [field]");
    TRY(const std::string name, scalar(*field, "field"));
    if (name.empty()) return illegal("field name is null or empty");
    return fields_.exists(name);
}

Parsed<Predicate> QueryReader::ids(Body body) {
    TRY(const json::object* options, object_of(body, "ids"));
    TRY(check_options(*options, "ids", {"values", "type"}));
    const auto* values = option(options, "values");
    if (values == nullptr) return illegal("[ids] requires values");
    std::vector<Predicate> any;
    const auto add = [&](const json::value& value) -> Parsed<void> {
        TRY(std::string id, scalar(value, "values"));
        any.push_back(Predicate::equals_text("_id", std::move(id)));
        return base::outcome::success();
    };
    if (!values->is_array()) {
        TRY(add(*values));
    } else {
        for (const json::value& value : values->get_array()) TRY(add(value));
    }
    return Predicate::any_of(std::move(any));
}

}  // namespace query::dsl

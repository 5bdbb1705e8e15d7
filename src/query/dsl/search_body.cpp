#include "query/dsl/search_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "query/dsl/options.h"

namespace query::dsl {

namespace {

// Members that change nothing in which rows are found, or ask for what is added to an answer and
// may be missing there (highlight).
constexpr std::string_view tolerated[] = {"timeout",       "stored_fields", "highlight",  "explain",
                                          "profile",       "track_scores",  "stats",      "pit",
                                          "slice_max",     "keep_alive",    "preference", "ext",
                                          "request_cache", "typed_keys"};
constexpr std::string_view refused[] = {
    "post_filter",  "min_score", "collapse",         "suggest",       "rescore", "knn",
    "rank",         "retriever", "runtime_mappings", "script_fields", "slice",   "terminate_after",
    "indices_boost"};

template <typename List>
bool among(const List& list, std::string_view name) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

bool is_empty(const json::value& value) {
    return value.is_null() || (value.is_object() && value.get_object().empty()) ||
           (value.is_array() && value.get_array().empty());
}

Parsed<void> sort_options(const json::object& options, SortKey& key, bool& unmapped_ok) {
    for (const auto& [name, value] : options) {
        if (name == "order") {
            TRY(const std::string order, scalar(value, "order"));
            if (order != "asc" && order != "desc")
                return illegal(
                    fmt::format("expected [order] asc or desc, found [{}]", order.substr(0, 100)));
            key.descending = order == "desc";
        } else if (name == "missing") {
            const auto where = text_of_scalar(value);
            if (where != "_last" && where != "_first")
                return unsupported("[missing] of a sort other than _first and _last");
            key.missing_first = where == "_first";
        } else if (name == "unmapped_type") {
            unmapped_ok = true;
            const auto type = text_of_scalar(value);
            if (type == "long" || type == "integer" || type == "date" || type == "boolean" ||
                type == "short" || type == "byte")
                key.missing_type = FieldType::integer;
            if (type == "double" || type == "float" || type == "half_float")
                key.missing_type = FieldType::number;
        } else if (name == "format") {
            TRY(const std::string format, scalar(value, "format"));
            TRY(key.format, DateFormat::of(format));
        } else if (name == "mode") {
            const auto mode = text_of_scalar(value);
            if (mode != (key.descending ? "max" : "min")) return unsupported("[mode] of a sort");
        } else if (name != "numeric_type") {
            return unsupported(fmt::format("[{}] of a sort", std::string_view(name)));
        }
    }
    return base::outcome::success();
}

Parsed<SortKey> sort_key(std::string_view name, const json::value* options,
                         const Mapping& mapping) {
    SortKey key;
    bool unmapped_ok = false;
    if (options != nullptr && options->is_object()) {
        TRY(sort_options(options->get_object(), key, unmapped_ok));
    } else if (options != nullptr) {
        TRY(const std::string order, scalar(*options, "order"));
        if (order != "asc" && order != "desc")
            return illegal(
                fmt::format("expected [order] asc or desc, found [{}]", order.substr(0, 100)));
        key.descending = order == "desc";
    }
    if (name == "_doc" || name == "_shard_doc" || name == "_seq_no") {
        key.field.name = "_doc";
        key.field.asked = name;
        return key;
    }
    if (name == "_score") return unsupported("sorting by [_score] (there are no scores)");
    if (name == "_script" || name == "_geo_distance")
        return unsupported(fmt::format("sorting by [{}]", name));
    key.field = mapping.find(name);
    // Where no index is, nothing has to be mapped in it.
    if (key.field.type == FieldType::none && !unmapped_ok && !mapping.is_empty()) {
        return in_query(fmt::format("No mapping found for [{}] in order to sort on", name));
    }
    if (key.field.type != FieldType::none) key.missing_type = key.field.type;
    if (key.field.type == FieldType::text) {
        return Failure{400, "illegal_argument_exception",
                       fmt::format("Fielddata is disabled on [{0}] in [_all]. Text fields are not "
                                   "optimised for sorting; use [{0}.keyword]",
                                   name),
                       true};
    }
    return key;
}

Parsed<void> read_sort(const json::value& value, const Mapping& mapping,
                       std::vector<SortKey>& keys) {
    if (value.is_null()) return base::outcome::success();
    if (const auto* list = value.if_array()) {
        if (list->size() > 16) return unsupported("a sort by more than 16 fields");
        for (const json::value& each : *list) TRY(read_sort(each, mapping, keys));
        return base::outcome::success();
    }
    if (const auto* object = value.if_object()) {
        for (const auto& [name, options] : *object) {
            TRY(SortKey key,
                sort_key(std::string_view(name.data(), name.size()), &options, mapping));
            keys.push_back(std::move(key));
        }
        return base::outcome::success();
    }
    TRY(const std::string name, scalar(value, "sort"));
    TRY(SortKey key, sort_key(name, nullptr, mapping));
    keys.push_back(std::move(key));
    return base::outcome::success();
}

Parsed<void> read_fields(const json::value& list, std::vector<ShownField>& fields) {
    if (!list.is_array()) return parsing("[fields] expected an array");
    if (list.get_array().size() > 100)
        return illegal(fmt::format("expected at most 100 fields, found {}; a pattern names several",
                                   list.get_array().size()));
    for (const json::value& each : list.get_array()) {
        ShownField field;
        if (const auto* object = each.if_object()) {
            const auto* name = option(object, "field");
            if (name == nullptr) return parsing("[fields] expected a [field]");
            TRY(field.pattern, scalar(*name, "field"));
            const auto* format = option(object, "format");
            if (format != nullptr && text_of_scalar(*format) != "use_field_mapping") {
                TRY(const std::string text, scalar(*format, "format"));
                TRY(field.format, DateFormat::of(text));
            }
        } else {
            TRY(field.pattern, scalar(each, "fields"));
        }
        fields.push_back(std::move(field));
    }
    return base::outcome::success();
}

Parsed<std::size_t> count_of(const json::value& value, std::string_view name) {
    if (value.is_string() && !integer_of(value, name)) {
        return Failure{400, "number_format_exception",
                       fmt::format("For input string: \"{}\" of [{}]",
                                   std::string_view(value.get_string()).substr(0, 100), name)};
    }
    TRY(const std::int64_t count, integer_of(value, name));
    if (count < 0) {
        return illegal(fmt::format("[{}] parameter cannot be negative, found [{}]", name, count));
    }
    return static_cast<std::size_t>(count);
}

Parsed<void> read_total(const json::value& value, SearchBody& body) {
    const auto text = text_of_scalar(value);
    if (text == "true") {
        body.track_total = std::numeric_limits<std::uint64_t>::max();
    } else if (text == "false") {
        body.track_total.reset();
    } else {
        TRY(const std::int64_t most, integer_of(value, "track_total_hits"));
        if (most == -1) {
            body.track_total = std::numeric_limits<std::uint64_t>::max();
        } else if (most < 0) {
            return illegal("[track_total_hits] parameter must be positive or equals to -1");
        } else {
            body.track_total = static_cast<std::uint64_t>(most);
        }
    }
    return base::outcome::success();
}

Parsed<void> read_member(std::string_view name, const json::value& value, const Mapping& mapping,
                         base::Nanos now, SearchBody& body) {
    if (name == "query") {
        if (value.is_null()) return base::outcome::success();
        TRY(body.query, QueryReader(mapping, now).read(value));
    } else if (name == "from") {
        TRY(body.from, count_of(value, name));
    } else if (name == "size") {
        TRY(body.size, count_of(value, name));
    } else if (name == "sort") {
        TRY(read_sort(value, mapping, body.sort));
    } else if (name == "search_after") {
        if (value.is_null()) return base::outcome::success();
        if (!value.is_array() || value.get_array().empty())
            return illegal("Values must contain at least one value.");
        body.search_after.emplace(value.get_array().begin(), value.get_array().end());
    } else if (name == "track_total_hits") {
        TRY(read_total(value, body));
    } else if (name == "_source") {
        TRY(body.source, SourceFilter::of(value));
    } else if (name == "fields" || name == "docvalue_fields") {
        TRY(read_fields(value, body.fields));
    } else if (name == "version") {
        TRY(body.version, boolean_of(value, name));
    } else if (name == "seq_no_primary_term") {
        TRY(body.sequence, boolean_of(value, name));
    } else if (name == "aggs" || name == "aggregations") {
        TRY(body.aggregations, object_of(value, name));
    } else if (among(refused, name)) {
        if (!is_empty(value)) return unsupported(fmt::format("[{}] of a search", name));
    } else if (!among(tolerated, name)) {
        return parsing(fmt::format("unknown key [{}] in a search", name.substr(0, 100)));
    }
    return base::outcome::success();
}

}  // namespace

Parsed<SearchBody> read_search(const json::object& object, const Mapping& mapping,
                               base::Nanos now) {
    SearchBody body;
    for (const auto& [key, value] : object) {
        TRY(read_member(std::string_view(key.data(), key.size()), value, mapping, now, body));
    }
    if (body.from + body.size > SearchBody::window) {
        return Failure{400, "illegal_argument_exception",
                       fmt::format("Result window is too large, from + size must be less than or "
                                   "equal to: [{}] but was [{}]. See the scroll api for a more "
                                   "efficient way to request large data sets.",
                                   SearchBody::window, body.from + body.size),
                       true};
    }
    if (body.search_after) {
        if (body.sort.empty() || body.search_after->size() > body.sort.size()) {
            return Failure{400, "illegal_argument_exception",
                           fmt::format("search_after has {} value(s) but sort has {}.",
                                       body.search_after->size(), body.sort.size()),
                           true};
        }
        if (body.from > 0)
            return Failure{400, "action_request_validation_exception",
                           "Validation Failed: 1: `from` parameter must be set to 0 when "
                           "`search_after` is used;"};
    }
    return body;
}

json::value sort_parameter(std::string_view text) {
    json::array keys;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        const std::size_t colon = part.rfind(':');
        const std::string_view order =
            colon == std::string_view::npos ? "" : part.substr(colon + 1);
        if (order == "asc" || order == "desc") {
            json::object key;
            key[json::string_view(part.data(), colon)] = json::string(order.data(), order.size());
            keys.push_back(std::move(key));
        } else {
            keys.push_back(json::string(part.data(), part.size()));
        }
    }
    return keys;
}

}  // namespace query::dsl

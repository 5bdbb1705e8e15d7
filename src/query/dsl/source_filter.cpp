#include "query/dsl/source_filter.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/index_name.h"

namespace query::dsl {

namespace {

constexpr std::size_t most_names = 1'000;

Parsed<void> add_names(const json::value& value, std::vector<std::string>& names) {
    if (value.is_null()) return base::outcome::success();
    if (!value.is_array()) {
        TRY(names.emplace_back(), scalar(value, "_source"));
        return base::outcome::success();
    }
    if (value.get_array().size() > most_names)
        return illegal(fmt::format("_source: expected at most {} names", most_names));
    for (const json::value& each : value.get_array()) {
        TRY(names.emplace_back(), scalar(each, "_source"));
    }
    return base::outcome::success();
}

bool fits_any(const std::vector<std::string>& patterns, std::string_view name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return event::fits_wildcard(name, pattern);
    });
}

struct Pruner {
    const std::vector<std::string>& includes;
    const std::vector<std::string>& excludes;

    // False: nothing of it is shown. `taken`: something above it is included.
    bool keep(json::value& value, const std::string& path, bool taken) const {
        if (fits_any(excludes, path)) return false;
        taken = taken || includes.empty() || fits_any(includes, path);
        if (auto* object = value.if_object()) return keep_members(*object, path, taken) || taken;
        if (auto* array = value.if_array()) return keep_elements(*array, path, taken);
        return taken;
    }

    bool keep_members(json::object& object, const std::string& path, bool taken) const {
        json::object kept;
        for (auto& [name, member] : object) {
            const std::string key(name);
            const std::string below = path.empty() ? key : path + "." + key;
            if (keep(member, below, taken)) kept.emplace(name, std::move(member));
        }
        object = std::move(kept);
        return !object.empty();
    }

    bool keep_elements(json::array& array, const std::string& path, bool taken) const {
        json::array kept;
        for (json::value& element : array) {
            if (!element.is_object()) {
                if (taken) kept.push_back(std::move(element));
            } else if (keep_members(element.get_object(), path, taken) || taken) {
                kept.push_back(std::move(element));
            }
        }
        array = std::move(kept);
        return taken || !array.empty();
    }
};

}  // namespace

Parsed<SourceFilter> SourceFilter::of(const json::value& value) {
    SourceFilter made;
    if (value.is_bool() || value == "true" || value == "false") {
        made.none_ = value == "false" || (value.is_bool() && !value.get_bool());
        return made;
    }
    const auto* object = value.if_object();
    if (object == nullptr) {
        TRY(add_names(value, made.includes_));
        return made;
    }
    for (const auto& [key, names] : *object) {
        if (key == "includes" || key == "include") {
            TRY(add_names(names, made.includes_));
        } else if (key == "excludes" || key == "exclude") {
            TRY(add_names(names, made.excludes_));
        } else {
            return parsing("Unknown key for a _source: [" + std::string(key) + "].");
        }
    }
    return made;
}

std::string SourceFilter::apply(const std::string& source) const {
    json::error_code error;
    json::parse_options options;
    options.max_depth = 1000;
    json::value value = json::parse(source, error, {}, options);
    if (error || !value.is_object()) return source;
    Pruner{includes_, excludes_}.keep_members(value.get_object(), "", includes_.empty());
    return json::serialize(value);
}

}  // namespace query::dsl

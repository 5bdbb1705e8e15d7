#include "query/dsl/options.h"

#include <fmt/format.h>

#include <algorithm>

namespace query::dsl {

namespace {

bool says_nothing(std::string_view name) { return name == "boost" || name == "_name"; }

}  // namespace

Parsed<OneField> one_field(const json::value& body, std::string_view query,
                           std::string_view value_name) {
    TRY(const json::object* object, object_of(body, query));
    OneField found;
    for (const auto& [name, value] : *object) {
        if (says_nothing(name) && !value.is_object()) continue;
        if (!found.field.empty()) {
            return parsing(
                fmt::format("[{}] query doesn't support multiple fields, found [{}] and "
                            "[{}]",
                            query, found.field, std::string_view(name)));
        }
        found.field = name;
        found.value = &value;
    }
    if (found.field.empty()) {
        const std::string reason = fmt::format("[{}] query expects a field", query);
        return value_name == "query" ? parsing(reason) : illegal(reason);
    }
    if (found.value->is_array())
        return parsing(
            fmt::format("[{}] query does not support an array for [{}]", query, found.field));
    if (const auto* options = found.value->if_object()) {
        found.options = options;
        found.value = options->if_contains(json::string_view(value_name.data(), value_name.size()));
    }
    if (found.value != nullptr && found.value->is_null()) found.value = nullptr;
    return found;
}

Parsed<void> check_options(const json::object& options, std::string_view query,
                           std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : options) {
        const std::string_view key(name.data(), name.size());
        if (says_nothing(key) || std::find(known.begin(), known.end(), key) != known.end())
            continue;
        if (query == "bool") {
            return Failure{400, "x_content_parse_exception",
                           fmt::format("[bool] unknown field [{}]", key.substr(0, 100))};
        }
        return parsing(fmt::format("[{}] query does not support [{}]", query, key.substr(0, 100)));
    }
    return base::outcome::success();
}

const json::value* option(const json::object* options, std::string_view name) {
    if (options == nullptr) return nullptr;
    const auto* found = options->if_contains(json::string_view(name.data(), name.size()));
    return found == nullptr || found->is_null() ? nullptr : found;
}

}  // namespace query::dsl

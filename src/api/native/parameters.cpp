#include "api/native/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "net/http.h"

namespace api {

namespace {

namespace json = boost::json;

constexpr std::size_t depth_limit = 16;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

base::Error wrong(std::string_view name, std::string_view expected, const json::value& found) {
    std::string text = json::serialize(found);
    if (text.size() > 100) text = text.substr(0, 100) + "…";
    return base::invalid(
        fmt::format("parameter '{}': expected {}, found {}", name, expected, text));
}

// Parameters of a query string; one that is given twice is a list.
json::object object_of(const net::Headers& query) {
    json::object values;
    for (const auto& [name, value] : query) {
        auto& found = values[name];
        if (found.is_null()) {
            found = value;
        } else if (auto* several = found.if_array()) {
            several->emplace_back(value);
        } else {
            found = json::array{found, json::value(value)};
        }
    }
    return values;
}

base::Result<json::value> parse(std::string_view text) {
    json::parse_options options;
    options.max_depth = depth_limit;
    json::error_code error;
    json::value value =
        json::parse(json::string_view(text.data(), text.size()), error, {}, options);
    if (error) return base::invalid(fmt::format("this is not JSON: {}", error.message()));
    return value;
}

std::optional<std::string> scalar_text(const json::value& value) {
    if (const auto* text = value.if_string()) return std::string(view(*text));
    if (value.is_number()) return json::serialize(value);
    return std::nullopt;
}

void add_parts(std::string_view text, std::vector<std::string>& list) {
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (comma != 0) list.emplace_back(text.substr(0, comma));
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
}

std::optional<storage::Metric::Operation> operation_named(std::string_view name) {
    using Operation = storage::Metric::Operation;
    constexpr std::pair<std::string_view, Operation> operations[] = {
        {"count", Operation::count},
        {"count_distinct", Operation::count_distinct},
        {"sum", Operation::sum},
        {"min", Operation::min},
        {"max", Operation::max},
        {"avg", Operation::avg},
        {"percentiles", Operation::percentiles}};
    for (const auto& [known, operation] : operations) {
        if (known == name) return operation;
    }
    return std::nullopt;
}

base::Result<storage::Metric> metric_of(std::string_view name, const json::value& value) {
    constexpr auto form =
        R"(metrics such as {"op":"avg","field":"response_time"} with op count, count_distinct, sum, min, max, avg or percentiles)";
    const auto* object = value.if_object();
    const auto* op = object == nullptr ? nullptr : object->if_contains("op");
    const auto operation =
        op == nullptr || !op->is_string() ? std::nullopt : operation_named(view(op->get_string()));
    if (!operation) return wrong(name, form, value);
    storage::Metric metric;
    metric.operation = *operation;
    if (const auto* field = object->if_contains("field")) {
        if (!field->is_string()) return wrong(name, form, value);
        metric.field = view(field->get_string());
    }
    if (metric.field.empty() && metric.operation != storage::Metric::Operation::count) {
        return wrong(name, "a metric with a field", value);
    }
    if (metric.operation != storage::Metric::Operation::percentiles) return metric;
    metric.percents = {50, 95, 99};
    if (const auto* percents = object->if_contains("percents")) {
        if (!percents->is_array() || percents->get_array().empty() ||
            percents->get_array().size() > 100) {
            return wrong(name, "percents as an array of 1 to 100 numbers", value);
        }
        metric.percents.clear();
        for (const auto& percent : percents->get_array()) {
            json::error_code error;
            const double number = percent.to_number<double>(error);
            if (error || number < 0 || number > 100)
                return wrong(name, "percents from 0 to 100", value);
            metric.percents.push_back(number);
        }
    }
    return metric;
}

}  // namespace

base::Result<Parameters> Parameters::read(const net::HttpRequest& request) {
    auto values = std::make_shared<json::object>(object_of(request.query));
    if (request.body.empty()) return Parameters(std::move(values));
    TRY(auto body, parse(request.body));
    if (!body.is_object()) return base::invalid("expected a JSON object as the request's body");
    for (auto& [name, value] : body.get_object()) (*values)[name] = value;
    return Parameters(std::move(values));
}

const boost::json::value* Parameters::find(std::string_view name) const {
    const auto* value = values_->if_contains(json::string_view(name.data(), name.size()));
    return value == nullptr || value->is_null() ? nullptr : value;
}

bool Parameters::has(std::string_view name) const { return find(name) != nullptr; }

base::Status Parameters::only(const std::vector<std::string_view>& known) const {
    for (const auto& entry : *values_) {
        const std::string_view name(entry.key().data(), entry.key().size());
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        return base::invalid(fmt::format("there is no parameter '{}' here; known: {}", name,
                                         fmt::join(known, ", ")));
    }
    return base::ok();
}

base::Result<std::string> Parameters::text(std::string_view name,
                                           std::string_view otherwise) const {
    const auto* value = find(name);
    if (value == nullptr) return std::string(otherwise);
    if (auto text = scalar_text(*value)) return std::move(*text);
    return wrong(name, "a text", *value);
}

base::Result<bool> Parameters::flag(std::string_view name, bool otherwise) const {
    const auto* value = find(name);
    if (value == nullptr) return otherwise;
    if (const auto* truth = value->if_bool()) return *truth;
    const auto text = scalar_text(*value);
    if (text && (*text == "true" || *text == "false")) return *text == "true";
    return wrong(name, "true or false", *value);
}

base::Result<std::uint64_t> Parameters::count(std::string_view name, std::uint64_t otherwise,
                                              std::uint64_t least, std::uint64_t most) const {
    const auto* value = find(name);
    if (value == nullptr) return otherwise;
    const auto text = scalar_text(*value);
    std::uint64_t number = 0;
    if (text) {
        const auto [end, error] =
            std::from_chars(text->data(), text->data() + text->size(), number);
        if (error == std::errc{} && end == text->data() + text->size() && number >= least &&
            number <= most) {
            return number;
        }
    }
    return wrong(name, fmt::format("a whole number from {} to {}", least, most), *value);
}

base::Result<std::vector<std::string>> Parameters::list(std::string_view name) const {
    std::vector<std::string> list;
    const auto* value = find(name);
    if (value == nullptr) return list;
    if (const auto text = scalar_text(*value)) {
        add_parts(*text, list);
        return list;
    }
    if (!value->is_array()) return wrong(name, "a list", *value);
    for (const auto& item : value->get_array()) {
        if (!item.is_string()) return wrong(name, "a list of texts", *value);
        list.emplace_back(view(item.get_string()));
    }
    return list;
}

base::Result<std::vector<storage::Metric>> Parameters::metrics(std::string_view name) const {
    std::vector<storage::Metric> metrics;
    const auto* found = find(name);
    if (found == nullptr) return metrics;
    json::value value = *found;
    if (value.is_string()) {
        TRY(value, parse(view(found->get_string())));
    }
    if (!value.is_array()) return wrong(name, "an array", value);
    for (const auto& item : value.get_array()) {
        TRY(auto metric, metric_of(name, item));
        metrics.push_back(std::move(metric));
    }
    return metrics;
}

}  // namespace api

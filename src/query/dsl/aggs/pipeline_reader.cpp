#include <fmt/format.h>

#include <algorithm>

#include "base/parse_number.h"
#include "query/dsl/aggs/reader.h"
#include "query/dsl/aggs/script.h"
#include "query/dsl/options.h"
#include "query/time_text.h"

namespace query::dsl {

namespace {

Parsed<void> read_paths(OptionReader& options, Aggregation& into) {
    const bool several = into.type == AggregationType::bucket_script ||
                         into.type == AggregationType::bucket_selector;
    const json::value* paths = options.take("buckets_path");
    if (into.type == AggregationType::bucket_sort) return base::outcome::success();
    if (paths == nullptr)
        return parsing(
            fmt::format("Missing required field [buckets_path] for aggregation [{}]", into.name));
    if (const json::object* named = paths->if_object(); several && named != nullptr) {
        for (const auto& [key, value] : *named) {
            TRY(std::string path, scalar(value, "buckets_path"));
            into.pipeline.paths.emplace_back(std::string(key), std::move(path));
        }
        return base::outcome::success();
    }
    const json::value* only = paths;
    if (paths->is_array() && paths->get_array().size() == 1) only = &paths->get_array()[0];
    TRY(std::string path, scalar(*only, "buckets_path"));
    into.pipeline.paths.emplace_back(several ? "_value" : "", std::move(path));
    return base::outcome::success();
}

Parsed<void> read_gap_policy(OptionReader& options, Aggregation& into) {
    TRY(const auto policy, options.text("gap_policy"));
    if (!policy || *policy == "skip") return base::outcome::success();
    if (*policy == "insert_zeros") {
        into.pipeline.gap = GapPolicy::insert_zeros;
    } else if (*policy == "keep_values") {
        into.pipeline.gap = GapPolicy::keep_values;
    } else {
        return illegal(
            fmt::format("Invalid gap policy: [{}], accepted values: [insert_zeros, skip, "
                        "keep_values]",
                        policy->substr(0, 100)));
    }
    return base::outcome::success();
}

struct ScriptText {
    std::string source;
    std::vector<std::pair<std::string, double>> constants;
};

Parsed<ScriptText> read_script_text(OptionReader& options) {
    ScriptText made;
    const json::value* script = options.take("script");
    if (script == nullptr)
        return parsing(
            fmt::format("Missing required field [script] for aggregation [{}]", options.type()));
    const json::object* object = script->if_object();
    if (object == nullptr) {
        TRY(made.source, scalar(*script, "script"));
        return made;
    }
    for (const auto& [key, value] : *object) {
        if (key == "source" || key == "inline") {
            TRY(made.source, scalar(value, "source"));
        } else if (key == "params") {
            TRY(const json::object* params, object_of(value, "params"));
            for (const auto& [name, number] : *params) {
                TRY(const double constant, number_of(number, "params"));
                made.constants.emplace_back(std::string(name), constant);
            }
        } else if (key != "lang") {
            return unsupported(fmt::format("[{}] of a script", std::string_view(key)));
        }
    }
    return made;
}

Parsed<void> read_script(OptionReader& options, Aggregation& into) {
    TRY(const ScriptText script, read_script_text(options));
    std::vector<std::string> variables;
    for (const auto& [name, path] : into.pipeline.paths) variables.push_back(name);
    TRY(into.pipeline.script, Script::of(script.source, variables, script.constants));
    return base::outcome::success();
}

struct WindowFunction {
    std::string_view name;
    std::size_t least;
    std::size_t most;
};
constexpr WindowFunction window_functions[] = {{"max", 0, 0},    {"min", 0, 0},
                                               {"sum", 0, 0},    {"unweightedAvg", 0, 0},
                                               {"stdDev", 0, 0}, {"linearWeightedAvg", 0, 0},
                                               {"ewma", 1, 1},   {"holt", 2, 2}};

// "MovingFunctions.ewma(values, 0.3)"
Parsed<void> read_window_function(const ScriptText& script, Aggregation& into) {
    std::string text;
    for (const char c : script.source) {
        if (c != ' ' && c != '\n' && c != '\t' && c != ';') text.push_back(c);
    }
    if (text.starts_with("return")) text.erase(0, 6);
    const auto refused = [&] {
        return unsupported(
            fmt::format("the script [{}] of moving_fn (known are MovingFunctions.max, "
                        "min, sum, unweightedAvg, stdDev, linearWeightedAvg, ewma and "
                        "holt)",
                        script.source.substr(0, 200)));
    };
    constexpr std::string_view home = "MovingFunctions.";
    const std::size_t open = text.find("(values");
    if (!text.starts_with(home) || open == std::string::npos || !text.ends_with(")"))
        return refused();
    into.pipeline.function = text.substr(home.size(), open - home.size());
    std::string rest = text.substr(open + 7, text.size() - open - 8);
    if (into.pipeline.function == "stdDev" && rest == ",MovingFunctions.unweightedAvg(values)")
        rest.clear();
    while (!rest.empty()) {
        if (rest.front() != ',') return refused();
        std::string word = rest.substr(1, rest.find(',', 1) - 1);
        rest.erase(0, word.size() + 1);
        if (word.starts_with("params.")) word.erase(0, 7);
        const auto constant = std::find_if(script.constants.begin(), script.constants.end(),
                                           [&](const auto& one) { return one.first == word; });
        const auto number = constant != script.constants.end()
                                ? std::optional<double>(constant->second)
                                : base::parse_number<double>(word);
        if (!number) return refused();
        into.pipeline.arguments.push_back(*number);
    }
    const auto known =
        std::find_if(std::begin(window_functions), std::end(window_functions),
                     [&](const WindowFunction& one) { return one.name == into.pipeline.function; });
    const std::size_t given = into.pipeline.arguments.size();
    if (known == std::end(window_functions) || given < known->least || given > known->most)
        return refused();
    return base::outcome::success();
}

Parsed<void> read_window(OptionReader& options, Aggregation& into) {
    constexpr std::int64_t most = 1'000'000;
    if (options.take("window") == nullptr)
        return parsing(
            fmt::format("Missing required field [window] for aggregation [{}]", into.name));
    TRY(into.pipeline.window, options.integer("window", 1, 1, most));
    TRY(into.pipeline.shift, options.integer("shift", 0, -most, most));
    TRY(const ScriptText script, read_script_text(options));
    return read_window_function(script, into);
}

Parsed<void> read_bucket_sort(OptionReader& options, Aggregation& into) {
    PipelineOptions& pipeline = into.pipeline;
    TRY(const std::int64_t from, options.integer("from", 0, 0, INT32_MAX));
    pipeline.from = static_cast<std::size_t>(from);
    if (options.take("size") != nullptr) {
        TRY(const std::int64_t size, options.integer("size", 1, 1, INT32_MAX));
        pipeline.size = static_cast<std::size_t>(size);
    }
    const json::value* sort = options.take("sort");
    const json::array list = sort == nullptr    ? json::array()
                             : sort->is_array() ? sort->get_array()
                                                : json::array{*sort};
    for (const json::value& each : list) {
        BucketOrder order;
        if (const json::object* object = each.if_object()) {
            if (object->size() != 1) return parsing("[sort] expected one path in each object");
            const json::value& direction = object->begin()->value();
            order.path = object->begin()->key();
            const json::value* named =
                direction.is_object() ? direction.get_object().if_contains("order") : &direction;
            if (named != nullptr) {
                TRY(const std::string text, scalar(*named, "order"));
                order.descending = text == "desc";
            }
        } else {
            TRY(order.path, scalar(each, "sort"));
        }
        pipeline.paths.emplace_back("", order.path);
        pipeline.sort.push_back(std::move(order));
    }
    if (pipeline.sort.empty() && pipeline.from == 0 && !pipeline.size)
        return illegal("[" + into.name +
                       "] is configured to perform nothing. Please set either of [sort, size, "
                       "from] to use bucket_sort");
    return base::outcome::success();
}

}  // namespace

Parsed<void> read_pipeline(OptionReader& options, Aggregation& into) {
    TRY(read_paths(options, into));
    TRY(read_gap_policy(options, into));
    if (options.take("format") != nullptr) return unsupported("[format] of a pipeline aggregation");
    switch (into.type) {
        case AggregationType::bucket_script:
        case AggregationType::bucket_selector:
            return read_script(options, into);
        case AggregationType::moving_fn:
            return read_window(options, into);
        case AggregationType::bucket_sort:
            return read_bucket_sort(options, into);
        case AggregationType::serial_diff: {
            TRY(into.pipeline.shift, options.integer("lag", 1, 1, INT32_MAX));
            return base::outcome::success();
        }
        case AggregationType::derivative: {
            TRY(const auto unit, options.text("unit"));
            if (!unit) return base::outcome::success();
            const auto calendar = Rounding::calendar(*unit, TimeZone());
            const auto even = calendar ? calendar->even() : std::nullopt;
            const auto interval =
                even ? base::Result<base::Nanos>(even->first) : parse_interval(*unit);
            if (!interval) return illegal(fmt::format("unknown [unit] [{}]", unit->substr(0, 100)));
            into.pipeline.unit_millis = static_cast<double>(interval.value()) / base::millisecond;
            return base::outcome::success();
        }
        default:
            return base::outcome::success();
    }
}

}  // namespace query::dsl

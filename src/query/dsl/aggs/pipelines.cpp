#include "query/dsl/aggs/pipelines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "base/parse_number.h"
#include "query/dsl/aggs/keys.h"
#include "query/dsl/aggs/script.h"
#include "query/dsl/aggs/window.h"

namespace query::dsl {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

Failure no_path(const std::string& path) {
    return {400, "illegal_argument_exception",
            fmt::format("No aggregation found for path [{}]", path.substr(0, 200)), true};
}

double number_in(const json::value& value) {
    if (value.is_int64()) return static_cast<double>(value.get_int64());
    if (value.is_uint64()) return static_cast<double>(value.get_uint64());
    if (value.is_double()) return value.get_double();
    return none;
}

const json::value* member(const json::value& value, std::string_view name) {
    const json::object* object = value.if_object();
    return object == nullptr ? nullptr
                             : object->if_contains(json::string_view(name.data(), name.size()));
}

// One of several values of a metric: "std_deviation", "95", "std_upper".
Parsed<double> part_of(const json::value& metric, std::string_view part, const std::string& path) {
    if (const json::value* found = member(metric, part)) return number_in(*found);
    if (const json::value* bounds = member(metric, "std_deviation_bounds")) {
        if (part.starts_with("std_deviation_bounds.")) part.remove_prefix(21);
        if (part.starts_with("std_")) part.remove_prefix(4);
        if (const json::value* found = member(*bounds, part)) return number_in(*found);
    }
    if (const json::value* top = member(metric, "top")) {
        if (top->get_array().empty()) return none;
        const json::value* found = member(top->get_array()[0].at("metrics"), part);
        return found == nullptr ? none : number_in(*found);
    }
    const json::value* values = member(metric, "values");
    const auto percent = base::parse_number<double>(part);
    if (values == nullptr || !percent) return no_path(path);
    if (const json::value* found = member(*values, java_text(*percent))) return number_in(*found);
    if (!values->is_array()) return no_path(path);
    for (const json::value& each : values->get_array()) {
        if (number_in(each.at("key")) == *percent) return number_in(each.at("value"));
    }
    return no_path(path);
}

// What an element of a path names in a bucket, and what it picks of that.
struct Step {
    const json::value* found = nullptr;
    std::string_view part;
    bool bracket = false;
};

Step step_in(const json::object& bucket, std::string_view element) {
    Step step;
    step.found = bucket.if_contains(json::string_view(element.data(), element.size()));
    if (step.found != nullptr) return step;
    for (std::size_t at = element.find_first_of(".["); at != std::string_view::npos;
         at = element.find_first_of(".[", at + 1)) {
        const std::string_view name = element.substr(0, at);
        step.found = bucket.if_contains(json::string_view(name.data(), name.size()));
        if (step.found == nullptr) continue;
        step.part = element.substr(at + 1);
        step.bracket = element[at] == '[';
        if (step.bracket && step.part.ends_with(']')) step.part.remove_suffix(1);
        if (step.part.size() > 1 && (step.part.front() == '\'' || step.part.front() == '"')) {
            step.part.remove_prefix(1);
            step.part.remove_suffix(1);
        }
        return step;
    }
    return step;
}

const json::value* bucket_named(const json::value& list, std::string_view key) {
    const json::value* buckets = member(list, "buckets");
    if (buckets == nullptr) return nullptr;
    if (buckets->is_object()) return member(*buckets, key);
    for (const json::value& each : buckets->get_array()) {
        for (const char* name : {"key", "key_as_string"}) {
            const json::value* own = member(each, name);
            if (own != nullptr && text_of_scalar(*own) == key) return &each;
        }
    }
    return nullptr;
}

Parsed<double> metric_value(const Step& step, const std::string& path) {
    if (!step.part.empty()) return part_of(*step.found, step.part, path);
    if (const json::value* value = member(*step.found, "value")) return number_in(*value);
    if (const json::value* count = member(*step.found, "doc_count")) return number_in(*count);
    const json::value* values = member(*step.found, "values");
    if (values != nullptr && values->is_object() && values->get_object().size() == 1)
        return number_in(values->get_object().begin()->value());
    return no_path(path);
}

// By the gap policy; NaN: the bucket is passed over. Nothing where the path leads to nothing in
// this bucket, as to a derivative in the first one: the names in it were checked when it was read.
std::optional<double> input_of(const Bucket& bucket, const std::string& path, GapPolicy policy) {
    const Parsed<double> value = value_at_path(bucket.body, path);
    if (!value) return std::nullopt;
    const json::value* count = bucket.body.if_contains("doc_count");
    const bool counts = path == "_count" || path == "_key";
    const bool empty = !counts && count != nullptr && number_in(*count) == 0;
    if (policy == GapPolicy::keep_values) return value.value();
    if (!empty && std::isfinite(value.value())) return value.value();
    return policy == GapPolicy::insert_zeros ? 0 : none;
}

// The same, where such a bucket is passed over too.
double number_of_bucket(const Bucket& bucket, const std::string& path, GapPolicy policy) {
    return input_of(bucket, path, policy).value_or(none);
}

json::value shown(double value) {
    if (!std::isfinite(value)) return nullptr;
    return value;
}

void add_value(const Aggregation& pipeline, json::object made, Bucket& bucket) {
    if (pipeline.meta != nullptr) made["meta"] = *pipeline.meta;
    bucket.body[pipeline.name] = std::move(made);
}

std::vector<double> inputs(const Aggregation& pipeline, const std::vector<Bucket>& buckets) {
    std::vector<double> values;
    for (const Bucket& bucket : buckets)
        values.push_back(number_of_bucket(bucket, pipeline.pipeline.paths.front().second,
                                          pipeline.pipeline.gap));
    return values;
}

void derive(const Aggregation& pipeline, std::vector<Bucket>& buckets) {
    const PipelineOptions& asked = pipeline.pipeline;
    std::vector<std::optional<double>> values;
    for (const Bucket& bucket : buckets)
        values.push_back(input_of(bucket, asked.paths.front().second, asked.gap));
    for (std::size_t at = 1; at < values.size(); ++at) {
        if (!values[at] || !values[at - 1]) continue;
        const double difference = *values[at] - *values[at - 1];
        json::object made{{"value", shown(difference)}};
        if (asked.unit_millis > 0) {
            const double distance =
                number_in(buckets[at].body.at("key")) - number_in(buckets[at - 1].body.at("key"));
            made["normalized_value"] = shown(difference / (distance / asked.unit_millis));
        }
        add_value(pipeline, std::move(made), buckets[at]);
    }
}

void difference_to_earlier(const Aggregation& pipeline, std::vector<Bucket>& buckets) {
    const std::vector<double> values = inputs(pipeline, buckets);
    const auto lag = static_cast<std::size_t>(pipeline.pipeline.shift);
    for (std::size_t at = lag; at < values.size(); ++at) {
        const double difference = values[at] - values[at - lag];
        if (!std::isnan(difference)) add_value(pipeline, {{"value", difference}}, buckets[at]);
    }
}

void add_up(const Aggregation& pipeline, std::vector<Bucket>& buckets) {
    const std::vector<double> values = inputs(pipeline, buckets);
    double sum = 0;
    for (std::size_t at = 0; at < values.size(); ++at) {
        if (std::isfinite(values[at])) sum += values[at];
        add_value(pipeline, {{"value", sum}}, buckets[at]);
    }
}

Parsed<void> move_window(const Aggregation& pipeline, std::vector<Bucket>& buckets) {
    const std::vector<double> values = inputs(pipeline, buckets);
    std::vector<double> known;
    for (const double value : values) {
        if (!std::isnan(value)) known.push_back(value);
    }
    const PipelineOptions& asked = pipeline.pipeline;
    const auto clamp = [&](std::int64_t at) {
        return std::clamp<std::int64_t>(at, 0, static_cast<std::int64_t>(known.size()));
    };
    // Windows are at most so large that all of them together are soon read.
    constexpr std::size_t most_steps = 200'000'000;
    const auto width = std::min<std::size_t>(known.size(), static_cast<std::size_t>(asked.window));
    if (width * known.size() > most_steps)
        return illegal("[window] of moving_fn is too large for so many buckets");
    std::int64_t index = 0;
    for (std::size_t at = 0; at < values.size(); ++at) {
        if (std::isnan(values[at])) continue;
        const std::int64_t from = clamp(index - asked.window + asked.shift);
        const std::int64_t to = clamp(index + asked.shift);
        const std::span<const double> window(
            known.data() + from, static_cast<std::size_t>(std::max<std::int64_t>(to - from, 0)));
        add_value(pipeline,
                  {{"value", shown(window_value(asked.function, window, asked.arguments))}},
                  buckets[at]);
        ++index;
    }
    return base::outcome::success();
}

// The variables' values in a bucket; nothing when it is passed over.
std::optional<std::vector<double>> variables_in(const Aggregation& pipeline, const Bucket& bucket) {
    std::vector<double> values;
    for (const auto& [name, path] : pipeline.pipeline.paths) {
        const double value = number_of_bucket(bucket, path, pipeline.pipeline.gap);
        if (std::isnan(value) && pipeline.pipeline.gap == GapPolicy::skip) return std::nullopt;
        values.push_back(value);
    }
    return values;
}

void compute(const Aggregation& pipeline, std::vector<Bucket>& buckets) {
    for (Bucket& bucket : buckets) {
        const auto values = variables_in(pipeline, bucket);
        if (!values) continue;
        add_value(pipeline, {{"value", shown(pipeline.pipeline.script->run(*values))}}, bucket);
    }
}

void select(const Aggregation& pipeline, std::vector<Bucket>& buckets) {
    std::vector<Bucket> kept;
    for (Bucket& bucket : buckets) {
        std::vector<double> values;
        for (const auto& [name, path] : pipeline.pipeline.paths) {
            const double value = number_of_bucket(bucket, path, pipeline.pipeline.gap);
            values.push_back(value);
        }
        if (pipeline.pipeline.script->run(values) != 0) kept.push_back(std::move(bucket));
    }
    buckets = std::move(kept);
}

void sort_buckets(const Aggregation& pipeline, std::vector<Bucket>& buckets) {
    const PipelineOptions& asked = pipeline.pipeline;
    struct Keyed {
        Bucket bucket;
        std::vector<double> keys;
    };
    std::vector<Keyed> list;
    for (Bucket& bucket : buckets) {
        Keyed one;
        bool known = asked.sort.empty();
        for (const BucketOrder& order : asked.sort) {
            const double key = number_of_bucket(bucket, order.path, asked.gap);
            known = known || !std::isnan(key);
            one.keys.push_back(key);
        }
        // Without any key a bucket is passed over.
        if (!known) continue;
        one.bucket = std::move(bucket);
        list.push_back(std::move(one));
    }
    std::stable_sort(list.begin(), list.end(), [&](const Keyed& one, const Keyed& other) {
        for (std::size_t at = 0; at < asked.sort.size(); ++at) {
            const double a = one.keys[at];
            const double b = other.keys[at];
            if (std::isnan(a) || std::isnan(b)) {
                if (std::isnan(a) == std::isnan(b)) continue;
                return std::isnan(b);
            }
            if (a != b) return (a < b) != asked.sort[at].descending;
        }
        return false;
    });
    buckets.clear();
    for (std::size_t at = asked.from; at < list.size(); ++at) {
        if (asked.size && buckets.size() == *asked.size) break;
        buckets.push_back(std::move(list[at].bucket));
    }
}

json::value bucket_summary(const Aggregation& pipeline, const std::vector<Bucket>& buckets,
                           const std::string& path) {
    double count = 0;
    double sum = 0;
    double least = none;
    double most = none;
    json::array keys;
    for (const Bucket& bucket : buckets) {
        const double value = number_of_bucket(bucket, path, pipeline.pipeline.gap);
        if (std::isnan(value)) continue;
        const double before = pipeline.type == AggregationType::min_bucket ? least : most;
        ++count;
        sum += value;
        least = std::fmin(least, value);
        most = std::fmax(most, value);
        const double now = pipeline.type == AggregationType::min_bucket ? least : most;
        if (now != before) keys.clear();
        if (now == value) keys.push_back(json::string(bucket.label));
    }
    switch (pipeline.type) {
        case AggregationType::avg_bucket:
            return json::object{{"value", shown(sum / count)}};
        case AggregationType::sum_bucket:
            return json::object{{"value", sum}};
        case AggregationType::min_bucket:
            return json::object{{"value", shown(least)}, {"keys", std::move(keys)}};
        case AggregationType::max_bucket:
            return json::object{{"value", shown(most)}, {"keys", std::move(keys)}};
        default:
            return json::object{{"count", static_cast<std::int64_t>(count)},
                                {"min", shown(least)},
                                {"max", shown(most)},
                                {"avg", shown(sum / count)},
                                {"sum", sum}};
    }
}

}  // namespace

Parsed<double> value_at_path(const json::object& bucket, const std::string& path) {
    const json::object* here = &bucket;
    std::string_view rest = path;
    while (true) {
        const std::size_t end = rest.find('>');
        const std::string_view element = rest.substr(0, end);
        const bool last = end == std::string_view::npos;
        if (last && (element == "_count" || element == "_key")) {
            const json::value* found = here->if_contains(element == "_count" ? "doc_count" : "key");
            return found == nullptr ? Parsed<double>(no_path(path)) : number_in(*found);
        }
        const Step step = step_in(*here, element);
        if (step.found == nullptr) return no_path(path);
        if (last && step.part == "_count") {
            const json::value* count = member(*step.found, "doc_count");
            return count == nullptr ? Parsed<double>(no_path(path)) : number_in(*count);
        }
        if (last && step.part == "_bucket_count") {
            const json::value* list = member(*step.found, "buckets");
            if (list == nullptr) return no_path(path);
            return static_cast<double>(list->is_array() ? list->get_array().size()
                                                        : list->get_object().size());
        }
        const json::value* picked = step.found;
        if (step.bracket && member(*step.found, "buckets") != nullptr) {
            picked = bucket_named(*step.found, step.part);
            if (picked == nullptr) return none;
            if (last) return number_in(picked->at("doc_count"));
        }
        if (last) return metric_value(step, path);
        if (!picked->is_object()) return no_path(path);
        here = &picked->get_object();
        rest.remove_prefix(end + 1);
    }
}

Parsed<void> apply_pipeline(const Aggregation& pipeline, std::vector<Bucket>& buckets) {
    switch (pipeline.type) {
        case AggregationType::derivative:
            derive(pipeline, buckets);
            break;
        case AggregationType::cumulative_sum:
            add_up(pipeline, buckets);
            break;
        case AggregationType::serial_diff:
            difference_to_earlier(pipeline, buckets);
            break;
        case AggregationType::moving_fn:
            return move_window(pipeline, buckets);
        case AggregationType::bucket_script:
            compute(pipeline, buckets);
            break;
        case AggregationType::bucket_selector:
            select(pipeline, buckets);
            break;
        case AggregationType::bucket_sort:
            sort_buckets(pipeline, buckets);
            break;
        default:
            break;
    }
    return base::outcome::success();
}

Parsed<json::value> sibling_value(const Aggregation& pipeline, const json::object& level) {
    const std::string& path = pipeline.pipeline.paths.front().second;
    std::size_t end = path.find('>');
    if (end == std::string::npos) end = path.rfind('.');
    const json::value* list =
        level.if_contains(json::string_view(path.data(), std::min(end, path.size())));
    if (list == nullptr) {
        return Failure{400, "action_request_validation_exception",
                       fmt::format("Validation Failed: 1: buckets_path aggregation does not exist "
                                   "for aggregation [{}]: {};",
                                   pipeline.name, path.substr(0, 200))};
    }
    const json::value* found = member(*list, "buckets");
    if (found == nullptr || end == std::string::npos) return no_path(path);
    std::vector<Bucket> buckets;
    if (const json::object* keyed = found->if_object()) {
        for (const auto& [key, value] : *keyed)
            buckets.push_back({std::string(key), value.get_object()});
    } else {
        for (const json::value& value : found->get_array()) {
            const json::object& body = value.get_object();
            const json::value* key = body.if_contains("key_as_string");
            if (key == nullptr) key = body.if_contains("key");
            buckets.push_back({key == nullptr ? "" : text_of_scalar(*key).value_or(""), body});
        }
    }
    return bucket_summary(pipeline, buckets, path.substr(end + 1));
}

}  // namespace query::dsl

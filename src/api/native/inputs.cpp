#include "api/native/inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/native/answers.h"
#include "base/arrivals.h"
#include "base/metrics.h"

// inputs: which ways in are open, what came by them, and what did not.

namespace api {

namespace {

void write_time(base::Nanos time, JsonWriter& json) {
    time == 0 ? json.null() : json.value(query::Time{time});
}

std::string_view name_of(Entrance::Tls tls) {
    switch (tls) {
        case Entrance::Tls::none:
            return "none";
        case Entrance::Tls::server:
            return "server";
        case Entrance::Tls::optional_clients:
            return "optional";
        case Entrance::Tls::required_clients:
            return "required";
    }
    return "";
}

void write_entrances(std::span<const Entrance> entrances, JsonWriter& json) {
    json.key("entrances").begin_array();
    for (const Entrance& entrance : entrances) {
        json.begin_object();
        json.key("setting").string(entrance.setting);
        json.key("example").string(entrance.example);
        json.key("input").string(entrance.input);
        json.key("name").string(entrance.name);
        json.key("open").boolean(entrance.open);
        if (entrance.open) {
            json.key("transport").string(entrance.transport);
            json.key("host").string(entrance.host);
            json.key("port").unsigned_integer(entrance.port);
            json.key("tls").string(name_of(entrance.tls));
            json.key("needs_key").boolean(entrance.needs_key);
        }
        json.end_object();
    }
    json.end_array();
}

void write_stored(const base::Arrivals::Stored& stored, JsonWriter& json) {
    json.key("events").unsigned_integer(stored.events);
    json.key("first_event");
    write_time(stored.first, json);
    json.key("last_event");
    write_time(stored.last, json);
}

void write_troubles(const base::Arrivals::Input& input, JsonWriter& json) {
    json.key("troubles").begin_array();
    for (std::size_t at = 0; at < input.hindered.size(); ++at) {
        const auto& told = input.hindered[at];
        if (told.times == 0) continue;
        json.begin_object();
        json.key("kind").string(base::name_of(static_cast<base::Hindrance>(at)));
        json.key("times").unsigned_integer(told.times);
        json.key("last");
        write_time(told.last, json);
        json.key("from").string(told.from);
        json.key("reason").string(told.reason);
        json.end_object();
    }
    json.end_array();
}

void write_input(const std::string& name, const InputCounts& counts,
                 const base::Arrivals::Input& input, JsonWriter& json) {
    json.begin_object();
    json.key("name").string(name);
    json.key("filtered").unsigned_integer(counts.filtered);
    json.key("rejected").unsigned_integer(counts.rejected);
    write_stored(input.stored, json);
    json.key("indices").begin_array();
    for (const auto& [index, stored] : input.indices) {
        json.begin_object();
        json.key("name").string(index);
        write_stored(stored, json);
        json.end_object();
    }
    json.end_array();
    write_troubles(input, json);
    json.end_object();
}

}  // namespace

std::map<std::string, InputCounts> input_counts() {
    const auto& metrics = base::metrics();
    std::map<std::string, InputCounts> counts;
    for (const auto& [name, count] : metrics.sums("ordertrail_rejected_events_total", "input"))
        counts[name].rejected = count;
    for (const auto& [name, count] :
         metrics.sums("ordertrail_input_filtered_events_total", "input"))
        counts[name].filtered = count;
    for (const auto& [name, count] : metrics.sums("ordertrail_received_events_total", "input")) {
        InputCounts& of_input = counts[name];
        const std::uint64_t left_out = of_input.rejected + of_input.filtered;
        of_input.accepted = count - std::min(count, left_out);
    }
    return counts;
}

std::string address_of(const std::string& input, std::span<const Entrance> entrances) {
    constexpr std::pair<std::string_view, std::string_view> paths[] = {
        {"elasticsearch", "/_bulk"},
        {"ingest", "/ingest/<index>"},
        {"otlp", "/v1/logs, /v1/traces"},
        {"loki", "/loki/api/v1/push"},
        {"splunk", "/services/collector"},
        {"journald", "/upload"},
        {"s3", "/s3/events"}};
    for (const auto& [name, path] : paths) {
        if (name == input) return std::string(path);
    }
    std::string addresses;
    for (const Entrance& entrance : entrances) {
        if (entrance.input != input || !entrance.open || entrance.port == 0) continue;
        if (!addresses.empty()) addresses += ", ";
        addresses += fmt::format("{}:{}/{}", entrance.host, entrance.port, entrance.transport);
    }
    return addresses;
}

base::Result<std::string> answer_inputs(const NativeContext& context, const Parameters&) {
    auto arrived = base::arrivals().inputs();
    const auto counts = input_counts();
    for (const auto& [name, count] : counts) arrived.try_emplace(name);
    JsonWriter json;
    json.begin_object();
    json.key("environment").string(context.environment);
    write_entrances(context.entrances, json);
    json.key("inputs").begin_array();
    for (const auto& [name, input] : arrived) {
        const auto counted = counts.find(name);
        write_input(name, counted == counts.end() ? InputCounts{} : counted->second, input, json);
    }
    json.end_array().end_object();
    return json.take();
}

}  // namespace api

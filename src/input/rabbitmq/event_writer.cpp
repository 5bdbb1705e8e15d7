#include "input/rabbitmq/event_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/json_text.h"
#include "event/schema.h"

namespace input::rabbitmq {

namespace field = event::field;

namespace {

constexpr std::string_view broker_service = "RabbitMQ";
// Headers by which a sender may say who it is.
constexpr std::string_view sender_headers[] = {"service_name", "service.name", "x-service-name",
                                               "service"};
// The user of a fresh broker, which everybody shares.
constexpr std::string_view shared_user = "guest";
// Longer texts of a broker's headers are no names or ids.
constexpr std::size_t most_name_bytes = 1024;

void put(JsonEvents& to, std::string_view name, std::string_view value) {
    if (!value.empty()) to.text(name, value.substr(0, most_name_bytes));
}

std::optional<std::int64_t> integer_of(const Table& table, std::string_view name) {
    const Value* const value = find(table, name);
    const auto* const integer = value == nullptr ? nullptr : std::get_if<std::int64_t>(&value->is);
    return integer == nullptr ? std::nullopt : std::optional(*integer);
}

void put_integer(JsonEvents& to, std::string_view name, const Table& from, std::string_view key) {
    if (const auto value = integer_of(from, key)) to.integer(name, *value);
}

std::string text_or_number(const Table& table, std::string_view name) {
    if (const auto number = integer_of(table, name)) return std::to_string(*number);
    return std::string(text_of(table, name));
}

// When a message says it was sent; 0 when it does not, or says what cannot be.
base::Nanos sent_at(const Table& properties, const Table& headers) {
    constexpr std::int64_t most_seconds = 4'102'444'800;  // the year 2100
    if (const auto ms = integer_of(headers, "timestamp_in_ms")) {
        if (*ms > 0 && *ms < most_seconds * 1000) return *ms * base::millisecond;
    }
    const auto seconds = integer_of(properties, "timestamp");
    return seconds && *seconds > 0 && *seconds < most_seconds ? *seconds * base::second : 0;
}

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}

std::string lower(std::string_view text) {
    std::string made(text);
    for (char& c : made) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return made;
}

// "connection.created" → "RABBITMQ_CONNECTION_CREATED".
std::string event_type_of(std::string_view key) {
    std::string made = "RABBITMQ_";
    for (const char c : key.substr(0, 100)) {
        const bool is_letter = c >= 'a' && c <= 'z';
        const bool is_kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        made.push_back(is_letter ? static_cast<char>(c - 'a' + 'A') : (is_kept ? c : '_'));
    }
    return made;
}

bool is_trouble(std::string_view key) {
    return key.starts_with("alarm.set") || key.ends_with(".failure") || key.ends_with(".blocked") ||
           key.ends_with("partition");
}

// What may hold passwords: the definitions of shovels and federation.
bool is_secret(std::string_view key, std::string_view name) {
    return (key.starts_with("parameter.") || key.starts_with("policy.")) &&
           (name == "value" || name == "definition");
}

}  // namespace

struct EventWriter::Traced {
    bool is_sent = false;
    std::string queue;
    std::vector<std::string_view> queues;  // that it was routed to
    const Table* properties = nullptr;
    const Table* headers = nullptr;  // of the message itself
    std::string service;
    std::string peer;
};

EventWriter::EventWriter(WriterOptions options, ConnectionNames& names)
    : options_(std::move(options)), names_(names) {}

std::string_view EventWriter::mapped(std::string_view name) const {
    for (const auto& [known, service] : options_.services) {
        if (known == name) return service;
    }
    return {};
}

bool EventWriter::is_own(std::string_view queue) const {
    return !options_.own_queues.empty() && queue.starts_with(options_.own_queues);
}

std::string EventWriter::service_of(std::string_view connection, std::string_view user) const {
    const std::string client = names_.name_of(connection);
    if (const auto known = mapped(client); !client.empty() && !known.empty()) {
        return std::string(known);
    }
    if (const auto known = mapped(user); !known.empty()) return std::string(known);
    if (!client.empty()) return client;
    return user == shared_user ? std::string() : std::string(user);
}

bool EventWriter::read_traced(const Message& message, Traced& traced) const {
    const std::string_view key = message.routing_key;
    const Table& told = message.headers;
    if (message.exchange != trace_exchange) return false;
    traced.properties = &table_of(told, "properties");
    traced.headers = &table_of(*traced.properties, "headers");
    std::string sender;
    for (const auto name : sender_headers) {
        if (sender.empty()) sender = text_of(*traced.headers, name);
    }
    if (sender.empty()) sender = text_of(*traced.properties, "app_id");
    const auto by_connection = service_of(text_of(told, "connection"), text_of(told, "user"));
    if (key.starts_with("publish.")) {
        traced.is_sent = true;
        traced.queues = texts_of(told, "routed_queues");
        for (const auto queue : traced.queues) {
            const auto& known = options_.known_queues;
            if (traced.queue.empty() && std::find(known.begin(), known.end(), queue) != known.end())
                traced.queue = queue;
        }
        if (traced.queue.empty() && !traced.queues.empty()) traced.queue = traced.queues.front();
        const auto user = mapped(text_of(told, "user"));
        traced.service = !user.empty() ? std::string(user) : sender;
        if (traced.service.empty()) traced.service = by_connection;
    } else if (key.starts_with("deliver.")) {
        traced.queue = key.substr(8);
        traced.service = by_connection;
        traced.peer = std::move(sender);
    } else {
        return false;
    }
    if (traced.service.empty()) traced.service = broker_service;
    return true;
}

base::Result<bool> EventWriter::write(const Message& message, const Arrival& arrival,
                                      JsonEvents& to) {
    Traced traced;
    if (read_traced(message, traced)) {
        const bool all_own =
            !traced.queues.empty() && std::all_of(traced.queues.begin(), traced.queues.end(),
                                                  [&](auto queue) { return is_own(queue); });
        if ((!traced.is_sent && is_own(traced.queue)) || all_own) return false;
        write_traced(message, traced, arrival, to);
    } else if (message.exchange == event_exchange) {
        write_event(message, arrival, to);
    } else {
        write_unknown(message, arrival, to);
    }
    TRY(to.end({}, arrival.id));
    return true;
}

void EventWriter::begin(const Arrival& arrival, base::Nanos time, JsonEvents& to) const {
    to.begin();
    const bool is_told = arrival.is_late && time > 0 && time < arrival.received;
    to.time(field::timestamp, is_told ? time : arrival.received);
    // The time is that of the arrival then, and may be much too late.
    if (arrival.is_late && !is_told) to.boolean("received_late", true);
    if (!options_.environment.empty()) to.text(field::environment, options_.environment);
}

std::string EventWriter::order_of(const Table& headers) const {
    for (const auto& name : options_.order_fields) {
        auto found = text_or_number(headers, name);
        if (!found.empty()) return found;
    }
    return body_.find(options_.order_fields).value_or(std::string());
}

void EventWriter::write_traced(const Message& message, const Traced& traced, const Arrival& arrival,
                               JsonEvents& to) {
    const Table& told = message.headers;
    const Table& properties = *traced.properties;
    has_body_ = body_.read(message.body);
    // Only a message that was just sent was sent when it says so.
    begin(arrival, traced.is_sent ? sent_at(properties, *traced.headers) : 0, to);
    to.text(field::level, "INFO");
    to.text(field::service_name, traced.service.substr(0, most_name_bytes));
    to.text(field::event_type, traced.is_sent ? "MESSAGE_SENT" : "MESSAGE_RECEIVED");
    put(to, field::queue_name, traced.queue);
    put(to, field::order_id, order_of(*traced.headers));
    put(to, "exchange", text_of(told, "exchange_name"));
    const auto keys = texts_of(told, "routing_keys");
    if (!keys.empty()) put(to, "routing_key", keys.front());
    put(to, "message_id", text_or_number(properties, "message_id"));
    put(to, "correlation_id", text_or_number(properties, "correlation_id"));
    put(to, "peer_service", traced.peer);
    write_trace_context(traced, to);
    to.text("reported_by", "broker");
    put(to, "rabbitmq.node", text_of(told, "node"));
    put(to, "rabbitmq.vhost", text_of(told, "vhost"));
    put(to, "rabbitmq.user", text_of(told, "user"));
    put(to, "rabbitmq.connection", text_of(told, "connection"));
    put_integer(to, "rabbitmq.channel", told, "channel");
    put(to, "rabbitmq.app_id", text_of(properties, "app_id"));
    put(to, "rabbitmq.type", text_of(properties, "type"));
    put(to, "rabbitmq.content_type", text_of(properties, "content_type"));
    if (traced.is_sent && traced.queues.empty()) to.boolean("unroutable", true);
    if (traced.queues.size() > 1) {
        scratch_.clear();
        append_json(*find(told, "routed_queues"), scratch_);
        to.json("routed_queues", scratch_);
    }
    if (integer_of(told, "redelivered").value_or(0) != 0) to.boolean("redelivered", true);
    write_body(message, to);
}

void EventWriter::write_trace_context(const Traced& traced, JsonEvents& to) const {
    static const std::vector<std::string> context_names = {"traceparent"};
    static const std::vector<std::string> trace_names = {"trace_id", "traceId", "trace.id"};
    std::string parent(text_of(*traced.headers, "traceparent"));
    if (parent.empty()) parent = body_.find(context_names).value_or(std::string());
    // 00-<32 digits>-<16 digits>-<2 digits>
    const bool is_context = parent.size() >= 55 && parent[2] == '-' && parent[35] == '-' &&
                            parent[52] == '-' && is_hex(parent.substr(3, 32)) &&
                            is_hex(parent.substr(36, 16));
    if (is_context) {
        to.text(field::trace_id, lower(parent.substr(3, 32)));
        // A receiver has a span of its own, which its message does not know.
        to.text(traced.is_sent ? field::span_id : "parent_span_id", lower(parent.substr(36, 16)));
        return;
    }
    std::string trace;
    for (const auto& name : trace_names) {
        if (trace.empty()) trace = text_of(*traced.headers, name);
    }
    if (trace.empty()) trace = body_.find(trace_names).value_or(std::string());
    put(to, field::trace_id, trace);
}

void EventWriter::write_body(const Message& message, JsonEvents& to) const {
    to.integer("message_bytes", static_cast<std::int64_t>(message.body.size()));
    if (options_.payload_bytes == 0 || message.body.empty()) return;
    to.text("payload", std::string_view(message.body).substr(0, options_.payload_bytes));
    if (message.body.size() > options_.payload_bytes) to.boolean("payload_cut", true);
}

void EventWriter::write_event(const Message& message, const Arrival& arrival, JsonEvents& to) {
    const Table& told = message.headers;
    const std::string_view key = message.routing_key;
    if (key == "connection.created") {
        auto client = text_of(told, "user_provided_name");
        if (client.empty())
            client = text_of(table_of(told, "client_properties"), "connection_name");
        const auto name = text_of(told, "name");
        if (!client.empty() && !name.empty()) names_.add(name, client);
    }
    base::Nanos time = sent_at({}, told);
    if (time == 0 && message.timestamp > 0) {
        time = sent_at({{"timestamp", Value{message.timestamp}}}, {});
    }
    begin(arrival, time, to);
    to.text(field::level, is_trouble(key) ? "WARN" : "INFO");
    to.text(field::service_name, broker_service);
    to.text(field::event_type, event_type_of(key));
    std::string text(key);
    for (const auto name : {"name", "queue", "user", "user_who_performed_action", "reason"}) {
        const auto value = text_of(told, name);
        if (!value.empty()) text += fmt::format(" {} {}", name, value.substr(0, most_name_bytes));
    }
    to.text(field::message, text);
    if (key.starts_with("queue.")) put(to, field::queue_name, text_of(told, "name"));
    if (key.starts_with("consumer.")) put(to, field::queue_name, text_of(told, "queue"));
    scratch_ = "{";
    for (const auto& [name, value] : told) {
        if (is_secret(key, name)) continue;
        if (scratch_.size() > 1) scratch_.push_back(',');
        event::append_json_string(name, scratch_);
        scratch_.push_back(':');
        append_json(value, scratch_);
    }
    scratch_.push_back('}');
    to.json("rabbitmq", scratch_);
}

void EventWriter::write_unknown(const Message& message, const Arrival& arrival,
                                JsonEvents& to) const {
    begin(arrival, 0, to);
    to.text(field::level, "INFO");
    to.text(field::service_name, broker_service);
    to.text(field::event_type, "RABBITMQ_MESSAGE");
    put(to, "exchange", message.exchange);
    put(to, "routing_key", message.routing_key);
    write_body(message, to);
}

}  // namespace input::rabbitmq

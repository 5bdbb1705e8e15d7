#include "input/otlp/span_names.h"

#include "event/schema.h"
#include "input/otlp/any_value.h"

namespace input::otlp {

const SpanNames::Spelling SpanNames::spellings[] = {
    {"messaging.system", messaging_system, true},
    {"messaging.destination.name", messaging_destination, true},
    {"messaging.destination", messaging_destination},
    {"messaging.rabbitmq.destination.routing_key", messaging_routing_key, true},
    {"messaging.rabbitmq.routing_key", messaging_routing_key},
    {"messaging.operation.type", messaging_operation, true},
    {"messaging.operation", messaging_operation},
    {"db.system.name", db_system, true},
    {"db.system", db_system},
    {"db.query.text", db_query, true},
    {"db.statement", db_query},
    {"db.namespace", db_namespace, true},
    {"db.name", db_namespace},
    {"http.request.method", http_method, true},
    {"http.method", http_method},
    {"http.response.status_code", http_status, true},
    {"http.status_code", http_status},
    {"http.route", http_route, true},
    {"url.full", url_full, true},
    {"http.url", url_full},
    {"queue_name", own_queue_name, true},
    {"queueName", own_queue_name, true},
};

namespace {

constexpr std::string_view default_exchange = "amq.default";

bool may_be_known(std::string_view key) {
    return key.starts_with("messaging.") || key.starts_with("db.") || key.starts_with("http.") ||
           key.starts_with("url.") || key.starts_with("queue");
}

// Older libraries named what they did; now its kind is told.
std::string_view operation_type(std::string_view operation) {
    if (operation == "publish") return "send";
    if (operation == "deliver") return "process";
    return operation;
}

}  // namespace

void SpanNames::see(std::string_view text) {
    const Attribute attribute = read_attribute(text);
    if (!may_be_known(attribute.key)) return;
    for (const Spelling& spelling : spellings) {
        if (spelling.key != attribute.key) continue;
        Seen& seen = seen_[spelling.name];
        if (seen.any && (seen.current || !spelling.current)) return;
        seen = {attribute.value, spelling.current, true};
        return;
    }
}

std::string_view SpanNames::text_of(Name name) const { return string_of(seen_[name].value); }

// RabbitMQ's destination is `exchange:routing key:queue` by today's conventions, without the parts
// that say nothing; older libraries name the exchange, or nothing for the default one, whose
// routing keys are queues.
std::string_view SpanNames::queue() const {
    if (seen_[own_queue_name].any) return {};
    const std::string_view destination = text_of(messaging_destination);
    const std::string_view key = text_of(messaging_routing_key);
    const bool rabbitmq = text_of(messaging_system) == "rabbitmq";
    if (!rabbitmq) return destination;
    if (const std::size_t colon = destination.rfind(':'); colon != std::string_view::npos) {
        return destination.substr(colon + 1);
    }
    if (!key.empty()) return key;
    return destination == default_exchange ? std::string_view() : destination;
}

base::Status SpanNames::tell(event::EventBuilder& to) const {
    if (const std::string_view name = queue(); !name.empty()) {
        to.key(event::field::queue_name);
        to.text(name);
    }
    for (const Spelling& spelling : spellings) {
        const Seen& seen = seen_[spelling.name];
        if (!spelling.current || !seen.any || seen.current) continue;
        if (spelling.name == messaging_operation) {
            to.key(spelling.key);
            to.text(operation_type(string_of(seen.value)));
            continue;
        }
        to.key(spelling.key);
        TRY(tell_value(seen.value, to));
    }
    return base::ok();
}

}  // namespace input::otlp

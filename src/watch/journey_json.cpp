#include "watch/journey_json.h"

#include <string_view>

#include "event/json_text.h"

namespace watch {

namespace {

// Seconds, to the millisecond.
double seconds(base::Nanos nanos) {
    const base::Nanos millis = nanos / base::millisecond;
    return static_cast<double>(millis) / 1000;
}

// Appends members one behind the other.
class Writer {
  public:
    explicit Writer(std::string& out) : out_(out) {}

    std::string& key(std::string_view name) {
        if (out_.back() != '{') out_ += ',';
        event::append_json_string(name, out_);
        out_ += ':';
        return out_;
    }
    void text(std::string_view name, std::string_view value) {
        event::append_json_string(value, key(name));
    }
    void flag(std::string_view name, bool value) { key(name) += value ? "true" : "false"; }
    void number(std::string_view name, double value) { event::append_number(value, key(name)); }
    void null(std::string_view name) { key(name) += "null"; }
    void time(std::string_view name, std::optional<base::Nanos> value) {
        value ? text(name, event::rfc3339(*value)) : null(name);
    }
    void title(std::string_view name, const event::Title& value) {
        open(name);
        text("en", value.en);
        text("ru", value.ru);
        close();
    }
    template <typename Items, typename TextOf>
    void list(std::string_view name, const Items& items, TextOf text_of) {
        key(name) += '[';
        for (const auto& item : items) {
            if (out_.back() != '[') out_ += ',';
            event::append_json_string(text_of(item), out_);
        }
        out_ += ']';
    }
    void value(std::string_view name, const query::Value& value);
    void open(std::string_view name) { key(name) += '{'; }
    void close() { out_ += '}'; }

  private:
    std::string& out_;
};

void Writer::value(std::string_view name, const query::Value& value) {
    if (value.index() == 0) return null(name);
    if (const auto* number_value = std::get_if<double>(&value)) return number(name, *number_value);
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return event::append_integer(*integer, key(name));
    if (const auto* boolean = std::get_if<bool>(&value)) return flag(name, *boolean);
    text(name, query::text_of(value));
}

void write_state(const Journey& journey, Writer& json) {
    json.open("state");
    json.text("id", journey.state == nullptr ? "unknown" : journey.state->id);
    json.title("title", journey.state == nullptr ? event::Title{"Unknown", "Неизвестно"}
                                                 : journey.state->title);
    json.time("since", journey.since);
    json.flag("final", journey.state != nullptr && journey.state->final);
    json.close();
}

void write_waiting(const Journey& journey, Writer& json) {
    if (journey.state == nullptr || journey.state->final) return json.null("waits_for");
    json.open("waits_for");
    json.title("title", journey.state->waits_for);
    json.text("service_name", journey.state->waits_for_service);
    journey.queue.empty() ? json.null("queue_name") : json.text("queue_name", journey.queue);
    json.list("event_types", journey.state->awaited_events,
              [](const std::string& name) { return name; });
    if (journey.state->deadline_floor > 0) {
        json.number("deadline_seconds", seconds(journey.state->deadline_floor));
    } else {
        json.null("deadline_seconds");
    }
    json.number("waiting_seconds", seconds(journey.waiting));
    json.close();
}

void write_missing(const Journey& journey, std::string& out) {
    Writer(out).key("missing") += '[';
    for (const MissingStep& step : journey.missing) {
        if (&step != &journey.missing.front()) out += ',';
        out += '{';
        Writer json(out);
        json.text("state", step.state->id);
        json.title("title", step.state->title);
        json.text("lane", step.lane);
        event::append_integer(static_cast<std::int64_t>(step.before), json.key("before"));
        out += '}';
    }
    out += ']';
}

void write_facts(const Journey& journey, Writer& json) {
    json.open("facts");
    for (const JourneyFact& fact : journey.facts) json.value(fact.fact->name, fact.value);
    for (const JourneyAgreement& entry : journey.agreements)
        json.flag(entry.agreement->name, entry.broken);
    json.close();
    json.open("fact_titles");
    for (const JourneyFact& fact : journey.facts) json.title(fact.fact->name, fact.fact->title);
    for (const JourneyAgreement& entry : journey.agreements) {
        json.title(entry.agreement->name, entry.agreement->title);
    }
    json.close();
}

void write_event(const JourneyEvent& event, const WriteRow& write_row, std::string& out) {
    out += '{';
    write_row(event.row, out);
    Writer json(out);
    json.text("service_name", event.service_name);
    json.text("event_type", event.event_type);
    json.text("level", event.level);
    json.text("lane", event.lane);
    json.title("title", event.title);
    event.sentence.en.empty() ? json.null("sentence") : json.title("sentence", event.sentence);
    event.message.empty() ? json.null("message") : json.text("message", event.message);
    json.text("joined_by", name_of(event.joined_by));
    json.text("move", name_of(event.move));
    json.number("since_previous_seconds", seconds(event.since_previous));
    event.state_after == nullptr ? json.null("state_after")
                                 : json.text("state_after", event.state_after->id);
    out += '}';
}

}  // namespace

std::string journey_json(const Journey& journey, const WriteRow& write_row) {
    std::string out = "{";
    Writer json(out);
    json.text("order_id", journey.order_id);
    json.text("environment", journey.environment);
    json.list("other_environments", journey.other_environments,
              [](const std::string& name) { return name; });
    write_state(journey, json);
    write_waiting(journey, json);
    json.flag("stuck", journey.stuck);
    json.time("created", journey.created);
    json.time("closed", journey.closed);
    json.number("duration_seconds", seconds(journey.duration));
    write_missing(journey, out);
    write_facts(journey, json);
    json.list("lanes", journey.lanes, [](const std::string& lane) { return lane; });
    json.flag("truncated", journey.truncated);
    json.key("events") += '[';
    for (const JourneyEvent& event : journey.events) {
        if (&event != &journey.events.front()) out += ',';
        write_event(event, write_row, out);
    }
    out += "]}";
    return out;
}

}  // namespace watch

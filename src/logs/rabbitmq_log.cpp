#include "logs/rabbitmq_log.h"

#include <re2/re2.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "logs/log_time.h"
#include "logs/piece.h"

namespace logs {

namespace {

constexpr std::size_t longest_head = 128;
// What is looked at to find a connection's name and user.
constexpr std::size_t longest_looked_at = 1024;

const RE2& head() {
    static const RE2 form(
        R"((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?) \[(\w+)\] (<[\d.]+>|undefined)? ?)",
        RE2::Quiet);
    return form;
}
const RE2& connection() {
    static const RE2 form(
        R"re(connection <[\d.]+> \(([^(),]{1,200}?)(?: - ([^(),]{1,200}))?[,)])re", RE2::Quiet);
    return form;
}
const RE2& user() {
    static const RE2 form(R"re(user:? '([^']{1,200})')re", RE2::Quiet);
    return form;
}
const RE2& virtual_host() {
    static const RE2 form(R"re(vhost:? '([^']{1,200})')re", RE2::Quiet);
    return form;
}

// How long the head of a line is; 0 when it has none.
std::size_t head_of(std::string_view line, std::array<re2::StringPiece, 4>& parts) {
    if (line.empty() || line.front() < '0' || line.front() > '9') return 0;
    const re2::StringPiece text(line.data(), std::min(line.size(), longest_head));
    const bool found = head().Match(text, 0, text.size(), RE2::ANCHOR_START, parts.data(), 4);
    return found ? parts[0].size() : 0;
}

std::string_view level_of(std::string_view word) {
    if (word == "debug") return "DEBUG";
    if (word == "warning") return "WARN";
    if (word == "error") return "ERROR";
    if (word == "critical" || word == "alert" || word == "emergency") return "FATAL";
    return "INFO";
}

void tell_found(const RE2& form, std::string_view message, std::string_view name, Fields& to) {
    const re2::StringPiece text(message.data(), std::min(message.size(), longest_looked_at));
    std::array<re2::StringPiece, 2> parts;
    if (form.Match(text, 0, text.size(), RE2::UNANCHORED, parts.data(), 2)) {
        tell(to, name, view(parts[1]));
    }
}

// What many messages say of a client: "connection <0.1.0> (10.0.0.5:40712 -> 10.0.0.1:5672 -
// shop-api-1): user 'shop' authenticated and granted access to vhost '/'".
void tell_message(std::string_view message, Fields& to) {
    tell(to, "message", message);
    const re2::StringPiece text(message.data(), std::min(message.size(), longest_looked_at));
    std::array<re2::StringPiece, 3> parts;
    if (connection().Match(text, 0, text.size(), RE2::UNANCHORED, parts.data(), 3)) {
        tell(to, "rabbitmq.connection", view(parts[1]));
        tell(to, "rabbitmq.client", view(parts[2]));
    }
    tell_found(user(), message, "rabbitmq.user", to);
    tell_found(virtual_host(), message, "rabbitmq.vhost", to);
}

std::string_view text_in(simdjson::dom::object object, std::string_view name) {
    std::string_view text;
    if (object.at_key(name).get_string().get(text) != simdjson::SUCCESS) return {};
    return text;
}

bool read_json(std::string_view event, Fields& to) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(event.data(), event.size()).get_object().get(object) != simdjson::SUCCESS) {
        return false;
    }
    const auto message = text_in(object, "msg");
    if (message.empty()) return false;
    tell(to, "@timestamp", database_time(text_in(object, "time")));
    to.text("level", level_of(text_in(object, "level")));
    tell(to, "rabbitmq.pid", text_in(object, "pid"));
    tell(to, "rabbitmq.domain", text_in(object, "domain"));
    tell(to, "rabbitmq.node", text_in(object, "node"));
    tell_message(message, to);
    return true;
}

}  // namespace

bool RabbitmqLog::begins(std::string_view line, LineState& state) const {
    if (line.starts_with('{')) return true;
    std::array<re2::StringPiece, 4> parts;
    const std::size_t size = head_of(line, parts);
    if (size == 0) return false;
    // To the microsecond, of one process: lines of one text.
    const std::uint64_t hash = base::hash_of(line.substr(0, size)) | 1;
    const bool goes_on = state.number == hash;
    state.number = hash;
    return !goes_on;
}

void RabbitmqLog::read(std::string_view event, Fields& to) const {
    if (event.starts_with('{') && read_json(event, to)) return;
    std::array<re2::StringPiece, 4> parts;
    const std::size_t size = head_of(event, parts);
    if (size == 0) return tell(to, "message", event);
    tell(to, "@timestamp", database_time(view(parts[1])));
    to.text("level", level_of(view(parts[2])));
    tell(to, "rabbitmq.pid", view(parts[3]));
    const auto head = event.substr(0, size);
    std::string message;
    while (!event.empty()) {
        auto line = event.substr(0, event.find('\n'));
        event.remove_prefix(std::min(line.size() + 1, event.size()));
        if (line.starts_with(head)) line.remove_prefix(size);
        if (!message.empty()) message.push_back('\n');
        message += line;
    }
    tell_message(message, to);
}

}  // namespace logs

#include "logs/mariadb_error.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "logs/log_time.h"
#include "logs/piece.h"

namespace logs {

namespace {

constexpr std::size_t longest_head = 256;

const RE2& head() {
    static const RE2 form(
        R"((\d{4}-\d\d-\d\d[ T] ?\d\d?:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)\s+(\d+)?\s*\[(\w+)\]\s?(?:\[(MY-\d+)\] \[(\w+)\] )?)",
        RE2::Quiet);
    return form;
}

std::string_view level_of(std::string_view word) {
    if (word == "ERROR" || word == "Error") return "ERROR";
    return word == "Warning" ? "WARN" : "INFO";
}

// Hours below ten may stand with a blank.
std::string time_of(std::string_view text) {
    std::string made(text);
    if (made.size() > 12 && made[11] == ' ') made[11] = '0';
    if (made.size() > 12 && made[12] == ':') made.insert(11, "0");
    return database_time(made);
}

// "Aborted connection 8 to db: 'mes' user: 'mes' host: 'localhost' …".
void tell_quoted(std::string_view text, std::string_view before, std::string_view field,
                 Fields& to) {
    const auto begin = text.find(before);
    if (begin == std::string_view::npos) return;
    text.remove_prefix(begin + before.size());
    tell(to, field, text.substr(0, text.find('\'')));
}

}  // namespace

bool MariadbError::begins(std::string_view line, LineState&) const {
    if (line.empty() || line.front() < '0' || line.front() > '9') return false;
    const re2::StringPiece text(line.data(), std::min(line.size(), longest_head));
    return head().Match(text, 0, text.size(), RE2::ANCHOR_START, nullptr, 0);
}

void MariadbError::read(std::string_view event, Fields& to) const {
    const re2::StringPiece text(event.data(), std::min(event.size(), longest_head));
    std::array<re2::StringPiece, 6> parts;
    if (!head().Match(text, 0, text.size(), RE2::ANCHOR_START, parts.data(), 6)) {
        return tell(to, "message", event);
    }
    const auto message = event.substr(parts[0].size());
    tell(to, "@timestamp", time_of(view(parts[1])));
    tell_integer(to, "connection_id", view(parts[2]));
    to.text("level", level_of(view(parts[3])));
    to.text("db_severity", view(parts[3]));
    tell(to, "error_code", view(parts[4]));
    tell(to, "subsystem", view(parts[5]));
    tell(to, "message", message);
    if (message.starts_with("Aborted connection")) {
        tell_quoted(message, "db: '", "database", to);
        tell_quoted(message, "user: '", "db_user", to);
        tell_quoted(message, "host: '", "db_client", to);
    } else if (message.starts_with("Access denied for user '")) {
        tell_quoted(message, "user '", "db_user", to);
        tell_quoted(message, "'@'", "db_client", to);
    }
}

}  // namespace logs

#include "logs/postgresql_csv.h"

#include <algorithm>
#include <optional>
#include <string>

#include "logs/log_time.h"
#include "logs/postgresql_message.h"

namespace logs {

namespace {

using Fields26 = std::vector<std::string>;

// PostgreSQL 12 has 23, 13 has backend_type, too, 14 leader_pid and query_id.
constexpr std::size_t least_fields = 23;
constexpr std::size_t most_fields = 40;

// What LineState::number says of the lines so far.
enum Lines : std::uint64_t { nothing, record, rest };

// "2026-11-24 10:15:00.123 UTC,": what a record begins with.
bool looks_like_begin(std::string_view line) {
    const auto comma = line.find(',');
    return comma != std::string_view::npos && comma < 48 && line.find('"') > comma &&
           !database_time(line.substr(0, comma)).empty();
}

bool has_open_quote(std::string_view line) {
    return std::count(line.begin(), line.end(), '"') % 2 == 1;
}

// The whole of a record; nothing when it is none.
std::optional<Fields26> parse(std::string_view text) {
    Fields26 fields(1);
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ',') {
            if (fields.size() == most_fields) return std::nullopt;
            fields.emplace_back();
            ++at;
        } else if (text[at] == '"' && fields.back().empty()) {
            for (++at;; ++at) {
                const auto end = text.find('"', at);
                if (end == std::string_view::npos) return std::nullopt;
                fields.back() += text.substr(at, end - at);
                at = end + 1;
                if (at == text.size() || text[at] != '"') break;
                fields.back().push_back('"');
            }
            if (at < text.size() && text[at] != ',') return std::nullopt;
        } else {
            const auto end = std::min(text.find_first_of(",\"\n", at), text.size());
            if (end < text.size() && text[end] != ',') return std::nullopt;
            fields.back() += text.substr(at, end - at);
            at = end;
        }
    }
    if (fields.size() < least_fields) return std::nullopt;
    return fields;
}

}  // namespace

bool PostgresqlCsv::begins(std::string_view line, LineState& state) const {
    if (state.open) {
        state.open = state.open != has_open_quote(line);
        return false;
    }
    // Only of a record's first line is it known what stands in quotes; others are what is left of a
    // record that was cut.
    const bool is_record = looks_like_begin(line);
    const bool is_rest = !is_record && state.number == rest;
    state.number = is_record ? record : rest;
    state.open = is_record && has_open_quote(line);
    return !is_rest;
}

std::vector<std::string_view> PostgresqlCsv::events(std::string_view text) const {
    if (text.find('\n') == std::string_view::npos || parse(text)) return {text};
    // A record was cut off, and its open quote hides the beginnings of those behind it.
    std::vector<std::string_view> found;
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != std::string_view::npos;
         end = text.find('\n', end + 1)) {
        if (!looks_like_begin(text.substr(end + 1, 64))) continue;
        found.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    found.push_back(text.substr(begin));
    return found;
}

void PostgresqlCsv::read(std::string_view event, Fields& to) const {
    auto fields = parse(event);
    if (!fields || database_time((*fields)[0]).empty()) return tell(to, "message", event);
    fields->resize(std::max<std::size_t>(fields->size(), 26));
    auto& all = *fields;
    PostgresqlMessage said;
    said.time = database_time(all[0]);
    said.user = std::move(all[1]);
    said.database = std::move(all[2]);
    said.process_id = std::move(all[3]);
    said.client = std::move(all[4]);
    said.session_id = std::move(all[5]);
    said.session_line = std::move(all[6]);
    said.command_tag = std::move(all[7]);
    said.transaction_id = std::move(all[10]);
    said.severity = std::move(all[11]);
    said.sql_state = std::move(all[12]);
    said.message = std::move(all[13]);
    said.detail = std::move(all[14]);
    said.hint = std::move(all[15]);
    said.internal_query = std::move(all[16]);
    said.context = std::move(all[18]);
    said.statement = std::move(all[19]);
    said.location = std::move(all[21]);
    said.application = std::move(all[22]);
    said.backend_type = std::move(all[23]);
    said.query_id = std::move(all[25]);
    tell_postgresql(said, to);
}

}  // namespace logs

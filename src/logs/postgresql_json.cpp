#include "logs/postgresql_json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "logs/log_time.h"
#include "logs/postgresql_message.h"

namespace logs {

namespace {

using simdjson::dom::object;

// Longer lines are kept as they are: reading takes several times their size.
constexpr std::size_t longest_line = 4 << 20;

// A text, or a number's digits; empty when it is neither.
std::string text_of(const object& line, std::string_view name) {
    std::string_view text;
    if (line[name].get_string().get(text) == simdjson::SUCCESS) return std::string(text);
    std::int64_t number = 0;
    if (line[name].get_int64().get(number) == simdjson::SUCCESS) return fmt::format("{}", number);
    return {};
}

std::string client_of(const object& line) {
    const auto host = text_of(line, "remote_host");
    const auto port = text_of(line, "remote_port");
    return port.empty() ? host : fmt::format("{}:{}", host, port);
}

std::string location_of(const object& line) {
    const auto function = text_of(line, "func_name");
    if (function.empty()) return {};
    return fmt::format("{}, {}:{}", function, text_of(line, "file_name"),
                       text_of(line, "file_line_num"));
}

}  // namespace

void PostgresqlJson::read(std::string_view event, Fields& to) const {
    simdjson::dom::parser parser;
    object line;
    const bool good =
        event.size() <= longest_line &&
        parser.parse(event.data(), event.size()).get_object().get(line) == simdjson::SUCCESS;
    if (!good || text_of(line, "error_severity").empty()) return tell(to, "message", event);
    PostgresqlMessage said;
    said.time = database_time(text_of(line, "timestamp"));
    said.severity = text_of(line, "error_severity");
    said.message = text_of(line, "message");
    said.detail = text_of(line, "detail");
    said.hint = text_of(line, "hint");
    said.internal_query = text_of(line, "internal_query");
    said.context = text_of(line, "context");
    said.statement = text_of(line, "statement");
    said.location = location_of(line);
    said.backtrace = text_of(line, "backtrace");
    said.user = text_of(line, "user");
    said.database = text_of(line, "dbname");
    said.client = client_of(line);
    said.application = text_of(line, "application_name");
    said.backend_type = text_of(line, "backend_type");
    said.sql_state = text_of(line, "state_code");
    said.process_id = text_of(line, "pid");
    said.session_id = text_of(line, "session_id");
    said.session_line = text_of(line, "line_num");
    said.command_tag = text_of(line, "ps");
    said.transaction_id = text_of(line, "txid");
    said.query_id = text_of(line, "query_id");
    tell_postgresql(said, to);
}

}  // namespace logs

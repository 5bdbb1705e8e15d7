#pragma once

#include <string>
#include <string_view>

#include "logs/fields.h"

namespace logs {

// One event of PostgreSQL's log, whatever form it was written in. Texts that are empty were not
// said.
struct PostgresqlMessage {
    std::string time;  // as for `@timestamp`
    std::string severity;
    std::string message;
    std::string detail;
    std::string hint;
    std::string internal_query;
    std::string context;
    std::string statement;
    std::string location;
    std::string backtrace;
    std::string user;
    std::string database;
    std::string client;
    std::string application;
    std::string backend_type;
    std::string sql_state;
    std::string process_id;
    std::string session_id;
    std::string session_line;
    std::string command_tag;
    std::string transaction_id;
    std::string query_id;
};

// Tells it:
//   SLOW_QUERY    one that says how long a statement took (log_min_duration_statement)
//   QUERY_FAILED  an ERROR with its statement
// and others with the level that their severity is. The language of messages (lc_messages) may be
// English, Russian or German.
void tell_postgresql(const PostgresqlMessage& message, Fields& to);

// What a word before ":  " begins.
enum class PostgresqlLabel : unsigned char {
    none,
    severity,
    detail,
    hint,
    internal_query,
    context,
    statement,
    location,
    backtrace
};
PostgresqlLabel label_of(std::string_view word);
// Every such word, for a regular expression: "LOG|ERROR|…".
const std::string& postgresql_labels();

}  // namespace logs

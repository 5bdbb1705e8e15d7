#include "logs/postgresql_message.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <iterator>

#include "base/parse_number.h"
#include "logs/statement.h"

namespace logs {

namespace {

using Label = PostgresqlLabel;

struct Word {
    std::string_view text;
    Label label;
    std::string_view level;  // of a severity
};

// As PostgreSQL's own translations have them.
constexpr Word words[] = {
    {"LOG", Label::severity, "INFO"},
    {"ERROR", Label::severity, "ERROR"},
    {"FATAL", Label::severity, "FATAL"},
    {"PANIC", Label::severity, "FATAL"},
    {"WARNING", Label::severity, "WARN"},
    {"NOTICE", Label::severity, "INFO"},
    {"INFO", Label::severity, "INFO"},
    {"DEBUG", Label::severity, "DEBUG"},
    {"DEBUG1", Label::severity, "DEBUG"},
    {"DEBUG2", Label::severity, "DEBUG"},
    {"DEBUG3", Label::severity, "DEBUG"},
    {"DEBUG4", Label::severity, "DEBUG"},
    {"DEBUG5", Label::severity, "DEBUG"},
    {"DETAIL", Label::detail, ""},
    {"HINT", Label::hint, ""},
    {"QUERY", Label::internal_query, ""},
    {"CONTEXT", Label::context, ""},
    {"STATEMENT", Label::statement, ""},
    {"LOCATION", Label::location, ""},
    {"BACKTRACE", Label::backtrace, ""},
    {"СООБЩЕНИЕ", Label::severity, "INFO"},
    {"ОШИБКА", Label::severity, "ERROR"},
    {"ВАЖНО", Label::severity, "FATAL"},
    {"ПАНИКА", Label::severity, "FATAL"},
    {"ПРЕДУПРЕЖДЕНИЕ", Label::severity, "WARN"},
    {"ЗАМЕЧАНИЕ", Label::severity, "INFO"},
    {"ИНФОРМАЦИЯ", Label::severity, "INFO"},
    {"ОТЛАДКА", Label::severity, "DEBUG"},
    {"ПОДРОБНОСТИ", Label::detail, ""},
    {"ПОДСКАЗКА", Label::hint, ""},
    {"ЗАПРОС", Label::internal_query, ""},
    {"КОНТЕКСТ", Label::context, ""},
    {"ОПЕРАТОР", Label::statement, ""},
    {"ПОЛОЖЕНИЕ", Label::location, ""},
    {"СТЕК", Label::backtrace, ""},
    {"FEHLER", Label::severity, "ERROR"},
    {"PANIK", Label::severity, "FATAL"},
    {"WARNUNG", Label::severity, "WARN"},
    {"HINWEIS", Label::severity, "INFO"},
    {"TIPP", Label::hint, ""},
    {"ANFRAGE", Label::internal_query, ""},
    {"ZUSAMMENHANG", Label::context, ""},
    {"ANWEISUNG", Label::statement, ""},
    {"ORT", Label::location, ""},
};

const Word* word_of(std::string_view text) {
    const auto* found = std::find_if(std::begin(words), std::end(words),
                                     [&](const Word& word) { return word.text == text; });
    return found == std::end(words) ? nullptr : found;
}

// "duration: 37.118 ms  execute <unnamed>: SELECT …".
struct Duration {
    double ms = 0;
    std::string_view phase;  // statement, execute <unnamed>, plan; empty: only the duration
    std::string_view statement;
};

bool read_duration(std::string_view message, Duration& duration) {
    static const RE2 form(
        R"((?s)(?:duration|продолжительность|Dauer): (\d+\.?\d*) (?:ms|мс)(?:,? +([^:]{1,200}): ?(.*))?)",
        RE2::Quiet);
    // The statement is cut off by hand: with it the expression would look at each of its bytes.
    constexpr std::size_t longest_head = 512;
    re2::StringPiece parts[4];
    const re2::StringPiece head(message.data(), std::min(message.size(), longest_head));
    if (!form.Match(head, 0, head.size(), RE2::ANCHOR_BOTH, parts, 4)) return false;
    const auto ms = base::parse_number<double>({parts[1].data(), parts[1].size()});
    if (!ms) return false;
    duration.ms = *ms;
    if (parts[3].data() == nullptr) return true;
    duration.phase = {parts[2].data(), parts[2].size()};
    duration.statement = message.substr(static_cast<std::size_t>(parts[3].data() - message.data()));
    return true;
}

// auto_explain: the statement stands behind "Query Text: ", the plan on the lines behind it.
void tell_plan(std::string_view plan, Fields& to) {
    constexpr std::string_view head = "Query Text: ";
    const auto begin = plan.find_first_not_of("\n\t ");
    if (begin == std::string_view::npos) return;
    plan.remove_prefix(begin);
    tell(to, "plan", plan);
    if (!plan.starts_with(head)) return;
    // The statement may have several lines; the plan's first one has its costs.
    static const RE2 first_of_plan(R"(\n[^\n]{1,500}\(cost=)", RE2::Quiet);
    re2::StringPiece found;
    const re2::StringPiece text(plan.data(), plan.size());
    const bool has_plan = first_of_plan.Match(text, 0, text.size(), RE2::UNANCHORED, &found, 1);
    const auto end =
        has_plan ? static_cast<std::size_t>(found.data() - plan.data()) : plan.find('\n');
    tell_statement(to, plan.substr(0, end).substr(head.size()), Dialect::postgresql);
}

// "execute S_1" is a phase and the name of a prepared statement.
void tell_slow_query(const Duration& duration, Fields& to) {
    const auto space = duration.phase.rfind(' ');
    tell(to, "statement_phase", duration.phase.substr(0, space));
    if (space != std::string_view::npos && !duration.phase.ends_with('>')) {
        tell(to, "statement_name", duration.phase.substr(space + 1));
    }
    tell_statement(to, duration.statement, Dialect::postgresql);
}

void tell_session(const PostgresqlMessage& said, Fields& to) {
    tell(to, "database", said.database);
    tell(to, "db_user", said.user);
    tell(to, "db_client", said.client);
    tell(to, "application_name", said.application);
    tell(to, "backend_type", said.backend_type);
    tell(to, "sql_state", said.sql_state);
    tell_integer(to, "process_id", said.process_id);
    tell(to, "session_id", said.session_id);
    tell_integer(to, "session_line", said.session_line);
    tell(to, "command_tag", said.command_tag);
    if (said.transaction_id != "0") tell(to, "transaction_id", said.transaction_id);
    if (said.query_id != "0") tell(to, "query_id", said.query_id);
}

}  // namespace

PostgresqlLabel label_of(std::string_view word) {
    const auto* known = word_of(word);
    return known == nullptr ? Label::none : known->label;
}

const std::string& postgresql_labels() {
    static const std::string all = [] {
        std::string joined;
        for (const auto& word : words) {
            if (!joined.empty()) joined.push_back('|');
            joined += word.text;
        }
        return joined;
    }();
    return all;
}

void tell_postgresql(const PostgresqlMessage& said, Fields& to) {
    tell(to, "@timestamp", said.time);
    tell(to, "message", said.message);
    const auto* severity = word_of(said.severity);
    const std::string_view level = severity == nullptr ? "" : severity->level;
    Duration duration;
    const bool timed = read_duration(said.message, duration);
    const bool slow = timed && !duration.statement.empty() && duration.phase != "plan";
    const bool failed = !timed && level == "ERROR" && !said.statement.empty();
    if (slow || failed) to.text("event_type", slow ? "SLOW_QUERY" : "QUERY_FAILED");
    tell(to, "level", slow || failed ? "WARN" : level);
    tell(to, "db_severity", said.severity);
    if (timed) to.number("duration_ms", duration.ms);
    if (slow) {
        tell_slow_query(duration, to);
    } else if (timed && duration.phase == "plan") {
        tell_plan(duration.statement, to);
    } else if (!said.statement.empty()) {
        tell_statement(to, said.statement, Dialect::postgresql);
    }
    if (failed) tell(to, "error", said.message);
    tell(to, "detail", said.detail);
    tell(to, "hint", said.hint);
    tell(to, "internal_query", said.internal_query);
    tell(to, "context", said.context);
    tell(to, "code_location", said.location);
    tell(to, "stack_trace", said.backtrace);
    tell_session(said, to);
}

}  // namespace logs

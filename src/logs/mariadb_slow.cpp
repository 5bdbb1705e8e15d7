#include "logs/mariadb_slow.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/parse_number.h"
#include "logs/log_time.h"
#include "logs/statement.h"

namespace logs {

namespace {

constexpr std::string_view time_line = "# Time: ";
constexpr std::string_view user_line = "# User@Host: ";
constexpr std::string_view explain_line = "# explain: ";
constexpr std::string_view command_line = "# administrator command: ";

// What LineState::number says of the line before.
enum Before : std::uint64_t {
    nothing,
    preamble,
    time,       // "# Time:"
    header,     // further lines with #, and "use"
    settings,   // "SET timestamp=…;": the statement follows, whatever it looks like
    statement,  // that is not ended yet
    ended
};

bool sets_timestamp(std::string_view line) {
    return line.starts_with("SET ") && line.ends_with(';') &&
           line.find("timestamp=") != std::string_view::npos;
}

bool is_preamble(std::string_view line) {
    return line.starts_with('/') && line.ends_with("started with:") &&
           line.find(", Version: ") != std::string_view::npos;
}

// The numbers of a statement, under the names of the catalog.
enum class Form : unsigned char { milliseconds, integer, boolean };
struct Known {
    std::string_view key;
    std::string_view field;
    Form form;
};
constexpr Known known_keys[] = {
    {"Query_time", "duration_ms", Form::milliseconds},
    {"Lock_time", "lock_ms", Form::milliseconds},
    {"Rows_sent", "rows_sent", Form::integer},
    {"Rows_examined", "rows_examined", Form::integer},
    {"Rows_affected", "rows_affected", Form::integer},
    {"Bytes_sent", "bytes_sent", Form::integer},
    {"Bytes_received", "bytes_received", Form::integer},
    {"Thread_id", "connection_id", Form::integer},
    {"Id", "connection_id", Form::integer},
    {"Errno", "error_number", Form::integer},
    {"Last_errno", "error_number", Form::integer},
    {"Full_scan", "full_scan", Form::boolean},
    {"Full_join", "full_join", Form::boolean},
    {"Tmp_table", "temporary_table", Form::boolean},
    {"Tmp_table_on_disk", "temporary_table_on_disk", Form::boolean},
    {"Filesort", "filesort", Form::boolean},
    {"Filesort_on_disk", "filesort_on_disk", Form::boolean},
};
constexpr std::size_t known_count = std::size(known_keys);

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// One statement of the log, taken apart.
class Entry {
  public:
    void read(std::string_view text);
    void tell_to(Fields& to) const;

  private:
    bool read_header(std::string_view line);
    void read_user(std::string_view rest);
    void read_pairs(std::string_view rest);
    void take(std::string_view key, std::string_view value);
    bool read_setting(std::string_view line);
    void tell_time(Fields& to) const;

    std::string_view time_;       // of "# Time:"
    std::string_view timestamp_;  // of SET timestamp
    std::string_view user_;
    std::string_view client_;
    std::string_view schema_;
    std::string_view used_;
    std::string_view statement_;
    std::string explain_;
    std::array<std::string_view, known_count> values_;
    bool is_entry_ = false;
};

void Entry::read(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        const bool is_statement = !timestamp_.empty() || line.starts_with(command_line);
        if (is_statement || !(read_header(line) || read_setting(line))) break;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    statement_ = text;
    if (statement_.starts_with(command_line)) statement_.remove_prefix(2);
    while (statement_.ends_with('\n') || statement_.ends_with(';')) statement_.remove_suffix(1);
}

bool Entry::read_header(std::string_view line) {
    if (line.starts_with(time_line)) {
        time_ = trimmed(line.substr(time_line.size()));
    } else if (line.starts_with(user_line)) {
        is_entry_ = true;
        read_user(line.substr(user_line.size()));
    } else if (line.starts_with(explain_line)) {
        if (!explain_.empty()) explain_.push_back('\n');
        explain_ += line.substr(explain_line.size());
    } else if (line.starts_with('#')) {
        read_pairs(line.substr(1));
    } else {
        return false;
    }
    return true;
}

// "mes[mes] @ localhost [127.0.0.1]  Id:     8": the name that was asked for, the account, host
// and address.
void Entry::read_user(std::string_view rest) {
    const auto open = rest.find('[');
    const auto close = rest.find(']', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) return;
    user_ = rest.substr(open + 1, close - open - 1);
    if (user_.empty()) user_ = trimmed(rest.substr(0, open));
    rest.remove_prefix(close + 1);
    const auto at = rest.find("@ ");
    if (at == std::string_view::npos) return;
    rest.remove_prefix(at + 2);
    const auto address = rest.find('[');
    const auto end = rest.find(']');
    if (address == std::string_view::npos || end == std::string_view::npos || end < address) return;
    client_ = rest.substr(address + 1, end - address - 1);
    if (client_.empty()) client_ = trimmed(rest.substr(0, address));
    read_pairs(rest.substr(end + 1));
}

// "Thread_id: 8  Schema: mes  QC_hit: No"; a value may be missing.
void Entry::read_pairs(std::string_view rest) {
    std::string_view key;
    while (!(rest = trimmed(rest)).empty()) {
        const auto word = rest.substr(0, std::min(rest.find_first_of(" \t"), rest.size()));
        rest.remove_prefix(word.size());
        if (word.size() > 1 && word.ends_with(':')) {
            key = word.substr(0, word.size() - 1);
        } else if (!key.empty()) {
            take(key, word);
            key = {};
        }
    }
}

void Entry::take(std::string_view key, std::string_view value) {
    if (key == "Schema") {
        schema_ = value;
        return;
    }
    for (std::size_t at = 0; at < known_count; ++at) {
        if (known_keys[at].key == key) values_[at] = value;
    }
}

// "use mes;", "SET timestamp=1795546689;", "SET last_insert_id=1,insert_id=2,timestamp=…;".
bool Entry::read_setting(std::string_view line) {
    if (!is_entry_ || !line.ends_with(';')) return false;
    const auto content = line.substr(0, line.size() - 1);
    if (content.starts_with("use ") && timestamp_.empty() && used_.empty()) {
        used_ = trimmed(content.substr(4));
        if (used_.size() > 1 && used_.front() == '`' && used_.back() == '`') {
            used_ = used_.substr(1, used_.size() - 2);
        }
        return true;
    }
    if (!sets_timestamp(line)) return false;
    constexpr std::string_view name = "timestamp=";
    timestamp_ = content.substr(content.find(name) + name.size());
    return true;
}

// SET timestamp has no time zone to be mistaken about, "# Time:" of MySQL has one and microseconds.
void Entry::tell_time(Fields& to) const {
    if (auto exact = database_time(time_); !exact.empty()) return to.text("@timestamp", exact);
    if (base::parse_number<double>(timestamp_)) return to.text("@timestamp", timestamp_);
    // "261124 10:15:00", hours below ten with a blank.
    if (time_.size() != 15) return;
    std::string text = fmt::format("20{}-{}-{} {}", time_.substr(0, 2), time_.substr(2, 2),
                                   time_.substr(4, 2), time_.substr(7));
    if (text[11] == ' ') text[11] = '0';
    if (auto local = database_time(text); !local.empty()) to.text("@timestamp", local);
}

void Entry::tell_to(Fields& to) const {
    tell_time(to);
    const auto pattern = normalised(statement_, Dialect::mysql);
    std::vector<std::string_view> told;
    for (std::size_t at = 0; at < known_count; ++at) {
        const auto& [key, field, form] = known_keys[at];
        const auto value = values_[at];
        if (value.empty() || std::find(told.begin(), told.end(), field) != told.end()) continue;
        told.push_back(field);
        if (form == Form::boolean) {
            to.boolean(field, value == "Yes");
        } else if (form == Form::integer) {
            tell_integer(to, field, value);
        } else if (const auto seconds = base::parse_number<double>(value)) {
            // As many microseconds, and no more digits.
            const double ms = std::round(*seconds * 1e6) / 1e3;
            if (std::isfinite(ms)) to.number(field, ms);
        }
    }
    to.text("event_type", "SLOW_QUERY");
    to.text("level", "WARN");
    tell(to, "message", fmt::format("Slow query: {}", pattern));
    tell(to, "database", schema_.empty() ? used_ : schema_);
    tell(to, "db_user", user_);
    tell(to, "db_client", client_);
    tell_statement(to, statement_, Dialect::mysql);
    tell(to, "plan", explain_);
}

}  // namespace

bool MariadbSlow::begins(std::string_view line, LineState& state) const {
    const auto before = static_cast<Before>(state.number);
    const auto now = [&](Before what, bool begins) {
        state.number = what;
        return begins;
    };
    if (is_preamble(line)) return now(preamble, true);
    // Within a statement such lines are its own: everybody can write comments.
    const bool in_statement = before == settings || before == statement;
    if (!in_statement && line.starts_with(time_line)) return now(time, true);
    if (!in_statement && line.starts_with(user_line)) return now(header, before != time);
    // The end of an event whose beginning is in another file.
    if (before == nothing) return now(ended, true);
    if (before == preamble) return false;
    if (before == time || before == header) {
        if (line.starts_with('#') && !line.starts_with(command_line)) return now(header, false);
        if (line.starts_with("use ") && line.ends_with(';')) return false;
        if (sets_timestamp(line)) return now(settings, false);
    }
    return now(line.ends_with(';') ? ended : statement, false);
}

void MariadbSlow::read(std::string_view event, Fields& to) const {
    const bool is_entry = event.starts_with(user_line) || event.starts_with(time_line);
    if (!is_entry || event.find(user_line) == std::string_view::npos) {
        to.text("level", "INFO");
        return tell(to, "message", event);
    }
    Entry entry;
    entry.read(event);
    entry.tell_to(to);
}

}  // namespace logs

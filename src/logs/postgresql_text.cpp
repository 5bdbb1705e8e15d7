#include "logs/postgresql_text.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/hash.h"
#include "logs/log_time.h"
#include "logs/piece.h"

namespace logs {

namespace {

// A prefix is shorter: what it may name has at most 63 bytes each.
constexpr std::size_t longest_head = 512;
constexpr std::size_t longest_prefix = 256;

using Member = std::string PostgresqlMessage::*;

struct Escape {
    char letter;
    const char* form;
    Member member;  // nullptr: not kept
};

constexpr const char* time_form = R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [^\s\]]+)";
constexpr const char* hex_form = R"([0-9a-f]+\.[0-9a-f]+)";

const Escape escapes[] = {
    {'t', time_form, &PostgresqlMessage::time},
    {'m', time_form, &PostgresqlMessage::time},
    {'n', R"(\d+\.\d+)", &PostgresqlMessage::time},
    {'s', time_form, nullptr},
    {'p', R"(\d+)", &PostgresqlMessage::process_id},
    {'P', R"(\d*)", nullptr},
    {'l', R"(\d+)", &PostgresqlMessage::session_line},
    {'c', hex_form, &PostgresqlMessage::session_id},
    {'e', R"([0-9A-Z]{5})", &PostgresqlMessage::sql_state},
    {'v', R"([0-9/]*)", nullptr},
    {'x', R"(\d+)", &PostgresqlMessage::transaction_id},
    {'Q', R"(-?\d+)", &PostgresqlMessage::query_id},
    {'u', ".*?", &PostgresqlMessage::user},
    {'d', ".*?", &PostgresqlMessage::database},
    {'a', ".*?", &PostgresqlMessage::application},
    {'i', ".*?", &PostgresqlMessage::command_tag},
    {'b', ".*?", &PostgresqlMessage::backend_type},
    {'r', ".*?", &PostgresqlMessage::client},
    {'h', ".*?", &PostgresqlMessage::client},
};

std::string& part_of(PostgresqlLabel label, PostgresqlMessage& said) {
    switch (label) {
        case PostgresqlLabel::detail:
            return said.detail;
        case PostgresqlLabel::hint:
            return said.hint;
        case PostgresqlLabel::internal_query:
            return said.internal_query;
        case PostgresqlLabel::context:
            return said.context;
        case PostgresqlLabel::statement:
            return said.statement;
        case PostgresqlLabel::location:
            return said.location;
        case PostgresqlLabel::backtrace:
            return said.backtrace;
        default:
            return said.message;
    }
}

std::string_view without(std::string_view text, std::string_view empty) {
    return text == empty ? std::string_view() : text;
}

}  // namespace

struct PostgresqlText::Prefix {
    std::unique_ptr<RE2> form;  // the prefix, a severity and its colon
    std::vector<Member> members;
    int process = 0;  // group of the process's number; 0: none
    // Of lines with another prefix.
    RE2 loose{
        fmt::format(
            R"((?:(\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]{{2,5}}| ?[+-]\d[\d:]*)?).*?)?({}):  ?)",
            postgresql_labels()),
        RE2::Quiet};

    // One escape, from its letter; padding may stand around it.
    bool add(char letter, bool padded, std::string& expression) {
        for (const auto& escape : escapes) {
            if (escape.letter != letter) continue;
            if (letter == 'p') process = static_cast<int>(members.size()) + 1;
            expression +=
                fmt::format("{}({}){}", padded ? " *" : "", escape.form, padded ? " *" : "");
            members.push_back(escape.member);
            return true;
        }
        // PostgreSQL passes over letters that it does not know.
        return true;
    }
};

PostgresqlText::PostgresqlText(std::unique_ptr<const Prefix> prefix) : prefix_(std::move(prefix)) {}
PostgresqlText::~PostgresqlText() = default;

base::Result<std::shared_ptr<const LogKind>> PostgresqlText::create(const std::string& prefix) {
    if (prefix.size() > longest_prefix) {
        return base::invalid(fmt::format("expected a log_line_prefix of at most {} bytes, found {}",
                                         longest_prefix, prefix.size()));
    }
    auto made = std::make_unique<Prefix>();
    std::string expression;
    bool optional = false;
    for (std::size_t at = 0; at < prefix.size(); ++at) {
        if (prefix[at] != '%' || at + 1 == prefix.size()) {
            expression += RE2::QuoteMeta(prefix.substr(at, 1));
            continue;
        }
        ++at;
        const auto padding = at;
        while (at + 1 < prefix.size() &&
               (prefix[at] == '-' || (prefix[at] >= '0' && prefix[at] <= '9')))
            ++at;
        if (prefix[at] == '%') {
            expression += '%';
        } else if (prefix[at] == 'q') {
            // Processes without a session stop here.
            if (!optional) expression += "(?:";
            optional = true;
        } else {
            made->add(prefix[at], at > padding, expression);
        }
    }
    // Rather without: the text behind the severity is anybody's.
    if (optional) expression += ")??";
    expression += fmt::format("({}):  ?", postgresql_labels());
    made->form = std::make_unique<RE2>(expression, RE2::Quiet);
    if (!made->form->ok()) {
        return base::invalid(fmt::format("the log_line_prefix '{}' cannot be read: {}", prefix,
                                         made->form->error()));
    }
    return std::shared_ptr<const LogKind>(new PostgresqlText(std::move(made)));
}

PostgresqlText::Head PostgresqlText::head_of(std::string_view line, PostgresqlMessage* said) const {
    const re2::StringPiece text(line.data(), std::min(line.size(), longest_head));
    const auto groups = prefix_->members.size();
    std::vector<re2::StringPiece> parts(groups + 2);
    if (!prefix_->form->Match(text, 0, text.size(), RE2::ANCHOR_START, parts.data(),
                              static_cast<int>(parts.size()))) {
        return loose_head_of(line, said);
    }
    Head head;
    head.severity = view(parts[groups + 1]);
    head.label = label_of(head.severity);
    head.text = line.substr(parts[0].size());
    if (prefix_->process > 0)
        head.process = view(parts[static_cast<std::size_t>(prefix_->process)]);
    if (said == nullptr) return head;
    for (std::size_t at = 0; at < groups; ++at) {
        const auto member = prefix_->members[at];
        const auto value = without(view(parts[at + 1]), "[unknown]");
        if (member != nullptr && !value.empty()) said->*member = value;
    }
    if (const auto time = database_time(said->time); !time.empty()) said->time = time;
    return head;
}

PostgresqlText::Head PostgresqlText::loose_head_of(std::string_view line,
                                                   PostgresqlMessage* said) const {
    const re2::StringPiece text(line.data(), std::min(line.size(), longest_head));
    std::array<re2::StringPiece, 3> parts;
    Head head;
    if (!prefix_->loose.Match(text, 0, text.size(), RE2::ANCHOR_START, parts.data(), 3)) {
        return head;
    }
    head.severity = view(parts[2]);
    head.label = label_of(head.severity);
    head.text = line.substr(parts[0].size());
    if (said != nullptr) said->time = database_time(view(parts[1]));
    return head;
}

bool PostgresqlText::begins(std::string_view line, LineState& state) const {
    if (line.starts_with('\t')) return false;
    const auto head = head_of(line, nullptr);
    const auto process = head.process.empty() ? 0 : base::hash_of(head.process);
    const bool goes_on = head.label != PostgresqlLabel::none &&
                         head.label != PostgresqlLabel::severity && process == state.number;
    if (!goes_on) state.number = process;
    return !goes_on;
}

void PostgresqlText::read(std::string_view event, Fields& to) const {
    PostgresqlMessage said;
    std::string* part = &said.message;
    for (bool first = true; first || !event.empty(); first = false) {
        const auto end = std::min(event.find('\n'), event.size());
        auto line = event.substr(0, end);
        event.remove_prefix(std::min(end + 1, event.size()));
        const bool is_tabbed = line.starts_with('\t');
        const Head head = is_tabbed ? Head{} : head_of(line, first ? &said : nullptr);
        if (head.label == PostgresqlLabel::severity && first) said.severity = head.severity;
        if (head.label != PostgresqlLabel::none) {
            if (!first) part = &part_of(head.label, said);
            line = head.text;
        } else if (is_tabbed) {
            line.remove_prefix(1);
        }
        if (!part->empty()) part->push_back('\n');
        *part += line;
    }
    tell_postgresql(said, to);
}

}  // namespace logs

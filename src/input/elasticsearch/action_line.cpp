#include "input/elasticsearch/action_line.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

namespace input::elasticsearch {

namespace {

constexpr int depth_limit = 64;
// Bytes of a client's text that an error repeats.
constexpr std::size_t longest_quote = 256;
// Names and ids; what needs many times its room to be read is not taken from a longer one.
constexpr std::size_t longest_escaped = 64 << 10;

struct Malformed {};

std::string_view quote(std::string_view text) { return text.substr(0, longest_quote); }

// Reads JSON tokens of one line. The first malformed byte throws Malformed with `wrong()` set: such
// lines are rare and end the whole request.
class LineReader {
  public:
    LineReader(std::string_view line, std::size_t number, std::deque<std::string>& texts)
        : line_(line), number_(number), texts_(texts) {}

    bool at_end() {
        skip_space();
        return at_ == line_.size();
    }

    // Takes a character if it is next.
    bool take(char c) {
        skip_space();
        if (at_ == line_.size() || line_[at_] != c) return false;
        ++at_;
        return true;
    }

    void want(char c) {
        if (!take(c)) wrong(fmt::format("expected '{}'", c));
    }

    // The next token as Elasticsearch names it; nothing is taken.
    std::string_view next_token() {
        skip_space();
        if (at_ == line_.size()) wrong("unexpected end of the line");
        const char c = line_[at_];
        if (c == '{') return "START_OBJECT";
        if (c == '}') return "END_OBJECT";
        if (c == '[') return "START_ARRAY";
        if (c == '"') return "VALUE_STRING";
        if (c == 't' || c == 'f') return "VALUE_BOOLEAN";
        if (c == 'n') return "VALUE_NULL";
        if (c == '-' || (c >= '0' && c <= '9')) return "VALUE_NUMBER";
        wrong("unexpected character");
        return {};
    }

    std::string_view string() {
        want('"');
        const std::size_t begin = at_;
        bool escaped = false;
        for (; at_ < line_.size() && line_[at_] != '"'; ++at_) {
            if (static_cast<unsigned char>(line_[at_]) < ' ')
                wrong("control character in a string");
            if (line_[at_] == '\\') {
                escaped = true;
                ++at_;
            }
        }
        if (at_ >= line_.size()) wrong("a string is not closed");
        const auto text = line_.substr(begin, at_++ - begin);
        return escaped ? unescaped(text) : text;
    }

    // A number or a word, as text.
    std::string_view word() {
        skip_space();
        const std::size_t begin = at_;
        while (at_ < line_.size() &&
               (std::isalnum(static_cast<unsigned char>(line_[at_])) != 0 || line_[at_] == '-' ||
                line_[at_] == '+' || line_[at_] == '.')) {
            ++at_;
        }
        const auto text = line_.substr(begin, at_ - begin);
        if (!is_scalar(text)) wrong(fmt::format("'{}' is no JSON value", text.substr(0, 40)));
        return text;
    }

    std::string_view scalar_text() { return next_token() == "VALUE_STRING" ? string() : word(); }

    void skip_value(int depth = 0) {
        if (depth > depth_limit) wrong("nested too deeply");
        if (take('{')) {
            if (take('}')) return;
            do {
                string();
                want(':');
                skip_value(depth + 1);
            } while (take(','));
            want('}');
        } else if (take('[')) {
            if (take(']')) return;
            do {
                skip_value(depth + 1);
            } while (take(','));
            want(']');
        } else {
            scalar_text();
        }
    }

    [[noreturn]] void wrong(std::string what) {
        wrong_ = fmt::format("[{}:{}] malformed action/metadata line: {}", number_, at_ + 1, what);
        throw Malformed{};
    }
    const std::string& what_is_wrong() const { return wrong_; }

  private:
    void skip_space() {
        while (at_ < line_.size() &&
               (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r')) {
            ++at_;
        }
    }

    static bool is_scalar(std::string_view text) {
        if (text == "true" || text == "false" || text == "null") return true;
        std::size_t at = text.substr(0, 1) == "-" ? 1 : 0;
        return at < text.size() && text[at] >= '0' && text[at] <= '9';
    }

    // Escapes are rare: simdjson undoes them, on a copy with the quotes.
    std::string_view unescaped(std::string_view text) {
        if (text.size() > longest_escaped) {
            wrong(fmt::format("a string with escapes has {} bytes, at most {} are taken",
                              text.size(), longest_escaped));
        }
        const simdjson::padded_string json(fmt::format("\"{}\"", text));
        simdjson::dom::parser parser;
        std::string_view plain;
        if (parser.parse(json).get(plain) != simdjson::SUCCESS) wrong("wrong escape in a string");
        return texts_.emplace_back(plain);
    }

    std::string_view line_;
    std::size_t number_;
    std::deque<std::string>& texts_;
    std::size_t at_ = 0;
    std::string wrong_;
};

Failure illegal(std::string reason) {
    return {400, "illegal_argument_exception", std::move(reason)};
}

std::optional<Verb> verb_named(std::string_view name) {
    if (name == "index") return Verb::index;
    if (name == "create") return Verb::create;
    if (name == "delete") return Verb::remove;
    if (name == "update") return Verb::update;
    return std::nullopt;
}

// Parameters that say nothing to an append-only log store.
bool is_read_over(std::string_view name) {
    static constexpr std::array names = {std::string_view("_type"),
                                         std::string_view("routing"),
                                         std::string_view("_routing"),
                                         std::string_view("version"),
                                         std::string_view("_version"),
                                         std::string_view("version_type"),
                                         std::string_view("_version_type"),
                                         std::string_view("if_seq_no"),
                                         std::string_view("if_primary_term"),
                                         std::string_view("retry_on_conflict"),
                                         std::string_view("_retry_on_conflict"),
                                         std::string_view("pipeline"),
                                         std::string_view("_source"),
                                         std::string_view("require_alias"),
                                         std::string_view("require_data_stream"),
                                         std::string_view("list_executed_pipelines"),
                                         std::string_view("dynamic_templates"),
                                         std::string_view("parent"),
                                         std::string_view("_parent"),
                                         std::string_view("write_load_hint")};
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The action's own object: {"_index":"shop","_id":"1"}. Nothing when all is well.
std::optional<Failure> read_parameters(LineReader& reader, std::size_t number, Action& action) {
    reader.want('{');
    if (reader.take('}')) return std::nullopt;
    do {
        const auto name = reader.string();
        reader.want(':');
        const auto token = reader.next_token();
        const bool simple = token.substr(0, 5) == "VALUE";
        if (token == "START_ARRAY" ||
            (!simple && name != "_source" && name != "dynamic_templates")) {
            return illegal(
                fmt::format("Malformed action/metadata line [{}], expected a simple "
                            "value for field [{}] but found [{}]",
                            number, quote(name), token));
        }
        if (token == "VALUE_NULL") {
            reader.word();
        } else if (name == "_index") {
            action.index = reader.scalar_text();
        } else if (name == "_id") {
            action.id = reader.scalar_text();
            action.has_id = true;
        } else if (name == "op_type") {
            const bool create = reader.scalar_text() == "create";
            if (action.verb == Verb::index && create) {
                action.operation = event::RowOperation::create;
            }
        } else if (is_read_over(name)) {
            reader.skip_value();
        } else {
            return illegal(
                fmt::format("Action/metadata line [{}] contains an unknown parameter [{}]", number,
                            quote(name)));
        }
    } while (reader.take(','));
    reader.want('}');
    return std::nullopt;
}

ActionResult read_line(LineReader& reader, std::size_t number) {
    if (reader.at_end()) return std::optional<Action>();
    if (const auto token = reader.next_token(); token != "START_OBJECT") {
        return illegal(
            fmt::format("Malformed action/metadata line [{}], expected START_OBJECT but found [{}]",
                        number, token));
    }
    reader.want('{');
    if (reader.take('}')) {
        return illegal(fmt::format(
            "Malformed action/metadata line [{}], expected FIELD_NAME but found [END_OBJECT]",
            number));
    }
    const auto name = reader.string();
    const auto verb = verb_named(name);
    if (!verb) {
        return illegal(
            fmt::format("Malformed action/metadata line [{}], expected field [create], "
                        "[delete], [index] or [update] but found [{}]",
                        number, quote(name)));
    }
    Action action;
    action.verb = *verb;
    if (*verb == Verb::create) action.operation = event::RowOperation::create;
    if (*verb == Verb::remove) action.operation = event::RowOperation::remove;
    reader.want(':');
    if (const auto token = reader.next_token(); token != "START_OBJECT") {
        return illegal(
            fmt::format("Malformed action/metadata line [{}], expected START_OBJECT or "
                        "END_OBJECT but found [{}]",
                        number, token));
    }
    if (auto failure = read_parameters(reader, number, action)) return std::move(*failure);
    // What clients write beside the action, such as winston's "attempts".
    while (reader.take(',')) {
        reader.string();
        reader.want(':');
        reader.skip_value();
    }
    reader.want('}');
    if (!reader.at_end()) reader.wrong("something follows the action");
    return std::optional(action);
}

}  // namespace

std::string_view name_of(Verb verb) {
    static constexpr std::array<std::string_view, 4> names = {"index", "create", "delete",
                                                              "update"};
    return names[static_cast<std::size_t>(verb)];
}

ActionResult parse_action_line(std::string_view line, std::size_t number,
                               std::deque<std::string>& texts) {
    LineReader reader(line, number, texts);
    try {
        const bool ascii =
            std::all_of(line.begin(), line.end(), [](char c) { return (c & 0x80) == 0; });
        if (!ascii && !simdjson::validate_utf8(line.data(), line.size()))
            reader.wrong("invalid UTF-8");
        return read_line(reader, number);
    } catch (const Malformed&) {
        return Failure{400, "x_content_parse_exception", reader.what_is_wrong()};
    }
}

}  // namespace input::elasticsearch

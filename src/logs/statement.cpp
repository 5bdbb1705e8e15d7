#include "logs/statement.h"

#include <algorithm>
#include <vector>

#include "logs/comment_tags.h"

namespace logs {

namespace {

using Kind = Token::Kind;

// Statements that differ behind this are taken for the same.
constexpr std::size_t longest_pattern = 8 << 10;

bool is(std::string_view text, std::string_view upper) {
    return std::equal(text.begin(), text.end(), upper.begin(), upper.end(), [](char a, char b) {
        return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 32) : a) == b;
    });
}

bool is_constant(std::string_view word) {
    return is(word, "NULL") || is(word, "TRUE") || is(word, "FALSE") || is(word, "DEFAULT");
}

class Normaliser {
  public:
    Normaliser(std::string_view text, Dialect dialect) : lexer_(text, dialect) {}

    std::string run() {
        for (auto token = lexer_.next(); token.kind != Kind::end && !is_full();
             token = lexer_.next()) {
            write(token);
            last_ = token.kind;
        }
        if (has_sign_) put("-", true);
        while (out_.ends_with(' ') || out_.ends_with(';')) out_.pop_back();
        return kept(out_, longest_pattern);
    }

    std::string_view comment() const { return lexer_.comment(); }

  private:
    enum class Stage : std::uint8_t { none, list, comma };  // behind a list of values

    // Between parentheses or brackets; the first is the whole.
    struct Group {
        std::size_t begin = 0;  // in out_
        std::size_t list_end = 0;
        Stage stage = Stage::none;
        bool is_list = false;      // behind IN, VALUES, ARRAY: one value is as good as many
        bool only_values = true;   // so far
        bool takes_lists = false;  // VALUES was its last word
        bool repeats = false;      // a list and a comma stand before it
    };

    // Each group takes at least a byte of what is written, so this limits them, too.
    bool is_full() const { return out_.size() > longest_pattern; }

    void write(const Token& token) {
        if (token.kind == Kind::value) {
            has_sign_ = false;
            return write_value(token);
        }
        if (has_sign_) {
            has_sign_ = false;
            put("-", false);
            groups_.back().only_values = false;
        }
        switch (token.kind) {
            case Kind::word:
                return write_word(token);
            case Kind::open:
                return open(token);
            case Kind::close:
                return close(token);
            case Kind::comma:
                return write_comma();
            case Kind::operation:
                return write_operation(token);
            default:
                leave_lists();
                groups_.back().only_values = false;
                return put(token.text, token.spaced);
        }
    }

    void leave_lists() {
        groups_.back().stage = Stage::none;
        groups_.back().takes_lists = false;
        before_list_ = false;
    }

    void write_value(const Token& token) {
        leave_lists();
        put("?", token.spaced || last_ == Kind::value || last_ == Kind::word);
    }

    void write_word(const Token& token) {
        leave_lists();
        auto& group = groups_.back();
        if (!is_constant(token.text)) group.only_values = false;
        group.takes_lists = is(token.text, "VALUES") || is(token.text, "VALUE");
        before_list_ = group.takes_lists || is(token.text, "IN") || is(token.text, "ARRAY");
        put(token.text, token.spaced || last_ == Kind::value || last_ == Kind::close);
    }

    void write_comma() {
        auto& group = groups_.back();
        group.stage = group.stage == Stage::list ? Stage::comma : Stage::none;
        put(",", false);
    }

    void write_operation(const Token& token) {
        leave_lists();
        const bool is_unary = last_ == Kind::operation || last_ == Kind::comma ||
                              last_ == Kind::open || last_ == Kind::end;
        // "-1" is a value as "1" is.
        if (is_unary && (token.text == "-" || token.text == "+")) {
            has_sign_ = true;
            return;
        }
        groups_.back().only_values = false;
        put(token.text, !out_.ends_with('.'));
    }

    void open(const Token& token) {
        auto& outer = groups_.back();
        Group inner;
        inner.is_list = before_list_ || outer.takes_lists;
        inner.repeats = outer.stage == Stage::comma;
        outer.only_values = false;
        const bool spaced = inner.is_list ? token.text == "(" : token.spaced;
        put(token.text, spaced);
        inner.begin = out_.size();
        groups_.push_back(inner);
        before_list_ = false;
    }

    void close(const Token& token) {
        const Group inner = groups_.back();
        if (groups_.size() > 1) groups_.pop_back();
        auto& outer = groups_.back();
        const bool values = inner.only_values && inner.begin > 0 && out_.size() > inner.begin;
        if (values && inner.is_list) {
            out_.resize(inner.begin);
            out_.push_back('?');
        }
        out_ += token.text;
        // Of (1, 2), (3, 4) in a list the first is enough.
        if (values && inner.repeats && (outer.takes_lists || outer.is_list)) {
            out_.resize(outer.list_end);
        }
        if (!values) outer.takes_lists = false;
        outer.stage = values ? Stage::list : Stage::none;
        outer.list_end = out_.size();
        before_list_ = false;
    }

    void put(std::string_view text, bool apart) {
        const bool wants_room =
            apart || last_ == Kind::comma || (last_ == Kind::operation && !has_sign_);
        if (wants_room && last_ != Kind::open && !out_.empty() && text != ",") {
            out_.push_back(' ');
        }
        out_ += text.substr(0, longest_pattern + 1);
    }

    StatementLexer lexer_;
    std::string out_;
    std::vector<Group> groups_ = std::vector<Group>(1);
    Kind last_ = Kind::end;
    bool before_list_ = false;  // the last token was IN, VALUES or ARRAY
    bool has_sign_ = false;     // a sign that is written if no value follows
};

}  // namespace

std::string normalised(std::string_view statement, Dialect dialect) {
    return Normaliser(statement, dialect).run();
}

void tell_statement(Fields& to, std::string_view statement, Dialect dialect) {
    if (statement.empty()) return;
    tell(to, "statement", statement);
    Normaliser normaliser(statement, dialect);
    tell(to, "statement_pattern", normaliser.run());
    tell_comment_tags(to, normaliser.comment());
}

}  // namespace logs

#include "logs/statement_lexer.h"

#include <algorithm>

namespace logs {

namespace {

using Kind = Token::Kind;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c & '\x80') != 0;
}

}  // namespace

bool StatementLexer::is_operator(char c) const {
    const std::string_view signs = mysql_ ? "=<>!+-*/%|&^~" : "=<>!+-*/%|&^~@#";
    return c != '\0' && signs.find(c) != std::string_view::npos;
}

Token StatementLexer::taken(Kind kind, std::size_t begin) const {
    return {kind, text_.substr(begin, at_ - begin), spaced_};
}

Token StatementLexer::next() {
    spaced_ = false;
    while (at_ < text_.size() && (is_space(text_[at_]) || skip_comment())) {
        if (at_ < text_.size() && is_space(text_[at_])) ++at_;
        spaced_ = true;
    }
    if (at_ == text_.size()) return {};
    const char c = text_[at_];
    const auto begin = at_;
    Token token;
    if (c == '\'' || (mysql_ && c == '"')) {
        skip_quoted(c, mysql_);
        token = taken(Kind::value, begin);
    } else if (c == '"' || (mysql_ && c == '`')) {
        skip_quoted(c, false);
        token = taken(Kind::word, begin);
    } else if (c == '$' && !mysql_) {
        token = dollar();
    } else if (is_digit(c) || (c == '.' && is_digit(at(at_ + 1)) && (spaced_ || !after_word_))) {
        skip_number();
        token = taken(Kind::value, begin);
    } else if (is_word(c)) {
        token = word();
    } else {
        token = sign();
    }
    after_word_ = token.kind == Kind::word;
    return token;
}

bool StatementLexer::skip_comment() {
    const char c = text_[at_];
    if ((c == '-' && at(at_ + 1) == '-') || (mysql_ && c == '#')) {
        at_ = std::min(text_.find('\n', at_), text_.size());
        return true;
    }
    if (c != '/' || at(at_ + 1) != '*') return false;
    at_ += 2;
    const auto begin = at_;
    auto end = text_.size();
    for (std::size_t depth = 1; at_ < text_.size();) {
        if (text_[at_] == '*' && at(at_ + 1) == '/') {
            end = at_;
            at_ += 2;
            if (--depth == 0) break;
        } else if (!mysql_ && text_[at_] == '/' && at(at_ + 1) == '*') {
            ++depth;
            at_ += 2;
        } else {
            ++at_;
        }
    }
    at_ = std::min(at_, text_.size());
    comment_ = text_.substr(begin, end - begin);
    return true;
}

// A doubled quote is one of the text; a text that is not ended goes to the end.
void StatementLexer::skip_quoted(char quote, bool backslashes) {
    for (++at_; at_ < text_.size(); ++at_) {
        if (backslashes && text_[at_] == '\\') {
            ++at_;
        } else if (text_[at_] == quote) {
            if (at(at_ + 1) != quote) break;
            ++at_;
        }
    }
    at_ = std::min(at_ + 1, text_.size());
}

// 1, 1.5e-3, 0x1f.
void StatementLexer::skip_number() {
    while (at_ < text_.size()) {
        const char c = text_[at_];
        const bool exponent = (c == 'e' || c == 'E') &&
                              (at(at_ + 1) == '-' || at(at_ + 1) == '+') && is_digit(at(at_ + 2));
        if (!exponent && c != '.' && !is_word(c)) return;
        at_ += exponent ? 2 : 1;
    }
}

// $1, $$text$$, $tag$text$tag$.
Token StatementLexer::dollar() {
    const auto begin = at_++;
    const bool is_number = is_digit(at(at_));
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    if (is_number) return taken(Kind::value, begin);
    if (at(at_) != '$') return taken(Kind::other, begin);
    ++at_;
    const auto tag = text_.substr(begin, at_ - begin);
    const auto close = text_.find(tag, at_);
    at_ = close == std::string_view::npos ? text_.size() : close + tag.size();
    return taken(Kind::value, begin);
}

Token StatementLexer::word() {
    const auto begin = at_;
    while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '$' ||
                                  (text_[at_] == '.' && is_word(at(at_ + 1))))) {
        ++at_;
    }
    // E'…', N'…', x'…', _utf8'…': a text.
    const auto size = at_ - begin;
    if (at(at_) == '\'' && (size == 1 || (mysql_ && text_[begin] == '_'))) {
        skip_quoted('\'', mysql_ || text_[begin] == 'E' || text_[begin] == 'e');
        return taken(Kind::value, begin);
    }
    return taken(Kind::word, begin);
}

Token StatementLexer::sign() {
    const auto begin = at_;
    const char c = text_[at_++];
    if (c == '(' || c == '[') return taken(Kind::open, begin);
    if (c == ')' || c == ']') return taken(Kind::close, begin);
    if (c == ',') return taken(Kind::comma, begin);
    if (c == '?') return taken(Kind::value, begin);
    if (!is_operator(c)) return taken(Kind::other, begin);
    // A sign of a number, or a comment, does not go on with an operator: a=-1.
    while (is_operator(at(at_)) && !(at(at_) == '/' && at(at_ + 1) == '*')) {
        const bool is_sign = at(at_) == '-' || at(at_) == '+';
        if (is_sign || (mysql_ && at(at_) == '#')) break;
        ++at_;
    }
    return taken(Kind::operation, begin);
}

}  // namespace logs

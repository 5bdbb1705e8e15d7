#include "query/kql/lexer.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/utf8.h"

namespace query::kql {

namespace {

using Kind = Token::Kind;

constexpr std::string_view no_break_space = "\xC2\xA0";
constexpr std::string_view special = "\\():<>\"*{}";

bool same_letters(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c =
            text[at] >= 'A' && text[at] <= 'Z' ? static_cast<char>(text[at] - 'A' + 'a') : text[at];
        if (c != lower[at]) return false;
    }
    return true;
}

base::Error refuse(std::string message, Place place) {
    base::Error error = base::invalid(std::move(message));
    error.offset = place.offset;
    error.length = place.length == 0 ? 1 : place.length;
    return error;
}

// Literal bytes of a wildcard pattern.
void append_literal(std::string_view bytes, std::string& pattern) {
    for (const char c : bytes) {
        if (c == '*' || c == '?' || c == '\\') pattern.push_back('\\');
        pattern.push_back(c);
    }
}

}  // namespace

bool Lexer::at_space() const {
    return at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n' ||
            text_.substr(at_).starts_with(no_break_space));
}

void Lexer::skip_space() {
    while (at_space()) at_ += static_cast<unsigned char>(text_[at_]) == 0xC2 ? 2 : 1;
}

base::Result<Token> Lexer::next() {
    skip_space();
    Token token;
    token.place = {at_, 0};
    if (at_ >= text_.size()) return token;
    const bool equal_follows = at_ + 1 < text_.size() && text_[at_ + 1] == '=';
    switch (text_[at_]) {
        case '(':
            token.kind = Kind::open;
            break;
        case ')':
            token.kind = Kind::close;
            break;
        case '{':
            token.kind = Kind::open_brace;
            break;
        case '}':
            token.kind = Kind::close_brace;
            break;
        case ':':
            token.kind = Kind::colon;
            break;
        case '<':
            token.kind = equal_follows ? Kind::at_most : Kind::below;
            break;
        case '>':
            token.kind = equal_follows ? Kind::at_least : Kind::above;
            break;
        case '"':
            return quoted();
        default:
            return word();
    }
    const bool two = token.kind == Kind::at_most || token.kind == Kind::at_least;
    token.place.length = two ? 2 : 1;
    at_ += token.place.length;
    return token;
}

base::Result<Token> Lexer::word() {
    Token token;
    token.kind = Kind::word;
    const std::size_t begin = at_;
    bool escaped = false;
    while (at_ < text_.size() && !at_space()) {
        const char c = text_[at_];
        if (c == '\\') {
            TRY(escape(token));
            escaped = true;
        } else if (c == '*') {
            token.wildcard = true;
            token.text.push_back(c);
            token.pattern.push_back(c);
            ++at_;
        } else if (special.find(c) != std::string_view::npos) {
            break;
        } else {
            token.text.push_back(c);
            append_literal(std::string_view(&c, 1), token.pattern);
            ++at_;
        }
    }
    token.place = {begin, at_ - begin};
    if (!escaped && !token.wildcard) {
        if (same_letters(token.text, "and")) token.kind = Kind::conjunction;
        if (same_letters(token.text, "or")) token.kind = Kind::disjunction;
        if (same_letters(token.text, "not")) token.kind = Kind::negation;
    }
    return token;
}

base::Result<Token> Lexer::quoted() {
    Token token;
    token.kind = Kind::quoted;
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
        const bool escape = text_[at_] == '\\';
        const char following = escape && at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (following == '\\' || following == '"') {
            token.text.push_back(following);
            at_ += 2;
        } else if (following == 't' || following == 'r' || following == 'n') {
            token.text.push_back(following == 't' ? '\t' : following == 'r' ? '\r' : '\n');
            at_ += 2;
        } else if (const auto unit = take_unicode()) {
            append_unicode(*unit, token.text);
        } else {
            token.text.push_back(text_[at_++]);  // also a backslash that escapes nothing
        }
    }
    if (at_ >= text_.size()) {
        return refuse("expected a closing '\"', found the end of the query",
                      {begin, text_.size() - begin});
    }
    ++at_;
    token.place = {begin, at_ - begin};
    return token;
}

// \u and four hexadecimal digits at the current place; taken when they are there.
std::optional<unsigned> Lexer::take_unicode() {
    const std::string_view digits = text_.substr(at_);
    if (digits.size() < 6 || !digits.starts_with("\\u")) return std::nullopt;
    unsigned unit = 0;
    for (const char c : digits.substr(2, 4)) {
        const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        const std::size_t digit = std::string_view("0123456789abcdef").find(lower);
        if (digit == std::string_view::npos) return std::nullopt;
        unit = unit * 16 + static_cast<unsigned>(digit);
    }
    at_ += 6;
    return unit;
}

// A UTF-16 unit; the second half of a pair is taken from the text. Halves alone become U+FFFD.
void Lexer::append_unicode(unsigned unit, std::string& text) {
    if (unit >= 0xD800 && unit < 0xDC00) {
        const std::size_t before = at_;
        const auto low = take_unicode();
        if (low && *low >= 0xDC00 && *low < 0xE000) {
            storage::append_utf8(
                static_cast<std::int32_t>(0x10000 + ((unit - 0xD800) << 10) + (*low - 0xDC00)),
                text);
            return;
        }
        at_ = before;
    }
    storage::append_utf8(unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : static_cast<std::int32_t>(unit),
                         text);
}

// \and, \or, \not as a whole word.
bool Lexer::take_keyword(Token& token) {
    for (const std::string_view keyword :
         {std::string_view("and"), std::string_view("or"), std::string_view("not")}) {
        const std::string_view found = text_.substr(at_ + 1, keyword.size());
        if (!same_letters(found, keyword)) continue;
        const std::size_t behind = at_ + 1 + keyword.size();
        const bool ends =
            behind >= text_.size() ||
            std::string_view(" \t\r\n\xC2").find(text_[behind]) != std::string_view::npos ||
            special.find(text_[behind]) != std::string_view::npos;
        if (!ends) continue;
        token.text.append(found);
        token.pattern.append(found);
        at_ = behind;
        return true;
    }
    return false;
}

base::Status Lexer::escape(Token& token) {
    const std::size_t begin = at_;
    if (take_keyword(token)) return base::ok();
    const std::size_t size = token.text.size();
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c != '\0' && special.find(c) != std::string_view::npos) {
        token.text.push_back(c);
        at_ += 2;
    } else if (c == 't' || c == 'r' || c == 'n') {
        token.text.push_back(c == 't' ? '\t' : c == 'r' ? '\r' : '\n');
        at_ += 2;
    } else if (const auto unit = take_unicode()) {
        append_unicode(*unit, token.text);
    } else {
        const std::size_t length = std::min<std::size_t>(2, text_.size() - begin);
        return refuse(fmt::format("expected an escape such as \\\\ \\\" \\( \\) \\: \\* \\u0041 or "
                                  "\\and, found '{}'; "
                                  "write \\\\ for a backslash",
                                  text_.substr(begin, length)),
                      {begin, length});
    }
    append_literal(std::string_view(token.text).substr(size), token.pattern);
    return base::ok();
}

std::string name_of(const Token& token, std::string_view text) {
    if (token.kind == Kind::end) return "the end of the query";
    std::string_view shown = text.substr(token.place.offset, token.place.length);
    if (shown.size() > 40) {
        std::size_t end = 40;
        while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xc0) == 0x80) --end;
        return fmt::format("'{}…'", shown.substr(0, end));
    }
    return fmt::format("'{}'", shown);
}

}  // namespace query::kql

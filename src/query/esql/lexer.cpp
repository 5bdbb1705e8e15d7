#include "query/esql/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace query::esql {

namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool begins_name(char c) { return is_letter(c) || c == '_' || c == '@'; }
bool in_name(char c) { return begins_name(c) || is_digit(c); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

base::Error refuse(std::string message, Place place) {
    base::Error error = base::invalid(std::move(message));
    error.offset = place.offset;
    error.length = std::max<std::size_t>(place.length, 1);
    return error;
}

std::string name_of(const Token& token, std::string_view text) {
    if (token.kind == Kind::end) return "'<EOF>'";
    return fmt::format(
        "'{}'", text.substr(token.place.offset, std::min<std::size_t>(token.place.length, 50)));
}

base::Status Lexer::skip_space() {
    for (;;) {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
        if (starts("//")) {
            at_ = std::min(text_.find('\n', at_), text_.size());
        } else if (starts("/*")) {
            const std::size_t end = text_.find("*/", at_ + 2);
            if (end == std::string_view::npos)
                return refuse("a comment that begins with '/*' is not closed by '*/'", {at_, 2});
            at_ = end + 2;
        } else {
            return base::ok();
        }
    }
}

base::Result<Token> Lexer::quoted() {
    Token token;
    token.kind = Kind::text;
    const std::size_t begin = at_;
    if (starts("\"\"\"")) {
        std::size_t end = text_.find("\"\"\"", at_ + 3);
        if (end == std::string_view::npos)
            return refuse("token recognition error: a text in \"\"\" is not closed", {begin, 3});
        // Quotes just before the end belong to the text.
        while (end + 3 < text_.size() && text_[end + 3] == '"') ++end;
        token.text = text_.substr(begin + 3, end - begin - 3);
        at_ = end + 3;
        token.place = {begin, at_ - begin};
        return token;
    }
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\n') break;
        if (text_[at_] != '\\') {
            token.text.push_back(text_[at_]);
            continue;
        }
        constexpr std::string_view letters = "tnr\"\\";
        constexpr std::string_view meanings = "\t\n\r\"\\";
        const std::size_t which =
            at_ + 1 < text_.size() ? letters.find(text_[at_ + 1]) : std::string_view::npos;
        if (which == std::string_view::npos)
            return refuse(R"(token recognition error: expected \t \n \r \" or \\)", {at_, 2});
        token.text.push_back(meanings[which]);
        ++at_;
    }
    if (at_ >= text_.size() || text_[at_] != '"')
        return refuse("token recognition error: a text is not closed by '\"'", {begin, 1});
    ++at_;
    token.place = {begin, at_ - begin};
    return token;
}

base::Result<Token> Lexer::quoted_name() {
    Token token;
    token.kind = Kind::quoted_name;
    const std::size_t begin = at_;
    for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] == '`') {
            if (at_ + 1 >= text_.size() || text_[at_ + 1] != '`') break;
            ++at_;  // two stand for one
        }
        token.text.push_back(text_[at_]);
    }
    if (at_ >= text_.size())
        return refuse("token recognition error: a name is not closed by '`'", {begin, 1});
    ++at_;
    token.place = {begin, at_ - begin};
    return token;
}

Token Lexer::number() {
    Token token;
    token.kind = Kind::integer;
    const std::size_t begin = at_;
    const auto digits = [this] {
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    };
    digits();
    if (at_ < text_.size() && text_[at_] == '.') {
        token.kind = Kind::decimal;
        ++at_;
        digits();
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
        std::size_t behind = at_ + 1;
        if (behind < text_.size() && (text_[behind] == '+' || text_[behind] == '-')) ++behind;
        if (behind < text_.size() && is_digit(text_[behind])) {
            token.kind = Kind::decimal;
            at_ = behind;
            digits();
        }
    }
    token.text = text_.substr(begin, at_ - begin);
    token.place = {begin, at_ - begin};
    return token;
}

base::Result<Token> Lexer::next() {
    TRY(skip_space());
    Token token;
    token.place = {at_, 0};
    if (at_ >= text_.size()) return token;
    const char c = text_[at_];
    const char following = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '"') return quoted();
    if (c == '`') return quoted_name();
    if (is_digit(c) || (c == '.' && is_digit(following))) return number();
    const std::size_t begin = at_;
    if (begins_name(c) || c == '?') {
        token.kind = c == '?' ? Kind::parameter : Kind::name;
        for (++at_; at_ < text_.size() && in_name(text_[at_]);) ++at_;
        token.text = text_.substr(begin, at_ - begin);
        if (c == '?') token.text.erase(0, 1);
    } else {
        constexpr std::array<std::string_view, 21> symbols = {
            "==", "=~", "!=", "<=", ">=", "::", "|", ",", "(", ")", "[",
            "]",  "=",  "<",  ">",  "+",  "-",  "*", "/", "%", "."};
        const auto* found = std::find_if(symbols.begin(), symbols.end(),
                                         [this](std::string_view one) { return starts(one); });
        std::string_view text = found == symbols.end() ? std::string_view() : *found;
        if (text.empty() && c == ':') text = ":";
        if (text.empty()) {
            return refuse(fmt::format("token recognition error at: '{}'",
                                      static_cast<unsigned char>(c) < 0x80
                                          ? std::string(1, c)
                                          : std::string("a character that is no ASCII")),
                          {at_, 1});
        }
        token.kind = Kind::symbol;
        token.text = text;
        at_ += text.size();
    }
    token.place = {begin, at_ - begin};
    return token;
}

base::Result<Token> Lexer::index_name() {
    TRY(skip_space());
    if (at_ < text_.size() && text_[at_] == '"') return quoted();
    Token token;
    const std::size_t begin = at_;
    constexpr std::string_view ends = ",|\"=[]()`\\/ \t\r\n";
    while (at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos) ++at_;
    token.text = text_.substr(begin, at_ - begin);
    token.place = {begin, at_ - begin};
    if (!token.text.empty()) token.kind = Kind::name;
    return token;
}

}  // namespace query::esql

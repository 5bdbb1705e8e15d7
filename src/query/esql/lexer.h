#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "query/esql/syntax.h"

namespace query::esql {

struct Token {
    enum class Kind : unsigned char {
        name,         // letters, digits, _ and @
        quoted_name,  // `in backquotes`
        text,         // "in quotes" or """in three"""
        integer,
        decimal,
        parameter,  // ?, ?1, ?name
        symbol,     // punctuation: text says which
        end
    };
    Kind kind = Kind::end;
    Place place;
    std::string text;  // escapes resolved; a parameter's without the question mark
};

// Cuts an ES|QL text into tokens, one at a time. Comments (// and /* */) are passed over. One
// thread at a time. REQUIRES: the text outlives it.
class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    // InvalidArgument with the place for what no token can be. Kind::end at the end, again and
    // again.
    base::Result<Token> next();
    // What stands here up to white space, a comma or a pipe, as names of indices do; a quoted text
    // as such.
    base::Result<Token> index_name();
    // Goes back (or on) to a place.
    void move_to(std::size_t offset) { at_ = offset; }
    std::size_t at() const { return at_; }

  private:
    base::Status skip_space();
    base::Result<Token> quoted();
    base::Result<Token> quoted_name();
    Token number();
    bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }

    std::string_view text_;
    std::size_t at_ = 0;
};

// How a token is called in messages: "'and'", "<EOF>".
std::string name_of(const Token& token, std::string_view text);

}  // namespace query::esql

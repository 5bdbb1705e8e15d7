#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "query/kql/syntax.h"

namespace query::kql {

struct Token {
    enum class Kind : unsigned char {
        word,  // a run of characters without white space
        quoted,
        open,         // (
        close,        // )
        open_brace,   // {
        close_brace,  // }
        colon,
        below,     // <
        at_most,   // <=
        above,     // >
        at_least,  // >=
        conjunction,
        disjunction,
        negation,
        end
    };
    Kind kind = Kind::end;
    Place place;
    std::string text;       // word, quoted: escapes resolved
    std::string pattern;    // word: as Value::pattern
    bool wildcard = false;  // word: it has a star
};

// Cuts a KQL text into tokens, one at a time. One thread at a time. REQUIRES: the text outlives it.
class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    // InvalidArgument with the place for what no token can be (a wrong escape, a quote that nobody
    // closes). Kind::end at the end, again and again.
    base::Result<Token> next();

  private:
    base::Result<Token> word();
    base::Result<Token> quoted();
    base::Status escape(Token& token);
    bool take_keyword(Token& token);
    std::optional<unsigned> take_unicode();
    void append_unicode(unsigned unit, std::string& text);
    void skip_space();
    bool at_space() const;

    std::string_view text_;
    std::size_t at_ = 0;
};

// How a token is called in messages: "'and'", "the end of the query".
std::string name_of(const Token& token, std::string_view text);

}  // namespace query::kql

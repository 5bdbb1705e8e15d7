#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace logs {

enum class Dialect : std::uint8_t {
    postgresql,  // "names", $1, $tag$texts$tag$, /* comments /* within */ comments */
    mysql,       // `names`, "texts" with backslashes, # comments
};

struct Token {
    enum class Kind : std::uint8_t {
        end,
        word,       // a name or keyword
        value,      // a text, a number, a placeholder
        open,       // ( [
        close,      // ) ]
        comma,      // ,
        operation,  // = <= -> and the like
        other       // any other character
    };
    Kind kind = Kind::end;
    std::string_view text;
    bool spaced = false;  // white space or comments before it
};

// Cuts a statement into tokens, in one pass; what is not SQL becomes tokens of some kind, too. One
// thread at a time.
class StatementLexer {
  public:
    StatementLexer(std::string_view text, Dialect dialect)
        : text_(text), mysql_(dialect == Dialect::mysql) {}

    Token next();
    // The last /* comment */ so far, without its signs.
    std::string_view comment() const { return comment_; }

  private:
    char at(std::size_t place) const { return place < text_.size() ? text_[place] : '\0'; }
    bool skip_comment();
    Token taken(Token::Kind kind, std::size_t begin) const;
    void skip_quoted(char quote, bool backslashes);
    void skip_number();
    Token dollar();
    Token word();
    Token sign();
    bool is_operator(char c) const;

    const std::string_view text_;
    const bool mysql_;
    std::size_t at_ = 0;
    std::string_view comment_;
    bool spaced_ = false;
    bool after_word_ = false;
};

}  // namespace logs

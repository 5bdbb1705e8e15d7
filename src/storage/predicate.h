#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "event/value.h"

namespace storage {

// What a query's text may mean in each type of column; a column is compared with the alternative of
// its type, and rows of types without an alternative do not match. `integer` and `number` stand in
// for one another where only one is there. So `status: 200` finds the integer 200, the number 200.0
// and the string "200".
struct Literal {
    std::string text;
    std::optional<std::int64_t> integer;
    std::optional<double> number;
    std::optional<bool> boolean;
    // A time, or a span when the text is coarse ("2026-11-24"): [begin, end).
    std::optional<base::Nanos> time_begin;
    std::optional<base::Nanos> time_end;
    // An address, or a network: [first, last].
    std::optional<event::Ip> ip_first;
    std::optional<event::Ip> ip_last;
};

struct Bound {
    Literal value;
    bool inclusive = true;
};

// A condition on rows, already resolved by the planner: no aliases, and for each string field it is
// decided whether it is compared as a whole or by its words. A value type; a leaf is true for a row
// when any of the row's values of any matching field fits.
struct Predicate {
    enum class Kind : std::uint8_t {
        everything,
        nothing,
        all_of,    // every child
        any_of,    // some child
        none_of,   // no child
        exists,    // the field has a value
        equals,    // the value is `literal`; strings whole and case-sensitive
        words,     // strings that hold any (or all, see all_words) of `words`; no words: none
        phrase,    // strings that hold `words` one behind the other
        wildcard,  // the whole string fits `literal.text`, where * is any run, ? any one character,
                   // \ takes the meaning of the next; with_words: or one of its words does, letter
                   // case aside
        prefix,    // the string begins with `literal.text`
        regexp,    // the whole string fits `literal.text` (RE2)
        range,     // between the bounds; strings by bytes
    };

    Kind kind = Kind::everything;
    std::vector<Predicate> children;

    // A unified field name; `*` in it matches several fields, but those that begin with '_' only
    // where it begins so too. "timestamp" is the row's time, "_id" (the client's own or the
    // sequence number's) and "_index" what they say. Fields that a part had no column for are found
    // in `_overflow`.
    std::string field;
    Literal literal;
    std::vector<std::string> words;  // as storage/words.h cuts them
    bool all_words = false;
    bool with_words = false;
    // wildcard, prefix and regexp: one of the string's words (as storage/words.h cuts them) fits,
    // not the string.
    bool only_words = false;
    // phrase: its last word is the beginning of one.
    bool last_is_prefix = false;
    // phrase: by how many places its words may be moved, in any order, to stand one behind the
    // other (Lucene's slop). REQUIRES: not 0 with last_is_prefix, or with a word twice.
    std::uint32_t slop = 0;
    bool ignore_case = false;
    std::optional<Bound> lower;
    std::optional<Bound> upper;

    static Predicate nothing_fits();
    // Nested ones of the same kind are flattened, one child stands for itself, none is `everything`
    // (all_of) or `nothing` (any_of).
    static Predicate all_of(std::vector<Predicate> children);
    static Predicate any_of(std::vector<Predicate> children);
    static Predicate none_of(Predicate child);
    static Predicate exists(std::string field);
    static Predicate equals(std::string field, Literal literal);
    // The exact string only.
    static Predicate equals_text(std::string field, std::string text);
    static Predicate one_of(std::string_view field, const std::vector<std::string>& texts);
    static Predicate any_word(std::string field, std::vector<std::string> words);
    static Predicate phrase_of(std::string field, std::vector<std::string> words);
    static Predicate wildcard_of(std::string field, std::string pattern);
    static Predicate between(std::string field, std::optional<Bound> lower,
                             std::optional<Bound> upper);
};

}  // namespace storage

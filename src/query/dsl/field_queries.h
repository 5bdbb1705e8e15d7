#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/dsl/date_format.h"
#include "query/dsl/failure.h"
#include "query/dsl/mapping.h"
#include "storage/predicate.h"

namespace query::dsl {

enum class Operator { any, all };

struct MatchOptions {
    Operator op = Operator::any;
    std::string minimum;          // minimum_should_match; empty: by `op`
    bool lenient = false;         // values that do not fit the field's type match nothing
    bool zero_terms_all = false;  // a text without a word matches everything
};

struct RangeEnds {
    std::optional<std::string> lower;
    std::optional<std::string> upper;
    bool lower_inclusive = true;
    bool upper_inclusive = true;
    std::optional<DateFormat> format;
    TimeZone zone;
};

struct PhraseOptions {
    bool last_is_prefix = false;
    bool lenient = false;
    std::uint32_t slop = 0;  // as Predicate's
};

// Conditions on one field, by its type, as Elasticsearch's mapping would have them: keywords as a
// whole, texts by their tokens, all else by value. Fields that are not mapped match nothing. Used
// by every query of the language. One thread at a time.
class FieldQueries {
  public:
    FieldQueries(const Mapping& mapping, base::Nanos now) : mapping_(mapping), now_(now) {}

    const Mapping& mapping() const { return mapping_; }

    Parsed<storage::Predicate> term(const MappedField& field, const std::string& value,
                                    bool ignore_case = false) const;
    Parsed<storage::Predicate> match(const MappedField& field, const std::string& text,
                                     const MatchOptions& options) const;
    Parsed<storage::Predicate> phrase(const MappedField& field, const std::string& text,
                                      const PhraseOptions& options) const;
    // `pattern` as storage wants it: *, ?, \. `normalise`: upper case in it counts as lower for
    // texts.
    Parsed<storage::Predicate> wildcard(const MappedField& field, const std::string& pattern,
                                        bool ignore_case, bool normalise) const;
    Parsed<storage::Predicate> prefix(const MappedField& field, const std::string& text,
                                      bool ignore_case) const;
    // `expression` is Lucene's.
    Parsed<storage::Predicate> regexp(const MappedField& field, const std::string& expression,
                                      bool ignore_case) const;
    Parsed<storage::Predicate> range(const MappedField& field, const RangeEnds& ends) const;
    // Objects have a value where a field below them has one.
    storage::Predicate exists(std::string_view name) const;

  private:
    Parsed<storage::Predicate> value(const MappedField& field, const std::string& text) const;
    Parsed<storage::Literal> number_literal(const MappedField& field,
                                            const std::string& text) const;
    Parsed<storage::Predicate> date_range(const MappedField& field, const RangeEnds& ends) const;

    // So many conditions more: a failure when a request makes too many of them.
    Parsed<void> count(std::size_t conditions) const;

    const Mapping& mapping_;
    base::Nanos now_;
    mutable std::size_t conditions_ = 0;
};

// At least so many of `choices`, of the forms of minimum_should_match: "2", "-1", "75%", "-25%",
// "2<75%", several of those separated by blanks. Failures: a malformed one; more combinations than
// can be tried. Never fewer than `floor`.
Parsed<storage::Predicate> at_least(const std::string& minimum,
                                    std::vector<storage::Predicate> choices, std::size_t floor = 0);

// A token's words, one behind the other.
storage::Predicate token_condition(const std::string& field, const std::string& token);

}  // namespace query::dsl

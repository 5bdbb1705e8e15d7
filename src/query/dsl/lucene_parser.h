#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/dsl/field_queries.h"

namespace query::dsl {

struct LuceneOptions {
    std::vector<MappedField> fields;  // for values without a field
    Operator op = Operator::any;
    std::string minimum;  // minimum_should_match of the outermost clauses; empty: none
    bool lenient = false;
};

// Reads a text in the syntax of Lucene's classic query parser, as Elasticsearch's query_string
// does: field:value, "phrases", AND OR NOT && || ! + -, ( ), [a TO b] {a TO b}, > >= < <=, * ?,
// /regular expressions/, \ before special characters, _exists_:field, *:*. Boosts are passed over,
// ~ is refused. A failure for malformed texts. One text each.
class LuceneParser {
  public:
    // REQUIRES: all outlive it.
    LuceneParser(std::string_view text, const FieldQueries& queries, const LuceneOptions& options)
        : text_(text), queries_(queries), options_(options) {}

    Parsed<storage::Predicate> parse();

  private:
    enum class Occur { must, should, must_not };
    struct Clause {
        Occur occur;
        storage::Predicate condition;
    };
    enum class Join { none, both, either };
    using Fields = std::vector<MappedField>;

    Parsed<storage::Predicate> clauses(const Fields& fields, bool outermost);
    Parsed<storage::Predicate> clause(const Fields& fields);
    Parsed<storage::Predicate> value(const Fields& fields);
    Parsed<storage::Predicate> group(const Fields& fields);
    Parsed<storage::Predicate> quoted(const Fields& fields);
    Parsed<storage::Predicate> expression(const Fields& fields);
    Parsed<storage::Predicate> range(const Fields& fields);
    Parsed<storage::Predicate> comparison(const Fields& fields);
    Parsed<storage::Predicate> term(const Fields& fields, const std::string& raw);
    Parsed<storage::Predicate> combine(std::vector<Clause> found, bool outermost) const;
    template <typename Make>
    Parsed<storage::Predicate> in_any(const Fields& fields, Make make) const;

    Join join();
    void skip_space();
    bool take(std::string_view word);
    bool take_operator(std::string_view word);
    Parsed<void> suffix();
    Parsed<std::uint32_t> slop();
    // Up to white space or a special character; escapes stay.
    std::string raw_term();
    Parsed<std::string> range_end();
    Fields named(const std::string& raw) const;
    Failure failed(std::string_view what) const;

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    const FieldQueries& queries_;
    const LuceneOptions& options_;
};

// What a term means without its escapes.
std::string without_escapes(std::string_view raw);

}  // namespace query::dsl

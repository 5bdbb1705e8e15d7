#pragma once

#include "query/dsl/field_queries.h"
#include "query/dsl/json.h"
#include "storage/predicate.h"

namespace query::dsl {

// Reads a query of Elasticsearch's query DSL ({"bool":{…}}) as a condition. What the language has
// and Ordertrail has not is refused by name. Boosts and `_name` say nothing about which rows fit
// and are passed over. One thread at a time.
class QueryReader {
  public:
    QueryReader(const Mapping& mapping, base::Nanos now) : fields_(mapping, now) {}

    Parsed<storage::Predicate> read(const json::value& query);

    const FieldQueries& fields() const { return fields_; }

  private:
    using Body = const json::value&;
    using Read = Parsed<storage::Predicate> (QueryReader::*)(Body);
    static Read reader_of(std::string_view name);

    Parsed<storage::Predicate> everything(Body body);
    Parsed<storage::Predicate> nothing(Body body);
    Parsed<storage::Predicate> boolean(Body body);
    Parsed<storage::Predicate> constant_score(Body body);
    Parsed<storage::Predicate> dis_max(Body body);
    Parsed<storage::Predicate> nested(Body body);
    Parsed<storage::Predicate> term(Body body);
    Parsed<storage::Predicate> terms(Body body);
    Parsed<storage::Predicate> range(Body body);
    Parsed<storage::Predicate> exists(Body body);
    Parsed<storage::Predicate> ids(Body body);
    Parsed<storage::Predicate> wildcard(Body body);
    Parsed<storage::Predicate> prefix(Body body);
    Parsed<storage::Predicate> regexp(Body body);
    Parsed<storage::Predicate> match(Body body);
    Parsed<storage::Predicate> match_phrase(Body body);
    Parsed<storage::Predicate> match_phrase_prefix(Body body);
    Parsed<storage::Predicate> match_bool_prefix(Body body);
    Parsed<storage::Predicate> multi_match(Body body);
    Parsed<storage::Predicate> query_string(Body body);
    Parsed<storage::Predicate> simple_query_string(Body body);

    Parsed<std::vector<storage::Predicate>> clauses(const json::value& list, std::string_view name);
    Parsed<storage::Predicate> phrase_of(Body body, std::string_view name, bool last_is_prefix);

    FieldQueries fields_;
    int depth_ = 0;
};

}  // namespace query::dsl

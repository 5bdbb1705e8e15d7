#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace query::dsl {

// A failure as Elasticsearch names it: the HTTP status, a type that clients know, and a reason.
struct Failure {
    int status = 400;
    std::string type = "illegal_argument_exception";
    std::string reason;
    // Elasticsearch finds it in a shard, and tells it inside a search_phase_execution_exception.
    bool in_shard = false;
    // It appears when the shards' answers are put together: Elasticsearch tells it as the cause of
    // a search_phase_execution_exception without a shard.
    bool in_reduce = false;
    // The index it is about, where there is one.
    std::string index = {};

    Failure() = default;
    Failure(int http_status, std::string_view error_type, std::string text, bool shard = false)
        : status(http_status), type(error_type), reason(std::move(text)), in_shard(shard) {}
    // A value that does not fit its field: what lenient queries pass over.
    bool is_about_value() const { return in_shard && type != "too_many_clauses"; }
    // NOLINTNEXTLINE(google-explicit-constructor): so that TRY passes failures of stores on.
    Failure(const base::Error& error);
};

template <typename T>
using Parsed = base::outcome::basic_result<T, Failure, base::outcome::policy::terminate>;

// The request's text is not what the query language wants.
Failure parsing(std::string reason);
// A member of an object has a value that it cannot have.
Failure in_object(std::string reason);
// It is, but a value in it makes no sense.
Failure illegal(std::string reason);
// A query that one of the fields cannot answer.
Failure in_query(std::string reason);
// What Elasticsearch has and Ordertrail does not: refused by name, never answered otherwise.
Failure unsupported(std::string_view what);

}  // namespace query::dsl

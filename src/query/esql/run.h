#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "query/esql/syntax.h"
#include "query/esql/vector.h"
#include "query/search.h"

namespace query::esql {

struct Request {
    std::string_view text;
    std::vector<Parameter> parameters = {};
    Selection within = {};  // only rows of it, whatever the query says; its indices do not count
    base::Nanos now = 0;
    // What sorts, groups and rows of the answer may take together.
    std::size_t memory_limit = std::size_t{256} << 20;
    // An index that holds nothing though it exists; may be empty.
    std::function<bool(std::string_view)> index_known = {};
    std::stop_token stop = {};
};

// The answer: columns side by side, `rows` values each.
struct Table {
    struct Column {
        std::string name;
        Type type = Type::null;
        Vector values;  // of type null: has no rows
    };
    std::vector<Column> columns;
    std::uint32_t rows = 0;
    std::vector<std::string> warnings;
    std::uint64_t rows_read = 0;  // of the store, by this query
};

enum class Step : unsigned char { parsing, verification, run };
// What was wrong, and where the query stood.
struct Trouble {
    base::Error error;
    Step step = Step::run;

    // NOLINTNEXTLINE(google-explicit-constructor): so that TRY passes failures of stores on.
    Trouble(base::Error what) : error(std::move(what)) {}
    Trouble(base::Error what, Step at) : error(std::move(what)), step(at) {}
};
template <typename T>
using Answered = base::outcome::basic_result<T, Trouble, base::outcome::policy::terminate>;

// Runs an ES|QL query over what the searcher's asker may see. Failures: InvalidArgument with the
// place (Error::offset and length, bytes); TooLarge beyond the memory limit; Cancelled; those of
// the store.
Answered<Table> run(const Request& request, const Searcher& searcher,
                    const event::Catalog& catalog);

}  // namespace query::esql

// A query in ES|QL: refused with a place in it, or answered with a table whose columns are in step.

#include <algorithm>

#include "event/catalog.h"
#include "fuzz/fuzz.h"
#include "query/esql/run.h"
#include "storage/testing/memory_snapshot.h"
#include "storage/testing/random_rows.h"

namespace fuzz {
namespace {

const query::Searcher& searcher() {
    static const query::Searcher made = [] {
        auto snapshot = std::make_shared<storage::testing::MemorySnapshot>();
        std::vector<storage::testing::Row> rows = storage::testing::Random(1).rows(40);
        for (auto& row : rows) row.index = row.sequence % 2 == 0 ? "shop-prod" : "mes-prod";
        snapshot->add(rows);
        return query::Searcher(snapshot, event::Catalog::built_in(), query::Scope::everything());
    }();
    return made;
}

}  // namespace

FUZZ_TARGET(esql) {
    // Longer ones do more work, and nothing else.
    if (input.size() > 2000 || std::count(input.begin(), input.end(), '|') > 8) return;
    std::size_t expansions = 0;
    for (std::size_t at = 0; at + 8 < input.size(); ++at)
        expansions += input[at] == '_' && (input[at + 1] | 0x20) == 'e' ? 1 : 0;
    if (expansions > 2) return;
    query::esql::Request request;
    request.text = input;
    request.now = 1'795'515'330'000'000'000;
    request.memory_limit = std::size_t{8} << 20;
    query::esql::Parameter parameter;
    parameter.value.kind = query::esql::Literal::Kind::integer;
    parameter.value.integer = 7;
    request.parameters = {parameter, parameter};
    const auto table = query::esql::run(request, searcher(), event::Catalog::built_in());
    if (!table) {
        const auto& error = table.error().error;
        FUZZ_REQUIRE(
            error.code == base::Code::invalid_argument || error.code == base::Code::too_large,
            "a wrong query is the asker's: " + error.message);
        FUZZ_REQUIRE(!error.message.empty(), "an error says what it is");
        FUZZ_REQUIRE(error.offset + error.length <= input.size() + 1,
                     "an error's place is in the query");
        return;
    }
    FUZZ_REQUIRE(table.value().rows <= 10'000, "an answer has at most 10,000 rows");
    for (const auto& column : table.value().columns) {
        FUZZ_REQUIRE(column.values.rows() == table.value().rows ||
                         (column.type == query::esql::Type::null && column.values.size() == 0),
                     "columns are in step");
    }
}

}  // namespace fuzz

// Aggregations of Elasticsearch's query language: understood and answered with JSON, or refused
// with a status and a reason.

#include "query/dsl/aggs/aggregate.h"

#include "fuzz/fuzz.h"
#include "storage/testing/memory_snapshot.h"
#include "storage/testing/random_rows.h"

namespace fuzz {
namespace {

constexpr base::Nanos now = 1'795'515'330'000'000'000;
constexpr std::size_t most_bytes = 2'000;

const std::shared_ptr<storage::testing::MemorySnapshot>& stored() {
    static const auto made = [] {
        auto snapshot = std::make_shared<storage::testing::MemorySnapshot>();
        storage::testing::Random random(1);
        auto rows = random.rows(30);
        // Fields of one type each, as numbers are in practice: the others have values of all types.
        for (storage::testing::Row& row : rows) {
            if (random.chance(80))
                row.with("response_time", static_cast<double>(random.below(400)) / 4);
            if (random.chance(80))
                row.with("status_code", static_cast<std::int64_t>(200 + random.below(5)));
            if (random.chance(50)) row.with("returned_from_cache", random.chance(50));
        }
        snapshot->add(rows);
        return snapshot;
    }();
    return made;
}

}  // namespace

FUZZ_TARGET(aggs) {
    if (input.size() > most_bytes) return;
    const auto value = query::dsl::parse_json(input);
    if (!value || !value.value().is_object()) return;
    const event::Catalog& catalog = event::Catalog::built_in();
    const query::Searcher searcher(stored(), catalog, query::Scope::everything());
    const query::dsl::Mapping mapping(catalog, searcher.fields(event::IndexPattern()).value());
    const auto answer = query::dsl::answer_aggregations(
        searcher, {value.value().get_object(), mapping, {}, now, input.size() % 2 == 0});
    if (!answer) {
        FUZZ_REQUIRE(answer.error().status >= 400 && !answer.error().reason.empty(),
                     "an error says what it is");
        return;
    }
    const auto again = query::dsl::parse_json(answer.value());
    // Answers may be longer than what requests may be.
    FUZZ_REQUIRE(again || again.error().status == 413, "an answer is JSON");
}

}  // namespace fuzz

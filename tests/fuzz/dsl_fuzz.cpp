// A search of Elasticsearch's query language: understood or refused with a status and a reason; and
// rows are found as the plainest evaluation finds them.

#include "query/dsl/search_body.h"

#include <algorithm>

#include "event/catalog.h"
#include "fuzz/fuzz.h"
#include "storage/evaluate.h"
#include "storage/testing/random_rows.h"

namespace fuzz {
namespace {

struct Stored {
    std::vector<storage::testing::Row> rows;
    event::Batch batch;
    std::vector<query::Field> fields;
};

const Stored& stored() {
    static const Stored made = [] {
        Stored one;
        for (auto& row : storage::testing::Random(1).rows(40)) {
            row.index = "shop-prod";
            one.rows.push_back(std::move(row));
        }
        one.batch = storage::testing::batch_of(one.rows);
        const query::FieldClass kinds[] = {query::FieldClass::boolean, query::FieldClass::number,
                                           query::FieldClass::number,  query::FieldClass::date,
                                           query::FieldClass::ip,      query::FieldClass::text};
        for (const event::Column& column : one.batch.columns()) {
            if (column.name.starts_with('_')) continue;
            const auto kind = kinds[static_cast<std::size_t>(column.type) - 1];
            one.fields.push_back({column.name, {column.type}, kind});
        }
        one.fields.push_back({"timestamp", {event::Type::timestamp}, query::FieldClass::date});
        std::stable_sort(one.fields.begin(), one.fields.end(),
                         [](const auto& a, const auto& b) { return a.name < b.name; });
        return one;
    }();
    return made;
}

}  // namespace

FUZZ_TARGET(dsl) {
    const auto value = query::dsl::parse_json(input);
    if (!value || !value.value().is_object()) return;
    const query::dsl::Mapping mapping(event::Catalog::built_in(), stored().fields);
    const auto body =
        query::dsl::read_search(value.value().get_object(), mapping, 1'795'515'330'000'000'000);
    if (!body) {
        FUZZ_REQUIRE(body.error().status == 400, "a wrong search is the asker's");
        FUZZ_REQUIRE(!body.error().reason.empty(), "an error says what it is");
        return;
    }
    const auto& predicate = body.value().query;
    auto evaluator = storage::Evaluator::create(predicate);
    if (!evaluator) {
        FUZZ_REQUIRE(evaluator.error().code == base::Code::invalid_argument,
                     "only an expression that RE2 refuses cannot be evaluated");
        return;
    }
    storage::BatchBlock block(stored().batch, "shop-prod");
    const auto found = evaluator.value()->select(block);
    FUZZ_REQUIRE(found, "memory does not fail");
    // The plain way tries everything: too slow for many stars.
    if (std::count(input.begin(), input.end(), '*') > 4 || input.size() > 2000) return;
    for (std::uint32_t row = 0; row < block.rows(); ++row) {
        FUZZ_REQUIRE(
            found.value().contains(row) == storage::testing::fits(predicate, stored().rows[row]),
            "row " + std::to_string(row));
    }
}

}  // namespace fuzz

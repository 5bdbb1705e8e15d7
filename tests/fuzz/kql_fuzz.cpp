// A question's texts: understood or refused with a place in them; and rows are found as the
// plainest evaluation finds them.

#include <algorithm>

#include "event/catalog.h"
#include "fuzz/fuzz.h"
#include "query/selection.h"
#include "storage/evaluate.h"
#include "storage/testing/random_rows.h"

namespace fuzz {
namespace {

struct Stored {
    std::vector<storage::testing::Row> rows;
    event::Batch batch;
};

const Stored& stored() {
    static const Stored made = [] {
        Stored one;
        for (auto& row : storage::testing::Random(1).rows(60)) {
            row.index = "shop-prod";
            one.rows.push_back(std::move(row));
        }
        one.batch = storage::testing::batch_of(one.rows);
        return one;
    }();
    return made;
}

}  // namespace

FUZZ_TARGET(kql) {
    Pieces pieces(input);
    query::Question question;
    question.from = pieces.bytes(pieces.byte() % 32);
    question.to = pieces.bytes(pieces.byte() % 32);
    question.index = pieces.bytes(pieces.byte() % 64);
    question.query = pieces.rest();
    const auto selected =
        query::select(question, event::Catalog::built_in(), 1'795'515'330'000'000'000);
    if (!selected) {
        const auto& error = selected.error();
        FUZZ_REQUIRE(error.code == base::Code::invalid_argument, "a wrong question is the asker's");
        FUZZ_REQUIRE(!error.message.empty(), "an error says what it is");
        FUZZ_REQUIRE(error.offset + error.length <= question.query.size() + 1,
                     "an error's place is in the query");
        return;
    }
    const auto& selection = selected.value();
    auto evaluator = storage::Evaluator::create(selection.predicate);
    FUZZ_REQUIRE(evaluator, "what was planned can be evaluated");
    storage::BatchBlock block(stored().batch, "shop-prod");
    const auto found = evaluator.value()->select(block);
    FUZZ_REQUIRE(found, "memory does not fail");
    // The plain way tries everything: too slow for many stars.
    if (std::count(question.query.begin(), question.query.end(), '*') > 4) return;
    for (std::uint32_t row = 0; row < block.rows(); ++row) {
        FUZZ_REQUIRE(found.value().contains(row) ==
                         storage::testing::fits(selection.predicate, stored().rows[row]),
                     "row " + std::to_string(row));
    }
}

}  // namespace fuzz

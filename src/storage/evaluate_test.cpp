#include "storage/evaluate.h"

#include <gtest/gtest.h>

#include "storage/testing/random_rows.h"

namespace storage {
namespace {

using testing::Row;

// Numbers of the rows that fit.
std::vector<std::uint32_t> select(const Predicate& predicate, const std::vector<Row>& rows,
                                  const std::vector<std::string>& overflow = {}) {
    const event::Batch batch = testing::batch_of(rows, overflow);
    BatchBlock block(batch, "shop-prod");
    auto evaluator = Evaluator::create(predicate).value();
    std::vector<std::uint32_t> found;
    evaluator->select(block).value().for_each([&](std::uint32_t row) { found.push_back(row); });
    return found;
}

using Found = std::vector<std::uint32_t>;

std::vector<Row> messages(const std::vector<std::string>& texts) {
    std::vector<Row> rows;
    for (const std::string& text : texts) {
        rows.emplace_back().with("message", text.c_str());
        rows.back().sequence = rows.size();
    }
    return rows;
}

TEST(Evaluate, EveryKindAgreesWithThePlainWay) {
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        testing::Random random(seed);
        const auto rows = random.rows(1 + random.below(seed % 10 == 0 ? 600 : 90));
        const std::vector<std::string> overflow =
            random.chance(25) ? std::vector<std::string>{"message", "status", "tags", "at"}
                              : std::vector<std::string>{};
        const event::Batch batch = testing::batch_of(rows, overflow);
        BatchBlock block(batch, "shop-prod");
        for (int round = 0; round < 8; ++round) {
            const Predicate predicate = random.predicate();
            auto evaluator = Evaluator::create(predicate).value();
            const RowSet found = evaluator->select(block).value();
            for (std::uint32_t at = 0; at < rows.size(); ++at) {
                Row row = rows[at];
                row.index = "shop-prod";
                ASSERT_EQ(found.contains(at), testing::fits(predicate, row))
                    << "seed " << seed << " row " << at << ": " << testing::text_of(predicate);
            }
        }
    }
}

// One evaluator over many blocks, some with the same dictionary, some with new ones at old
// addresses.
TEST(Evaluate, RemembersPerDictionary) {
    testing::Random random(7);
    for (int round = 0; round < 100; ++round) {
        const Predicate predicate = random.leaf();
        auto evaluator = Evaluator::create(predicate).value();
        for (int part = 0; part < 20; ++part) {
            const auto rows = random.rows(1 + random.below(70));
            auto batch = std::make_unique<event::Batch>(testing::batch_of(rows));
            for (int repeat = 0; repeat < 2; ++repeat) {
                BatchBlock block(*batch, "shop-prod");
                RowSet wanted(block.rows());
                for (std::uint32_t row = 0; row < block.rows(); ++row) {
                    if (random.chance(repeat == 0 ? 10 : 100)) wanted.add(row);
                }
                RowSet found = wanted;
                ASSERT_TRUE(evaluator->narrow(block, found));
                for (std::uint32_t at = 0; at < rows.size(); ++at) {
                    Row row = rows[at];
                    row.index = "shop-prod";
                    ASSERT_EQ(found.contains(at),
                              wanted.contains(at) && testing::fits(predicate, row));
                }
            }
        }
    }
}

TEST(Evaluate, WordsAreFoundWholeAndInAnyCase) {
    const auto rows =
        messages({"Timeout while calling MES", "timeouts happen", "TIMEOUT", "no-timeout!",
                  "тайм-аут", "ТАЙМ АУТ", "my_timeout", "timeout\xff"});
    EXPECT_EQ(select(Predicate::any_word("message", {"timeout"}), rows), (Found{0, 2, 3, 7}));
    EXPECT_EQ(select(Predicate::any_word("message", {"аут"}), rows), (Found{4, 5}));
    EXPECT_EQ(select(Predicate::phrase_of("message", {"тайм", "аут"}), rows), (Found{4, 5}));
    EXPECT_EQ(select(Predicate::any_word("message", {}), rows), Found{});
}

TEST(Evaluate, LettersOfOddFormsAreFound) {
    // A long s and a Kelvin sign fold to s and k.
    const auto rows = messages({"\xC5\xBFtop", "brea\xE2\x84\xAA", "STOP", "break"});
    EXPECT_EQ(select(Predicate::any_word("message", {"stop"}), rows), (Found{0, 2}));
    EXPECT_EQ(select(Predicate::any_word("message", {"break"}), rows), (Found{1, 3}));
}

TEST(Evaluate, PhrasesBeginAgainAfterFalseStarts) {
    const auto rows = messages({"a a b", "a b a b c", "b a", "a. B"});
    EXPECT_EQ(select(Predicate::phrase_of("message", {"a", "b"}), rows), (Found{0, 1, 3}));
    EXPECT_EQ(select(Predicate::phrase_of("message", {"a", "b", "c"}), rows), Found{1});
    EXPECT_EQ(select(Predicate::phrase_of("message", {"a", "a", "b"}), rows), Found{0});
}

TEST(Evaluate, LongDictionariesAreSearchedAtOnce) {
    std::vector<std::string> texts;
    texts.reserve(20000);
    for (int at = 0; at < 20000; ++at)
        texts.push_back("step " + std::to_string(at) + (at % 100 == 0 ? " Failed" : " done"));
    const auto rows = messages(texts);
    EXPECT_EQ(select(Predicate::any_word("message", {"failed"}), rows).size(), 200u);
    EXPECT_EQ(select(Predicate::phrase_of("message", {"step", "300", "failed"}), rows), Found{300});
    EXPECT_EQ(select(Predicate::wildcard_of("message", "*19\?\?\? F*"), rows).size(), 10u);
}

TEST(Evaluate, NumbersMeetAcrossTypes) {
    std::vector<Row> rows(4);
    rows[0].with("status", std::int64_t{200});
    rows[1].with("status", 200.5);
    rows[2].with("status", "200");
    rows[3].with("status", 200.0);
    Literal literal;
    literal.text = "200";
    literal.integer = 200;
    EXPECT_EQ(select(Predicate::equals("status", literal), rows), (Found{0, 2, 3}));
    Literal half;
    half.text = "200.5";
    half.number = 200.5;
    EXPECT_EQ(select(Predicate::between("status", Bound{half, true}, std::nullopt), rows),
              Found{1});
    EXPECT_EQ(select(Predicate::between("status", std::nullopt, Bound{half, false}), rows),
              (Found{0, 2, 3}));
}

TEST(Evaluate, IdsOfSequencesAreFound) {
    std::vector<Row> rows(3);
    rows[0].sequence = 36;
    rows[1].sequence = 37;
    rows[1].with("_id", "mine");
    rows[2].sequence = 1332;
    EXPECT_EQ(select(Predicate::equals_text("_id", event::id_of(36)), rows), Found{0});
    EXPECT_EQ(select(Predicate::equals_text("_id", event::id_of(37)), rows), Found{});
    EXPECT_EQ(select(Predicate::equals_text("_id", "mine"), rows), Found{1});
    EXPECT_EQ(select(Predicate::equals_text("_id", "~010"), rows),
              Found{});  // not how it is written
    EXPECT_EQ(select(Predicate::exists("_id"), rows), (Found{0, 1, 2}));
}

TEST(Evaluate, ManyIdsAreOneCondition) {
    std::vector<Row> rows(1000);
    std::vector<Predicate> wanted;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        rows[at].with("order_id", ("ORD-" + std::to_string(at)).c_str());
        if (at % 10 == 0)
            wanted.push_back(Predicate::equals_text("order_id", "ORD-" + std::to_string(at)));
    }
    EXPECT_EQ(select(Predicate::any_of(wanted), rows).size(), 100u);
    EXPECT_EQ(select(Predicate::any_of(wanted), rows, {"order_id"}).size(), 100u);
    EXPECT_EQ(select(Predicate::none_of(Predicate::any_of(wanted)), rows).size(), 900u);
}

TEST(Evaluate, OwnColumnsAreNotAnyField) {
    std::vector<Row> rows(2);
    rows[0].with("_violations", "order_id: missing");
    rows[1].with("note", "order_id: missing");
    EXPECT_EQ(select(Predicate::any_word("*", {"missing"}), rows), Found{1});
    EXPECT_EQ(select(Predicate::any_word("_violations", {"missing"}), rows), Found{0});
    EXPECT_EQ(select(Predicate::any_word("*", {"missing"}), rows, {"note"}), Found{1});
    EXPECT_EQ(select(Predicate::exists("_*"), rows), Found{0});
}

TEST(Evaluate, RefusesBadExpressions) {
    Predicate predicate;
    predicate.kind = Predicate::Kind::regexp;
    predicate.field = "message";
    predicate.literal.text = "a(";
    const auto refused = Evaluator::create(Predicate::any_of({predicate, Predicate::exists("x")}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Code::invalid_argument);
    EXPECT_NE(refused.error().message.find("a("), std::string::npos);
}

TEST(Evaluate, NothingOfNoRows) {
    const event::Batch batch;
    BatchBlock block(batch, "shop-prod");
    auto evaluator = Evaluator::create(Predicate::exists("x")).value();
    EXPECT_EQ(evaluator->select(block).value().count(), 0u);
}

}  // namespace
}  // namespace storage

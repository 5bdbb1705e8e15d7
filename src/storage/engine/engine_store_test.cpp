#include "storage/engine/engine_store.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <random>

#include "event/schema.h"
#include "storage/testing/hooked_files.h"

namespace storage::engine {
namespace {

using event::RowOutcome;
using event::Type;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr base::Nanos noon = 1'790'000'000 * base::second;

class EngineStoreTest : public ::testing::Test {
  protected:
    EngineStoreTest() { std::filesystem::remove_all(directory_); }
    ~EngineStoreTest() override {
        store_.reset();
        std::filesystem::remove_all(directory_);
    }

    void open() {
        store_.reset();
        EngineOptions options;
        options.directory = directory_;
        options.memtable_bytes = memtable_bytes_;
        options.id_fields = {"order_id"};
        options.files = &files_;
        options.log_segment_bytes = log_segment_bytes_;
        auto opened = EngineStore::open(std::move(options));
        ASSERT_TRUE(opened) << opened.error().message;
        store_ = std::move(opened.value());
    }

    struct Row {
        base::Nanos time = noon;
        std::string order;
        std::string id;
        event::RowOperation operation = event::RowOperation::index;
    };

    static event::Append request(const std::string& index, const std::vector<Row>& rows) {
        event::IndexBatch batch;
        batch.index = index;
        const auto order = batch.batch.column("order_id", Type::string);
        const auto id = batch.batch.column("_id", Type::string);
        const auto shape = batch.batch.column("_shape", Type::string);
        const auto minute = batch.batch.column("minute", Type::integer);
        for (std::uint32_t row = 0; row < rows.size(); ++row) {
            batch.batch.time.push_back(rows[row].time);
            batch.batch.at(order).add_text(row, rows[row].order);
            const bool even = (rows[row].time / base::minute) % 2 == 0;
            if (even) batch.batch.at(minute).add_integer(row, rows[row].time / base::minute);
            batch.batch.at(shape).add_text(
                row, even ? "{\"order_id\":\x01,\"minute\":\x02}" : "{\"order_id\":\x01}");
            if (!rows[row].id.empty()) batch.batch.at(id).add_text(row, rows[row].id);
            batch.operations.push_back(rows[row].operation);
        }
        event::Append append;
        append.batches.push_back(std::move(batch));
        return append;
    }

    base::Result<event::AppendOutcome> append(event::Append append) {
        std::promise<base::Result<event::AppendOutcome>> promise;
        auto future = promise.get_future();
        store_->append(std::move(append), [&promise](base::Result<event::AppendOutcome> outcome) {
            promise.set_value(std::move(outcome));
        });
        return future.get();
    }

    std::vector<RowOutcome> outcomes(const std::vector<Row>& rows,
                                     const std::string& index = "shop-prod") {
        auto outcome = append(request(index, rows));
        EXPECT_TRUE(outcome) << outcome.error().message;
        auto& list = outcome.value().rows[0];
        if (list.empty()) list.assign(rows.size(), RowOutcome::created);
        return list;
    }

    std::vector<std::string> orders(ScanRequest scan = {}) {
        std::vector<std::string> found;
        scan.columns = {"order_id"};
        const auto status = store_->snapshot()->scan(scan, [&found](event::Batch batch) {
            const event::Column* column = batch.find("order_id", Type::string);
            for (std::uint32_t row = 0; row < batch.rows(); ++row)
                found.emplace_back(column->text(row));
            return true;
        });
        EXPECT_TRUE(status) << status.error().message;
        return found;
    }

    // Runs `check` on rows in memory, after a restart, in parts, and after a merge.
    void everywhere(const std::function<void()>& check) {
        check();
        open();
        check();
        ASSERT_TRUE(store_->flush());
        check();
        ASSERT_TRUE(store_->merge());
        check();
        open();
        check();
    }

    std::string directory_ = std::filesystem::temp_directory_path() /
                             ("ordertrail-engine-" + std::to_string(::getpid()));
    std::size_t memtable_bytes_ = 64 << 20;
    std::uint64_t log_segment_bytes_ = 64 << 20;
    storage::testing::HookedFiles files_;
    std::unique_ptr<EngineStore> store_;
};

TEST_F(EngineStoreTest, KeepsRowsInTheOrderOfTimeOverIndicesAndDays) {
    open();
    outcomes({{noon, "a"}, {noon + base::day, "c"}, {noon - base::day, "x"}});
    outcomes({{noon + base::minute, "b"}}, "mes-prod");
    everywhere([this] {
        EXPECT_THAT(orders(), ElementsAre("c", "b", "a", "x"));
        ScanRequest oldest;
        oldest.order = Order::oldest_first;
        EXPECT_THAT(orders(oldest), ElementsAre("x", "a", "b", "c"));
        ScanRequest ranged;
        ranged.range = {noon, noon + base::minute};
        EXPECT_THAT(orders(ranged), ElementsAre("a"));
        ScanRequest one;
        one.indices = event::IndexPattern("mes-*");
        EXPECT_THAT(orders(one), ElementsAre("b"));
        ScanRequest limited;
        limited.limit = 2;
        EXPECT_THAT(orders(limited), ElementsAre("c", "b"));
    });
}

TEST_F(EngineStoreTest, PagesThroughEqualTimesWithoutGapOrRepeat) {
    open();
    for (int request_number = 0; request_number < 10; ++request_number) {
        std::vector<Row> rows;
        for (int row = 0; row < 50; ++row)
            rows.push_back({noon, std::to_string(request_number * 50 + row)});
        outcomes(rows);
    }
    everywhere([this] {
        std::set<std::string> seen;
        ScanRequest page;
        page.limit = 33;
        for (int pages = 0; pages < 100; ++pages) {
            std::size_t rows = 0;
            ASSERT_TRUE(store_->snapshot()->scan(page, [&](event::Batch batch) {
                rows += batch.rows();
                const event::Column* column = batch.find("order_id", Type::string);
                for (std::uint32_t row = 0; row < batch.rows(); ++row) {
                    EXPECT_TRUE(seen.insert(std::string(column->text(row))).second);
                }
                page.after = Position{batch.time.back(), batch.sequence.back()};
                return true;
            }));
            if (rows == 0) break;
        }
        EXPECT_EQ(seen.size(), 500u);
    });
}

TEST_F(EngineStoreTest, ACreateOfAStoredIdIsADuplicateAndAnIndexReplaces) {
    open();
    using event::RowOperation;
    EXPECT_THAT(outcomes({{noon, "one", "id1", RowOperation::create},
                          {noon, "again", "id1", RowOperation::create}}),
                ElementsAre(RowOutcome::created, RowOutcome::duplicate));
    int round = 0;
    std::string current = "one";
    everywhere([&] {
        EXPECT_THAT(outcomes({{noon, "late", "id1", RowOperation::create}}),
                    ElementsAre(RowOutcome::duplicate));
        EXPECT_THAT(orders(), ElementsAre(current));
        current = "replaced " + std::to_string(round++);
        EXPECT_THAT(outcomes({{noon, current, "id1"}}), ElementsAre(RowOutcome::updated));
        EXPECT_THAT(orders(), ElementsAre(current));
        // Another index, and another day, are other places.
        if (round == 1) {
            EXPECT_THAT(outcomes({{noon, "other", "id1", RowOperation::create}}, "other"),
                        ElementsAre(RowOutcome::created));
            event::Append removal;
            removal.deletions.push_back({"other", "id1"});
            EXPECT_THAT(append(std::move(removal)).value().deletions,
                        ElementsAre(RowOutcome::deleted));
        }
    });
}

TEST_F(EngineStoreTest, DeletedRowsStayAway) {
    open();
    outcomes({{noon, "keep", "k"}, {noon, "gone", "g"}});
    outcomes({{noon, "nameless"}});
    event::Append removal;
    removal.deletions = {
        {"shop-prod", "g"}, {"shop-prod", "unknown"}, {"shop-prod", event::id_of(3)}};
    EXPECT_THAT(append(std::move(removal)).value().deletions,
                ElementsAre(RowOutcome::deleted, RowOutcome::missing, RowOutcome::deleted));
    everywhere([this] { EXPECT_THAT(orders(), ElementsAre("keep")); });
    event::Append last;
    last.deletions = {{"shop-prod", "k"}};
    EXPECT_THAT(append(std::move(last)).value().deletions, ElementsAre(RowOutcome::deleted));
    everywhere([this] { EXPECT_THAT(orders(), ElementsAre()); });
    EXPECT_THAT(outcomes({{noon, "back", "g", event::RowOperation::create}}),
                ElementsAre(RowOutcome::created));
}

TEST_F(EngineStoreTest, ADeletionDuringAMergeSurvivesTheMergeAndARestart) {
    open();
    for (int part = 0; part < 3; ++part) {
        outcomes(
            {{noon, "stays " + std::to_string(part)}, {noon, "goes", "k" + std::to_string(part)}});
        ASSERT_TRUE(store_->flush());
    }
    // The fourth part makes a merge due; while its file, the fifth, is begun, rows of the old parts
    // are deleted and the log segment that says so is given up by a flush.
    std::atomic<bool> once = false;
    files_.before_create = [&](const std::string& path) {
        if (!path.ends_with("00000005/data") || once.exchange(true)) return;
        event::Append removal;
        for (int part = 0; part < 3; ++part)
            removal.deletions.push_back({"shop-prod", "k" + std::to_string(part)});
        ASSERT_TRUE(append(std::move(removal)));
        ASSERT_TRUE(append(request("other", {{noon, "other"}})));
        ASSERT_TRUE(store_->flush());
    };
    outcomes({{noon, "stays 3"}});
    ASSERT_TRUE(store_->flush());
    ASSERT_TRUE(store_->merge());
    EXPECT_TRUE(once);
    files_.before_create = nullptr;
    const auto expected = UnorderedElementsAre("stays 0", "stays 1", "stays 2", "stays 3", "other");
    EXPECT_THAT(orders(), expected);
    open();
    EXPECT_THAT(orders(), expected);
}

TEST_F(EngineStoreTest, AManifestOfUnknownStateStopsWritesAndLosesNothing) {
    open();
    outcomes({{noon, "one"}, {noon, "two"}});
    files_.before_sync_directory = [this](const std::string& path) -> base::Status {
        if (path == directory_) return base::Error(base::Code::io, "the disk is ill");
        return base::ok();
    };
    EXPECT_FALSE(store_->flush());
    EXPECT_THAT(store_->trouble(), ::testing::HasSubstr("the disk is ill"));
    EXPECT_FALSE(append(request("shop-prod", {{noon, "refused"}})));
    EXPECT_THAT(orders(), UnorderedElementsAre("one", "two"));
    files_.before_sync_directory = nullptr;
    open();
    EXPECT_THAT(orders(), UnorderedElementsAre("one", "two"));
    outcomes({{noon, "three"}});
    EXPECT_THAT(orders(), UnorderedElementsAre("one", "two", "three"));
}

TEST_F(EngineStoreTest, TheLogStaysShortWhenOnlyDuplicatesCome) {
    log_segment_bytes_ = 64 << 10;
    open();
    std::vector<Row> rows;
    for (int row = 0; row < 500; ++row) {
        rows.push_back({noon, "order", "id " + std::to_string(row), event::RowOperation::create});
    }
    for (int round = 0; round < 200; ++round) outcomes(rows);
    ASSERT_TRUE(store_->flush());
    EXPECT_LE(files_.list(directory_ + "/log").value().size(), 2u);
    EXPECT_EQ(orders().size(), 500u);
}

TEST_F(EngineStoreTest, MadeIdsAreFoundInParts) {
    open();
    outcomes({{noon, "made"}, {noon, "given", "own"}});
    everywhere([this] {
        ScanRequest exists;
        exists.predicate = Predicate::exists("_id");
        EXPECT_EQ(orders(exists).size(), 2u);
        ScanRequest made;
        made.predicate = Predicate::equals_text("_id", event::id_of(1));
        EXPECT_THAT(orders(made), ElementsAre("made"));
        ScanRequest given;
        given.predicate = Predicate::equals_text("_id", "own");
        EXPECT_THAT(orders(given), ElementsAre("given"));
    });
}

TEST_F(EngineStoreTest, FindsOneOrderAmongManyParts) {
    memtable_bytes_ = 1 << 20;
    open();
    std::mt19937 random(7);
    std::map<std::string, int> expected;
    base::Nanos time = noon;
    for (int request_number = 0; request_number < 60; ++request_number) {
        std::vector<Row> rows;
        for (int row = 0; row < 1000; ++row) {
            time += static_cast<base::Nanos>(random() % 1000) * base::millisecond;
            rows.push_back({time, "ORD-" + std::to_string(random() % 5000)});
            ++expected[rows.back().order];
        }
        outcomes(rows);
    }
    for (const bool merged : {false, true}) {
        if (merged) {
            ASSERT_TRUE(store_->flush());
            ASSERT_TRUE(store_->merge());
        }
        for (int order = 0; order < 20; ++order) {
            const std::string id = "ORD-" + std::to_string(random() % 5500);
            ScanRequest scan;
            scan.predicate = Predicate::equals_text("order_id", id);
            const auto found = orders(scan);
            EXPECT_EQ(found.size(),
                      static_cast<std::size_t>(expected.contains(id) ? expected[id] : 0))
                << id;
        }
        AggregateRequest count;
        count.spec.metrics = {{Metric::Operation::count, "", {}}};
        const auto counted = store_->snapshot()->aggregate(count);
        ASSERT_TRUE(counted);
        EXPECT_EQ(counted.value().find("metric0", Type::integer)->integers[0], 60'000);
    }
}

TEST_F(EngineStoreTest, ASnapshotDoesNotChange) {
    open();
    outcomes({{noon, "before", "b"}});
    const auto snapshot = store_->snapshot();
    outcomes({{noon, "after"}, {noon, "changed", "b"}});
    ASSERT_TRUE(store_->flush());
    std::vector<std::string> found;
    ASSERT_TRUE(snapshot->scan({}, [&found](event::Batch batch) {
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            found.emplace_back(batch.find("order_id", Type::string)->text(row));
        }
        return true;
    }));
    EXPECT_THAT(found, ElementsAre("before"));
    EXPECT_THAT(orders(), UnorderedElementsAre("after", "changed"));
}

TEST_F(EngineStoreTest, ASubscriptionMissesNothingOverARestart) {
    open();
    outcomes({{noon, "1"}, {noon - base::hour, "2"}});
    auto subscription = store_->subscribe(1);
    const auto texts = [](const event::Batch& batch) {
        std::vector<std::string> found;
        const event::Column* column = batch.find("order_id", Type::string);
        for (std::uint32_t row = 0; row < batch.rows(); ++row)
            found.emplace_back(column->text(row));
        return found;
    };
    EXPECT_THAT(texts(subscription->next(1).value()), ElementsAre("1"));
    outcomes({{noon, "3"}});
    EXPECT_THAT(texts(subscription->next(100).value()), ElementsAre("2", "3"));
    EXPECT_EQ(subscription->next(100).value().rows(), 0u);
    const std::uint64_t position = subscription->position();
    outcomes({{noon, "4"}});
    ASSERT_TRUE(store_->flush());
    open();
    outcomes({{noon, "5"}});
    EXPECT_THAT(texts(store_->subscribe(position)->next(100).value()), ElementsAre("4", "5"));
    EXPECT_THAT(texts(store_->subscribe(1)->next(100).value()),
                ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(EngineStoreTest, ADirectoryHasOneOwner) {
    open();
    EngineOptions options;
    options.directory = directory_;
    EXPECT_EQ(EngineStore::open(std::move(options)).error().code, base::Code::conflict);
}

TEST_F(EngineStoreTest, AFlippedByteInAPartIsFoundAndTheRestAnswers) {
    open();
    std::vector<Row> rows;
    for (int row = 0; row < 300; ++row)
        rows.push_back({noon + row, "order " + std::to_string(row)});
    outcomes(rows);
    outcomes({{noon, "elsewhere"}}, "mes-prod");
    ASSERT_TRUE(store_->flush());
    store_.reset();
    std::string data;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(directory_ + "/parts/shop-prod")) {
        if (entry.path().filename() == "data") data = entry.path();
    }
    const std::string whole = base::system_files().read_file(data).value();
    for (std::size_t at = 8; at < whole.size(); at += 11) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        ASSERT_TRUE(base::system_files().replace_file(data, damaged));
        open();
        // Every answer is right or lacks the part's rows; "elsewhere" is always there.
        const auto found = orders();
        EXPECT_THAT(found, ::testing::Contains("elsewhere"));
        if (found.size() != 1) {
            ASSERT_EQ(found.size(), 301u) << "byte " << at;
            EXPECT_EQ(found.front(), "order 299");
        }
    }
}

}  // namespace
}  // namespace storage::engine

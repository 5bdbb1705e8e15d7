#include <gmock/gmock.h>

#include <set>

#include "base/log.h"
#include "storage/testing/engine_driver.h"
#include "storage/testing/memory_files.h"
#include "storage/testing/store_model.h"

// One fault at every file operation of a fixed workload, and a flipped byte at every offset of
// small parts: nothing acknowledged is lost, nothing wrong is answered, the start always succeeds.

namespace storage::engine {
namespace {

using testing::canonical;
using testing::CanonicalRow;
using testing::EngineDriver;
using testing::MemoryFiles;
using testing::ModelRequest;
using testing::StoreModel;
using Fault = MemoryFiles::Fault;
using Operation = MemoryFiles::Operation;
using Rows = std::multiset<CanonicalRow>;

constexpr base::Nanos noon = 1'790'000'000 * base::second;

// What the store may hold: more than one when it is not known whether a request got there.
class Candidates {
  public:
    void acknowledged(const ModelRequest& request, std::uint64_t first) {
        for (StoreModel& model : models_) model.append(request, first);
        note(request);
    }
    void unknown(const ModelRequest& request) {
        for (std::size_t at = 0, count = models_.size(); at < count; ++at) {
            StoreModel with = models_[at];
            with.append(request, 1'000'000'000 + ever_.size());
            models_.push_back(std::move(with));
        }
        note(request);
    }
    bool has(const Rows& rows) const {
        return std::any_of(models_.begin(), models_.end(),
                           [&](const StoreModel& model) { return rows_of(model) == rows; });
    }
    // Everything acknowledged is there, and nothing that was never sent.
    bool lies_between(const Rows& rows) const {
        const auto includes = [&](const StoreModel& model) {
            const Rows own = rows_of(model);
            return std::includes(rows.begin(), rows.end(), own.begin(), own.end());
        };
        return std::any_of(models_.begin(), models_.end(), includes) && are_known(rows);
    }
    bool are_known(const Rows& rows) const {
        return std::all_of(rows.begin(), rows.end(),
                           [this](const CanonicalRow& row) { return ever_.contains(row); });
    }

  private:
    static Rows rows_of(const StoreModel& model) {
        Rows rows;
        for (const auto& [sequence, row] : model.rows()) rows.insert(canonical(row));
        return rows;
    }
    void note(const ModelRequest& request) {
        for (const auto& puts : request.batches) {
            for (const auto& put : puts) ever_.insert(canonical(put.row));
        }
    }

    std::vector<StoreModel> models_ = {StoreModel(0, 40'000)};
    std::set<CanonicalRow> ever_;
};

class FaultTest : public ::testing::Test {
  protected:
    FaultTest() {
        base::set_log_level("off");
        std::filesystem::create_directories(engine_.directory());
        engine_.options.log_segment_bytes = 4096;
    }
    ~FaultTest() override {
        engine_.store.reset();
        base::set_log_level("info");
    }

    ModelRequest::Put row(const std::string& id, event::RowOperation operation) {
        ModelRequest::Put put;
        put.operation = operation;
        put.row.time = noon + (number_ % days_) * base::day;
        put.row.with("n", testing::Value(std::int64_t{number_++})).with("order_id", "ORD-7");
        put.row.with("price", testing::Value(static_cast<double>(number_) * 0.25))
            .with("peer", testing::Value(testing::ip_of("10.0.0." + std::to_string(number_ % 250))))
            .with("message", testing::Value("event " + std::to_string(number_ * 7919)))
            .with("at", testing::Value(testing::Stamp{noon - number_}));
        if (!id.empty()) put.row.with("_id", testing::Value(id));
        return put;
    }

    // REQUIRES: the store is open.
    void send(ModelRequest request) {
        const bool before = fired_;
        const auto outcome = engine_.append(request.append({}));
        if (outcome) {
            known_.acknowledged(request, outcome.value().first_sequence);
        } else if (outcome.error().code != base::Code::busy && !before) {
            known_.unknown(request);
        }
    }

    void send_some(int part) {
        using event::RowOperation;
        const std::string n = std::to_string(part);
        ModelRequest first;
        first.batches.push_back({row("a" + n, RowOperation::create),
                                 row("b" + n, RowOperation::create), row("", RowOperation::index)});
        send(first);
        ModelRequest second;
        second.deletions.push_back({"shop-prod", "b" + std::to_string(part - 1)});
        second.batches.push_back(
            {row("a" + n, RowOperation::index), row("a" + n, RowOperation::create)});
        send(second);
    }

    // False when the program could not be started: a fault hit the start.
    bool work() {
        if (!engine_.open()) return false;
        for (int part = 0; part < 4; ++part) {
            send_some(part);
            (void)engine_.store->flush();
            look();
        }
        (void)engine_.store->merge();
        look();
        send_some(4);
        if (!engine_.open()) return false;
        send_some(5);
        look();
        (void)engine_.store->flush();
        send_some(6);
        look();
        return true;
    }

    base::Result<Rows> rows() const {
        TRY(const event::Batch found, engine_.scan());
        Rows rows;
        for (std::uint32_t at = 0; at < found.rows(); ++at) rows.insert(canonical(found, at));
        return rows;
    }

    // While it may be ill: what is answered is right.
    void look() const {
        const auto found = rows();
        EXPECT_TRUE(!found || known_.are_known(found.value())) << what_;
        EXPECT_TRUE(fired_ || (found && known_.has(found.value()))) << what_;
    }

    // After the fault, and a power failure too: all is well again.
    void expect_recovery(std::uint64_t seed, bool may_have_doubles) {
        engine_.store.reset();
        files_.before = nullptr;
        files_.power_on(seed);
        const auto opened = engine_.open();
        ASSERT_TRUE(opened) << what_ << ": " << opened.error().message;
        const auto expect_all = [&](const char* when) {
            const auto found = rows();
            ASSERT_TRUE(found) << what_ << when;
            EXPECT_TRUE(may_have_doubles ? known_.lies_between(found.value())
                                         : known_.has(found.value()))
                << what_ << when;
        };
        expect_all(", after the start");
        EXPECT_EQ(engine_.store->trouble(), "") << what_;
        send_some(7);
        ASSERT_TRUE(engine_.store->flush()) << what_;
        ASSERT_TRUE(engine_.store->merge()) << what_;
        expect_all(", after more work");
        ASSERT_TRUE(engine_.open()) << what_;
        expect_all(", at the end");
    }

    // Whether a fault makes sense for an operation.
    static bool suits(Fault fault, Operation operation) {
        if (fault == Fault::short_write) return operation == Operation::write;
        if (fault != Fault::full) return true;
        return operation == Operation::create || operation == Operation::write ||
               operation == Operation::allocate || operation == Operation::make_directories ||
               operation == Operation::rename;
    }

    // Sanitizers make it ten times slower: there, one operation of four, others for each fault.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    static constexpr std::size_t stride = 4;
#else
    static constexpr std::size_t stride = 1;
#endif

    void run_with(Fault fault, const char* name) {
        std::size_t at = static_cast<std::size_t>(fault) % stride;
        for (bool reached = true; reached && !HasFailure(); at += stride) {
            engine_.store.reset();
            files_.restore({});
            files_.put_directory(engine_.directory());
            known_ = Candidates();
            number_ = 0;
            fired_ = false;
            reached = false;
            std::size_t operation_number = 0;
            Operation hit{};
            std::string where;
            what_ = std::string(name) + " at operation " + std::to_string(at);
            files_.before = [&](Operation operation, const std::string& path) {
                if (operation_number++ != at) return Fault::none;
                reached = true;
                if (!suits(fault, operation)) return Fault::none;
                where = " (" + std::to_string(static_cast<int>(operation)) + " of " + path + ")";
                hit = operation;
                fired_ = true;
                return fault;
            };
            (void)work();
            engine_.store.reset();
            what_ += where;
            // A part that could not be read is left out, and so are the ids in it.
            const bool read = hit == Operation::read || hit == Operation::open;
            expect_recovery(at * 7 + 1, fired_ && read);
        }
        EXPECT_GT(at, 100U);
        std::printf("%s: %zu operations\n", name, at);
    }

    MemoryFiles files_;
    EngineDriver engine_{"fault"};
    Candidates known_;
    std::int64_t number_ = 0;
    std::int64_t days_ = 3;
    std::atomic<bool> fired_ = false;
    std::string what_;
};

TEST_F(FaultTest, ThePowerFailsAnywhere) {
    engine_.options.files = &files_;
    run_with(Fault::power, "power");
}

TEST_F(FaultTest, AnyOperationFails) {
    engine_.options.files = &files_;
    run_with(Fault::io, "io");
}

TEST_F(FaultTest, TheDiskIsFullAtAnyOperation) {
    engine_.options.files = &files_;
    run_with(Fault::full, "full");
}

TEST_F(FaultTest, AnyWriteIsShort) {
    engine_.options.files = &files_;
    run_with(Fault::short_write, "short write");
}

TEST_F(FaultTest, AFlippedByteAnywhereInAPartGivesRightRowsOrNone) {
    engine_.options.files = &files_;
    files_.put_directory(engine_.directory());
    days_ = 1;
    ASSERT_TRUE(engine_.open());
    for (int part = 0; part < 2; ++part) {
        for (int some = 0; some < 8; ++some) send_some(part * 8 + some);
        ASSERT_TRUE(engine_.store->flush());
    }
    ModelRequest removal;
    removal.deletions.push_back({"shop-prod", "a0"});
    send(removal);
    ASSERT_TRUE(engine_.store->flush());
    const Rows all = rows().value();
    engine_.store.reset();
    const auto whole = files_.contents();
    std::size_t flips = 0;
    for (const auto& [path, bytes] : whole) {
        if (path.find("/parts/") == std::string::npos) continue;
        for (std::size_t at = 0; at < bytes.size(); ++at, ++flips) {
            files_.restore(whole);
            std::string damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
            files_.put(path, damaged);
            ASSERT_TRUE(engine_.open()) << path << " byte " << at;
            const auto found = rows();
            ASSERT_TRUE(found);
            EXPECT_TRUE(
                std::includes(all.begin(), all.end(), found.value().begin(), found.value().end()))
                << path << " byte " << at;
            if (found.value() != all) {
                EXPECT_FALSE(engine_.store->damage().empty()) << path << " byte " << at;
            }
            ScanRequest one;
            one.predicate = Predicate::equals_text("_id", "a1");
            const auto looked = engine_.scan(one);
            ASSERT_TRUE(looked);
            EXPECT_LE(looked.value().rows(), 1U);
        }
    }
    EXPECT_GT(flips, 1000U);
}

}  // namespace
}  // namespace storage::engine

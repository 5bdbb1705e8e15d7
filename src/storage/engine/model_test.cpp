#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <future>
#include <iterator>

#include "base/log.h"
#include "storage/aggregate.h"
#include "storage/engine/engine_store.h"
#include "storage/testing/memory_files.h"
#include "storage/testing/memory_snapshot.h"
#include "storage/testing/random_rows.h"
#include "storage/testing/store_model.h"

// The engine against a plain model: random requests, flushes, merges, restarts, lost power and
// damaged manifests, and after each random questions. `storage_model_test --seeds N --from S`; a
// failure prints its seed.

namespace storage::engine {
namespace {

using testing::canonical;
using testing::CanonicalRow;
using testing::MemoryFiles;
using testing::MemorySnapshot;
using testing::ModelRequest;
using testing::Row;
using testing::StoreModel;

struct Failed {
    std::string what;
};

void expect(bool fits, const std::string& what) {
    if (!fits) throw Failed{what};
}

class ModelTest {
  public:
    ModelTest(std::uint64_t seed, std::string directory)
        : random_(seed),
          directory_(std::move(directory)),
          today_(base::day_of(base::now())),
          model_(today_ - 3650, today_ + 2) {
        options_.directory = directory_;
        files_.put_directory(directory_);
        options_.files = &files_;
        options_.id_fields = {"order_id"};
        options_.log_segment_bytes = 1 << (12 + random_.below(6));
        options_.memtable_bytes = 1 << (14 + random_.below(8));
        options_.merge_rows = random_.chance(30) ? 200 : 4'000'000;
        options_.part_columns = random_.chance(40) ? 3 + random_.below(8) : 2000;
        options_.part_descriptors = 1 + random_.below(4);
        options_.cache_bytes = random_.chance(30) ? 0 : 8 << 20;
    }

    void run() {
        open();
        const std::size_t steps = 40 + random_.below(60);
        for (std::size_t at = 0; at < steps; ++at) step();
        check_everything();
        restart(false);
        check_everything();
    }

  private:
    void open() {
        EngineOptions copy = options_;
        auto opened = EngineStore::open(std::move(copy));
        expect(static_cast<bool>(opened), "the start failed");
        store_ = std::move(opened.value());
    }

    void step() {
        const std::size_t dice = random_.below(100);
        if (dice < 45) {
            append();
        } else if (dice < 55) {
            expect(static_cast<bool>(store_->flush()), "a flush failed");
        } else if (dice < 60) {
            expect(static_cast<bool>(store_->merge()), "a merge failed");
        } else if (dice < 65) {
            restart(random_.chance(50));
        } else if (dice < 70) {
            follow();
        } else {
            ask();
        }
    }

    // --- requests

    base::Nanos time() {
        switch (random_.below(10)) {
            case 0:  // late, and far in the past
                return static_cast<base::Nanos>(random_.below(1000)) * base::day;
            case 1:  // in the future
                return (today_ + static_cast<base::Nanos>(random_.below(4000))) * base::day;
            case 2:
                return -static_cast<base::Nanos>(random_.below(1000)) * base::hour;
            default:
                return (today_ - static_cast<base::Nanos>(random_.below(3))) * base::day +
                       static_cast<base::Nanos>(random_.below(6)) * base::hour +
                       static_cast<base::Nanos>(random_.below(3));
        }
    }

    ModelRequest::Put put(const std::string& index) {
        ModelRequest::Put made;
        made.row = random_.row(0);
        made.row.index = index;
        made.row.time = time();
        made.row.fields.erase("_id");
        if (random_.chance(50)) made.row.with("_id", id());
        if (random_.chance(40)) made.operation = event::RowOperation::create;
        if (random_.chance(70)) {
            std::string shape;
            for (const auto& [name, values] : made.row.fields)
                shape += name + "=" + std::to_string(values.size()) + ";";
            made.row.with("_shape", shape);
        }
        return made;
    }

    testing::Value id() { return "client-" + std::to_string(random_.below(12)); }

    ModelRequest request() {
        ModelRequest made;
        const std::vector<std::string> indices = {"shop-prod", "mes-prod", "crm-test"};
        for (std::size_t batches = random_.below(3); batches > 0; --batches) {
            const std::string& index = random_.one_of(indices);
            auto& puts = made.batches.emplace_back();
            std::size_t rows = 1 + random_.below(random_.chance(10) ? 150 : 8);
            for (; rows > 0; --rows) puts.push_back(put(index));
        }
        if (random_.chance(25) || made.batches.empty()) {
            for (std::size_t count = 1 + random_.below(4); count > 0; --count) {
                std::string gone = std::get<std::string>(id());
                if (random_.chance(40) && !model_.rows().empty()) {
                    auto at = model_.rows().begin();
                    std::advance(at, random_.below(model_.rows().size()));
                    gone = event::id_of(at->first);
                }
                made.deletions.push_back({random_.one_of(indices), gone});
            }
        }
        return made;
    }

    // Several at a time share a group of the log.
    void append() {
        struct Sent {
            ModelRequest request;
            std::future<base::Result<event::AppendOutcome>> answer;
        };
        std::vector<Sent> sent;
        for (std::size_t count = 1 + random_.below(4); count > 0; --count) {
            std::vector<std::string> overflow;
            if (random_.chance(20)) overflow = {"status", "tags"};
            auto promise = std::make_shared<std::promise<base::Result<event::AppendOutcome>>>();
            Sent one{request(), promise->get_future()};
            store_->append(one.request.append(overflow),
                           [promise](base::Result<event::AppendOutcome> outcome) {
                               promise->set_value(std::move(outcome));
                           });
            sent.push_back(std::move(one));
        }
        for (Sent& one : sent) {
            const auto answer = one.answer.get();
            expect(static_cast<bool>(answer), "a request was refused");
            compare_outcome(one.request, answer.value());
        }
    }

    void compare_outcome(const ModelRequest& request, const event::AppendOutcome& got) {
        expect(got.first_sequence >= next_sequence_, "a sequence number came twice");
        const auto expected = model_.append(request, got.first_sequence);
        next_sequence_ = got.first_sequence;
        for (const auto& puts : request.batches) next_sequence_ += puts.size();
        expect(got.deletions == expected.deletions, "outcomes of deletions differ");
        for (std::size_t batch = 0; batch < expected.rows.size(); ++batch) {
            auto outcomes = got.rows[batch];
            if (outcomes.empty())
                outcomes.assign(expected.rows[batch].size(), event::RowOutcome::created);
            expect(outcomes == expected.rows[batch], "outcomes of rows differ");
        }
        for (const auto& [sequence, row] : model_.rows()) ever_.insert(sequence);
    }

    // --- restarts

    void restart(bool hard) {
        // What a query holds stays readable without the store.
        const auto held = random_.chance(30) ? store_->snapshot() : nullptr;
        if (hard) files_.power_off();
        store_.reset();
        if (hard) files_.power_on(random_.below(1'000'000));
        if (held && !hard) {
            const auto rows = held->scan({}, [](const event::Batch&) { return true; });
            expect(static_cast<bool>(rows), "a snapshot without its store cannot be read");
        }
        if (random_.chance(20)) files_.put(directory_ + "/manifest", "damaged");
        // Both only where nothing else goes wrong: the log's old segments, removed but not surely,
        // would come back.
        if (!hard && random_.chance(15)) files_.erase(directory_ + "/manifest.copy");
        if (!hard && random_.chance(15)) files_.erase(directory_ + "/manifest");
        open();
    }

    // --- questions

    void check_everything() {
        ScanRequest all;
        all.order = Order::any;
        std::size_t rows = 0;
        const auto scanned = store_->snapshot()->scan(all, [&](const event::Batch& batch) {
            for (std::uint32_t row = 0; row < batch.rows(); ++row, ++rows) {
                const auto known = model_.rows().find(batch.sequence[row]);
                expect(known != model_.rows().end(),
                       fmt::format("row {} should be gone", batch.sequence[row]));
                expect(canonical(batch, row) == canonical(known->second),
                       fmt::format("row {} has changed", batch.sequence[row]));
            }
            return true;
        });
        expect(static_cast<bool>(scanned), "a scan failed");
        expect(rows == model_.rows().size(),
               fmt::format("{} rows, {} expected", rows, model_.rows().size()));
        std::map<std::string, std::uint64_t> counted;
        for (const IndexInfo& info : store_->snapshot()->indices()) {
            if (info.rows > 0) counted[info.name] = info.rows;
        }
        std::map<std::string, std::uint64_t> expected;
        for (const auto& [sequence, row] : model_.rows()) ++expected[row.index];
        expect(counted == expected, "the counts of indices differ");
    }

    void ask() {
        switch (random_.below(8)) {
            case 0:
                return check_everything();
            case 1:
                return ask_aggregate();
            case 2:
                return ask_ids();
            default:
                return ask_scan();
        }
    }

    TimeRange range() {
        TimeRange made;
        if (random_.chance(30)) made.from = time();
        if (random_.chance(30)) made.to = time();
        return made;
    }
    event::IndexPattern pattern() {
        return event::IndexPattern(random_.one_of(
            std::vector<std::string>{"*", "*", "*-prod", "shop-prod", "*,-mes-*", "nothing"}));
    }

    void ask_scan() {
        ScanRequest scan;
        scan.indices = pattern();
        scan.range = range();
        if (random_.chance(80)) scan.predicate = random_.predicate();
        scan.order = random_.chance(50) ? Order::newest_first : Order::oldest_first;
        if (random_.chance(50)) scan.limit = 1 + random_.below(20);
        const bool ascending = scan.order == Order::oldest_first;
        if (random_.chance(30) && !model_.rows().empty()) {
            auto at = model_.rows().begin();
            std::advance(at, random_.below(model_.rows().size()));
            scan.after = Position{at->second.time, at->first};
        }
        std::vector<Position> expected;
        for (const auto& [sequence, row] : model_.rows()) {
            const Position position{row.time, sequence};
            if (!scan.indices.matches(row.index) || row.time < scan.range.from ||
                row.time >= scan.range.to || !testing::fits(scan.predicate, row)) {
                continue;
            }
            if (scan.after && !(ascending ? position > *scan.after : position < *scan.after))
                continue;
            expected.push_back(position);
        }
        std::sort(expected.begin(), expected.end());
        if (!ascending) std::reverse(expected.begin(), expected.end());
        if (expected.size() > scan.limit) expected.resize(scan.limit);
        std::vector<Position> found;
        const auto scanned = store_->snapshot()->scan(scan, [&](const event::Batch& batch) {
            for (std::uint32_t row = 0; row < batch.rows(); ++row) {
                found.push_back({batch.time[row], batch.sequence[row]});
                const auto known = model_.rows().find(batch.sequence[row]);
                expect(known != model_.rows().end() &&
                           canonical(batch, row) == canonical(known->second),
                       "a row has changed");
            }
            return true;
        });
        // Conditions on damaged patterns are refused by both.
        expect(static_cast<bool>(scanned), "a scan failed");
        expect(found == expected, fmt::format("a scan found {} rows, {} expected: {}", found.size(),
                                              expected.size(), testing::text_of(scan.predicate)));
    }

    static std::multiset<CanonicalRow> groups(const event::Batch& batch) {
        std::multiset<CanonicalRow> made;
        for (std::uint32_t row = 0; row < batch.rows(); ++row) made.insert(canonical(batch, row));
        return made;
    }

    void ask_aggregate() {
        MemorySnapshot plain;
        plain.add(model_.list());
        AggregateRequest request;
        request.indices = pattern();
        request.range = range();
        if (random_.chance(50)) request.predicate = random_.predicate(1);
        request.spec.metrics = {{Metric::Operation::count, "", {}}};
        if (random_.chance(50))
            request.spec.metrics.push_back({Metric::Operation::count_distinct, "status", {}});
        if (random_.chance(40)) {
            request.spec.keys.push_back({"timestamp", base::hour, 0, false});
        } else if (random_.chance(70)) {
            request.spec.keys.push_back({random_.field(), 0, 0, random_.chance(50)});
        }
        const auto got = store_->snapshot()->aggregate(request);
        const auto expected = plain.aggregate(request, {});
        expect(got.has_value() == expected.has_value(), "an aggregate failed");
        if (got) expect(groups(got.value()) == groups(expected.value()), "aggregates differ");
    }

    void ask_ids() {
        std::vector<std::string> ids = {std::get<std::string>(id()), std::get<std::string>(id())};
        if (!model_.rows().empty()) {
            auto at = model_.rows().begin();
            std::advance(at, random_.below(model_.rows().size()));
            ids.push_back(event::id_of(at->first));
        }
        std::set<std::uint64_t> expected;
        for (const auto& [sequence, row] : model_.rows()) {
            if (row.index != "shop-prod") continue;
            for (const std::string& each : ids) {
                if (testing::fits(Predicate::equals_text("_id", each), row))
                    expected.insert(sequence);
            }
        }
        const auto got = store_->snapshot()->lookup("shop-prod", ids);
        expect(static_cast<bool>(got), "a look-up failed");
        const std::set<std::uint64_t> found(got.value().sequence.begin(),
                                            got.value().sequence.end());
        expect(found == expected && found.size() == got.value().rows(), "a look-up differs");
    }

    // A subscription over all restarts.
    void follow() {
        auto subscription = store_->subscribe(followed_);
        std::set<std::uint64_t> found;
        std::uint64_t last = followed_ - 1;
        while (true) {
            const auto batch = subscription->next(1 + random_.below(100));
            expect(static_cast<bool>(batch), "a subscription failed");
            if (batch.value().rows() == 0) break;
            for (const std::uint64_t sequence : batch.value().sequence) {
                expect(sequence > last, "a subscription went back");
                expect(ever_.contains(sequence), "a subscription has what nobody sent");
                last = sequence;
                found.insert(sequence);
            }
        }
        for (auto at = model_.rows().lower_bound(followed_); at != model_.rows().end(); ++at)
            expect(found.contains(at->first), "a subscription has missed a row");
        followed_ = subscription->position();
        expect(followed_ >= next_sequence_, "a subscription has not seen the end");
    }

    testing::Random random_;
    std::string directory_;
    std::int32_t today_;
    EngineOptions options_;
    MemoryFiles files_;
    StoreModel model_;
    std::set<std::uint64_t> ever_;
    std::uint64_t next_sequence_ = 1;
    std::uint64_t followed_ = 1;
    std::unique_ptr<EngineStore> store_;
};

}  // namespace
}  // namespace storage::engine

int main(int count, char** arguments) {
    std::uint64_t seeds = 200;
    std::uint64_t from = 1;
    for (int at = 1; at + 1 < count; at += 2) {
        const std::string_view name = arguments[at];
        const std::string_view text = arguments[at + 1];
        std::uint64_t& to = name == "--from" ? from : seeds;
        if ((name != "--seeds" && name != "--from") ||
            std::from_chars(text.begin(), text.end(), to).ec != std::errc()) {
            fmt::print(stderr, "usage: storage_model_test [--seeds N] [--from S]\n");
            return 2;
        }
    }
    base::set_log_level("off");
    // The store's lock is a real file.
    const std::string directory =
        std::filesystem::temp_directory_path() / fmt::format("ordertrail-model-{}", ::getpid());
    int failed = 0;
    for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
        std::filesystem::create_directories(directory);
        try {
            storage::engine::ModelTest(seed, directory).run();
        } catch (const storage::engine::Failed& failure) {
            fmt::print("seed {}: {}\n", seed, failure.what);
            ++failed;
        }
        std::filesystem::remove_all(directory);
    }
    fmt::print("{} seeds from {}: {} failed\n", seeds, from, failed);
    return failed == 0 ? 0 : 1;
}

#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/batch.h"
#include "event/index_name.h"
#include "event/intake.h"
#include "storage/aggregate.h"
#include "storage/predicate.h"

// The store's contract: what `engine/` answers from its own files and `opensearch/` from a cluster.

namespace storage {

struct TimeRange {
    base::Nanos from = std::numeric_limits<base::Nanos>::min();  // inclusive
    base::Nanos to = std::numeric_limits<base::Nanos>::max();    // exclusive
};

// A row's place in every order by time: the sequence number breaks ties.
struct Position {
    base::Nanos time = 0;
    std::uint64_t sequence = 0;
    auto operator<=>(const Position&) const = default;
};

enum class Order : std::uint8_t { newest_first, oldest_first, any };

struct ScanRequest {
    event::IndexPattern indices;
    TimeRange range;
    Predicate predicate;
    // Columns wanted, by name; empty: all, as _source needs. `_index` is always there.
    std::vector<std::string> columns;
    Order order = Order::newest_first;
    std::size_t limit = std::numeric_limits<std::size_t>::max();
    std::optional<Position> after;  // only rows behind this one in the order
};

struct AggregateRequest {
    event::IndexPattern indices;
    TimeRange range;
    Predicate predicate;
    AggregateSpec spec;
};

struct IndexInfo {
    std::string name;
    std::uint64_t rows = 0;           // stored and not deleted
    std::uint64_t bytes_on_disk = 0;  // of parts; the log is not counted
    base::Nanos first = 0;            // earliest and latest event time
    base::Nanos last = 0;
};

struct FieldInfo {
    std::string name;
    std::vector<event::Type> types;
};

// What a query reads: the rows that were durable when it was taken, unchanging. Thread-safe. Files
// that it needs are kept until the last copy is gone.
class Snapshot {
  public:
    virtual ~Snapshot() = default;

    // Calls `sink` with batches of rows in the order asked for; false from it ends the scan.
    // Failures: InvalidArgument (predicate), Cancelled, Io, Corrupt.
    using ScanSink = std::function<bool(event::Batch)>;
    virtual base::Status scan(const ScanRequest& request, const ScanSink& sink,
                              std::stop_token stop = {}) const = 0;

    // See Aggregator::finish for the answer's form.
    virtual base::Result<event::Batch> aggregate(const AggregateRequest& request,
                                                 std::stop_token stop = {}) const = 0;

    // The same rows in several ways: an answer per spec, as aggregate() gives it for `request` with
    // that spec in its own's place. A store that finds the rows once for all specs overrides it.
    virtual base::Result<std::vector<event::Batch>> aggregate_all(
        AggregateRequest request, const std::vector<AggregateSpec>& specs,
        const std::stop_token& stop = {}) const {
        std::vector<event::Batch> answers;
        for (const AggregateSpec& spec : specs) {
            request.spec = spec;
            TRY(event::Batch answer, aggregate(request, stop));
            answers.push_back(std::move(answer));
        }
        return answers;
    }

    // The rows of these `_id`s in one index, in any order.
    virtual base::Result<event::Batch> lookup(const std::string& index,
                                              const std::vector<std::string>& ids) const = 0;

    virtual std::vector<IndexInfo> indices() const = 0;
    virtual base::Result<std::vector<FieldInfo>> fields(
        const event::IndexPattern& indices) const = 0;

    // The highest sequence number that may be in it.
    virtual std::uint64_t last_sequence() const = 0;
};

// Reads committed rows in the order of their sequence numbers, from a given one on, over restarts:
// live tail and watch. One thread at a time.
class Subscription {
  public:
    virtual ~Subscription() = default;

    // Up to about `limit` of the next rows (`_index` column included), fewer or none when there are
    // no more yet.
    virtual base::Result<event::Batch> next(std::size_t limit) = 0;
    // Waits until there may be more, the time is over, or `stop` is requested.
    virtual void wait(base::Nanos at_most, std::stop_token stop = {}) = 0;
    // The number from which another Subscription would go on.
    virtual std::uint64_t position() const = 0;
};

// How large a store is, for people; what it does not know is 0.
struct StoreSizes {
    std::uint64_t parts = 0;
    std::uint64_t memory_rows = 0;  // in memory, not in parts yet (the log has them)
    std::uint64_t log_bytes = 0;
    std::uint64_t cache_bytes = 0;
    std::uint64_t cache_limit_bytes = 0;
    std::uint64_t disk_free_bytes = 0;  // of the file system that its data is on
    std::uint64_t disk_total_bytes = 0;
    std::uint64_t merges_running = 0;
};

class Store : public event::Sink {
  public:
    virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
    // Rows of sequence numbers >= from. Deleted rows may be missing.
    virtual std::unique_ptr<Subscription> subscribe(std::uint64_t from) = 0;

    // Why writes are refused at the moment; empty when all is well.
    virtual std::string trouble() const = 0;
    // What was found damaged and gone round, for people: the rest is stored and answers.
    virtual std::vector<std::string> damage() const { return {}; }
    virtual StoreSizes sizes() const { return {}; }
};

}  // namespace storage

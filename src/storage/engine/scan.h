#pragma once

#include "storage/engine/unit.h"
#include "storage/evaluate.h"
#include "storage/store.h"

namespace storage::engine {

// A row that fits: where it is and its place in the order.
struct Hit {
    Position position;
    std::uint32_t unit = 0;
    std::uint32_t row = 0;
};

// One pass over the units in the order asked for. Units overlap in time, so hits wait in a heap
// until no later unit can hold one that comes before them; with a limit the pass ends as soon as
// enough have left the heap.
class Scan {
  public:
    // REQUIRES: all outlive it.
    Scan(const ScanRequest& request, std::vector<Unit> units, const Snapshot::ScanSink& sink,
         Evaluator& evaluator, std::stop_token stop);

    // Corrupt: a part turned out to be damaged and is out now; a new pass may go on behind
    // last_given().
    base::Status run();

    // What the sink was given so far.
    std::size_t given() const { return given_; }
    const std::optional<Position>& last_given() const { return last_given_; }

  private:
    base::Status collect(std::uint32_t unit);
    base::Status release(const Unit* next);
    base::Status emit(const Hit& hit);
    base::Status hand_over();
    bool comes_before(const Position& one, const Position& other) const;

    const ScanRequest& request_;
    std::vector<Unit> units_;
    const Snapshot::ScanSink& sink_;
    Evaluator& evaluator_;
    std::stop_token stop_;
    std::vector<Hit> heap_;
    std::vector<Hit> ready_;
    std::size_t emitted_ = 0;
    std::size_t given_ = 0;
    std::optional<Position> last_given_;
    bool finished_ = false;
};

// The rows of the units that fit the condition, lie in the range and are not deleted.
base::Result<RowSet> fitting_rows(const Unit& unit, Block& block, const TimeRange& range,
                                  Evaluator& evaluator);

// Rows from several units in the order of `hits`, with `_index`.
base::Result<event::Batch> gather_hits(std::span<const Hit> hits, const std::vector<Unit>& units,
                                       const std::vector<std::string>& columns);

}  // namespace storage::engine

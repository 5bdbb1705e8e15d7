#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/string_map.h"
#include "event/intake.h"
#include "storage/engine/log_record.h"
#include "storage/engine/memtable.h"
#include "storage/engine/part_list.h"

namespace storage::engine {

// One partition's share of a request.
struct Piece {
    PartitionKey key;
    std::uint32_t batch = 0;  // which of the request's
    std::shared_ptr<event::Batch> rows;
    std::vector<std::uint32_t> originals;  // each row's number in that batch; empty: the same
    bool creates(std::uint32_t original) const {
        return !operations.empty() && operations[original] == event::RowOperation::create;
    }
    std::vector<event::RowOperation> operations;  // of the whole batch
};

// A request made ready on its caller's thread.
struct Prepared {
    std::vector<event::Deletion> deletions;
    std::vector<Piece> pieces;
    std::vector<std::uint32_t> batch_rows;  // rows of each batch of the request

    std::uint64_t total_rows() const;
};

// The range of days that events are put in; others go to its borders.
struct DayWindow {
    std::int32_t first = 0;
    std::int32_t last = 0;
};

Prepared prepare(event::Append request, const DayWindow& window);

// Decides what requests do to what is stored, in their order: which rows are duplicates, which old
// rows go. Lives for one group of requests. REQUIRES: the store's lock is held.
class Admission {
  public:
    Admission(std::shared_ptr<Memtable> active, const std::deque<std::shared_ptr<Memtable>>& sealed,
              PartsByPartition& parts)
        : active_(std::move(active)), sealed_(sealed), parts_(parts) {}

    struct Decision {
        std::uint64_t first_sequence = 0;
        std::vector<LogRecord::Dropped> dropped;
        event::AppendOutcome outcome;
        // Old rows that go when the request is durable.
        struct Removal {
            std::shared_ptr<Memtable> memtable;  // null: in a part
            PartitionKey key;
            std::string id;
            std::uint64_t sequence = 0;
            std::shared_ptr<Part> part;
            std::uint32_t row = 0;
        };
        std::vector<Removal> removals;
    };

    // Fresh request: duplicates are found.
    Decision decide(const Prepared& request, std::uint64_t first_sequence);
    // Why not all could be looked up: the decisions must not be used then. Passes (too few
    // descriptors), for a part that is damaged is gone round.
    const std::optional<base::Error>& failure() const { return failure_; }
    // From the log: what was dropped is known. Only what is older than the request is removed:
    // parts may have what came after it.
    Decision repeat(const Prepared& request, const LogRecord& record);

    // Makes the decision's rows and removals visible. The pieces' batches are given their sequence
    // numbers.
    void publish(Prepared& request, const Decision& decision);

  private:
    struct Place {
        std::shared_ptr<Memtable> memtable;
        std::shared_ptr<Part> part;
        std::uint32_t row = 0;
        std::uint64_t sequence = 0;
    };

    void note(const Part& part, const base::Error& why);
    std::optional<Place> find(const PartitionKey& key, std::string_view id);
    std::optional<Place> find_in_parts(const PartitionKey& key, std::string_view id);
    void remove_everywhere(const event::Deletion& deletion, Decision& decision);
    bool remove_made_id(const event::Deletion& deletion, Decision& decision);
    std::optional<Place> find_again(const Decision::Removal& removal);
    std::vector<std::int32_t> days_of(const std::string& index) const;
    void decide_piece(const Piece& piece, std::uint64_t first, bool find_duplicates,
                      const std::vector<bool>& skip, Decision& decision);

    std::optional<base::Error> failure_;
    std::uint64_t limit_ = UINT64_MAX;  // rows of this or a higher sequence number are not found
    std::uint32_t decision_rows_ = 0;   // of the batch that decide_piece is at
    std::shared_ptr<Memtable> active_;
    const std::deque<std::shared_ptr<Memtable>>& sealed_;
    PartsByPartition& parts_;
    // Rows of this group, which are in no memtable yet.
    std::map<PartitionKey, base::StringMap<std::uint64_t>> admitted_;
    // Rows with an id of their sequence number that this group deletes.
    std::set<std::pair<std::string, std::uint64_t>> removed_;
};

}  // namespace storage::engine

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event/intake.h"
#include "input/elasticsearch/action_line.h"

namespace input::elasticsearch {

// Why an item is refused before the intake sees it.
enum class Fault : std::uint8_t { none, index_name, empty_id, empty_document, update };

// One action of a bulk request. Its record is `record` among the removals or among the writes of a
// part.
struct BulkItem {
    std::string_view index;
    std::string_view id;
    std::uint32_t part = 0;
    std::uint32_t record = 0;
    Verb verb = Verb::index;
    Fault fault = Fault::none;
};

struct BulkLimits {
    // Each item takes some 300 bytes more in the answer and its bookkeeping.
    std::size_t items = 200'000;
    // Each part is written to the log by itself.
    std::size_t parts = 1000;
};

class BulkRequest;
using BulkResult = base::outcome::basic_result<std::shared_ptr<BulkRequest>, Failure,
                                               base::outcome::policy::terminate>;

// A bulk request, cut into its items. They are handed over in parts, one after the other: within a
// part all deletions come first, so a deletion of something that was written before it begins a new
// part. Owns the body that everything points into. One thread at a time.
class BulkRequest {
  public:
    // A failure concerns the whole request, as in Elasticsearch. `default_index`: of the path; may
    // be empty.
    static BulkResult parse(std::string body, std::string default_index,
                            const BulkLimits& limits = {});

    // A request with the one document (or its deletion) that an action and a path name. `body`: the
    // document.
    static BulkResult of_document(std::string body, std::string index, std::string id,
                                  const Action& action);

    const std::vector<BulkItem>& items() const { return items_; }
    std::size_t parts() const { return parts_.size(); }

    // The records of a part, deletions first. To be taken once.
    std::vector<event::Record> take_records(std::size_t part);
    // What the request takes beside its body at most: its items, what became of them, and the
    // answer.
    std::size_t bookkeeping_bytes() const;
    // Where an item's record is among its part's.
    std::size_t position(const BulkItem& item) const {
        return item.verb == Verb::remove ? item.record : parts_[item.part].removals + item.record;
    }

  private:
    friend class BulkSplitter;
    struct Part {
        std::vector<event::Record> removed;
        std::vector<event::Record> written;
        std::size_t removals = 0;  // kept when the records are taken
    };

    std::string body_;
    std::string default_index_;
    std::string single_id_;
    std::deque<std::string> texts_;  // strings that had escapes
    std::vector<BulkItem> items_;
    std::vector<Part> parts_;
};

}  // namespace input::elasticsearch

#include "storage/engine/subscription.h"

#include <algorithm>

#include "storage/engine/engine_snapshot.h"
#include "storage/engine/engine_store.h"

namespace storage::engine {

base::Result<event::Batch> EngineSubscription::next(std::size_t limit) {
    const auto snapshot = std::static_pointer_cast<const EngineSnapshot>(store_.snapshot());
    const std::uint64_t end = snapshot->last_sequence() + 1;
    // Numbers of rows that were dropped or deleted leave gaps: go on until something is found or
    // all is seen.
    while (next_ < end) {
        const std::uint64_t to = next_ + std::min<std::uint64_t>(end - next_, limit);
        TRY(event::Batch batch, snapshot->rows_between(next_, to));
        next_ = to;
        if (batch.rows() > 0) return batch;
    }
    return event::Batch();
}

void EngineSubscription::wait(base::Nanos at_most, std::stop_token stop) {
    store_.wait_for(next_, at_most, std::move(stop));
}

}  // namespace storage::engine

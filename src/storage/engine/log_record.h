#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/intake.h"

namespace storage::engine {

// One request as a record of the log. What the log's thread decides (the first sequence number,
// which rows turned out to be duplicates) comes behind what the caller's thread encoded.
//
// Layout: deletions (count, then index and id), batches (count, then index, operations (count, 0 or
// one byte per row), length (4 bytes) and bytes of the batch), first sequence number (8 bytes),
// first and last day (4 bytes each), dropped rows (count, then batch and row); their length (4
// bytes).
struct LogRecord {
    std::vector<event::Deletion> deletions;
    std::vector<event::IndexBatch> batches;
    std::uint64_t first_sequence = 0;
    // The days that events could be put in when it was written; a replay puts them there again.
    std::int32_t first_day = 0;
    std::int32_t last_day = 0;
    struct Dropped {
        std::uint32_t batch = 0;
        std::uint32_t row = 0;
    };
    std::vector<Dropped> dropped;

    // With room for the log's header in front.
    static std::string encode_request(const event::Append& request);
    static void append_decision(std::uint64_t first_sequence, std::int32_t first_day,
                                std::int32_t last_day, const std::vector<Dropped>& dropped,
                                std::string& record);
    // Of the content without the header.
    static base::Result<LogRecord> decode(std::string_view content);
};

}  // namespace storage::engine

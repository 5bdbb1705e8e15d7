#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/batch.h"
#include "event/event_builder.h"

// The two interfaces by which events travel: inputs hand records to an Intake (the pipeline), the
// pipeline hands batches to a Sink (the store). `app` wires them.

namespace event {

enum class RowOperation : std::uint8_t {
    index,   // stored; replaces a row of the same `_id`
    create,  // refused as duplicate when the `_id` is there
    remove,  // deletes the row of the `_id`
};

// --- pipeline → store
// -----------------------------------------------------------------------------------------

struct IndexBatch {
    std::string index;
    Batch batch;  // `sequence` empty
    // One per row, index or create; empty: every row is `index`.
    std::vector<RowOperation> operations;
};

struct Deletion {
    std::string index;
    std::string id;
};

// One request: durable as a whole or not at all. Deletions happen before the rows are stored.
struct Append {
    std::vector<IndexBatch> batches;
    std::vector<Deletion> deletions;
};

enum class RowOutcome : std::uint8_t { created, updated, duplicate, deleted, missing };

struct AppendOutcome {
    // The rows' sequence numbers ascend by one from here, over the batches in their order,
    // duplicates included.
    std::uint64_t first_sequence = 0;
    // Per batch, per row; an empty inner vector: all created.
    std::vector<std::vector<RowOutcome>> rows;
    std::vector<RowOutcome> deletions;  // deleted or missing
};

using AppendDone = std::function<void(base::Result<AppendOutcome>)>;

class Sink {
  public:
    virtual ~Sink() = default;

    // Calls `done` exactly once, from any thread, when the whole request is on stable storage, or
    // with the reason why not: Busy (try again later; nothing was stored) or Io. `done` must not
    // block. Thread-safe.
    virtual void append(Append request, AppendDone done) = 0;
};

// --- input → pipeline
// -----------------------------------------------------------------------------------------

enum class Format : std::uint8_t {
    json,       // one JSON object per record; anything else is refused
    logfmt,     // key=value pairs
    plain,      // the record is the message
    automatic,  // JSON object, else logfmt where it looks like it, else plain
    decoded,    // Records::decoded tells them, `text` is not looked at
};

// What an input says about itself, for what the events leave open. Lives as long as the program.
struct Origin {
    std::string name;                  // of the input, for metrics: "elasticsearch", "ingest"
    std::string environment = "prod";  // when neither the event nor its index tells
    std::string time_zone = "UTC";     // of times without offset
};

struct Record {
    std::string_view text;   // UTF-8 is not assumed
    std::string_view index;  // named by the client, checked; empty: routed
    std::string_view id;     // `_id` given by the client; empty: none
    RowOperation operation = RowOperation::index;
};

struct Records {
    std::shared_ptr<const void> owner;  // keeps what the views point into alive
    std::vector<Record> items;          // removals, if any, come before all others
    Format format = Format::json;
    const DecodedRecords* decoded = nullptr;  // for Format::decoded, else not looked at
    const Origin* origin = nullptr;
    base::Nanos received = 0;
};

struct RecordOutcome {
    enum class Status : std::uint8_t {
        created,
        updated,
        duplicate,
        deleted,
        missing,
        filtered,
        rejected
    };
    Status status = Status::created;
    std::uint32_t index = 0;     // position in RecordsOutcome::indices
    std::uint64_t sequence = 0;  // 0 when nothing was stored
    std::int32_t error = -1;     // position in RecordsOutcome::errors, for rejected
};

struct RecordsOutcome {
    std::vector<RecordOutcome> items;  // as Records::items
    std::vector<std::string> indices;
    std::vector<base::Error> errors;
};

using RecordsDone = std::function<void(base::Result<RecordsOutcome>)>;

class Intake {
  public:
    virtual ~Intake() = default;

    // Parses and prepares on the calling thread, then calls `done` exactly once, perhaps from
    // another thread, when all that is kept is durable. A failure concerns the whole request and
    // nothing of it was stored. Thread-safe.
    virtual void accept(Records records, RecordsDone done) = 0;
};

}  // namespace event

#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "event/catalog.h"
#include "event/shape.h"
#include "fuzz/checked_batch.h"
#include "pipeline/pipeline.h"

// The real pipeline in front of a store that keeps the events' texts.

namespace fuzz {

class RecordingSink final : public event::Sink {
  public:
    void append(event::Append request, event::AppendDone done) override {
        event::AppendOutcome outcome;
        outcome.first_sequence = next_;
        for (const auto& part : request.batches) {
            FUZZ_REQUIRE(part.operations.empty() || part.operations.size() == part.batch.rows(),
                         "an operation a row");
            check_batch(part.batch);
            check_codec(part.batch);
            event::SourceWriter writer(part.batch);
            for (std::uint32_t row = 0; row < part.batch.rows(); ++row)
                writer.append(row, sources[next_++]);
        }
        outcome.deletions.resize(request.deletions.size(), event::RowOutcome::deleted);
        done(std::move(outcome));
    }

    std::map<std::uint64_t, std::string> sources;  // by sequence number

  private:
    std::uint64_t next_ = 1;
};

class Intake {
  public:
    // Small limits, so that small inputs reach them.
    Intake()
        : pipeline_(event::Catalog::built_in(), sink_,
                    {.max_record_bytes = 64 << 10, .max_json_depth = 16, .max_columns = 20}) {}

    base::Result<event::RecordsOutcome> accept(event::Records records) {
        static const event::Origin origin{.name = "fuzz"};
        records.origin = &origin;
        records.received = 1'795'515'330'000'000'000;
        const std::size_t count = records.items.size();
        std::optional<base::Result<event::RecordsOutcome>> result;
        sink_.sources.clear();
        pipeline_.accept(std::move(records), [&](base::Result<event::RecordsOutcome> outcome) {
            FUZZ_REQUIRE(!result, "called back once");
            result.emplace(std::move(outcome));
        });
        FUZZ_REQUIRE(result, "called back");
        FUZZ_REQUIRE(!*result || result->value().items.size() == count,
                     "an outcome for each record");
        return std::move(*result);
    }

    // Of the last request: the event as it comes back; nullptr when it was not stored.
    const std::string* source(const event::RecordOutcome& outcome) const {
        const auto found = sink_.sources.find(outcome.sequence);
        return found == sink_.sources.end() ? nullptr : &found->second;
    }

  private:
    RecordingSink sink_;
    pipeline::Pipeline pipeline_;
};

}  // namespace fuzz

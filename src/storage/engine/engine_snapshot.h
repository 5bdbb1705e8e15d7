#pragma once

#include <memory>
#include <vector>

#include "storage/engine/unit.h"
#include "storage/store.h"

namespace storage::engine {

class EngineSnapshot final : public Snapshot {
  public:
    EngineSnapshot(std::vector<MemoryRows> memory,
                   std::shared_ptr<const std::vector<PartView>> parts, std::uint64_t last_sequence)
        : memory_(std::move(memory)), parts_(std::move(parts)), last_sequence_(last_sequence) {}

    base::Status scan(const ScanRequest& request, const ScanSink& sink,
                      std::stop_token stop) const override;
    base::Result<event::Batch> aggregate(const AggregateRequest& request,
                                         std::stop_token stop) const override;
    base::Result<event::Batch> lookup(const std::string& index,
                                      const std::vector<std::string>& ids) const override;
    std::vector<IndexInfo> indices() const override;
    base::Result<std::vector<FieldInfo>> fields(const event::IndexPattern& indices) const override;
    std::uint64_t last_sequence() const override { return last_sequence_; }

    // Rows of sequence numbers in [from, to), in their order, `_index` included.
    base::Result<event::Batch> rows_between(std::uint64_t from, std::uint64_t to) const;

  private:
    base::Result<event::Batch> rows_between_once(std::uint64_t from, std::uint64_t to) const;
    base::Result<event::Batch> aggregate_once(const AggregateRequest& request,
                                              const std::stop_token& stop) const;

    std::vector<MemoryRows> memory_;
    std::shared_ptr<const std::vector<PartView>> parts_;
    std::uint64_t last_sequence_;
};

}  // namespace storage::engine

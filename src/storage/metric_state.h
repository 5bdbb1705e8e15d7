#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/aggregate.h"
#include "storage/group_keys.h"

namespace storage {

// What one metric knows about each group so far. One thread at a time.
class MetricState {
  public:
    static std::unique_ptr<MetricState> create(const Metric& metric, bool single_group);
    virtual ~MetricState() = default;

    // `groups`: how many there are now.
    virtual base::Status add(Block& block, const GroupedRows& entries, std::uint32_t groups) = 0;
    // Only the count of rows can be told without looking at them.
    virtual void add_count(std::uint32_t, std::uint64_t) {}
    virtual bool counts_rows() const { return false; }
    // numbers[g]: what the other one's group g is here. REQUIRES: the same metric.
    virtual void merge(MetricState& other, const std::vector<std::uint32_t>& numbers,
                       std::uint32_t groups) = 0;
    // Adds a value per group that has one.
    virtual void write(std::uint32_t groups, event::Batch& batch, std::string_view name) = 0;
    virtual bool too_large() const { return false; }
};

}  // namespace storage

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <roaring/roaring.hh>
#include <roaring/roaring64map.hh>

#include "storage/engine/part.h"

namespace storage::engine {

struct SourceColumn {
    std::string name;
    event::Type type = event::Type::string;
    std::uint64_t values = 0;  // deleted rows' too
};

// Rows that are to be written into a part: memory's batches at a flush, parts at a merge. One
// thread at a time.
class RowSource {
  public:
    virtual ~RowSource() = default;

    virtual std::size_t blocks() const = 0;
    virtual std::uint32_t rows(std::size_t block) const = 0;
    virtual base::Status order(std::size_t block, std::vector<base::Nanos>& time,
                               std::vector<std::uint64_t>& sequence) const = 0;
    virtual bool deleted(std::size_t block, std::uint32_t row) const = 0;
    virtual std::vector<SourceColumn> columns() const = 0;

    // Null when the block has no value of it.
    virtual base::Result<std::shared_ptr<const event::Column>> column(std::size_t block,
                                                                      const std::string& name,
                                                                      event::Type type) const = 0;
    // How many values each row has, added to `counts` (one per row).
    virtual base::Status count_values(std::size_t block, const std::string& name, event::Type type,
                                      std::vector<std::uint32_t>& counts) const = 0;
    // All texts of a string column, when they are at hand without reading the rows.
    virtual base::Result<std::shared_ptr<const event::StringPool>> texts(
        const std::string& name) const = 0;
};

// A batch in memory: one block.
class BatchSource final : public RowSource {
  public:
    // `deleted`: sequence numbers; may be null.
    BatchSource(std::shared_ptr<const event::Batch> batch,
                std::shared_ptr<const Roaring64Map> deleted)
        : batch_(std::move(batch)), deleted_(std::move(deleted)) {}

    std::size_t blocks() const override { return 1; }
    std::uint32_t rows(std::size_t) const override { return batch_->rows(); }
    base::Status order(std::size_t block, std::vector<base::Nanos>& time,
                       std::vector<std::uint64_t>& sequence) const override;
    bool deleted(std::size_t, std::uint32_t row) const override {
        return deleted_ && deleted_->contains(batch_->sequence[row]);
    }
    std::vector<SourceColumn> columns() const override;
    base::Result<std::shared_ptr<const event::Column>> column(std::size_t block,
                                                              const std::string& name,
                                                              event::Type type) const override;
    base::Status count_values(std::size_t block, const std::string& name, event::Type type,
                              std::vector<std::uint32_t>& counts) const override;
    base::Result<std::shared_ptr<const event::StringPool>> texts(
        const std::string&) const override {
        return std::shared_ptr<const event::StringPool>();
    }

  private:
    std::shared_ptr<const event::Batch> batch_;
    std::shared_ptr<const Roaring64Map> deleted_;
};

class PartSource final : public RowSource {
  public:
    // `deleted`: row numbers over the whole part; may be null.
    PartSource(std::shared_ptr<const Part> part, std::shared_ptr<const Roaring> deleted)
        : part_(std::move(part)), deleted_(std::move(deleted)) {}

    std::size_t blocks() const override { return part_->meta().blocks.size(); }
    std::uint32_t rows(std::size_t block) const override {
        return part_->meta().blocks[block].rows;
    }
    base::Status order(std::size_t block, std::vector<base::Nanos>& time,
                       std::vector<std::uint64_t>& sequence) const override;
    bool deleted(std::size_t block, std::uint32_t row) const override {
        return deleted_ && deleted_->contains(static_cast<std::uint32_t>(block * block_rows) + row);
    }
    std::vector<SourceColumn> columns() const override;
    base::Result<std::shared_ptr<const event::Column>> column(std::size_t block,
                                                              const std::string& name,
                                                              event::Type type) const override;
    base::Status count_values(std::size_t block, const std::string& name, event::Type type,
                              std::vector<std::uint32_t>& counts) const override;
    base::Result<std::shared_ptr<const event::StringPool>> texts(
        const std::string& name) const override;

  private:
    std::shared_ptr<const Part> part_;
    std::shared_ptr<const Roaring> deleted_;
};

}  // namespace storage::engine

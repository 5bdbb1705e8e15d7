#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/file.h"
#include "storage/block.h"
#include "storage/engine/block_cache.h"
#include "storage/engine/part_format.h"

namespace storage::engine {

class DictionaryDirectory;
class TextPages;

// An immutable file of rows of one index and day, open for reading. Thread-safe. Its directory is
// removed when the last owner lets go, if it was given up meanwhile (merged or dropped).
class Part {
  public:
    // Reads and checks the meta file. Corrupt, Io, NotFound.
    static base::Result<std::shared_ptr<Part>> open(base::FileSystem& files, std::string directory,
                                                    std::shared_ptr<BlockCache> cache);
    ~Part();
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

    const PartMeta& meta() const { return meta_; }
    const std::string& directory() const { return directory_; }
    std::uint64_t bytes_on_disk() const { return meta_.data_bytes + meta_bytes_; }
    // About what an open part holds in memory for as long as it is open: its meta file's content.
    std::uint64_t bytes_in_memory() const { return bytes_in_memory_; }

    // All values of a column in one block. Corrupt when a checksum fails.
    base::Result<std::shared_ptr<const event::Column>> column(std::size_t at,
                                                              std::size_t block) const;
    // The same if it is in the cache already, else null.
    std::shared_ptr<const event::Column> cached_column(std::size_t at, std::size_t block) const;
    // The rows of a column's values in one block; empty when dense or without values.
    base::Result<std::vector<std::uint32_t>> rows(std::size_t at, std::size_t block) const;
    // The same from a chunk, of whose front the list of rows is taken where there is one.
    base::Result<std::vector<std::uint32_t>> rows_of(const ColumnMeta& column, std::size_t block,
                                                     std::string_view& chunk) const;
    base::Result<std::shared_ptr<event::StringPool>> dictionary(std::size_t at) const;
    // The codes of a dictionary column, without its dictionary (`pool` is empty).
    base::Result<std::shared_ptr<const event::Column>> codes(std::size_t at,
                                                             std::size_t block) const;
    // A region's bytes, checked; cached for as long as it is worth it.
    base::Result<std::shared_ptr<const std::string>> region(const Region& region) const;

    // The number of a text in a column's sorted dictionary.
    base::Result<std::optional<std::uint32_t>> entry_of(std::size_t at,
                                                        std::string_view text) const;

    // Whether a dictionary is so large that a few of its entries are read by the page, and nobody
    // has it in memory.
    bool reads_pages(std::size_t at) const;
    base::Result<std::shared_ptr<const DictionaryDirectory>> directory(std::size_t at) const;
    // One page of a dictionary, and one of a block's text. REQUIRES: `pages` is the column's.
    base::Result<std::shared_ptr<const event::StringPool>> dictionary_page(
        std::size_t at, const DictionaryDirectory& pages, std::size_t page) const;
    base::Result<std::shared_ptr<const event::StringPool>> page(std::size_t at, std::size_t block,
                                                                const TextPages& pages,
                                                                std::size_t page) const;

    // The column `_shape`, where the part has one.
    std::optional<std::size_t> shapes() const { return shapes_; }
    std::optional<std::size_t> position(std::string_view name, event::Type type) const;
    // Positions of all columns of a name.
    std::vector<std::size_t> named(std::string_view name) const;
    const std::vector<std::string_view>& names() const { return names_; }

    // The directory goes when the last owner does.
    void give_up() { given_up_ = true; }

    // Damage was found: the part answers no more queries and is left out of merges. Logs the first
    // time.
    void quarantine(const base::Error& why) const;
    bool quarantined() const { return quarantined_; }
    base::Error damaged(std::string_view what) const;

  private:
    Part(base::FileSystem& files, std::string directory, std::shared_ptr<BlockCache> cache);

    std::uint64_t count_memory() const;
    base::Result<std::string> read(const Region& region) const;
    // The dictionary if somebody holds it.
    std::shared_ptr<event::StringPool> living_dictionary(std::size_t at) const;
    base::Result<std::optional<std::uint32_t>> search_pages(std::size_t at,
                                                            std::string_view text) const;
    base::Result<std::shared_ptr<event::Column>> decode(std::size_t at, std::size_t block) const;
    // Values per row of each shape's code. REQUIRES: the column's presence is by_shape.
    base::Result<std::vector<std::uint32_t>> counts_by_shape(const ColumnMeta& column) const;
    base::Result<std::vector<std::uint32_t>> rows_by_shape(const ColumnMeta& column,
                                                           std::size_t block) const;
    base::Status decode_values(std::size_t at, std::string_view chunk, std::size_t count,
                               event::Column& out) const;

    base::FileSystem& files_;
    std::string directory_;
    std::shared_ptr<BlockCache> cache_;
    PartMeta meta_;
    std::uint64_t meta_bytes_ = 0;
    std::uint64_t bytes_in_memory_ = 0;
    std::unique_ptr<base::File> data_;
    mutable std::mutex dictionaries_mutex_;
    mutable std::vector<std::weak_ptr<event::StringPool>> dictionaries_;  // by column
    std::optional<std::size_t> shapes_;                                   // position of `_shape`
    std::vector<std::string_view> names_;
    std::unordered_map<std::string_view, std::vector<std::size_t>> by_name_;
    std::atomic<bool> given_up_ = false;
    mutable std::atomic<bool> quarantined_ = false;
};

// Whether an error of a part means that its file cannot be relied on: wrong bytes, or bytes that
// the disk does not give.
inline bool is_damage(const base::Error& error) {
    return error.code == base::Code::corrupt || error.code == base::Code::io;
}

// One block of a part as conditions see it. Keeps the columns it was asked for.
class PartBlock final : public Block {
  public:
    PartBlock(std::shared_ptr<const Part> part, std::size_t block)
        : part_(std::move(part)), block_(block) {}

    std::uint32_t rows() const override { return part_->meta().blocks[block_].rows; }
    std::string_view index() const override { return part_->meta().index; }
    base::Result<std::span<const base::Nanos>> time() override;
    base::Result<std::span<const std::uint64_t>> sequence() override;
    base::Result<std::vector<const event::Column*>> columns(std::string_view name) override;
    base::Result<bool> find_text(std::string_view name, std::string_view text, const RowSet& wanted,
                                 RowSet& found) override;
    std::vector<std::string_view> names() const override;

  private:
    base::Result<std::shared_ptr<const event::Column>> load(std::size_t at);

    std::shared_ptr<const Part> part_;
    std::size_t block_;
    std::unordered_map<std::size_t, std::shared_ptr<const event::Column>> loaded_;
};

}  // namespace storage::engine

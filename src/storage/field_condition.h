#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "storage/block.h"
#include "storage/pool_map.h"
#include "storage/predicate.h"
#include "storage/row_set.h"
#include "storage/text_condition.h"
#include "storage/value_ranges.h"

namespace storage {

// Which entries of dictionaries fit a condition on strings. Looks at a dictionary as a whole when
// it is small beside the rows in question, and at each entry when a row first needs it otherwise.
// One thread at a time.
class DictionaryCondition {
  public:
    explicit DictionaryCondition(std::unique_ptr<TextCondition> condition)
        : condition_(std::move(condition)) {}

    // Adds to `found` the rows among `wanted` of which a value fits.
    void find(const event::Column& column, const RowSet& wanted, RowSet& found);
    bool fits(std::string_view text) { return condition_->fits(text); }
    std::optional<std::string_view> exact() const { return condition_->exact(); }

  private:
    struct Memo {
        std::vector<std::uint8_t> fits;  // per entry: 0, 1 or unknown
        bool complete = false;
        std::uint64_t asked = 0;  // rows so far
        std::uint32_t count = 0;  // of those that fit, when complete
        std::uint32_t only = 0;   // the one, when count is 1
    };
    static constexpr std::uint8_t unknown = 2;

    void complete(const event::StringPool& pool, Memo& memo);
    void find_completed(const event::Column& column, const Memo& memo, const RowSet& wanted,
                        RowSet& found);
    bool fits_entry(const event::StringPool& pool, Memo& memo, std::uint32_t code);

    std::unique_ptr<TextCondition> condition_;
    PoolMap<Memo> memos_;
};

// A leaf of a predicate, asked of one block after another. One thread at a time.
class FieldCondition {
  public:
    // InvalidArgument for a regular expression that RE2 refuses.
    static base::Result<std::unique_ptr<FieldCondition>> create(Predicate leaf);
    // Rows whose field is one of these strings.
    static std::unique_ptr<FieldCondition> one_of(std::string field,
                                                  std::vector<std::string> texts);

    // Takes the rows out that do not fit.
    base::Status narrow(Block& block, RowSet& rows);

  private:
    explicit FieldCondition(Predicate leaf) : leaf_(std::move(leaf)), ranges_(ranges_of(leaf_)) {}
    void set_texts(std::unique_ptr<TextCondition> text,
                   std::unique_ptr<TextCondition> overflow_text);

    base::Status find_named(Block& block, std::string_view name, const RowSet& wanted,
                            RowSet& found);
    base::Status find_time(Block& block, const RowSet& wanted, RowSet& found);
    base::Status find_made_ids(Block& block, const RowSet& wanted, RowSet& found);
    void find_in(const event::Column& column, const RowSet& wanted, RowSet& found);
    bool names_field(std::string_view name) const;

    Predicate leaf_;
    ValueRanges ranges_;
    bool pattern_ = false;  // the field's name has a `*`
    std::unique_ptr<DictionaryCondition> texts_;
    std::unique_ptr<DictionaryCondition> overflow_;
};

}  // namespace storage

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/string_pool.h"
#include "storage/predicate.h"

namespace storage {

// What a leaf of a predicate asks of a string. Holds buffers: one thread at a time.
class TextCondition {
  public:
    // InvalidArgument for a regular expression that RE2 refuses. REQUIRES: the leaf outlives the
    // condition.
    static base::Result<std::unique_ptr<TextCondition>> create(const Predicate& leaf);
    // Strings that are one of these, as a whole.
    static std::unique_ptr<TextCondition> one_of(std::vector<std::string> texts);

    virtual ~TextCondition() = default;

    virtual bool fits(std::string_view text) = 0;
    // The one text that fits, where there is only one.
    virtual std::optional<std::string_view> exact() const { return std::nullopt; }
    // fits[i] = 1 where entry i fits, else 0. REQUIRES: fits has the pool's size and is all zero.
    virtual void fits_all(const event::StringPool& pool, std::vector<std::uint8_t>& fits);

  private:
    static base::Result<std::unique_ptr<TextCondition>> create_whole(const Predicate& leaf);
};

}  // namespace storage

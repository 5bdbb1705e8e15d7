#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/batch.h"
#include "storage/predicate.h"

namespace query {

// What the asker may see: a condition that every row must fit, and fields that do not exist for
// him. A mandatory argument of every query; Searcher makes it part of each request before a store
// sees it, so search, counts, facets and errors cannot differ. A value type.
class Scope {
  public:
    // No limits.
    static Scope everything() { return {}; }

    // Rows outside `rows` do not exist. `hidden` are unified field names, `*` stands for any run of
    // characters.
    static Scope limited(storage::Predicate rows, std::vector<std::string> hidden);

    const storage::Predicate& rows() const { return rows_; }
    bool all_rows() const { return rows_.kind == storage::Predicate::Kind::everything; }
    bool all_fields() const { return hidden_.empty(); }
    bool hides(std::string_view field) const;

    // The condition as the asker may put it: conditions on hidden fields never hold, `*` and other
    // patterns stand for the visible ones among `names`, and the rows' own condition is added.
    storage::Predicate limit(storage::Predicate asked, const std::vector<std::string>& names) const;

  private:
    Scope() = default;
    void hide_in(storage::Predicate& node, const std::vector<std::string>& names) const;

    storage::Predicate rows_;
    std::vector<std::string> hidden_;
};

// Takes out of rows what the asker may not see, `_overflow` included.
void hide_fields(const Scope& scope, event::Batch& batch);

}  // namespace query

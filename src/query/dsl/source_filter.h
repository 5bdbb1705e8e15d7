#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/dsl/json.h"

namespace query::dsl {

// What of an event's source an answer shows: `_source` of a search. Names are dotted, `*` stands
// for any run of characters; an object is shown with all below it. Immutable.
class SourceFilter {
  public:
    // true, false, a name, a list of names, {"includes":…,"excludes":…}.
    static Parsed<SourceFilter> of(const json::value& value);

    void include(std::string pattern) { includes_.push_back(std::move(pattern)); }
    void exclude(std::string pattern) { excludes_.push_back(std::move(pattern)); }

    bool shows_none() const { return none_; }
    bool shows_all() const { return !none_ && includes_.empty() && excludes_.empty(); }
    // The source's text, as a JSON object's.
    std::string apply(const std::string& source) const;

  private:
    bool none_ = false;
    std::vector<std::string> includes_;
    std::vector<std::string> excludes_;
};

}  // namespace query::dsl

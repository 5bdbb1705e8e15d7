#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace event {

// Index names are opaque to the store; by default `<system>-<environment>` (mission F1).

// InvalidArgument unless the name is what Elasticsearch accepts too: 1 to 255 bytes, lower case,
// none of
// \ / * ? " < > | space , # :, not beginning with - _ +, not "." or "..".
base::Status check_index_name(std::string_view name);

// "Shop API" → "shop-api": lower case letters and digits, runs of anything else become one '-'.
std::string slug_of(std::string_view text);

std::string index_name(std::string_view system, std::string_view environment);

// What follows the last '-', or "" when there is none: "shop-prod" → "prod".
std::string_view environment_of(std::string_view index);

// A comma-separated list of names with `*` wildcards and, after them, exclusions
// ("shop-*,-shop-test"). The empty list and "_all" mean everything but hidden indices: a name that
// begins with '.' fits patterns only that begin so too, as in Elasticsearch.
class IndexPattern {
  public:
    IndexPattern() = default;  // everything that is not hidden
    explicit IndexPattern(std::string_view text);
    bool matches(std::string_view index) const;
    const std::string& text() const { return text_; }

  private:
    std::string text_ = "*";
    std::vector<std::string> included_;
    std::vector<std::string> excluded_;
};

// The pattern of all indices, hidden ones too.
inline constexpr std::string_view every_index = "*,.*";

// Whether `text` fits a pattern of literal characters, `*` (any run) and `?` (any one byte).
bool fits_wildcard(std::string_view text, std::string_view pattern);

}  // namespace event

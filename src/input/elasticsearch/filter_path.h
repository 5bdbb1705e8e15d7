#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace input::elasticsearch {

// The filter_path parameter: a comma-separated list of dotted paths with `*` (any part of a name)
// and `**` (any number of names); those with `-` before them leave out. Arrays have no names of
// their own. Immutable.
class FilterPath {
  public:
    explicit FilterPath(std::string_view text);

    // Nothing is filtered.
    bool takes_all() const { return included_.empty() && excluded_.empty(); }

    enum class Fit {
        none,
        part,  // perhaps something below it
        rest,  // all but perhaps something below it
        whole,
    };
    Fit fit(std::span<const std::string_view> path) const;

    // What is left of a JSON text; objects and arrays that end up empty are left out. The text
    // itself when it is no JSON.
    std::string apply(const std::string& json) const;

  private:
    using Pattern = std::vector<std::string>;
    static Fit fit_pattern(const Pattern& pattern, std::span<const std::string_view> path);
    static Fit best_fit(const std::vector<Pattern>& patterns,
                        std::span<const std::string_view> path);

    std::vector<Pattern> included_;
    std::vector<Pattern> excluded_;
};

}  // namespace input::elasticsearch

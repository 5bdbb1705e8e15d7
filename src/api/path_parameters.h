#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace api {

// The decoded values of a pattern's {names}.
class PathParameters {
  public:
    // "" for a name that the pattern does not have.
    std::string_view operator[](std::string_view name) const;
    void add(std::string name, std::string value) {
        values_.emplace_back(std::move(name), std::move(value));
    }

  private:
    std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace api

#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bench {

// Figures as they come: printed as lines of a table, kept for a JSON file. One thread at a time.
class Report {
  public:
    // `text` is what people read, `value` what the file holds under `key`.
    void add(std::string_view key, std::string_view label, boost::json::value value,
             std::string_view text);
    // A count, with thousands set apart.
    void count(std::string_view key, std::string_view label, std::uint64_t value);
    // In MB (10^6 bytes); the file holds bytes.
    void bytes(std::string_view key, std::string_view label, std::uint64_t value);
    // A number with a unit behind it.
    void number(std::string_view key, std::string_view label, double value, std::string_view unit,
                int decimals);
    // Only for the file.
    void keep(std::string_view key, boost::json::value value);
    // The processor, memory and system that the figures are of, and how long an fsync of 4 KiB in
    // `folder` takes.
    void machine(const std::string& folder);

    // Nothing when `path` is empty.
    base::Status write(const std::string& path) const;

  private:
    boost::json::object values_;
};

// 1234567 → "1 234 567".
std::string grouped(std::uint64_t number);

}  // namespace bench

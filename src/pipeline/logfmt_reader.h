#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pipeline {

// Takes a logfmt line (key=value key="quoted value" word) apart. One thread at a time.
class LogfmtReader {
  public:
    struct Pair {
        std::string_view key;
        std::string_view value;
        bool quoted = false;
        bool bare = false;  // a word without '='
    };

    explicit LogfmtReader(std::string_view line) : line_(line) {}

    // The next pair, in order; nothing at the end. Never fails: an unclosed quote ends with the
    // line. Values are valid until the next call.
    std::optional<Pair> next();

    // Whether every word of the line is a key=value pair, and there are two at least.
    static bool looks_like(std::string_view line);

  private:
    std::string_view quoted_value();

    std::string_view line_;
    std::size_t at_ = 0;
    std::string unescaped_;
};

}  // namespace pipeline

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/yaml_tree.h"

namespace event {

// Takes values out of a YAML tree and gathers all that is wrong with them. What a reading finds
// wrong it reports, and then returns something empty, so that one pass finds every problem. `what`
// names the value in the message. One thread at a time.
class YamlReader {
  public:
    explicit YamlReader(std::string file) : file_(std::move(file)) {}

    // Whether it is a map; keys other than these are problems.
    bool is_map(const YamlNode& node, const std::string& what,
                std::initializer_list<std::string_view> keys);
    bool is_map(const YamlNode& node, const std::string& what);
    bool is_list(const YamlNode& node, const std::string& what);
    // The value of a key that must be there; nullptr when it is not.
    const YamlNode* required(const YamlNode& map, std::string_view key, const std::string& what);

    // One line of 1 to 300 bytes.
    std::string text(const YamlNode& node, const std::string& what);
    // Text of at most 128 bytes without blanks at its ends.
    std::string name(const YamlNode& node, const std::string& what);
    // Names without repetition, each with its line.
    std::vector<std::pair<std::string, int>> names(const YamlNode& node, const std::string& what);
    // One of the words; its position, or the number of words.
    std::size_t choice(const YamlNode& node, const std::string& what,
                       std::initializer_list<std::string_view> words);
    // "90s", "15m", "4h", "3d"; at most ten years.
    base::Nanos duration(const YamlNode& node, const std::string& what);

    void problem(int line, std::string message) {
        problems_.emplace_back(line, std::move(message));
    }
    bool failed() const { return !problems_.empty(); }
    // InvalidArgument: "file:line: …" per problem, in the file's order, the first hundred of them.
    base::Error report();

  private:
    std::string file_;
    std::vector<std::pair<int, std::string>> problems_;
};

// Text as a message may quote it: in '…', cut when it is long.
std::string quoted(std::string_view text);

}  // namespace event

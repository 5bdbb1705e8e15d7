#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace event {

// A YAML document as a plain tree that remembers lines. A value type; who holds it owns it.
struct YamlNode {
    enum class Kind { null, scalar, sequence, map };

    Kind kind = Kind::null;
    int line = 1;                 // where it begins, counted from 1
    std::string text;             // of a scalar, quotes taken off
    std::vector<YamlNode> items;  // of a sequence; of a map the values
    std::vector<YamlNode> keys;   // of a map, scalars without repetition, one per item

    // The value of a map's key; nullptr when it is not there or this is no map.
    const YamlNode* find(std::string_view key) const;
};

// "a map", "a list", "text" or "nothing".
std::string_view name_of(YamlNode::Kind kind);

// Reads one document of at most 1 MiB (TooLarge), 100,000 nodes and 32 levels. InvalidArgument with
// "file:line: …" for for text that is no UTF-8, no YAML, or uses anchors and aliases (which blow
// up), tags, repeated or compound keys.
base::Result<YamlNode> parse_yaml(std::string_view text, const std::string& file);

}  // namespace event

#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace event {

// A regular expression with named parts: "%{IP:client} %{NUMBER:bytes:int}", as in Logstash's
// filter of that name; "(?<field>…)" names a part, too. Matched in linear time, so what cannot be
// (lookaround, backreferences, atomic groups) is refused. Immutable, thread-safe.
class GrokPattern {
  public:
    using Names = std::map<std::string, std::string, std::less<>>;  // own patterns by name
    enum class Type : std::uint8_t { text, integer, real };
    struct Field {
        std::string path;
        Type type = Type::text;
        int group = 0;
    };

    // InvalidArgument with what is wrong: an unknown name, a pattern that RE2 does not take, or one
    // that grows beyond 64 KiB or refers to itself.
    static base::Result<GrokPattern> parse(std::string_view pattern, const Names& names);

    // The fields' texts by position, empty where the part did not take part; false: no match
    // anywhere in the text.
    bool match(std::string_view text, std::vector<std::string_view>& values) const;
    const std::vector<Field>& fields() const { return fields_; }

  private:
    class Expansion;
    std::unique_ptr<RE2> expression_;
    std::vector<Field> fields_;
};

}  // namespace event

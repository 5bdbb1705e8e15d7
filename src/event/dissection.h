#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace event {

// Cuts text at its delimiters: "%{time} %{+time} [%{level}] %{message}", as Logstash's filter of
// that name does. `%{}` and `%{?name}` are left out, `%{+name}` is added to what `name` has, with
// the delimiter before it (`%{+name/2}`: in this order), `%{name->}` is followed by any number of
// its delimiter, `%{?name}` with `%{&name}` is a field named by the text. Immutable, thread-safe.
class Dissection {
  public:
    // InvalidArgument with what is wrong. `separator` stands between joined parts of a field;
    // nothing: the delimiter before the part.
    static base::Result<Dissection> parse(std::string_view mapping,
                                          std::optional<std::string> separator = std::nullopt);

    // Field paths and values, which point into `text` or `scratch`; false: the text has another
    // form. Both outputs are emptied first.
    using Fields = std::vector<std::pair<std::string_view, std::string_view>>;
    bool cut(std::string_view text, Fields& fields, std::vector<std::string>& scratch) const;

    // Of the fields that every text of the form has, in their order.
    std::vector<std::string> field_names() const;
    // Some field is named by the text.
    bool names_fields() const;

  private:
    enum class Kind : std::uint8_t { plain, skip, append, named_by, named };
    struct Part {
        Kind kind = Kind::plain;
        std::string field;
        std::string before;  // the delimiter before it
        std::string after;   // the one behind it; empty: to the end
        bool padded = false;
        std::uint32_t order = 0;
    };
    bool find_values(std::string_view text, std::vector<std::string_view>& values) const;
    static base::Result<Part> part_of(std::string_view inside);

    std::string first_;  // before the first part
    std::vector<Part> parts_;
    std::optional<std::string> separator_;
};

}  // namespace event

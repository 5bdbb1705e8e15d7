#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace logs {

// Takes the fields of an event as a log's line tells them, in the names of the unified schema and
// of the catalog. Each name is told once an event. Texts may be any bytes and last as long as the
// call.
class Fields {
  public:
    virtual ~Fields() = default;
    virtual void text(std::string_view name, std::string_view value) = 0;
    virtual void integer(std::string_view name, std::int64_t value) = 0;
    virtual void number(std::string_view name, double value) = 0;
    virtual void boolean(std::string_view name, bool value) = 0;
};

// Longer texts of one field are cut there: a statement of many megabytes would make its event too
// large to be stored at all.
inline constexpr std::size_t longest_text = 64 << 10;

// What is kept of a text: as it is, or cut between two characters with "…" behind it.
std::string kept(std::string_view text, std::size_t most = longest_text);

// Tells a text that is not empty, cut.
void tell(Fields& to, std::string_view name, std::string_view value);
// Tells a whole number, where the text is one.
void tell_integer(Fields& to, std::string_view name, std::string_view value);

}  // namespace logs

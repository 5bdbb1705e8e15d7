#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "event/column.h"

namespace event {

// Values of columns beyond a batch's limit are kept in the column `_overflow`, as `name 0x00 letter
// 0x00 text`, in the order in which the event has them. The text is a string's own, "true" or
// "false", a number as append_number writes it, an address in its canonical text, a timestamp's
// nanoseconds as an integer.

// The type's letter in shapes and in `_overflow`: b, i, n, t, a (address), s; and back.
char letter_of(Type type);
std::optional<Type> type_of_letter(char letter);

struct OverflowEntry {
    std::string_view name;
    Type type = Type::string;
    std::string_view text;
};

// Replaces `out`. REQUIRES: name has no 0x00.
void write_overflow(std::string_view name, Type type, std::string_view text, std::string& out);
// Nothing when `entry` is not of that form. The views are into `entry`.
std::optional<OverflowEntry> read_overflow(std::string_view entry);

// Gives a row's entries out, each once. Holds a reference to the column. One thread at a time.
class OverflowReader {
  public:
    // nullptr: there are no entries.
    explicit OverflowReader(const Column* column) : column_(column) {}

    void seek(std::uint32_t row);
    // The text of the row's next entry of this name and type; nothing when there is none left. Fast
    // when entries are asked for in their order.
    std::optional<std::string_view> next(std::string_view name, Type type);

  private:
    void make_index();

    struct Waiting {
        std::vector<std::size_t> values;
        std::size_t taken = 0;
    };
    const Column* column_;
    std::size_t next_ = 0;
    std::size_t end_ = 0;
    bool indexed_ = false;
    std::unordered_map<std::string_view, Waiting> by_prefix_;  // "name 0x00 letter"
    std::string prefix_;
};

}  // namespace event

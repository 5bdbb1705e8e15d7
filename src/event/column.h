#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/string_pool.h"
#include "event/value.h"

namespace event {

// The values of one field and one type over the rows of a batch. Sparse: a row may have no value,
// or several in their order. Value i belongs to row rows[i] (ascending, repeated for several
// values); when `rows` is empty, value i belongs to row i and rows from size() on have none. One
// thread at a time while it grows, then immutable.
struct Column {
    std::string name;
    Type type = Type::string;
    std::vector<std::uint32_t> rows;

    // Exactly one of these holds the values.
    std::vector<std::int64_t> integers;  // integer, timestamp, boolean (0 or 1)
    std::vector<double> numbers;
    std::vector<Ip> ips;
    std::vector<std::uint32_t> codes;  // string: entries of `pool`
    std::shared_ptr<StringPool> pool;  // may be shared between columns of one name

    Column() = default;
    Column(std::string column_name, Type column_type);

    std::size_t size() const;
    bool empty() const { return size() == 0; }
    std::uint32_t row_of(std::size_t value) const {
        return rows.empty() ? static_cast<std::uint32_t>(value) : rows[value];
    }
    // The values of a row: [first, last).
    std::pair<std::size_t, std::size_t> values_of(std::uint32_t row) const;
    std::string_view text(std::size_t value) const { return (*pool)[codes[value]]; }

    // Append a value. REQUIRES: row is not before the last value's row; the type is the column's.
    void add_integer(std::uint32_t row, std::int64_t value);
    void add_number(std::uint32_t row, double value);
    void add_ip(std::uint32_t row, const Ip& value);
    void add_text(std::uint32_t row, std::string_view value);
    // A code that is in the pool already.
    void add_code(std::uint32_t row, std::uint32_t code);
    // Value `at` of a column of the same type; texts are interned anew unless the pool is shared.
    void add_from(std::uint32_t row, const Column& other, std::size_t at);

    // Drops the values of rows from `row` on.
    void truncate(std::uint32_t row);
    std::size_t memory() const;

  private:
    void place(std::uint32_t row);
    bool interning_ = true;
};

}  // namespace event

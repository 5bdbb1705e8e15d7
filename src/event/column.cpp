#include "event/column.h"

#include <algorithm>
#include <numeric>

namespace event {

namespace {

// Beyond this many values with more than half of them distinct, interning costs more than it saves.
constexpr std::uint32_t interning_trial = 4096;

}  // namespace

Column::Column(std::string column_name, Type column_type)
    : name(std::move(column_name)), type(column_type) {
    if (type == Type::string) pool = std::make_shared<StringPool>();
}

std::size_t Column::size() const {
    switch (type) {
        case Type::string:
            return codes.size();
        case Type::number:
            return numbers.size();
        case Type::ip:
            return ips.size();
        default:
            return integers.size();
    }
}

std::pair<std::size_t, std::size_t> Column::values_of(std::uint32_t row) const {
    if (rows.empty()) {
        return row < size() ? std::pair<std::size_t, std::size_t>(row, row + 1)
                            : std::pair<std::size_t, std::size_t>(0, 0);
    }
    const auto [first, last] = std::equal_range(rows.begin(), rows.end(), row);
    return {static_cast<std::size_t>(first - rows.begin()),
            static_cast<std::size_t>(last - rows.begin())};
}

void Column::place(std::uint32_t row) {
    const std::size_t count = size();
    if (rows.empty()) {
        if (row == count) return;
        rows.resize(count);
        std::iota(rows.begin(), rows.end(), 0U);
    }
    rows.push_back(row);
}

void Column::add_integer(std::uint32_t row, std::int64_t value) {
    place(row);
    integers.push_back(value);
}

void Column::add_number(std::uint32_t row, double value) {
    place(row);
    numbers.push_back(value);
}

void Column::add_ip(std::uint32_t row, const Ip& value) {
    place(row);
    ips.push_back(value);
}

void Column::add_text(std::uint32_t row, std::string_view value) {
    place(row);
    if (interning_ && codes.size() == interning_trial && pool->size() > interning_trial / 2) {
        interning_ = false;
    }
    codes.push_back(interning_ ? pool->intern(value) : pool->append(value));
}

void Column::add_code(std::uint32_t row, std::uint32_t code) {
    place(row);
    codes.push_back(code);
}

void Column::add_from(std::uint32_t row, const Column& other, std::size_t at) {
    switch (type) {
        case Type::string:
            if (pool == other.pool) {
                add_code(row, other.codes[at]);
            } else {
                add_text(row, other.text(at));
            }
            break;
        case Type::number:
            add_number(row, other.numbers[at]);
            break;
        case Type::ip:
            add_ip(row, other.ips[at]);
            break;
        default:
            add_integer(row, other.integers[at]);
    }
}

void Column::truncate(std::uint32_t row) {
    std::size_t keep = size();
    while (keep > 0 && row_of(keep - 1) >= row) --keep;
    if (keep == size()) return;
    if (!rows.empty()) rows.resize(keep);
    if (type == Type::number) {
        numbers.resize(keep);
    } else if (type == Type::ip) {
        ips.resize(keep);
    } else if (type == Type::string) {
        codes.resize(keep);  // pool entries that nothing names any more do no harm
    } else {
        integers.resize(keep);
    }
}

std::size_t Column::memory() const {
    return rows.capacity() * 4 + integers.capacity() * 8 + numbers.capacity() * 8 +
           ips.capacity() * 16 + codes.capacity() * 4 + (pool ? pool->memory() : 0) +
           sizeof(*this) + name.size();
}

}  // namespace event

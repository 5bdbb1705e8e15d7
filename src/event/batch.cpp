#include "event/batch.h"

#include <algorithm>

namespace event {

const Column* Batch::find(std::string_view name, Type type) const {
    const auto found = positions_.find(name);
    if (found == positions_.end()) return nullptr;
    const std::int32_t position = found->second[static_cast<std::size_t>(type)];
    return position < 0 ? nullptr : &columns_[static_cast<std::size_t>(position)];
}

Column* Batch::find(std::string_view name, Type type) {
    return const_cast<Column*>(static_cast<const Batch*>(this)->find(name, type));
}

std::int32_t& Batch::slot(std::string_view name, Type type) {
    auto entry = positions_.find(name);
    if (entry == positions_.end()) {
        entry = positions_.try_emplace(std::string(name)).first;
        entry->second.fill(-1);
    }
    return entry->second[static_cast<std::size_t>(type)];
}

std::size_t Batch::column(std::string_view name, Type type) {
    std::int32_t& position = slot(name, type);
    if (position < 0) {
        position = static_cast<std::int32_t>(columns_.size());
        columns_.emplace_back(std::string(name), type);
    }
    return static_cast<std::size_t>(position);
}

void Batch::add(Column added) {
    const std::size_t position = column(added.name, added.type);
    columns_[position] = std::move(added);
}

void Batch::remove(std::string_view name, Type type) {
    const Column* found = find(name, type);
    if (found == nullptr) return;
    columns_.erase(columns_.begin() + (found - columns_.data()));
    positions_.clear();
    for (std::size_t at = 0; at < columns_.size(); ++at) {
        slot(columns_[at].name, columns_[at].type) = static_cast<std::int32_t>(at);
    }
}

std::vector<std::size_t> Batch::named(std::string_view name) const {
    std::vector<std::size_t> found;
    const auto entry = positions_.find(name);
    if (entry == positions_.end()) return found;
    for (const std::int32_t position : entry->second) {
        if (position >= 0) found.push_back(static_cast<std::size_t>(position));
    }
    return found;
}

void Batch::truncate(std::uint32_t row) {
    if (row < time.size()) time.resize(row);
    if (row < sequence.size()) sequence.resize(row);
    for (Column& column : columns_) column.truncate(row);
}

Batch Batch::gather(std::span<const std::uint32_t> chosen) const {
    Batch out;
    out.time.reserve(chosen.size());
    for (const std::uint32_t row : chosen) out.time.push_back(time[row]);
    if (!sequence.empty()) {
        out.sequence.reserve(chosen.size());
        for (const std::uint32_t row : chosen) out.sequence.push_back(sequence[row]);
    }
    for (const Column& from : columns_) {
        Column to(from.name, from.type);
        for (std::uint32_t row = 0; row < chosen.size(); ++row) {
            const auto [first, last] = from.values_of(chosen[row]);
            for (std::size_t value = first; value < last; ++value) to.add_from(row, from, value);
        }
        if (!to.empty()) out.add(std::move(to));
    }
    return out;
}

void Batch::append(const Batch& other) {
    const std::uint32_t offset = rows();
    time.insert(time.end(), other.time.begin(), other.time.end());
    sequence.insert(sequence.end(), other.sequence.begin(), other.sequence.end());
    for (const Column& from : other.columns_) {
        Column& to = columns_[column(from.name, from.type)];
        if (from.type == Type::string && from.pool->size() <= 2 * from.codes.size()) {
            // Each entry of the other dictionary is interned once, not each value.
            std::vector<std::uint32_t> mapped(from.pool->size(), UINT32_MAX);
            for (std::size_t value = 0; value < from.codes.size(); ++value) {
                std::uint32_t& code = mapped[from.codes[value]];
                if (code == UINT32_MAX) {
                    to.add_text(offset + from.row_of(value), from.text(value));
                    code = to.codes.back();
                } else {
                    to.add_code(offset + from.row_of(value), code);
                }
            }
        } else {
            for (std::size_t value = 0; value < from.size(); ++value) {
                to.add_from(offset + from.row_of(value), from, value);
            }
        }
    }
}

// Of a column's entry among the names, its pool and their allocations.
constexpr std::size_t column_overhead = 320;

std::size_t Batch::memory() const {
    std::size_t total = time.capacity() * 8 + sequence.capacity() * 8 + sizeof(*this);
    for (const Column& column : columns_) total += column.memory();
    return total + columns_.size() * column_overhead;
}

}  // namespace event

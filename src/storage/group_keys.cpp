#include "storage/group_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "event/schema.h"
#include "storage/field_values.h"

namespace storage {

using event::Column;

namespace {

// Times near the ends of what 64 bits hold, minus an offset.
__extension__ using Wide = __int128;

// Where the bucket of a time begins; nothing before the first border.
std::optional<base::Nanos> begin_of(base::Nanos time, const GroupKey& key) {
    if (key.borders.empty()) return bucket_of(time, key.interval, key.offset);
    const auto behind = std::upper_bound(key.borders.begin(), key.borders.end(), time);
    if (behind == key.borders.begin()) return std::nullopt;
    return *(behind - 1);
}

}  // namespace

base::Nanos bucket_of(base::Nanos time, base::Nanos interval, base::Nanos offset) {
    const Wide from_offset = static_cast<Wide>(time) - offset;
    Wide number = from_offset / interval;
    if (from_offset % interval < 0) --number;
    const Wide begin = number * interval + offset;
    if (begin < std::numeric_limits<base::Nanos>::min())
        return std::numeric_limits<base::Nanos>::min();
    return static_cast<base::Nanos>(begin);
}

GroupKeys::GroupKeys(std::vector<GroupKey> keys)
    : keys_(std::move(keys)), codes_(keys_.size()), pairs_(keys_.empty() ? 0 : keys_.size() - 1) {}

std::uint32_t GroupKeys::size() const {
    if (keys_.empty()) return 1;
    return pairs_.empty() ? codes_.front().size() : pairs_.back().size();
}

bool GroupKeys::too_large() const {
    return std::any_of(codes_.begin(), codes_.end(),
                       [](const ValueCodes& codes) { return codes.too_large(); });
}

base::Status GroupKeys::assign(Block& block, GroupedRows& entries) {
    for (std::size_t key = 0; key < keys_.size(); ++key) {
        TRY(assign_key(block, key, entries));
    }
    return base::ok();
}

base::Status GroupKeys::assign_key(Block& block, std::size_t key, GroupedRows& entries) {
    if (keys_[key].interval > 0 && keys_[key].field == event::field::timestamp) {
        TRY(const auto times, block.time());
        assign_time(times, key, entries);
        return base::ok();
    }
    TRY(const FieldValues values, FieldValues::read(block, keys_[key].field));
    const bool as_they_are = keys_[key].interval == 0 && keys_[key].borders.empty() &&
                             keys_[key].step == 0 && !keys_[key].as_numbers;
    if (values.columns().size() == 1 && values.columns().front()->rows.empty() && as_they_are) {
        assign_single(*values.columns().front(), key, entries);
    } else {
        assign_several(values.columns(), key, entries);
    }
    return base::ok();
}

std::uint32_t GroupKeys::group_of_time(base::Nanos time) {
    if (keys_.empty()) return 0;
    return codes_.front().code_of_time(
        bucket_of(time, keys_.front().interval, keys_.front().offset));
}

void GroupKeys::assign_time(std::span<const base::Nanos> times, std::size_t key,
                            GroupedRows& entries) {
    const GroupKey& asked = keys_[key];
    // Rows lie in the order of time: most are in the bucket of the row before.
    base::Nanos begin = 0;
    base::Nanos last = -1;
    std::uint32_t code = 0;
    for (std::size_t at = 0; at < entries.rows.size(); ++at) {
        const base::Nanos time = times[entries.rows[at]];
        if (time < begin || time > last) {
            begin = bucket_of(time, asked.interval, asked.offset);
            last = begin > std::numeric_limits<base::Nanos>::max() - asked.interval
                       ? std::numeric_limits<base::Nanos>::max()
                       : begin + asked.interval - 1;
            code = codes_[key].code_of_time(begin);
        }
        entries.groups[at] = next_group(key, entries.groups[at], code);
    }
}

std::uint32_t GroupKeys::code_of_missing(std::size_t key) {
    const GroupKey& asked = keys_[key];
    ValueCodes& codes = codes_[key];
    if (const auto* text = std::get_if<std::string>(&asked.instead))
        return codes.code_of_text(*text);
    if (const auto* number = std::get_if<double>(&asked.instead))
        return codes.code_of_number(*number);
    if (const auto* truth = std::get_if<bool>(&asked.instead)) return codes.code_of_boolean(*truth);
    if (const auto* integer = std::get_if<std::int64_t>(&asked.instead)) {
        const bool time = asked.interval > 0 || !asked.borders.empty();
        return time ? codes.code_of_time(*integer) : codes.code_of_integer(*integer);
    }
    return codes.code_of_missing();
}

// A column with one value for each row up to its end.
void GroupKeys::assign_single(const Column& column, std::size_t key, GroupedRows& entries) {
    ValueCodes::Reader reader = codes_[key].reader(column);
    const std::size_t size = column.size();
    std::size_t at = 0;
    for (; at < entries.rows.size() && entries.rows[at] < size; ++at) {
        entries.groups[at] = next_group(key, entries.groups[at], reader(entries.rows[at]));
    }
    if (at < entries.rows.size() && keys_[key].missing_group) {
        const std::uint32_t missing = code_of_missing(key);
        for (; at < entries.rows.size(); ++at) {
            entries.groups[at] = next_group(key, entries.groups[at], missing);
        }
    }
    entries.rows.resize(at);
    entries.groups.resize(at);
}

void GroupKeys::find_codes(const Column& column, std::size_t key, const GroupedRows& entries,
                           Found& found) {
    const GroupKey& asked = keys_[key];
    const bool times = asked.interval > 0 || !asked.borders.empty();
    if (times) {
        if (column.type != event::Type::timestamp) return;
        for_each_value(column, entries.rows, [&](std::size_t at, std::size_t value) {
            const auto begin = begin_of(column.integers[value], asked);
            if (begin) found.emplace_back(at, codes_[key].code_of_time(*begin));
        });
        return;
    }
    if (asked.step > 0) {
        const bool integers = column.type == event::Type::integer;
        if (!integers && column.type != event::Type::number) return;
        for_each_value(column, entries.rows, [&](std::size_t at, std::size_t value) {
            const double number =
                integers ? static_cast<double>(column.integers[value]) : column.numbers[value];
            const double begin =
                std::floor((number - asked.origin) / asked.step) * asked.step + asked.origin;
            found.emplace_back(at, codes_[key].code_of_number(begin));
        });
        return;
    }
    if (asked.as_numbers && column.type == event::Type::integer) {
        for_each_value(column, entries.rows, [&](std::size_t at, std::size_t value) {
            const auto number = static_cast<double>(column.integers[value]);
            found.emplace_back(at, codes_[key].code_of_number(number));
        });
        return;
    }
    ValueCodes::Reader reader = codes_[key].reader(column);
    for_each_value(column, entries.rows, [&](std::size_t at, std::size_t value) {
        found.emplace_back(at, reader(value));
    });
}

void GroupKeys::assign_several(const std::vector<const Column*>& columns, std::size_t key,
                               GroupedRows& entries) {
    const GroupKey& asked = keys_[key];
    Found found;
    for (const Column* column : columns) find_codes(*column, key, entries, found);
    if (!std::is_sorted(found.begin(), found.end())) std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());

    GroupedRows next;
    next.rows.reserve(found.size());
    next.groups.reserve(found.size());
    const auto add = [&](std::size_t at, std::uint32_t code) {
        next.rows.push_back(entries.rows[at]);
        next.groups.push_back(next_group(key, entries.groups[at], code));
    };
    if (!asked.missing_group) {
        for (const auto& [at, code] : found) add(at, code);
    } else {
        std::size_t value = 0;
        for (std::size_t at = 0; at < entries.rows.size(); ++at) {
            if (value == found.size() || found[value].first != at) add(at, code_of_missing(key));
            for (; value < found.size() && found[value].first == at; ++value)
                add(at, found[value].second);
        }
    }
    entries = std::move(next);
}

void GroupKeys::codes_of(std::uint32_t group, std::vector<std::uint32_t>& codes) const {
    codes.resize(keys_.size());
    for (std::size_t key = keys_.size(); key-- > 1;) {
        const auto [before, code] = pairs_[key - 1][group];
        codes[key] = code;
        group = before;
    }
    if (!keys_.empty()) codes[0] = group;
}

std::vector<std::uint32_t> GroupKeys::import(const GroupKeys& other) {
    std::vector<std::uint32_t> numbers(other.size(), 0);
    if (keys_.empty()) return numbers;
    std::vector<std::uint32_t> codes;
    for (std::uint32_t group = 0; group < other.size(); ++group) {
        other.codes_of(group, codes);
        std::uint32_t number = 0;
        for (std::size_t key = 0; key < keys_.size(); ++key) {
            number = next_group(key, number, codes_[key].code_of(other.codes_[key], codes[key]));
        }
        numbers[group] = number;
    }
    return numbers;
}

void GroupKeys::write(event::Batch& batch) const {
    std::vector<std::uint32_t> codes;
    std::vector<std::string> names;
    names.reserve(keys_.size());
    for (std::size_t key = 0; key < keys_.size(); ++key) names.push_back(fmt::format("key{}", key));
    for (std::uint32_t group = 0; group < size(); ++group) {
        codes_of(group, codes);
        for (std::size_t key = 0; key < keys_.size(); ++key) {
            codes_[key].write(codes[key], group, batch, names[key]);
        }
    }
}

}  // namespace storage

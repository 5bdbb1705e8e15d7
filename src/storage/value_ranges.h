#pragma once

#include <cstdint>
#include <optional>

#include "event/value.h"
#include "storage/predicate.h"

namespace storage {

// From `first` to `last`, both included.
template <typename Value>
struct Closed {
    Value first;
    Value last;
    bool holds(const Value& value) const { return value >= first && value <= last; }
};

// What a leaf asks of values that are no strings, type by type; no range: no value of that type
// fits.
struct ValueRanges {
    std::optional<Closed<std::int64_t>> boolean;
    std::optional<Closed<std::int64_t>> integer;
    std::optional<Closed<std::int64_t>> timestamp;
    std::optional<Closed<double>> number;
    std::optional<Closed<event::Ip>> ip;

    const std::optional<Closed<std::int64_t>>& of(event::Type type) const {
        return type == event::Type::boolean   ? boolean
               : type == event::Type::integer ? integer
                                              : timestamp;
    }
};

ValueRanges ranges_of(const Predicate& leaf);

}  // namespace storage

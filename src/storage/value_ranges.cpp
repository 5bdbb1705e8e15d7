#include "storage/value_ranges.h"

#include <cmath>
#include <limits>

namespace storage {

namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double two_to_63 = 9223372036854775808.0;

event::Ip filled_ip(std::uint8_t byte) {
    event::Ip ip;
    ip.bytes.fill(byte);
    return ip;
}

// The smallest integer >= bound (or > bound), the largest <= bound (or < bound); nothing where
// there is none.
std::optional<std::int64_t> first_integer(double bound, bool inclusive) {
    const double up = std::ceil(bound);
    if (std::isnan(bound) || up >= two_to_63) return std::nullopt;
    if (up < -two_to_63) return least;
    const auto first = static_cast<std::int64_t>(up);
    if (inclusive || up != bound) return first;
    return first == most ? std::nullopt : std::optional(first + 1);
}

std::optional<std::int64_t> last_integer(double bound, bool inclusive) {
    const double down = std::floor(bound);
    if (std::isnan(bound) || down < -two_to_63) return std::nullopt;
    if (down >= two_to_63) return most;
    const auto last = static_cast<std::int64_t>(down);
    if (inclusive || down != bound) return last;
    return last == least ? std::nullopt : std::optional(last - 1);
}

std::optional<std::int64_t> first_integer(const Bound& bound) {
    if (!bound.value.integer) {
        return bound.value.number ? first_integer(*bound.value.number, bound.inclusive)
                                  : std::nullopt;
    }
    const std::int64_t value = *bound.value.integer;
    if (bound.inclusive) return value;
    return value == most ? std::nullopt : std::optional(value + 1);
}

std::optional<std::int64_t> last_integer(const Bound& bound) {
    if (!bound.value.integer) {
        return bound.value.number ? last_integer(*bound.value.number, bound.inclusive)
                                  : std::nullopt;
    }
    const std::int64_t value = *bound.value.integer;
    if (bound.inclusive) return value;
    return value == least ? std::nullopt : std::optional(value - 1);
}

std::optional<double> number_of(const Literal& literal) {
    if (literal.number) return literal.number;
    if (literal.integer) return static_cast<double>(*literal.integer);
    return std::nullopt;
}

// A range of one type from its two ends; an end that is not asked for is open, one without an
// alternative of the type (or beyond the type's values) leaves no range.
template <typename Value, typename First, typename Last>
std::optional<Closed<Value>> closed(const Predicate& leaf, Value first, Value last, First first_of,
                                    Last last_of) {
    if (leaf.lower) {
        const std::optional<Value> bound = first_of(*leaf.lower);
        if (!bound) return std::nullopt;
        first = *bound;
    }
    if (leaf.upper) {
        const std::optional<Value> bound = last_of(*leaf.upper);
        if (!bound) return std::nullopt;
        last = *bound;
    }
    if (first > last) return std::nullopt;
    return Closed<Value>{first, last};
}

std::optional<std::int64_t> first_boolean(const Bound& bound) {
    if (!bound.value.boolean) return std::nullopt;
    return (*bound.value.boolean ? 1 : 0) + (bound.inclusive ? 0 : 1);
}

std::optional<std::int64_t> last_boolean(const Bound& bound) {
    if (!bound.value.boolean) return std::nullopt;
    return (*bound.value.boolean ? 1 : 0) - (bound.inclusive ? 0 : 1);
}

std::optional<double> first_number(const Bound& bound) {
    const std::optional<double> value = number_of(bound.value);
    if (!value || std::isnan(*value)) return std::nullopt;
    return bound.inclusive ? *value : std::nextafter(*value, infinity);
}

std::optional<double> last_number(const Bound& bound) {
    const std::optional<double> value = number_of(bound.value);
    if (!value || std::isnan(*value)) return std::nullopt;
    return bound.inclusive ? *value : std::nextafter(*value, -infinity);
}

// A span ends before its end; an exact time has none.
std::optional<std::int64_t> last_of_span(const Literal& literal) {
    if (!literal.time_begin) return std::nullopt;
    return literal.time_end ? *literal.time_end - 1 : *literal.time_begin;
}

std::optional<std::int64_t> first_time(const Bound& bound) {
    if (bound.inclusive) return bound.value.time_begin;
    const std::optional<std::int64_t> last = last_of_span(bound.value);
    return last && *last < most ? std::optional(*last + 1) : std::nullopt;
}

std::optional<std::int64_t> last_time(const Bound& bound) {
    if (bound.inclusive) return last_of_span(bound.value);
    const std::optional<std::int64_t> first = bound.value.time_begin;
    return first && *first > least ? std::optional(*first - 1) : std::nullopt;
}

std::optional<event::Ip> neighbour(event::Ip ip, int step) {
    const std::uint8_t wrap = step > 0 ? 0xff : 0;
    for (std::size_t at = ip.bytes.size(); at-- > 0;) {
        const bool carries = ip.bytes[at] == wrap;
        ip.bytes[at] = static_cast<std::uint8_t>(ip.bytes[at] + step);
        if (!carries) return ip;
    }
    return std::nullopt;
}

std::optional<event::Ip> first_ip(const Bound& bound) {
    if (!bound.value.ip_first) return std::nullopt;
    if (bound.inclusive) return bound.value.ip_first;
    return neighbour(bound.value.ip_last.value_or(*bound.value.ip_first), 1);
}

std::optional<event::Ip> last_ip(const Bound& bound) {
    if (!bound.value.ip_first) return std::nullopt;
    if (bound.inclusive) return bound.value.ip_last.value_or(*bound.value.ip_first);
    return neighbour(*bound.value.ip_first, -1);
}

}  // namespace

ValueRanges ranges_of(const Predicate& leaf) {
    ValueRanges ranges;
    Predicate both = leaf;
    if (leaf.kind == Predicate::Kind::equals) {
        both.lower = Bound{leaf.literal, true};
        both.upper = Bound{leaf.literal, true};
    } else if (leaf.kind != Predicate::Kind::range && leaf.kind != Predicate::Kind::exists) {
        return ranges;
    }
    ranges.boolean = closed<std::int64_t>(both, 0, 1, first_boolean, last_boolean);
    ranges.integer = closed<std::int64_t>(
        both, least, most, [](const Bound& bound) { return first_integer(bound); },
        [](const Bound& bound) { return last_integer(bound); });
    ranges.timestamp = closed<std::int64_t>(both, least, most, first_time, last_time);
    ranges.number = closed<double>(both, -infinity, infinity, first_number, last_number);
    ranges.ip = closed<event::Ip>(both, filled_ip(0), filled_ip(0xff), first_ip, last_ip);
    return ranges;
}

}  // namespace storage

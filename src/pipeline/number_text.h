#pragma once

#include <cstdint>
#include <string_view>

namespace pipeline {

// What a JSON number's text says of itself, without rounding.
struct NumberText {
    enum class Kind : std::uint8_t {
        none,      // not a JSON number
        integer,   // fits int64; not "-0"
        big,       // digits only, and beyond int64, or "-0"
        decimal,   // with a point, without exponent
        exponent,  // with an exponent
    };
    Kind kind = Kind::none;
    bool negative = false;
    bool last_is_zero = false;   // the last digit of the fraction
    std::int64_t integer = 0;    // for Kind::integer
    std::uint32_t decimals = 0;  // digits of the fraction
    std::uint32_t digits = 0;    // of whole part and fraction, without leading zeros
    std::uint32_t mantissa = 0;  // bytes before the exponent
};

NumberText number_text(std::string_view token);

}  // namespace pipeline

#include "app/plant/line.h"

#include <algorithm>
#include <chrono>

namespace plant {

namespace {

constexpr auto pairs = [] {
    std::array<char, 200> digits{};
    for (std::size_t number = 0; number < 100; ++number) {
        digits[2 * number] = static_cast<char>('0' + number / 10);
        digits[2 * number + 1] = static_cast<char>('0' + number % 10);
    }
    return digits;
}();

}  // namespace

void Line::put_two(std::uint32_t number) {
    std::memcpy(bytes_ + at_, pairs.data() + std::size_t{2} * number, 2);
    at_ += 2;
}

void Line::put_integer(std::int64_t number) {
    char digits[20];
    char* begin = std::end(digits);
    std::uint64_t rest =
        number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    while (rest >= 100) {
        begin -= 2;
        std::memcpy(begin, pairs.data() + 2 * (rest % 100), 2);
        rest /= 100;
    }
    if (rest >= 10) {
        begin -= 2;
        std::memcpy(begin, pairs.data() + 2 * rest, 2);
    } else {
        *--begin = static_cast<char>('0' + rest);
    }
    if (number < 0) *--begin = '-';
    put(std::string_view(begin, static_cast<std::size_t>(std::end(digits) - begin)));
}

void Line::put(Hundredths number) {
    if (number.value < 0) {
        put("-");
        number.value = -number.value;
    }
    put_integer(number.value / 100);
    put(".");
    put_two(static_cast<std::uint32_t>(number.value % 100));
}

void Line::put(Hex number) {
    constexpr std::string_view hex = "0123456789abcdef";
    for (int digit = number.digits - 1; digit >= 0; --digit) {
        bytes_[at_++] = hex[(number.value >> (4 * digit)) & 15];
    }
}

void Line::begin(Millis time, std::string_view head) {
    at_ = 0;
    const Millis day = time / one_day;
    if (day != day_) {
        day_ = day;
        const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
        const auto year = static_cast<std::uint32_t>(static_cast<int>(date.year()));
        put_two(year / 100);
        put_two(year % 100);
        put("-");
        put_two(static_cast<unsigned>(date.month()));
        put("-");
        put_two(static_cast<unsigned>(date.day()));
        put("T");
        std::copy_n(bytes_, date_.size(), date_.begin());
        at_ = 0;
    }
    const auto rest = static_cast<std::uint32_t>(time - day * one_day);
    put("{\"@timestamp\":\"");
    put(std::string_view(date_.data(), date_.size()));
    put_two(rest / 3'600'000);
    put(":");
    put_two(rest / 60'000 % 60);
    put(":");
    put_two(rest / 1000 % 60);
    put(".");
    bytes_[at_++] = static_cast<char>('0' + rest % 1000 / 100);
    put_two(rest % 100);
    put("Z\"");
    put(head);
}

void Line::close() {
    // The first member came with a comma before it.
    if (at_ > opened_) {
        std::memmove(bytes_ + opened_, bytes_ + opened_ + 1, at_ - opened_ - 1);
        --at_;
    }
    put("}");
    opened_ = 0;
}

}  // namespace plant

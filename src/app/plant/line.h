#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "app/plant/calendar.h"

namespace plant {

// A number with two decimals, given in hundredths.
struct Hundredths {
    std::int64_t value;
};
// A number as so many hexadecimal digits.
struct Hex {
    std::uint64_t value;
    int digits;
};

// Writes one JSON line into memory of its own. Texts are taken as they are: the plant's own,
// without quotes, backslashes and control characters. One thread at a time.
class Line {
  public:
    // Begins a line with its time and what `head` holds of the event's kind.
    void begin(Millis time, std::string_view head);
    // `,"name":"…"`, the value put together from parts.
    template <std::size_t N, typename... Parts>
    void text(const char (&name)[N], const Parts&... parts) {
        put(",\"");
        put(name);
        put("\":\"");
        (put(parts), ...);
        put("\"");
    }
    // `,"name":…`: a number or `true`.
    template <std::size_t N, typename Value>
    void value(const char (&name)[N], const Value& number) {
        put(",\"");
        put(name);
        put("\":");
        put(number);
    }
    // `,"name":{` until close(); members come in by text() and value().
    template <std::size_t N>
    void open(const char (&name)[N]) {
        put(",\"");
        put(name);
        put("\":{");
        opened_ = at_;
    }
    void close();
    // Ends the line and appends it.
    void end(std::string& out) {
        put("}\n");
        out.append(bytes_, at_);
    }

    template <std::size_t N>
    void put(const char (&literal)[N]) {
        std::memcpy(bytes_ + at_, literal, N - 1);
        at_ += N - 1;
    }
    void put(std::string_view text) {
        std::memcpy(bytes_ + at_, text.data(), text.size());
        at_ += text.size();
    }
    template <std::integral Number>
    void put(Number number) {
        if constexpr (std::same_as<Number, bool>) {
            number ? put("true") : put("false");
        } else {
            put_integer(static_cast<std::int64_t>(number));
        }
    }
    void put(Hundredths number);
    void put(Hex number);

  private:
    void put_integer(std::int64_t number);
    void put_two(std::uint32_t number);

    char bytes_[4096];  // more than any event takes
    std::size_t at_ = 0;
    std::size_t opened_ = 0;
    Millis day_ = -1;
    std::array<char, 11> date_{};  // of `day_`, with the T
};

}  // namespace plant

#include "base/clock.h"

#include <chrono>

#include "base/result.h"

namespace base {

namespace {

template <typename Clock>
Nanos nanos_of() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
        .count();
}

}  // namespace

Nanos now() { return nanos_of<std::chrono::system_clock>(); }

Nanos steady_now() { return nanos_of<std::chrono::steady_clock>(); }

std::string_view name_of(Code code) {
    switch (code) {
        case Code::invalid_argument:
            return "invalid_argument";
        case Code::not_found:
            return "not_found";
        case Code::conflict:
            return "conflict";
        case Code::denied:
            return "denied";
        case Code::too_large:
            return "too_large";
        case Code::busy:
            return "busy";
        case Code::timeout:
            return "timeout";
        case Code::cancelled:
            return "cancelled";
        case Code::corrupt:
            return "corrupt";
        case Code::io:
            return "io";
        case Code::internal:
            return "internal";
    }
    return "internal";
}

}  // namespace base

#include "trace/duration_text.h"

#include <fmt/format.h>

#include <charconv>

namespace trace {

namespace {

struct Unit {
    std::string_view name;
    base::Nanos nanos;
};
// Longer names before those that they begin with.
constexpr Unit units[] = {{"ns", 1},
                          {"us", base::microsecond},
                          {"µs", base::microsecond},
                          {"μs", base::microsecond},
                          {"ms", base::millisecond},
                          {"s", base::second},
                          {"m", base::minute},
                          {"h", base::hour}};

constexpr double most = 9.2e18;  // ns

}  // namespace

base::Result<base::Nanos> parse_duration(std::string_view text) {
    const auto refuse = [text] {
        return base::invalid(fmt::format(
            "expected a duration such as 250ms, 1.5s or 1m30s, found '{}'", text.substr(0, 60)));
    };
    if (text == "0") return base::Nanos{0};
    double total = 0;
    std::string_view rest = text;
    if (rest.empty()) return refuse();
    while (!rest.empty()) {
        double number = 0;
        const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), number,
                                          std::chars_format::fixed);
        if (read.ec != std::errc() || rest.front() == '-' || !(number >= 0)) return refuse();
        rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
        const Unit* found = nullptr;
        for (const Unit& unit : units) {
            if (found == nullptr && rest.starts_with(unit.name)) found = &unit;
        }
        if (found == nullptr) return refuse();
        rest.remove_prefix(found->name.size());
        total += number * static_cast<double>(found->nanos);
        if (!(total < most)) return refuse();
    }
    return static_cast<base::Nanos>(total + 0.5);
}

}  // namespace trace

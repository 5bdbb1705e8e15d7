#include "app/configuration/setting_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

namespace app {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr Unit byte_units[] = {
    {"TiB", 1ULL << 40},
    {"GiB", 1ULL << 30},
    {"MiB", 1ULL << 20},
    {"KiB", 1ULL << 10},
    {"TB", 1'000'000'000'000ULL},
    {"GB", 1'000'000'000ULL},
    {"MB", 1'000'000ULL},
    {"kB", 1'000ULL},
    {"B", 1},
};

constexpr Unit time_units[] = {
    {"ms", base::millisecond}, {"s", base::second}, {"m", base::minute},
    {"h", base::hour},         {"d", base::day},
};

bool same_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    });
}

struct Split {
    std::uint64_t number = 0;
    std::string_view unit;
};

// Digits, then perhaps a unit.
std::optional<Split> split_number(std::string_view text) {
    Split split;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), split.number);
    if (error != std::errc{}) return std::nullopt;
    split.unit = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
    return split;
}

std::optional<std::uint64_t> times(std::uint64_t number, std::uint64_t factor) {
    if (number > (std::uint64_t{1} << 62) / factor) return std::nullopt;
    return number * factor;
}

std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

base::Result<LevelRule> parse_level_rule(std::string_view text) {
    static constexpr std::string_view levels[] = {"TRACE", "DEBUG", "INFO",
                                                  "WARN",  "ERROR", "FATAL"};
    const auto equals = text.rfind('=');
    if (equals == std::string_view::npos || trimmed(text.substr(0, equals)).empty()) {
        return base::invalid(
            fmt::format("expected a pattern and a level such as 'prod=info', found '{}'", text));
    }
    const auto level = trimmed(text.substr(equals + 1));
    for (const auto known : levels) {
        if (same_ignoring_case(level, known)) {
            return LevelRule{std::string(trimmed(text.substr(0, equals))), std::string(known)};
        }
    }
    return base::invalid(fmt::format(
        "expected a level (trace, debug, info, warn, error or fatal), found '{}'", level));
}

}  // namespace

base::Result<std::uint64_t> parse_bytes(std::string_view text) {
    const auto split = split_number(trimmed(text));
    if (split && split->unit.empty()) return split->number;
    if (split) {
        for (const auto& unit : byte_units) {
            if (!same_ignoring_case(split->unit, unit.name)) continue;
            if (const auto bytes = times(split->number, unit.factor)) return *bytes;
        }
    }
    return base::invalid(
        fmt::format("expected a size such as 64MiB, 100MB or 4096, found '{}'", text));
}

std::string bytes_text(std::uint64_t bytes) {
    for (const auto& unit : byte_units) {
        if (unit.name.size() == 3 && bytes >= unit.factor && bytes % unit.factor == 0) {
            return fmt::format("{}{}", bytes / unit.factor, unit.name);
        }
    }
    return fmt::format("{}", bytes);
}

base::Result<base::Nanos> parse_duration(std::string_view text) {
    if (const auto split = split_number(trimmed(text))) {
        for (const auto& unit : time_units) {
            if (split->unit != unit.name) continue;
            if (const auto nanos = times(split->number, unit.factor)) {
                return static_cast<base::Nanos>(*nanos);
            }
        }
    }
    return base::invalid(
        fmt::format("expected a duration such as 500ms, 30s, 5m, 1h or 2d, found '{}'", text));
}

base::Result<std::uint64_t> parse_count(std::string_view text) {
    const auto split = split_number(trimmed(text));
    if (split && split->unit.empty()) return split->number;
    return base::invalid(fmt::format("expected a whole number, found '{}'", text));
}

base::Result<Address> parse_address(std::string_view text) {
    const auto whole = trimmed(text);
    const auto colon = whole.rfind(':');
    const auto wrong = [&] {
        return base::invalid(fmt::format(
            "expected an address and a port such as 127.0.0.1:9200 or [::1]:9200, found '{}'",
            text));
    };
    if (colon == std::string_view::npos) return wrong();
    auto host = whole.substr(0, colon);
    const auto port = split_number(whole.substr(colon + 1));
    if (!port || !port->unit.empty() || port->number > 65535) return wrong();
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return wrong();
    }
    if (host.empty()) host = "0.0.0.0";
    if (host == "localhost") host = "127.0.0.1";
    return Address{std::string(host), static_cast<std::uint16_t>(port->number)};
}

base::Result<std::vector<LevelRule>> parse_level_rules(std::string_view text) {
    std::vector<LevelRule> rules;
    while (!trimmed(text).empty()) {
        const auto comma = text.find(',');
        const auto part = trimmed(text.substr(0, comma));
        TRY(auto rule, parse_level_rule(part));
        rules.push_back(std::move(rule));
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return rules;
}

base::Result<std::vector<PathRule>> parse_path_rules(std::string_view text) {
    std::vector<PathRule> rules;
    while (!trimmed(text).empty()) {
        const auto comma = text.find(',');
        const auto part = trimmed(text.substr(0, comma));
        const auto equals = part.find('=');
        const auto pattern = trimmed(part.substr(0, equals));
        const auto value = equals == std::string_view::npos ? "" : trimmed(part.substr(equals + 1));
        if (pattern.empty() || value.empty()) {
            return base::invalid(fmt::format(
                "expected a pattern of paths and a name such as /var/log/postgresql/*=MES DB, "
                "found '{}'",
                part));
        }
        rules.push_back({std::string(pattern), std::string(value)});
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return rules;
}

std::string_view nearest(std::string_view text, const std::vector<std::string_view>& names) {
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, text.size() / 4) + 1;
    for (const auto name : names) {
        const std::size_t distance = edit_distance(text, name);
        if (distance < least) {
            least = distance;
            best = name;
        }
    }
    return best;
}

}  // namespace app

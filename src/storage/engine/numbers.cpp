#include "storage/engine/numbers.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "storage/engine/integers.h"
#include "storage/engine/strings.h"

namespace storage::engine {

namespace {

constexpr double powers[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};
constexpr double exact_limit = 9'007'199'254'740'992.0;  // 2^53

std::optional<std::vector<std::int64_t>> as_decimals(std::span<const double> values, double power) {
    std::vector<std::int64_t> out;
    out.reserve(values.size());
    for (const double value : values) {
        const double scaled = std::nearbyint(value * power);
        if (!(std::fabs(scaled) < exact_limit)) return std::nullopt;
        const auto integer = static_cast<std::int64_t>(scaled);
        const double back = static_cast<double>(integer) / power;
        if (std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(value)) {
            return std::nullopt;
        }
        out.push_back(integer);
    }
    return out;
}

base::Error damaged() { return {base::Code::corrupt, "a chunk of numbers is damaged"}; }

}  // namespace

void encode_numbers(std::span<const double> values, int level, std::string& out) {
    for (std::size_t places = 0; places < std::size(powers); ++places) {
        if (const auto decimals = as_decimals(values, powers[places])) {
            out.push_back(static_cast<char>(1 + places));
            encode_integers(*decimals, out);
            return;
        }
    }
    out.push_back(0);
    compress({reinterpret_cast<const char*>(values.data()), values.size_bytes()}, level, out);
}

base::Status decode_numbers(std::string_view bytes, std::size_t count, std::vector<double>& out) {
    if (bytes.empty()) return damaged();
    const auto mode = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    out.resize(count);
    if (mode == 0) {
        std::string raw;
        TRY(decompress(bytes, count * sizeof(double), raw));
        if (raw.size() != count * sizeof(double)) return damaged();
        if (count != 0) std::memcpy(out.data(), raw.data(), raw.size());
        return base::ok();
    }
    if (mode > std::size(powers)) return damaged();
    std::vector<std::int64_t> integers;
    TRY(decode_integers(bytes, count, integers));
    for (std::size_t at = 0; at < count; ++at) {
        out[at] = static_cast<double>(integers[at]) / powers[mode - 1];
    }
    return base::ok();
}

base::Status decode_numbers_at(std::string_view bytes, std::size_t count,
                               std::span<const std::uint32_t> positions, std::vector<double>& out) {
    if (bytes.empty()) return damaged();
    const auto mode = static_cast<unsigned char>(bytes[0]);
    if (mode == 0) {
        std::vector<double> all;
        TRY(decode_numbers(bytes, count, all));
        for (const std::uint32_t at : positions) {
            if (at >= count) return damaged();
            out.push_back(all[at]);
        }
        return base::ok();
    }
    if (mode > std::size(powers)) return damaged();
    std::vector<std::int64_t> integers;
    TRY(decode_integers_at(bytes.substr(1), count, positions, integers));
    for (const std::int64_t value : integers) {
        out.push_back(static_cast<double>(value) / powers[mode - 1]);
    }
    return base::ok();
}

}  // namespace storage::engine

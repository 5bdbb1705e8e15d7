#pragma once

#include <cmath>
#include <cstdint>

namespace plant {

// Mixes a number into one that looks random (SplitMix64's finaliser).
constexpr std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

// Random numbers that are the same for the same seed, on every machine but for the last bits of the
// continuous distributions. One thread at a time.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(mixed(seed)) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        return mixed(state_);
    }
    // In (0, 1].
    double unit() { return static_cast<double>((next() >> 11) + 1) * 0x1p-53; }
    // In [0, limit). REQUIRES: limit > 0.
    std::uint32_t below(std::uint32_t limit) {
        return static_cast<std::uint32_t>(((next() >> 32) * limit) >> 32);
    }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + below(static_cast<std::uint32_t>(high - low + 1));
    }
    bool chance(double probability) { return unit() <= probability; }
    double exponential(double mean) { return -std::log(unit()) * mean; }
    double lognormal(double median, double sigma) {
        // Box and Muller; the second value is not kept, so that every draw costs the same.
        const double normal =
            std::sqrt(-2 * std::log(unit())) * std::cos(6.283185307179586 * unit());
        return median * std::exp(sigma * normal);
    }

  private:
    std::uint64_t state_;
};

}  // namespace plant

#pragma once

#include <string>
#include <string_view>
#include <vector>

// What the fuzz targets share. A target is a function that takes any bytes, and must not crash,
// hang, take much memory, or break what it checks with `require`.
//
//   FUZZ_TARGET(kql) { … input … }
//
// runs under libFuzzer (fuzzer.cpp) and, over its seeds, as a unit test (replay_test.cpp).

namespace fuzz {

struct Target {
    std::string name;
    void (*run)(std::string_view input) = nullptr;
};

inline std::vector<Target>& targets() {
    static std::vector<Target> all;
    return all;
}

inline bool add(const char* name, void (*run)(std::string_view)) {
    targets().push_back({name, run});
    return true;
}

// Ends the program with a message where something that always holds does not.
void fail(const char* file, int line, const std::string& what);

// Takes pieces off the front of an input; zeros and empty ones when it is over. For targets that
// need more than one piece: cutting by bytes of the input itself lets the fuzzer find the cuts.
class Pieces {
  public:
    explicit Pieces(std::string_view input) : rest_(input) {}

    std::size_t left() const { return rest_.size(); }
    unsigned byte() {
        const auto taken = bytes(1);
        return taken.empty() ? 0 : static_cast<unsigned char>(taken[0]);
    }
    unsigned number() {
        const unsigned low = byte();
        return low + 256 * byte();
    }
    std::string_view bytes(std::size_t size) {
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    std::string_view rest() { return bytes(left()); }

  private:
    std::string_view rest_;
};

}  // namespace fuzz

#define FUZZ_REQUIRE(condition, what) \
    (static_cast<bool>(condition) ? void() : ::fuzz::fail(__FILE__, __LINE__, what))

#define FUZZ_TARGET(name)                                                                 \
    static void fuzz_##name(std::string_view input);                                      \
    [[maybe_unused]] static const bool is_added_##name = ::fuzz::add(#name, fuzz_##name); \
    static void fuzz_##name(std::string_view input)

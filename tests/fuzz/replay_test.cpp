// Every target over its seeds, as they are and damaged: what the fuzzers found once stays mended,
// under any compiler.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "base/log.h"
#include "fuzz/fuzz.h"

namespace fuzz {

void fail(const char* file, int line, const std::string& what) {
    ADD_FAILURE_AT(file, line) << what;
}

namespace {

std::vector<std::string> seeds_of(const std::string& target) {
    std::vector<std::filesystem::path> paths;
    const auto folder = std::filesystem::path(ORDERTRAIL_SOURCE_DIR "/tests/fuzz/seeds") / target;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> seeds;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return seeds;
}

// Bytes changed, taken out, doubled, or another seed's in their place.
std::string damaged(const std::vector<std::string>& seeds, std::mt19937_64& random) {
    std::string text = seeds[random() % seeds.size()];
    for (unsigned hits = 1 + static_cast<unsigned>(random() % 4); hits > 0; --hits) {
        if (text.empty()) return text;
        const std::size_t at = random() % text.size();
        const std::size_t size = 1 + random() % std::min<std::size_t>(32, text.size() - at);
        switch (random() % 5) {
            case 0:
                text[at] = static_cast<char>(random());
                break;
            case 1:
                text.erase(at, size);
                break;
            case 2:
                text.insert(at, std::string(text, at, size));
                break;
            case 3:
                text.resize(at);
                break;
            default: {
                const auto& other = seeds[random() % seeds.size()];
                if (!other.empty()) text.insert(at, other, random() % other.size(), size);
            }
        }
    }
    return text;
}

class Replay : public testing::TestWithParam<Target> {};

TEST_P(Replay, Seeds) {
    base::log().set_level(spdlog::level::off);
    const auto seeds = seeds_of(GetParam().name);
    ASSERT_FALSE(seeds.empty());
    for (const auto& seed : seeds) GetParam().run(seed);
    std::mt19937_64 random(4);
    for (int round = 0; round < 5000 && !HasFailure(); ++round)
        GetParam().run(damaged(seeds, random));
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Replay, testing::ValuesIn(targets()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace fuzz

#include "pipeline/filter.h"

#include <map>

#include "base/metrics.h"
#include "event/schema.h"
#include "pipeline/row_cursor.h"

namespace pipeline {

namespace {

constexpr std::uint32_t everything = 0;  // as a least level: TRACE

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

std::uint32_t least_level(const std::vector<LevelRule>& rules, std::string_view index,
                          std::string_view environment) {
    const std::string lowered = lower(environment);
    for (const LevelRule& rule : rules) {
        if (event::fits_wildcard(lowered, rule.environment) && rule.indices.matches(index)) {
            return static_cast<std::uint32_t>(rule.least);
        }
    }
    return everything;
}

// Ranks of a level column's codes.
class Ranks {
  public:
    explicit Ranks(const FirstCode& levels) : levels_(levels), ranks_(levels.codes(), unknown) {}

    // unknown for events that are kept in any case.
    std::uint32_t of(std::uint32_t code) {
        if (code == FirstCode::none) return kept;
        std::uint8_t& rank = ranks_[code];
        if (rank == unknown) {
            const auto level = level_of(levels_.text(code));
            rank = level ? static_cast<std::uint8_t>(*level) : kept;
        }
        return rank;
    }

  private:
    static constexpr std::uint8_t kept = 254;
    static constexpr std::uint8_t unknown = 255;
    const FirstCode& levels_;
    std::vector<std::uint8_t> ranks_;
};

// Indices come from clients: the number of series is bounded.
void count(std::string_view index, std::uint32_t rank, std::uint64_t amount) {
    static std::mutex mutex;
    static base::StringSet seen;
    constexpr std::size_t most_indices = 1000;
    {
        const std::lock_guard lock(mutex);
        if (!seen.contains(index)) {
            if (seen.size() < most_indices) {
                seen.emplace(index);
            } else {
                index = "other";
            }
        }
    }
    base::metrics()
        .counter("ordertrail_filtered_events_total",
                 "Events that were acknowledged and not stored, for their level",
                 {{"index", std::string(index)},
                  {"level", std::string(name_of(static_cast<Level>(rank)))}})
        .add(amount);
}

}  // namespace

std::vector<LevelRule> default_level_rules() {
    return {{"prod", event::IndexPattern(), Level::info},
            {"production", event::IndexPattern(), Level::info}};
}

std::size_t filter(const event::Batch& batch, const std::vector<LevelRule>& rules, Routes& routes) {
    const event::Column* const level_column = batch.find(event::field::level, event::Type::string);
    if (level_column == nullptr || rules.empty()) return 0;
    FirstCode levels(level_column);
    FirstCode environments(batch.find(event::field::environment, event::Type::string));
    Ranks ranks(levels);
    PairMemo least(routes.indices.size(), environments.codes());
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> counts;  // index, rank
    std::size_t dropped = 0;
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        std::uint32_t& index = routes.of_row[row];
        const std::uint32_t environment = environments.at(row);
        const std::uint32_t rank = ranks.of(levels.at(row));
        std::uint32_t& bound = least.at(index, environment);
        if (bound == PairMemo::unknown) {
            bound = least_level(rules, routes.indices[index], environments.text(environment));
        }
        if (rank >= bound) continue;
        ++counts[{index, rank}];
        ++dropped;
        index = Routes::dropped;
    }
    for (const auto& [key, amount] : counts) count(routes.indices[key.first], key.second, amount);
    return dropped;
}

}  // namespace pipeline

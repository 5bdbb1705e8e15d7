#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "event/batch.h"
#include "event/index_name.h"
#include "pipeline/normalise_level.h"
#include "pipeline/route.h"

namespace pipeline {

// From which level on events are stored (mission F3).
struct LevelRule {
    std::string environment;      // wildcards * and ?, compared in lower case
    event::IndexPattern indices;  // of these indices
    Level least = Level::info;
};

// Production keeps INFO and above, all else everything.
std::vector<LevelRule> default_level_rules();

// Marks rows below the level of the first rule that fits their index and environment; events
// without a level, or of an unknown one, are kept. Sets `routes.of_row` of those rows to
// Routes::dropped and counts them. Returns how many.
std::size_t filter(const event::Batch& batch, const std::vector<LevelRule>& rules, Routes& routes);

}  // namespace pipeline

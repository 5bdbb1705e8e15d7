#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "ordertrail_bench_load.h"

namespace bench {

struct IngestOptions {
    LoadOptions load;
    std::string binary;
    std::string data;
    std::string json;  // file for the figures; empty: none
    int core = 0;      // of the server; the generator keeps off it
    std::size_t connections = 2;
};

struct QueryOptions {
    std::string binary;
    std::string data;
    std::string json;
    int rounds = 7;
    std::optional<int> core;                // of the server; none: all processors
    std::optional<std::uint64_t> expected;  // events that must be there
};

struct SoakOptions {
    std::string binary;
    std::string data;
    std::string json;
    double minutes = 20;
    int tails = 10;
    std::size_t connections = 2;
};

// What the load of a soak is made for; slower machines end it by the clock.
inline constexpr double most_events_per_second = 400'000;
// Of the plant's own time: so many events lie in a day of orders.
inline constexpr double events_per_plant_day = 10'000'000;

// The generator alone: events/s, bytes per event.
base::Status run_generate(const LoadOptions& options);
// Fills an empty server. Leaves the data directory behind.
base::Status run_ingest(const IngestOptions& options);
// Asks a fixed set of questions of what an ingest run left.
base::Status run_query(const QueryOptions& options);

// Clients at full rate, open tails and searches for a while: fails when an event is lost or not
// said to be left out.
base::Status run_soak(const SoakOptions& options);

}  // namespace bench

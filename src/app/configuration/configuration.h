#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace app {

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

// Events of indices that fit `pattern` are kept from `level` on (mission F3).
struct LevelRule {
    std::string pattern;  // as event::IndexPattern reads it
    std::string level;    // "TRACE" … "FATAL"
};

// Everything that can be set, checked and in its final form: sizes in bytes, durations in
// nanoseconds. What each means and its default is in the table of settings.cpp. A value type.
struct Configuration {
    std::string data;
    std::string keys;     // empty: "keys" under the data directory
    std::string catalog;  // empty: the built-in one
    std::string environment;
    std::string time_zone;
    std::vector<LevelRule> kept_levels;  // the first that fits counts; none: every level is kept

    Address http;
    std::string elasticsearch_version;

    std::uint64_t body_bytes = 0;
    std::uint64_t inflight_bytes = 0;
    std::uint64_t record_bytes = 0;
    std::uint64_t json_depth = 0;
    std::uint64_t columns_per_batch = 0;
    std::uint64_t connections = 0;

    std::uint64_t query_limit = 0;
    base::Nanos query_timeout = 0;
    base::Nanos shutdown_timeout = 0;

    std::uint64_t memtable_bytes = 0;
    std::uint64_t cache_bytes = 0;

    std::uint64_t io_threads = 0;  // 0 never: resolved from the number of processors
    std::uint64_t ingest_threads = 0;
    std::uint64_t query_threads = 0;

    std::string log_level;
};

}  // namespace app

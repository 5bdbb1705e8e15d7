#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/plant/calendar.h"
#include "app/plant/event_kind.h"
#include "app/plant/line.h"
#include "app/plant/plant.h"
#include "app/plant/random.h"

namespace plant {

// One environment's part of the plant.
struct Site {
    Site(const Environment& environment, const Hosts& hosts)
        : machines(environment, hosts), environment(environment.name), debug(environment.debug) {}

    // Fits the staff and the calculating machines to the load.
    void staff_for(double orders_a_day);
    // The time at which a calculating machine takes the next message, at `at` or later.
    Millis free_machine(Millis at) const { return workers.front() > at ? workers.front() : at; }
    // It is taken until then.
    void occupy(Millis until);

    Machines machines;
    std::string environment;
    bool debug = false;
    double orders_per_day = 0;
    std::uint32_t manager_count = 1;
    std::uint32_t operator_count = 1;
    std::vector<Millis> workers;            // when each is free again; a heap, the earliest first
    std::array<std::int64_t, 4> waiting{};  // messages by queue
    // Spans by service, as JSON with commas between: those of the event that comes next, and those
    // of events that were given out.
    std::array<std::string, service_count> next_spans;
    std::array<std::string, service_count> spans;
};

// What the parts of the plant share.
struct World {
    explicit World(const Options& options);

    Random random;
    Incidents incidents;
    Heads heads;
    Line line;
    std::vector<Site> sites;
    bool traces = false;
    std::uint64_t trace_salt = 0;
    std::uint64_t next_order = 0;
    double misfortune = 1;
    double fate = 0;  // where the next order's fate lies among all fates, in [0, 1)
    Figures figures;

    // A span id; every call gives another.
    Hex span() { return {random.next(), 16}; }
    // Begins a line of a service on one of its machines.
    void begin(Millis at, Service service, Kind kind) { line.begin(at, heads.of(service, kind)); }
};

}  // namespace plant

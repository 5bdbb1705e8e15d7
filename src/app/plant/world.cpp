#include "app/plant/world.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace plant {

void Site::staff_for(double orders_a_day) {
    orders_per_day = orders_a_day;
    manager_count = std::max<std::uint32_t>(2, static_cast<std::uint32_t>(orders_a_day / 150));
    operator_count = std::max<std::uint32_t>(2, static_cast<std::uint32_t>(orders_a_day / 120));
    // Enough for the busiest hour: twice the mean, about 150 s each.
    const auto machines_needed = std::max<std::size_t>(
        2, static_cast<std::size_t>(std::ceil(orders_a_day / 86'400 * 2.0 * 150 * 1.3)));
    while (workers.size() < machines_needed) {
        workers.push_back(0);
        std::push_heap(workers.begin(), workers.end(), std::greater<>());
    }
}

void Site::occupy(Millis until) {
    std::pop_heap(workers.begin(), workers.end(), std::greater<>());
    workers.back() = until;
    std::push_heap(workers.begin(), workers.end(), std::greater<>());
}

World::World(const Options& options)
    : random(mixed(options.seed) ^ static_cast<std::uint64_t>(options.start)),
      incidents(options.seed, options.start / base::millisecond, options.bursts, options.outages) {
    for (const Environment& environment : options.environments)
        sites.emplace_back(environment, options.hosts);
    misfortune = options.misfortune;
    traces = options.traces;
    trace_salt = random.next();
    // Nine digits; another run is unlikely to meet this one's numbers.
    next_order = 100'000'000 + random.next() % 800'000'000;
}

}  // namespace plant

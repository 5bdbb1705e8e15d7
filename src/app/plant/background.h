#pragma once

#include <cstdint>

#include "app/plant/world.h"

namespace plant {

// What the plant logs beside its orders' way: operators' lists, slow queries, failures, queue
// depth. One of each kind runs per environment. One thread at a time.
class Background {
  public:
    enum class Kind : std::uint8_t { lists, trouble, monitor, outage };
    static constexpr std::size_t kinds = 4;

    explicit Background(World& world) : world_(world) {}

    // When a kind's next event at a site happens, after `at`.
    Millis next(Kind kind, std::uint32_t site, Millis at);
    // Writes it. False when there is nothing to tell after all (a queue that is short enough).
    bool write(Kind kind, std::uint32_t site, Millis at);

  private:
    void list_orders(const Site& site, Millis at);
    void trouble(const Site& site, Millis at);
    bool backlog(const Site& site, Millis at);
    void outage_error(const Site& site, Millis at);

    void slow_query(const Site& site, Millis at, Service database);
    void query_failed(const Site& site, Millis at);
    void database_exception(const Site& site, Millis at, bool down);
    void http_500(const Site& site, Millis at, bool down);
    void consistency_broken(const Site& site, Millis at);

    World& world_;
};

}  // namespace plant

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/plant/plant.h"

namespace plant {

enum class Service : std::uint8_t { shop, crm, mes, rabbitmq, s3, mes_db, crm_db };
inline constexpr std::size_t service_count = 7;
std::string_view name_of(Service service);

enum class Kind : std::uint8_t {
    order_created,
    file_uploaded,
    submitted,
    approved,
    closed,
    calculation_start,
    calculated,
    manufacturing_started,
    manufacturing_completed,
    packaging,
    shipped,
    get_orders,
    message_sent,
    message_received,
    file_downloaded,
    slow_query,
    calculation_step,
    message_timing,
    calculation_slow,
    queue_backlog,
    query_failed,
    database_exception,
    publish_failed,
    http_500,
    consistency_broken,
    calculation_failed,
};
inline constexpr std::size_t kind_count = 26;

// The parts of lines that repeat, made once. Immutable.
class Heads {
  public:
    Heads();
    // `,"level":"…","service_name":"…","event_type":"…"`.
    std::string_view of(Service service, Kind kind) const {
        return heads_[static_cast<std::size_t>(service)][static_cast<std::size_t>(kind)];
    }

  private:
    std::array<std::array<std::string, kind_count>, service_count> heads_;
};

// The machines of one environment. Immutable.
class Machines {
  public:
    Machines(const Environment& environment, const Hosts& hosts);
    // `,"host":"mes-api-2","environment":"prod"`; `number` picks one of the service's machines.
    std::string_view of(Service service, std::uint64_t number) const {
        const auto& machines = machines_[static_cast<std::size_t>(service)];
        return machines[number % machines.size()];
    }

  private:
    std::array<std::vector<std::string>, service_count> machines_;
};

enum class Queue : std::uint8_t { pricing, approval, manufacturing, closing };
std::string_view name_of(Queue queue);

}  // namespace plant

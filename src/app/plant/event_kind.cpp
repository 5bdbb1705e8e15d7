#include "app/plant/event_kind.h"

#include <fmt/format.h>

namespace plant {

namespace {

struct KindName {
    std::string_view level;
    std::string_view event_type;
};

constexpr std::array<KindName, kind_count> kinds = {{
    {"INFO", "ORDER_CREATED"},
    {"INFO", "FILE_UPLOADED"},
    {"INFO", "SUBMITTED"},
    {"INFO", "MANUFACTURING_APPROVED"},
    {"INFO", "CLOSED"},
    {"INFO", "PRICE_CALCULATION_START"},
    {"INFO", "PRICE_CALCULATED"},
    {"INFO", "MANUFACTURING_STARTED"},
    {"INFO", "MANUFACTURING_COMPLETED"},
    {"INFO", "PACKAGING"},
    {"INFO", "SHIPPED"},
    {"INFO", "GET_ORDERS"},
    {"INFO", "MESSAGE_SENT"},
    {"INFO", "MESSAGE_RECEIVED"},
    {"INFO", "FILE_DOWNLOADED"},
    {"WARN", "SLOW_QUERY"},
    {"DEBUG", "PRICE_CALCULATION_STEP"},
    {"DEBUG", "MESSAGE_TIMING"},
    {"WARN", "PRICE_CALCULATION_SLOW"},
    {"WARN", "QUEUE_BACKLOG"},
    {"WARN", "QUERY_FAILED"},
    {"ERROR", "DATABASE_EXCEPTION"},
    {"ERROR", "MESSAGE_PUBLISH_FAILED"},
    {"ERROR", "HTTP_500"},
    {"ERROR", "CONSISTENCY_BROKEN"},
    {"ERROR", "PRICE_CALCULATION_FAILED"},
}};

constexpr std::array<std::string_view, service_count> services = {
    "Shop API", "CRM API", "MES API", "RabbitMQ", "S3", "MES DB", "CRM DB"};
constexpr std::array<std::string_view, service_count> slugs = {
    "shop-api", "crm-api", "mes-api", "rabbitmq", "s3", "mes-db", "crm-db"};

}  // namespace

std::string_view name_of(Service service) { return services[static_cast<std::size_t>(service)]; }

std::string_view name_of(Queue queue) {
    constexpr std::array<std::string_view, 4> names = {"orders.pricing", "orders.approval",
                                                       "orders.manufacturing", "orders.closing"};
    return names[static_cast<std::size_t>(queue)];
}

Heads::Heads() {
    for (std::size_t service = 0; service < service_count; ++service) {
        for (std::size_t kind = 0; kind < kind_count; ++kind) {
            heads_[service][kind] =
                fmt::format(R"(,"level":"{}","service_name":"{}","event_type":"{}")",
                            kinds[kind].level, services[service], kinds[kind].event_type);
        }
    }
}

Machines::Machines(const Environment& environment, const Hosts& hosts) {
    const std::array<int, service_count> counts = {hosts.shop, hosts.crm, hosts.mes, hosts.rabbitmq,
                                                   hosts.s3,   1,         1};
    const std::string suffix = environment.name == "prod" ? "" : environment.name + "-";
    for (std::size_t service = 0; service < service_count; ++service) {
        for (int number = 1; number <= counts[service]; ++number) {
            machines_[service].push_back(fmt::format(R"(,"host":"{}-{}{}","environment":"{}")",
                                                     slugs[service], suffix, number,
                                                     environment.name));
        }
    }
}

}  // namespace plant

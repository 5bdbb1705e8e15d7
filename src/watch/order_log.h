#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "event/batch.h"
#include "event/schema.h"

// For tests: events as the store gives them back.

namespace watch {

class OrderLog {
  public:
    using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    static constexpr base::Nanos start = 1'795'996'800 * base::second;

    // An event `at` after `start`, of the index "<first word of the service>-prod" unless `index`
    // is given.
    OrderLog& add(base::Nanos at, std::string_view service, std::string_view event_type,
                  Fields fields, std::string_view index = "any-prod",
                  std::string_view level = "INFO") {
        const std::uint32_t row = rows_.rows();
        rows_.time.push_back(start + at);
        rows_.sequence.push_back(next_sequence_++);
        put(row, event::field::service_name, service);
        put(row, event::field::event_type, event_type);
        put(row, event::field::level, level);
        put(row, event::field::index, index);
        for (const auto& [name, value] : fields) put(row, name, value);
        return *this;
    }
    // An event of order ORD-1.
    OrderLog& order(base::Nanos at, std::string_view service, std::string_view event_type,
                    std::string_view queue = "") {
        if (queue.empty()) return add(at, service, event_type, {{"order_id", "ORD-1"}});
        return add(at, service, event_type, {{"order_id", "ORD-1"}, {"queue_name", queue}});
    }
    OrderLog& number(std::string_view name, double value) {
        rows_.at(rows_.column(name, event::Type::number)).add_number(rows_.rows() - 1, value);
        return *this;
    }

    const event::Batch& rows() const { return rows_; }

  private:
    void put(std::uint32_t row, std::string_view name, std::string_view value) {
        rows_.at(rows_.column(name, event::Type::string)).add_text(row, value);
    }

    event::Batch rows_;
    std::uint64_t next_sequence_ = 1;
};

// The whole way of ORD-1, one event a minute; `closed_after` minutes in all.
inline constexpr int whole_way = 18;
inline OrderLog happy_order(int events = whole_way) {
    struct Step {
        std::string_view service, event_type, queue;
    };
    constexpr Step steps[whole_way] = {
        {"Shop API", "ORDER_CREATED", ""},
        {"Shop API", "SUBMITTED", ""},
        {"Shop API", "MESSAGE_SENT", "orders.pricing"},
        {"MES API", "MESSAGE_RECEIVED", "orders.pricing"},
        {"MES API", "PRICE_CALCULATION_START", ""},
        {"MES API", "PRICE_CALCULATED", ""},
        {"MES API", "MESSAGE_SENT", "orders.approval"},
        {"CRM API", "MESSAGE_RECEIVED", "orders.approval"},
        {"CRM API", "MANUFACTURING_APPROVED", ""},
        {"CRM API", "MESSAGE_SENT", "orders.manufacturing"},
        {"MES API", "MESSAGE_RECEIVED", "orders.manufacturing"},
        {"MES API", "MANUFACTURING_STARTED", ""},
        {"MES API", "MANUFACTURING_COMPLETED", ""},
        {"MES API", "PACKAGING", ""},
        {"MES API", "SHIPPED", ""},
        {"MES API", "MESSAGE_SENT", "orders.closing"},
        {"CRM API", "MESSAGE_RECEIVED", "orders.closing"},
        {"CRM API", "CLOSED", ""},
    };
    OrderLog log;
    for (int at = 0; at < events; ++at) {
        log.order(at * base::minute, steps[at].service, steps[at].event_type, steps[at].queue);
    }
    return log;
}

}  // namespace watch

#pragma once

#include "app/plant/order.h"
#include "app/plant/order_lines.h"
#include "app/plant/order_spans.h"
#include "app/plant/world.h"

namespace plant {

// Leads orders through the business, one event after the other. One thread at a time.
class OrderFlow {
  public:
    explicit OrderFlow(World& world) : world_(world), lines_(world), spans_(world) {}

    // A new order of the world's next number, whose first event is due.
    Order begin(std::uint32_t site);

    // Writes the event of the order's step, which happens at `at`, into the world's line, and
    // decides the next step. Returns its time; any number when the step is `gone`.
    Millis advance(Order& order, Millis at);

  private:
    using Handler = Millis (OrderFlow::*)(Order&, Millis);
    static const Handler handlers[step_count];

    // One per step, in the order of the business.
    Millis create(Order& order, Millis at);
    Millis store_file(Order& order, Millis at);
    Millis upload(Order& order, Millis at);
    Millis submit(Order& order, Millis at);
    Millis publish_failed(Order& order, Millis at);
    Millis send_pricing(Order& order, Millis at);
    Millis trace_send_pricing(Order& order, Millis at);
    Millis receive_pricing(Order& order, Millis at);
    Millis trace_receive_pricing(Order& order, Millis at);
    Millis time_pricing(Order& order, Millis at);
    Millis read_file(Order& order, Millis at);
    Millis start_calculation(Order& order, Millis at);
    Millis calculation_step(Order& order, Millis at);
    Millis calculation_slow(Order& order, Millis at);
    Millis fail_calculation(Order& order, Millis at);
    Millis calculate(Order& order, Millis at);
    Millis send_approval(Order& order, Millis at);
    Millis receive_approval(Order& order, Millis at);
    Millis approve(Order& order, Millis at);
    Millis send_manufacturing(Order& order, Millis at);
    Millis trace_send_manufacturing(Order& order, Millis at);
    Millis receive_manufacturing(Order& order, Millis at);
    Millis trace_receive_manufacturing(Order& order, Millis at);
    Millis time_manufacturing(Order& order, Millis at);
    Millis start_making(Order& order, Millis at);
    Millis read_file_again(Order& order, Millis at);
    Millis finish_making(Order& order, Millis at);
    Millis pack(Order& order, Millis at);
    Millis ship(Order& order, Millis at);
    Millis send_closing(Order& order, Millis at);
    Millis receive_closing(Order& order, Millis at);
    Millis close(Order& order, Millis at);

    // What comes next.
    Millis then(Order& order, Step step, Millis at);
    Millis then_soon(Order& order, Step step, Millis at, std::int64_t least, std::int64_t most);
    // The order has no further event; `counted` is raised.
    Millis give_up(Order& order, std::uint64_t& counted);
    Millis time_until_making(Order& order, Millis at);
    Millis plan_calculation(Order& order, Millis at);
    Millis go_on_calculating(Order& order);
    Millis calculation_length(const Order& order);
    // `at`, or soon after the MES is up again.
    Millis when_mes_is_up(Millis at);

    World& world_;
    OrderLines lines_;
    OrderSpans spans_;
};

}  // namespace plant

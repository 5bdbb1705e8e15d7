#include "app/plant/order_flow.h"

#include <algorithm>
#include <cmath>

#include "app/plant/names.h"

// An order's steps and what comes after each. How the lines are written is in order_lines.cpp.

namespace plant {

namespace {

constexpr Millis slow_after = 10 * one_minute;

Millis as_millis(double value) { return static_cast<Millis>(value); }

}  // namespace

// In the order of Step.
const OrderFlow::Handler OrderFlow::handlers[step_count] = {
    &OrderFlow::create,
    &OrderFlow::upload,
    &OrderFlow::store_file,
    &OrderFlow::submit,
    &OrderFlow::publish_failed,
    &OrderFlow::send_pricing,
    &OrderFlow::trace_send_pricing,
    &OrderFlow::receive_pricing,
    &OrderFlow::trace_receive_pricing,
    &OrderFlow::time_pricing,
    &OrderFlow::read_file,
    &OrderFlow::start_calculation,
    &OrderFlow::calculation_step,
    &OrderFlow::calculation_slow,
    &OrderFlow::fail_calculation,
    &OrderFlow::calculate,
    &OrderFlow::send_approval,
    &OrderFlow::receive_approval,
    &OrderFlow::approve,
    &OrderFlow::send_manufacturing,
    &OrderFlow::trace_send_manufacturing,
    &OrderFlow::receive_manufacturing,
    &OrderFlow::trace_receive_manufacturing,
    &OrderFlow::time_manufacturing,
    &OrderFlow::start_making,
    &OrderFlow::read_file_again,
    &OrderFlow::finish_making,
    &OrderFlow::pack,
    &OrderFlow::ship,
    &OrderFlow::send_closing,
    &OrderFlow::receive_closing,
    &OrderFlow::close,
};

Order OrderFlow::begin(std::uint32_t site) {
    Random& random = world_.random;
    Order order;
    order.number = world_.next_order++;
    order.site = site;
    order.trace_high = mixed(order.number ^ world_.trace_salt);
    order.trace_low = mixed(order.trace_high);
    const double familiar = random.unit();
    order.user = 10'000 + static_cast<std::uint32_t>(familiar * familiar * 60'000);
    order.file_size =
        std::clamp<Millis>(as_millis(random.lognormal(2.4e6, 1.1)), 18'000, 240'000'000);
    order.triangles = static_cast<std::uint32_t>(order.file_size / 50);
    order.volume =
        static_cast<std::uint32_t>(std::clamp(random.lognormal(4200, 0.9), 50.0, 900'000.0));
    order.material = pick_skewed(materials, random);
    order.city = pick_skewed(cities, random);
    order.quantity = static_cast<std::uint8_t>(random.chance(0.7) ? 1 : random.between(2, 20));
    order.uploads = random.chance(0.1) ? 2 : 1;
    order.publish_fails = random.chance(0.004);

    struct Share {
        Fate fate;
        double share;
    };
    constexpr Share shares[] = {
        {Fate::abandoned, 0.04},       {Fate::lost_pricing, 0.0012},
        {Fate::lost_approval, 0.0006}, {Fate::lost_manufacturing, 0.001},
        {Fate::lost_closing, 0.0008},  {Fate::calculation_hangs, 0.0012},
        {Fate::never_approved, 0.001}, {Fate::approved_late, 0.005},
        {Fate::made_late, 0.003},      {Fate::made_from_old_file, 0.003},
    };
    // Steps of the golden ratio spread evenly: a fate of one in a thousand comes about once in
    // every thousand orders, whatever the seed.
    world_.fate = std::fmod(world_.fate + 0.6180339887498949, 1);
    double drawn = world_.fate;
    for (const Share& share : shares) {
        drawn -= share.fate == Fate::abandoned ? share.share : share.share * world_.misfortune;
        if (drawn > 0) continue;
        order.fate = share.fate;
        break;
    }
    name_file(order, 1);
    return order;
}

Millis OrderFlow::advance(Order& order, Millis at) {
    return (this->*handlers[static_cast<std::size_t>(order.step)])(order, at);
}

Millis OrderFlow::then(Order& order, Step step, Millis at) {
    order.step = step;
    return at;
}

Millis OrderFlow::then_soon(Order& order, Step step, Millis at, std::int64_t least,
                            std::int64_t most) {
    order.step = step;
    return at + world_.random.between(least, most);
}

Millis OrderFlow::give_up(Order& order, std::uint64_t& counted) {
    ++counted;
    --world_.figures.in_flight;
    order.step = Step::gone;
    return 0;
}

Millis OrderFlow::when_mes_is_up(Millis at) {
    const auto outage = world_.incidents.outage(at);
    return outage.holds(at) ? outage.end + world_.random.between(0, 5 * one_minute) : at;
}

// --- Shop
// ------------------------------------------------------------------------------------------------------

Millis OrderFlow::create(Order& order, Millis at) {
    ++world_.figures.created;
    ++world_.figures.in_flight;
    lines_.created(order, at);
    spans_.created(order, at);
    if (order.fate == Fate::abandoned && order.number % 2 == 0)
        return give_up(order, world_.figures.abandoned);
    return then(order, Step::store_file,
                at + 2000 + as_millis(world_.random.lognormal(80'000, 0.9)));
}

Millis OrderFlow::store_file(Order& order, Millis at) {
    lines_.stored(order, at);
    order.span_begin = at - OrderSpans::upload_time(order);
    return then_soon(order, Step::upload, at, 3, 40);
}

Millis OrderFlow::upload(Order& order, Millis at) {
    lines_.uploaded(order, at);
    spans_.uploaded(order, at);
    if (--order.uploads > 0) {
        name_file(order, ++order.version);
        order.file_size += order.file_size / 7;
        return then(order, Step::store_file,
                    at + 5000 + as_millis(world_.random.lognormal(240'000, 0.8)));
    }
    if (order.fate == Fate::abandoned) return give_up(order, world_.figures.abandoned);
    return then(order, Step::submit, at + 1500 + as_millis(world_.random.lognormal(70'000, 0.8)));
}

Millis OrderFlow::submit(Order& order, Millis at) {
    lines_.submitted(order, at);
    order.span_begin = at;
    if (order.publish_fails) return then_soon(order, Step::publish_failed, at, 15, 60);
    return then_soon(order, Step::send_pricing, at, 4, 30);
}

Millis OrderFlow::publish_failed(Order& order, Millis at) {
    lines_.publish_failed(order, at);
    spans_.publish_failed(order, at);
    return then_soon(order, Step::send_pricing, at, 2000, 9000);
}

Millis OrderFlow::send_pricing(Order& order, Millis at) {
    lines_.sent(order, at, Service::shop, Queue::pricing, 0);
    spans_.submitted(order, at);
    order.step_begin = at;
    return then_soon(order, Step::trace_send_pricing, at, 0, 2);
}

Millis OrderFlow::trace_send_pricing(Order& order, Millis at) {
    lines_.traced(order, at, Kind::message_sent, Service::shop, Queue::pricing);
    if (order.fate == Fate::lost_pricing) return give_up(order, world_.figures.lost);
    ++world_.sites[order.site].waiting[static_cast<std::size_t>(Queue::pricing)];
    return then(order, Step::receive_pricing, plan_calculation(order, at));
}

// --- MES: the price
// --------------------------------------------------------------------------------------------

Millis OrderFlow::calculation_length(const Order& order) {
    Random& random = world_.random;
    const double by_size = std::sqrt(std::sqrt(static_cast<double>(order.file_size) / 2.4e6));
    double length = random.lognormal(65'000, 0.75) * by_size;
    if (random.chance(0.03)) length += 240'000 * std::pow(random.unit(), -0.8);  // a heavy tail
    return std::clamp<Millis>(as_millis(length), 4000, 90 * one_minute);
}

// Finds a machine for the calculation and when it will fail or end. Returns when the message is
// taken.
Millis OrderFlow::plan_calculation(Order& order, Millis at) {
    Random& random = world_.random;
    Site& site = world_.sites[order.site];
    Millis begin = std::max(at + random.between(3, 60), site.free_machine(at));
    auto outage = world_.incidents.outage(begin);
    if (outage.holds(begin)) begin = outage.end + random.between(0, one_minute);
    const Millis length = calculation_length(order);
    order.calculation_end = begin + 400 + length;
    if (outage.begin > begin && outage.begin < order.calculation_end) {
        order.calculation_failure = outage.begin + random.between(200, 20'000);
        order.calculation_retry = outage.end + random.between(5000, 90'000);
    } else if (random.chance(0.02)) {
        order.calculation_failure = begin + 400 + length / 2;
        order.calculation_retry = order.calculation_failure + random.between(30'000, 120'000);
    }
    if (order.calculation_failure != 0) order.calculation_end = order.calculation_retry + length;
    if (order.fate == Fate::calculation_hangs) {
        order.calculation_failure = 0;
        order.calculation_end = begin + 2 * one_hour;
    }
    site.occupy(order.calculation_end);
    return begin;
}

Millis OrderFlow::receive_pricing(Order& order, Millis at) {
    --world_.sites[order.site].waiting[static_cast<std::size_t>(Queue::pricing)];
    lines_.received(order, at, Service::mes, Queue::pricing, 1);
    order.span_begin = at;
    return then_soon(order, Step::trace_receive_pricing, at, 0, 2);
}

Millis OrderFlow::trace_receive_pricing(Order& order, Millis at) {
    lines_.traced(order, at, Kind::message_received, Service::mes, Queue::pricing);
    return then_soon(order, world_.sites[order.site].debug ? Step::time_pricing : Step::read_file,
                     at, 5, 40);
}

Millis OrderFlow::time_pricing(Order& order, Millis at) {
    lines_.timing(order, at, Service::mes, Queue::pricing);
    return then_soon(order, Step::read_file, at, 5, 40);
}

Millis OrderFlow::read_file(Order& order, Millis at) {
    lines_.read(order, at);
    spans_.file_read(order, at);
    return then_soon(order, Step::start_calculation, at, 20, 200);
}

Millis OrderFlow::start_calculation(Order& order, Millis at) {
    order.step_begin = at;
    lines_.calculation_start(order, at);
    return go_on_calculating(order);
}

// What the running calculation tells next: a DEBUG step, that it is slow, that it failed, or the
// price.
Millis OrderFlow::go_on_calculating(Order& order) {
    const bool fails = order.calculation_failure != 0;
    const Millis end =
        std::max(fails ? order.calculation_failure : order.calculation_end, order.step_begin + 1);
    const bool debug =
        world_.sites[order.site].debug && order.debug_step < calculation_steps.size();
    const Millis step = order.step_begin + (end - order.step_begin) * (order.debug_step + 1) /
                                               static_cast<Millis>(calculation_steps.size() + 1);
    const Millis slow = order.step_begin + slow_after;
    if (debug && (order.slow_told || step < slow)) return then(order, Step::calculation_step, step);
    if (!order.slow_told && slow < end) return then(order, Step::calculation_slow, slow);
    return then(order, fails ? Step::fail_calculation : Step::calculate, end);
}

Millis OrderFlow::calculation_step(Order& order, Millis at) {
    lines_.calculation_step(order, at);
    ++order.debug_step;
    return go_on_calculating(order);
}

Millis OrderFlow::calculation_slow(Order& order, Millis at) {
    lines_.calculation_slow(order, at);
    order.slow_told = true;
    if (order.fate == Fate::calculation_hangs) return give_up(order, world_.figures.stuck);
    return go_on_calculating(order);
}

Millis OrderFlow::fail_calculation(Order& order, Millis at) {
    lines_.calculation_failed(order, at);
    spans_.calculation_failed(order, at);
    ++world_.figures.retried;
    ++order.attempt;
    order.calculation_failure = 0;
    order.debug_step = 0;
    order.slow_told = false;
    return then(order, Step::start_calculation, std::max(order.calculation_retry, at + 1));
}

Millis OrderFlow::calculate(Order& order, Millis at) {
    const auto of_material = static_cast<std::int64_t>(order.material) + 2;
    order.price = (35'000 + order.volume * of_material * 4) * order.quantity;
    lines_.calculated(order, at);
    spans_.calculated(order, at);
    return then_soon(order, Step::send_approval, at, 8, 40);
}

Millis OrderFlow::send_approval(Order& order, Millis at) {
    lines_.sent(order, at, Service::mes, Queue::approval, 1);
    spans_.priced(order, at);
    order.step_begin = at;
    if (order.fate == Fate::lost_approval) return give_up(order, world_.figures.lost);
    return then_soon(order, Step::receive_approval, at, 6, 250);
}

// --- CRM: the approval
// -----------------------------------------------------------------------------------------

Millis OrderFlow::receive_approval(Order& order, Millis at) {
    lines_.received(order, at, Service::crm, Queue::approval, 0);
    spans_.received(order, at, Service::crm, Queue::approval);
    if (order.fate == Fate::never_approved) return give_up(order, world_.figures.stuck);
    Millis from = at;
    if (order.fate == Fate::approved_late) {
        ++world_.figures.late;
        from += world_.random.between(2 * one_day, 7 * one_day);
    }
    return then(order, Step::approve,
                managers.after(
                    from, one_minute + as_millis(world_.random.lognormal(11.0 * one_minute, 1.0))));
}

Millis OrderFlow::approve(Order& order, Millis at) {
    order.manager = world_.random.below(world_.sites[order.site].manager_count);
    lines_.approved(order, at);
    order.span_begin = at;
    return then_soon(order, Step::send_manufacturing, at, 5, 40);
}

Millis OrderFlow::send_manufacturing(Order& order, Millis at) {
    lines_.sent(order, at, Service::crm, Queue::manufacturing, 3);
    spans_.approved(order, at);
    order.step_begin = at;
    return then_soon(order, Step::trace_send_manufacturing, at, 0, 2);
}

Millis OrderFlow::trace_send_manufacturing(Order& order, Millis at) {
    lines_.traced(order, at, Kind::message_sent, Service::crm, Queue::manufacturing);
    if (order.fate == Fate::lost_manufacturing) return give_up(order, world_.figures.lost);
    return then(order, Step::receive_manufacturing,
                when_mes_is_up(at + world_.random.between(5, 200)));
}

// --- MES: the making
// -------------------------------------------------------------------------------------------

Millis OrderFlow::receive_manufacturing(Order& order, Millis at) {
    lines_.received(order, at, Service::mes, Queue::manufacturing, 0);
    spans_.received(order, at, Service::mes, Queue::manufacturing);
    return then_soon(order, Step::trace_receive_manufacturing, at, 0, 2);
}

Millis OrderFlow::trace_receive_manufacturing(Order& order, Millis at) {
    lines_.traced(order, at, Kind::message_received, Service::mes, Queue::manufacturing);
    if (world_.sites[order.site].debug)
        return then_soon(order, Step::time_manufacturing, at, 5, 40);
    return time_until_making(order, at);
}

Millis OrderFlow::time_manufacturing(Order& order, Millis at) {
    lines_.timing(order, at, Service::mes, Queue::manufacturing);
    return time_until_making(order, at);
}

Millis OrderFlow::time_until_making(Order& order, Millis at) {
    if (order.fate == Fate::made_late) {
        ++world_.figures.late;
        at += world_.random.between(3 * one_day, 6 * one_day);
    }
    const Millis work = 2 * one_minute + as_millis(world_.random.lognormal(35.0 * one_minute, 0.9));
    return then(order, Step::start_making, when_mes_is_up(operators.after(at, work)));
}

Millis OrderFlow::start_making(Order& order, Millis at) {
    order.operator_number = world_.random.below(world_.sites[order.site].operator_count);
    order.step_begin = at;
    if (order.fate == Fate::made_from_old_file) {
        ++world_.figures.mismatched;
        name_file(order, 0);
    }
    lines_.making_started(order, at);
    order.span_begin = at;
    return then_soon(order, Step::read_file_again, at, 500, 6000);
}

Millis OrderFlow::read_file_again(Order& order, Millis at) {
    lines_.read(order, at);
    spans_.making_started(order, at);
    const Millis machine =
        10 * one_minute + as_millis(world_.random.lognormal(100.0 * one_minute, 0.7));
    const Millis ready = at + std::min(machine, 14 * one_hour);
    const Millis taken =
        operators.after(ready, as_millis(world_.random.lognormal(5.0 * one_minute, 0.8)));
    return then(order, Step::finish_making, when_mes_is_up(taken));
}

Millis OrderFlow::finish_making(Order& order, Millis at) {
    lines_.making_finished(order, at);
    const Millis work = as_millis(world_.random.lognormal(14.0 * one_minute, 0.7));
    return then(order, Step::pack, when_mes_is_up(operators.after(at + 1, work)));
}

Millis OrderFlow::pack(Order& order, Millis at) {
    lines_.packed(order, at);
    const Millis work = as_millis(world_.random.lognormal(25.0 * one_minute, 0.8));
    return then(order, Step::ship, when_mes_is_up(operators.after(at + 1, work)));
}

Millis OrderFlow::ship(Order& order, Millis at) {
    lines_.shipped(order, at);
    order.span_begin = at;
    return then_soon(order, Step::send_closing, at, 5, 40);
}

Millis OrderFlow::send_closing(Order& order, Millis at) {
    lines_.sent(order, at, Service::mes, Queue::closing, 0);
    spans_.shipped(order, at);
    order.step_begin = at;
    if (order.fate == Fate::lost_closing) return give_up(order, world_.figures.lost);
    return then_soon(order, Step::receive_closing, at, 6, 250);
}

// --- CRM: the end
// ----------------------------------------------------------------------------------------------

Millis OrderFlow::receive_closing(Order& order, Millis at) {
    lines_.received(order, at, Service::crm, Queue::closing, 0);
    spans_.received(order, at, Service::crm, Queue::closing);
    const Millis work = as_millis(world_.random.lognormal(30.0 * one_minute, 1.0));
    return then(order, Step::close, managers.after(at + 1, work));
}

Millis OrderFlow::close(Order& order, Millis at) {
    order.manager = world_.random.below(world_.sites[order.site].manager_count);
    lines_.closed(order, at);
    spans_.closed(order, at);
    return give_up(order, world_.figures.closed);
}

}  // namespace plant

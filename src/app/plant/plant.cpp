#include "app/plant/plant.h"

#include <algorithm>
#include <limits>

#include "app/plant/background.h"
#include "app/plant/order_flow.h"
#include "app/plant/order_spans.h"
#include "app/plant/world.h"

namespace plant {

namespace {

// Who is due: an order's place in the pool, or one of the processes that never end.
struct Due {
    Millis at;
    std::uint32_t who;
};

// Numbers of `who` above those of orders: arrivals of customers, then the background, by site.
constexpr std::uint32_t first_process = 0xffff0000;

}  // namespace

struct Plant::State {
    explicit State(Options given);

    void schedule_processes();
    Millis next_arrival(std::uint32_t site, Millis at);
    // Handles the earliest entry and puts the next of its kind in its place. False when it wrote no
    // line.
    bool step();
    bool step_order(std::uint32_t place);
    bool step_process(std::uint32_t process);
    void skip_silence();

    // A heap of who is due, the earliest first.
    void push(Due due);
    void replace_first(Millis at);
    void drop_first();
    void sink(Due due);

    Options options;
    World world;
    OrderFlow flow;
    Background background;
    std::vector<Order> orders;  // a pool
    std::vector<std::uint32_t> free;
    std::vector<Due> due;
    Millis end = std::numeric_limits<Millis>::max();
    bool line_ready = false;  // the world's line holds an event that was not given out
    Millis line_time = 0;
};

Plant::State::State(Options given)
    : options(std::move(given)), world(options), flow(world), background(world) {
    if (options.end) end = (*options.end + base::millisecond - 1) / base::millisecond;
    double shares = 0;
    for (const Environment& environment : options.environments) shares += environment.share;
    for (std::size_t site = 0; site < world.sites.size(); ++site) {
        world.sites[site].staff_for(options.orders_per_day * options.environments[site].share /
                                    shares);
    }
    schedule_processes();
}

void Plant::State::schedule_processes() {
    const Millis start = options.start / base::millisecond;
    for (std::uint32_t site = 0; site < world.sites.size(); ++site) {
        push({next_arrival(site, start), first_process + site * 8});
        for (std::uint32_t kind = 0; kind < Background::kinds; ++kind) {
            push({background.next(static_cast<Background::Kind>(kind), site, start),
                  first_process + site * 8 + 1 + kind});
        }
    }
}

// The next customer, from a Poisson process whose rate changes by the hour and in bursts.
Millis Plant::State::next_arrival(std::uint32_t site, Millis at) {
    const double per_milli = world.sites[site].orders_per_day / static_cast<double>(one_day);
    double left = world.random.exponential(1);
    auto now = static_cast<double>(at);
    for (;;) {
        const auto whole = static_cast<Millis>(now);
        const auto burst = world.incidents.burst(whole);
        Millis border = (whole / one_hour + 1) * one_hour;
        if (burst.begin > whole) border = std::min(border, burst.begin);
        if (burst.end > whole) border = std::min(border, burst.end);
        const double rate = per_milli * demand(whole) * (burst.holds(whole) ? 10 : 1);
        const double passes = (static_cast<double>(border) - now) * rate;
        if (left < passes) return static_cast<Millis>(now + left / rate);
        left -= passes;
        now = static_cast<double>(border);
    }
}

bool Plant::State::step() {
    const std::uint32_t who = due.front().who;
    return who < first_process ? step_order(who) : step_process(who - first_process);
}

bool Plant::State::step_order(std::uint32_t place) {
    Order& order = orders[place];
    const Millis at = due.front().at;
    const Millis next = flow.advance(order, at);
    if (order.step == Step::gone) {
        free.push_back(place);
        drop_first();
    } else {
        replace_first(std::max(next, at));
    }
    return true;
}

bool Plant::State::step_process(std::uint32_t process) {
    const Millis at = due.front().at;
    const std::uint32_t site = process / 8;
    if (process % 8 != 0) {
        const auto kind = static_cast<Background::Kind>(process % 8 - 1);
        const bool written = background.write(kind, site, at);
        replace_first(background.next(kind, site, at));
        return written;
    }
    // An order is created; what it does next takes a place of its own.
    Order order = flow.begin(site);
    const Millis next = flow.advance(order, at);
    replace_first(next_arrival(site, at));
    if (order.step == Step::gone) return true;
    if (free.empty()) {
        free.push_back(static_cast<std::uint32_t>(orders.size()));
        orders.emplace_back();
    }
    orders[free.back()] = order;
    push({next, free.back()});
    free.pop_back();
    return true;
}

// Makes the next event, unless it is there already, so that its time is known before it is taken.
void Plant::State::skip_silence() {
    while (!line_ready && due.front().at < end) {
        line_time = due.front().at;
        line_ready = step();
    }
}

void Plant::State::push(Due entry) {
    due.push_back(entry);
    std::size_t at = due.size() - 1;
    while (at > 0 && entry.at < due[(at - 1) / 2].at) {
        due[at] = due[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    due[at] = entry;
}

void Plant::State::replace_first(Millis at) { sink({at, due.front().who}); }

void Plant::State::drop_first() {
    const Due last = due.back();
    due.pop_back();
    if (!due.empty()) sink(last);
}

// Puts an entry in the first one's place and lets it sink to its own.
void Plant::State::sink(Due entry) {
    std::size_t at = 0;
    for (std::size_t child = 1; child < due.size(); child = 2 * at + 1) {
        if (child + 1 < due.size() && due[child + 1].at < due[child].at) ++child;
        if (entry.at <= due[child].at) break;
        due[at] = due[child];
        at = child;
    }
    due[at] = entry;
}

Plant::Plant(Options options) : state_(std::make_unique<State>(std::move(options))) {
    state_->skip_silence();
}
Plant::~Plant() = default;
Plant::Plant(Plant&&) noexcept = default;
Plant& Plant::operator=(Plant&&) noexcept = default;

std::optional<base::Nanos> Plant::next_time() const {
    if (!state_->line_ready) return std::nullopt;
    return state_->line_time * base::millisecond;
}

bool Plant::next(std::string& out) {
    if (!state_->line_ready) return false;
    state_->world.line.end(out);
    ++state_->world.figures.events;
    state_->line_ready = false;
    if (state_->world.traces) settle_spans(state_->world);
    state_->skip_silence();
    return true;
}

std::size_t Plant::fill(std::string& out, std::size_t bytes) {
    const std::size_t wanted = out.size() + bytes;
    std::size_t events = 0;
    while (out.size() < wanted && next(out)) ++events;
    return events;
}

std::size_t Plant::until(base::Nanos time, std::string& out) {
    std::size_t events = 0;
    while (state_->line_ready && state_->line_time * base::millisecond < time && next(out))
        ++events;
    return events;
}

std::size_t Plant::take_traces(std::string& out) {
    World& world = state_->world;
    const std::size_t spans = take_spans(world, out);
    world.figures.spans += spans;
    return spans;
}

void Plant::set_orders_per_day(double orders_per_day) {
    State& state = *state_;
    double shares = 0;
    for (const Environment& environment : state.options.environments) shares += environment.share;
    for (std::size_t site = 0; site < state.world.sites.size(); ++site) {
        state.world.sites[site].staff_for(orders_per_day * state.options.environments[site].share /
                                          shares);
    }
}

Figures Plant::figures() const { return state_->world.figures; }

}  // namespace plant

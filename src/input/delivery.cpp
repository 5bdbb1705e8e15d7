#include "input/delivery.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/arrivals.h"
#include "base/log.h"
#include "input/written.h"
#include "net/wait.h"

namespace input {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds first_pause = 50ms;
constexpr std::chrono::milliseconds longest_pause = 2000ms;

// Whether it makes no sense to store the same events in smaller pieces, or to refuse them.
bool is_of_the_store(base::Code code) {
    return code == base::Code::busy || code == base::Code::io || code == base::Code::cancelled ||
           code == base::Code::timeout || code == base::Code::corrupt;
}

std::string like_this_before(std::uint64_t left_out) {
    return left_out == 0 ? std::string() : fmt::format(" ({} like this before)", left_out);
}

}  // namespace

Delivery::Delivery(Intakes intakes, event::Origin origin)
    : intakes_(intakes),
      origin_(std::move(origin)),
      // The pipeline's own counters, for what does not get there.
      received_(base::metrics().counter("ordertrail_received_events_total",
                                        "Events that clients sent", {{"input", origin_.name}})),
      rejected_(base::metrics().counter("ordertrail_rejected_events_total",
                                        "Events that could not be taken",
                                        {{"input", origin_.name}})),
      retries_(base::metrics().counter("ordertrail_delivery_retries_total",
                                       "Times that a busy store made events of an input wait",
                                       {{"input", origin_.name}})),
      closed_(base::metrics().counter("ordertrail_delivery_broken_total",
                                      "Connections of an input that were closed for what their "
                                      "client sent",
                                      {{"input", origin_.name}})) {}

net::Task<base::Status> Delivery::deliver(std::shared_ptr<JsonEvents> events, std::string from,
                                          std::function<bool()> give_up) {
    const base::Nanos received = base::now();
    std::vector<Range> ranges;
    if (events->size() > 0) ranges.push_back({0, events->size()});
    while (!ranges.empty()) {
        const Range range = ranges.back();
        ranges.pop_back();
        const Outcome outcome = co_await store(events, range, received, give_up);
        if (outcome) {
            const auto rejections = rejections_of(outcome.value());
            if (rejections.count > 0) report(rejections.count, from, rejections.first);
        } else if (is_of_the_store(outcome.error().code)) {
            co_return outcome.error();
        } else if (range.end - range.begin == 1) {
            refuse(1, from, outcome.error().message);
        } else {
            // The others are not to wait for the one that fails.
            const std::size_t middle = range.begin + (range.end - range.begin) / 2;
            ranges.push_back({middle, range.end});
            ranges.push_back({range.begin, middle});
        }
    }
    co_return base::ok();
}

net::Task<Delivery::Outcome> Delivery::store(std::shared_ptr<JsonEvents> events, Range range,
                                             base::Nanos received, std::function<bool()> give_up) {
    std::chrono::milliseconds pause = first_pause;
    for (;;) {
        const event::Origin* origin = &origin_;
        std::function<std::optional<event::Records>()> make = [events, range, origin, received] {
            return std::optional(
                JsonEvents::records(events, *origin, received, range.begin, range.end));
        };
        Outcome outcome = co_await accept(intakes_, std::move(make));
        if (outcome || outcome.error().code != base::Code::busy) co_return outcome;
        retries_.add();
        if (const auto left_out = busy_log_.pass()) {
            base::log().warn("{}: events have to wait: {}{}", origin_.name, outcome.error().message,
                             like_this_before(*left_out));
        }
        if (give_up()) {
            Outcome cancelled = base::Error(base::Code::cancelled, outcome.error().message);
            co_return cancelled;
        }
        co_await net::pause_for(pause);
        pause = std::min(pause * 2, longest_pause);
    }
}

void Delivery::refuse(std::size_t events, const std::string& from, const std::string& why) {
    received_.add(events);
    rejected_.add(events);
    base::arrivals().hindered(origin_.name, base::Hindrance::event, events, from, why);
    report(events, from, why);
}

void Delivery::close(const std::string& from, const std::string& why) {
    closed_.add();
    base::arrivals().hindered(origin_.name, base::Hindrance::connection, 1, from, why);
    if (const auto left_out = closed_log_.pass()) {
        base::log().warn("{}: the connection of {} is closed: {}{}", origin_.name, from, why,
                         like_this_before(*left_out));
    }
}

void Delivery::report(std::size_t events, const std::string& from, const std::string& why) {
    if (const auto left_out = refused_log_.pass()) {
        base::log().warn("{}: {} events of {} cannot be taken, the first: {}{}", origin_.name,
                         events, from, why, like_this_before(*left_out));
    }
}

}  // namespace input

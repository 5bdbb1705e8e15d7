#include "base/arrivals.h"

#include <algorithm>

namespace base {

namespace {

void add(Arrivals::Stored& to, std::uint64_t events, Nanos time) {
    if (to.events == 0) to.first = time;
    to.events += events;
    to.last = std::max(to.last, time);
}

}  // namespace

std::string_view name_of(Hindrance hindrance) {
    constexpr std::array<std::string_view, hindrance_count> names = {"handshake", "connection",
                                                                     "request", "event", "drop"};
    return names[static_cast<std::size_t>(hindrance)];
}

void Arrivals::stored(std::string_view name, std::string_view index, std::uint64_t events,
                      Nanos time) {
    if (events == 0) return;
    const std::lock_guard lock(mutex_);
    Input& to = input(name);
    add(to.stored, events, time);
    auto known = to.indices.find(index);
    if (known == to.indices.end()) {
        if (to.indices.size() >= most_indices) return;
        known = to.indices.emplace(std::string(index), Stored{}).first;
    }
    add(known->second, events, time);
}

void Arrivals::hindered(std::string_view name, Hindrance hindrance, std::uint64_t times,
                        std::string_view from, std::string_view reason, Nanos time) {
    if (times == 0) return;
    const std::lock_guard lock(mutex_);
    Hindered& to = input(name).hindered[static_cast<std::size_t>(hindrance)];
    to.times += times;
    to.last = time;
    to.from = from;
    to.reason = reason.substr(0, most_reason_bytes);
}

std::map<std::string, Arrivals::Input, std::less<>> Arrivals::inputs() const {
    const std::lock_guard lock(mutex_);
    return inputs_;
}

Arrivals::Input& Arrivals::input(std::string_view name) {
    const auto known = inputs_.find(name);
    if (known != inputs_.end()) return known->second;
    return inputs_.emplace(std::string(name), Input{}).first->second;
}

Arrivals& arrivals() {
    static Arrivals one;
    return one;
}

}  // namespace base

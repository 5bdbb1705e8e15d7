#include "watch/lifecycle.h"

#include <algorithm>
#include <set>

namespace watch {

namespace {

bool leads_to(const event::CatalogState& from, const event::CatalogState& to) {
    return std::find(from.successors.begin(), from.successors.end(), to.id) !=
           from.successors.end();
}

}  // namespace

const event::CatalogState* state_after(const event::Catalog& catalog, std::string_view service_name,
                                       std::string_view event_type, std::string_view queue_name) {
    const event::EventType* type = catalog.event_type(service_name, event_type);
    if (type == nullptr) return nullptr;
    if (!type->state.empty()) return catalog.state(type->state);
    const auto by_queue = type->state_by_queue.find(std::string(queue_name));
    return by_queue == type->state_by_queue.end() ? nullptr : catalog.state(by_queue->second);
}

std::vector<std::string> moving_event_types(const event::Catalog& catalog) {
    std::set<std::string> types;
    for (const event::EventType& type : catalog.event_types()) {
        if (!type.state.empty() || !type.state_by_queue.empty()) types.insert(type.event_type);
    }
    return {types.begin(), types.end()};
}

bool is_stuck(const event::CatalogState& state, base::Nanos waiting) {
    return !state.final && state.deadline_floor > 0 && waiting > state.deadline_floor;
}

Lifecycle::Move Lifecycle::apply(const event::CatalogState* state, base::Nanos at) {
    if (state == nullptr) return Move::none;
    const auto& states = catalog_.states();
    if (state == &states.front() && !created_) created_ = at;
    const auto seen = std::find(unseen_.begin(), unseen_.end(), state);
    if (seen != unseen_.end()) unseen_.erase(seen);
    if (state == state_) return Move::repeated;

    const bool follows = state_ == nullptr ? state == &states.front() : leads_to(*state_, *state);
    // States lie in the vector in the order of the way, so their addresses compare as their places.
    if (!follows && state_ != nullptr && state < state_) return Move::late;
    if (!follows) note_unseen(*state);
    enter(*state, at);
    return follows ? Move::entered : Move::skipped;
}

std::string_view name_of(Lifecycle::Move move) {
    switch (move) {
        case Lifecycle::Move::none:
            return "none";
        case Lifecycle::Move::entered:
            return "entered";
        case Lifecycle::Move::skipped:
            return "skipped";
        case Lifecycle::Move::repeated:
            return "repeated";
        case Lifecycle::Move::late:
            return "late";
    }
    return "";
}

void Lifecycle::enter(const event::CatalogState& state, base::Nanos at) {
    state_ = &state;
    since_ = at;
    if (state.final) closed_ = at;
}

void Lifecycle::note_unseen(const event::CatalogState& target) {
    const auto& states = catalog_.states();
    const std::size_t none = states.size();
    const std::size_t goal = catalog_.position_of(target.id);
    // Breadth first, forward in the catalog's order only: `before[s]` is the state from which s was
    // reached.
    std::vector<std::size_t> before(states.size(), none);
    std::vector<std::size_t> reached;
    const std::size_t start = state_ == nullptr ? 0 : catalog_.position_of(state_->id);
    reached.push_back(start);
    for (std::size_t at = 0; at < reached.size() && before[goal] == none; ++at) {
        for (const std::string& next : states[reached[at]].successors) {
            const std::size_t place = catalog_.position_of(next);
            if (place <= reached[at] || before[place] != none) continue;
            before[place] = reached[at];
            reached.push_back(place);
        }
    }
    if (before[goal] == none && goal != start) return;  // no way forward: nothing lies between
    std::vector<const event::CatalogState*> between;
    for (std::size_t at = before[goal]; at != none && at != start; at = before[at])
        between.push_back(&states[at]);
    if (state_ == nullptr && goal != start) between.push_back(&states[start]);
    unseen_.insert(unseen_.end(), between.rbegin(), between.rend());
}

}  // namespace watch

#include "watch/journey.h"

#include <algorithm>

#include "event/index_name.h"
#include "event/schema.h"
#include "query/search.h"

namespace watch {

namespace {

std::string text_at(const event::Batch& rows, std::string_view name, std::uint32_t row) {
    return query::text_of(query::value_of(rows, name, row));
}

// "{user_id} created it" with the row's values; a value that is missing is a dash.
std::string filled(const std::string& sentence, const event::Batch& rows, std::uint32_t row) {
    std::string text;
    std::size_t at = 0;
    for (;;) {
        const std::size_t open = sentence.find('{', at);
        const std::size_t close = sentence.find('}', open);
        if (open == std::string::npos || close == std::string::npos) break;
        text += sentence.substr(at, open - at);
        const std::string value = text_at(rows, sentence.substr(open + 1, close - open - 1), row);
        text += value.empty() ? "–" : value;
        at = close + 1;
    }
    return text + sentence.substr(at);
}

bool leads_on(const event::CatalogState& from, const std::string& to) {
    return std::find(from.successors.begin(), from.successors.end(), to) != from.successors.end();
}

// The queue in which an order's message lies in this state: one event of the queue leads into the
// state, another one out of it. Empty where there is none.
std::string queue_of(const event::Catalog& catalog, const event::CatalogState& state) {
    for (const event::EventType& entering : catalog.event_types()) {
        for (const auto& [queue, entered] : entering.state_by_queue) {
            if (entered != state.id) continue;
            for (const event::EventType& leaving : catalog.event_types()) {
                const auto left = leaving.state_by_queue.find(queue);
                if (left != leaving.state_by_queue.end() && leads_on(state, left->second))
                    return queue;
            }
        }
    }
    return "";
}

// Where the event is shown that leads into a state.
std::string lane_of(const event::Catalog& catalog, const event::CatalogState& state) {
    for (const event::EventType& type : catalog.event_types()) {
        const bool enters =
            type.state == state.id ||
            std::any_of(type.state_by_queue.begin(), type.state_by_queue.end(),
                        [&](const auto& by_queue) { return by_queue.second == state.id; });
        if (enters) return type.lane.empty() ? type.service_name : type.lane;
    }
    return state.waits_for_service;
}

// One journey in the making.
class Follower {
  public:
    Follower(const event::Catalog& catalog, Journey& journey)
        : catalog_(catalog), journey_(journey), lifecycle_(catalog) {}

    void add(std::uint32_t row, JoinedBy joined);
    void finish(base::Nanos now);

  private:
    void describe(JourneyEvent& event, const event::EventType* type) const;
    void note_missing();
    void gather_facts();
    void gather_lanes();

    const event::Catalog& catalog_;
    Journey& journey_;
    Lifecycle lifecycle_;
};

void Follower::add(std::uint32_t row, JoinedBy joined) {
    const event::Batch& rows = journey_.rows;
    JourneyEvent event;
    event.row = row;
    event.joined_by = joined;
    event.service_name = text_at(rows, event::field::service_name, row);
    event.event_type = text_at(rows, event::field::event_type, row);
    event.level = text_at(rows, event::field::level, row);
    event.message = text_at(rows, event::field::message, row);
    describe(event, catalog_.event_type(event.service_name, event.event_type));
    const std::string queue = text_at(rows, event::field::queue_name, row);
    event.move = lifecycle_.apply(
        state_after(catalog_, event.service_name, event.event_type, queue), rows.time[row]);
    event.state_after = lifecycle_.state();
    if (!journey_.events.empty()) {
        event.since_previous = rows.time[row] - rows.time[journey_.events.back().row];
    }
    journey_.events.push_back(std::move(event));
    note_missing();
}

// Keeps `missing` equal to what the lifecycle has not seen, and remembers which event showed it.
void Follower::note_missing() {
    const auto& unseen = lifecycle_.unseen();
    auto& missing = journey_.missing;
    std::erase_if(missing, [&](const MissingStep& step) {
        return std::find(unseen.begin(), unseen.end(), step.state) == unseen.end();
    });
    for (const event::CatalogState* state : unseen) {
        const bool known = std::any_of(missing.begin(), missing.end(),
                                       [&](const auto& step) { return step.state == state; });
        if (!known)
            missing.push_back({state, lane_of(catalog_, *state), journey_.events.size() - 1});
    }
}

void Follower::describe(JourneyEvent& event, const event::EventType* type) const {
    event.lane = event.service_name;
    if (type == nullptr) {
        event.title = {event.event_type, event.event_type};
        return;
    }
    if (!type->lane.empty()) event.lane = type->lane;
    event.title = type->title;
    event.sentence.en = filled(type->sentence.en, journey_.rows, event.row);
    event.sentence.ru = filled(type->sentence.ru, journey_.rows, event.row);
}

void Follower::gather_facts() {
    for (const event::Fact& fact : catalog_.facts()) {
        JourneyFact found{&fact, {}};
        for (auto event = journey_.events.rbegin(); event != journey_.events.rend(); ++event) {
            const auto& events = fact.events;
            if (!events.empty() &&
                std::find(events.begin(), events.end(), event->event_type) == events.end())
                continue;
            found.value = query::value_of(journey_.rows, fact.field, event->row);
            if (found.value.index() != 0) break;
        }
        journey_.facts.push_back(std::move(found));
    }
    for (const event::Agreement& agreement : catalog_.agreements()) {
        std::optional<std::string> common;
        bool differ = false;
        for (const JourneyFact& fact : journey_.facts) {
            const auto& names = agreement.facts;
            if (fact.value.index() == 0 ||
                std::find(names.begin(), names.end(), fact.fact->name) == names.end())
                continue;
            const std::string text = query::text_of(fact.value);
            if (common && *common != text) differ = true;
            common = text;
        }
        journey_.agreements.push_back({&agreement, differ});
    }
}

void Follower::gather_lanes() {
    const auto used = [&](const std::string& lane) {
        const bool awaited = journey_.state != nullptr && journey_.state->waits_for_service == lane;
        const bool missed = std::any_of(journey_.missing.begin(), journey_.missing.end(),
                                        [&](const auto& step) { return step.lane == lane; });
        return awaited || missed ||
               std::any_of(journey_.events.begin(), journey_.events.end(),
                           [&](const JourneyEvent& event) { return event.lane == lane; });
    };
    for (const std::string& lane : catalog_.lanes()) {
        if (used(lane)) journey_.lanes.push_back(lane);
    }
    for (const JourneyEvent& event : journey_.events) {
        const auto& lanes = journey_.lanes;
        if (std::find(lanes.begin(), lanes.end(), event.lane) == lanes.end())
            journey_.lanes.push_back(event.lane);
    }
}

void Follower::finish(base::Nanos now) {
    const base::Nanos first = journey_.rows.time[journey_.events.front().row];
    journey_.state = lifecycle_.state();
    journey_.since = journey_.state == nullptr ? first : lifecycle_.since();
    journey_.created = lifecycle_.created();
    journey_.closed = lifecycle_.closed();
    const bool open = journey_.state == nullptr || !journey_.state->final;
    if (open) journey_.waiting = std::max<base::Nanos>(0, now - journey_.since);
    if (journey_.state != nullptr) journey_.stuck = is_stuck(*journey_.state, journey_.waiting);
    if (open && journey_.state != nullptr) journey_.queue = queue_of(catalog_, *journey_.state);
    const base::Nanos end = journey_.closed.value_or(now);
    journey_.duration = std::max<base::Nanos>(0, end - journey_.created.value_or(first));
    gather_facts();
    gather_lanes();
}

}  // namespace

std::string_view name_of(JoinedBy joined) {
    switch (joined) {
        case JoinedBy::order_id:
            return event::field::order_id;
        case JoinedBy::trace_id:
            return event::field::trace_id;
        case JoinedBy::file_name:
            return event::field::file_name;
    }
    return "";
}

std::string environment_of(const event::Batch& rows, std::uint32_t row) {
    std::string environment = text_at(rows, event::field::environment, row);
    if (!environment.empty()) return environment;
    return std::string(event::environment_of(text_at(rows, event::field::index, row)));
}

Journey follow(const event::Catalog& catalog, std::string order_id, std::string environment,
               event::Batch rows, const std::vector<JoinedBy>& joined, base::Nanos now) {
    Journey journey;
    journey.order_id = std::move(order_id);
    journey.environment = std::move(environment);
    journey.rows = std::move(rows);
    std::vector<std::uint32_t> order(journey.rows.rows());
    for (std::uint32_t row = 0; row < order.size(); ++row) order[row] = row;
    const auto& [time, sequence] = std::tie(journey.rows.time, journey.rows.sequence);
    std::sort(order.begin(), order.end(), [&](std::uint32_t one, std::uint32_t other) {
        return time[one] != time[other] ? time[one] < time[other] : sequence[one] < sequence[other];
    });
    Follower follower(catalog, journey);
    for (const std::uint32_t row : order) follower.add(row, joined[row]);
    if (!order.empty()) follower.finish(now);
    return journey;
}

}  // namespace watch

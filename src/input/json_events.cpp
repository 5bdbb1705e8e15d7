#include "input/json_events.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/json_text.h"

namespace input {

namespace {

// What the pipeline needs for an event beside its text.
constexpr std::size_t bytes_of_event = 300;
// Memory is charged in steps.
constexpr std::size_t hold_step = 64 << 10;
// Behind the text, so that simdjson may read beyond its end.
constexpr std::size_t padding = 64;

}  // namespace

JsonEvents::JsonEvents(EventLimits limits, Hold hold) : limits_(limits), hold_(std::move(hold)) {}

void JsonEvents::begin() {
    begin_ = text_.size();
    text_.push_back('{');
    first_ = true;
}

void JsonEvents::name(std::string_view name) {
    if (!first_) text_.push_back(',');
    first_ = false;
    event::append_json_string(name, text_);
    text_.push_back(':');
}

void JsonEvents::text(std::string_view name, std::string_view value) {
    this->name(name);
    event::append_json_string(value, text_);
}

void JsonEvents::integer(std::string_view name, std::int64_t value) {
    this->name(name);
    event::append_integer(value, text_);
}

void JsonEvents::number(std::string_view name, double value) {
    this->name(name);
    event::append_number(value, text_);
}

void JsonEvents::boolean(std::string_view name, bool value) {
    this->name(name);
    text_ += value ? "true" : "false";
}

void JsonEvents::time(std::string_view name, base::Nanos value) {
    this->name(name);
    text_.push_back('"');
    text_ += event::rfc3339(value);
    text_.push_back('"');
}

void JsonEvents::json(std::string_view name, std::string_view value) {
    this->name(name);
    text_ += value;
}

void JsonEvents::members(std::string_view object) {
    const auto open = object.find('{');
    const auto close = object.rfind('}');
    if (open == std::string_view::npos || close == std::string_view::npos || close <= open) return;
    const auto inside = object.substr(open + 1, close - open - 1);
    if (inside.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
    if (!first_) text_.push_back(',');
    first_ = false;
    text_ += inside;
}

base::Status JsonEvents::end(std::string_view index, std::string_view id) {
    text_.push_back('}');
    if (places_.size() == limits_.most_events || text_.size() > limits_.most_bytes) {
        return base::Error{
            base::Code::too_large,
            fmt::format("expected at most {} events of {} bytes together in one request, found "
                        "more; send smaller requests",
                        limits_.most_events, limits_.most_bytes)};
    }
    places_.push_back({begin_, text_.size(), names_.size(),
                       static_cast<std::uint32_t>(index.size()),
                       static_cast<std::uint32_t>(id.size())});
    names_.append(index).append(id);
    const std::size_t needed = text_.capacity() + names_.capacity() + bytes_of_event * size();
    if (hold_ && needed > held_) {
        const std::size_t more = needed - held_ + hold_step;
        if (!hold_(more)) {
            return base::Error{base::Code::busy,
                               "too many events of requests are under way; try again in a second, "
                               "with smaller requests"};
        }
        held_ += more;
    }
    return base::ok();
}

void JsonEvents::abandon() { text_.resize(begin_); }

std::string_view JsonEvents::at(std::size_t place) const {
    const auto& one = places_[place];
    return std::string_view(text_).substr(one.begin, one.end - one.begin);
}

event::Records JsonEvents::records(const std::shared_ptr<JsonEvents>& events,
                                   const event::Origin& origin, base::Nanos received,
                                   std::size_t begin, std::size_t end) {
    end = std::min(end, events->size());
    if (events->text_.capacity() < events->text_.size() + padding) {
        events->text_.reserve(events->text_.size() + padding);
    }
    event::Records records;
    records.owner = events;
    records.origin = &origin;
    records.received = received;
    records.items.reserve(end - begin);
    const std::string_view names = events->names_;
    for (std::size_t at = begin; at < end; ++at) {
        const auto& place = events->places_[at];
        auto& record = records.items.emplace_back();
        record.text = events->at(at);
        record.index = names.substr(place.names, place.index_size);
        record.id = names.substr(place.names + place.index_size, place.id_size);
        if (!record.id.empty()) record.operation = event::RowOperation::create;
    }
    return records;
}

}  // namespace input

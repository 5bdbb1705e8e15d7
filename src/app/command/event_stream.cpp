#include "app/command/event_stream.h"

#include <utility>

namespace app {

namespace {
constexpr std::size_t most_bytes = 512 << 20;
}

bool EventStream::add(std::string_view piece, const std::function<bool(const Event&)>& use) {
    if (std::exchange(after_return_, false) && piece.starts_with('\n')) piece.remove_prefix(1);
    while (!piece.empty()) {
        const auto end = piece.find_first_of("\r\n");
        line_ += piece.substr(0, end);
        if (line_.size() + event_.data.size() > most_bytes) return false;
        if (end == std::string_view::npos) return true;
        const bool returned = piece[end] == '\r';
        piece.remove_prefix(end + 1);
        if (returned && piece.empty()) after_return_ = true;
        if (returned && piece.starts_with('\n')) piece.remove_prefix(1);
        if (!end_line(use)) return false;
        line_.clear();
    }
    return true;
}

void EventStream::begin_anew() {
    line_.clear();
    id_ = last_id_;
    event_ = {};
    has_data_ = false;
    after_return_ = false;
}

bool EventStream::end_line(const std::function<bool(const Event&)>& use) {
    if (line_.empty()) {
        Event event = std::exchange(event_, Event{});
        if (!id_.empty()) last_id_ = id_;
        if (!std::exchange(has_data_, false)) return true;
        if (event.name.empty()) event.name = "message";
        return use(event);
    }
    const std::string_view line(line_);
    const auto colon = line.find(':');
    const auto field = line.substr(0, colon);
    auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "event") event_.name = value;
    if (field == "id") id_ = value;
    if (field == "data") {
        if (std::exchange(has_data_, true)) event_.data.push_back('\n');
        event_.data += value;
    }
    return true;
}

}  // namespace app

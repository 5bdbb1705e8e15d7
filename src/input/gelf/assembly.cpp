#include "input/gelf/assembly.h"

#include <algorithm>
#include <utility>

namespace input::gelf {

namespace {

constexpr std::string_view magic("\x1e\x0f", 2);
constexpr std::size_t id_bytes = 8;
constexpr std::size_t head_bytes = 2 + id_bytes + 2;
constexpr unsigned most_chunks = 128;

}  // namespace

bool Assembly::is_chunk(std::string_view datagram) { return datagram.starts_with(magic); }

bool Assembly::add(std::string_view chunk, const std::string& peer, base::Nanos now,
                   std::string& message) {
    drop_late(now);
    const auto number = chunk.size() < head_bytes ? 0U : static_cast<unsigned char>(chunk[10]);
    const auto count = chunk.size() < head_bytes ? 0U : static_cast<unsigned char>(chunk[11]);
    if (count == 0 || count > most_chunks || number >= count) {
        ++given_up_;
        return false;
    }
    std::string key = peer;
    key.append(chunk.substr(magic.size(), id_bytes));
    auto found = waiting_.find(key);
    if (found == waiting_.end()) {
        Waiting waiting;
        waiting.pieces.resize(count);
        waiting.missing = count;
        waiting.began = now;
        order_.emplace_back(now, key);
        found = waiting_.emplace(key, std::move(waiting)).first;
    }
    auto& waiting = found->second;
    // A chunk may come twice; one that says another count is none of this message.
    if (waiting.pieces.size() != count || waiting.pieces[number]) return false;
    waiting.pieces[number] = std::string(chunk.substr(head_bytes));
    waiting.bytes += chunk.size() - head_bytes;
    bytes_ += chunk.size() - head_bytes;
    if (--waiting.missing == 0) {
        message.clear();
        for (const auto& piece : waiting.pieces) message += *piece;
        bytes_ -= waiting.bytes;
        waiting_.erase(found);
        return true;
    }
    while (!order_.empty() &&
           (waiting_.size() > limits_.most_messages || bytes_ > limits_.most_bytes)) {
        drop_oldest();
    }
    return false;
}

void Assembly::drop_oldest() {
    if (order_.empty()) return;
    const auto [began, key] = std::move(order_.front());
    order_.pop_front();
    const auto found = waiting_.find(key);
    // Finished meanwhile, perhaps begun again.
    if (found == waiting_.end() || found->second.began != began) return;
    bytes_ -= found->second.bytes;
    waiting_.erase(found);
    ++given_up_;
}

void Assembly::drop_late(base::Nanos now) {
    while (!order_.empty() && now - order_.front().first > limits_.patience) drop_oldest();
}

std::size_t Assembly::take_given_up(base::Nanos now) {
    drop_late(now);
    return std::exchange(given_up_, 0);
}

}  // namespace input::gelf

#include "input/rabbitmq/ledger.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "base/file.h"
#include "base/hash.h"
#include "base/parse_number.h"

namespace input::rabbitmq {

namespace {

constexpr std::string_view header = "ordertrail rabbitmq 1";

std::uint64_t hash_of(const Message& message) {
    std::string bytes = message.exchange + '\0' + message.routing_key + '\0';
    append_json(Value{message.headers}, bytes);
    // A body may be large.
    bytes += fmt::format("\n{} {}", message.body.size(), base::hash_of(message.body));
    return base::hash_of(bytes);
}

std::string_view take_until(std::string_view& rest, char end) {
    const auto at = std::min(rest.find(end), rest.size());
    const auto word = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return word;
}

std::string drawn() {
    std::random_device device;
    return fmt::format("{:08x}{:08x}", device(), device());
}

base::Error damaged(const std::string& path) {
    return {base::Code::corrupt,
            fmt::format("{} is damaged: it says which messages of a broker were being stored; "
                        "remove it, and what the broker delivers again may be there twice",
                        path)};
}

}  // namespace

base::Status Ledger::load() {
    run_ = drawn();
    if (!base::system_files().exists(path_)) return base::ok();
    TRY(const auto text, base::system_files().read_file(path_));
    std::string_view rest = text;
    const auto first = take_until(rest, '\n');
    const auto hash = first.starts_with(header) && first.size() > header.size()
                          ? base::parse_number<std::uint64_t>(first.substr(header.size() + 1))
                          : std::nullopt;
    if (!hash || *hash != base::hash_of(rest)) return damaged(path_);
    while (!rest.empty()) {
        auto line = take_until(rest, '\n');
        const auto kind = take_until(line, ' ');
        const auto number = base::parse_number<std::uint64_t>(take_until(line, ' '));
        if (!number || line.empty()) return damaged(path_);
        earlier_.push_back({*number, kind == "event", std::string(line)});
    }
    return base::ok();
}

void Ledger::begin_session() {
    earlier_.insert(earlier_.end(), std::make_move_iterator(batch_.begin()),
                    std::make_move_iterator(batch_.end()));
    batch_.clear();
}

std::string Ledger::id_of(const Message& message) {
    const bool is_event = message.exchange == "amq.rabbitmq.event";
    const std::uint64_t hash = hash_of(message);
    if (message.is_redelivered) {
        const auto known = std::find_if(earlier_.begin(), earlier_.end(), [&](const Entry& entry) {
            return entry.hash == hash && entry.is_event == is_event;
        });
        if (known != earlier_.end()) {
            batch_.push_back(std::move(*known));
            earlier_.erase(known);
            return batch_.back().id;
        }
    } else if (!earlier_.empty()) {
        // Queues deliver again first, so nothing more of that comes.
        std::erase_if(earlier_, [&](const Entry& entry) { return entry.is_event == is_event; });
    }
    batch_.push_back({hash, is_event, fmt::format("rabbitmq-{}-{}", run_, next_++)});
    return batch_.back().id;
}

base::Status Ledger::save() const {
    std::string body;
    for (const auto* entries : {&earlier_, &batch_}) {
        for (const auto& entry : *entries) {
            body +=
                fmt::format("{} {} {}\n", entry.is_event ? "event" : "trace", entry.hash, entry.id);
        }
    }
    return base::system_files().replace_file(
        path_, fmt::format("{} {}\n{}", header, base::hash_of(body), body));
}

void Ledger::settle() {
    batch_.clear();
    // What is left of the file does harm only when messages are equal in all that they say; so it
    // need not be gone for good after a power failure.
    if (earlier_.empty()) ::unlink(path_.c_str());
}

}  // namespace input::rabbitmq

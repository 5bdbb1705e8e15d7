#include "api/elasticsearch/open_contexts.h"

#include <fmt/format.h>

#include <random>
#include <utility>

namespace api::elasticsearch {

namespace {

// Not to be guessed: who has it may read on.
std::string random_id() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

}  // namespace

OpenContexts::OpenContexts()
    : refused_(base::metrics().counter(
          "ordertrail_elasticsearch_contexts_refused_total",
          "Scrolls and points in time refused because too many were open.")) {}

void OpenContexts::drop_old() {
    const base::Nanos now = base::steady_now();
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        entry = entry->second.until < now ? entries_.erase(entry) : std::next(entry);
    }
}

std::optional<std::string> OpenContexts::open(OpenContext context) {
    const std::lock_guard lock(mutex_);
    drop_old();
    if (entries_.size() >= most) {
        refused_.add();
        return std::nullopt;
    }
    std::string id = random_id();
    Entry entry;
    entry.until = base::steady_now() + context.keep_alive;
    entry.context = std::move(context);
    entries_[id] = std::move(entry);
    return id;
}

std::optional<OpenContext> OpenContexts::find(const std::string& id, base::Nanos keep_alive) {
    const std::lock_guard lock(mutex_);
    drop_old();
    const auto found = entries_.find(id);
    if (found == entries_.end()) return std::nullopt;
    if (keep_alive > 0) found->second.context.keep_alive = keep_alive;
    found->second.until = base::steady_now() + found->second.context.keep_alive;
    return found->second.context;
}

void OpenContexts::update(const std::string& id, std::string last,
                          std::optional<storage::Position> position) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    found->second.context.last = std::move(last);
    found->second.context.position = position;
}

bool OpenContexts::close(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return false;
    entries_.erase(found);
    return true;
}

std::size_t OpenContexts::size() {
    const std::lock_guard lock(mutex_);
    drop_old();
    return entries_.size();
}

std::size_t OpenContexts::close_all() {
    const std::lock_guard lock(mutex_);
    const std::size_t count = entries_.size();
    entries_.clear();
    return count;
}

}  // namespace api::elasticsearch

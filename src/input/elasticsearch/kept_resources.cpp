#include "input/elasticsearch/kept_resources.h"

#include <fmt/format.h>

#include "event/index_name.h"

namespace input::elasticsearch {

base::Status KeptResources::put(std::string_view kind, std::string_view name, std::string body) {
    const std::lock_guard lock(mutex_);
    Key key{kind, name};
    const auto found = entries_.find(key);
    const std::size_t fixed = kind.size() + name.size();
    const std::size_t before = found == entries_.end() ? 0 : fixed + found->second.size();
    const std::size_t after = bytes_ - before + fixed + body.size();
    if (after > most_bytes_ || (before == 0 && entries_.size() == most_entries_)) {
        return base::Error{
            base::Code::too_large,
            fmt::format("no room for [{}]: at most {} templates, policies, pipelines "
                        "and data streams of {} bytes together are kept; delete some",
                        name, most_entries_, most_bytes_)};
    }
    bytes_ = after;
    entries_.insert_or_assign(std::move(key), std::move(body));
    return base::ok();
}

bool KeptResources::has(std::string_view kind, std::string_view name) const {
    const std::lock_guard lock(mutex_);
    return entries_.count(Key{kind, name}) != 0;
}

bool KeptResources::remove(std::string_view kind, std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(Key{kind, name});
    if (found == entries_.end()) return false;
    bytes_ -= kind.size() + name.size() + found->second.size();
    entries_.erase(found);
    return true;
}

std::vector<std::pair<std::string, std::string>> KeptResources::find(std::string_view kind,
                                                                     std::string_view names) const {
    const event::IndexPattern pattern(names);
    std::vector<std::pair<std::string, std::string>> found;
    const std::lock_guard lock(mutex_);
    for (auto at = entries_.lower_bound(Key{kind, ""});
         at != entries_.end() && at->first.first == kind; ++at) {
        if (pattern.matches(at->first.second)) found.emplace_back(at->first.second, at->second);
    }
    return found;
}

}  // namespace input::elasticsearch

#include "event/catalog.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/file.h"
#include "event/catalog_reader.h"
#include "event/index_name.h"

namespace event {

std::string_view made_to_order_yaml();  // embedded, see CMakeLists.txt

base::Result<Catalog> Catalog::parse(std::string_view yaml, const std::string& file) {
    TRY(auto root, parse_yaml(yaml, file));
    return CatalogReader(file).read(root);
}

base::Result<Catalog> Catalog::load(const std::string& path) {
    constexpr std::uint64_t limit = 1 << 20;
    TRY(auto yaml, base::system_files().read_file(path, limit));
    return parse(yaml, path);
}

std::string_view Catalog::built_in_yaml() { return made_to_order_yaml(); }

const Catalog& Catalog::built_in() {
    static const Catalog catalog = [] {
        auto parsed = parse(built_in_yaml(), "catalog/made-to-order.yaml");
        if (!parsed) {
            std::fprintf(stderr, "%s\n", parsed.error().message.c_str());
            std::abort();  // a unit test parses it: this is a damaged binary
        }
        return std::move(parsed).value();
    }();
    return catalog;
}

const EventType* Catalog::event_type(std::string_view service_name,
                                     std::string_view event_type) const {
    const auto services = types_by_name_.find(event_type);
    if (services == types_by_name_.end()) return nullptr;
    auto found = services->second.find(service_name);
    if (found == services->second.end()) found = services->second.find("*");
    return found == services->second.end() ? nullptr : &event_types_[found->second];
}

const CatalogField* Catalog::field(std::string_view name) const {
    const auto found = fields_by_name_.find(name);
    return found == fields_by_name_.end() ? nullptr : &fields_[found->second];
}

const CatalogState* Catalog::state(std::string_view id) const {
    const auto found = states_by_id_.find(id);
    return found == states_by_id_.end() ? nullptr : &states_[found->second];
}

std::size_t Catalog::position_of(std::string_view state) const {
    const auto found = states_by_id_.find(state);
    return found == states_by_id_.end() ? states_.size() : found->second;
}

std::string Catalog::system_of(std::string_view service_name) const {
    const auto found = system_by_service_.find(service_name);
    return found == system_by_service_.end() ? slug_of(service_name) : found->second;
}

void Catalog::index() {
    for (std::size_t at = 0; at < fields_.size(); ++at)
        fields_by_name_.emplace(fields_[at].name, at);
    for (std::size_t at = 0; at < states_.size(); ++at) states_by_id_.emplace(states_[at].id, at);
    for (std::size_t at = 0; at < event_types_.size(); ++at) {
        types_by_name_[event_types_[at].event_type].emplace(event_types_[at].service_name, at);
    }
    for (const System& system : systems_) {
        for (const std::string& service : system.services)
            system_by_service_.emplace(service, system.name);
    }
    for (CatalogState& state : states_) {
        for (const EventType& type : event_types_) {
            const bool moves_on = std::any_of(
                state.successors.begin(), state.successors.end(), [&](const std::string& next) {
                    return type.state == next ||
                           std::any_of(type.state_by_queue.begin(), type.state_by_queue.end(),
                                       [&](const auto& entry) { return entry.second == next; });
                });
            auto& awaited = state.awaited_events;
            const bool known =
                std::find(awaited.begin(), awaited.end(), type.event_type) != awaited.end();
            if (moves_on && !known) awaited.push_back(type.event_type);
        }
    }
}

}  // namespace event

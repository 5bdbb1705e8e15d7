#include "app/server/entrances.h"

#include "app/configuration/settings.h"

namespace app {

namespace {

api::Entrance::Tls tls_of(const Tls& tls) {
    if (tls.certificate.empty()) return api::Entrance::Tls::none;
    if (tls.client_ca.empty()) return api::Entrance::Tls::server;
    return tls.client_certificates == "optional" ? api::Entrance::Tls::optional_clients
                                                 : api::Entrance::Tls::required_clients;
}

}  // namespace

Entrances::Entrances() {
    for (const Setting& setting : settings()) {
        if (setting.opens.empty()) continue;
        auto& entrance = all_.emplace_back();
        entrance.setting = setting.name;
        entrance.example = setting.example;
        entrance.input = setting.opens;
        entrance.name = setting.opens;
    }
}

void Entrances::open(std::string_view setting, std::string_view name, std::string_view transport,
                     std::string_view host, std::uint16_t port, const Tls& tls) {
    api::Entrance* const entrance = find(setting);
    if (entrance == nullptr) return;
    entrance->open = true;
    entrance->name = name;
    entrance->transport = transport;
    entrance->host = host;
    entrance->port = port;
    entrance->tls = tls_of(tls);
}

void Entrances::need_key(std::string_view setting) {
    if (api::Entrance* const entrance = find(setting)) entrance->needs_key = true;
}

api::Entrance* Entrances::find(std::string_view setting) {
    for (api::Entrance& entrance : all_) {
        if (entrance.setting == setting) return &entrance;
    }
    return nullptr;
}

}  // namespace app

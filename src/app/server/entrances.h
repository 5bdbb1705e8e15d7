#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/native/entrance.h"
#include "app/configuration/configuration.h"

namespace app {

// The ways in for events: every setting that opens one, and what is open of them. One thread at a
// time.
class Entrances {
  public:
    Entrances();

    // REQUIRES: the table of settings says that `setting` opens an input. `name`: of the port, in
    // metrics; `port`: 0 where there is none (log files).
    void open(std::string_view setting, std::string_view name, std::string_view transport,
              std::string_view host, std::uint16_t port, const Tls& tls = {});
    // Clients have to know a key there.
    void need_key(std::string_view setting);

    const std::vector<api::Entrance>& all() const { return all_; }

  private:
    api::Entrance* find(std::string_view setting);

    std::vector<api::Entrance> all_;
};

}  // namespace app

#pragma once

#include "logs/log_kind.h"

namespace logs {

// The slow log of MariaDB and MySQL: "# Time:", "# User@Host:" and further lines of numbers, then
// `use`, `SET timestamp=`, and the statement up to its semicolon. What a server writes at its start
// is an event, too.
class MariadbSlow final : public LogKind {
  public:
    bool begins(std::string_view line, LineState& state) const override;
    void read(std::string_view event, Fields& to) const override;
};

}  // namespace logs

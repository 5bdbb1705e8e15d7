#pragma once

#include "logs/log_kind.h"

namespace logs {

// PostgreSQL's jsonlog: an object a line.
class PostgresqlJson final : public LogKind {
  public:
    bool begins(std::string_view, LineState&) const override { return true; }
    void read(std::string_view event, Fields& to) const override;
};

}  // namespace logs

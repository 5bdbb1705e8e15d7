#pragma once

#include "logs/log_kind.h"

namespace logs {

// PostgreSQL's csvlog: a record of 23 to 26 fields, whose texts may have several lines.
class PostgresqlCsv final : public LogKind {
  public:
    bool begins(std::string_view line, LineState& state) const override;
    std::vector<std::string_view> events(std::string_view text) const override;
    void read(std::string_view event, Fields& to) const override;
};

}  // namespace logs

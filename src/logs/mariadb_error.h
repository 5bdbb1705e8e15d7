#pragma once

#include "logs/log_kind.h"

namespace logs {

// The error log of MariaDB ("2026-11-24 10:15:00 0 [Note] text") and of MySQL ("…T10:15:00.123456Z
// 0 [System] [MY-010116] [Server] text"). Lines without a time belong to the event before.
class MariadbError final : public LogKind {
  public:
    bool begins(std::string_view line, LineState& state) const override;
    void read(std::string_view event, Fields& to) const override;
};

}  // namespace logs

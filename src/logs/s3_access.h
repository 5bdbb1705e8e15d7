#pragma once

#include "logs/log_kind.h"
#include "logs/s3_operation.h"

namespace logs {

// The server access log of Amazon S3, and of servers that write it after its model.
class S3Access final : public LogKind {
  public:
    bool begins(std::string_view, LineState&) const override { return true; }
    void read(std::string_view event, Fields& to) const override;
    std::string_view service() const override { return s3_service; }
};

}  // namespace logs

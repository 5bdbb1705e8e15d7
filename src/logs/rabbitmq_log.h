#pragma once

#include "logs/log_kind.h"

namespace logs {

// RabbitMQ's own log since 3.9: "2026-11-24 10:15:00.123456+00:00 [info] <0.222.0> text", the head
// repeated on each line of a text of several, or a JSON object a line. Lines without a head belong
// to the event before.
class RabbitmqLog final : public LogKind {
  public:
    bool begins(std::string_view line, LineState& state) const override;
    void read(std::string_view event, Fields& to) const override;
    std::string_view service() const override { return "RabbitMQ"; }
};

}  // namespace logs

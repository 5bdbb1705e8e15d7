#include "input/lumberjack/lumberjack_input.h"

#include "input/lumberjack/session.h"

namespace input {

LumberjackInput::LumberjackInput(Intakes intakes, LumberjackOptions options)
    : intakes_(intakes),
      options_(std::move(options)),
      figures_{
          base::metrics().counter("ordertrail_lumberjack_windows_total",
                                  "Windows that clients of the lumberjack port sent in whole"),
          // The pipeline's own counters, for what does not get there.
          base::metrics().counter("ordertrail_received_events_total", "Events that clients sent",
                                  {{"input", options_.origin.name}}),
          base::metrics().counter("ordertrail_rejected_events_total",
                                  "Events that could not be taken",
                                  {{"input", options_.origin.name}}),
          base::metrics().counter(
              "ordertrail_lumberjack_retries_total",
              "Times that a busy store made events of the lumberjack port wait"),
          base::metrics().counter("ordertrail_lumberjack_broken_total",
                                  "Connections of the lumberjack port that were closed for what "
                                  "their client sent")} {}

net::Task<void> LumberjackInput::handle(std::shared_ptr<net::Stream> stream) {
    const auto session = std::make_shared<LumberjackSession>(*this, std::move(stream));
    co_await session->run();
}

}  // namespace input

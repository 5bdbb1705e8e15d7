#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/event_builder.h"
#include "event/intake.h"
#include "input/otlp/signal.h"

namespace input::otlp {

struct RequestLimits {
    // Each takes some 200 bytes more in its bookkeeping.
    std::size_t most_records = 1'000'000;
    // Bytes of all records, those of their resource and scope counted with each of them.
    std::size_t most_told_bytes = std::size_t{1} << 30;
};

// The records of an ExportLogsServiceRequest or ExportTraceServiceRequest, told as events of the
// unified schema. A log record:
//   @timestamp     time_unix_nano, else observed_time_unix_nano
//   level          from severity_number; severity_number itself; severity_text where there is no
//                  number (the pipeline makes the level of it), as otel.severity_text where it says
//                  more than the number
//   message        the body; the members of a body that is a map are fields of the event
//   trace_id, span_id, trace_flags in lower-case hex; ids of a wrong length or all zeros are none
//   event_name     becomes event_type
// then the attributes of the record, of its resource and of its scope as they are named, and
// otel.scope.name and otel.scope.version.
// A span: event/span.h names its fields; attributes stay apart from the resource's, so that they
// can be given back as what they were, and what older libraries call otherwise is told by today's
// name too (span_names.h).
// Records point into the body, nothing is copied. Immutable.
class ExportRequest : public event::DecodedRecords {
  public:
    // InvalidArgument for what is no such message, wherever in it, with the place; TooLarge beyond
    // a limit.
    static base::Result<std::shared_ptr<const ExportRequest>> parse(
        Signal signal, std::string protobuf, const RequestLimits& limits = {});
    static base::Result<std::shared_ptr<const ExportRequest>> parse_json(
        Signal signal, std::string json, const RequestLimits& limits = {});

    std::size_t records() const { return records_.size(); }
    // The records for the pipeline, which stay with `request`. Logs are routed by the pipeline;
    // spans go to their environment's index, `environment` where their resource names none, and a
    // span that is there already is a duplicate.
    static event::Records hand_over(const std::shared_ptr<const ExportRequest>& request,
                                    std::string_view environment);

    base::Status tell(std::size_t at, event::EventBuilder& to) const override;
    std::size_t size(std::size_t at) const override;

  private:
    struct Record {
        std::string_view text;
        std::uint32_t origin = 0;  // in origins_
    };
    // What records share.
    struct Origin {
        std::string_view resource;
        std::string_view scope;
    };
    class Reader;

    ExportRequest(Signal signal, std::string body) : signal_(signal), body_(std::move(body)) {}

    const Signal signal_;
    const std::string body_;
    std::vector<Record> records_;
    std::vector<Origin> origins_;
};

}  // namespace input::otlp

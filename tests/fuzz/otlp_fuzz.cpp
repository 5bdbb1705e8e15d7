// A body of POST /v1/logs, or of /v1/traces behind a 't': protobuf, or JSON behind a 'j'.

#include "fuzz/fuzz.h"
#include "fuzz/json_object.h"
#include "fuzz/recording_sink.h"
#include "input/otlp/export_request.h"

namespace fuzz {

FUZZ_TARGET(otlp) {
    static Intake intake;
    Pieces pieces(input);
    using input::otlp::ExportRequest;
    using input::otlp::Signal;
    auto first = pieces.byte();
    const Signal signal = first == 't' ? Signal::traces : Signal::logs;
    if (signal == Signal::traces) first = pieces.byte();
    const bool is_json = first == 'j';
    std::string body(pieces.rest());
    const input::otlp::RequestLimits limits{.most_records = 1000, .most_told_bytes = 1 << 20};
    auto request = is_json ? ExportRequest::parse_json(signal, std::move(body), limits)
                           : ExportRequest::parse(signal, std::move(body), limits);
    if (!request) {
        return FUZZ_REQUIRE(
            !request.error().message.empty() && request.error().message.size() < 1000,
            "an error says what it is, in short");
    }
    auto records = ExportRequest::hand_over(request.value(), "prod");
    for (const auto& record : records.items) {
        FUZZ_REQUIRE(record.index.empty() == (signal == Signal::logs), "spans have their index");
    }
    const auto outcome = intake.accept(std::move(records));
    FUZZ_REQUIRE(outcome, "the request is taken");
    for (const auto& item : outcome.value().items) {
        if (item.status == event::RecordOutcome::Status::rejected) {
            FUZZ_REQUIRE(item.error >= 0, "a rejected record has its reason");
        } else if (const auto* source = intake.source(item)) {
            FUZZ_REQUIRE(is_json_object(*source), "an event is a JSON object, not " + *source);
        }
    }
}

}  // namespace fuzz

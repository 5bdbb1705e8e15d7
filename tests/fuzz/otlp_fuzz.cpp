// A body of POST /v1/logs: protobuf, or JSON behind a 'j'.

#include "fuzz/fuzz.h"
#include "fuzz/json_object.h"
#include "fuzz/recording_sink.h"
#include "input/otlp/logs_request.h"

namespace fuzz {

FUZZ_TARGET(otlp) {
    static Intake intake;
    Pieces pieces(input);
    const bool is_json = pieces.byte() == 'j';
    std::string body(pieces.rest());
    const input::otlp::RequestLimits limits{.most_records = 1000, .most_told_bytes = 1 << 20};
    auto request = is_json ? input::otlp::LogsRequest::parse_json(std::move(body), limits)
                           : input::otlp::LogsRequest::parse(std::move(body), limits);
    if (!request) {
        return FUZZ_REQUIRE(
            !request.error().message.empty() && request.error().message.size() < 1000,
            "an error says what it is, in short");
    }
    event::Records records;
    records.items.resize(request.value()->records());
    records.format = event::Format::decoded;
    records.decoded = request.value().get();
    records.owner = std::move(request).value();
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

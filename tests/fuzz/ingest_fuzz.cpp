// Lines of POST /ingest: NDJSON, a JSON array, logfmt, plain lines.

#include "fuzz/fuzz.h"
#include "fuzz/recording_sink.h"
#include "fuzz/same_json.h"
#include "input/ingest/line_splitter.h"

namespace fuzz {

FUZZ_TARGET(ingest) {
    static Intake intake;
    Pieces pieces(input);
    const auto format = static_cast<event::Format>(pieces.byte() % 4);
    const auto body = std::make_shared<std::string>(pieces.rest());
    auto lines =
        input::is_array(*body) ? input::split_array(*body, 1000) : input::split_lines(*body, 1000);
    if (!lines) return FUZZ_REQUIRE(!lines.error().message.empty(), "an error says what it is");
    event::Records records;
    records.owner = body;
    records.format = format;
    for (const auto& line : lines.value()) {
        FUZZ_REQUIRE(!line.text.empty() && line.number > 0, "lines are not empty");
        FUZZ_REQUIRE(line.text.data() >= body->data() &&
                         line.text.data() + line.text.size() <= body->data() + body->size(),
                     "lines are the body's");
        records.items.push_back({line.text, "fuzz-test", {}, event::RowOperation::index});
    }
    const auto sent = records.items;
    const auto outcome = intake.accept(std::move(records));
    FUZZ_REQUIRE(outcome, "the request is taken");
    for (std::size_t at = 0; at < sent.size(); ++at) {
        const auto& item = outcome.value().items[at];
        const bool rejected = item.status == event::RecordOutcome::Status::rejected;
        FUZZ_REQUIRE(!rejected || format == event::Format::json ||
                         sent[at].text.size() > 64 << 10 ||
                         outcome.value().errors.at(static_cast<std::size_t>(item.error)).code ==
                             base::Code::too_large,
                     "text is never refused");
        const auto* source = intake.source(item);
        if (source == nullptr || format != event::Format::json) continue;
        FUZZ_REQUIRE(spelled_once(*source) == spelled_once(sent[at].text),
                     std::string(sent[at].text) + " came back as " + *source);
    }
}

}  // namespace fuzz

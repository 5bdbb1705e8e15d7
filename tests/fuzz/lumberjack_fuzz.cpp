// What a client of the lumberjack port sends, behind a byte that says into what pieces it is cut:
// frames to batches to records, through the pipeline into a recording store.

#include <algorithm>
#include <memory>
#include <vector>

#include "fuzz/fuzz.h"
#include "fuzz/recording_sink.h"
#include "input/lumberjack/event_group.h"
#include "input/lumberjack/frame_reader.h"

namespace fuzz {

namespace {

using input::lumberjack::EventBatch;
using input::lumberjack::EventGroup;
using input::lumberjack::FrameReader;
using input::lumberjack::ReaderLimits;

// Small, so that small inputs reach them.
constexpr ReaderLimits limits{.window_events = 200,
                              .window_bytes = 1 << 20,
                              .event_bytes = 4 << 10,
                              .part_bytes = 2 << 10,
                              .part_events = 20};

struct Read {
    std::vector<EventBatch> batches;
    std::string failure;
};

Read read(std::string_view input, std::size_t piece) {
    Read read;
    FrameReader reader(limits);
    while (!input.empty()) {
        const std::string sent(input.substr(0, piece));
        input.remove_prefix(sent.size());
        reader.feed(sent);
        for (;;) {
            auto next = reader.next();
            if (!next) {
                read.failure = next.error().message;
                return read;
            }
            if (!next.value()) break;
            read.batches.push_back(std::move(*next.value()));
        }
        FUZZ_REQUIRE(reader.held() < (1 << 20), "a connection holds little");
    }
    return read;
}

void check(const EventBatch& batch) {
    FUZZ_REQUIRE(batch.text.capacity() >= batch.text.size() + 64 || batch.events.empty(),
                 "simdjson may read beyond the text");
    FUZZ_REQUIRE(batch.events.size() <= limits.part_events, "a part is small");
    std::size_t end = 0;
    for (const auto& place : batch.events) {
        FUZZ_REQUIRE(place.offset == end && place.size > 0, "events lie one behind the other");
        end = place.offset + place.size;
    }
    FUZZ_REQUIRE(end == batch.text.size(), "and fill the text");
    FUZZ_REQUIRE(batch.sequence != 0 || (batch.events.empty() && batch.too_long == 0),
                 "what came is acknowledged by a number");
}

}  // namespace

FUZZ_TARGET(lumberjack) {
    static Intake intake;
    Pieces pieces(input);
    const std::size_t piece = 1 + pieces.byte();
    const auto sent = pieces.rest();
    auto whole = read(sent, std::max<std::size_t>(1, sent.size()));
    const auto cut = read(sent, piece);
    FUZZ_REQUIRE(whole.failure == cut.failure, "cutting changes no error");
    FUZZ_REQUIRE(whole.batches.size() == cut.batches.size(), "nor batches");
    const auto group = std::make_shared<EventGroup>();
    for (std::size_t at = 0; at < whole.batches.size(); ++at) {
        check(whole.batches[at]);
        FUZZ_REQUIRE(whole.batches[at].text == cut.batches[at].text, "nor events");
        FUZZ_REQUIRE(whole.batches[at].sequence == cut.batches[at].sequence, "nor numbers");
        group->add(std::move(whole.batches[at]));
    }
    group->prepare("%{[@metadata][beat]}-prod");
    if (group->records().empty()) return;
    event::Records records;
    records.owner = group;
    records.items = group->records();
    const auto outcome = intake.accept(std::move(records));
    FUZZ_REQUIRE(outcome, "the request is taken");
}

}  // namespace fuzz

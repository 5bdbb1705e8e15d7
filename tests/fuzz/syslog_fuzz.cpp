// What a client of the syslog port sends: whole and cut into pieces it tells the same events.

#include "base/clock.h"
#include "fuzz/written_events.h"
#include "input/syslog/frame_reader.h"
#include "input/syslog/message.h"

namespace fuzz {

namespace {

std::shared_ptr<input::JsonEvents> read(std::string_view stream, std::size_t piece) {
    constexpr base::Nanos received = 1'795'546'689'780'000'000;
    const auto events = std::make_shared<input::JsonEvents>();
    input::syslog::MessageWriter writer(*events);
    input::syslog::FrameReader reader(4096);
    const auto write = [&](std::string_view message) {
        FUZZ_REQUIRE(message.size() <= 4096, "messages are limited");
        FUZZ_REQUIRE(writer.write(message, "192.0.2.1", received), "a message is never refused");
    };
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        reader.feed(stream.substr(at, piece));
        for (;;) {
            std::string_view message;
            const auto next = reader.next(message);
            if (!next) return events;
            if (!next.value()) break;
            write(message);
        }
    }
    if (const auto last = reader.last(); !last.empty()) write(last);
    return events;
}

}  // namespace

FUZZ_TARGET(syslog) {
    Pieces pieces(input);
    const std::size_t piece = pieces.byte() + 1;
    const auto stream = pieces.rest().substr(0, 64 << 10);
    const auto whole = read(stream, stream.size() + 1);
    const auto cut = read(stream, piece);
    FUZZ_REQUIRE(whole->size() == cut->size(), "cutting changes nothing");
    for (std::size_t at = 0; at < whole->size(); ++at) {
        FUZZ_REQUIRE(whole->at(at) == cut->at(at), "cutting changes nothing");
    }
    check_written(whole);
}

}  // namespace fuzz

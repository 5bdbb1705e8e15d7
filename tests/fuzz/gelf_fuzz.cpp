// A datagram of GELF, perhaps one of several: whole, compressed, or a chunk.

#include "fuzz/written_events.h"
#include "input/gelf/assembly.h"
#include "input/gelf/message.h"

namespace fuzz {

FUZZ_TARGET(gelf) {
    check_request([&](input::JsonEvents& to) -> base::Status {
        input::gelf::MessageWriter writer(to);
        input::gelf::Assembly assembly({.most_messages = 4, .most_bytes = 4096});
        Pieces pieces(input);
        std::string whole;
        std::string text;
        for (int count = 0; count < 16 && pieces.left() > 0; ++count) {
            std::string_view datagram = pieces.bytes(pieces.number());
            if (input::gelf::Assembly::is_chunk(datagram)) {
                if (!assembly.add(datagram, "p", count, whole)) continue;
                datagram = whole;
            }
            if (!input::gelf::decompress(datagram, 64 << 10, text)) continue;
            FUZZ_REQUIRE(text.size() <= 64 << 10, "what is uncompressed is limited");
            text.reserve(text.size() + 64);
            const auto written = writer.write(text);
            FUZZ_REQUIRE(written || !written.error().message.empty(), "an error says what it is");
        }
        return base::ok();
    });
}

}  // namespace fuzz

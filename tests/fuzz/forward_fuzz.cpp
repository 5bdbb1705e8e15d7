// One message of the Forward protocol.

#include "fuzz/written_events.h"
#include "input/forward/message_reader.h"

namespace fuzz {

FUZZ_TARGET(forward) {
    using namespace input::forward;
    MsgpackExtent whole;
    const auto size = whole.find(input, 64 << 10);
    // Found in pieces it is the same.
    MsgpackExtent cut;
    base::Result<std::size_t> found = std::size_t{0};
    for (std::size_t end = 0; end <= input.size() && found && found.value() == 0; ++end) {
        found = cut.find(input.substr(0, end), 64 << 10);
    }
    FUZZ_REQUIRE(found.has_value() == size.has_value(), "cutting changes nothing");
    FUZZ_REQUIRE(!found || found.value() == size.value(), "cutting changes nothing");
    if (!size || size.value() == 0) return;
    check_request([&](input::JsonEvents& to) -> base::Status {
        MessageReader reader(1 << 20, to);
        TRY(const auto chunk, reader.read(input.substr(0, size.value())));
        FUZZ_REQUIRE(chunk.size() <= input.size(), "a chunk is the message's");
        return base::ok();
    });
}

}  // namespace fuzz

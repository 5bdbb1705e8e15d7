// A body of POST /services/collector, or of /raw behind an 'r'.

#include "fuzz/written_events.h"
#include "input/splunk/hec_request.h"

namespace fuzz {

FUZZ_TARGET(splunk) {
    Pieces pieces(input);
    const bool raw = pieces.byte() == 'r';
    std::string body(pieces.rest());
    const input::splunk::Metadata metadata{"h", "s", "", "fuzz-test", ""};
    check_request([&](input::JsonEvents& to) {
        input::splunk::Stop stop;
        auto status = raw ? input::splunk::read_lines(body, metadata, to, stop)
                          : input::splunk::read_events(body, metadata, to, stop);
        FUZZ_REQUIRE(!status || stop.event == to.size(), "stops behind the last good event");
        return status;
    });
}

}  // namespace fuzz

// A body of POST /loki/api/v1/push: JSON behind a 'j', protobuf behind a 'p' (compressed here),
// else as it comes from the network.

#include <snappy.h>

#include "fuzz/written_events.h"
#include "input/loki/push_request.h"

namespace fuzz {

FUZZ_TARGET(loki) {
    Pieces pieces(input);
    const char kind = static_cast<char>(pieces.byte());
    std::string body(pieces.rest());
    if (kind == 'p') {
        std::string compressed;
        snappy::Compress(body.data(), body.size(), &compressed);
        body.swap(compressed);
    }
    check_request([&](input::JsonEvents& to) {
        return kind == 'j' ? input::loki::read_json_push(body, to)
                           : input::loki::read_protobuf_push(body, 1 << 20, to);
    });
}

}  // namespace fuzz

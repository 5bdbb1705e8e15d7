#pragma once

#include <algorithm>
#include <string_view>

#include "fuzz/fuzz.h"
#include "input/files/event_joiner.h"

namespace fuzz {

// Gives a log file's text to a joiner, line by line; whatever it makes of them, nothing is skipped
// on the way, and nothing waits at the end.
inline base::Status read_lines(std::string_view text, input::files::EventJoiner& joiner,
                               input::JsonEvents& to) {
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
        TRY(joiner.add(text.substr(at, end - at), at, 7, 1, to));
        FUZZ_REQUIRE(joiner.safe_offset(end) <= end, "nothing is skipped");
        at = end;
    }
    TRY(joiner.flush(7, 1, to));
    FUZZ_REQUIRE(joiner.safe_offset(text.size()) == text.size(), "nothing waits");
    return base::ok();
}

}  // namespace fuzz

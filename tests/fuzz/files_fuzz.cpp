// The text of a log file, by a rule that joins lines behind a 'j'.

#include "fuzz/joined_lines.h"
#include "fuzz/written_events.h"

namespace fuzz {

FUZZ_TARGET(files) {
    Pieces pieces(input);
    const auto rule = input::files::LineRule::create(pieces.byte() == 'j' ? "^[^ ]" : "");
    FUZZ_REQUIRE(rule, "the rule is one");
    const auto text = pieces.rest().substr(0, 64 << 10);
    check_request([&](input::JsonEvents& to) -> base::Status {
        input::files::EventJoiner joiner(input::files::source_of("/var/log/containers/a_b_c-d.log"),
                                         {rule.value(), nullptr, ""}, 4096);
        return read_lines(text, joiner, to);
    });
}

}  // namespace fuzz

// The text of a log file, by a rule that joins lines behind a 'j'.

#include "fuzz/written_events.h"
#include "input/files/event_joiner.h"

namespace fuzz {

FUZZ_TARGET(files) {
    Pieces pieces(input);
    const auto rule = input::files::LineRule::create(pieces.byte() == 'j' ? "^[^ ]" : "");
    FUZZ_REQUIRE(rule, "the rule is one");
    const auto text = pieces.rest().substr(0, 64 << 10);
    check_request([&](input::JsonEvents& to) -> base::Status {
        input::files::EventJoiner joiner(input::files::source_of("/var/log/containers/a_b_c-d.log"),
                                         {rule.value(), nullptr, ""}, 4096);
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
            TRY(joiner.add(text.substr(at, end - at), at, 7, 1, to));
            FUZZ_REQUIRE(joiner.safe_offset(end) <= end, "nothing is skipped");
            at = end;
        }
        TRY(joiner.flush(7, 1, to));
        FUZZ_REQUIRE(joiner.safe_offset(text.size()) == text.size(), "nothing waits");
        return base::ok();
    });
}

}  // namespace fuzz

// The text of a log of a database or of file storage; its first byte says of which kind.

#include <array>

#include "fuzz/joined_lines.h"
#include "fuzz/written_events.h"
#include "logs/statement.h"

namespace fuzz {
namespace {

using Kind = std::shared_ptr<const logs::LogKind>;

Kind kind_named(const char* name) {
    auto made = logs::make_log_kind(name, {"%m [%p] %q%u@%d "});
    FUZZ_REQUIRE(made, "the kind is one");
    return made.value();
}

void check_pattern(std::string_view text) {
    for (const auto dialect : {logs::Dialect::postgresql, logs::Dialect::mysql}) {
        const auto pattern = logs::normalised(text, dialect);
        FUZZ_REQUIRE(pattern.size() <= (8 << 10) + 3, "a pattern is short");
    }
}

}  // namespace

FUZZ_TARGET(database_logs) {
    static const std::array<Kind, 6> kinds = {
        kind_named("postgresql"),   kind_named("postgresql-csv"), kind_named("postgresql-json"),
        kind_named("mariadb-slow"), kind_named("mariadb-error"),  kind_named("s3-access")};
    Pieces pieces(input);
    // '0' to '5' in seeds.
    const auto& kind = kinds[pieces.byte() % kinds.size()];
    const auto text = pieces.rest().substr(0, 64 << 10);
    check_pattern(text);
    // Any prefix is taken or refused; most inputs go without, as compiling one takes long.
    if (text.size() % 16 == 0) {
        const auto any = logs::make_log_kind("postgresql", {std::string(text.substr(0, 64))});
        FUZZ_REQUIRE(any || !any.error().message.empty(), "an error says what it is");
    }
    check_request([&](input::JsonEvents& to) -> base::Status {
        input::files::EventJoiner joiner(input::files::source_of("/log/a.log"), {nullptr, kind, ""},
                                         4096);
        return read_lines(text, joiner, to);
    });
}

}  // namespace fuzz

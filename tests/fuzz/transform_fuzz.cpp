// Own pipelines: any file of them is understood or refused with its line, and any event goes
// through one and stays JSON.

#include <optional>

#include "event/catalog.h"
#include "fuzz/fuzz.h"
#include "fuzz/json_object.h"
#include "pipeline/transform/rehearsal.h"

namespace fuzz {
namespace {

// Every step once, so that events are tried on all of them.
constexpr std::string_view every_step = R"(format: 1
pipelines:
  - name: every
    steps:
      - json: {target: j}
      - json: {field: inner}
      - log: {kind: postgresql, line_prefix: '%m [%p] %q%u@%d '}
      - log: {kind: s3-access, field: m}
      - kv: {target: pairs, field_split: ' &', prefix: p_}
      - grok: {match: ['%{COMBINEDAPACHELOG}', '%{SYSLOGLINE}', '%{IP:a.b} %{NUMBER:n:float} %{NUMBER:i:int}']}
      - dissect: {mapping: '%{a} %{+a/2} %{?k->} %{&k} [%{+a/1}] %{b}'}
      - date: {field: t, formats: [ISO8601, UNIX, UNIX_MS, 'dd/MMM/yyyy:HH:mm:ss Z', 'MMM d H:m:s a', 'yyyyDDDHHmmssSSS']}
      - set: {'x.y': '%{message}%{a}', a.b: '%{x.y}', 'j.z': '1'}
      - add: {list: '%{a}', j: more}
      - copy: {j: 'copied.j', x: x.inner, message: m}
      - rename: {a: renamed.a, 'renamed': a, j: list, copied.j: copied}
      - convert: {n: integer, i: float, f: boolean, message: string}
      - gsub: {field: m, pattern: '(.)\s+', with: '\1'}
      - split: {m: ' '}
      - join: {list: ','}
      - lowercase: [x.y]
      - uppercase: [message]
      - strip: [message]
      - remove: ['x.inner', absent, a.b]
      - when: {any: [{n: {above: 5}}, {not: {message: {matches: '^x'}}}], all: [{a: {exists: true}}]}
        then: [{tag: [t, w]}]
        else: [{tag: [u]}]
      - index: '%{b}-prod'
      - when: {message: {starts_with: DROP}}
        drop: true
)";

}  // namespace

FUZZ_TARGET(transform) {
    static const auto every = pipeline::Transforms::parse(every_step, "every.yaml");
    FUZZ_REQUIRE(every, "the file of every step is right");
    Pieces pieces(input);
    std::optional<pipeline::Transforms> own;
    if (pieces.byte() % 4 == 0) {
        const std::size_t bytes = pieces.byte() * 16;
        auto parsed = pipeline::Transforms::parse(pieces.bytes(bytes), "own.yaml");
        if (!parsed) {
            return FUZZ_REQUIRE(parsed.error().message.starts_with("own.yaml"),
                                "an error has its place");
        }
        own = std::move(parsed.value());
    }
    const auto format = static_cast<event::Format>(pieces.byte() % 4);
    const std::string text(pieces.rest());
    const event::Record record{.text = text, .index = "shop-prod"};
    const event::Origin origin{.name = "ingest"};
    const auto rehearsed =
        pipeline::rehearse(own ? *own : every.value(), event::Catalog::built_in(), record, format,
                           origin, 1'795'515'330'000'000'000);
    if (!rehearsed) {
        FUZZ_REQUIRE(!rehearsed.error().message.empty(), "an error says what it is");
        return;
    }
    if (rehearsed.value().dropped) return;
    FUZZ_REQUIRE(is_json_object(rehearsed.value().source), "what comes out is a JSON object");
}

}  // namespace fuzz

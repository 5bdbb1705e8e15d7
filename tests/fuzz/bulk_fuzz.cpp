// A bulk request the whole way, but for sockets and disk: lines, actions, JSON, columns, answer.

#include <simdjson.h>

#include "fuzz/fuzz.h"
#include "fuzz/recording_sink.h"
#include "fuzz/same_json.h"
#include "input/elasticsearch/bulk_request.h"
#include "input/elasticsearch/bulk_response.h"

namespace fuzz {
namespace {

using namespace input::elasticsearch;

// A failure of a whole request is one of Elasticsearch's, and short.
void check_failure(const Failure& failure) {
    FUZZ_REQUIRE(failure.status == 400 || failure.status == 413, "a failure is the client's");
    FUZZ_REQUIRE(!failure.type.empty() && !failure.reason.empty(), "a failure says what it is");
    FUZZ_REQUIRE(failure.reason.size() < 60'000, "a failure is short");
    const auto answer = answer_of(failure);
    simdjson::dom::parser parser;
    FUZZ_REQUIRE(parser.parse(answer.body).error() == simdjson::SUCCESS, "an error is JSON");
}

void check_answer(const BulkRequest& request, const std::vector<PartOutcome>& outcomes,
                  std::string_view filter) {
    const auto text = write_bulk_response(request, outcomes, 1, FilterPath(filter));
    simdjson::dom::parser parser;
    simdjson::dom::element answer;
    FUZZ_REQUIRE(parser.parse(text).get(answer) == simdjson::SUCCESS, "an answer is JSON: " + text);
    if (!filter.empty()) return;
    simdjson::dom::array items;
    FUZZ_REQUIRE(answer["items"].get(items) == simdjson::SUCCESS, "an answer has items");
    FUZZ_REQUIRE(items.size() == request.items().size(), "an item for each action");
}

}  // namespace

FUZZ_TARGET(bulk) {
    static Intake intake;
    Pieces pieces(input);
    const unsigned form = pieces.byte();
    auto parsed = BulkRequest::parse(std::string(pieces.rest()), form % 2 == 0 ? "fuzz-test" : "",
                                     {1000, 20});
    if (!parsed) return check_failure(parsed.error());
    const auto request = parsed.value();
    std::vector<PartOutcome> outcomes;
    for (std::size_t part = 0; part < request->parts(); ++part) {
        event::Records records;
        records.owner = request;
        records.items = request->take_records(part);
        const auto sent = records.items;
        auto outcome = intake.accept(std::move(records));
        for (std::size_t at = 0; outcome && at < sent.size(); ++at) {
            const auto* source = intake.source(outcome.value().items[at]);
            if (source == nullptr) continue;
            FUZZ_REQUIRE(spelled_once(*source) == spelled_once(sent[at].text),
                         std::string(sent[at].text) + " came back as " + *source);
        }
        outcomes.push_back(std::move(outcome));
    }
    check_answer(*request, outcomes, form % 4 < 2 ? "" : "errors,items.*.error,items.*.status");
}

}  // namespace fuzz

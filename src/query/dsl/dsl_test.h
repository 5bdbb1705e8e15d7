#pragma once

#include <memory>
#include <string>
#include <vector>

#include "query/dsl/hits.h"
#include "storage/testing/memory_snapshot.h"

// A few events and what searches find among them.

namespace query::dsl::testing {

inline constexpr base::Nanos now = 1'795'515'330'000'000'000;  // 2026-11-24T10:15:30Z

inline std::vector<storage::testing::Row> rows() {
    using storage::testing::Value;
    std::vector<storage::testing::Row> made(6);
    const char* const messages[] = {"Payment failed",        "payment timeout: queue full",
                                    "Order 17 created",      "plate.stl priced at 3.14",
                                    "failed, again: failed", "Заказ принят"};
    for (std::size_t at = 0; at < made.size(); ++at) {
        made[at].sequence = at + 1;
        made[at].time = now - static_cast<base::Nanos>(at) * base::hour;
        made[at].with("_id", ("r" + std::to_string(at)).c_str()).with("message", messages[at]);
        made[at].with("level", at % 2 == 0 ? "ERROR" : "INFO");
        made[at].with("service_name", at < 3 ? "Shop API" : "MES API");
        if (at != 2) made[at].with("response_time", Value(static_cast<double>(at) * 10));
        made[at].with("status_code", Value(std::int64_t{200 + static_cast<std::int64_t>(at)}));
        made[at].with("details.colour", at < 2 ? "Dark blue" : "red");
    }
    made[0].with("note", "first").with("note", "Second one");
    return made;
}

inline Searcher searcher() {
    auto snapshot = std::make_shared<storage::testing::MemorySnapshot>();
    snapshot->add(rows());
    return {snapshot, event::Catalog::built_in(), Scope::everything()};
}

// {"_id"s} of the hits in their order, or "type: reason" of the failure.
inline std::string found(const std::string& body) {
    const Searcher search = searcher();
    const Mapping mapping(event::Catalog::built_in(), search.fields(event::IndexPattern()).value());
    const auto read = parse_json(body);
    if (!read) return read.error().type + ": " + read.error().reason;
    const auto understood = read_search(read.value().get_object(), mapping, now);
    if (!understood) return understood.error().type + ": " + understood.error().reason;
    Selection selection;
    selection.predicate = understood.value().query;
    take_times(selection);
    const auto hits = find_hits(search, {understood.value(), mapping, selection});
    if (!hits) return hits.error().type + ": " + hits.error().reason;
    std::string ids;
    const json::value list = json::parse(hits.value().text);
    for (const json::value& hit : list.as_array())
        ids += (ids.empty() ? "" : " ") + std::string(hit.at("_id").as_string());
    return ids;
}

// Of a query alone, by _id.
inline std::string found_by(const std::string& query) {
    return found(R"({"sort":["_id"],"query":)" + query + "}");
}

}  // namespace query::dsl::testing

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "query/search.h"

namespace query {

namespace {

std::uint64_t total_of(const event::Batch& counted) {
    const Value value = value_of(counted, "metric0", 0);
    const auto* total = std::get_if<std::int64_t>(&value);
    return total == nullptr ? 0 : static_cast<std::uint64_t>(*total);
}

void fill(const event::Batch& groups, std::size_t size, FacetsAnswer::Facet& facet) {
    std::vector<FacetsAnswer::Entry> entries;
    for (std::uint32_t row = 0; row < groups.rows(); ++row) {
        const Value count = value_of(groups, "metric0", row);
        const auto number = static_cast<std::uint64_t>(std::get<std::int64_t>(count));
        Value value = value_of(groups, "key0", row);
        if (std::holds_alternative<std::monostate>(value)) {
            facet.missing = number;
        } else {
            entries.push_back({std::move(value), number});
        }
    }
    facet.distinct = entries.size();
    const std::size_t listed = std::min(size, entries.size());
    std::partial_sort(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(listed),
                      entries.end(), [](const auto& one, const auto& other) {
                          return one.count != other.count ? one.count > other.count
                                                          : one.value < other.value;
                      });
    facet.other = std::accumulate(
        entries.begin() + static_cast<std::ptrdiff_t>(listed), entries.end(), std::uint64_t{0},
        [](std::uint64_t sum, const auto& entry) { return sum + entry.count; });
    entries.resize(listed);
    facet.values = std::move(entries);
}

}  // namespace

base::Result<FacetsAnswer> Searcher::facets(const FacetsRequest& request) const {
    FacetsAnswer answer;
    std::vector<storage::AggregateSpec> specs(1);
    specs.front().metrics.emplace_back();
    for (const std::string& field : request.fields) {
        if (field.find('*') != std::string::npos) {
            return base::invalid(
                fmt::format("fields: expected the name of a field, found the pattern '{}'", field));
        }
        specs.push_back(specs.front());
        specs.back().keys.push_back({visible_field(field), 0, 0, true});
        answer.facets.emplace_back().field = field;
    }
    auto groups = grouped(request.selection, specs);
    if (groups) {
        answer.total = total_of(groups.value().front());
        for (std::size_t at = 0; at < answer.facets.size(); ++at) {
            fill(groups.value()[at + 1], request.size, answer.facets[at]);
        }
        return answer;
    }
    if (groups.error().code != base::Code::too_large) return groups.error();
    // One field has too many values: the others are told all the same.
    TRY(answer.total, count(request.selection));
    for (std::size_t at = 0; at < answer.facets.size(); ++at) {
        const auto own = grouped(request.selection, specs[at + 1]);
        if (own) {
            fill(own.value(), request.size, answer.facets[at]);
        } else if (own.error().code == base::Code::too_large) {
            answer.facets[at].too_many = true;
        } else {
            return own.error();
        }
    }
    return answer;
}

}  // namespace query

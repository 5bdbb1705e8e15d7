#include <algorithm>
#include <numeric>
#include <utility>

#include "query/search.h"

namespace query {

namespace {

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
    TRY(answer.total, count(request.selection));
    for (const std::string& field : request.fields) {
        if (field.find('*') != std::string::npos) {
            return base::invalid("fields: expected the name of a field, found the pattern '" +
                                 field + "'");
        }
        storage::AggregateSpec spec;
        spec.keys.push_back({visible_field(field), 0, 0, true});
        spec.metrics.emplace_back();
        FacetsAnswer::Facet facet;
        facet.field = field;
        const auto groups = grouped(request.selection, std::move(spec));
        if (groups) {
            fill(groups.value(), request.size, facet);
        } else if (groups.error().code == base::Code::too_large) {
            facet.too_many = true;
        } else {
            return groups.error();
        }
        answer.facets.push_back(std::move(facet));
    }
    return answer;
}

}  // namespace query

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "query/search.h"
#include "storage/words.h"

namespace query {

namespace {

using storage::Predicate;

Predicate begins_with(std::string field, std::string prefix) {
    Predicate made;
    made.kind = Predicate::Kind::prefix;
    made.field = std::move(field);
    made.literal.text = std::move(prefix);
    made.ignore_case = true;
    return made;
}

// What a group's value and count say, where the value begins with `folded`.
std::vector<FacetsAnswer::Entry> entries_of(const event::Batch& groups, const std::string& folded) {
    std::vector<FacetsAnswer::Entry> entries;
    std::string text;
    for (std::uint32_t row = 0; row < groups.rows(); ++row) {
        Value value = value_of(groups, "key0", row);
        if (std::holds_alternative<std::monostate>(value)) continue;
        text.clear();
        storage::fold_case(text_of(value), text);
        if (!text.starts_with(folded)) continue;
        const Value count = value_of(groups, "metric0", row);
        entries.push_back(
            {std::move(value), static_cast<std::uint64_t>(std::get<std::int64_t>(count))});
    }
    return entries;
}

}  // namespace

base::Result<ValuesAnswer> Searcher::values(const ValuesRequest& request) const {
    if (request.field.empty() || request.field.find('*') != std::string::npos) {
        return base::invalid(
            fmt::format("field: expected the name of a field, found '{}'", request.field));
    }
    storage::AggregateSpec spec;
    spec.keys.push_back({visible_field(request.field), 0, 0, false});
    spec.metrics.emplace_back();
    auto groups = grouped(request.selection, spec);
    if (!groups && groups.error().code == base::Code::too_large && !request.prefix.empty()) {
        // Only the strings that fit, then: ids are strings.
        Selection narrow = request.selection;
        narrow.predicate = Predicate::all_of(
            {std::move(narrow.predicate), begins_with(spec.keys[0].field, request.prefix)});
        groups = grouped(narrow, spec);
    }
    ValuesAnswer answer;
    if (!groups) {
        if (groups.error().code != base::Code::too_large) return groups.error();
        answer.more = true;
        return answer;
    }
    std::string folded;
    storage::fold_case(request.prefix, folded);
    answer.values = entries_of(groups.value(), folded);
    const std::size_t listed = std::min(request.size, answer.values.size());
    const auto most_first = [](const FacetsAnswer::Entry& one, const FacetsAnswer::Entry& other) {
        return one.count != other.count ? one.count > other.count : one.value < other.value;
    };
    std::partial_sort(answer.values.begin(),
                      answer.values.begin() + static_cast<std::ptrdiff_t>(listed),
                      answer.values.end(), most_first);
    answer.more = listed < answer.values.size();
    answer.values.resize(listed);
    return answer;
}

Predicate has_value(std::string field, const Value& value) {
    storage::Literal literal;
    if (const auto* text = std::get_if<std::string>(&value)) {
        literal.text = *text;
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        literal.integer = *integer;
    } else if (const auto* number = std::get_if<double>(&value)) {
        literal.number = *number;
    } else if (const auto* boolean = std::get_if<bool>(&value)) {
        literal.boolean = *boolean;
    } else if (const auto* time = std::get_if<Time>(&value)) {
        literal.time_begin = time->nanos;
        literal.time_end = time->nanos + 1;
    } else if (const auto* ip = std::get_if<event::Ip>(&value)) {
        literal.ip_first = *ip;
        literal.ip_last = *ip;
    } else {
        return Predicate::nothing_fits();
    }
    return Predicate::equals(std::move(field), std::move(literal));
}

}  // namespace query

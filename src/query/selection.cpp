#include "query/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "event/schema.h"
#include "query/kql/parser.h"
#include "query/kql/planner.h"
#include "query/time_text.h"
#include "storage/value_ranges.h"

namespace query {

namespace {

using storage::Predicate;

bool is_time(const Predicate& leaf) {
    return leaf.field == event::field::timestamp &&
           (leaf.kind == Predicate::Kind::range || leaf.kind == Predicate::Kind::equals);
}

// Makes the range as narrow as a condition on the time that must hold. False when no time fits.
bool narrow(const Predicate& leaf, storage::TimeRange& range) {
    const auto times = storage::ranges_of(leaf).timestamp;
    if (!times) return false;
    range.from = std::max(range.from, times->first);
    if (times->last < std::numeric_limits<base::Nanos>::max())
        range.to = std::min(range.to, times->last + 1);
    return range.from < range.to;
}

// Conditions on the time that hold for the whole query leave the predicate for the range, by which
// stores find data.
Predicate take_times(Predicate predicate, storage::TimeRange& range) {
    if (is_time(predicate))
        return narrow(predicate, range) ? Predicate() : Predicate::nothing_fits();
    if (predicate.kind != Predicate::Kind::all_of) return predicate;
    std::vector<Predicate> rest;
    for (Predicate& child : predicate.children) {
        if (!is_time(child)) {
            rest.push_back(std::move(child));
        } else if (!narrow(child, range)) {
            return Predicate::nothing_fits();
        }
    }
    return Predicate::all_of(std::move(rest));
}

base::Result<std::optional<base::Nanos>> end_of_range(std::string_view name,
                                                      const std::string& text, base::Nanos now) {
    if (text.empty()) return std::optional<base::Nanos>();
    const auto span = parse_time(text, now);
    if (!span) return base::invalid(fmt::format("'{}': {}", name, span.error().message));
    return std::optional<base::Nanos>(span.value().begin);
}

}  // namespace

void take_times(Selection& selection) {
    selection.predicate = take_times(std::move(selection.predicate), selection.range);
    if (selection.range.from >= selection.range.to) selection.predicate = Predicate::nothing_fits();
}

base::Result<Selection> select(const Question& question, const event::Catalog& catalog,
                               base::Nanos now) {
    Selection selection;
    selection.indices = event::IndexPattern(question.index);
    TRY(const auto from, end_of_range("from", question.from, now));
    TRY(const auto to, end_of_range("to", question.to, now));
    if (from) selection.range.from = *from;
    if (to) selection.range.to = *to;
    TRY(const kql::Condition condition, kql::parse(question.query));
    TRY(Predicate predicate, kql::plan(condition, catalog, now));
    selection.predicate = std::move(predicate);
    take_times(selection);
    selection.fingerprint = base::hash_of(selection.indices.text() + '\n' + question.query);
    return selection;
}

}  // namespace query

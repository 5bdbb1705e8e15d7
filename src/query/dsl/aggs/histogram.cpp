#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "query/dsl/aggs/assemble.h"
#include "query/dsl/aggs/keys.h"

namespace query::dsl {

namespace {

// Where buckets begin, as numbers: of dates the nanoseconds are a Time, which stays exact.
Value begin_of(double bound, const KeySource& source) {
    if (source.kind == AggregationType::date_histogram)
        return Time{source.rounding->begin_of(nanos_of_millis(bound))};
    return std::floor((bound - source.origin) / source.step) * source.step + source.origin;
}

Value next_of(const Value& begin, const KeySource& source) {
    if (const auto* time = std::get_if<Time>(&begin))
        return Time{source.rounding->next(time->nanos)};
    const double number = std::round((std::get<double>(begin) - source.origin) / source.step) + 1;
    return number * source.step + source.origin;
}

double number_of_key(const Value& key) {
    if (const auto* time = std::get_if<Time>(&key))
        return static_cast<double>(millis_of_nanos(time->nanos));
    return std::get<double>(key);
}

}  // namespace

// The empty buckets between the first and the last one.
Parsed<void> Assembler::fill(const Aggregation& aggregation, std::vector<Candidate>& found) const {
    const BucketOptions& asked = aggregation.buckets;
    const KeySource& source = asked.keys.front();
    std::map<Value, Candidate> by_key;
    for (Candidate& candidate : found) by_key.emplace(candidate.keys.front(), candidate);
    const bool bounded = asked.extended.from && asked.extended.to;
    if (by_key.empty() && !bounded) return base::outcome::success();
    Value first = by_key.empty() ? begin_of(*asked.extended.from, source) : by_key.begin()->first;
    Value last = by_key.empty() ? begin_of(*asked.extended.to, source) : by_key.rbegin()->first;
    if (asked.extended.from) first = std::min(first, begin_of(*asked.extended.from, source));
    if (asked.extended.to) last = std::max(last, begin_of(*asked.extended.to, source));
    found.clear();
    for (Value key = first; !(last < key);) {
        if (found.size() > BucketLimit::most) return too_many_buckets();
        const auto there = by_key.find(key);
        Candidate candidate;
        candidate.keys = {key};
        found.push_back(there == by_key.end() ? std::move(candidate) : std::move(there->second));
        Value next = next_of(key, source);
        // Where a step is too small for the numbers' precision, none of the others is lost.
        const auto after = by_key.upper_bound(key);
        if (after != by_key.end() && (!(key < next) || after->first < next)) next = after->first;
        if (!(key < next)) break;
        key = std::move(next);
    }
    return base::outcome::success();
}

Parsed<json::value> Assembler::histogram(const Aggregation& aggregation, const Place& place) {
    const BucketOptions& asked = aggregation.buckets;
    const std::size_t context = aggregation.location.contexts.at(place.context).front();
    std::vector<Candidate> found = candidates(aggregation, place, context);
    std::erase_if(found, [&](const Candidate& candidate) {
        const double key = number_of_key(candidate.keys.front());
        if (asked.hard.from && key < *asked.hard.from) return true;
        if (!asked.hard.to) return false;
        // Of dates the end is outside, of numbers within.
        const bool dates = aggregation.type == AggregationType::date_histogram;
        return dates ? key >= *asked.hard.to : key > *asked.hard.to;
    });
    if (asked.min_doc_count == 0) {
        TRY(fill(aggregation, found));
    } else {
        std::erase_if(found, [&](const Candidate& candidate) {
            return candidate.count < asked.min_doc_count;
        });
    }
    TRY(sort(aggregation, place, found, found.size()));
    TRY(auto shown, buckets(aggregation, place, found));
    if (asked.keyed) {
        json::object made;
        for (Bucket& bucket : shown) made[bucket.label] = std::move(bucket.body);
        return json::object{{"buckets", std::move(made)}};
    }
    json::array made;
    for (Bucket& bucket : shown) made.push_back(std::move(bucket.body));
    return json::object{{"buckets", std::move(made)}};
}

}  // namespace query::dsl

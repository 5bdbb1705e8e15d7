#include "query/dsl/aggs/assemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "query/dsl/aggs/keys.h"
#include "query/dsl/hits.h"

namespace query::dsl {

namespace {

bool asks_for_rows(const std::vector<Aggregation>& aggregations) {
    return std::any_of(aggregations.begin(), aggregations.end(), [](const Aggregation& one) {
        return one.is_rows() || asks_for_rows(one.children);
    });
}

json::string text_value(std::string_view text) { return json::string(text.data(), text.size()); }

std::string term_text(const Value& key, const KeySource& source) {
    const std::string text = bucket_key_text(key, source);
    return text.empty() ? text_of(key) : text;
}

json::object key_members(const Value& key, const KeySource& source) {
    json::object head;
    const std::string text = bucket_key_text(key, source);
    const bool first = source.kind == AggregationType::date_histogram;
    if (first && !text.empty()) head["key_as_string"] = text_value(text);
    head["key"] = shown_bucket_key(key, source);
    if (!first && !text.empty()) head["key_as_string"] = text_value(text);
    return head;
}

// < 0: `one` first. No value is greater than all numbers, as Elasticsearch has it: descending, such
// buckets come first.
int compare_numbers(double one, double other, bool descending) {
    if (std::isnan(one) || std::isnan(other)) {
        return (std::isnan(other) - std::isnan(one)) * (descending ? 1 : -1);
    }
    if (one == other) return 0;
    return (one < other) != descending ? -1 : 1;
}

// The greatest of no values is smaller than all numbers.
bool is_maximum(const Aggregation& metric, std::string_view path) {
    if (metric.type == AggregationType::max) return true;
    const bool stats =
        metric.type == AggregationType::stats || metric.type == AggregationType::extended_stats;
    return stats && (path.ends_with(".max") || path.ends_with("[max]"));
}

json::value bucket_list(std::vector<Bucket> buckets, bool keyed) {
    if (keyed) {
        json::object made;
        for (Bucket& bucket : buckets) made[bucket.label] = std::move(bucket.body);
        return made;
    }
    json::array made;
    for (Bucket& bucket : buckets) made.push_back(std::move(bucket.body));
    return made;
}

}  // namespace

Failure too_many_buckets() {
    Failure failure{400, "too_many_buckets_exception",
                    fmt::format("Trying to create too many buckets. Must be less than or equal to: "
                                "[{}] but this number of buckets was exceeded.",
                                BucketLimit::most)};
    failure.in_reduce = true;
    return failure;
}

Parsed<json::object> Assembler::all(const std::vector<Aggregation>& aggregations) {
    needs_where_ = asks_for_rows(aggregations);
    Place root;
    root.row = 0;
    json::object made;
    TRY(level(aggregations, root, made));
    return made;
}

Parsed<void> Assembler::level(const std::vector<Aggregation>& aggregations, const Place& place,
                              json::object& into) {
    for (const Aggregation& aggregation : aggregations) {
        if (aggregation.is_pipeline() && !aggregation.is_sibling_pipeline()) continue;
        Parsed<json::value> made =
            aggregation.is_pipeline() ? sibling_value(aggregation, into) : one(aggregation, place);
        if (!made) return made.error();
        if (aggregation.meta != nullptr) {
            json::object with_meta{{"meta", *aggregation.meta}};
            for (auto& member : made.value().get_object())
                with_meta[member.key()] = std::move(member.value());
            made = json::value(std::move(with_meta));
        }
        into[aggregation.name] = std::move(made.value());
    }
    return base::outcome::success();
}

Parsed<json::value> Assembler::one(const Aggregation& aggregation, const Place& place) {
    switch (aggregation.type) {
        case AggregationType::terms:
            return terms(aggregation, place);
        case AggregationType::histogram:
        case AggregationType::date_histogram:
            return histogram(aggregation, place);
        case AggregationType::composite:
            return composite(aggregation, place);
        default:
            break;
    }
    if (aggregation.is_bucket()) return branches(aggregation, place);
    if (aggregation.is_rows()) return rows(aggregation, place);
    return metric(aggregation, place);
}

Parsed<json::value> Assembler::metric(const Aggregation& aggregation, const Place& place) const {
    std::vector<Value> values;
    if (place.row) {
        for (const std::size_t column : aggregation.location.metrics)
            values.push_back(groups_.metric(place.context, *place.row, column));
    }
    return shown_metric(aggregation, values);
}

Parsed<void> Assembler::count_lookup() {
    // Each is a search of its own.
    constexpr std::size_t most = 1'000;
    if (++lookups_ <= most) return base::outcome::success();
    return illegal(
        fmt::format("top_hits or top_metrics of more than {} buckets; ask for fewer "
                    "buckets (size)",
                    most));
}

Parsed<json::value> Assembler::rows(const Aggregation& aggregation, const Place& place) {
    const RowOptions& asked = *aggregation.rows;
    Hits hits;
    hits.text = "[]";
    if (place.row) {
        TRY(count_lookup());
        HitsRequest request{asked.body, mapping_, groups_.selection_of(place.context)};
        std::vector<storage::Predicate> all = place.where;
        all.push_back(request.selection.predicate);
        request.selection.predicate = storage::Predicate::all_of(std::move(all));
        take_times(request.selection);
        request.byte_limit -= std::min(request.byte_limit, row_bytes_);
        TRY(hits, find_hits(searcher_, request));
        row_bytes_ += hits.text.size();
    }
    json::object made;
    if (aggregation.type == AggregationType::top_hits) {
        made["hits"] = raw_json(hits_object(hits, asked.body));
        return made;
    }
    json::array top;
    TRY(const json::value list, parse_json(R"({"hits":)" + hits.text + "}"));
    for (const json::value& hit : list.at("hits").as_array()) {
        json::object metrics;
        const json::value* fields = hit.as_object().if_contains("fields");
        for (const MappedField& field : asked.metrics) {
            const json::value* found =
                fields == nullptr ? nullptr : fields->as_object().if_contains(field.asked);
            metrics[field.asked] = found == nullptr ? json::value() : found->as_array().at(0);
        }
        top.push_back({{"sort", hit.at("sort")}, {"metrics", std::move(metrics)}});
    }
    made["top"] = std::move(top);
    return made;
}

Assembler::Place Assembler::place_of(const Aggregation& aggregation, const Place& around,
                                     const Candidate& candidate) const {
    Place place;
    place.context = aggregation.location.contexts.at(around.context).front();
    place.row = candidate.row;
    place.path = around.path;
    for (const Value& key : candidate.keys) Groups::extend(place.path, key);
    if (!needs_where_) return place;
    place.where = around.where;
    for (std::size_t at = 0; at < candidate.keys.size(); ++at)
        place.where.push_back(rows_of_key(candidate.keys[at], aggregation.buckets.keys[at]));
    return place;
}

Parsed<json::object> Assembler::bucket(const Aggregation& aggregation, const Place& place,
                                       json::object head) {
    if (++buckets_ > BucketLimit::most) return too_many_buckets();
    constexpr std::size_t most_bytes = 64 << 20;
    key_bytes_ += place.path.size();
    if (key_bytes_ > most_bytes)
        return illegal("the buckets' keys take more than 64 MiB; ask for fewer (size)");
    head["doc_count"] = place.row ? groups_.count(place.context, *place.row) : 0;
    if (aggregation.buckets.shows_errors) head["doc_count_error_upper_bound"] = 0;
    TRY(level(aggregation.children, place, head));
    TRY(level(aggregation.pipelines, place, head));
    return head;
}

std::vector<Assembler::Candidate> Assembler::candidates(const Aggregation& aggregation,
                                                        const Place& place,
                                                        std::size_t context) const {
    std::vector<Candidate> found;
    const auto& sources = aggregation.buckets.keys;
    for (const std::uint32_t row : groups_.find(context, place.path)) {
        Candidate candidate;
        candidate.keys = groups_.keys(context, row);
        bool fits = true;
        for (std::size_t at = 0; at < sources.size() && fits; ++at) {
            const bool none = candidate.keys[at].index() == 0;
            candidate.keys[at] = key_of_group(candidate.keys[at], sources[at]);
            // Of a type that the field has not, or missing where that is no bucket.
            fits = none ? sources[at].with_missing : candidate.keys[at].index() != 0;
        }
        if (!fits) continue;
        candidate.row = row;
        candidate.count = groups_.count(context, row);
        found.push_back(std::move(candidate));
    }
    return found;
}

void Assembler::add_terms_without_rows(const Aggregation& aggregation,
                                       std::vector<Candidate>& found) const {
    std::set<Value> there;
    for (const Candidate& candidate : found) there.insert(candidate.keys.front());
    Place root;
    for (Candidate& candidate : candidates(aggregation, root, aggregation.location.all_terms)) {
        if (there.contains(candidate.keys.front())) continue;
        candidate.row.reset();
        candidate.count = 0;
        found.push_back(std::move(candidate));
    }
}

Parsed<double> Assembler::order_value(const Aggregation& aggregation, const std::string& path,
                                      const Place& place) {
    const std::string_view name = std::string_view(path).substr(0, path.find('>'));
    for (const Aggregation& child : aggregation.children) {
        const std::string_view rest = name.substr(std::min(child.name.size(), name.size()));
        if (!name.starts_with(child.name) ||
            (!rest.empty() && rest.front() != '.' && rest.front() != '['))
            continue;
        if (child.is_bucket() && !child.is_single_bucket()) break;
        json::object made;
        TRY(json::value value, one(child, place));
        made[child.name] = std::move(value);
        TRY(const double found, value_at_path(made, path));
        const bool none = std::isnan(found) && is_maximum(child, path);
        return none ? -std::numeric_limits<double>::infinity() : found;
    }
    Failure failure{
        400, "aggregation_execution_exception",
        fmt::format("Invalid aggregation order path [{}]. The path must name a metric or "
                    "a single bucket below [{}]",
                    path.substr(0, 100), aggregation.name)};
    failure.in_reduce = true;
    return failure;
}

Parsed<void> Assembler::sort(const Aggregation& aggregation, const Place& place,
                             std::vector<Candidate>& found, std::size_t most) {
    const auto& orders = aggregation.buckets.order;
    // What is only looked at to sort does not count as shown.
    const std::size_t counted = buckets_;
    for (Candidate& candidate : found) {
        candidate.order.assign(orders.size(), 0);
        for (std::size_t at = 0; at < orders.size(); ++at) {
            const std::string& path = orders[at].path;
            if (path == "_count") candidate.order[at] = static_cast<double>(candidate.count);
            if (path == "_count" || path == "_key") continue;
            TRY(candidate.order[at],
                order_value(aggregation, path, place_of(aggregation, place, candidate)));
            buckets_ = counted;
        }
    }
    const auto before = [&](const Candidate& one, const Candidate& other) {
        for (std::size_t at = 0; at < orders.size(); ++at) {
            if (orders[at].path == "_key") {
                if (one.keys == other.keys) continue;
                return key_before(one.keys.front(), other.keys.front()) != orders[at].descending;
            }
            const int order =
                compare_numbers(one.order[at], other.order[at], orders[at].descending);
            if (order != 0) return order < 0;
        }
        return key_before(one.keys.front(), other.keys.front());
    };
    const auto middle = found.begin() + static_cast<std::ptrdiff_t>(std::min(most, found.size()));
    std::partial_sort(found.begin(), middle, found.end(), before);
    return base::outcome::success();
}

Parsed<std::vector<Bucket>> Assembler::buckets(const Aggregation& aggregation, const Place& around,
                                               const std::vector<Candidate>& shown) {
    std::vector<Bucket> made;
    const KeySource& source = aggregation.buckets.keys.front();
    for (const Candidate& candidate : shown) {
        const Value& key = candidate.keys.front();
        Bucket bucket;
        if (aggregation.buckets.keyed) {
            const auto* number = std::get_if<double>(&key);
            bucket.label = number != nullptr ? java_text(*number) : bucket_key_text(key, source);
        }
        TRY(bucket.body, this->bucket(aggregation, place_of(aggregation, around, candidate),
                                      key_members(key, source)));
        made.push_back(std::move(bucket));
    }
    for (const Aggregation& pipeline : aggregation.pipelines) {
        if (!pipeline.is_sibling_pipeline()) TRY(apply_pipeline(pipeline, made));
    }
    return made;
}

Parsed<json::value> Assembler::terms(const Aggregation& aggregation, const Place& place) {
    const BucketOptions& asked = aggregation.buckets;
    const KeySource& source = asked.keys.front();
    const std::size_t context = aggregation.location.contexts.at(place.context).front();
    std::vector<Candidate> found = candidates(aggregation, place, context);
    if (asked.min_doc_count == 0) add_terms_without_rows(aggregation, found);
    std::uint64_t other = 0;
    std::erase_if(found, [&](const Candidate& candidate) {
        if (asked.filter != nullptr &&
            !asked.filter->shows(term_text(candidate.keys.front(), source)))
            return true;
        return candidate.count < asked.min_doc_count;
    });
    for (const Candidate& candidate : found) other += candidate.count;
    TRY(sort(aggregation, place, found, asked.size));
    // Elasticsearch cannot say how wrong it may be where a shard left out terms in such an order.
    const bool by_count = asked.order.front().path == "_count" && asked.order.front().descending;
    const bool unsure =
        !by_count && asked.order.front().path != "_key" && found.size() >= asked.shard_size;
    if (found.size() > asked.size) found.resize(asked.size);
    for (const Candidate& candidate : found) other -= candidate.count;
    TRY(auto shown, buckets(aggregation, place, found));
    return json::object{{"doc_count_error_upper_bound", unsure ? -1 : 0},
                        {"sum_other_doc_count", other},
                        {"buckets", bucket_list(std::move(shown), false)}};
}

Parsed<json::value> Assembler::composite(const Aggregation& aggregation, const Place& place) {
    const BucketOptions& asked = aggregation.buckets;
    const std::size_t context = aggregation.location.contexts.at(place.context).front();
    std::vector<Candidate> found = candidates(aggregation, place, context);
    const auto compare = [&](const std::vector<Value>& one, const std::vector<Value>& other) {
        for (std::size_t at = 0; at < one.size(); ++at) {
            if (one[at] == other[at]) continue;
            return key_before(one[at], other[at]) != asked.keys[at].descending ? -1 : 1;
        }
        return 0;
    };
    if (!asked.after.empty()) {
        std::erase_if(found, [&](const Candidate& candidate) {
            return compare(candidate.keys, asked.after) <= 0;
        });
    }
    const auto middle =
        found.begin() + static_cast<std::ptrdiff_t>(std::min(asked.size, found.size()));
    std::partial_sort(found.begin(), middle, found.end(), [&](const auto& one, const auto& other) {
        return compare(one.keys, other.keys) < 0;
    });
    found.erase(middle, found.end());
    std::vector<Bucket> shown;
    json::object after;
    for (const Candidate& candidate : found) {
        json::object key;
        for (std::size_t at = 0; at < candidate.keys.size(); ++at) {
            const KeySource& source = asked.keys[at];
            const Value& value = candidate.keys[at];
            const bool as_text = source.format && std::holds_alternative<Time>(value);
            key[source.name] = as_text ? json::value(text_value(bucket_key_text(value, source)))
                                       : shown_bucket_key(value, source);
        }
        after = key;
        TRY(json::object made, bucket(aggregation, place_of(aggregation, place, candidate),
                                      {{"key", std::move(key)}}));
        shown.push_back({"", std::move(made)});
    }
    for (const Aggregation& pipeline : aggregation.pipelines) {
        if (!pipeline.is_sibling_pipeline()) TRY(apply_pipeline(pipeline, shown));
    }
    json::object made;
    if (!after.empty()) made["after_key"] = std::move(after);
    made["buckets"] = bucket_list(std::move(shown), false);
    return made;
}

Assembler::Place Assembler::place_of_branch(const Aggregation& aggregation, std::size_t branch,
                                            const Place& around) const {
    Place place;
    place.context = aggregation.location.contexts.at(around.context)[branch];
    place.path = around.path;
    place.where = around.where;
    const auto& rows = groups_.find(place.context, around.path);
    if (!rows.empty() && groups_.count(place.context, rows.front()) > 0) place.row = rows.front();
    return place;
}

Parsed<json::value> Assembler::branches(const Aggregation& aggregation, const Place& place) {
    const BucketOptions& asked = aggregation.buckets;
    if (aggregation.is_single_bucket()) {
        TRY(json::object made,
            bucket(aggregation, place_of_branch(aggregation, 0, place), json::object()));
        return made;
    }
    std::vector<Bucket> shown;
    const bool dates = aggregation.type == AggregationType::date_range;
    const bool ranges = dates || aggregation.type == AggregationType::range;
    for (std::size_t at = 0; at < asked.branches.size(); ++at) {
        const Branch& branch = asked.branches[at];
        json::object head;
        if (ranges && !asked.keyed) head["key"] = text_value(branch.label);
        if (branch.from) head["from"] = *branch.from;
        if (branch.from && dates) head["from_as_string"] = text_value(branch.from_text);
        if (branch.to) head["to"] = *branch.to;
        if (branch.to && dates) head["to_as_string"] = text_value(branch.to_text);
        if (aggregation.type == AggregationType::filters && !asked.keyed && !branch.label.empty() &&
            branch.label != "_other_")
            head["key"] = text_value(branch.label);
        TRY(json::object made,
            bucket(aggregation, place_of_branch(aggregation, at, place), std::move(head)));
        shown.push_back({branch.label, std::move(made)});
    }
    for (const Aggregation& pipeline : aggregation.pipelines) {
        if (!pipeline.is_sibling_pipeline()) TRY(apply_pipeline(pipeline, shown));
    }
    return json::object{{"buckets", bucket_list(std::move(shown), asked.keyed)}};
}

}  // namespace query::dsl

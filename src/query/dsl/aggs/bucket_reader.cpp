#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "query/dsl/aggs/keys.h"
#include "query/dsl/aggs/reader.h"
#include "query/dsl/lucene_regexp.h"
#include "query/dsl/options.h"
#include "query/time_text.h"

namespace query::dsl {

namespace {

constexpr std::int64_t most_buckets_asked = 1'000'000;
// So many conditions each are a query of their own.
constexpr std::size_t most_branches = 200;

// "1h", "-1d", "+6h".
Parsed<base::Nanos> signed_interval(std::string_view text) {
    const bool minus = text.starts_with('-');
    if (minus || text.starts_with('+')) text.remove_prefix(1);
    const auto interval = parse_interval(text);
    if (!interval) {
        return in_object(fmt::format("failed to parse [{}] as a time value: {}",
                                     text.substr(0, 100), interval.error().message));
    }
    return minus ? -interval.value() : interval.value();
}

Parsed<void> read_rounding(OptionReader& options, KeySource& source) {
    TRY(source.zone, options.time_zone());
    TRY(const auto fixed, options.text("fixed_interval"));
    TRY(const auto calendar, options.text("calendar_interval"));
    TRY(const auto offset, options.text("offset"));
    if (fixed && calendar)
        return in_object(
            "Cannot use [fixed_interval] with [calendar_interval] in the same "
            "configuration.");
    if (!fixed && !calendar)
        return illegal(
            "Invalid interval specified, must be non-null and non-empty: "
            "[calendar_interval] or [fixed_interval]");
    if (fixed) {
        TRY(const base::Nanos interval, signed_interval(*fixed));
        if (interval < base::millisecond || fixed->back() == 'w')
            return in_object(
                fmt::format("failed to parse setting [fixedInterval] with value [{}] as "
                            "a time value of at least 1ms",
                            fixed->substr(0, 100)));
        source.rounding = Rounding::every(interval, source.zone);
    } else {
        source.rounding = Rounding::calendar(*calendar, source.zone);
        if (!source.rounding)
            return in_object(
                fmt::format("The supplied interval [{}] could not be parsed as a "
                            "calendar interval.",
                            calendar->substr(0, 100)));
    }
    if (offset) {
        TRY(const base::Nanos shift, signed_interval(*offset));
        source.rounding->shift(shift);
    }
    return base::outcome::success();
}

// The options of one source of keys that name it: field, format, missing and what its kind needs.
Parsed<void> read_source(OptionReader& options, const ReaderContext& context, KeySource& source) {
    using Type = FieldType;
    if (source.kind == AggregationType::date_histogram) {
        TRY(source.field, options.field(context.mapping, {Type::date}));
        TRY(source.format, options.format());
        TRY(read_rounding(options, source));
    } else if (source.kind == AggregationType::histogram) {
        TRY(source.field, options.field(context.mapping, {Type::integer, Type::number}));
        TRY(const auto interval, options.number("interval"));
        if (interval && *interval <= 0) return in_object("[interval] must be >0 for histogram");
        if (!interval)
            return illegal("[interval] must be >0 for histogram aggregation [" + source.name + "]");
        source.step = *interval;
        TRY(const auto offset, options.number("offset"));
        source.origin = offset.value_or(0);
    } else {
        TRY(source.field,
            options.field(context.mapping, {Type::keyword, Type::integer, Type::number,
                                            Type::boolean, Type::date, Type::ip}));
        if (source.field.type == Type::date) {
            TRY(source.format, options.format());
        } else if (options.take("format") != nullptr) {
            return unsupported("[format] of numbers in an aggregation");
        }
    }
    if (const json::value* missing = options.take("missing")) {
        TRY(source.missing, bucket_key_of(*missing, source, context.now));
    }
    return base::outcome::success();
}

Parsed<std::unique_ptr<re2::RE2>> expression_of(const std::string& text) {
    TRY(const std::string expression, re2_of(text));
    re2::RE2::Options settings;
    settings.set_log_errors(false);
    auto made = std::make_unique<re2::RE2>(expression, settings);
    if (!made->ok())
        return illegal(fmt::format("expected a regular expression, found [{}]: {}",
                                   text.substr(0, 100), made->error()));
    return made;
}

Parsed<std::set<std::string>> values_of(const json::array& list) {
    std::set<std::string> values;
    for (const json::value& each : list) {
        TRY(std::string text, scalar(each, "include"));
        values.insert(std::move(text));
    }
    return values;
}

Parsed<void> read_term_filter(OptionReader& options, BucketOptions& buckets) {
    const json::value* include = options.take("include");
    const json::value* exclude = options.take("exclude");
    if (include == nullptr && exclude == nullptr) return base::outcome::success();
    auto filter = std::make_shared<TermFilter>();
    if (include != nullptr) {
        if (include->is_object()) return unsupported("a partition as [include] of terms");
        if (include->is_array()) {
            TRY(filter->include_values, values_of(include->get_array()));
        } else {
            TRY(const std::string text, scalar(*include, "include"));
            TRY(filter->include, expression_of(text));
        }
    }
    if (exclude != nullptr) {
        if (exclude->is_array()) {
            TRY(filter->exclude_values, values_of(exclude->get_array()));
        } else {
            TRY(const std::string text, scalar(*exclude, "exclude"));
            TRY(filter->exclude, expression_of(text));
        }
    }
    buckets.filter = std::move(filter);
    return base::outcome::success();
}

Parsed<void> read_terms(OptionReader& options, Aggregation& into) {
    BucketOptions& buckets = into.buckets;
    TRY(const std::int64_t size, options.integer("size", 10, 1, most_buckets_asked));
    buckets.size = static_cast<std::size_t>(size);
    TRY(const std::int64_t shard_size,
        options.integer("shard_size", size + size / 2 + 10, 1, INT32_MAX));
    buckets.shard_size = static_cast<std::size_t>(std::max(size, shard_size));
    TRY(const std::int64_t least, options.integer("min_doc_count", 1, 0, INT64_MAX));
    buckets.min_doc_count = static_cast<std::uint64_t>(least);
    TRY(buckets.shows_errors, options.boolean("show_term_doc_count_error", false));
    TRY(read_term_filter(options, buckets));
    if (const json::value* order = options.take("order")) {
        TRY(buckets.order, read_order(*order));
    } else {
        buckets.order = {{"_count", true}};
    }
    options.pass_over({"shard_min_doc_count", "collect_mode", "execution_hint", "value_type"});
    return base::outcome::success();
}

Parsed<BucketBounds> read_bounds(OptionReader& options, std::string_view name,
                                 const KeySource& source, base::Nanos now) {
    BucketBounds bounds;
    const json::value* value = options.take(name);
    if (value == nullptr) return bounds;
    TRY(const json::object* object, object_of(*value, name));
    for (const auto& [key, given] : *object) {
        if (key != "min" && key != "max")
            return parsing(fmt::format("[{}] expected [min] and [max]", name));
        if (given.is_null()) continue;
        TRY(const Value bound, bucket_key_of(given, source, now));
        double number = 0;
        if (const auto* time = std::get_if<Time>(&bound))
            number = static_cast<double>(millis_of_nanos(time->nanos));
        if (const auto* plain = std::get_if<double>(&bound)) number = *plain;
        (key == "min" ? bounds.from : bounds.to) = number;
    }
    if (bounds.from && bounds.to && *bounds.from > *bounds.to)
        return illegal(fmt::format("[{}.min][{}] cannot be greater than [{}.max][{}]", name,
                                   *bounds.from, name, *bounds.to));
    return bounds;
}

Parsed<void> read_histogram(OptionReader& options, const ReaderContext& context,
                            Aggregation& into) {
    BucketOptions& buckets = into.buckets;
    TRY(buckets.keyed, options.boolean("keyed", false));
    TRY(const std::int64_t least, options.integer("min_doc_count", 0, 0, INT64_MAX));
    buckets.min_doc_count = static_cast<std::uint64_t>(least);
    const KeySource& source = buckets.keys.front();
    TRY(buckets.extended, read_bounds(options, "extended_bounds", source, context.now));
    TRY(buckets.hard, read_bounds(options, "hard_bounds", source, context.now));
    if (const json::value* order = options.take("order")) {
        TRY(buckets.order, read_order(*order));
    } else {
        buckets.order = {{"_key", false}};
    }
    return base::outcome::success();
}

Parsed<KeySource> read_composite_source(const json::value& value, const ReaderContext& context) {
    TRY(const auto* named, only_member(value, "sources"));
    TRY(const auto* typed, only_member(named->value(), "sources"));
    KeySource source;
    source.name = named->key();
    const std::string_view kind(typed->key());
    if (kind == "histogram") {
        source.kind = AggregationType::histogram;
    } else if (kind == "date_histogram") {
        source.kind = AggregationType::date_histogram;
    } else if (kind != "terms") {
        return parsing(fmt::format("invalid source type: {}", kind.substr(0, 100)));
    }
    TRY(const json::object* body, object_of(typed->value(), kind));
    OptionReader options(*body, kind);
    TRY(read_source(options, context, source));
    if (source.missing.index() != 0) return unsupported("[missing] of a composite's source");
    TRY(source.with_missing, options.boolean("missing_bucket", false));
    TRY(const auto order, options.text("order"));
    if (order && *order != "asc" && *order != "desc")
        return illegal(fmt::format("Unknown [order] [{}]", order->substr(0, 100)));
    source.descending = order == "desc";
    TRY(const auto place, options.text("missing_order"));
    if (place && *place != "default")
        return unsupported("[missing_order] of a composite's source other than [default]");
    TRY(options.done());
    return source;
}

Parsed<void> read_composite(OptionReader& options, const ReaderContext& context,
                            Aggregation& into) {
    BucketOptions& buckets = into.buckets;
    TRY(const std::int64_t size, options.integer("size", 10, 1, 65'536));
    buckets.size = static_cast<std::size_t>(size);
    const json::value* sources = options.take("sources");
    constexpr std::size_t most_sources = 16;
    if (sources == nullptr || !sources->is_array() || sources->get_array().empty() ||
        sources->get_array().size() > most_sources)
        return in_object(
            fmt::format("Composite [sources] must be a list of 1 to {}", most_sources));
    for (const json::value& each : sources->get_array()) {
        TRY(KeySource source, read_composite_source(each, context));
        const auto same = [&](const KeySource& other) { return other.name == source.name; };
        if (std::any_of(buckets.keys.begin(), buckets.keys.end(), same))
            return illegal(fmt::format("Composite source names must be unique, found [{}] twice",
                                       source.name));
        buckets.keys.push_back(std::move(source));
    }
    const json::value* after = options.take("after");
    if (after == nullptr) return base::outcome::success();
    TRY(const json::object* given, object_of(*after, "after"));
    if (given->size() != buckets.keys.size())
        return illegal(fmt::format("[after] has {} value(s) but [sources] has {}", given->size(),
                                   buckets.keys.size()));
    for (const KeySource& source : buckets.keys) {
        const json::value* value = given->if_contains(source.name);
        if (value == nullptr)
            return illegal(fmt::format("Missing value for [after.{}]", source.name));
        TRY(Value key, bucket_key_of(*value, source, context.now));
        buckets.after.push_back(std::move(key));
    }
    return base::outcome::success();
}

struct RangeText {
    std::optional<double> number;
    std::string text;
};

class RangeReader {
  public:
    RangeReader(const ReaderContext& context, Aggregation& into)
        : context_(context), into_(into), dates_(into.type == AggregationType::date_range) {}

    Parsed<void> read(OptionReader& options);

  private:
    Parsed<RangeText> end_of(const json::object& range, std::string_view name) const;
    Parsed<void> one(const json::value& value);

    const ReaderContext& context_;
    Aggregation& into_;
    bool dates_;
    KeySource source_;
};

Parsed<RangeText> RangeReader::end_of(const json::object& range, std::string_view name) const {
    RangeText end;
    const json::value* value = option(&range, name);
    if (value == nullptr) return end;
    if (!dates_) {
        TRY(end.number, number_of(*value, name));
        return end;
    }
    TRY(const Value key, bucket_key_of(*value, source_, context_.now));
    end.number = static_cast<double>(millis_of_nanos(std::get<Time>(key).nanos));
    end.text = bucket_key_text(key, source_);
    return end;
}

Parsed<void> RangeReader::one(const json::value& value) {
    TRY(const json::object* range, object_of(value, "ranges"));
    for (const auto& [key, unused] : *range) {
        if (key != "from" && key != "to" && key != "key" && key != "mask")
            return parsing(fmt::format("[ranges] unknown field [{}]", std::string_view(key)));
    }
    TRY(RangeText from, end_of(*range, "from"));
    TRY(RangeText to, end_of(*range, "to"));
    Branch branch;
    branch.from = from.number;
    branch.to = to.number;
    if (const json::value* name = option(range, "key")) {
        TRY(branch.label, scalar(*name, "key"));
    } else {
        const auto shown = [&](const RangeText& end) {
            if (!end.number) return std::string("*");
            return dates_ ? end.text : java_text(*end.number);
        };
        branch.label = shown(from) + "-" + shown(to);
    }
    branch.condition = rows_between(source_.field.name, branch.from, branch.to, dates_);
    branch.from_text = std::move(from.text);
    branch.to_text = std::move(to.text);
    into_.buckets.branches.push_back(std::move(branch));
    return base::outcome::success();
}

Parsed<void> RangeReader::read(OptionReader& options) {
    if (dates_) {
        TRY(source_.field, options.field(context_.mapping, {FieldType::date}));
        TRY(source_.format, options.format());
        TRY(source_.zone, options.time_zone());
        source_.kind = AggregationType::date_histogram;
    } else {
        TRY(source_.field,
            options.field(context_.mapping, {FieldType::integer, FieldType::number}));
        if (options.take("format") != nullptr)
            return unsupported("[format] of numbers in an aggregation");
    }
    if (options.take("missing") != nullptr) return unsupported("[missing] of a range");
    TRY(into_.buckets.keyed, options.boolean("keyed", false));
    const json::value* ranges = options.take("ranges");
    if (ranges == nullptr || !ranges->is_array() || ranges->get_array().empty())
        return illegal("No [ranges] specified for the [" + into_.name + "] aggregation");
    if (ranges->get_array().size() > most_branches)
        return illegal(fmt::format("expected at most {} ranges", most_branches));
    for (const json::value& each : ranges->get_array()) TRY(one(each));
    auto& branches = into_.buckets.branches;
    std::stable_sort(branches.begin(), branches.end(), [](const Branch& a, const Branch& b) {
        if (a.from != b.from) return a.from < b.from;
        if (!a.to || !b.to) return a.to.has_value() && !b.to.has_value();
        return *a.to < *b.to;
    });
    return base::outcome::success();
}

Parsed<void> read_filters(OptionReader& options, const ReaderContext& context, Aggregation& into) {
    BucketOptions& buckets = into.buckets;
    const json::value* filters = options.take("filters");
    TRY(buckets.keyed, options.boolean("keyed", true));
    TRY(const auto other_key, options.text("other_bucket_key"));
    TRY(const bool other, options.boolean("other_bucket", other_key.has_value()));
    if (filters == nullptr) return illegal("[filters] cannot be empty");
    if (const json::object* named = filters->if_object()) {
        for (const auto& [key, query] : *named) {
            Branch branch;
            branch.label = key;
            TRY(branch.condition, context.queries.read(query));
            buckets.branches.push_back(std::move(branch));
        }
        std::sort(buckets.branches.begin(), buckets.branches.end(),
                  [](const Branch& a, const Branch& b) { return a.label < b.label; });
    } else if (const json::array* list = filters->if_array()) {
        buckets.keyed = false;
        for (const json::value& query : *list) {
            Branch branch;
            TRY(branch.condition, context.queries.read(query));
            buckets.branches.push_back(std::move(branch));
        }
    }
    if (buckets.branches.empty()) return illegal("[filters] cannot be empty");
    if (buckets.branches.size() > most_branches)
        return illegal(fmt::format("expected at most {} filters", most_branches));
    if (!other) return base::outcome::success();
    std::vector<storage::Predicate> all;
    for (const Branch& branch : buckets.branches) all.push_back(branch.condition);
    Branch rest;
    rest.label = other_key.value_or("_other_");
    rest.condition = storage::Predicate::none_of(storage::Predicate::any_of(std::move(all)));
    buckets.branches.push_back(std::move(rest));
    return base::outcome::success();
}

}  // namespace

bool TermFilter::shows(const std::string& term) const {
    if (include_values && !include_values->contains(term)) return false;
    if (include != nullptr && !re2::RE2::FullMatch(term, *include)) return false;
    if (exclude_values.contains(term)) return false;
    return exclude == nullptr || !re2::RE2::FullMatch(term, *exclude);
}

Parsed<void> read_key_buckets(OptionReader& options, const ReaderContext& context,
                              Aggregation& into) {
    if (into.type == AggregationType::composite) return read_composite(options, context, into);
    KeySource source;
    source.kind = into.type;
    TRY(read_source(options, context, source));
    into.buckets.keys.push_back(std::move(source));
    if (into.type == AggregationType::terms) return read_terms(options, into);
    return read_histogram(options, context, into);
}

Parsed<void> read_branches(const json::value& body, OptionReader& options,
                           const ReaderContext& context, Aggregation& into) {
    if (into.type == AggregationType::filters) return read_filters(options, context, into);
    if (into.type == AggregationType::range || into.type == AggregationType::date_range)
        return RangeReader(context, into).read(options);
    Branch branch;
    if (into.type == AggregationType::missing) {
        TRY(const auto name, options.text("field"));
        if (!name) return illegal("Required one of fields [field], but none were specified. ");
        branch.condition = storage::Predicate::none_of(context.queries.fields().exists(*name));
    } else if (into.type == AggregationType::nested) {
        // There are no nested mappings: what Elasticsearch answers without one.
        options.pass_over({"path"});
        branch.condition = storage::Predicate::nothing_fits();
    } else if (!body.get_object().empty()) {
        return parsing("[global] has no options");
    }
    into.buckets.branches.push_back(std::move(branch));
    return base::outcome::success();
}

}  // namespace query::dsl

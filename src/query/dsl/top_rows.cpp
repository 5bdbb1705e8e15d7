#include "query/dsl/top_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/parse_number.h"
#include "event/schema.h"
#include "query/first_rows.h"
#include "query/literal_text.h"

namespace query::dsl {

namespace {

bool is_doc(const SortKey& key) { return key.field.name == "_doc"; }

std::int64_t millis_of(base::Nanos nanos) {
    return nanos >= 0 ? nanos / base::millisecond
                      : -((-nanos + base::millisecond - 1) / base::millisecond);
}

constexpr std::size_t text_limit = 32'766;
constexpr std::size_t twin_limit = 1'024;  // of 256 characters

// One value in the type that the field's values are compared in.
Value comparable(const Value& value, FieldType type, bool is_twin) {
    if (type == FieldType::date) {
        const auto* time = std::get_if<Time>(&value);
        return time == nullptr ? Value() : Value(millis_of(time->nanos));
    }
    if (type == FieldType::number) {
        if (const auto* integer = std::get_if<std::int64_t>(&value))
            return static_cast<double>(*integer);
        return std::holds_alternative<double>(value) ? value : Value();
    }
    // Longer ones Elasticsearch does not have in an index either (ignore_above of a text's twin).
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && text->size() > (is_twin ? twin_limit : text_limit)) return {};
    const bool fits = (type == FieldType::integer && std::holds_alternative<std::int64_t>(value)) ||
                      (type == FieldType::boolean && std::holds_alternative<bool>(value)) ||
                      (type == FieldType::ip && std::holds_alternative<event::Ip>(value)) ||
                      (type == FieldType::keyword && std::holds_alternative<std::string>(value));
    return fits ? value : Value();
}

// Of several values the least counts, or the greatest when descending.
Value key_in(const event::Batch& batch, std::uint32_t row, const SortKey& key) {
    if (is_doc(key)) return static_cast<std::int64_t>(batch.sequence[row]);
    if (key.field.type == FieldType::none) return {};
    if (key.field.name == event::field::timestamp) return millis_of(batch.time[row]);
    if (key.field.name == event::field::id) return row_id(batch, row);
    const bool is_twin = key.field.asked.ends_with(".keyword");
    Value best;
    for (const std::size_t position : batch.named(key.field.name)) {
        const event::Column& column = batch.columns()[position];
        const auto [first, last] = column.values_of(row);
        for (std::size_t at = first; at < last; ++at) {
            Value one = comparable(value_at(column, at), key.field.type, is_twin);
            if (one.index() == 0) continue;
            const bool better = best.index() == 0 || (key.descending ? best < one : one < best);
            if (better) best = std::move(one);
        }
    }
    return best;
}

class Ordering {
  public:
    explicit Ordering(const std::vector<SortKey>& sort) : sort_(sort) {}

    // < 0: `one` comes first, by the first `count` keys.
    int compare(const std::vector<Value>& one, const std::vector<Value>& other,
                std::size_t count) const {
        for (std::size_t at = 0; at < count; ++at) {
            const bool none = one[at].index() == 0;
            const bool other_none = other[at].index() == 0;
            if (none || other_none) {
                if (none == other_none) continue;
                return none == sort_[at].missing_first ? -1 : 1;
            }
            if (one[at] == other[at]) continue;
            return (one[at] < other[at]) != sort_[at].descending ? -1 : 1;
        }
        return 0;
    }
    bool operator()(const TopRow& one, const TopRow& other) const {
        const int order = compare(one.keys, other.keys, sort_.size());
        return order != 0 ? order < 0 : one.sequence < other.sequence;
    }

  private:
    const std::vector<SortKey>& sort_;
};

class Collector {
  public:
    Collector(const SearchBody& body, std::size_t size, std::vector<Value> after, bool by_time)
        : body_(body),
          after_(std::move(after)),
          by_time_(by_time),
          order_(body.sort),
          rows_(size, order_) {}

    // False: no later batch has a row that counts.
    bool add(const event::Batch& batch) {
        const event::Column* indices = batch.find(event::field::index, event::Type::string);
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            TopRow found;
            found.keys.reserve(body_.sort.size());
            for (const SortKey& key : body_.sort) found.keys.push_back(key_in(batch, row, key));
            if (!after_.empty() && order_.compare(found.keys, after_, after_.size()) <= 0) continue;
            found.time = batch.time[row];
            found.sequence = batch.sequence[row];
            if (!rows_.takes(found)) {
                if (by_time_ && order_.compare(found.keys, rows_.last().keys, 1) > 0) return false;
                continue;
            }
            if (indices != nullptr) {
                const auto [first, last] = indices->values_of(row);
                if (first < last) found.index = indices->text(first);
            }
            found.id = row_id(batch, row);
            rows_.add(std::move(found));
        }
        return true;
    }

    std::vector<TopRow> take() { return rows_.take(); }

  private:
    const SearchBody& body_;
    std::vector<Value> after_;
    bool by_time_;
    Ordering order_;
    FirstRows<TopRow, Ordering> rows_;
};

// Rows before the page that search_after asks for need not be looked at.
void begin_after(const SortKey& key, const Value& value, storage::TimeRange& range) {
    const auto* millis = std::get_if<std::int64_t>(&value);
    if (millis == nullptr) return;
    base::Nanos begin = 0;
    base::Nanos end = 0;
    if (__builtin_mul_overflow(*millis, base::millisecond, &begin) ||
        __builtin_add_overflow(begin, base::millisecond, &end))
        return;
    if (key.descending) {
        range.to = std::min(range.to, end);
    } else {
        range.from = std::max(range.from, begin);
    }
}

}  // namespace

namespace {

bool is_whole(FieldType type) {
    return type == FieldType::integer || type == FieldType::date || type == FieldType::boolean;
}

// What stands for no value: it comes where that would.
json::value shown_missing(const SortKey& key) {
    const bool most = key.missing_first == key.descending;
    if (is_whole(key.missing_type)) {
        return most ? std::numeric_limits<std::int64_t>::max()
                    : std::numeric_limits<std::int64_t>::min();
    }
    if (key.missing_type == FieldType::number) return most ? "Infinity" : "-Infinity";
    return nullptr;
}

}  // namespace

json::value shown_key(const Value& value, const SortKey& key) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        if (key.field.type == FieldType::date && key.format) {
            return json::string(key.format->format(*integer * base::millisecond, TimeZone()));
        }
        return *integer;
    }
    if (const auto* number = std::get_if<double>(&value)) return json_number(*number);
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? 1 : 0;
    if (value.index() == 0) return shown_missing(key);
    return json::string(text_of(value));
}

Parsed<Value> key_of(const json::value& shown, const SortKey& key) {
    if (shown.is_null() || shown == shown_missing(key)) return Value();
    TRY(const std::string text, scalar(shown, "search_after"));
    const auto failed = [&] {
        return Failure{400, "illegal_argument_exception",
                       fmt::format("Failed to parse search_after value for field [{}]: [{}]",
                                   key.field.asked, text.substr(0, 100)),
                       true};
    };
    if (is_doc(key) || key.field.type == FieldType::integer || key.field.type == FieldType::date) {
        const auto integer = base::parse_number<std::int64_t>(text);
        if (integer) return Value(*integer);
        if (is_doc(key) || key.field.type == FieldType::integer) return failed();
        const DateFormat format = key.format.value_or(DateFormat());
        TRY(const TimeSpan span, format.parse(text, TimeZone(), 0));
        return Value(millis_of(span.begin));
    }
    if (key.field.type == FieldType::number) {
        const auto number = base::parse_number<double>(text);
        if (!number) return failed();
        return Value(*number);
    }
    if (key.field.type == FieldType::boolean) return Value(text == "1" || text == "true");
    if (key.field.type == FieldType::ip) {
        const auto ip = event::Ip::parse(text);
        if (!ip) return failed();
        return Value(*ip);
    }
    return Value(text);
}

Parsed<std::vector<TopRow>> top_rows(const Searcher& searcher, const Selection& selection,
                                     const SearchBody& body, std::size_t size) {
    if (size == 0) return std::vector<TopRow>();
    std::vector<Value> after;
    if (body.search_after) {
        for (std::size_t at = 0; at < body.search_after->size(); ++at) {
            TRY(Value value, key_of((*body.search_after)[at], body.sort[at]));
            after.push_back(std::move(value));
        }
    }
    storage::ScanRequest scan;
    scan.indices = selection.indices;
    scan.range = selection.range;
    scan.predicate = selection.predicate;
    scan.columns = {std::string(event::field::id)};
    for (const SortKey& key : body.sort) {
        if (key.field.type != FieldType::none) scan.columns.push_back(key.field.name);
    }
    const bool by_time = !body.sort.empty() && body.sort[0].field.name == event::field::timestamp;
    scan.order = !by_time                  ? storage::Order::any
                 : body.sort[0].descending ? storage::Order::newest_first
                                           : storage::Order::oldest_first;
    if (by_time && !after.empty()) begin_after(body.sort[0], after[0], scan.range);
    Collector collector(body, size, std::move(after), by_time);
    TRY(searcher.rows(std::move(scan), [&](event::Batch batch) { return collector.add(batch); }));
    return collector.take();
}

}  // namespace query::dsl

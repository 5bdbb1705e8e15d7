#include "query/dsl/hits.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "event/json_text.h"
#include "event/schema.h"
#include "event/shape.h"
#include "query/dsl/top_rows.h"

namespace query::dsl {

namespace {

json::value shown_value(const Value& value, const MappedField& field,
                        const std::optional<DateFormat>& format) {
    if (const auto* time = std::get_if<Time>(&value)) {
        static const DateFormat usual;
        const std::string text = (format ? *format : usual).format(time->nanos, TimeZone());
        return json::string(text);
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        if (field.type == FieldType::number) return static_cast<double>(*integer);
        return *integer;
    }
    if (const auto* number = std::get_if<double>(&value)) return json_number(*number);
    if (const auto* truth = std::get_if<bool>(&value)) return *truth;
    return json::string(text_of(value));
}

// Writes rows of one batch as hits.
class HitWriter {
  public:
    HitWriter(const event::Batch& batch, const HitsRequest& request)
        : batch_(batch), request_(request), source_(batch) {}

    void write(std::uint32_t row, std::string_view index, const std::vector<json::value>& sort,
               std::string& out) {
        const SearchBody& body = request_.body;
        out += R"({"_index":)";
        event::append_json_string(index, out);
        out += R"(,"_id":)";
        event::append_json_string(row_id(batch_, row), out);
        if (body.version) out += R"(,"_version":1)";
        if (body.sequence)
            out += fmt::format(R"(,"_seq_no":{},"_primary_term":1)", batch_.sequence[row]);
        out += body.sort.empty() ? R"(,"_score":1.0)" : R"(,"_score":null)";
        if (!body.source.shows_none()) {
            out += R"(,"_source":)";
            write_source(row, out);
        }
        write_fields(row, out);
        const auto hidden = static_cast<std::ptrdiff_t>(body.last_key_is_hidden ? 1 : 0);
        if (!sort.empty()) {
            out += R"(,"sort":)";
            write_json(json::array(sort.begin(), sort.end() - hidden), out);
        }
        out += "}";
    }

  private:
    void write_source(std::uint32_t row, std::string& out) {
        if (request_.body.source.shows_all()) return source_.append(row, out);
        std::string text;
        source_.append(row, text);
        out += request_.body.source.apply(text);
    }

    void write_fields(std::uint32_t row, std::string& out) {
        json::object shown;
        for (const ShownField& asked : request_.body.fields) {
            std::vector<MappedField> fields;
            if (asked.pattern.find('*') == std::string::npos) {
                fields.push_back(request_.mapping.find(asked.pattern));
            } else {
                fields = request_.mapping.matching(asked.pattern, true);
            }
            for (const MappedField& field : fields) {
                json::array values = values_of(row, field, asked.format);
                if (!values.empty()) shown[field.asked] = std::move(values);
            }
        }
        if (shown.empty()) return;
        out += R"(,"fields":)";
        write_json(shown, out);
    }

    json::array values_of(std::uint32_t row, const MappedField& field,
                          const std::optional<DateFormat>& format) const {
        json::array values;
        if (field.type == FieldType::none) return values;
        if (field.name == event::field::timestamp) {
            values.push_back(shown_value(Time{batch_.time[row]}, field, format));
            return values;
        }
        if (field.name == event::field::id) {
            values.push_back(json::string(row_id(batch_, row)));
            return values;
        }
        for (const std::size_t position : batch_.named(field.name)) {
            const event::Column& column = batch_.columns()[position];
            const auto [first, last] = column.values_of(row);
            for (std::size_t at = first; at < last; ++at)
                values.push_back(shown_value(value_at(column, at), field, format));
        }
        return values;
    }

    const event::Batch& batch_;
    const HitsRequest& request_;
    event::SourceWriter source_;
};

Failure too_long(std::size_t limit) {
    return illegal(
        fmt::format("the hits take more than {} MiB; ask for fewer (size), or for less "
                    "of them (_source)",
                    limit >> 20));
}

Parsed<void> in_store_order(const Searcher& searcher, const HitsRequest& request, Hits& hits) {
    storage::ScanRequest scan;
    scan.indices = request.selection.indices;
    scan.range = request.selection.range;
    scan.predicate = request.selection.predicate;
    scan.order = storage::Order::newest_first;
    scan.limit = request.body.from + request.body.size;
    scan.after = request.after;
    std::size_t passed = 0;
    bool fits = true;
    if (scan.limit == 0) return base::outcome::success();
    TRY(searcher.rows(std::move(scan), [&](event::Batch batch) {
        HitWriter writer(batch, request);
        const event::Column* indices = batch.find(event::field::index, event::Type::string);
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            if (passed++ < request.body.from) continue;
            if (hits.shown++ > 0) hits.text += ",";
            const auto [first, last] = indices->values_of(row);
            writer.write(row, first < last ? indices->text(first) : "", {}, hits.text);
            hits.position = storage::Position{batch.time[row], batch.sequence[row]};
            fits = hits.text.size() <= request.byte_limit;
            if (!fits) return false;
        }
        return true;
    }));
    if (!fits) return too_long(request.byte_limit);
    return base::outcome::success();
}

struct Place {
    std::size_t batch;
    std::uint32_t row;
};

// The rows of a page in full, a batch per index.
Parsed<std::vector<event::Batch>> full_rows(const Searcher& searcher,
                                            const std::vector<TopRow>& rows,
                                            std::unordered_map<std::uint64_t, Place>& places) {
    std::map<std::string, std::vector<std::string>> ids;
    for (const TopRow& row : rows) ids[row.index].push_back(row.id);
    std::vector<event::Batch> batches;
    for (const auto& [index, own] : ids) {
        TRY(event::Batch batch, searcher.lookup(index, own));
        for (std::uint32_t row = 0; row < batch.rows(); ++row)
            places[batch.sequence[row]] = {batches.size(), row};
        batches.push_back(std::move(batch));
    }
    return batches;
}

Parsed<void> write_rows(const Searcher& searcher, const std::vector<TopRow>& rows,
                        const HitsRequest& request, Hits& hits) {
    const SearchBody& body = request.body;
    std::unordered_map<std::uint64_t, Place> places;
    TRY(const auto batches, full_rows(searcher, rows, places));
    std::vector<std::unique_ptr<HitWriter>> writers;
    for (const event::Batch& batch : batches)
        writers.push_back(std::make_unique<HitWriter>(batch, request));
    for (const TopRow& row : rows) {
        const auto place = places.find(row.sequence);
        if (place == places.end()) continue;
        if (hits.shown++ > 0) hits.text += ",";
        hits.last.clear();
        for (std::size_t at = 0; at < body.sort.size(); ++at)
            hits.last.push_back(shown_key(row.keys[at], body.sort[at]));
        writers[place->second.batch]->write(place->second.row, row.index, hits.last, hits.text);
        if (hits.text.size() > request.byte_limit) return too_long(request.byte_limit);
    }
    return base::outcome::success();
}

Parsed<void> in_sort_order(const Searcher& searcher, const HitsRequest& request, Hits& hits) {
    const SearchBody& body = request.body;
    TRY(std::vector<TopRow> rows,
        top_rows(searcher, request.selection, body, body.from + body.size));
    rows.erase(rows.begin(),
               rows.begin() + static_cast<std::ptrdiff_t>(std::min(body.from, rows.size())));
    // Rows may be megabytes each: a few at a time.
    constexpr std::size_t at_once = 50;
    for (std::size_t begin = 0; begin < rows.size(); begin += at_once) {
        const auto first = rows.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last =
            rows.begin() + static_cast<std::ptrdiff_t>(std::min(begin + at_once, rows.size()));
        TRY(write_rows(searcher, {first, last}, request, hits));
    }
    return base::outcome::success();
}

}  // namespace

Parsed<Hits> find_hits(const Searcher& searcher, const HitsRequest& request) {
    Hits hits;
    hits.text = "[";
    if (request.body.track_total) {
        TRY(const std::uint64_t total, searcher.count(request.selection));
        hits.total = std::min(total, *request.body.track_total);
        hits.total_is_exact = hits.total == total;
    }
    if (request.body.size > 0) {
        if (request.body.sort.empty()) {
            TRY(in_store_order(searcher, request, hits));
        } else {
            TRY(in_sort_order(searcher, request, hits));
        }
    }
    hits.text += "]";
    return hits;
}

std::string hits_object(const Hits& hits, const SearchBody& body) {
    std::string out = "{";
    if (body.track_total) {
        out += fmt::format(R"("total":{{"value":{},"relation":"{}"}},)", hits.total,
                           hits.total_is_exact ? "eq" : "gte");
    }
    const bool scored = body.sort.empty() && hits.shown > 0;
    out += fmt::format(R"("max_score":{},"hits":)", scored ? "1.0" : "null");
    out += hits.text;
    out += "}";
    return out;
}

}  // namespace query::dsl

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "event/schema.h"
#include "query/field_kind.h"
#include "query/page_cursor.h"
#include "query/search.h"
#include "storage/evaluate.h"

namespace query {

namespace {

constexpr std::size_t row_limit = 10'000;

using storage::Predicate;

FieldClass class_of(const storage::FieldInfo& info, const event::Catalog& catalog) {
    const FieldReference field = resolve_field(info.name, catalog);
    event::Type type = field.type;
    if (field.kind == FieldKind::keyword || field.kind == FieldKind::level)
        return FieldClass::keyword;
    // Without a catalog the types that are there decide: strings take everything.
    if (field.kind == FieldKind::text && !info.types.empty()) {
        type = *std::max_element(info.types.begin(), info.types.end());
    }
    switch (type) {
        case event::Type::boolean:
            return FieldClass::boolean;
        case event::Type::integer:
        case event::Type::number:
            return FieldClass::number;
        case event::Type::timestamp:
            return FieldClass::date;
        case event::Type::ip:
            return FieldClass::ip;
        default:
            return FieldClass::text;
    }
}

}  // namespace

std::string_view name_of(FieldClass kind) {
    constexpr std::string_view names[] = {"keyword", "text", "number", "boolean", "date", "ip"};
    return names[static_cast<std::size_t>(kind)];
}

std::string row_id(const event::Batch& batch, std::uint32_t row) {
    if (const event::Column* ids = batch.find(event::field::id, event::Type::string)) {
        const auto [first, last] = ids->values_of(row);
        if (first < last) return std::string(ids->text(first));
    }
    return event::id_of(batch.sequence[row]);
}

Searcher::Searcher(std::shared_ptr<const storage::Snapshot> snapshot, const event::Catalog& catalog,
                   Scope scope, std::stop_token stop)
    : snapshot_(std::move(snapshot)),
      catalog_(catalog),
      scope_(std::move(scope)),
      stop_(std::move(stop)) {}

base::Result<Predicate> Searcher::limited(Predicate asked,
                                          const event::IndexPattern& indices) const {
    std::vector<std::string> names;
    if (!scope_.all_fields()) {
        TRY(const auto infos, snapshot_->fields(indices));
        for (const storage::FieldInfo& info : infos) names.push_back(info.name);
        names.emplace_back(event::field::timestamp);
    }
    return scope_.limit(std::move(asked), names);
}

std::string Searcher::visible_field(std::string_view name) const {
    FieldReference field = resolve_field(name, catalog_);
    if (field.kind == FieldKind::secret || scope_.hides(field.name)) return "_hidden";
    return std::move(field.name);
}

base::Status Searcher::rows(storage::ScanRequest request,
                            const storage::Snapshot::ScanSink& sink) const {
    TRY(request.predicate, limited(std::move(request.predicate), request.indices));
    if (request.predicate.kind == Predicate::Kind::nothing) return base::ok();
    if (scope_.all_fields()) return snapshot_->scan(request, sink, stop_);
    return snapshot_->scan(
        request,
        [&](event::Batch batch) {
            hide_fields(scope_, batch);
            return sink(std::move(batch));
        },
        stop_);
}

base::Result<SearchAnswer> Searcher::search(const SearchRequest& request) const {
    if (request.limit > row_limit) {
        return base::invalid(
            fmt::format("limit: expected at most {}, found {}; use the cursor for more", row_limit,
                        request.limit));
    }
    if (request.order == storage::Order::any)
        return base::invalid("order: expected newest or oldest first");
    if (!request.sort_by.empty()) return sorted_search(request);
    storage::ScanRequest scan;
    scan.indices = request.selection.indices;
    scan.range = request.selection.range;
    scan.predicate = request.selection.predicate;
    scan.columns = request.columns;
    scan.order = request.order;
    scan.limit = request.limit + 1;  // one more tells whether there is another page
    if (!request.cursor.empty()) {
        TRY(const Cursor cursor, page_cursor_of(request));
        scan.after = cursor.after;
    }
    SearchAnswer answer;
    TRY(rows(std::move(scan), [&answer, &request](event::Batch batch) {
        if (answer.rows.rows() == 0) {
            answer.rows = std::move(batch);
        } else {
            answer.rows.append(batch);
        }
        return answer.rows.rows() <= request.limit;
    }));
    if (answer.rows.rows() > request.limit) {
        answer.rows.truncate(static_cast<std::uint32_t>(request.limit));
        if (request.limit > 0) {
            answer.next_cursor =
                page_cursor_behind({answer.rows.time.back(), answer.rows.sequence.back()}, request);
        }
    }
    return answer;
}

base::Result<event::Batch> Searcher::lookup(const std::string& index,
                                            const std::vector<std::string>& ids) const {
    TRY(event::Batch batch, snapshot_->lookup(index, ids));
    if (!scope_.all_rows()) {
        TRY(const auto evaluator, storage::Evaluator::create(scope_.rows()));
        storage::BatchBlock block(batch, index);
        TRY(const storage::RowSet visible, evaluator->select(block));
        std::vector<std::uint32_t> kept;
        visible.for_each([&](std::uint32_t row) { kept.push_back(row); });
        batch = batch.gather(kept);
    }
    hide_fields(scope_, batch);
    return batch;
}

base::Result<std::vector<event::Batch>> Searcher::grouped(
    const Selection& selection, const std::vector<storage::AggregateSpec>& specs) const {
    storage::AggregateRequest request;
    request.indices = selection.indices;
    request.range = selection.range;
    TRY(request.predicate, limited(selection.predicate, selection.indices));
    if (request.predicate.kind != Predicate::Kind::nothing)
        return snapshot_->aggregate_all(request, specs, stop_);
    std::vector<event::Batch> answers;
    for (const storage::AggregateSpec& spec : specs) {
        TRY(event::Batch empty, storage::Aggregator(spec).finish());
        answers.push_back(std::move(empty));
    }
    return answers;
}

base::Result<std::vector<event::Batch>> Searcher::groups(
    const Selection& selection, std::vector<storage::AggregateSpec> specs) const {
    for (storage::AggregateSpec& spec : specs) {
        for (storage::GroupKey& key : spec.keys) key.field = visible_field(key.field);
        for (storage::Metric& metric : spec.metrics) {
            if (!metric.field.empty()) metric.field = visible_field(metric.field);
        }
    }
    return grouped(selection, specs);
}

base::Result<event::Batch> Searcher::grouped(const Selection& selection,
                                             storage::AggregateSpec spec) const {
    TRY(auto answers, grouped(selection, std::vector<storage::AggregateSpec>{std::move(spec)}));
    return std::move(answers.front());
}

base::Result<std::uint64_t> Searcher::count(const Selection& selection) const {
    storage::AggregateSpec spec;
    spec.metrics.emplace_back();
    TRY(const event::Batch batch, grouped(selection, std::move(spec)));
    const Value value = value_of(batch, "metric0", 0);
    const auto* total = std::get_if<std::int64_t>(&value);
    return total == nullptr ? 0 : static_cast<std::uint64_t>(*total);
}

base::Result<std::vector<Field>> Searcher::fields(const event::IndexPattern& indices) const {
    TRY(auto infos, snapshot_->fields(indices));
    std::erase_if(infos, [](const auto& info) { return info.name == event::field::timestamp; });
    infos.push_back({std::string(event::field::timestamp), {event::Type::timestamp}});
    std::vector<Field> fields;
    for (storage::FieldInfo& info : infos) {
        if (info.name.starts_with('_') || scope_.hides(info.name)) continue;
        const FieldClass kind = class_of(info, catalog_);
        fields.push_back({info.name, std::move(info.types), kind});
    }
    const auto by_name = [](const Field& one, const Field& other) { return one.name < other.name; };
    std::sort(fields.begin(), fields.end(), by_name);
    return fields;
}

base::Result<std::vector<storage::IndexInfo>> Searcher::indices(
    const event::IndexPattern& indices) const {
    std::vector<storage::IndexInfo> visible;
    if (scope_.all_rows()) {
        for (storage::IndexInfo& info : snapshot_->indices()) {
            if (indices.matches(info.name)) visible.push_back(std::move(info));
        }
        return visible;
    }
    using Operation = storage::Metric::Operation;
    storage::AggregateSpec spec;
    spec.keys.push_back({std::string(event::field::index), 0, 0, false});
    spec.metrics = {{Operation::count, "", {}},
                    {Operation::min, "timestamp", {}},
                    {Operation::max, "timestamp", {}}};
    Selection everything;
    everything.indices = indices;
    TRY(const event::Batch batch, grouped(everything, std::move(spec)));
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        storage::IndexInfo info;
        info.name = text_of(value_of(batch, "key0", row));
        info.rows =
            static_cast<std::uint64_t>(std::get<std::int64_t>(value_of(batch, "metric0", row)));
        info.first = std::get<Time>(value_of(batch, "metric1", row)).nanos;
        info.last = std::get<Time>(value_of(batch, "metric2", row)).nanos;
        visible.push_back(std::move(info));
    }
    std::sort(visible.begin(), visible.end(),
              [](const auto& one, const auto& other) { return one.name < other.name; });
    return visible;
}

}  // namespace query

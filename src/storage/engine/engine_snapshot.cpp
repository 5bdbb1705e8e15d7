#include "storage/engine/engine_snapshot.h"

#include <algorithm>
#include <map>
#include <set>

#include "event/schema.h"
#include "storage/aggregate.h"
#include "storage/engine/scan.h"
#include "storage/evaluate.h"

namespace storage::engine {

base::Status EngineSnapshot::scan(const ScanRequest& request, const ScanSink& sink,
                                  std::stop_token stop) const {
    if (request.limit == 0) return base::ok();
    ScanRequest rest = request;
    while (true) {
        TRY(const auto evaluator, Evaluator::create(rest.predicate));
        TRY(Units units, Units::find(memory_, *parts_, rest.indices, rest.range, rest.predicate));
        Scan scan(rest, std::move(units.all), sink, *evaluator, stop);
        const auto ran = scan.run();
        if (ran || !is_damage(ran.error())) return ran;
        // The damaged part is left out now: go on without it behind what was given already.
        if (scan.last_given()) rest.after = scan.last_given();
        rest.limit -= scan.given();
        if (rest.limit == 0) return base::ok();
    }
}

namespace {

bool is_plain_count(const AggregateSpec& spec) {
    for (const Metric& metric : spec.metrics) {
        if (metric.operation != Metric::Operation::count || !metric.field.empty()) return false;
    }
    return spec.keys.empty() ||
           (spec.keys.size() == 1 && spec.keys[0].field == event::field::timestamp &&
            spec.keys[0].interval > 0);
}

base::Nanos bucket_of(base::Nanos time, const GroupKey& key) {
    const base::Nanos shifted = time - key.offset;
    const base::Nanos rest = shifted % key.interval;
    return shifted - (rest < 0 ? rest + key.interval : rest);
}

// A whole unit of known rows in one bucket needs not be read.
bool counts_whole(const Unit& unit, const AggregateRequest& request) {
    if (unit.has_deletions() || unit.first < request.range.from || unit.last >= request.range.to) {
        return false;
    }
    return request.spec.keys.empty() || bucket_of(unit.first, request.spec.keys[0]) ==
                                            bucket_of(unit.last, request.spec.keys[0]);
}

std::uint64_t rows_of(const Unit& unit) {
    return unit.batch != nullptr ? unit.batch->rows()
                                 : unit.view->part->meta().blocks[unit.block].rows;
}

base::Status add_unit(const Unit& unit, const AggregateRequest& request, Evaluator& evaluator,
                      Aggregator& aggregator) {
    const auto block = unit.open();
    TRY(const RowSet rows, fitting_rows(unit, *block, request.range, evaluator));
    if (rows.none()) return base::ok();
    return aggregator.add(*block, rows);
}

}  // namespace

base::Result<event::Batch> EngineSnapshot::aggregate_once(const AggregateRequest& request,
                                                          const std::stop_token& stop) const {
    TRY(const auto evaluator, Evaluator::create(request.predicate));
    TRY(const Units units,
        Units::find(memory_, *parts_, request.indices, request.range, request.predicate));
    Aggregator aggregator(request.spec);
    const bool only_counts =
        request.predicate.kind == Predicate::Kind::everything && is_plain_count(request.spec);
    for (const Unit& unit : units.all) {
        if (stop.stop_requested())
            return base::Error(base::Code::cancelled, "the query was cancelled");
        if (only_counts && counts_whole(unit, request)) {
            aggregator.add_count(unit.first, rows_of(unit));
            continue;
        }
        if (const auto added = add_unit(unit, request, *evaluator, aggregator); !added) {
            if (unit.view != nullptr && is_damage(added.error())) {
                unit.view->part->quarantine(added.error());
            }
            return added.error();
        }
    }
    return aggregator.finish();
}

base::Result<event::Batch> EngineSnapshot::aggregate(const AggregateRequest& request,
                                                     std::stop_token stop) const {
    while (true) {
        auto answer = aggregate_once(request, stop);
        // The damaged part is out now; what was counted of it must not stay.
        if (!answer && is_damage(answer.error())) continue;
        return answer;
    }
}

base::Result<event::Batch> EngineSnapshot::lookup(const std::string& index,
                                                  const std::vector<std::string>& ids) const {
    ScanRequest request;
    request.predicate = Predicate::one_of(event::field::id, ids);
    request.indices = event::IndexPattern(index);
    request.order = Order::any;
    event::Batch found;
    TRY(scan(request,
             [&found](event::Batch batch) {
                 found.append(batch);
                 return true;
             },
             {}));
    return found;
}

std::vector<IndexInfo> EngineSnapshot::indices() const {
    std::map<std::string, IndexInfo> by_name;
    const auto entry = [&by_name](const std::string& name, base::Nanos first,
                                  base::Nanos last) -> IndexInfo& {
        IndexInfo& info = by_name[name];
        if (info.name.empty()) {
            info.name = name;
            info.first = first;
            info.last = last;
        }
        info.first = std::min(info.first, first);
        info.last = std::max(info.last, last);
        return info;
    };
    for (const MemoryRows& rows : memory_) {
        for (const MemoryBatch& each : rows.batches) {
            entry(rows.key.index, each.first, each.last).rows += each.batch->rows();
        }
        if (rows.deleted) by_name[rows.key.index].rows -= rows.deleted->cardinality();
    }
    for (const PartView& view : *parts_) {
        const PartMeta& meta = view.part->meta();
        IndexInfo& info = entry(meta.index, meta.first, meta.last);
        info.rows += view.live_rows();
        info.bytes_on_disk += view.part->bytes_on_disk();
    }
    std::vector<IndexInfo> list;
    for (auto& [name, info] : by_name) list.push_back(std::move(info));
    return list;
}

base::Result<std::vector<FieldInfo>> EngineSnapshot::fields(
    const event::IndexPattern& indices) const {
    std::map<std::string, std::set<event::Type>> by_name;
    const auto enter = [&by_name](std::string_view name, event::Type type) {
        if (!name.starts_with('_')) by_name[std::string(name)].insert(type);
    };
    for (const MemoryRows& rows : memory_) {
        if (!indices.matches(rows.key.index)) continue;
        for (const MemoryBatch& each : rows.batches) {
            for (const event::Column& column : each.batch->columns())
                enter(column.name, column.type);
        }
    }
    for (const PartView& view : *parts_) {
        if (!indices.matches(view.part->meta().index)) continue;
        for (const ColumnMeta& column : view.part->meta().columns) enter(column.name, column.type);
    }
    if (!memory_.empty() || !parts_->empty())
        enter(event::field::timestamp, event::Type::timestamp);
    std::vector<FieldInfo> list;
    for (const auto& [name, types] : by_name) list.push_back({name, {types.begin(), types.end()}});
    return list;
}

base::Result<event::Batch> EngineSnapshot::rows_between(std::uint64_t from,
                                                        std::uint64_t to) const {
    while (true) {
        auto rows = rows_between_once(from, to);
        if (!rows && is_damage(rows.error())) continue;  // the damaged part is out now
        return rows;
    }
}

base::Result<event::Batch> EngineSnapshot::rows_between_once(std::uint64_t from,
                                                             std::uint64_t to) const {
    std::vector<Unit> units;
    std::vector<Hit> hits;
    const auto take = [&](const Unit& unit) -> base::Status {
        const auto block = unit.open();
        TRY(const auto sequence, block->sequence());
        RowSet rows(block->rows());
        for (std::uint32_t row = 0; row < sequence.size(); ++row) {
            if (sequence[row] >= from && sequence[row] < to) rows.add(row);
        }
        TRY(unit.drop_deleted(*block, rows));
        rows.for_each([&](std::uint32_t row) {
            hits.push_back({{0, sequence[row]}, static_cast<std::uint32_t>(units.size()), row});
        });
        units.push_back(unit);
        return base::ok();
    };
    for (const MemoryRows& rows : memory_) {
        for (const MemoryBatch& each : rows.batches) {
            const auto& sequence = each.batch->sequence;
            if (sequence.back() < from || sequence.front() >= to) continue;
            TRY(take({each.first, each.last, &rows, each.batch.get(), nullptr, 0}));
        }
    }
    for (const PartView& view : *parts_) {
        const PartMeta& meta = view.part->meta();
        if (view.part->quarantined() || meta.greatest_sequence < from ||
            meta.least_sequence >= to) {
            continue;
        }
        const std::size_t at = *view.part->position(sequence_column, event::Type::integer);
        for (std::uint32_t block = 0; block < meta.blocks.size(); ++block) {
            const Chunk& chunk = meta.columns[at].chunks[block];
            if (static_cast<std::uint64_t>(chunk.greatest) < from ||
                static_cast<std::uint64_t>(chunk.least) >= to) {
                continue;
            }
            const auto taken = take({meta.blocks[block].first, meta.blocks[block].last, nullptr,
                                     nullptr, &view, block});
            if (!taken) {
                if (is_damage(taken.error())) view.part->quarantine(taken.error());
                return taken.error();
            }
        }
    }
    std::sort(hits.begin(), hits.end(), [](const Hit& one, const Hit& other) {
        return one.position.sequence < other.position.sequence;
    });
    return gather_hits(hits, units, {});
}

}  // namespace storage::engine

#pragma once

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "event/schema.h"
#include "storage/evaluate.h"
#include "storage/store.h"
#include "storage/testing/rows.h"

// A snapshot of batches in memory: answers as a store does, the plain way. For tests of what stands
// on a store.

namespace storage::testing {

class MemorySnapshot final : public Snapshot {
  public:
    // REQUIRES: sequence numbers of all rows differ.
    void add(std::string index, event::Batch batch) {
        parts_.push_back({std::move(index), std::make_unique<event::Batch>(std::move(batch))});
    }
    // A batch per index.
    void add(const std::vector<Row>& rows) {
        std::map<std::string, std::vector<Row>> by_index;
        for (const Row& row : rows) by_index[row.index].push_back(row);
        for (const auto& [index, own] : by_index) add(index, batch_of(own));
    }

    base::Status scan(const ScanRequest& request, const ScanSink& sink,
                      std::stop_token stop) const override {
        struct Found {
            Position position;
            std::size_t part;
            std::uint32_t row;
        };
        std::vector<Found> found;
        TRY(for_each_part(request.indices, request.range, request.predicate, stop,
                          [&](std::size_t part, const RowSet& rows) {
                              const event::Batch& batch = *parts_[part].batch;
                              rows.for_each([&](std::uint32_t row) {
                                  const Position position{batch.time[row], batch.sequence[row]};
                                  const bool ascending = request.order == Order::oldest_first;
                                  if (request.after && !(ascending ? position > *request.after
                                                                   : position < *request.after))
                                      return;
                                  found.push_back({position, part, row});
                              });
                              return base::ok();
                          }));
        std::sort(found.begin(), found.end(), [&](const Found& a, const Found& b) {
            return request.order == Order::oldest_first ? a.position < b.position
                                                        : a.position > b.position;
        });
        if (found.size() > request.limit) found.resize(request.limit);
        // Small batches, so that callers must cope with several.
        for (std::size_t begin = 0; begin < found.size(); begin += 7) {
            if (stop.stop_requested())
                return base::Error(base::Code::cancelled, "the query was cancelled");
            event::Batch batch;
            for (std::size_t at = begin; at < std::min(begin + 7, found.size()); ++at) {
                batch.append(row_of(found[at].part, found[at].row, request.columns));
            }
            if (!sink(std::move(batch))) break;
        }
        return base::ok();
    }

    base::Result<event::Batch> aggregate(const AggregateRequest& request,
                                         std::stop_token stop) const override {
        Aggregator aggregator(request.spec);
        TRY(for_each_part(request.indices, request.range, request.predicate, stop,
                          [&](std::size_t part, const RowSet& rows) {
                              BatchBlock block(*parts_[part].batch, parts_[part].index);
                              return aggregator.add(block, rows);
                          }));
        return aggregator.finish();
    }

    base::Result<event::Batch> lookup(const std::string& index,
                                      const std::vector<std::string>& ids) const override {
        std::vector<Predicate> wanted;
        wanted.reserve(ids.size());
        for (const std::string& id : ids) wanted.push_back(Predicate::equals_text("_id", id));
        ScanRequest request;
        request.indices = event::IndexPattern(index);
        request.predicate = Predicate::any_of(std::move(wanted));
        event::Batch all;
        TRY(scan(request,
                 [&](const event::Batch& batch) {
                     all.append(batch);
                     return true;
                 },
                 {}));
        return all;
    }

    std::vector<IndexInfo> indices() const override {
        std::map<std::string, IndexInfo> by_name;
        for (const Part& part : parts_) {
            IndexInfo& info = by_name[part.index];
            const auto [first, last] =
                std::minmax_element(part.batch->time.begin(), part.batch->time.end());
            if (first == part.batch->time.end()) continue;
            info.first = info.rows == 0 ? *first : std::min(info.first, *first);
            info.last = info.rows == 0 ? *last : std::max(info.last, *last);
            info.name = part.index;
            info.rows += part.batch->rows();
            info.bytes_on_disk += part.batch->memory();
        }
        std::vector<IndexInfo> infos;
        infos.reserve(by_name.size());
        for (const auto& [name, info] : by_name) infos.push_back(info);
        return infos;
    }

    base::Result<std::vector<FieldInfo>> fields(const event::IndexPattern& pattern) const override {
        std::map<std::string, std::set<event::Type>> types;
        for (const Part& part : parts_) {
            if (!pattern.matches(part.index)) continue;
            for (const event::Column& column : part.batch->columns())
                types[column.name].insert(column.type);
        }
        if (!parts_.empty()) types["timestamp"].insert(event::Type::timestamp);
        std::vector<FieldInfo> infos;
        infos.reserve(types.size());
        for (const auto& [name, set] : types) infos.push_back({name, {set.begin(), set.end()}});
        return infos;
    }

    std::uint64_t last_sequence() const override {
        std::uint64_t last = 0;
        for (const Part& part : parts_) {
            for (const std::uint64_t sequence : part.batch->sequence)
                last = std::max(last, sequence);
        }
        return last;
    }

  private:
    struct Part {
        std::string index;
        std::unique_ptr<event::Batch> batch;
    };

    template <typename Use>
    base::Status for_each_part(const event::IndexPattern& indices, const TimeRange& range,
                               const Predicate& predicate, const std::stop_token& stop,
                               Use use) const {
        TRY(auto evaluator, Evaluator::create(predicate));
        for (std::size_t part = 0; part < parts_.size(); ++part) {
            if (stop.stop_requested())
                return base::Error(base::Code::cancelled, "the query was cancelled");
            if (!indices.matches(parts_[part].index)) continue;
            BatchBlock block(*parts_[part].batch, parts_[part].index);
            TRY(RowSet rows, evaluator->select(block));
            for (std::uint32_t row = 0; row < block.rows(); ++row) {
                const base::Nanos time = parts_[part].batch->time[row];
                if (time < range.from || time >= range.to) rows.remove(row);
            }
            TRY(use(part, rows));
        }
        return base::ok();
    }

    event::Batch row_of(std::size_t part, std::uint32_t row,
                        const std::vector<std::string>& columns) const {
        event::Batch one = parts_[part].batch->gather(std::vector<std::uint32_t>{row});
        std::vector<std::pair<std::string, event::Type>> unwanted;
        for (const event::Column& column : one.columns()) {
            if (!columns.empty() &&
                std::find(columns.begin(), columns.end(), column.name) == columns.end()) {
                unwanted.emplace_back(column.name, column.type);
            }
        }
        for (const auto& [name, type] : unwanted) one.remove(name, type);
        one.at(one.column(event::field::index, event::Type::string))
            .add_text(0, parts_[part].index);
        return one;
    }

    std::vector<Part> parts_;
};

}  // namespace storage::testing

#include "storage/engine/scan.h"

#include <algorithm>
#include <map>

#include "event/schema.h"

namespace storage::engine {

namespace {

// Rows handed over at a time.
constexpr std::size_t batch_rows = 2048;

}  // namespace

base::Result<RowSet> fitting_rows(const Unit& unit, Block& block, const TimeRange& range,
                                  Evaluator& evaluator) {
    TRY(RowSet rows, evaluator.select(block));
    if (rows.none()) return rows;
    if (unit.first < range.from || unit.last >= range.to) {
        TRY(const auto time, block.time());
        rows.for_each([&](std::uint32_t row) {
            if (time[row] < range.from || time[row] >= range.to) rows.remove(row);
        });
    }
    TRY(unit.drop_deleted(block, rows));
    return rows;
}

base::Result<event::Batch> gather_hits(std::span<const Hit> hits, const std::vector<Unit>& units,
                                       const std::vector<std::string>& columns) {
    // Per unit the rows, ascending, and where they go in the answer.
    std::map<std::uint32_t, std::vector<std::pair<std::uint32_t, std::uint32_t>>> by_unit;
    for (std::uint32_t place = 0; place < hits.size(); ++place) {
        by_unit[hits[place].unit].emplace_back(hits[place].row, place);
    }
    event::Batch joined;
    event::Column index(std::string(event::field::index), event::Type::string);
    std::vector<std::uint32_t> order(hits.size());
    std::vector<std::uint32_t> rows;
    for (auto& [number, places] : by_unit) {
        std::sort(places.begin(), places.end());
        rows.clear();
        for (const auto& [row, place] : places) {
            order[place] = joined.rows() + static_cast<std::uint32_t>(rows.size());
            index.add_text(order[place], units[number].index());
            rows.push_back(row);
        }
        auto part = units[number].materialise(rows, columns);
        if (!part) {
            if (units[number].view != nullptr && is_damage(part.error())) {
                units[number].view->part->quarantine(part.error());
            }
            return part.error();
        }
        joined.append(part.value());
    }
    joined.add(std::move(index));
    if (std::is_sorted(order.begin(), order.end())) return joined;
    return joined.gather(order);
}

Scan::Scan(const ScanRequest& request, std::vector<Unit> units, const Snapshot::ScanSink& sink,
           Evaluator& evaluator, std::stop_token stop)
    : request_(request),
      units_(std::move(units)),
      sink_(sink),
      evaluator_(evaluator),
      stop_(std::move(stop)) {
    if (request_.order == Order::newest_first) {
        std::sort(units_.begin(), units_.end(),
                  [](const Unit& one, const Unit& other) { return one.last > other.last; });
    } else {
        std::sort(units_.begin(), units_.end(),
                  [](const Unit& one, const Unit& other) { return one.first < other.first; });
    }
}

bool Scan::comes_before(const Position& one, const Position& other) const {
    return request_.order == Order::newest_first ? other < one : one < other;
}

base::Status Scan::run() {
    for (std::uint32_t unit = 0; unit < units_.size() && !finished_; ++unit) {
        if (stop_.stop_requested())
            return base::Error(base::Code::cancelled, "the query was cancelled");
        TRY(release(&units_[unit]));
        if (finished_) break;
        if (units_[unit].view != nullptr && units_[unit].view->part->quarantined()) continue;
        if (const auto collected = collect(unit); !collected) {
            if (!is_damage(collected.error()) || units_[unit].view == nullptr) {
                return collected.error();
            }
            units_[unit].view->part->quarantine(collected.error());
        }
    }
    if (!finished_) TRY(release(nullptr));
    return hand_over();
}

base::Status Scan::collect(std::uint32_t number) {
    const Unit& unit = units_[number];
    // Nothing of it can be behind the cursor.
    if (request_.after) {
        if (request_.order == Order::newest_first && unit.first > request_.after->time)
            return base::ok();
        if (request_.order != Order::newest_first && unit.last < request_.after->time)
            return base::ok();
    }
    const auto block = unit.open();
    TRY(const RowSet rows, fitting_rows(unit, *block, request_.range, evaluator_));
    if (rows.none()) return base::ok();
    TRY(const auto time, block->time());
    TRY(const auto sequence, block->sequence());
    const auto worse = [this](const Hit& one, const Hit& other) {
        return comes_before(other.position, one.position);
    };
    const std::size_t before = heap_.size();
    rows.for_each([&](std::uint32_t row) {
        const Position position{time[row], sequence[row]};
        if (request_.after && !comes_before(*request_.after, position)) return;
        heap_.push_back({position, number, row});
    });
    // Only as many as are still wanted can ever leave the heap.
    const std::size_t wanted = request_.limit - emitted_;
    if (heap_.size() / 2 > wanted) {
        std::nth_element(heap_.begin(), heap_.begin() + static_cast<std::ptrdiff_t>(wanted),
                         heap_.end(), [this](const Hit& one, const Hit& other) {
                             return comes_before(one.position, other.position);
                         });
        heap_.resize(wanted);
        std::make_heap(heap_.begin(), heap_.end(), worse);
        return base::ok();
    }
    for (std::size_t end = before + 1; end <= heap_.size(); ++end) {
        std::push_heap(heap_.begin(), heap_.begin() + static_cast<std::ptrdiff_t>(end), worse);
    }
    return base::ok();
}

base::Status Scan::release(const Unit* next) {
    const auto worse = [this](const Hit& one, const Hit& other) {
        return comes_before(other.position, one.position);
    };
    while (!heap_.empty() && !finished_) {
        const Hit best = heap_.front();
        if (next != nullptr) {
            const bool sure = request_.order == Order::newest_first
                                  ? best.position.time > next->last
                                  : best.position.time < next->first;
            if (!sure) return base::ok();
        }
        std::pop_heap(heap_.begin(), heap_.end(), worse);
        heap_.pop_back();
        TRY(emit(best));
    }
    return base::ok();
}

base::Status Scan::emit(const Hit& hit) {
    if (emitted_ >= request_.limit) {
        finished_ = true;
        return base::ok();
    }
    ready_.push_back(hit);
    ++emitted_;
    if (emitted_ >= request_.limit) finished_ = true;
    return ready_.size() >= batch_rows ? hand_over() : base::ok();
}

base::Status Scan::hand_over() {
    if (ready_.empty()) return base::ok();
    TRY(event::Batch batch, gather_hits(ready_, units_, request_.columns));
    given_ += ready_.size();
    last_given_ = ready_.back().position;
    ready_.clear();
    if (!sink_(std::move(batch))) finished_ = true;
    return base::ok();
}

}  // namespace storage::engine

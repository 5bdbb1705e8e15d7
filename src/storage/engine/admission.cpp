#include "storage/engine/admission.h"

#include <algorithm>
#include <set>

#include "event/schema.h"

namespace storage::engine {

namespace {

// Ids by row; null for rows without one.
const event::Column* ids_of(const Piece& piece) {
    return piece.rows->find(event::field::id, event::Type::string);
}

std::uint32_t original_of(const Piece& piece, std::uint32_t row) {
    return piece.originals.empty() ? row : piece.originals[row];
}

}  // namespace

std::uint64_t Prepared::total_rows() const {
    std::uint64_t total = 0;
    for (const std::uint32_t rows : batch_rows) total += rows;
    return total;
}

Prepared prepare(event::Append request, const DayWindow& window) {
    Prepared ready;
    ready.deletions = std::move(request.deletions);
    for (std::uint32_t number = 0; number < request.batches.size(); ++number) {
        event::IndexBatch& each = request.batches[number];
        const std::uint32_t rows = each.batch.rows();
        ready.batch_rows.push_back(rows);
        std::map<std::int32_t, std::vector<std::uint32_t>> by_day;
        std::int32_t last_day = INT32_MIN;
        std::vector<std::uint32_t>* list = nullptr;
        for (std::uint32_t row = 0; row < rows; ++row) {
            const std::int32_t day =
                std::clamp(base::day_of(each.batch.time[row]), window.first, window.last);
            if (day != last_day) {
                list = &by_day[day];
                last_day = day;
            }
            list->push_back(row);
        }
        for (auto& [day, members] : by_day) {
            Piece piece;
            piece.key = {each.index, day};
            piece.batch = number;
            piece.operations = each.operations;
            if (by_day.size() == 1) {
                piece.rows = std::make_shared<event::Batch>(std::move(each.batch));
            } else {
                piece.rows = std::make_shared<event::Batch>(each.batch.gather(members));
                piece.originals = std::move(members);
            }
            // Nothing is interned any more: the hash tables would only take memory.
            for (const event::Column& column : piece.rows->columns()) {
                if (column.pool) column.pool->seal();
            }
            ready.pieces.push_back(std::move(piece));
        }
    }
    return ready;
}

void Admission::note(const Part& part, const base::Error& why) {
    if (is_damage(why)) {
        part.quarantine(why);
    } else {
        failure_ = why;
    }
}

std::optional<Admission::Place> Admission::find_in_parts(const PartitionKey& key,
                                                         std::string_view id) {
    const auto found = parts_.find(key);
    if (found == parts_.end()) return std::nullopt;
    for (const PartView& view : found->second) {
        if (view.part->quarantined()) continue;
        const auto row = row_of_id(view, id);
        if (!row) {
            note(*view.part, row.error());
            continue;
        }
        if (!row.value()) continue;
        const auto sequence = sequence_of_row(*view.part, *row.value());
        if (!sequence) {
            note(*view.part, sequence.error());
            continue;
        }
        if (sequence.value() >= limit_) continue;
        return Place{nullptr, view.part, *row.value(), sequence.value()};
    }
    return std::nullopt;
}

std::optional<Admission::Place> Admission::find(const PartitionKey& key, std::string_view id) {
    const auto group = admitted_.find(key);
    if (group != admitted_.end()) {
        const auto found = group->second.find(id);
        if (found != group->second.end()) {
            if (found->second == 0) return std::nullopt;  // deleted in this group
            return Place{active_, nullptr, 0, found->second};
        }
    }
    if (const auto sequence = active_->find(key, id)) return Place{active_, nullptr, 0, *sequence};
    for (const auto& memtable : sealed_) {
        if (const auto sequence = memtable->find(key, id)) {
            return Place{memtable, nullptr, 0, *sequence};
        }
    }
    return find_in_parts(key, id);
}

std::vector<std::int32_t> Admission::days_of(const std::string& index) const {
    std::set<std::int32_t> days;
    for (const std::int32_t day : active_->days_of(index)) days.insert(day);
    for (const auto& memtable : sealed_) {
        for (const std::int32_t day : memtable->days_of(index)) days.insert(day);
    }
    for (auto at = parts_.lower_bound({index, INT32_MIN});
         at != parts_.end() && at->first.index == index; ++at) {
        days.insert(at->first.day);
    }
    for (const auto& [key, ids] : admitted_) {
        if (key.index == index) days.insert(key.day);
    }
    return {days.begin(), days.end()};
}

bool Admission::remove_made_id(const event::Deletion& deletion, Decision& decision) {
    const std::uint64_t sequence = event::sequence_of(deletion.id);
    if (sequence == 0 || event::id_of(sequence) != deletion.id) return false;
    // Gone in this group already.
    if (removed_.contains({deletion.index, sequence})) return false;
    std::vector<std::shared_ptr<Memtable>> memtables(sealed_.begin(), sealed_.end());
    memtables.push_back(active_);
    for (const auto& memtable : memtables) {
        if (const auto key = memtable->partition_of(deletion.index, sequence)) {
            decision.removals.push_back({memtable, *key, deletion.id, sequence, nullptr, 0});
            removed_.emplace(deletion.index, sequence);
            return true;
        }
    }
    for (auto at = parts_.lower_bound({deletion.index, INT32_MIN});
         at != parts_.end() && at->first.index == deletion.index; ++at) {
        for (const PartView& view : at->second) {
            if (view.part->quarantined()) continue;
            const auto row = row_of_sequence(*view.part, sequence);
            if (!row) note(*view.part, row.error());
            if (!row || !row.value()) continue;
            if (view.deleted && view.deleted->contains(*row.value())) continue;
            const auto own = has_own_id(*view.part, *row.value());
            if (!own) note(*view.part, own.error());
            if (!own || own.value()) continue;
            decision.removals.push_back(
                {nullptr, at->first, deletion.id, sequence, view.part, *row.value()});
            removed_.emplace(deletion.index, sequence);
            return true;
        }
    }
    return false;
}

void Admission::remove_everywhere(const event::Deletion& deletion, Decision& decision) {
    auto outcome = event::RowOutcome::missing;
    for (const std::int32_t day : days_of(deletion.index)) {
        const PartitionKey key{deletion.index, day};
        if (auto place = find(key, deletion.id)) {
            decision.removals.push_back(
                {place->memtable, key, deletion.id, place->sequence, place->part, place->row});
            admitted_[key][deletion.id] = 0;
            outcome = event::RowOutcome::deleted;
        }
    }
    if (outcome == event::RowOutcome::missing && remove_made_id(deletion, decision)) {
        outcome = event::RowOutcome::deleted;
    }
    decision.outcome.deletions.push_back(outcome);
}

void Admission::decide_piece(const Piece& piece, std::uint64_t first, bool find_duplicates,
                             const std::vector<bool>& skip, Decision& decision) {
    const event::Column* ids = ids_of(piece);
    if (ids == nullptr) return;
    auto& outcomes = decision.outcome.rows[piece.batch];
    for (std::size_t value = 0; value < ids->size(); ++value) {
        const std::uint32_t original = original_of(piece, ids->row_of(value));
        if (!skip.empty() && skip[original]) continue;
        const std::string_view id = ids->text(value);
        const bool creates = piece.creates(original);
        // A create that is in the log was no duplicate: nothing to look for.
        const auto place = creates && !find_duplicates ? std::nullopt : find(piece.key, id);
        if (place) {
            if (outcomes.empty()) {
                outcomes.assign(decision_rows_, event::RowOutcome::created);
            }
            if (creates) {
                outcomes[original] = event::RowOutcome::duplicate;
                decision.dropped.push_back({piece.batch, original});
                continue;
            }
            outcomes[original] = event::RowOutcome::updated;
            decision.removals.push_back({place->memtable, piece.key, std::string(id),
                                         place->sequence, place->part, place->row});
        }
        admitted_[piece.key].insert_or_assign(std::string(id), first + original);
    }
}

Admission::Decision Admission::decide(const Prepared& request, std::uint64_t first_sequence) {
    Decision decision;
    decision.first_sequence = first_sequence;
    decision.outcome.first_sequence = first_sequence;
    decision.outcome.rows.resize(request.batch_rows.size());
    for (const event::Deletion& deletion : request.deletions) remove_everywhere(deletion, decision);
    std::vector<std::uint64_t> firsts;
    for (const std::uint32_t rows : request.batch_rows) {
        firsts.push_back(first_sequence);
        first_sequence += rows;
    }
    for (const Piece& piece : request.pieces) {
        decision_rows_ = request.batch_rows[piece.batch];
        decide_piece(piece, firsts[piece.batch], true, {}, decision);
    }
    return decision;
}

Admission::Decision Admission::repeat(const Prepared& request, const LogRecord& record) {
    Decision decision;
    decision.first_sequence = record.first_sequence;
    decision.dropped = record.dropped;
    decision.outcome.rows.resize(request.batch_rows.size());
    limit_ = record.first_sequence;
    for (const event::Deletion& deletion : request.deletions) remove_everywhere(deletion, decision);
    std::vector<std::vector<bool>> skip(request.batch_rows.size());
    for (const LogRecord::Dropped& dropped : record.dropped) {
        auto& rows = skip[dropped.batch];
        rows.resize(request.batch_rows[dropped.batch]);
        rows[dropped.row] = true;
    }
    std::uint64_t first = record.first_sequence;
    std::vector<std::uint64_t> firsts;
    for (const std::uint32_t rows : request.batch_rows) {
        firsts.push_back(first);
        first += rows;
    }
    for (const Piece& piece : request.pieces) {
        decision_rows_ = request.batch_rows[piece.batch];
        decide_piece(piece, firsts[piece.batch], false, skip[piece.batch], decision);
    }
    return decision;
}

void Admission::publish(Prepared& request, const Decision& decision) {
    std::vector<std::uint64_t> firsts;
    std::uint64_t first = decision.first_sequence;
    for (const std::uint32_t rows : request.batch_rows) {
        firsts.push_back(first);
        first += rows;
    }
    std::set<std::pair<std::uint32_t, std::uint32_t>> dropped;
    for (const LogRecord::Dropped& each : decision.dropped) dropped.emplace(each.batch, each.row);

    for (Piece& piece : request.pieces) {
        event::Batch& batch = *piece.rows;
        std::vector<std::uint32_t> kept;
        batch.sequence.resize(batch.rows());
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            const std::uint32_t original = original_of(piece, row);
            batch.sequence[row] = firsts[piece.batch] + original;
            if (dropped.empty() || !dropped.contains({piece.batch, original})) kept.push_back(row);
        }
        if (kept.empty()) continue;
        active_->add(piece.key, kept.size() == batch.rows()
                                    ? std::shared_ptr<const event::Batch>(piece.rows)
                                    : std::make_shared<const event::Batch>(batch.gather(kept)));
    }
    // One copy of each set of deleted rows, however many rows go.
    std::map<std::pair<std::shared_ptr<Memtable>, PartitionKey>, std::vector<Memtable::Removed>>
        in_memory;
    std::map<std::pair<std::shared_ptr<Part>, PartitionKey>, std::vector<std::uint32_t>> in_parts;
    for (const Decision::Removal& removal : decision.removals) {
        const bool stays_in_memory =
            removal.memtable == active_ ||
            std::find(sealed_.begin(), sealed_.end(), removal.memtable) != sealed_.end();
        if (removal.memtable && stays_in_memory) {
            in_memory[{removal.memtable, removal.key}].push_back({removal.id, removal.sequence});
        } else if (const auto place = find_again(removal)) {
            in_parts[{place->part, removal.key}].push_back(place->row);
        }
    }
    for (const auto& [place, removed] : in_memory) place.first->remove(place.second, removed);
    for (const auto& [place, rows] : in_parts) {
        for (PartView& view : parts_[place.second]) {
            if (view.part == place.first) mark_deleted(view, rows);
        }
    }
}

std::optional<Admission::Place> Admission::find_again(const Decision::Removal& removal) {
    auto& views = parts_[removal.key];
    for (const PartView& view : views) {
        if (view.part == removal.part)
            return Place{nullptr, view.part, removal.row, removal.sequence};
    }
    // Between decision and now the row has moved from memory to a part, or from part to part.
    for (const PartView& view : views) {
        const auto row = row_of_sequence(*view.part, removal.sequence);
        if (!row) {
            // Whatever the reason: it would go on answering with a row that is gone.
            view.part->quarantine(row.error());
        } else if (row.value()) {
            return Place{nullptr, view.part, *row.value(), removal.sequence};
        }
    }
    return std::nullopt;
}

}  // namespace storage::engine

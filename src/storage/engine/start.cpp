#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "storage/engine/engine_store.h"

// The store's start: the list of parts, the parts, the log. Damage is said, kept and gone round.

namespace storage::engine {

namespace {

void add_sequences(const Part& part, Roaring64Map& sequences) {
    const std::size_t column = *part.position(sequence_column, event::Type::integer);
    for (std::size_t block = 0; block < part.meta().blocks.size(); ++block) {
        const auto values = part.column(column, block);
        if (!values) return part.quarantine(values.error());
        for (const std::int64_t each : values.value()->integers)
            sequences.add(static_cast<std::uint64_t>(each));
    }
}

}  // namespace

void EngineStore::note_damage(std::string what) {
    base::metrics()
        .counter("ordertrail_damage_total",
                 "Damage found in the data directory since the program started.", {})
        .add();
    base::log().error("{}", what);
    damage_.push_back(std::move(what));
}

base::Status EngineStore::load() {
    TRY(ManifestFiles::Found found, manifest_files_.load());
    for (std::string& damage : found.damage) note_damage(std::move(damage));
    next_part_ = found.manifest.next_part;
    next_sequence_ = found.manifest.next_sequence;
    log_start_ = found.manifest.log_start;
    cluster_id_ = found.manifest.cluster_id;
    TRY(load_parts(found.manifest));
    take_over_replaced(found.replaced);
    bool may_remove = true;
    if (!found.damage.empty()) {
        // Both copies whole again, before anything goes that a later start could need.
        std::vector<PartView> none;
        if (const auto saved = save_manifest(none, {}, log_start_); !saved) {
            base::log().error("the manifest cannot be written again: {}", saved.error().message);
            may_remove = false;
        }
        // It says for both names what is there; a failed rename is tried again with the next part.
        dead_.clear();
    }
    if (may_remove) remove_strays();
    return base::ok();
}

base::Result<std::shared_ptr<Part>> EngineStore::open_part(
    const std::string& directory, const std::shared_ptr<BlockCache>& cache) {
    TRY(auto opened, Part::open(*part_files_, directory, cache));
    Part* part = opened.get();
    const auto let_go = [opened = std::move(opened), files = part_files_](Part*) mutable {
        opened.reset();  // before the files that it needs to be removed
    };
    return std::shared_ptr<Part>(part, let_go);
}

base::Result<PartView> EngineStore::load_part(const Manifest::PartEntry& entry) {
    const std::string directory = options_.directory + "/" + entry.directory;
    TRY(auto part, open_part(directory, cache_));
    // Without its list of deleted rows a part would answer with rows that are gone.
    TRY(auto deleted, load_deleted(files_, directory, entry.deleted_version, part->meta().rows));
    return PartView{std::move(part), std::move(deleted), entry.deleted_version, false};
}

base::Status EngineStore::load_parts(const Manifest& manifest) {
    for (const Manifest::PartEntry& entry : manifest.parts) {
        auto view = load_part(entry);
        if (view) {
            const PartMeta& meta = view.value().part->meta();
            parts_[{meta.index, meta.day}].push_back(std::move(view.value()));
            continue;
        }
        // For a passing reason, too few descriptors say, it is better not to start than to answer
        // without it.
        if (view.error().code == base::Code::busy) return view.error();
        // The rest goes on answering; the part stays in the manifest for a repair.
        note_damage(fmt::format(
            "{}/{} cannot be read and is left out of all answers, its files are kept: {}",
            options_.directory, entry.directory, view.error().message));
        unreadable_.push_back(entry);
    }
    return base::ok();
}

void EngineStore::take_over_replaced(const std::vector<ManifestFiles::Found::Replaced>& replaced) {
    for (const auto& [entry, into] : replaced) {
        if (entry.deleted_version == 0) continue;
        const auto view = load_part(entry);
        if (!view || !view.value().deleted) continue;
        const PartMeta& meta = view.value().part->meta();
        Roaring64Map sequences;
        for (const std::uint32_t row : *view.value().deleted) {
            if (const auto sequence = sequence_of_row(*view.value().part, row))
                sequences.add(sequence.value());
        }
        for (PartView& heir : parts_[{meta.index, meta.day}]) {
            if (heir.part->meta().id != into) continue;
            if (const auto rows = rows_of_sequences(*heir.part, sequences)) {
                if (!rows.value().empty()) mark_deleted(heir, rows.value());
            } else {
                heir.part->quarantine(rows.error());
            }
        }
    }
}

// Directories of parts that were being written, or were replaced, when the program ended.
void EngineStore::remove_strays() {
    base::StringSet known;
    for (const auto& [key, views] : parts_) {
        for (const PartView& view : views) known.insert(part_directory(key, view.part->meta().id));
    }
    for (const Manifest::PartEntry& entry : unreadable_) known.insert(entry.directory);
    std::vector<std::string> trouble;
    for (const std::string& directory : part_directories(files_, options_.directory, trouble)) {
        if (known.contains(directory)) continue;
        if (const auto removed = files_.remove_all(options_.directory + "/" + directory); !removed)
            trouble.push_back(removed.error().message);
    }
    for (const std::string& message : trouble)
        base::log().warn("files of an earlier run stay: {}", message);
}

void EngineStore::drop_stored(const Prepared& prepared, Admission::Decision& decision,
                              std::map<PartitionKey, Roaring64Map>& stored) const {
    std::vector<std::uint64_t> firsts;
    std::uint64_t first = decision.first_sequence;
    for (const std::uint32_t rows : prepared.batch_rows) {
        firsts.push_back(first);
        first += rows;
    }
    for (const Piece& piece : prepared.pieces) {
        const auto views = parts_.find(piece.key);
        if (views == parts_.end()) continue;
        // Usually all that is in parts is older than the log.
        const auto is_older = [&](const PartView& view) {
            return view.part->meta().greatest_sequence < firsts[piece.batch];
        };
        if (std::all_of(views->second.begin(), views->second.end(), is_older)) continue;
        auto [known, made] = stored.try_emplace(piece.key);
        if (made) {
            for (const PartView& view : views->second) add_sequences(*view.part, known->second);
        }
        for (std::uint32_t row = 0; row < piece.rows->rows(); ++row) {
            const std::uint32_t original = piece.originals.empty() ? row : piece.originals[row];
            if (known->second.contains(firsts[piece.batch] + original))
                decision.dropped.push_back({piece.batch, original});
        }
    }
}

void EngineStore::flush_replayed(std::uint64_t next_segment) {
    sealed_.push_back(std::exchange(active_, std::make_shared<Memtable>()));
    active_->first_segment = next_segment;
    if (const auto flushed = flush_oldest(); !flushed) {
        base::log().warn("rows of the log stay in memory for now: {}", flushed.error().message);
    }
}

base::Status EngineStore::replay() {
    const base::Nanos begin = base::steady_now();
    std::uint64_t rows = 0;
    std::map<PartitionKey, Roaring64Map> stored;
    active_->first_segment = log_start_;
    const auto repeat = [&](std::uint64_t segment, std::string_view content) -> base::Status {
        // A long log must not need more memory than it did when it was written. Between segments
        // only: a part stands for whole ones.
        if (segment != active_->last_segment && active_->bytes() >= options_.memtable_bytes)
            flush_replayed(segment);
        TRY(LogRecord record, LogRecord::decode(content));
        event::Append request{std::move(record.batches), std::move(record.deletions)};
        Prepared prepared = prepare(std::move(request), {record.first_day, record.last_day});
        Admission admission(active_, sealed_, parts_);
        auto decision = admission.repeat(prepared, record);
        if (admission.failure()) return *admission.failure();
        drop_stored(prepared, decision, stored);
        admission.publish(prepared, decision);
        active_->last_segment = segment;
        rows += prepared.total_rows();
        next_sequence_ = std::max(next_sequence_, record.first_sequence + prepared.total_rows());
        return base::ok();
    };
    TRY(const auto found, log_.replay(log_start_, repeat));
    for (const std::string& damage : found.damage) note_damage(damage);
    if (found.records > 0) {
        base::log().info("log replayed: {} records, {} events in {:.2f} s", found.records, rows,
                         static_cast<double>(base::steady_now() - begin) / 1e9);
    }
    return base::ok();
}

}  // namespace storage::engine

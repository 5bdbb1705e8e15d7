#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>

#include "base/log.h"
#include "storage/engine/engine_store.h"
#include "storage/engine/part_writer.h"

// The store's background work: memory into parts, parts into larger parts.

namespace storage::engine {

namespace {

constexpr std::size_t merge_width = 4;  // parts of like size that are merged at once
constexpr std::chrono::seconds retry_after{1};

base::Counter& rows_counter(const char* job) {
    return base::metrics().counter("ordertrail_part_rows_written_total",
                                   "Rows written into parts, by flushes and merges.",
                                   {{"job", job}});
}

// Rows of 1,000·4^n to 1,000·4^(n+1) are of like size.
int tier_of(const PartView& view) {
    return (std::bit_width(view.part->meta().rows / 1000 + 1) + 1) / 2;
}

// Rows so large that a block full of them would not fit into memory: they stay in small parts.
bool is_wide(std::uint64_t rows, std::uint64_t bytes) {
    constexpr std::uint64_t row_bytes = 1 << 10;  // compressed, about an eighth of the text
    constexpr std::uint64_t part_bytes = 8 << 20;
    return bytes > part_bytes && bytes / std::max<std::uint64_t>(rows, 1) > row_bytes;
}

// Index names come from clients: a directory is named after one with everything unusual escaped.
std::string directory_name(std::string_view index) {
    std::string name;
    for (const char c : index) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (plain || (c == '.' && !name.empty())) {
            name.push_back(c);
        } else {
            name += fmt::format("%{:02x}", static_cast<unsigned char>(c));
        }
    }
    // File names end at 255 bytes: a long one is cut and told apart by its hash.
    if (name.size() > 200)
        name = fmt::format("{}%{:016x}", name.substr(0, 180), base::hash_of(index));
    return name;
}

std::string day_name(std::int32_t day) {
    const std::time_t seconds = static_cast<std::time_t>(day) * 86'400;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

}  // namespace

std::string EngineStore::part_directory(const PartitionKey& key, std::uint64_t id) const {
    return fmt::format("parts/{}/{}/{:08}", directory_name(key.index), day_name(key.day), id);
}

base::Result<std::optional<PartView>> EngineStore::write(
    const PartitionKey& key, std::vector<std::shared_ptr<RowSource>> sources,
    std::vector<std::uint64_t> replaces, int compression) {
    PartOptions options;
    {
        const std::lock_guard lock(state_mutex_);
        options.id = next_part_++;
    }
    options.index = key.index;
    options.day = key.day;
    options.replaces = std::move(replaces);
    options.compression = compression;
    options.columns = options_.part_columns;
    // A merge is easily begun again at the next start, a flush would be missed.
    if (!options.replaces.empty()) options.stop = stopping_.get_token();
    options.id_fields = &options_.id_fields;
    const std::string directory = options_.directory + "/" + part_directory(key, options.id);
    const auto opened = [&]() -> base::Result<std::optional<PartView>> {
        TRY(const auto meta, write_part(files_, directory, options, sources));
        if (meta.rows == 0) return std::optional<PartView>();
        TRY(auto part, open_part(directory, cache_));
        return std::optional(PartView{std::move(part), nullptr, 0, false});
    }();
    if (!opened) (void)files_.remove_all(directory);
    return opened;
}

base::Status EngineStore::save_manifest(std::vector<PartView>& added,
                                        const std::vector<std::shared_ptr<Part>>& removed,
                                        std::uint64_t log_start) {
    Manifest manifest;
    std::vector<PartView> unsaved;
    const auto enter = [&](const PartView& view) {
        const bool gone = std::find(removed.begin(), removed.end(), view.part) != removed.end();
        if (gone) return;
        Manifest::PartEntry entry{
            view.part->meta().id,
            part_directory({view.part->meta().index, view.part->meta().day}, view.part->meta().id),
            view.deleted_version};
        if (view.unsaved) {
            ++entry.deleted_version;
            unsaved.push_back(view);
        }
        manifest.parts.push_back(std::move(entry));
    };
    {
        const std::lock_guard lock(state_mutex_);
        for (const auto& [key, views] : parts_) {
            for (const PartView& view : views) enter(view);
        }
        for (const PartView& view : added) enter(view);
        manifest.parts.insert(manifest.parts.end(), unreadable_.begin(), unreadable_.end());
        manifest.next_part = next_part_;
        manifest.next_sequence = next_sequence_;
        manifest.log_start = log_start;
        manifest.cluster_id = cluster_id_;
    }
    for (const PartView& view : unsaved) {
        TRY(save_deleted(files_, view, view.deleted_version + 1));
    }
    TRY(manifest_files_.write(manifest));
    if (const auto put = manifest_files_.put(); !put) {
        // Either manifest may be there after a crash: nothing that one of them names may be touched
        // any more.
        const std::lock_guard lock(state_mutex_);
        dead_ = fmt::format(
            "the manifest's state is unknown: {}. Check the disk, then restart Ordertrail",
            put.error().message);
        base::log().critical("{}", dead_);
        return base::Error(base::Code::io, dead_);
    }
    const std::lock_guard lock(state_mutex_);
    for (const PartView& saved : unsaved) {
        const auto settle = [&](PartView& view) {
            if (view.part != saved.part) return;
            if (view.deleted_version > 0) {
                (void)files_.remove(
                    fmt::format("{}/deleted.{}", view.part->directory(), view.deleted_version));
            }
            ++view.deleted_version;
            view.unsaved = view.deleted != saved.deleted;
        };
        for (PartView& view : added) settle(view);
        for (PartView& view : parts_[{saved.part->meta().index, saved.part->meta().day}])
            settle(view);
    }
    return base::ok();
}

void EngineStore::give_up(const std::vector<PartView>& parts) {
    const std::lock_guard lock(state_mutex_);
    // With the manifest's state unknown they may be what the next start needs.
    if (!dead_.empty()) return;
    for (const PartView& each : parts) each.part->give_up();
}

base::Status EngineStore::flush_oldest() {
    std::shared_ptr<Memtable> memtable;
    std::vector<MemoryRows> captured;
    {
        const std::lock_guard lock(state_mutex_);
        if (sealed_.empty()) return base::ok();
        memtable = sealed_.front();
        captured = memtable->view();
    }
    std::vector<PartView> added;
    for (const MemoryRows& rows : captured) {
        std::vector<std::shared_ptr<RowSource>> sources;
        for (const MemoryBatch& each : rows.batches) {
            sources.push_back(std::make_shared<BatchSource>(each.batch, rows.deleted));
        }
        auto view = write(rows.key, std::move(sources), {}, options_.flush_compression);
        if (!view) {
            give_up(added);
            return view.error();
        }
        if (!view.value()) continue;  // all of it was deleted
        rows_counter("flush").add(view.value()->part->meta().rows);
        added.push_back(std::move(*view.value()));
    }
    const std::lock_guard install(install_mutex_);
    const std::uint64_t log_start = memtable->last_segment + 1;
    if (auto saved = save_manifest(added, {}, log_start); !saved) {
        give_up(added);
        return saved.error();
    }
    // Before the memtable goes: who waits for the flush finds it done.
    if (const auto removed = log_.remove_before(log_start); !removed) {
        base::log().warn("an old log segment stays until the next start: {}",
                         removed.error().message);
    }
    {
        const std::lock_guard lock(state_mutex_);
        take_over_deletions(captured, memtable->view(), added);
        for (PartView& view : added) {
            parts_[{view.part->meta().index, view.part->meta().day}].push_back(view);
        }
        sealed_.pop_front();
        log_start_ = log_start;
        part_views_ = nullptr;
        trouble_.clear();
    }
    state_changed_.notify_all();
    return base::ok();
}

void EngineStore::take_over_deletions(const std::vector<MemoryRows>& captured,
                                      const std::vector<MemoryRows>& now,
                                      std::vector<PartView>& added) {
    // Rows that were deleted in memory since their part was written. Their deletions are in later
    // log segments, so that a crash before the next save repeats them.
    for (PartView& view : added) {
        const PartitionKey key{view.part->meta().index, view.part->meta().day};
        const auto of_key = [&key](const MemoryRows& rows) { return rows.key == key; };
        const auto current = std::find_if(now.begin(), now.end(), of_key);
        const auto before = std::find_if(captured.begin(), captured.end(), of_key);
        if (!current->deleted || current->deleted == before->deleted) continue;
        Roaring64Map later = *current->deleted;
        if (before->deleted) later -= *before->deleted;
        if (const auto rows = rows_of_sequences(*view.part, later)) {
            mark_deleted(view, rows.value());
        } else {
            view.part->quarantine(rows.error());
        }
    }
}

void EngineStore::flush_loop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(state_mutex_);
            state_changed_.wait(lock, stop, [this] { return !sealed_.empty(); });
            if (sealed_.empty()) return;
        }
        if (stop.stop_requested()) return;  // the log has it all
        {
            const std::lock_guard lock(state_mutex_);
            if (!dead_.empty()) return;
        }
        const auto flushed = flush_oldest();
        if (flushed) continue;
        std::unique_lock lock(state_mutex_);
        const std::string message =
            fmt::format("parts cannot be written: {}", flushed.error().message);
        if (trouble_ != message) base::log().error("{}; trying again", message);
        trouble_ = message;
        state_changed_.notify_all();
        state_changed_.wait_for(lock, stop, retry_after, [] { return false; });
    }
}

std::optional<EngineStore::Choice> EngineStore::choose_of(std::vector<PartView>& members) const {
    Choice choice;
    for (PartView& view : members) {
        const std::uint64_t rows = choice.rows + view.part->meta().rows;
        const std::uint64_t bytes = choice.bytes + view.part->bytes_on_disk();
        if (rows > options_.merge_rows || is_wide(rows, bytes)) continue;
        choice.rows = rows;
        choice.bytes = bytes;
        choice.parts.push_back(std::move(view));
    }
    if (choice.parts.size() < merge_width) return std::nullopt;
    return choice;
}

base::Result<EngineStore::Choice> EngineStore::choose_merge() const {
    TRY(const auto space, files_.space(options_.directory));
    const std::lock_guard lock(state_mutex_);
    // What the log and the parts of what is in memory may need is not for merges.
    const std::uint64_t kept = reserve() + 2 * options_.log_segment_bytes;
    const std::uint64_t free = std::max(space.free_bytes, kept) - kept;
    std::uint64_t needed = 0;
    // The one that takes most parts away for the rows it writes: where merges cannot keep up, the
    // number of parts stays as low as their time allows, and no partition waits for another.
    Choice best;
    for (const auto& [partition, views] : parts_) {
        std::map<int, std::vector<PartView>> tiers;
        for (const PartView& view : views) {
            if (!view.part->quarantined()) tiers[tier_of(view)].push_back(view);
        }
        for (auto& [tier, members] : tiers) {
            auto choice = choose_of(members);
            if (!choice) continue;
            if (choice->bytes > free) {
                needed = std::max(needed, choice->bytes);
            } else if (best.parts.empty() || choice->rows_per_part() < best.rows_per_part()) {
                choice->key = partition;
                best = std::move(*choice);
            }
        }
    }
    if (!best.parts.empty() || needed == 0) return best;
    return base::Error(base::Code::busy,
                       fmt::format("the disk has {} KiB free, {} KiB are needed",
                                   space.free_bytes >> 10, (kept + needed) >> 10));
}

base::Result<bool> EngineStore::merge_once() {
    const std::lock_guard one_at_a_time(merge_mutex_);
    TRY(Choice choice, choose_merge());
    if (choice.parts.empty()) return false;
    TRY(merge(std::move(choice)));
    return true;
}

base::Status EngineStore::merge(Choice choice) {
    const PartitionKey key = choice.key;
    std::vector<PartView>& chosen = choice.parts;
    std::vector<std::shared_ptr<RowSource>> sources;
    std::vector<std::uint64_t> replaces;
    std::vector<std::shared_ptr<Part>> removed;
    for (const PartView& view : chosen) {
        // Opened once more, with a cache of its own: a merge reads everything once and would throw
        // out what queries use.
        TRY(auto part, open_part(view.part->directory(), merge_cache_));
        sources.push_back(std::make_shared<PartSource>(std::move(part), view.deleted));
        replaces.push_back(view.part->meta().id);
        // Those that a long query still holds, too: whoever finds their directories has to know.
        for (const std::uint64_t id : view.part->meta().replaces) {
            if (files_.exists(options_.directory + "/" + part_directory(key, id)))
                replaces.push_back(id);
        }
        removed.push_back(view.part);
    }
    auto merged = write(key, std::move(sources), std::move(replaces), options_.merge_compression);
    if (!merged) {
        // Not when the disk is full: to read all of them is dear.
        for (const PartView& view : chosen) {
            if (!is_damage(merged.error())) break;
            const auto whole = check(*view.part);
            if (!whole && is_damage(whole.error())) view.part->quarantine(whole.error());
        }
        return merged.error();
    }
    std::vector<PartView> added;
    if (merged.value()) {
        rows_counter("merge").add(merged.value()->part->meta().rows);
        added.push_back(std::move(*merged.value()));
    }
    const std::lock_guard install(install_mutex_);
    std::uint64_t log_start = 0;
    {
        // What was deleted since the merge began belongs into the manifest: its log segments may be
        // gone already.
        const std::lock_guard lock(state_mutex_);
        log_start = log_start_;
        take_over_deletions(chosen, key, added);
    }
    if (auto saved = save_manifest(added, removed, log_start); !saved) {
        give_up(added);
        return saved.error();
    }
    const std::lock_guard lock(state_mutex_);
    take_over_deletions(chosen, key, added);
    auto& views = parts_[key];
    std::erase_if(views, [&removed](const PartView& view) {
        return std::find(removed.begin(), removed.end(), view.part) != removed.end();
    });
    for (const auto& part : removed) part->give_up();
    views.insert(views.end(), added.begin(), added.end());
    part_views_ = nullptr;
    return base::ok();
}

void EngineStore::take_over_deletions(std::vector<PartView>& chosen, const PartitionKey& key,
                                      std::vector<PartView>& added) {
    for (PartView& before : chosen) {
        for (const PartView& now : parts_[key]) {
            if (now.part != before.part || !now.deleted || now.deleted == before.deleted) continue;
            Roaring later = *now.deleted;
            if (before.deleted) later -= *before.deleted;
            before.deleted = now.deleted;
            if (added.empty()) continue;
            Roaring64Map sequences;
            for (const std::uint32_t row : later) {
                if (const auto sequence = sequence_of_row(*now.part, row))
                    sequences.add(sequence.value());
            }
            if (const auto rows = rows_of_sequences(*added.front().part, sequences)) {
                mark_deleted(added.front(), rows.value());
            } else {
                added.front().part->quarantine(rows.error());
            }
        }
    }
}

void EngineStore::merge_loop(const std::stop_token& stop) {
    std::size_t parts_before = 0;
    std::string said;
    while (!stop.stop_requested()) {
        {
            const std::lock_guard lock(state_mutex_);
            if (!dead_.empty()) return;
        }
        const auto merged = merge_once();
        if (merged && merged.value()) continue;
        if (stop.stop_requested()) return;
        if (merged) {
            said.clear();
        } else if (said.empty() || merged.error().code != base::Code::busy) {
            said = merged.error().message;
            base::log().warn("a merge is put off and will be tried again: {}", said);
        }
        std::unique_lock lock(state_mutex_);
        const auto count = [this] {
            std::size_t parts = 0;
            for (const auto& [key, views] : parts_) parts += views.size();
            return parts;
        };
        parts_before = count();
        if (merged) {
            state_changed_.wait(lock, stop, [&] { return count() > parts_before; });
        } else {
            state_changed_.wait_for(lock, stop, retry_after * 10, [] { return false; });
        }
    }
}

base::Status EngineStore::check(const Part& part) const {
    for (std::size_t at = 0; at < part.meta().columns.size(); ++at) {
        for (std::size_t block = 0; block < part.meta().blocks.size(); ++block) {
            TRY(const auto column, part.column(at, block));
            (void)column;
        }
    }
    return base::ok();
}

base::Status EngineStore::flush() {
    std::uint64_t wanted = 0;
    {
        const std::lock_guard lock(queue_mutex_);
        wanted = ++seals_wanted_;
        queue_changed_.notify_one();
    }
    std::unique_lock lock(state_mutex_);
    state_changed_.wait(lock, [&] {
        return (seals_done_ >= wanted && sealed_.empty()) || !trouble_.empty() || !dead_.empty();
    });
    if (seals_done_ >= wanted && sealed_.empty()) return base::ok();
    return base::Error(base::Code::busy, dead_.empty() ? trouble_ : dead_);
}

base::Status EngineStore::merge() {
    while (true) {
        TRY(const bool merged, merge_once());
        if (!merged) return base::ok();
    }
}

}  // namespace storage::engine

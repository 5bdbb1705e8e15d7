#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/metrics.h"
#include "base/string_map.h"
#include "storage/engine/admission.h"
#include "storage/engine/log.h"
#include "storage/engine/manifest_files.h"
#include "storage/engine/memtable.h"
#include "storage/engine/part_list.h"
#include "storage/engine/pooled_files.h"
#include "storage/engine/row_source.h"
#include "storage/store.h"

namespace storage::engine {

struct EngineOptions {
    std::string directory;
    std::size_t memtable_bytes = 64 << 20;  // in memory before it is written into parts
    std::size_t cache_bytes = 192 << 20;    // of what was read from parts and decoded
    std::size_t queue_bytes = 64 << 20;     // of requests that wait for the log
    std::uint64_t log_segment_bytes = 64 << 20;
    std::uint64_t merge_rows = 4'000'000;  // parts are merged up to this many rows
    std::size_t part_columns = 2000;       // of a part; the rarest further fields go to `_overflow`
    std::size_t part_descriptors = 0;      // open files of parts; 0: as the process's limit allows
    int flush_compression = 1;             // zstd level of new parts
    int merge_compression = 5;             // and of merged ones
    int past_days =
        3650;             // events older than this, or newer than `future_days`, go to the border's
    int future_days = 2;  // day partition; their timestamps stay
    base::StringSet id_fields;          // fields with an exact-id index (the catalog's ids)
    base::FileSystem* files = nullptr;  // null: the operating system's
};

// The embedded store: write-ahead log → memtable → parts → larger parts. Threads: callers of append
// encode; the log's thread decides duplicates, writes and acknowledges; one thread flushes, one
// merges. Owned by app. Thread-safe.
class EngineStore final : public Store {
  public:
    // Opens or makes the data directory and replays the log. Conflict when another process has it;
    // Corrupt or Io only for what cannot be gone round.
    static base::Result<std::unique_ptr<EngineStore>> open(EngineOptions options);
    // Finishes what append accepted, then stops. Nothing needs flushing: the log has it.
    ~EngineStore() override;

    void append(event::Append request, event::AppendDone done) override;
    std::shared_ptr<const Snapshot> snapshot() const override;
    std::unique_ptr<Subscription> subscribe(std::uint64_t from) override;
    std::string trouble() const override;
    std::vector<std::string> damage() const override;
    StoreSizes sizes() const override;

    // A name that is this store's alone, kept in its directory.
    const std::string& cluster_id() const { return cluster_id_; }

    // Writes all rows in memory into parts and returns when that is done: for tests and benchmarks.
    base::Status flush();
    // Merges until no merge is due.
    base::Status merge();

    // Waits until rows after `sequence` may be there, `at_most` is over, or `stop`.
    void wait_for(std::uint64_t sequence, base::Nanos at_most, std::stop_token stop) const;

  private:
    struct Pending {
        Prepared prepared;
        DayWindow window;
        std::string record;
        event::AppendDone done;
        std::size_t bytes = 0;
    };
    explicit EngineStore(EngineOptions options);
    base::Status make_directory();
    base::Status load();
    base::Status load_parts(const Manifest& manifest);
    base::Result<std::shared_ptr<Part>> open_part(const std::string& directory,
                                                  const std::shared_ptr<BlockCache>& cache);
    base::Result<PartView> load_part(const Manifest::PartEntry& entry);
    // Deleted rows of parts that a rebuilt manifest found merged into others.
    void take_over_replaced(const std::vector<ManifestFiles::Found::Replaced>& replaced);
    void remove_strays();
    base::Status replay();
    void flush_replayed(std::uint64_t next_segment);
    // Marks rows of a record that are in parts already as dropped: a manifest that was made again
    // does not know where the log's share begins. `stored`: what was found out so far.
    void drop_stored(const Prepared& prepared, Admission::Decision& decision,
                     std::map<PartitionKey, Roaring64Map>& stored) const;
    void note_damage(std::string what);
    void start();

    void log_loop(const std::stop_token& stop);
    void commit(std::deque<Pending> group);
    bool wait_for_room(const std::stop_token& stop);
    // After a full disk: whether there is room again. REQUIRES: on the log's thread.
    void try_log_again();
    std::string log_trouble() const;
    // Room on the disk that parts of what is in memory may take. REQUIRES: the state's lock.
    std::uint64_t reserve() const;
    void seal();
    // The log's share of the active memtable has grown out of proportion: duplicates and deletions
    // fill it too.
    bool log_is_long() const;
    void seal_as_wanted(std::uint64_t wanted);
    // Reads all of a part: Corrupt names what is damaged.
    base::Status check(const Part& part) const;

    void flush_loop(const std::stop_token& stop);
    void merge_loop(const std::stop_token& stop);
    base::Status flush_oldest();
    base::Result<bool> merge_once();
    struct Choice {
        PartitionKey key;
        std::vector<PartView> parts;
        std::uint64_t rows = 0;
        std::uint64_t bytes = 0;

        std::uint64_t rows_per_part() const { return rows / (parts.size() - 1); }
    };
    // What may be merged of parts of like size; nothing when those are too few.
    std::optional<Choice> choose_of(std::vector<PartView>& members) const;
    // The next parts to merge; none when no merge is due. Busy when the disk has no room for any.
    base::Result<Choice> choose_merge() const;
    base::Status merge(Choice choice);
    // Nothing when no row is left.
    base::Result<std::optional<PartView>> write(const PartitionKey& key,
                                                std::vector<std::shared_ptr<RowSource>> sources,
                                                std::vector<std::uint64_t> replaces,
                                                int compression);
    // Makes a change of the list of parts durable. A failure changed nothing, unless the store is
    // dead then.
    base::Status save_manifest(std::vector<PartView>& added,
                               const std::vector<std::shared_ptr<Part>>& removed,
                               std::uint64_t log_start);
    void give_up(const std::vector<PartView>& parts);
    // Deletions that came while rows were on their way from memory, or from other parts, into
    // `added`.
    static void take_over_deletions(const std::vector<MemoryRows>& captured,
                                    const std::vector<MemoryRows>& now,
                                    std::vector<PartView>& added);
    void take_over_deletions(std::vector<PartView>& chosen, const PartitionKey& key,
                             std::vector<PartView>& added);
    std::string part_directory(const PartitionKey& key, std::uint64_t id) const;
    void register_metrics();

    EngineOptions options_;
    base::FileSystem& files_;
    std::shared_ptr<PooledFiles> part_files_;  // parts hold it too: queries may outlive the store
    std::unique_ptr<base::FileLock> lock_;
    std::shared_ptr<BlockCache> cache_;
    std::shared_ptr<BlockCache> merge_cache_;  // so that merges do not empty the other
    std::string cluster_id_;
    ManifestFiles manifest_files_;
    Log log_;

    // Requests on their way to the log.
    mutable std::mutex queue_mutex_;
    std::condition_variable_any queue_changed_;
    std::deque<Pending> queue_;
    std::size_t queue_bytes_ = 0;
    bool closing_ = false;
    std::uint64_t seals_wanted_ = 0;  // by flush(): only the log's thread may seal

    // What is stored. Held for short times only, never over a file operation of the log or of a
    // part being written.
    mutable std::mutex state_mutex_;
    mutable std::condition_variable_any state_changed_;
    std::shared_ptr<Memtable> active_;
    std::deque<std::shared_ptr<Memtable>> sealed_;
    PartsByPartition parts_;
    std::vector<Manifest::PartEntry> unreadable_;  // parts in the manifest that could not be opened
    std::vector<std::string> damage_;              // found at the start
    std::uint64_t seals_done_ = 0;
    std::uint64_t next_sequence_ = 1;
    std::uint64_t next_part_ = 1;
    std::uint64_t log_start_ = 1;
    std::string log_trouble_;  // the log cannot grow, or parts cannot be written: the disk is
    std::string trouble_;      // full, mostly, and both go away by themselves
    std::string dead_;         // of the log, until a restart
    mutable std::shared_ptr<const std::vector<PartView>>
        part_views_;  // of parts_, made when asked for

    // One change of the list of parts at a time, one merge at a time.
    std::mutex install_mutex_;
    mutable std::mutex merge_mutex_;

    // The threads' own tokens are not to be asked for from within: a thread may run before the
    // jthread that it belongs to is assigned.
    std::stop_source stopping_;
    std::jthread log_thread_;
    std::jthread flush_thread_;
    std::jthread merge_thread_;
};

}  // namespace storage::engine

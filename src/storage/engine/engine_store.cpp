#include "storage/engine/engine_store.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>

#include "base/clock.h"
#include "base/log.h"
#include "storage/engine/engine_snapshot.h"
#include "storage/engine/subscription.h"

namespace storage::engine {

namespace {

// Memtables that wait to be written into parts; more, and the log waits too.
constexpr std::size_t most_sealed = 2;

// A full disk is asked again so often.
constexpr std::chrono::seconds retry_after{1};

// Log segments of one memtable before it is written into parts however small it is.
constexpr std::uint64_t most_segments = 8;

// Parts and connections hold descriptors; the usual soft limit of 1,024 is for programs that use
// select().
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

DayWindow window_of(const EngineOptions& options) {
    const std::int32_t today = base::day_of(base::now());
    return {today - options.past_days, today + options.future_days};
}

}  // namespace

EngineStore::EngineStore(EngineOptions options)
    : options_(std::move(options)),
      files_(options_.files != nullptr ? *options_.files : base::system_files()),
      part_files_(std::make_shared<PooledFiles>(files_, options_.part_descriptors > 0
                                                            ? options_.part_descriptors
                                                            : descriptors_for_parts())),
      cache_(std::make_shared<BlockCache>(options_.cache_bytes)),
      merge_cache_(std::make_shared<BlockCache>(64 << 20)),
      manifest_files_(files_, options_.directory),
      log_(files_, {options_.directory + "/log", options_.log_segment_bytes}),
      active_(std::make_shared<Memtable>()) {}

base::Result<std::unique_ptr<EngineStore>> EngineStore::open(EngineOptions options) {
    raise_descriptor_limit();
    std::unique_ptr<EngineStore> store(new EngineStore(std::move(options)));
    TRY(store->make_directory());
    TRY(store->lock_, base::FileLock::take(store->options_.directory + "/lock"));
    TRY(store->load());
    TRY(store->replay());
    store->register_metrics();
    store->start();
    return store;
}

base::Status EngineStore::make_directory() {
    const bool is_new = !files_.exists(options_.directory);
    // Parts are named by a manifest in the directory above: theirs has to be safe before it, which
    // the log's start sees to.
    TRY(files_.make_directories(options_.directory + "/parts"));
    if (!is_new) return base::ok();
    // The directory's own entry, too, has to outlive lost power.
    const auto above = std::filesystem::path(options_.directory).parent_path();
    if (const auto synced = files_.sync_directory(above.empty() ? "." : above.string()); !synced) {
        base::log().warn("a new data directory may be lost with the power: {}",
                         synced.error().message);
    }
    return base::ok();
}

void EngineStore::start() {
    log_thread_ = std::jthread([this](const std::stop_token& stop) { log_loop(stop); });
    flush_thread_ = std::jthread([this](const std::stop_token& stop) { flush_loop(stop); });
    merge_thread_ = std::jthread([this](const std::stop_token& stop) { merge_loop(stop); });
}

EngineStore::~EngineStore() {
    {
        const std::lock_guard lock(queue_mutex_);
        closing_ = true;
    }
    base::metrics().gauges("ordertrail_index_rows", "Rows stored per index.", nullptr);
    base::metrics().gauges("ordertrail_index_bytes", "Bytes of parts per index.", nullptr);
    base::metrics().gauges("ordertrail_store", "The store's sizes, by what.", nullptr);
    stopping_.request_stop();
    for (std::jthread* thread : {&log_thread_, &flush_thread_, &merge_thread_})
        thread->request_stop();
    for (std::jthread* thread : {&log_thread_, &flush_thread_, &merge_thread_}) {
        if (thread->joinable()) thread->join();
    }
}

void EngineStore::append(event::Append request, event::AppendDone done) {
    Pending pending;
    pending.record = LogRecord::encode_request(request);
    pending.window = window_of(options_);
    pending.bytes = pending.record.size();
    // Many fields of few values take far more memory than room in the log.
    for (const event::IndexBatch& each : request.batches) pending.bytes += each.batch.memory();
    pending.prepared = prepare(std::move(request), pending.window);
    pending.done = std::move(done);
    std::string refusal;
    {
        const std::lock_guard lock(queue_mutex_);
        if (closing_) {
            refusal = "the store is closing";
        } else if (!queue_.empty() && queue_bytes_ + pending.bytes > options_.queue_bytes) {
            refusal = "too many requests wait for the log; try again later";
        } else {
            queue_bytes_ += pending.bytes;
            queue_.push_back(std::move(pending));
            queue_changed_.notify_one();
            return;
        }
    }
    pending.done(base::Error(base::Code::busy, refusal));
}

void EngineStore::log_loop(const std::stop_token& stop) {
    std::uint64_t sealed = 0;
    while (true) {
        std::deque<Pending> group;
        std::uint64_t wanted = 0;
        {
            const bool troubled = !log_trouble().empty();
            std::unique_lock lock(queue_mutex_);
            const auto has_work = [&] { return !queue_.empty() || seals_wanted_ > sealed; };
            if (troubled) {
                queue_changed_.wait_for(lock, stop, retry_after, has_work);
            } else {
                queue_changed_.wait(lock, stop, has_work);
            }
            wanted = seals_wanted_;
            if (!has_work() && stop.stop_requested()) return;
            group.swap(queue_);
        }
        if (group.empty() && wanted == sealed) {
            try_log_again();
            continue;
        }
        std::size_t bytes = 0;
        for (const Pending& pending : group) bytes += pending.bytes;
        if (!group.empty()) commit(std::move(group));
        if (wanted > sealed) {
            seal_as_wanted(wanted);
            sealed = wanted;
        }
        const std::lock_guard lock(queue_mutex_);
        queue_bytes_ -= bytes;
    }
}

bool EngineStore::wait_for_room(const std::stop_token& stop) {
    std::unique_lock lock(state_mutex_);
    state_changed_.wait(lock, stop, [this] {
        return sealed_.size() < most_sealed || active_->bytes() < options_.memtable_bytes ||
               !trouble_.empty() || !dead_.empty();
    });
    if (!dead_.empty()) return false;
    return sealed_.size() < most_sealed || active_->bytes() < options_.memtable_bytes;
}

void EngineStore::commit(std::deque<Pending> group) {
    const auto refuse = [&group](const base::Error& why) {
        for (Pending& pending : group) pending.done(why);
    };
    if (!wait_for_room(stopping_.get_token())) {
        refuse(base::Error(base::Code::busy, trouble()));
        return;
    }
    std::vector<Admission::Decision> decisions;
    std::vector<std::string*> records;
    std::unique_lock lock(state_mutex_);
    Admission admission(active_, sealed_, parts_);
    std::uint64_t sequence = next_sequence_;
    const std::uint64_t room = reserve();
    for (Pending& pending : group) {
        decisions.push_back(admission.decide(pending.prepared, sequence));
        sequence += pending.prepared.total_rows();
        LogRecord::append_decision(decisions.back().first_sequence, pending.window.first,
                                   pending.window.last, decisions.back().dropped, pending.record);
        records.push_back(&pending.record);
    }
    const std::optional<base::Error> failure = admission.failure();
    lock.unlock();
    if (failure) return refuse(*failure);
    const auto written = log_.append(records, room);
    lock.lock();
    if (!written) {
        if (!log_.dead().empty()) {
            dead_ = log_.dead();
        } else {
            const std::string message =
                fmt::format("the log cannot grow: {}", written.error().message);
            if (log_trouble_.empty()) base::log().error("{}; writes are refused", message);
            log_trouble_ = message;
            // What is in memory, once in parts, gives its log segments back.
            if (!active_->empty() && sealed_.size() < most_sealed) seal();
        }
        lock.unlock();
        state_changed_.notify_all();
        refuse(base::Error(written.error().code, trouble()));
        return;
    }
    log_trouble_.clear();
    next_sequence_ = sequence;
    for (std::size_t at = 0; at < group.size(); ++at) {
        admission.publish(group[at].prepared, decisions[at]);
    }
    const auto removes = [](const Admission::Decision& decision) {
        return !decision.removals.empty();
    };
    if (std::any_of(decisions.begin(), decisions.end(), removes)) part_views_ = nullptr;
    active_->last_segment = log_.segment();
    if ((active_->bytes() >= options_.memtable_bytes || log_is_long()) &&
        sealed_.size() < most_sealed) {
        seal();
    }
    lock.unlock();
    state_changed_.notify_all();
    for (std::size_t at = 0; at < group.size(); ++at) {
        group[at].done(std::move(decisions[at].outcome));
    }
}

void EngineStore::seal() {
    sealed_.push_back(active_);
    active_ = std::make_shared<Memtable>();
    active_->first_segment = log_.rotate();
    active_->last_segment = active_->first_segment;
}

bool EngineStore::log_is_long() const {
    return log_.segment() - active_->first_segment >= most_segments;
}

void EngineStore::seal_as_wanted(std::uint64_t wanted) {
    {
        const std::lock_guard lock(state_mutex_);
        if (!active_->empty() || log_.segment() > active_->first_segment) seal();
        seals_done_ = wanted;
    }
    state_changed_.notify_all();
}

std::string EngineStore::trouble() const {
    const std::lock_guard lock(state_mutex_);
    if (!dead_.empty()) return dead_;
    return log_trouble_.empty() ? trouble_ : log_trouble_;
}

std::string EngineStore::log_trouble() const {
    const std::lock_guard lock(state_mutex_);
    return log_trouble_;
}

std::uint64_t EngineStore::reserve() const {
    std::uint64_t bytes = active_->bytes();
    for (const auto& memtable : sealed_) bytes += memtable->bytes();
    return bytes;
}

void EngineStore::try_log_again() {
    std::unique_lock lock(state_mutex_);
    const std::uint64_t room = reserve();
    lock.unlock();
    if (!log_.check_room(room)) return;
    lock.lock();
    log_trouble_.clear();
    lock.unlock();
    base::log().info("the disk has room again; writing goes on");
}

std::vector<std::string> EngineStore::damage() const {
    const std::lock_guard lock(state_mutex_);
    std::vector<std::string> all = damage_;
    for (const auto& [key, views] : parts_) {
        for (const PartView& view : views) {
            if (view.part->quarantined()) {
                all.push_back(fmt::format("{} is damaged and left out of all answers",
                                          view.part->directory()));
            }
        }
    }
    return all;
}

std::shared_ptr<const Snapshot> EngineStore::snapshot() const {
    const std::lock_guard lock(state_mutex_);
    if (!part_views_) {
        auto views = std::make_shared<std::vector<PartView>>();
        for (const auto& [key, parts] : parts_)
            views->insert(views->end(), parts.begin(), parts.end());
        part_views_ = std::move(views);
    }
    std::vector<MemoryRows> memory;
    for (const auto& memtable : sealed_) {
        for (MemoryRows& rows : memtable->view()) memory.push_back(std::move(rows));
    }
    for (MemoryRows& rows : active_->view()) memory.push_back(std::move(rows));
    return std::make_shared<EngineSnapshot>(std::move(memory), part_views_, next_sequence_ - 1);
}

std::unique_ptr<Subscription> EngineStore::subscribe(std::uint64_t from) {
    return std::make_unique<EngineSubscription>(*this, from);
}

void EngineStore::wait_for(std::uint64_t sequence, base::Nanos at_most,
                           std::stop_token stop) const {
    std::unique_lock lock(state_mutex_);
    state_changed_.wait_for(lock, stop, std::chrono::nanoseconds(at_most),
                            [&] { return next_sequence_ > sequence; });
}

void EngineStore::register_metrics() {
    const auto per_index = [this](auto read) {
        return [this, read](const base::Metrics::Emit& emit) {
            for (const IndexInfo& info : snapshot()->indices()) {
                emit({{"index", info.name}}, static_cast<double>(read(info)));
            }
        };
    };
    base::metrics().gauges("ordertrail_index_rows", "Rows stored per index.",
                           per_index([](const IndexInfo& info) { return info.rows; }));
    base::metrics().gauges("ordertrail_index_bytes", "Bytes of parts per index.",
                           per_index([](const IndexInfo& info) { return info.bytes_on_disk; }));
    base::metrics().gauges(
        "ordertrail_store", "The store's sizes, by what.", [this](const base::Metrics::Emit& emit) {
            const std::lock_guard lock(state_mutex_);
            std::size_t parts = 0;
            std::uint64_t index_bytes = 0;
            for (const auto& [key, views] : parts_) {
                parts += views.size();
                for (const PartView& view : views) index_bytes += view.part->bytes_in_memory();
            }
            emit({{"what", "parts"}}, static_cast<double>(parts));
            emit({{"what", "part_index_bytes"}}, static_cast<double>(index_bytes));
            emit({{"what", "memtable_bytes"}}, static_cast<double>(active_->bytes()));
            emit({{"what", "memtables_waiting"}}, static_cast<double>(sealed_.size()));
            emit({{"what", "cache_bytes"}}, static_cast<double>(cache_->bytes()));
            emit({{"what", "cache_hits"}}, static_cast<double>(cache_->hits()));
            emit({{"what", "cache_misses"}}, static_cast<double>(cache_->misses()));
            std::size_t left_out = unreadable_.size();
            for (const auto& [key, views] : parts_) {
                left_out += static_cast<std::size_t>(
                    std::count_if(views.begin(), views.end(),
                                  [](const PartView& view) { return view.part->quarantined(); }));
            }
            emit({{"what", "parts_damaged"}}, static_cast<double>(left_out));
            emit({{"what", "part_descriptors"}}, static_cast<double>(part_files_->descriptors()));
            if (const auto space = files_.space(options_.directory))
                emit({{"what", "disk_free_bytes"}}, static_cast<double>(space.value().free_bytes));
            emit({{"what", "last_sequence"}}, static_cast<double>(next_sequence_ - 1));
        });
}

}  // namespace storage::engine

#include "query/live_feed.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "event/schema.h"

namespace query {

namespace {

constexpr base::Nanos tick = 50 * base::millisecond;
constexpr std::size_t step_bytes = 2 << 20;  // wanted
constexpr std::size_t most_step_rows = 1024;
constexpr int low_priority = 10;

void lower_priority() {
    // On Linux priorities are the threads' own. Where it is refused, all goes on as it is.
    static_cast<void>(
        ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), low_priority));
}

// Positions of the rows, by index, in their order.
std::vector<std::pair<std::string, std::vector<std::uint32_t>>> by_index(
    const event::Batch& batch) {
    std::vector<std::pair<std::string, std::vector<std::uint32_t>>> groups;
    const auto* column = batch.find(event::field::index, event::Type::string);
    std::size_t last = 0;
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        std::string_view name;
        if (column != nullptr) {
            const auto [first, end] = column->values_of(row);
            if (first < end) name = column->text(first);
        }
        if (last >= groups.size() || groups[last].first != name) {
            last = 0;
            while (last < groups.size() && groups[last].first != name) ++last;
            if (last == groups.size()) groups.emplace_back(name, std::vector<std::uint32_t>{});
        }
        groups[last].second.push_back(row);
    }
    return groups;
}

}  // namespace

base::Result<std::shared_ptr<const FeedStep>> read_step(storage::Subscription& subscription,
                                                        std::size_t rows) {
    auto step = std::make_shared<FeedStep>();
    step->from = subscription.position();
    TRY(event::Batch batch, subscription.next(rows));
    step->to = subscription.position();
    auto groups = by_index(batch);
    if (groups.size() == 1) {
        step->indices.push_back({std::move(groups[0].first), std::move(batch)});
    } else {
        for (auto& [index, chosen] : groups)
            step->indices.push_back({std::move(index), batch.gather(chosen)});
    }
    for (const auto& each : step->indices) step->bytes += each.batch.memory();
    return std::shared_ptr<const FeedStep>(std::move(step));
}

void LiveFeed::start() {
    reader_ = std::jthread([this](const std::stop_token& stop) { read_loop(stop); });
    worker_ = std::jthread([this](const std::stop_token& stop) { work_loop(stop); });
}

void LiveFeed::watch() {
    const std::lock_guard lock(mutex_);
    if (watchers_++ == 0 && !stopped_) {
        if (!reader_.joinable()) start();
        steps_.clear();
        bytes_ = rows_ = 0;
        end_ = store_.snapshot()->last_sequence() + 1;
    }
    changed_.notify_all();
}

void LiveFeed::leave() {
    const std::lock_guard lock(mutex_);
    if (--watchers_ > 0) return;
    steps_.clear();
    bytes_ = rows_ = 0;
}

std::shared_ptr<const FeedStep> LiveFeed::step(std::uint64_t position) const {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::upper_bound(steps_.begin(), steps_.end(), position,
                         [](std::uint64_t at, const auto& step) { return at < step->to; });
    return found == steps_.end() || (*found)->from > position ? nullptr : *found;
}

std::uint64_t LiveFeed::end() const {
    const std::lock_guard lock(mutex_);
    return end_;
}

std::uint64_t LiveFeed::begin() const {
    const std::lock_guard lock(mutex_);
    return steps_.empty() ? end_ : steps_.front()->from;
}

void LiveFeed::when(std::uint64_t position, base::Nanos at_most, std::function<void()> wake) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopped_ && end_ <= position) {
            waiters_.push_back({position, base::steady_now() + at_most, std::move(wake)});
            return;
        }
    }
    wake();
}

void LiveFeed::work(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopped_) {
            if (!reader_.joinable()) start();
            work_.push_back(std::move(work));
            changed_.notify_all();
            return;
        }
    }
    work();
}

void LiveFeed::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    reader_ = std::jthread();
    worker_ = std::jthread();
    std::vector<Waiter> waiters;
    std::deque<std::function<void()>> work;
    {
        const std::lock_guard lock(mutex_);
        waiters.swap(waiters_);
        work.swap(work_);
        steps_.clear();
    }
    subscription_.reset();
    for (const auto& waiter : waiters) waiter.wake();
    for (const auto& each : work) each();
}

bool LiveFeed::stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
}

void LiveFeed::read_loop(const std::stop_token& stop) {
    lower_priority();
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, stop, [&] { return watchers_ > 0 || !waiters_.empty(); });
            if (stop.stop_requested()) return;
            if (subscription_ == nullptr || subscription_->position() != end_)
                subscription_ = store_.subscribe(end_);
        }
        subscription_->wait(tick, stop);
        read_some();
        wake_due();
    }
}

// A step, or a jump to the newest rows.
void LiveFeed::read_some() {
    const std::uint64_t newest = store_.snapshot()->last_sequence() + 1;
    const std::uint64_t at = subscription_->position();
    if (newest > at && newest - at > most_lag) {
        const std::lock_guard lock(mutex_);
        steps_.clear();
        bytes_ = rows_ = 0;
        end_ = newest;
        return;
    }
    auto read = read_step(*subscription_, step_rows_);
    if (!read) {
        base::log().warn("the live feed cannot read what was stored: {}", read.error().message);
        subscription_.reset();
        const std::lock_guard lock(mutex_);
        steps_.clear();
        bytes_ = rows_ = 0;
        end_ = newest;
        return;
    }
    if (read.value()->from < read.value()->to) add(std::move(read.value()));
}

void LiveFeed::add(std::shared_ptr<const FeedStep> step) {
    std::size_t rows = 0;
    for (const auto& each : step->indices) rows += each.batch.rows();
    const std::size_t row_bytes =
        std::max<std::size_t>(64, step->bytes / std::max<std::size_t>(1, rows));
    step_rows_ = std::clamp<std::size_t>(step_bytes / row_bytes, 16, most_step_rows);
    const auto weight = [](const FeedStep& each) {
        return static_cast<std::size_t>(each.to - each.from);
    };
    const std::lock_guard lock(mutex_);
    if (end_ != step->from) return;  // all watchers left meanwhile
    end_ = step->to;
    bytes_ += step->bytes;
    rows_ += weight(*step);
    steps_.push_back(std::move(step));
    while (steps_.size() > 1 && (bytes_ > most_bytes || rows_ > most_rows)) {
        bytes_ -= steps_.front()->bytes;
        rows_ -= weight(*steps_.front());
        steps_.pop_front();
    }
}

void LiveFeed::wake_due() {
    std::vector<Waiter> due;
    {
        const std::lock_guard lock(mutex_);
        const base::Nanos now = base::steady_now();
        const auto later = std::partition(
            waiters_.begin(), waiters_.end(),
            [&](const Waiter& each) { return each.position >= end_ && each.until > now; });
        due.assign(std::make_move_iterator(later), std::make_move_iterator(waiters_.end()));
        waiters_.erase(later, waiters_.end());
    }
    for (const auto& each : due) each.wake();
}

void LiveFeed::work_loop(const std::stop_token& stop) {
    lower_priority();
    while (true) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            if (!changed_.wait(lock, stop, [&] { return !work_.empty(); })) return;
            work = std::move(work_.front());
            work_.pop_front();
        }
        work();
    }
}

}  // namespace query

#include "input/lumberjack/session.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/arrivals.h"
#include "base/clock.h"
#include "base/log.h"

namespace input {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t least_read = 4 << 10;
constexpr std::size_t most_read = 64 << 10;
constexpr std::size_t most_waiting = 8 << 20;
// Of acknowledgements that the client does not take.
constexpr std::size_t most_owed = 64 << 10;
// What a call of the reader may add beside its part.
constexpr std::size_t reader_step = 256 << 10;
constexpr auto first_pause = 50ms;

void append_acknowledgement(std::uint32_t sequence, std::string& to) {
    to += "2A";
    for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<char>(sequence >> shift));
}

std::string more_before(std::uint64_t left_out) {
    return left_out == 0 ? std::string() : fmt::format(" ({} like this before)", left_out);
}

std::size_t bytes_of(const lumberjack::EventBatch& batch) {
    return sizeof(batch) + batch.text.capacity() +
           batch.events.capacity() * sizeof(lumberjack::EventPlace);
}

// Whether it makes no sense to store the same events in smaller pieces, or to refuse them.
bool is_of_the_store(base::Code code) {
    return code == base::Code::io || code == base::Code::cancelled || code == base::Code::timeout ||
           code == base::Code::corrupt;
}

}  // namespace

LumberjackSession::LumberjackSession(LumberjackInput& input, std::shared_ptr<net::Stream> stream)
    : input_(input),
      options_(input.options_),
      stream_(std::move(stream)),
      reader_(options_.reader),
      has_room_(*stream_),
      has_batches_(*stream_),
      has_news_(*stream_) {}

net::Task<void> LumberjackSession::run() {
    stream_->spawn(read(shared_from_this()));
    stream_->spawn(store(shared_from_this()));
    co_await acknowledge();
    stream_->hold(0);
}

// --- reading
// ---------------------------------------------------------------------------------------------------

net::Task<void> LumberjackSession::read(std::shared_ptr<LumberjackSession> self) {
    std::exception_ptr thrown;
    try {
        co_await read_all();
    } catch (...) {
        thrown = std::current_exception();
        gone_ = true;
    }
    read_over_ = true;
    has_batches_.notify();
    has_news_.notify();
    self.reset();
    if (thrown) std::rethrow_exception(thrown);
}

net::Task<void> LumberjackSession::read_all() {
    std::string buffer(least_read, '\0');
    for (;;) {
        expect_more();
        const auto got = co_await stream_->read_some(buffer.data(), buffer.size());
        if (!got) {
            // Nothing is owed to a client that is idle, or gone.
            if (got.error().code != base::Code::timeout) gone_ = true;
            if (is_midway_) {
                base::log().debug("lumberjack: {} stopped within a window: {}", stream_->peer(),
                                  got.error().message);
            }
            co_return;
        }
        if (got.value() == 0) co_return;
        reader_.feed({buffer.data(), got.value()});
        const bool go_on = co_await take_batches(got.value() > least_read);
        if (!go_on) co_return;
        // An idle connection holds little.
        if (!is_midway_) {
            if (buffer.size() > least_read) buffer = std::string(least_read, '\0');
        } else if (got.value() == buffer.size() && buffer.size() < most_read) {
            buffer.resize(most_read);
        }
    }
}

// Until the bytes that were read are used up. False when nothing more is to be read.
net::Task<bool> LumberjackSession::take_batches(bool many) {
    for (;;) {
        const bool room = co_await wait_for_room();
        if (!room) co_return false;
        std::optional<base::Result<std::optional<EventBatch>>> next;
        if (many) {
            // Decompressing would hold up the other connections.
            auto work = [this] { return reader_.next(); };
            auto made = co_await net::run_on(input_.intakes_.runtime.ingest(), work);
            next.emplace(std::move(made));
        } else {
            next.emplace(reader_.next());
        }
        reader_bytes_ = reader_.held();
        is_midway_ = reader_.is_midway();
        reserved_ = 0;
        if (!*next) {
            break_off(next->error());
            co_return false;
        }
        auto batch = std::move(*next).value();
        if (!batch) {
            stream_->hold(held());
            co_return true;
        }
        queue(std::move(*batch));
        many = true;
    }
}

// Room for one more part, in this connection and among all of them.
net::Task<bool> LumberjackSession::wait_for_room() {
    const base::Nanos began = base::steady_now();
    const auto step = reader_step + options_.reader.part_bytes;
    while (waiting_bytes_ >= most_waiting || acknowledgements_.size() >= most_owed ||
           !stream_->hold(held() + step)) {
        // What is there of a window may go first: others wait for the room, too.
        if (waiting_.empty()) {
            if (auto part = reader_.take_part()) {
                reader_bytes_ = reader_.held();
                queue(std::move(*part));
            }
        }
        const bool waits_for_itself = is_waited_for() || !acknowledgements_.empty();
        // All may hold a part of a window and wait for room for the next: one of them goes on.
        if (!waits_for_itself && stream_->hold_beyond(held() + step)) break;
        co_await has_room_.wait_for(100ms);
        if (gone_ || store_over_ || stream_->is_stopping()) co_return false;
        const auto waited = std::chrono::nanoseconds(base::steady_now() - began);
        if (!waits_for_itself && waited > options_.stall) {
            break_off({base::Code::busy,
                       "the other connections hold too much (lumberjack.inflight_bytes)"});
            co_return false;
        }
    }
    reserved_ = step;
    co_return true;
}

void LumberjackSession::queue(EventBatch batch) {
    waiting_bytes_ += bytes_of(batch);
    waiting_.push_back(std::move(batch));
    has_batches_.notify();
}

void LumberjackSession::expect_more() {
    if (is_midway_) {
        stream_->read_within(options_.stall);
    } else {
        stream_->read_within(is_waited_for() ? net::Stream::forever : options_.idle);
    }
}

// What came in whole is still stored and acknowledged.
void LumberjackSession::break_off(const base::Error& why) {
    input_.figures_.broken.add();
    base::arrivals().hindered(input_.options_.origin.name, base::Hindrance::connection, 1,
                              stream_->peer(), why.message);
    if (const auto left_out = input_.broken_log_.pass()) {
        base::log().warn("lumberjack: the connection of {} is closed: {}{}", stream_->peer(),
                         why.message, more_before(*left_out));
    }
}

// --- storing
// ---------------------------------------------------------------------------------------------------

net::Task<void> LumberjackSession::store(std::shared_ptr<LumberjackSession> self) {
    std::exception_ptr thrown;
    try {
        co_await store_all();
    } catch (...) {
        thrown = std::current_exception();
    }
    busy_ = false;
    store_over_ = true;
    has_room_.notify();
    has_news_.notify();
    self.reset();
    if (thrown) std::rethrow_exception(thrown);
}

net::Task<void> LumberjackSession::store_all() {
    for (;;) {
        // Who is gone sends again what was not acknowledged.
        if (gone_) co_return;
        if (waiting_.empty()) {
            if (read_over_) co_return;
            co_await has_batches_.wait();
            continue;
        }
        const Group group = next_group();
        const bool stored = co_await store_group(group);
        if (!stored) {
            gone_ = true;
            stream_->close();
            co_return;
        }
        owe(*group);
        busy_ = false;
        busy_bytes_ = 0;
        stream_->hold(held());
        has_news_.notify();
        has_room_.notify();
    }
}

LumberjackSession::Group LumberjackSession::next_group() {
    auto group = std::make_shared<EventGroup>();
    busy_bytes_ = 0;
    while (!waiting_.empty()) {
        const std::size_t bytes = bytes_of(waiting_.front());
        const bool full =
            group->bytes() + bytes > options_.group_bytes ||
            group->events() + waiting_.front().events.size() > 2 * options_.reader.part_events;
        if (full && !group->batches().empty()) break;
        busy_bytes_ += bytes;
        group->add(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    waiting_bytes_ -= busy_bytes_;
    busy_ = true;
    return group;
}

// False when it cannot be stored and the client has to send it again, to whom it will.
net::Task<bool> LumberjackSession::store_group(Group group) {
    std::size_t too_long = 0;
    for (const auto& batch : group->batches()) {
        too_long += batch.too_long;
        if (batch.ends_window) input_.figures_.windows.add();
    }
    std::vector<Range> ranges;
    if (group->events() > 0) ranges.push_back({0, group->events()});
    while (!ranges.empty()) {
        const Range range = ranges.back();
        ranges.pop_back();
        const Outcome outcome = co_await store_range(group, range);
        if (outcome) {
            count(outcome.value());
        } else if (gone_ || is_of_the_store(outcome.error().code)) {
            if (!gone_) {
                base::log().error(
                    "lumberjack: {} events of {} cannot be stored, the connection is closed: {}",
                    range.end - range.begin, stream_->peer(), outcome.error().message);
            }
            co_return false;
        } else if (range.end - range.begin == 1) {
            refuse_here(1, outcome.error().message);
        } else {
            // The others are not to wait for the one that fails.
            const std::size_t middle = range.begin + (range.end - range.begin) / 2;
            ranges.push_back({middle, range.end});
            ranges.push_back({range.begin, middle});
        }
    }
    if (too_long > 0) {
        refuse_here(too_long, fmt::format("longer than {} bytes (limits.record_bytes)",
                                          options_.reader.event_bytes));
    }
    co_return true;
}

net::Task<LumberjackSession::Outcome> LumberjackSession::store_range(Group group, Range range) {
    auto pause = std::min<std::chrono::milliseconds>(first_pause, options_.longest_pause);
    net::Signal never(*stream_);
    for (;;) {
        Outcome outcome = co_await try_range(group, range);
        if (outcome || outcome.error().code != base::Code::busy) co_return outcome;
        input_.figures_.retries.add();
        if (const auto left_out = input_.busy_log_.pass()) {
            base::log().warn("lumberjack: events of {} have to wait: {}{}", stream_->peer(),
                             outcome.error().message, more_before(*left_out));
        }
        // Not acknowledged, it is the client's to send again.
        if (gone_ || stream_->is_stopping()) {
            gone_ = true;
            co_return outcome;
        }
        co_await never.wait_for(pause);
        pause = std::min(pause * 2, options_.longest_pause);
    }
}

net::Task<LumberjackSession::Outcome> LumberjackSession::try_range(Group group, Range range) {
    const auto* origin = &options_.origin;
    const auto& index = options_.index;
    const base::Nanos received = base::now();
    std::function<std::optional<event::Records>()> make = [group, range, origin, &index, received] {
        if (group->records().empty()) group->prepare(index);
        event::Records records;
        const auto first = group->records().begin();
        records.items.assign(first + static_cast<std::ptrdiff_t>(range.begin),
                             first + static_cast<std::ptrdiff_t>(range.end));
        records.owner = group;
        records.origin = origin;
        records.received = received;
        return std::optional(std::move(records));
    };
    co_return co_await accept(input_.intakes_, std::move(make));
}

void LumberjackSession::count(const event::RecordsOutcome& outcome) {
    using Status = event::RecordOutcome::Status;
    const auto rejected = std::count_if(
        outcome.items.begin(), outcome.items.end(),
        [](const event::RecordOutcome& item) { return item.status == Status::rejected; });
    if (rejected == 0) return;
    refuse(static_cast<std::size_t>(rejected),
           outcome.errors.empty() ? "unknown reason" : outcome.errors.front().message);
}

void LumberjackSession::refuse_here(std::size_t events, const std::string& why) {
    input_.figures_.received.add(events);
    input_.figures_.rejected.add(events);
    base::arrivals().hindered(input_.options_.origin.name, base::Hindrance::event, events,
                              stream_->peer(), why);
    refuse(events, why);
}

void LumberjackSession::refuse(std::size_t events, const std::string& why) {
    if (const auto left_out = input_.refused_log_.pass()) {
        base::log().warn(
            "lumberjack: {} events of {} are refused and acknowledged, the first: {}{}", events,
            stream_->peer(), why, more_before(*left_out));
    }
}

// --- acknowledging
// ---------------------------------------------------------------------------------------------

void LumberjackSession::owe(const EventGroup& group) {
    const auto& batches = group.batches();
    for (std::size_t at = 0; at < batches.size(); ++at) {
        const auto& batch = batches[at];
        // A later part of the same window says more.
        if (!batch.ends_window && at + 1 < batches.size()) continue;
        append_acknowledgement(batch.sequence, acknowledgements_);
        acknowledged_ = batch.ends_window ? 0 : batch.sequence;
    }
}

net::Task<void> LumberjackSession::acknowledge() {
    while (!(read_over_ && store_over_ && acknowledgements_.empty())) {
        std::string text = std::exchange(acknowledgements_, {});
        if (text.empty()) {
            const bool news = co_await has_news_.wait_for(options_.keep_alive);
            if (news || gone_) continue;
            if (!is_waited_for()) continue;
            // A sign of life: says again what is known of the window.
            append_acknowledgement(acknowledged_, text);
        }
        if (gone_) continue;
        const auto sent = co_await stream_->write(text);
        if (!sent) {
            gone_ = true;
            stream_->close();
            has_room_.notify();
            has_batches_.notify();
        } else {
            expect_more();
        }
    }
}

}  // namespace input

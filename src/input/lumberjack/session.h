#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "input/lumberjack/event_group.h"
#include "input/lumberjack/frame_reader.h"
#include "input/lumberjack/lumberjack_input.h"
#include "net/stream.h"

namespace input {

// One client's connection: three coroutines of its strand that read windows, store them in order,
// and acknowledge them. Each of them holds it.
class LumberjackSession : public std::enable_shared_from_this<LumberjackSession> {
  public:
    LumberjackSession(LumberjackInput& input, std::shared_ptr<net::Stream> stream);

    // Ends when the other two have.
    net::Task<void> run();

  private:
    using EventBatch = lumberjack::EventBatch;
    using EventGroup = lumberjack::EventGroup;
    using Group = std::shared_ptr<EventGroup>;
    using Outcome = base::Result<event::RecordsOutcome>;
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    net::Task<void> read(std::shared_ptr<LumberjackSession> self);
    net::Task<void> read_all();
    net::Task<bool> take_batches(bool many);
    net::Task<bool> wait_for_room();
    void queue(EventBatch batch);
    void expect_more();
    void break_off(const base::Error& why);

    net::Task<void> store(std::shared_ptr<LumberjackSession> self);
    net::Task<void> store_all();
    Group next_group();
    net::Task<bool> store_group(Group group);
    // One try after the other until it is durable or cannot be.
    net::Task<Outcome> store_range(Group group, Range range);
    net::Task<Outcome> try_range(Group group, Range range);
    void count(const event::RecordsOutcome& outcome);
    // Counts events that the pipeline did not see, and logs them.
    void refuse_here(std::size_t events, const std::string& why);
    void refuse(std::size_t events, const std::string& why);

    net::Task<void> acknowledge();
    void owe(const EventGroup& group);
    bool is_waited_for() const { return busy_ || !waiting_.empty(); }
    std::size_t held() const { return reader_bytes_ + reserved_ + waiting_bytes_ + busy_bytes_; }

    LumberjackInput& input_;
    const LumberjackOptions& options_;
    const std::shared_ptr<net::Stream> stream_;
    lumberjack::FrameReader reader_;  // perhaps at work on an ingest thread: for read() alone
    std::size_t reader_bytes_ = 0;    // held by it, as of its last call
    bool is_midway_ = false;          // the same
    std::size_t reserved_ = 0;        // for its present call

    std::deque<EventBatch> waiting_;  // read, in order
    std::size_t waiting_bytes_ = 0;
    bool busy_ = false;  // a group is being stored
    std::size_t busy_bytes_ = 0;
    std::string acknowledgements_;    // to be sent
    std::uint32_t acknowledged_ = 0;  // of the window that is stored in parts
    bool read_over_ = false;
    bool store_over_ = false;
    bool gone_ = false;  // nobody is there to be answered

    net::Signal has_room_;
    net::Signal has_batches_;
    net::Signal has_news_;  // for acknowledge()
};

}  // namespace input

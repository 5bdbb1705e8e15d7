#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "api/native/tail.h"
#include "query/row_filter.h"
#include "query/selection.h"

namespace api {

// One open tail: where it is in the store's rows, and the next piece of its event stream. One
// thread at a time.
class TailStream {
  public:
    struct Start {
        query::Selection selection;
        std::uint64_t position = 0;  // first sequence number wanted
        std::size_t back = 0;        // newest rows that go before it
    };

    TailStream(std::shared_ptr<Tails::Shared> shared, query::RowFilter filter, Start start);
    ~TailStream();
    TailStream(const TailStream&) = delete;
    TailStream& operator=(const TailStream&) = delete;

    // What there is to send now: frames, or nothing. Never more than a few thousand rows or some
    // megabytes.
    std::string piece();
    // Whether the last piece was the last.
    bool ended() const { return ended_; }
    // Whether it has once caught up with what is stored.
    bool live() const { return live_; }
    // Whether the last piece but empty ones had rows.
    bool sent_rows() const { return sent_rows_; }
    std::uint64_t position() const { return position_; }
    base::Nanos until_heartbeat() const;

  private:
    struct Found {
        std::uint64_t sequence = 0;
        std::uint32_t rows = 0;  // in FeedStep::indices
        std::uint32_t row = 0;
    };

    base::Status go_on(std::string& out);
    base::Status send_back(std::string& out);
    base::Result<std::shared_ptr<const query::FeedStep>> next_step();
    // Rows of a step that fit, in their order, from position_ on.
    base::Result<std::vector<Found>> find(const query::FeedStep& step);
    // Leaves out what the feed has; how many rows that fit were passed over.
    base::Status skip(std::string& out);
    void send_skipped(std::uint64_t count, std::string& out);
    void send_rows(const query::FeedStep& step, const std::vector<Found>& found, std::string& out);
    void send_state(std::string& out);
    void begin_frame(std::string_view event, std::string& out) const;

    std::shared_ptr<Tails::Shared> shared_;
    query::RowFilter filter_;
    Start start_;
    std::uint64_t position_;
    std::uint64_t caught_up_at_;                  // nothing before it is ever left out
    std::unique_ptr<storage::Subscription> own_;  // while the feed does not have the position
    std::size_t room_ = 0;                        // rows that the piece may still take
    base::Nanos heartbeat_at_ = 0;
    bool begun_ = false;
    bool live_ = false;
    bool sent_rows_ = false;
    bool ended_ = false;
};

}  // namespace api

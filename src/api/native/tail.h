#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "event/catalog.h"
#include "net/http.h"
#include "query/live_feed.h"
#include "storage/store.h"

namespace api {

class TailStream;

struct TailOptions {
    std::size_t most = 100;                       // open tails; beyond it 429
    base::Nanos pause = 200 * base::millisecond;  // between pieces of a busy stream
    base::Nanos heartbeat = 15 * base::second;
    // A live stream that is behind by more rows leaves them out. Fewer than the feed holds, so that
    // they can be counted.
    std::uint64_t most_lag = 60'000;
};

// GET /_trail/v1/tail: live events as a text/event-stream. Every stream goes through what was
// stored at its own pace, as fast as its client takes it: at first from the store (resuming loses
// nothing), then from a feed that all share; where the client is too slow for the feed, events are
// left out and counted. All work is done on the feed's threads of low priority. Thread-safe.
// REQUIRES: outlives the server.
class Tails {
  public:
    Tails(storage::Store& store, const event::Catalog& catalog, net::Runtime& runtime,
          TailOptions options);

    net::Task<net::HttpResponse> answer(net::HttpRequest request);

    // Ends all streams, and opens no more: before the server stops.
    void stop() { shared_->feed.stop(); }

  private:
    friend class TailStream;
    // Held by the streams too.
    struct Shared {
        Shared(storage::Store& of, const event::Catalog& its, TailOptions wanted);
        storage::Store& store;
        const event::Catalog& catalog;
        const TailOptions options;
        std::atomic<std::size_t> open{0};
        base::Counter& rows;
        base::Counter& skipped;
        base::Counter& refused;
        query::LiveFeed feed;
    };
    // A piece of the stream when there is one; empty at its end.
    net::Task<std::string> next(const std::shared_ptr<TailStream>& stream, std::stop_token gone);
    // Until the feed has rows from `position` on, for at most so long.
    net::Task<bool> wait(std::uint64_t position, base::Nanos at_most);

    net::Runtime& runtime_;
    std::shared_ptr<Shared> shared_;
};

}  // namespace api

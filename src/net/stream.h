#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/task.h"
#include "net/tls.h"

// For protocols over TCP, or TLS over TCP, that are not HTTP.

namespace net {

// One client's connection. Everything of it happens on its own strand: whoever holds it must be a
// coroutine there (the handler, or one that it spawned).
class Stream {
  public:
    static constexpr std::chrono::milliseconds forever = std::chrono::milliseconds::max();

    virtual ~Stream() = default;

    // Reads what there is, 1 to `size` bytes; 0 when the client has ended its side, or the server
    // is stopping. Timeout as read_within says; Io when the connection broke. One at a time.
    virtual Task<base::Result<std::size_t>> read_some(char* to, std::size_t size) = 0;
    // How long from now on the present read, or the next, may take.
    virtual void read_within(std::chrono::milliseconds limit) = 0;

    // Writes all of it; the bytes stay until then. Timeout when the client takes nothing for too
    // long, Io when the connection broke: it is closed then. One at a time, beside a read.
    virtual Task<base::Status> write(std::string_view bytes) = 0;

    // Closes now: a read and a write under way fail.
    virtual void close() = 0;

    // Whether the server stops: what was begun is to be finished, and nothing more begun.
    virtual bool is_stopping() const = 0;
    // The client's address, with its port.
    virtual const std::string& peer() const = 0;

    // Says how many bytes this connection holds for its client. False, and nothing changed, when
    // all of the server's connections together would hold too much; less than before always fits.
    virtual bool hold(std::size_t bytes) = 0;
    // The same for one that cannot go on without: beyond the limit, too, but for one connection of
    // the server at a time, until its next hold(). With it connections that all hold something and
    // need more do not wait for each other for ever.
    virtual bool hold_beyond(std::size_t bytes) = 0;

    // Runs a further coroutine beside the handler's. The connection lives as long as somebody holds
    // it. No exception leaves the task: it is logged.
    virtual void spawn(Task<void> task) = 0;

    virtual asio::any_io_executor executor() = 0;
};

// By which one coroutine of a stream waits for the others. One waits at a time.
class Signal {
  public:
    explicit Signal(Stream& stream);
    ~Signal();
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    // Wakes the one that waits, else the next one that does.
    void notify();
    // False when the time is over.
    Task<bool> wait_for(std::chrono::milliseconds limit);
    Task<void> wait();

  private:
    struct Timer;
    std::unique_ptr<Timer> timer_;
    bool notified_ = false;
};

struct StreamServerOptions {
    std::string name;  // of the protocol, in the log and as the label `input` of metrics
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;           // 0: any free one
    std::shared_ptr<TlsContext> tls;  // nullptr: plain TCP
    std::size_t max_connections = 1000;
    std::size_t max_held_bytes = 128 << 20;       // see Stream::hold
    std::chrono::milliseconds handshake{10'000};  // of TLS
    std::chrono::milliseconds write{30'000};      // without a byte taken by the client
};

// A TCP server. Owned by app. Thread-safe.
class StreamServer {
  public:
    // Serves one connection; it is closed when the coroutine ends.
    using Handler = std::function<Task<void>(std::shared_ptr<Stream>)>;

    // Listens at once. Handlers run on `runtime.io()` and must not block it. InvalidArgument for an
    // address that is none, Io when it cannot be had.
    static base::Result<std::unique_ptr<StreamServer>> create(Runtime& runtime,
                                                              StreamServerOptions options,
                                                              Handler handler);
    virtual ~StreamServer() = default;

    virtual std::uint16_t port() const = 0;
    // Takes no more connections, lets handlers finish for at most `limit`, then breaks them off.
    // Blocks; not to be called from a thread of the runtime. The destructor stops with no patience.
    virtual void stop(std::chrono::milliseconds limit) = 0;
};

}  // namespace net

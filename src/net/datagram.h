#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/task.h"

// For protocols over UDP that answer nothing.

namespace net {

// Datagrams that were read together. Immutable once handed over.
class Datagrams {
  public:
    struct Place {
        std::uint32_t offset = 0;
        std::uint32_t size = 0;
        std::uint32_t peer = 0;
    };

    std::size_t size() const { return places_.size(); }
    std::string_view text(std::size_t at) const {
        return std::string_view(text_).substr(places_[at].offset, places_[at].size);
    }
    // The sender's address, without port.
    const std::string& peer(std::size_t at) const { return peers_[places_[at].peer]; }

    void add(std::string_view datagram, const std::string& peer);

  private:
    std::string text_;
    std::vector<Place> places_;
    std::vector<std::string> peers_;
};

struct DatagramServerOptions {
    std::string name;  // of the protocol, in the log and as the label `input` of metrics
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;             // 0: any free one
    int receive_bytes = 8 << 20;        // the kernel's buffer; it gives half of it without rights
    std::size_t batch_datagrams = 512;  // most of a call of the handler
};

// Reads datagrams, a batch at a time. While the handler works the kernel keeps what comes, and
// drops what finds no room: that is counted (ordertrail_datagrams_dropped_total), as are those that
// were read. Owned by app. Thread-safe.
class DatagramServer {
  public:
    // Must not throw, nor block the io threads. It is called again when it has ended.
    using Handler = std::function<Task<void>(std::shared_ptr<const Datagrams>)>;

    // Listens at once; handlers run on `runtime.io()`. InvalidArgument for an address that is none,
    // Io when it cannot be had.
    static base::Result<std::unique_ptr<DatagramServer>> create(Runtime& runtime,
                                                                DatagramServerOptions options,
                                                                Handler handler);
    virtual ~DatagramServer() = default;

    virtual std::uint16_t port() const = 0;
    // Reads no more and waits until what was read is handled, for at most `limit`. Blocks; not to
    // be called from a thread of the runtime. The destructor stops with no patience.
    virtual void stop(std::chrono::milliseconds limit) = 0;
};

}  // namespace net

#include "net/datagram.h"

#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "base/arrivals.h"
#include "base/log.h"
#include "base/metrics.h"
#include "net/wait.h"

namespace net {

using asio::ip::udp;
using boost::system::error_code;

namespace {

// A datagram of UDP holds no more.
constexpr std::size_t most_bytes = 65'536;
// Read by one call of the system.
constexpr std::size_t at_once = 32;
// After a failed read the next try waits this long.
constexpr std::chrono::milliseconds read_pause{100};

base::Error cannot_listen(const DatagramServerOptions& options, const error_code& error) {
    return {base::Code::io,
            fmt::format("cannot listen on {}:{} (UDP): {}; choose another address or port, or end "
                        "the program that holds it",
                        options.address, options.port, error.message())};
}

// Buffers of recvmmsg, and what it says of them.
class Reader {
  public:
    Reader() : bytes_(at_once * most_bytes) {}

    // The number of datagrams read, 0 when none is there; negative: failed, see errno.
    int read(int socket) {
        for (std::size_t at = 0; at < at_once; ++at) {
            pieces_[at] = {bytes_.data() + at * most_bytes, most_bytes};
            auto& header = messages_[at].msg_hdr;
            header = {};
            header.msg_name = &senders_[at];
            header.msg_namelen = sizeof(senders_[at]);
            header.msg_iov = &pieces_[at];
            header.msg_iovlen = 1;
        }
        const int read = recvmmsg(socket, messages_.data(), at_once, MSG_DONTWAIT, nullptr);
        return read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? 0 : read;
    }

    std::string_view text(std::size_t at) const {
        return {bytes_.data() + at * most_bytes, messages_[at].msg_len};
    }
    std::string peer(std::size_t at) const {
        udp::endpoint endpoint;
        const std::size_t size = messages_[at].msg_hdr.msg_namelen;
        if (size > endpoint.capacity()) return "unknown";
        std::memcpy(endpoint.data(), &senders_[at], size);
        endpoint.resize(size);
        auto address = endpoint.address();
        if (address.is_v6() && address.to_v6().is_v4_mapped()) {
            address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
        }
        return address.to_string();
    }

  private:
    std::vector<char> bytes_;
    std::array<mmsghdr, at_once> messages_{};
    std::array<iovec, at_once> pieces_{};
    std::array<sockaddr_storage, at_once> senders_{};
};

// The socket and the coroutine that reads it, which holds it.
class Receiver : public std::enable_shared_from_this<Receiver> {
  public:
    Receiver(DatagramServerOptions options, udp::socket socket, DatagramServer::Handler handler)
        : options_(std::move(options)),
          socket_(std::move(socket)),
          handler_(std::move(handler)),
          received_(base::metrics().counter("ordertrail_datagrams_received_total",
                                            "Datagrams read at an input's UDP port",
                                            {{"input", options_.name}})),
          dropped_(base::metrics().counter(
              "ordertrail_datagrams_dropped_total",
              "Datagrams that the kernel dropped because an input's UDP port was not read in time",
              {{"input", options_.name}})) {}

    void start() {
        asio::co_spawn(
            socket_.get_executor(), [self = shared_from_this()] { return self->run(); },
            [self = shared_from_this()](std::exception_ptr thrown) {
                if (thrown) base::log().error("{}: the UDP port stopped", self->options_.name);
                const std::lock_guard lock(self->mutex_);
                self->ended_ = true;
                self->has_ended_.notify_all();
            });
    }

    void stop(std::chrono::milliseconds limit) {
        asio::post(socket_.get_executor(), [self = shared_from_this()] {
            error_code ignored;
            self->socket_.close(ignored);
        });
        std::unique_lock lock(mutex_);
        has_ended_.wait_for(lock, limit, [this] { return ended_; });
    }

  private:
    Task<void> run() {
        while (socket_.is_open()) {
            error_code error;
            co_await socket_.async_wait(udp::socket::wait_read,
                                        asio::redirect_error(asio::use_awaitable, error));
            if (!socket_.is_open()) break;
            if (error) {
                co_await pause_for(read_pause);
                continue;
            }
            auto batch = read_batch();
            if (batch->size() == 0) continue;
            received_.add(batch->size());
            co_await handler_(std::move(batch));
        }
    }

    std::shared_ptr<const Datagrams> read_batch() {
        auto batch = std::make_shared<Datagrams>();
        while (batch->size() < options_.batch_datagrams) {
            const int read = reader_.read(socket_.native_handle());
            if (read <= 0) break;
            const auto count = static_cast<std::size_t>(read);
            for (std::size_t at = 0; at < count; ++at) {
                batch->add(reader_.text(at), reader_.peer(at));
            }
            if (count < at_once) break;
        }
        count_dropped();
        return batch;
    }

    void count_dropped() {
        std::array<std::uint32_t, SK_MEMINFO_VARS> figures{};
        socklen_t size = sizeof(figures);
        if (getsockopt(socket_.native_handle(), SOL_SOCKET, SO_MEMINFO, figures.data(), &size) !=
            0) {
            return;
        }
        const std::uint32_t dropped = figures[SK_MEMINFO_DROPS];
        dropped_.add(dropped - dropped_before_);
        base::arrivals().hindered(options_.name, base::Hindrance::drop, dropped - dropped_before_,
                                  "", "more came than was read in time");
        dropped_before_ = dropped;
    }

    const DatagramServerOptions options_;
    udp::socket socket_;
    const DatagramServer::Handler handler_;
    Reader reader_;
    std::uint32_t dropped_before_ = 0;
    base::Counter& received_;
    base::Counter& dropped_;

    std::mutex mutex_;
    std::condition_variable has_ended_;
    bool ended_ = false;  // guarded by mutex_
};

class AsioDatagramServer final : public DatagramServer {
  public:
    AsioDatagramServer(std::shared_ptr<Receiver> receiver, std::uint16_t port)
        : receiver_(std::move(receiver)), port_(port) {}
    ~AsioDatagramServer() override { stop(std::chrono::milliseconds(0)); }

    std::uint16_t port() const override { return port_; }
    void stop(std::chrono::milliseconds limit) override { receiver_->stop(limit); }

  private:
    const std::shared_ptr<Receiver> receiver_;
    const std::uint16_t port_;
};

}  // namespace

void Datagrams::add(std::string_view datagram, const std::string& peer) {
    if (peers_.empty() || peers_.back() != peer) peers_.push_back(peer);
    places_.push_back({static_cast<std::uint32_t>(text_.size()),
                       static_cast<std::uint32_t>(datagram.size()),
                       static_cast<std::uint32_t>(peers_.size() - 1)});
    text_ += datagram;
}

base::Result<std::unique_ptr<DatagramServer>> DatagramServer::create(Runtime& runtime,
                                                                     DatagramServerOptions options,
                                                                     Handler handler) {
    error_code error;
    const auto& address = options.address;
    const auto ip = asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
    if (error) {
        return base::invalid(fmt::format("[{}] is not an IP address to listen on", address));
    }
    const udp::endpoint endpoint(ip, options.port);
    udp::socket socket(asio::make_strand(runtime.io()));
    socket.open(endpoint.protocol(), error);
    if (!error) socket.non_blocking(true, error);
    if (!error) socket.bind(endpoint, error);
    if (error) return cannot_listen(options, error);
    const auto local = socket.local_endpoint(error);
    if (error) return cannot_listen(options, error);
    // Not needed: without it more is dropped.
    const int bytes = options.receive_bytes;
    if (setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) !=
        0) {
        setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    }
    auto receiver =
        std::make_shared<Receiver>(std::move(options), std::move(socket), std::move(handler));
    receiver->start();
    return std::make_unique<AsioDatagramServer>(std::move(receiver), local.port());
}

}  // namespace net

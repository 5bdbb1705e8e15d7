#include "net/datagram.h"

#include <gtest/gtest.h>

#include <boost/asio/ip/udp.hpp>
#include <condition_variable>
#include <mutex>

#include "base/metrics.h"

namespace net {
namespace {

using namespace std::chrono_literals;
using asio::ip::udp;

class DatagramTest : public ::testing::Test {
  protected:
    void listen(DatagramServerOptions options = {}) {
        options.name = "test";
        auto made = DatagramServer::create(
            runtime_, options, [this](std::shared_ptr<const Datagrams> batch) -> Task<void> {
                std::unique_lock lock(mutex_);
                for (std::size_t at = 0; at < batch->size(); ++at) {
                    texts_.emplace_back(batch->text(at));
                    peer_ = batch->peer(at);
                }
                changed_.notify_all();
                // Only in tests: holds up the one io thread.
                changed_.wait(lock, [this] { return !held_up_; });
                co_return;
            });
        ASSERT_TRUE(made) << made.error().message;
        server_ = std::move(made.value());
    }
    void send(std::string_view text) {
        socket_.send_to(asio::buffer(text.data(), text.size()),
                        udp::endpoint(asio::ip::address_v4::loopback(), server_->port()));
    }
    bool wait_for(std::size_t count, std::chrono::milliseconds limit = 20s) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, limit, [&] { return texts_.size() >= count; });
    }
    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return texts_.size();
    }
    void hold_up(bool on) {
        const std::lock_guard lock(mutex_);
        held_up_ = on;
        changed_.notify_all();
    }
    void TearDown() override {
        hold_up(false);
        server_.reset();
        runtime_.stop();
    }

    Runtime runtime_{1, 1, 1};
    std::unique_ptr<DatagramServer> server_;
    asio::io_context context_;
    udp::socket socket_{context_, udp::v4()};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> texts_;
    std::string peer_;
    bool held_up_ = false;
};

TEST_F(DatagramTest, ReadsDatagramsInOrder) {
    listen();
    const std::string large(60'000, 'x');
    for (const auto* text : {"one", "", "three"}) send(text);
    send(large);
    ASSERT_TRUE(wait_for(4));
    EXPECT_EQ(texts_, (std::vector<std::string>{"one", "", "three", large}));
    EXPECT_EQ(peer_, "127.0.0.1");
}

TEST_F(DatagramTest, CountsWhatTheKernelDrops) {
    auto& dropped =
        base::metrics().counter("ordertrail_datagrams_dropped_total", "", {{"input", "test"}});
    const auto before = dropped.value();
    DatagramServerOptions options;
    options.receive_bytes = 4096;
    listen(options);
    hold_up(true);
    send("first");
    ASSERT_TRUE(wait_for(1));
    for (int at = 0; at < 1000; ++at) send(std::string(1000, 'x'));
    hold_up(false);
    // What is behind the others in the kernel's buffer is read behind them.
    std::size_t sent = 1001;
    for (bool is_last = false; !is_last && sent < 2000;) {
        send("last");
        ++sent;
        wait_for(count() + 1, 20ms);
        const std::lock_guard lock(mutex_);
        is_last = texts_.back() == "last";
    }
    server_->stop(5s);
    EXPECT_EQ(dropped.value() - before, sent - texts_.size());
    EXPECT_LT(texts_.size(), 1000U);
}

TEST_F(DatagramTest, RefusesAddressesThatCannotBeHad) {
    listen();
    DatagramServerOptions options;
    options.port = server_->port();
    const auto taken = DatagramServer::create(runtime_, options, {});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, base::Code::io);
    options.address = "nowhere";
    EXPECT_EQ(DatagramServer::create(runtime_, options, {}).error().code,
              base::Code::invalid_argument);
}

TEST_F(DatagramTest, StopsWhileItWaits) {
    listen();
    server_->stop(20s);
    server_.reset();
}

}  // namespace
}  // namespace net

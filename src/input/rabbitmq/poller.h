#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "input/delivery.h"
#include "input/rabbitmq/management.h"

namespace input::rabbitmq {

struct PollerOptions {
    Broker broker;
    TlsFiles tls;
    std::chrono::milliseconds interval{30'000};
};

// Asks one broker's management API for its queues, again and again, and stores what it says; stores
// an event as well when the API cannot be asked any more, and when it can again. Thread-safe.
// REQUIRES: `delivery` and `names` outlive it.
class Poller {
  public:
    Poller(PollerOptions options, Delivery& delivery, ConnectionNames& names);
    ~Poller() { stop(); }

    void start();
    void stop();

  private:
    void run();
    base::Status ask(JsonEvents& to);
    void note(const base::Status& asked, JsonEvents& to);

    const PollerOptions options_;
    const std::string name_;
    Delivery& delivery_;
    ConnectionNames& names_;
    bool fails_ = false;

    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::thread thread_;
};

}  // namespace input::rabbitmq

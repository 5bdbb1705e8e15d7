#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/metrics.h"
#include "input/delivery.h"
#include "input/rabbitmq/connection.h"
#include "input/rabbitmq/event_writer.h"
#include "input/rabbitmq/ledger.h"

namespace input::rabbitmq {

struct ConsumerOptions {
    Broker broker;
    TlsFiles tls;
    QueueOptions queues;
    std::string ledger;  // its file
    std::size_t batch_events = 1000;
    std::size_t batch_bytes = 4 << 20;
};

// Consumes one broker on a thread of its own: takes what has come, stores it, acknowledges it, and
// connects again, with growing pauses, whenever the broker is gone. Thread-safe. REQUIRES:
// `delivery` and `names` outlive it.
class Consumer {
  public:
    Consumer(ConsumerOptions options, WriterOptions writer, Delivery& delivery,
             ConnectionNames& names);
    ~Consumer() { stop(); }

    // Corrupt for a ledger that cannot be read.
    base::Status start();
    void stop();

    bool is_connected() const { return connected_; }

  private:
    void run();
    // Until the connection is gone or stop(); tells why.
    base::Status consume(Connection& connection);
    // Nothing when nothing came.
    base::Result<bool> one_batch(Connection& connection);
    base::Status store(const std::vector<Message>& messages, base::Nanos received);
    base::Status deliver(std::shared_ptr<JsonEvents> events);
    void welcome(const Connection& connection);
    void complain(const base::Error& why);
    // Stores an event about the broker itself.
    void tell(std::string_view event_type, std::string_view level, std::string_view message);
    bool pause(std::chrono::milliseconds time);

    const ConsumerOptions options_;
    const std::string name_;
    EventWriter writer_;
    Ledger ledger_;
    Delivery& delivery_;
    base::Counter& skipped_;
    base::Counter& connects_;
    Connection::Waiting late_;  // messages still to come that waited in the queues
    bool took_some_ = false;    // since it was connected

    std::string trouble_;  // why the broker is not followed; empty when it is

    std::atomic<bool> connected_ = false;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::thread thread_;
};

}  // namespace input::rabbitmq

#pragma once

#include "app/plant/order.h"
#include "app/plant/world.h"

namespace plant {

// Writes what happens to orders as the services log it, into the world's line. One thread at a
// time.
class OrderLines {
  public:
    explicit OrderLines(World& world) : world_(world), line_(world.line) {}

    void created(const Order& order, Millis at);
    void stored(const Order& order, Millis at);
    void uploaded(const Order& order, Millis at);
    void submitted(const Order& order, Millis at);
    void publish_failed(const Order& order, Millis at);
    void calculation_start(const Order& order, Millis at);
    void calculation_step(const Order& order, Millis at);
    void calculation_slow(const Order& order, Millis at);
    void calculation_failed(const Order& order, Millis at);
    void calculated(const Order& order, Millis at);
    void approved(const Order& order, Millis at);
    void making_started(const Order& order, Millis at);
    void making_finished(const Order& order, Millis at);
    void packed(const Order& order, Millis at);
    void shipped(const Order& order, Millis at);
    void closed(const Order& order, Millis at);
    // The file is read from S3, which does not know the order.
    void read(const Order& order, Millis at);

    // A message, as the service logs it that sends or receives it. Lines of one span (a message
    // being handled) share its number; 0: none.
    void sent(const Order& order, Millis at, Service sender, Queue queue, int span);
    void received(const Order& order, Millis at, Service receiver, Queue queue, int span);
    // The same message as the broker's own trace tells it.
    void traced(const Order& order, Millis at, Kind kind, Service peer, Queue queue);
    void timing(const Order& order, Millis at, Service service, Queue queue);

  private:
    void begin(const Order& order, Millis at, Service service, Kind kind);
    void user(const Order& order);
    void file(const Order& order);
    void trace(const Order& order, int span);
    void machine(const Order& order, Service service);
    void message_id(const Order& order, Queue queue);
    void operator_id(const Order& order);
    void manager_id(const Order& order);

    World& world_;
    Line& line_;
};

}  // namespace plant

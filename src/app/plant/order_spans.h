#pragma once

#include <cstddef>
#include <string>

#include "app/plant/order.h"
#include "app/plant/world.h"

namespace plant {

// Writes what happens to orders as the services trace it, beside their lines: spans with the trace
// id of the order and the span ids that its lines have. Draws no random numbers, so that the lines
// are the same with and without. One thread at a time.
class OrderSpans {
  public:
    explicit OrderSpans(World& world) : world_(world) {}

    void created(const Order& order, Millis at);
    // The file of an upload that began at the order's `span_begin` is stored.
    void uploaded(const Order& order, Millis at);
    void publish_failed(const Order& order, Millis at);
    // The end of the request or message of which `sent` is the last step.
    void submitted(const Order& order, Millis at);
    void priced(const Order& order, Millis at);
    void approved(const Order& order, Millis at);
    void shipped(const Order& order, Millis at);
    // A message that is taken and put aside for people.
    void received(const Order& order, Millis at, Service receiver, Queue queue);
    void file_read(const Order& order, Millis at);
    void calculated(const Order& order, Millis at);
    void calculation_failed(const Order& order, Millis at);
    void making_started(const Order& order, Millis at);
    void closed(const Order& order, Millis at);

    // How long the file of an order is on its way to S3.
    static Millis upload_time(const Order& order);

  private:
    struct Span;
    void write(const Order& order, const Span& span);
    void send(const Order& order, Millis at, Service sender, Queue queue, int parent);
    void get_file(const Order& order, Millis at, int number, int parent);
    void query(const Order& order, Millis begin, Millis end, Service database, int number,
               int parent, std::string_view statement);

    World& world_;
};

// The event that comes next is given out, and its spans with it.
void settle_spans(World& world);
// Appends the spans of events that were given out as one request of OTLP in JSON and forgets them.
// Returns how many.
std::size_t take_spans(World& world, std::string& out);

}  // namespace plant

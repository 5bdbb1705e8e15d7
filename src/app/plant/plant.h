#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace plant {

struct Environment {
    std::string name = "prod";
    double share = 1;    // of the orders
    bool debug = false;  // logs DEBUG too
};

// Machines per service, per environment.
struct Hosts {
    int shop = 3;
    int crm = 2;
    int mes = 4;
    int rabbitmq = 3;
    int s3 = 2;
};

struct Options {
    std::uint64_t seed = 1;
    base::Nanos start = 0;
    // Events at and after this time are not made; without it the plant runs for ever.
    std::optional<base::Nanos> end;
    double orders_per_day = 1000;  // over all environments, mean over the week
    std::vector<Environment> environments = {{"prod", 0.94, false}, {"test", 0.06, true}};
    Hosts hosts;
    // How many orders get lost, stuck, late or made from a wrong file: 1 is as in a real business,
    // about one of a hundred. A small plant shows them all with more.
    double misfortune = 1;
    bool bursts =
        true;  // now and then customers place ten times as many orders for a quarter of an hour
    bool outages = true;  // now and then the MES is down for 40 minutes
    bool traces = false;  // makes spans of the orders' ways, too: see take_traces
};

// What the plant has done so far. Of the orders that never arrive, each is counted when its last
// event is made.
struct Figures {
    std::uint64_t events = 0;
    std::uint64_t spans = 0;
    std::uint64_t created = 0;
    std::uint64_t closed = 0;
    std::uint64_t abandoned = 0;   // by the customer, before submission
    std::uint64_t lost = 0;        // a message was sent and will never be received
    std::uint64_t stuck = 0;       // a calculation hangs, or nobody will ever approve
    std::uint64_t late = 0;        // approved or made after days
    std::uint64_t retried = 0;     // calculations that failed and were begun again
    std::uint64_t mismatched = 0;  // made from another file than was submitted
    std::uint64_t in_flight = 0;   // neither closed nor given up
};

// A business that makes things to order, simulated: the same options give the same log lines.
// Events come in the order of their time, one JSON object a line, in the unified schema and as
// catalog/made-to-order.yaml describes them. One thread at a time.
class Plant {
  public:
    // REQUIRES: at least one environment with a share above 0, orders_per_day > 0, hosts > 0.
    explicit Plant(Options options);
    ~Plant();
    Plant(Plant&&) noexcept;
    Plant& operator=(Plant&&) noexcept;

    // When the next event happens; nothing when `end` is reached. For live use: wait until then.
    std::optional<base::Nanos> next_time() const;
    // Appends the next event as a line; false when `end` is reached.
    bool next(std::string& out);
    // Appends events until `out` has grown by at least `bytes` or `end` is reached. Returns how
    // many.
    std::size_t fill(std::string& out, std::size_t bytes);
    // Appends the events before `time`. Returns how many.
    std::size_t until(base::Nanos time, std::string& out);

    // Appends the spans that ended up to the last event that was given out, since the last call, as
    // one request of OTLP in JSON; nothing where there are none. They carry the ids that the events
    // do. Returns how many.
    std::size_t take_traces(std::string& out);

    // From now on. REQUIRES: orders_per_day > 0.
    void set_orders_per_day(double orders_per_day);
    Figures figures() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace plant

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/plant/plant.h"
#include "base/clock.h"
#include "base/result.h"

namespace bench {

struct LoadOptions {
    std::uint64_t events = 10'000'000;
    double days = 7;  // over which the orders are created
    std::uint64_t seed = 1;
    std::size_t body_bytes = 4'000'000;
    base::Nanos until = 0;  // steady time after which no more is made; 0: none
};

// One request to `_bulk`.
struct Body {
    std::string bytes;
    std::uint64_t events = 0;
    std::uint64_t raw_bytes = 0;  // of the documents with their line ends, without action lines
};

// Makes the plant's log lines into `_bulk` bodies as Filebeat sends them: a `create` action with
// the index of the line's system and environment before each. The last orders were created about
// now. One thread at a time.
class Generator {
  public:
    explicit Generator(const LoadOptions& options);

    // Replaces `body`; false when all events were made.
    bool next(Body& body);
    std::uint64_t orders() const { return plant_.figures().created; }

  private:
    std::string_view action_of(std::string_view line);

    struct Action {
        std::string service;
        std::string environment;
        std::string line;
    };

    LoadOptions options_;
    plant::Plant plant_;
    std::uint64_t made_ = 0;
    std::string line_;
    std::vector<Action> actions_;
};

struct SendFigures {
    double seconds = 0;  // from the first byte sent to the last acknowledgement
    std::uint64_t events = 0;
    std::uint64_t raw_bytes = 0;
    std::uint64_t sent_bytes = 0;
    std::uint64_t requests = 0;
    std::uint64_t refused = 0;                // answers of 429; those requests were sent again
    std::vector<double> answer_milliseconds;  // of accepted requests, sorted
};

// Sends all that the generator makes over so many connections, each waiting for its answer.
// Progress goes to standard error. Io, Timeout when the server fails; Internal when it refuses
// something for good.
base::Result<SendFigures> send_all(Generator& generator, const std::string& url,
                                   std::size_t connections);

}  // namespace bench

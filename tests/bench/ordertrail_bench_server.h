#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace bench {

// What a process has used so far.
struct Usage {
    double cpu_seconds = 0;            // user and system
    std::uint64_t resident_bytes = 0;  // now
    std::uint64_t peak_bytes = 0;
};

struct DiskUse {
    std::uint64_t log = 0;
    std::uint64_t parts = 0;
    std::uint64_t other = 0;
    std::uint64_t total() const { return log + parts + other; }
};

struct ServerOptions {
    std::string binary;
    std::string data;
    std::optional<int> core;  // runs on this processor alone
};

// An `ordertrail serve` of our own, as a child process. Its log goes to `<data>.log`, which is
// removed when it ends well. One thread at a time.
class Server {
  public:
    // Returns when GET /health is 200. Io when the program cannot be started or ends; its log's end
    // is in the message.
    static base::Result<std::unique_ptr<Server>> start(const ServerOptions& options);
    // Kills it if it still runs.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    const std::string& url() const { return url_; }
    double start_seconds() const { return start_seconds_; }  // until it was ready
    base::Result<Usage> usage() const;
    // One of its metrics, all series of the name whose labels hold `label` added up.
    base::Result<double> metric(const std::string& name, const std::string& label = "") const;
    // Waits until nothing is left to be written into parts and nothing was for three seconds.
    base::Status settle(base::Nanos at_most) const;
    // SIGTERM; it has to end with status 0.
    base::Status stop();

  private:
    explicit Server(ServerOptions options);
    base::Status wait_ready();
    base::Error failure(const std::string& what) const;

    ServerOptions options_;
    std::string log_;
    std::string url_;
    pid_t process_ = -1;
    double start_seconds_ = 0;
};

// Sizes of the files below a data directory.
base::Result<DiskUse> disk_use(const std::string& data);
// Asks the operating system to drop what it has cached of them.
void forget_cached(const std::string& data);

// Keeps this process off a processor, if there is another.
void stay_off(int core);

}  // namespace bench

#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "app/configuration/configuration.h"
#include "app/server/entrances.h"
#include "app/server/stream_port.h"
#include "event/catalog.h"
#include "input/files/files_input.h"
#include "input/forward/forward_input.h"
#include "input/gelf/gelf_input.h"
#include "input/rabbitmq/rabbitmq_input.h"
#include "input/syslog/syslog_input.h"
#include "net/datagram.h"

namespace app {

// The inputs that have ports of their own, and these ports, and those that follow files and
// brokers; what is not configured is not opened. Owned by the server. One thread at a time.
class InputPorts {
  public:
    // REQUIRES: all but the intakes outlive it. `entrances` is told what is open.
    InputPorts(input::Intakes intakes, const Configuration& configuration,
               const event::Catalog& catalog, Entrances& entrances);

    // InvalidArgument for TLS files that cannot be used, Io when an address cannot be had.
    base::Status open();
    // Takes no more and lets what is under way finish, for at most `limit`. Blocks.
    void stop(std::chrono::milliseconds limit);
    // Closes the ports. REQUIRES: stop() was called.
    void close();

  private:
    base::Status open_syslog();
    base::Status open_forward();
    base::Status open_gelf();
    base::Status open_files();
    base::Status open_rabbitmq();
    base::Status open_stream(const StreamPort& port, net::StreamServer::Handler handler);
    base::Status open_datagrams(const char* name, const char* setting, const Address& address,
                                net::DatagramServer::Handler handler);

    const input::Intakes intakes_;
    net::Runtime& runtime_;
    const Configuration& configuration_;
    const event::Catalog& catalog_;
    Entrances& entrances_;
    input::SyslogInput syslog_;
    input::ForwardInput forward_;
    input::GelfInput gelf_;
    std::unique_ptr<input::FilesInput> files_;
    std::unique_ptr<input::RabbitmqInput> rabbitmq_;
    std::vector<std::unique_ptr<net::StreamServer>> streams_;
    std::vector<std::unique_ptr<net::DatagramServer>> datagrams_;
};

}  // namespace app

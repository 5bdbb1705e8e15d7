#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace input::rabbitmq {

// Where a RabbitMQ is and how to get in. The password itself is not kept here: it is read when it
// is needed, so that a changed one is taken up by the next connection.
struct Broker {
    std::string host;
    std::uint16_t port = 5672;
    std::string virtual_host = "/";
    std::string user;
    std::string password_file;      // one of these two, or none: an empty password
    std::string password_variable;  // of the environment
    bool has_tls = false;
    // "http://host:15672"; empty: queues are not asked for.
    std::string management;
    std::string environment;  // of its events; empty: the input's

    // "rabbit-1:5672/shop", for logs and metrics.
    std::string name() const;
};

// amqp://user@host:5672/vhost?password_file=…&password_env=…&management=…&environment=…
// InvalidArgument for anything else; a password in the address itself is refused, and never
// repeated in the message.
base::Result<Broker> parse_broker(std::string_view url);

// Several, separated by commas or spaces. InvalidArgument as well when two have the same name.
base::Result<std::vector<Broker>> parse_brokers(std::string_view text);

// "shop=Shop API, mes=MES API": pairs, separated by commas. InvalidArgument for anything else.
base::Result<std::vector<std::pair<std::string, std::string>>> parse_services(
    std::string_view text);

// Io when the file cannot be read, NotFound for a variable that is not set. Line ends behind it are
// taken off.
base::Result<std::string> password_of(const Broker& broker);

}  // namespace input::rabbitmq

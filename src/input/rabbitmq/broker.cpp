#include "input/rabbitmq/broker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "base/parse_number.h"
#include "net/http.h"

namespace input::rabbitmq {

namespace {

constexpr std::string_view form = "amqp[s]://user@host[:port][/vhost][?password_file=/path]";
constexpr std::size_t most_password_bytes = 64 << 10;

std::string_view take_until(std::string_view& rest, std::string_view ends) {
    const auto at = std::min(rest.find_first_of(ends), rest.size());
    const auto word = rest.substr(0, at);
    rest.remove_prefix(at);
    return word;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

base::Status set_parameter(Broker& broker, std::string_view name, std::string value) {
    if (name == "password_file") {
        broker.password_file = std::move(value);
    } else if (name == "password_env") {
        broker.password_variable = std::move(value);
    } else if (name == "environment") {
        broker.environment = std::move(value);
    } else if (name == "management") {
        if (!value.starts_with("http://") && !value.starts_with("https://")) {
            return base::invalid(
                fmt::format("{}: expected http://host:15672 or https:// as management, found '{}'",
                            broker.name(), value));
        }
        if (value.find('@') != std::string::npos) {
            return base::invalid(fmt::format(
                "{}: management takes user and password of the broker; leave them out of its URL",
                broker.name()));
        }
        while (value.ends_with('/')) value.pop_back();
        broker.management = std::move(value);
    } else {
        return base::invalid(
            fmt::format("{}: expected password_file, password_env, management or environment "
                        "behind '?', found '{}'",
                        broker.name(), name));
    }
    return base::ok();
}

base::Status read_authority(std::string_view text, Broker& broker) {
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        const auto user = text.substr(0, at);
        text.remove_prefix(at + 1);
        if (user.find(':') != std::string_view::npos) {
            return base::invalid(fmt::format(
                "{}: expected no password in the address of a broker; name a file that holds it: "
                "?password_file=/path, or a variable: ?password_env=NAME",
                text));
        }
        if (!net::url_decode(user, false, broker.user)) {
            return base::invalid(fmt::format("{}: its user is no percent-encoded text", text));
        }
    }
    const auto colon = text.rfind(':');
    const auto bracket = text.rfind(']');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    auto host = has_port ? text.substr(0, colon) : text;
    if (has_port) {
        const auto port = base::parse_number<std::uint16_t>(text.substr(colon + 1));
        if (!port || *port == 0) {
            return base::invalid(fmt::format("{}: expected a port from 1 to 65535", text));
        }
        broker.port = *port;
    }
    if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    if (host.empty()) return base::invalid(fmt::format("expected {}, found no host", form));
    broker.host = host;
    return base::ok();
}

}  // namespace

std::string Broker::name() const {
    const bool v6 = host.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}{}{}", v6 ? "[" : "", host, v6 ? "]" : "", port,
                       virtual_host.starts_with('/') ? "" : "/", virtual_host);
}

base::Result<Broker> parse_broker(std::string_view url) {
    Broker broker;
    if (url.starts_with("amqps://")) {
        broker.has_tls = true;
        broker.port = 5671;
        url.remove_prefix(8);
    } else if (url.starts_with("amqp://")) {
        url.remove_prefix(7);
    } else {
        return base::invalid(fmt::format("expected {}", form));
    }
    TRY(read_authority(take_until(url, "/?"), broker));
    if (url.starts_with('/')) {
        url.remove_prefix(1);
        const auto host = take_until(url, "?");
        if (!net::url_decode(host, false, broker.virtual_host)) {
            return base::invalid(
                fmt::format("{}: its virtual host is no percent-encoded text", broker.host));
        }
        // amqp://host/ is the default one as well.
        if (broker.virtual_host.empty()) broker.virtual_host = "/";
    }
    if (!url.empty()) url.remove_prefix(1);
    while (!url.empty()) {
        auto pair = take_until(url, "&");
        if (!url.empty()) url.remove_prefix(1);
        const auto name = take_until(pair, "=");
        if (!pair.empty()) pair.remove_prefix(1);
        std::string value;
        if (!net::url_decode(pair, false, value) || value.empty()) {
            return base::invalid(fmt::format("{}: expected a value of '{}'", broker.name(), name));
        }
        TRY(set_parameter(broker, name, std::move(value)));
    }
    if (broker.user.empty()) {
        return base::invalid(fmt::format("{}: expected a user: {}", broker.name(), form));
    }
    if (!broker.password_file.empty() && !broker.password_variable.empty()) {
        return base::invalid(
            fmt::format("{}: expected password_file or password_env, found both", broker.name()));
    }
    return broker;
}

base::Result<std::vector<Broker>> parse_brokers(std::string_view text) {
    std::vector<Broker> brokers;
    while (!text.empty()) {
        const auto url = take_until(text, ", \n\t");
        if (!text.empty()) text.remove_prefix(1);
        if (url.empty()) continue;
        TRY(auto broker, parse_broker(url));
        const bool twice = std::any_of(brokers.begin(), brokers.end(), [&](const Broker& other) {
            return other.name() == broker.name();
        });
        if (twice) return base::invalid(fmt::format("{} is there twice", broker.name()));
        brokers.push_back(std::move(broker));
    }
    return brokers;
}

base::Result<std::vector<std::pair<std::string, std::string>>> parse_services(
    std::string_view text) {
    std::vector<std::pair<std::string, std::string>> services;
    while (!text.empty()) {
        auto pair = take_until(text, ",");
        if (!text.empty()) text.remove_prefix(1);
        if (trimmed(pair).empty()) continue;
        const auto name = trimmed(take_until(pair, "="));
        if (!pair.empty()) pair.remove_prefix(1);
        const auto service = trimmed(pair);
        if (name.empty() || service.empty()) {
            return base::invalid(
                fmt::format("expected user=service, as in shop=Shop API, found '{}'", name));
        }
        services.emplace_back(name, service);
    }
    return services;
}

base::Result<std::string> password_of(const Broker& broker) {
    std::string password;
    if (!broker.password_variable.empty()) {
        const char* const value = std::getenv(broker.password_variable.c_str());
        if (value == nullptr) {
            return base::Error(
                base::Code::not_found,
                fmt::format("the environment variable {} is not set", broker.password_variable));
        }
        password = value;
    } else if (!broker.password_file.empty()) {
        TRY(password, base::system_files().read_file(broker.password_file, most_password_bytes));
    }
    while (password.ends_with('\n') || password.ends_with('\r')) password.pop_back();
    return password;
}

}  // namespace input::rabbitmq

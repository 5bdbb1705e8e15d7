#include "input/rabbitmq/management.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <memory>
#include <mutex>

#include "event/schema.h"

namespace input::rabbitmq {

namespace field = event::field;

namespace {

constexpr std::size_t most_answer_bytes = 64 << 20;  // some 30,000 queues
constexpr long connect_seconds = 10;
constexpr long whole_seconds = 60;

struct Exchange {
    std::string body;
    bool is_too_large = false;
    const std::atomic<bool>* stopping = nullptr;
};

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* where) {
    auto& exchange = *static_cast<Exchange*>(where);
    if (exchange.body.size() + size * count > most_answer_bytes) {
        exchange.is_too_large = true;
        return 0;
    }
    exchange.body.append(bytes, size * count);
    return size * count;
}

int watch(void* where, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return *static_cast<Exchange*>(where)->stopping ? 1 : 0;
}

void prepare(CURL* curl, const TlsFiles& tls) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, whole_seconds);
    // The broker is where the configuration says, not behind a proxy of the environment.
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    if (!tls.ca.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, tls.ca.c_str());
    if (!tls.certificate.empty()) {
        curl_easy_setopt(curl, CURLOPT_SSLCERT, tls.certificate.c_str());
        curl_easy_setopt(curl, CURLOPT_SSLKEY, tls.key.c_str());
    }
}

base::Status status_failure(long status, const std::string& url, const std::string& user) {
    if (status == 200) return base::ok();
    const auto code = status == 401 || status == 403 ? base::Code::denied : base::Code::io;
    std::string hint;
    if (code == base::Code::denied) {
        hint = fmt::format(
            "; user {} needs the tag monitoring: rabbitmqctl set_user_tags {} "
            "monitoring",
            user, user);
    }
    return base::Error(code, fmt::format("{} answered {}{}", url, status, hint));
}

base::Error not_understood(std::string_view what) {
    return base::invalid(fmt::format("the management API's answer is not understood: {}", what));
}

using Element = simdjson::dom::element;

std::string_view text_in(Element element, std::string_view name) {
    std::string_view text;
    if (element[name].get_string().get(text) != simdjson::SUCCESS) return {};
    return text;
}

void copy_count(Element queue, std::string_view name, std::string_view as, JsonEvents& to) {
    std::int64_t value = 0;
    if (queue[name].get_int64().get(value) == simdjson::SUCCESS) to.integer(as, value);
}

// message_stats.<name>_details.rate; a queue that was not used has none.
void copy_rate(Element queue, const std::string& name, std::string_view as, JsonEvents& to) {
    double rate = 0;
    const auto found = queue["message_stats"][name + "_details"]["rate"].get_double().get(rate);
    if (found == simdjson::SUCCESS) to.number(as, rate);
}

base::Status write_queue(Element queue, const Broker& broker, base::Nanos now, JsonEvents& to) {
    const auto name = text_in(queue, "name");
    if (name.empty()) return not_understood("a queue without a name");
    to.begin();
    to.time(field::timestamp, now);
    to.text(field::level, "INFO");
    to.text(field::service_name, "RabbitMQ");
    to.text(field::event_type, "QUEUE_METRICS");
    if (!broker.environment.empty()) to.text(field::environment, broker.environment);
    to.text(field::queue_name, name);
    copy_count(queue, "messages", "messages", to);
    copy_count(queue, "messages_ready", "messages_ready", to);
    copy_count(queue, "messages_unacknowledged", "messages_unacknowledged", to);
    copy_count(queue, "consumers", "consumers", to);
    copy_count(queue, "memory", "queue_memory_bytes", to);
    copy_count(queue, "message_bytes", "queue_message_bytes", to);
    std::int64_t head = 0;
    if (queue["head_message_timestamp"].get_int64().get(head) == simdjson::SUCCESS && head > 0 &&
        head < now / base::second) {
        to.integer("oldest_message_ms", (now / base::second - head) * 1000);
    }
    copy_rate(queue, "publish", "publish_rate", to);
    copy_rate(queue, "deliver_get", "deliver_rate", to);
    copy_rate(queue, "ack", "acknowledge_rate", to);
    to.text("rabbitmq.vhost", text_in(queue, "vhost"));
    to.text("rabbitmq.node", text_in(queue, "node"));
    to.text("rabbitmq.state", text_in(queue, "state"));
    return to.end();
}

}  // namespace

base::Result<std::string> ask_management(const Broker& broker, const TlsFiles& tls,
                                         const std::string& path,
                                         const std::atomic<bool>& stopping) {
    TRY(const auto password, password_of(broker));
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                   curl_easy_cleanup);
    if (!curl) return base::Error(base::Code::internal, "no memory for a request");
    const std::string url = broker.management + path;
    Exchange exchange;
    exchange.stopping = &stopping;
    prepare(curl.get(), tls);
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, long{CURLAUTH_BASIC});
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, broker.user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, password.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &exchange);
    const CURLcode code = curl_easy_perform(curl.get());
    if (exchange.is_too_large) {
        return base::Error(base::Code::too_large,
                           fmt::format("{} answered more than {} bytes", url, most_answer_bytes));
    }
    if (code != CURLE_OK) {
        const auto kind = code == CURLE_OPERATION_TIMEDOUT ? base::Code::timeout : base::Code::io;
        return base::Error(kind, fmt::format("{}: {}", url, curl_easy_strerror(code)));
    }
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    TRY(status_failure(status, url, broker.user));
    return std::move(exchange.body);
}

base::Status write_queue_metrics(std::string_view answer, const Broker& broker, base::Nanos now,
                                 JsonEvents& to) {
    simdjson::dom::parser parser;
    simdjson::dom::array queues;
    const auto parsed = parser.parse(answer.data(), answer.size()).get_array().get(queues);
    if (parsed != simdjson::SUCCESS) return not_understood(simdjson::error_message(parsed));
    for (const auto queue : queues) TRY(write_queue(queue, broker, now, to));
    return base::ok();
}

base::Status read_connections(std::string_view answer, ConnectionNames& names) {
    simdjson::dom::parser parser;
    simdjson::dom::array connections;
    const auto parsed = parser.parse(answer.data(), answer.size()).get_array().get(connections);
    if (parsed != simdjson::SUCCESS) return not_understood(simdjson::error_message(parsed));
    for (const auto connection : connections) {
        const auto name = text_in(connection, "name");
        const auto client = text_in(connection, "user_provided_name");
        if (!name.empty() && !client.empty()) names.add(name, client);
    }
    return base::ok();
}

base::Status write_broker_event(std::string_view event_type, std::string_view level,
                                std::string_view message, const Broker& broker, base::Nanos now,
                                JsonEvents& to) {
    to.begin();
    to.time(field::timestamp, now);
    to.text(field::level, level);
    to.text(field::service_name, "RabbitMQ");
    to.text(field::event_type, event_type);
    if (!broker.environment.empty()) to.text(field::environment, broker.environment);
    to.text(field::message, message);
    to.text("rabbitmq.broker", broker.name());
    return to.end();
}

}  // namespace input::rabbitmq

#include "input/rabbitmq/poller.h"

#include "base/log.h"
#include "net/http.h"
#include "net/wait.h"

namespace input::rabbitmq {

Poller::Poller(PollerOptions options, Delivery& delivery, ConnectionNames& names)
    : options_(std::move(options)),
      name_(options_.broker.name()),
      delivery_(delivery),
      names_(names) {}

void Poller::start() {
    thread_ = std::thread([this] { run(); });
}

void Poller::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Poller::run() {
    while (!stopping_) {
        const auto events = std::make_shared<JsonEvents>();
        const auto asked = ask(*events);
        if (stopping_) return;
        note(asked, *events);
        if (events->size() > 0) {
            std::function<bool()> give_up = [this] { return stopping_.load(); };
            auto delivered = delivery_.deliver(events, name_, std::move(give_up));
            const auto stored = net::wait_on(delivery_.intakes().runtime, std::move(delivered));
            if (!stored && !stopping_) {
                base::log().warn("rabbitmq: {}: figures of queues are lost: {}", name_,
                                 stored.error().message);
            }
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, options_.interval, [this] { return stopping_.load(); });
    }
}

base::Status Poller::ask(JsonEvents& to) {
    const std::string host = net::url_encode(options_.broker.virtual_host);
    TRY(const auto connections,
        ask_management(options_.broker, options_.tls,
                       "/api/vhosts/" + host + "/connections?columns=name,user_provided_name",
                       stopping_));
    TRY(read_connections(connections, names_));
    TRY(const auto queues,
        ask_management(options_.broker, options_.tls, "/api/queues/" + host, stopping_));
    return write_queue_metrics(queues, options_.broker, base::now(), to);
}

void Poller::note(const base::Status& asked, JsonEvents& to) {
    const bool fails = !asked;
    if (fails == fails_) return;
    fails_ = fails;
    // One event more cannot pass a limit.
    base::Status written = base::ok();
    if (fails) {
        base::log().error("rabbitmq: {}: {}; trying again", name_, asked.error().message);
        written = write_broker_event("BROKER_METRICS_LOST", "ERROR", asked.error().message,
                                     options_.broker, base::now(), to);
    } else {
        base::log().info("rabbitmq: {}: the management API answers again", name_);
        written =
            write_broker_event("BROKER_METRICS_BACK", "INFO", "the management API answers again",
                               options_.broker, base::now(), to);
    }
    if (!written) base::log().warn("rabbitmq: {}: {}", name_, written.error().message);
}

}  // namespace input::rabbitmq

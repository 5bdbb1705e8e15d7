#include "input/rabbitmq/consumer.h"

#include <algorithm>

#include "base/log.h"
#include "input/rabbitmq/management.h"
#include "net/wait.h"

namespace input::rabbitmq {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds first_pause = 500ms;
constexpr std::chrono::milliseconds longest_pause = 30s;
// Between looks whether to stop.
constexpr std::chrono::milliseconds wait_for_first = 300ms;
// What comes so shortly behind another message is stored together with it.
constexpr std::chrono::milliseconds wait_for_more = 20ms;

}  // namespace

Consumer::Consumer(ConsumerOptions options, WriterOptions writer, Delivery& delivery,
                   ConnectionNames& names)
    : options_(std::move(options)),
      name_(options_.broker.name()),
      writer_(std::move(writer), names),
      ledger_(options_.ledger),
      delivery_(delivery),
      skipped_(base::metrics().counter("ordertrail_rabbitmq_own_messages_total",
                                       "Traced messages of Ordertrail's own queues, left out",
                                       {{"broker", name_}})),
      connects_(base::metrics().counter("ordertrail_rabbitmq_connections_total",
                                        "Times that a broker was connected to",
                                        {{"broker", name_}})) {
    base::metrics().gauge("ordertrail_rabbitmq_connected",
                          "Whether the broker's trace is being read", {{"broker", name_}},
                          [this] { return connected_ ? 1.0 : 0.0; });
}

base::Status Consumer::start() {
    TRY(ledger_.load());
    thread_ = std::thread([this] { run(); });
    return base::ok();
}

void Consumer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    base::metrics().gauge("ordertrail_rabbitmq_connected",
                          "Whether the broker's trace is being read", {{"broker", name_}},
                          [] { return 0.0; });
}

bool Consumer::pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [this] { return stopping_.load(); });
}

void Consumer::run() {
    std::chrono::milliseconds wait = first_pause;
    while (!stopping_) {
        auto opened = Connection::open(options_.broker, options_.tls, options_.queues);
        base::Status ended = opened ? base::ok() : base::Status(opened.error());
        if (opened) {
            connects_.add();
            welcome(*opened.value());
            took_some_ = false;
            connected_ = true;
            ended = consume(*opened.value());
            connected_ = false;
            if (took_some_) wait = first_pause;
        }
        opened = base::Error();  // closes it
        if (stopping_) break;
        if (!ended) complain(ended.error());
        if (!pause(wait)) break;
        wait = std::min(wait * 2, longest_pause);
    }
}

void Consumer::welcome(const Connection& connection) {
    base::log().info("rabbitmq: {}: connected as {}, {} messages waited", name_,
                     options_.broker.user, connection.waiting().traced);
    if (!connection.without_events().empty()) {
        base::log().warn("rabbitmq: {}: its own events are not read: {}", name_,
                         connection.without_events());
    }
    if (!trouble_.empty()) tell("BROKER_BACK", "INFO", "messages are followed again");
    trouble_.clear();
}

// The same reason once, not at every attempt.
void Consumer::complain(const base::Error& why) {
    if (why.message == trouble_) return;
    const bool is_first = trouble_.empty();
    trouble_ = why.message;
    base::log().error("rabbitmq: {}: {}; trying again", name_, why.message);
    if (is_first) tell("BROKER_LOST", "ERROR", why.message);
}

void Consumer::tell(std::string_view event_type, std::string_view level, std::string_view message) {
    const auto events = std::make_shared<JsonEvents>();
    auto told =
        write_broker_event(event_type, level, message, options_.broker, base::now(), *events);
    if (told) told = deliver(events);
    if (!told && !stopping_) base::log().warn("rabbitmq: {}: {}", name_, told.error().message);
}

base::Status Consumer::consume(Connection& connection) {
    ledger_.begin_session();
    late_ = connection.waiting();
    while (!stopping_) {
        TRY(const bool took, one_batch(connection));
        took_some_ = took_some_ || took;
    }
    return base::ok();
}

base::Result<bool> Consumer::one_batch(Connection& connection) {
    TRY(auto first, connection.next(wait_for_first));
    if (!first) return false;
    const base::Nanos received = base::now();
    std::uint64_t trace_tag = 0;
    std::uint64_t event_tag = 0;
    std::vector<Message> messages;
    std::size_t bytes = 0;
    std::optional<Message> message = std::move(first);
    while (message) {
        auto& tag = message->exchange == event_exchange ? event_tag : trace_tag;
        tag = message->delivery_tag;
        bytes += message->body.size() + message->routing_key.size();
        messages.push_back(std::move(*message));
        message.reset();
        if (messages.size() >= options_.batch_events || bytes >= options_.batch_bytes) break;
        TRY(message, connection.next(wait_for_more));
        // A steady trickle does not hold back what came first.
        if (base::now() - received > base::second / 5) {
            if (message) {
                auto& last = message->exchange == event_exchange ? event_tag : trace_tag;
                last = message->delivery_tag;
                messages.push_back(std::move(*message));
            }
            break;
        }
    }
    TRY(store(messages, received));
    TRY(connection.acknowledge(trace_tag, event_tag));
    ledger_.settle();
    return true;
}

base::Status Consumer::store(const std::vector<Message>& messages, base::Nanos received) {
    const auto events = std::make_shared<JsonEvents>();
    for (const Message& message : messages) {
        const std::string id = ledger_.id_of(message);
        auto& waiting = message.exchange == event_exchange ? late_.events : late_.traced;
        const bool is_late = message.is_redelivered || waiting > 0;
        if (waiting > 0) --waiting;
        TRY(const bool written, writer_.write(message, {received, is_late, id}, *events));
        if (!written) skipped_.add();
    }
    if (events->size() == 0) return base::ok();
    TRY(ledger_.save());
    return deliver(events);
}

base::Status Consumer::deliver(std::shared_ptr<JsonEvents> events) {
    std::function<bool()> give_up = [this] { return stopping_.load(); };
    auto delivered = delivery_.deliver(std::move(events), name_, std::move(give_up));
    return net::wait_on(delivery_.intakes().runtime, std::move(delivered));
}

}  // namespace input::rabbitmq

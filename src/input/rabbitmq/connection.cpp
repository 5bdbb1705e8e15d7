#include "input/rabbitmq/connection.h"

#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <fmt/format.h>

#include "input/rabbitmq/amqp_table.h"
#include "input/rabbitmq/event_writer.h"

namespace input::rabbitmq {

namespace {

constexpr amqp_channel_t trace_channel = 1;
constexpr amqp_channel_t event_channel = 2;
constexpr int heartbeat_seconds = 30;
constexpr int frame_bytes = 128 << 10;
// Where Debian's package ca-certificates has them; the client library cannot ask OpenSSL.
constexpr char system_authorities[] = "/etc/ssl/certs/ca-certificates.crt";
// Of AMQP's reply codes.
constexpr int access_refused = 403;
constexpr int not_found = 404;
constexpr int precondition_failed = 406;
constexpr int not_allowed = 530;

amqp_bytes_t bytes_of(const std::string& text) {
    return {text.size(), const_cast<char*>(text.data())};
}
amqp_bytes_t bytes_of(std::string_view text) {
    return {text.size(), const_cast<char*>(text.data())};
}
std::string text_of(amqp_bytes_t bytes) {
    return bytes.len == 0 ? std::string()
                          : std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

timeval timeval_of(std::chrono::milliseconds time) {
    timeval made{};
    made.tv_sec = static_cast<time_t>(time.count() / 1000);
    made.tv_usec = static_cast<suseconds_t>(time.count() % 1000 * 1000);
    return made;
}

amqp_table_entry_t text_entry(const char* name, const char* text) {
    amqp_table_entry_t entry{};
    entry.key = amqp_cstring_bytes(name);
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = amqp_cstring_bytes(text);
    return entry;
}

base::Error refused(int code, const std::string& text, const std::string& doing) {
    base::Code kind = base::Code::io;
    if (code == access_refused || code == not_allowed) kind = base::Code::denied;
    if (code == precondition_failed) kind = base::Code::conflict;
    if (code == not_found) kind = base::Code::not_found;
    return {kind, fmt::format("{}: the broker says {} {}", doing, code, text)};
}

base::Error library_error(int status, const std::string& doing) {
    const auto code = status == AMQP_STATUS_TIMEOUT ? base::Code::timeout : base::Code::io;
    return {code, fmt::format("{}: {}", doing, amqp_error_string2(status))};
}

class RabbitConnection final : public Connection {
  public:
    ~RabbitConnection() override {
        if (state_ == nullptr) return;
        if (is_open_) amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
        amqp_destroy_connection(state_);
    }

    base::Status open(const Broker& broker, const TlsFiles& tls, const QueueOptions& options) {
        options_ = options;
        state_ = amqp_new_connection();
        if (state_ == nullptr) return base::Error(base::Code::internal, "no memory");
        TRY(dial(broker, tls));
        TRY(log_in(broker));
        TRY(open_channel(trace_channel));
        TRY(consume(trace_channel, options.prefix + ".trace", trace_exchange,
                    {"publish.#", "deliver.#"}));
        const auto events = open_events();
        if (!events) {
            if (events.error().code == base::Code::io || events.error().code == base::Code::timeout)
                return events;
            without_events_ = events.error().message;
            if (events.error().code == base::Code::not_found) {
                without_events_ += "; rabbitmq-plugins enable rabbitmq_event_exchange";
            }
        }
        return base::ok();
    }

    base::Result<std::optional<Message>> next(std::chrono::milliseconds wait) override {
        amqp_maybe_release_buffers(state_);
        amqp_envelope_t envelope;
        const timeval limit = timeval_of(wait);
        const auto reply = amqp_consume_message(state_, &envelope, &limit, 0);
        if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
            auto message = message_of(envelope);
            amqp_destroy_envelope(&envelope);
            return std::optional(std::move(message));
        }
        if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
            if (reply.library_error == AMQP_STATUS_TIMEOUT) return std::optional<Message>();
            if (reply.library_error == AMQP_STATUS_UNEXPECTED_STATE) {
                TRY(read_other_frame());
                return std::optional<Message>();
            }
        }
        return failure(reply, "reading");
    }

    base::Status acknowledge(std::uint64_t trace_tag, std::uint64_t event_tag) override {
        for (const auto& [channel, tag] :
             {std::pair(trace_channel, trace_tag), std::pair(event_channel, event_tag)}) {
            if (tag == 0) continue;
            const int status = amqp_basic_ack(state_, channel, tag, true);
            if (status != AMQP_STATUS_OK) {
                is_open_ = false;
                return library_error(status, "acknowledging");
            }
            // AMQP does not answer acknowledgements. What it answers comes behind them.
            amqp_basic_qos(state_, channel, 0, options_.prefetch, false);
            TRY(answered("acknowledging", channel));
        }
        return base::ok();
    }

    Waiting waiting() const override { return waiting_; }
    const std::string& without_events() const override { return without_events_; }

  private:
    base::Status dial(const Broker& broker, const TlsFiles& tls) {
        const std::string doing = fmt::format("connecting to {}:{}", broker.host, broker.port);
        amqp_socket_t* const socket =
            broker.has_tls ? amqp_ssl_socket_new(state_) : amqp_tcp_socket_new(state_);
        if (socket == nullptr) return base::Error(base::Code::io, doing + ": no socket");
        if (broker.has_tls) TRY(prepare_tls(socket, tls));
        timeval limit = timeval_of(options_.timeout);
        amqp_set_handshake_timeout(state_, &limit);
        amqp_set_rpc_timeout(state_, &limit);
        const int status =
            amqp_socket_open_noblock(socket, broker.host.c_str(), broker.port, &limit);
        if (status != AMQP_STATUS_OK) return library_error(status, doing);
        return base::ok();
    }

    static base::Status prepare_tls(amqp_socket_t* socket, const TlsFiles& tls) {
        amqp_ssl_socket_set_verify_peer(socket, true);
        amqp_ssl_socket_set_verify_hostname(socket, true);
        int status = amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
        if (status != AMQP_STATUS_OK) return library_error(status, "TLS versions");
        status = amqp_ssl_socket_set_cacert(socket,
                                            tls.ca.empty() ? system_authorities : tls.ca.c_str());
        if (status != AMQP_STATUS_OK) return library_error(status, "rabbitmq.tls.ca " + tls.ca);
        if (tls.certificate.empty()) return base::ok();
        status = amqp_ssl_socket_set_key(socket, tls.certificate.c_str(), tls.key.c_str());
        if (status != AMQP_STATUS_OK) {
            return library_error(status, "rabbitmq.tls.certificate " + tls.certificate);
        }
        return base::ok();
    }

    base::Status log_in(const Broker& broker) {
        TRY(const auto password, password_of(broker));
        amqp_table_entry_t entries[] = {text_entry("connection_name", "ordertrail"),
                                        text_entry("product", "Ordertrail")};
        amqp_table_t properties{std::size(entries), entries};
        const auto reply = amqp_login_with_properties(
            state_, broker.virtual_host.c_str(), 0, frame_bytes, heartbeat_seconds, &properties,
            AMQP_SASL_METHOD_PLAIN, broker.user.c_str(), password.c_str());
        if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
            return failure(reply, fmt::format("logging in as {}", broker.user));
        }
        is_open_ = true;
        return base::ok();
    }

    base::Status open_channel(amqp_channel_t channel) {
        amqp_channel_open(state_, channel);
        return answered("opening a channel", channel);
    }

    base::Status open_events() {
        TRY(open_channel(event_channel));
        return consume(event_channel, options_.prefix + ".events", event_exchange, {"#"});
    }

    base::Status consume(amqp_channel_t channel, const std::string& queue,
                         std::string_view exchange, std::initializer_list<const char*> keys) {
        amqp_table_entry_t argument{};
        argument.key = amqp_cstring_bytes("x-max-length-bytes");
        argument.value.kind = AMQP_FIELD_KIND_I64;
        argument.value.value.i64 = static_cast<std::int64_t>(options_.most_bytes);
        const amqp_table_t arguments{1, &argument};
        const auto* const declared = amqp_queue_declare(state_, channel, bytes_of(queue), false,
                                                        true, false, false, arguments);
        const std::uint64_t count = declared == nullptr ? 0 : declared->message_count;
        TRY(answered("declaring the queue " + queue, channel));
        for (const char* key : keys) {
            amqp_queue_bind(state_, channel, bytes_of(queue), bytes_of(exchange),
                            amqp_cstring_bytes(key), amqp_empty_table);
            TRY(answered(fmt::format("binding {} to {}", queue, exchange), channel));
        }
        amqp_basic_qos(state_, channel, 0, options_.prefetch, false);
        TRY(answered("setting the prefetch", channel));
        // Exclusive: two that take each a half would both have half of the messages.
        amqp_basic_consume(state_, channel, bytes_of(queue), amqp_empty_bytes, false, false, true,
                           amqp_empty_table);
        TRY(answered("consuming " + queue, channel));
        (channel == trace_channel ? waiting_.traced : waiting_.events) = count;
        return base::ok();
    }

    base::Status answered(const std::string& doing, amqp_channel_t channel) {
        const auto reply = amqp_get_rpc_reply(state_);
        if (reply.reply_type == AMQP_RESPONSE_NORMAL) return base::ok();
        const bool channel_only = reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
                                  reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD;
        base::Error error = failure(reply, doing);
        if (channel_only) {
            is_open_ = true;
            amqp_channel_close_ok_t ok{};
            amqp_send_method(state_, channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &ok);
        }
        return error;
    }

    base::Error failure(const amqp_rpc_reply_t& reply, const std::string& doing) {
        is_open_ = false;
        if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
            return library_error(reply.library_error, doing);
        }
        if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
            if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
                const auto* close = static_cast<amqp_channel_close_t*>(reply.reply.decoded);
                return refused(close->reply_code, text_of(close->reply_text), doing);
            }
            if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
                const auto* close = static_cast<amqp_connection_close_t*>(reply.reply.decoded);
                return refused(close->reply_code, text_of(close->reply_text), doing);
            }
        }
        return {base::Code::io, doing + ": the broker gave no answer that is understood"};
    }

    // What is no message: the broker ends a consumer, a channel or the connection.
    base::Status read_other_frame() {
        amqp_frame_t frame;
        const timeval none{};
        const int status = amqp_simple_wait_frame_noblock(state_, &frame, &none);
        if (status == AMQP_STATUS_TIMEOUT) return base::ok();
        if (status != AMQP_STATUS_OK) {
            is_open_ = false;
            return library_error(status, "reading");
        }
        if (frame.frame_type != AMQP_FRAME_METHOD) return base::ok();
        switch (frame.payload.method.id) {
            case AMQP_BASIC_CANCEL_METHOD:
                return base::Error(base::Code::cancelled,
                                   "the broker has ended the consumer: was its queue deleted?");
            case AMQP_CHANNEL_CLOSE_METHOD: {
                const auto* close =
                    static_cast<amqp_channel_close_t*>(frame.payload.method.decoded);
                return refused(close->reply_code, text_of(close->reply_text), "reading");
            }
            case AMQP_CONNECTION_CLOSE_METHOD: {
                is_open_ = false;
                const auto* close =
                    static_cast<amqp_connection_close_t*>(frame.payload.method.decoded);
                return refused(close->reply_code, text_of(close->reply_text), "reading");
            }
            default:
                return base::ok();
        }
    }

    static Message message_of(const amqp_envelope_t& envelope) {
        Message message;
        message.exchange = text_of(envelope.exchange);
        message.routing_key = text_of(envelope.routing_key);
        message.delivery_tag = envelope.delivery_tag;
        message.is_redelivered = envelope.redelivered != 0;
        message.body = text_of(envelope.message.body);
        const auto& properties = envelope.message.properties;
        if (properties._flags & AMQP_BASIC_HEADERS_FLAG) {
            message.headers = table_of(properties.headers);
        }
        if (properties._flags & AMQP_BASIC_TIMESTAMP_FLAG) {
            message.timestamp = static_cast<std::int64_t>(properties.timestamp);
        }
        return message;
    }

    QueueOptions options_;
    amqp_connection_state_t state_ = nullptr;
    bool is_open_ = false;
    Waiting waiting_;
    std::string without_events_;
};

}  // namespace

base::Result<std::unique_ptr<Connection>> Connection::open(const Broker& broker,
                                                           const TlsFiles& tls,
                                                           const QueueOptions& options) {
    auto made = std::make_unique<RabbitConnection>();
    TRY(made->open(broker, tls, options));
    return std::unique_ptr<Connection>(std::move(made));
}

}  // namespace input::rabbitmq

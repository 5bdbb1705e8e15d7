#include "input/stream_session.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "net/tls.h"
#include "net/wait.h"

namespace input {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t least_read = 4 << 10;
constexpr std::size_t most_read = 256 << 10;

// The state of one connection.
class Session {
  public:
    Session(Delivery& delivery, std::shared_ptr<net::Stream> stream,
            std::unique_ptr<StreamParser> parser, StreamTimes times)
        : delivery_(delivery),
          stream_(std::move(stream)),
          parser_(std::move(parser)),
          times_(times),
          buffer_(least_read, '\0') {}

    net::Task<void> run() {
        const std::string greeting = parser_->greeting();
        if (!greeting.empty()) {
            const auto sent = co_await stream_->write(greeting);
            if (!sent) co_return;
        }
        for (;;) {
            const bool room = co_await wait_for_room();
            if (!room) break;
            stream_->read_within(parser_->is_midway() ? times_.stall : times_.idle);
            const auto got = co_await stream_->read_some(buffer_.data(), buffer_.size());
            if (!got || got.value() == 0) {
                co_await end();
                break;
            }
            const bool go_on = co_await take(got.value());
            if (!go_on) break;
            resize_buffer(got.value());
        }
        stream_->hold(0);
    }

  private:
    std::size_t held() const { return buffer_.size() + parser_->held(); }

    // Until all connections together hold little enough to read more.
    net::Task<bool> wait_for_room() {
        const base::Nanos begin = base::steady_now();
        // What one read may become as events.
        while (!stream_->hold(held() + 3 * buffer_.size())) {
            co_await net::pause_for(100ms);
            const std::chrono::nanoseconds waited(base::steady_now() - begin);
            if (stream_->is_stopping() || waited > times_.stall) co_return false;
        }
        co_return true;
    }

    net::Task<bool> take(std::size_t size) {
        const auto events = std::make_shared<JsonEvents>(EventLimits{}, parser_->hold());
        const std::string_view bytes(buffer_.data(), size);
        if (std::exchange(at_begin_, false) && net::begins_tls(bytes)) {
            delivery_.close(stream_->peer(), "the client speaks TLS and this port does not");
            co_return false;
        }
        std::string answer;
        auto work = [this, bytes, &events, &answer] {
            return parser_->read(bytes, *events, answer);
        };
        base::Status read = base::ok();
        if (size > least_read) {
            // Would hold up the other connections.
            read = co_await net::run_on(delivery_.intakes().runtime.ingest(), work);
        } else {
            read = work();
        }
        const bool stored = co_await store(events);
        parser_->stored();
        if (!stored) co_return false;
        if (!answer.empty()) {
            const auto sent = co_await stream_->write(answer);
            if (!sent) co_return false;
        }
        if (!read) delivery_.close(stream_->peer(), read.error().message);
        co_return read.has_value();
    }

    net::Task<void> end() {
        const auto events = std::make_shared<JsonEvents>();
        const auto read = parser_->end(*events);
        const bool stored = co_await store(events);
        if (stored && !read) delivery_.refuse(1, stream_->peer(), read.error().message);
    }

    net::Task<bool> store(std::shared_ptr<JsonEvents> events) {
        if (const std::size_t refused = parser_->take_refused(); refused > 0) {
            delivery_.refuse(refused, stream_->peer(), "too long (limits.record_bytes), or broken");
        }
        const std::size_t count = events->size();
        const auto stream = stream_;
        std::function<bool()> give_up = [stream] { return stream->is_stopping(); };
        std::string from = stream_->peer();
        const auto status =
            co_await delivery_.deliver(std::move(events), std::move(from), std::move(give_up));
        if (status) co_return true;
        base::log().error(
            "{}: up to {} events of {} cannot be stored, the connection is closed: {}",
            delivery_.origin().name, count, stream_->peer(), status.error().message);
        co_return false;
    }

    void resize_buffer(std::size_t read) {
        if (read == buffer_.size() && read < most_read) {
            buffer_.resize(std::min(most_read, read * 4));
        } else if (read < least_read && buffer_.size() > least_read && !parser_->is_midway()) {
            // An idle connection holds little.
            buffer_ = std::string(least_read, '\0');
        }
    }

    Delivery& delivery_;
    const std::shared_ptr<net::Stream> stream_;
    const std::unique_ptr<StreamParser> parser_;
    const StreamTimes times_;
    std::string buffer_;
    bool at_begin_ = true;
};

}  // namespace

net::Task<void> serve_stream(Delivery& delivery, std::shared_ptr<net::Stream> stream,
                             std::unique_ptr<StreamParser> parser, StreamTimes times) {
    Session session(delivery, std::move(stream), std::move(parser), times);
    co_await session.run();
}

}  // namespace input

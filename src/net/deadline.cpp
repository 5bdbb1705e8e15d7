#include "net/deadline.h"

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <utility>

namespace net {

// Timers are not thread-safe: the strand is the one place where it is touched.
struct Deadline::State {
    explicit State(Runtime& runtime)
        : strand(asio::make_strand(runtime.io().executor())), timer(strand) {}

    asio::strand<asio::thread_pool::executor_type> strand;
    asio::steady_timer timer;
    std::atomic<bool> passed{false};
};

Deadline::Deadline(Runtime& runtime, std::chrono::nanoseconds after, std::stop_source stop)
    : state_(std::make_shared<State>(runtime)) {
    state_->timer.expires_after(after);
    state_->timer.async_wait(
        [state = state_, stop = std::move(stop)](boost::system::error_code error) mutable {
            if (error) return;
            state->passed.store(true);
            stop.request_stop();
        });
}

Deadline::~Deadline() {
    asio::post(state_->strand, [state = state_] { state->timer.cancel(); });
}

bool Deadline::passed() const { return state_->passed.load(); }

}  // namespace net

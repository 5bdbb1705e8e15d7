#include "net/wait.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <memory>

namespace net {

Task<void> pause_for(std::chrono::milliseconds time) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, time);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

namespace {

// A promise that is never kept is broken when the coroutine goes.
Task<void> keep(std::shared_ptr<std::promise<base::Status>> promise, Task<base::Status> task) {
    base::Status status = co_await std::move(task);
    promise->set_value(std::move(status));
}

}  // namespace

base::Status wait_on(Runtime& runtime, Task<base::Status> task) {
    auto promise = std::make_shared<std::promise<base::Status>>();
    auto future = promise->get_future();
    asio::co_spawn(runtime.io(), keep(std::move(promise), std::move(task)), asio::detached);
    try {
        return future.get();
    } catch (const std::exception& thrown) {
        return base::Error{base::Code::cancelled, thrown.what()};
    }
}

}  // namespace net

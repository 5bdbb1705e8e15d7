#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace net {

namespace asio = boost::asio;

// The coroutine type of net, input, api and notifiers.
// Never write co_await inside the condition of an if, while or switch: g++ 12 lays such a
// coroutine's frame out wrongly and the program crashes. Name the value: if (const bool sent =
// co_await write(); !sent). A test looks for it.
template <typename T>
using Task = asio::awaitable<T>;

// The threads: `io` runs coroutines and must never be blocked; `ingest` and `query` run synchronous
// work, apart so that neither starves the other. Owned by app, outlives everything that uses it.
class Runtime {
  public:
    Runtime(unsigned io_threads, unsigned ingest_threads, unsigned query_threads)
        : io_(io_threads), ingest_(ingest_threads), query_(query_threads) {}

    asio::thread_pool& io() { return io_; }
    asio::thread_pool& ingest() { return ingest_; }
    asio::thread_pool& query() { return query_; }

    // Ends all threads; what is queued on them is dropped.
    void stop() {
        io_.stop();
        ingest_.stop();
        query_.stop();
        io_.join();
        ingest_.join();
        query_.join();
    }

  private:
    asio::thread_pool io_;
    asio::thread_pool ingest_;
    asio::thread_pool query_;
};

// Runs `work` on a pool and resumes here with its result: co_await run_on(runtime.query(), [&] {
// return …; }).
template <typename Work>
Task<std::invoke_result_t<Work>> run_on(asio::thread_pool& pool, Work work) {
    const auto here = co_await asio::this_coro::executor;
    co_await asio::post(asio::bind_executor(pool.executor(), asio::use_awaitable));
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
        work();
        co_await asio::post(asio::bind_executor(here, asio::use_awaitable));
    } else {
        auto result = work();
        co_await asio::post(asio::bind_executor(here, asio::use_awaitable));
        co_return result;
    }
}

// Starts something that ends with a callback, on a pool, and resumes here with what the callback
// was given: co_await call_on<T>(pool, [&](std::function<void(T)> done) { … }).
template <typename T, typename Start>
Task<T> call_on(asio::thread_pool& pool, Start start) {
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(T)>(
        [&pool, &start](auto handler) {
            auto executor = asio::get_associated_executor(handler);
            // std::function wants copyable callables; handlers are move-only.
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            std::function<void(T)> done = [shared, executor](T value) {
                asio::post(executor, [shared, value = std::move(value)]() mutable {
                    std::move (*shared)(std::move(value));
                });
            };
            asio::post(pool, [start = std::move(start), done = std::move(done)]() mutable {
                start(std::move(done));
            });
        },
        asio::use_awaitable);
}

}  // namespace net

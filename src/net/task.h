#pragma once

#include <atomic>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace net {

namespace asio = boost::asio;

// The coroutine type of net, input, api and notifiers.
// g++ 12 miscompiles some coroutines, which then crash; a test looks for these:
// - co_await inside the condition of an if, while or switch. Name the value instead:
//   if (const bool sent = co_await write(); !sent).
// - A lambda that captures by value, Aggregate{…} or a conditional expression in one statement with
//   a co_await: what they hold is destroyed twice. Name them before and move them in.
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

// Runs `work` on a pool and resumes here with its result, or with the exception it threw:
// co_await run_on(runtime.query(), [&] { return …; }).
template <typename Work>
Task<std::invoke_result_t<Work>> run_on(asio::thread_pool& pool, Work work) {
    using Value = std::invoke_result_t<Work>;
    const auto here = co_await asio::this_coro::executor;
    co_await asio::post(asio::bind_executor(pool.executor(), asio::use_awaitable));
    std::exception_ptr thrown;
    std::conditional_t<std::is_void_v<Value>, std::monostate, std::optional<Value>> value;
    try {
        if constexpr (std::is_void_v<Value>) {
            work();
        } else {
            value.emplace(work());
        }
    } catch (...) {
        thrown = std::current_exception();
    }
    co_await asio::post(asio::bind_executor(here, asio::use_awaitable));
    if (thrown) std::rethrow_exception(thrown);
    if constexpr (!std::is_void_v<Value>) co_return std::move(*value);
}

// Starts something that ends with a callback, on a pool, and resumes here with what the callback
// was given, or with the exception that the start threw: co_await call_on<T>(pool,
// [&](std::function<void(T)> done) { … }). Only the first call counts; if there never is one, the
// coroutine ends when the last copy of `done` goes.
template <typename T, typename Start>
Task<T> call_on(asio::thread_pool& pool, Start start) {
    auto value = co_await asio::async_initiate<decltype(asio::use_awaitable),
                                               void(std::exception_ptr, std::optional<T>)>(
        [&pool, &start](auto handler) {
            const auto executor = asio::get_associated_executor(handler);
            // std::function wants copyable callables; handlers are move-only.
            struct Waiting {
                decltype(handler) resume;
                std::atomic_flag called;
            };
            const auto waiting = std::make_shared<Waiting>(std::move(handler));
            auto end = [waiting, executor](std::exception_ptr thrown, std::optional<T> result) {
                if (waiting->called.test_and_set()) return;
                asio::post(executor, [waiting, thrown, result = std::move(result)]() mutable {
                    std::move(waiting->resume)(thrown, std::move(result));
                });
            };
            asio::post(pool, [start = std::move(start), end = std::move(end)]() mutable {
                try {
                    start([end](T result) { end(nullptr, std::move(result)); });
                } catch (...) {
                    end(std::current_exception(), std::nullopt);
                }
            });
        },
        asio::use_awaitable);
    co_return std::move(*value);
}

}  // namespace net

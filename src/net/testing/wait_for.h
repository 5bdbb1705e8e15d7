#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

#include "net/task.h"

namespace net::testing {

// Runs a coroutine to its end on an executor of its own, in the calling thread, and returns what it
// gave. Exceptions come through.
template <typename T>
T wait_for(Task<T> task) {
    // It outlives the call: a thread that resumed the coroutine may still be inside of its post.
    thread_local asio::io_context context;
    context.restart();
    auto result = asio::co_spawn(context, std::move(task), asio::use_future);
    context.run();
    return result.get();
}

}  // namespace net::testing

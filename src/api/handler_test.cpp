#include "api/handler_test.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace api {

net::HttpResponse answer_of(net::Task<net::HttpResponse> task) {
    boost::asio::io_context context;
    auto answer = boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
    context.run();
    return answer.get();
}

}  // namespace api

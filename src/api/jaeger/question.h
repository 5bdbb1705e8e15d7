#pragma once

#include "api/jaeger/jaeger_api.h"
#include "api/path_parameters.h"
#include "net/http.h"
#include "query/search.h"

namespace api {

// What an answer of Jaeger's APIs is made of.
struct JaegerApi::Question {
    const query::Searcher& searcher;
    const net::HttpRequest& request;
    const PathParameters& path;
    base::Nanos now = 0;
};

}  // namespace api

#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

// Elasticsearch's forms of answers and errors.

namespace input::elasticsearch {

// A failure as Elasticsearch names it. The forms are those of 8.15.
struct Failure {
    int status = 500;
    std::string_view type;  // "illegal_argument_exception"; static
    std::string reason;
};

// {"error":{"root_cause":[…],"type":…,"reason":…},"status":…}. `more` goes into both objects:
// members with a comma before each, as JSON text.
net::HttpResponse answer_of(const Failure& failure, std::string_view more = {});

net::HttpResponse json_answer(std::string body, int status = 200);

// How a failure of the intake is told for a whole request: busy as Elasticsearch's 429, which
// clients retry.
Failure failure_of(const base::Error& error);

// What every answer needs: X-Elastic-Product (official clients refuse others), X-Opaque-Id given
// back, and the content type that the request's Accept header asks for.
void finish(net::HttpResponse& response, std::string_view accept, std::string_view opaque_id);

// For what the server refuses by itself on these paths; see HttpServer::Refuse.
net::HttpResponse refuse(int status, const base::Error& why, const std::string& path);

// Text of a JSON string with its quotes.
std::string quoted(std::string_view text);

}  // namespace input::elasticsearch

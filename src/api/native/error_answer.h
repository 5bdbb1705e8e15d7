#pragma once

#include <string>

#include "base/result.h"
#include "net/http.h"

namespace api {

// Errors as docs/reference/api.md lists them, with the status of their code or a given one.
net::HttpResponse error_answer(const base::Error& error);
net::HttpResponse error_answer(int status, const base::Error& error);

// For Router::dialect.
net::HttpResponse refuse_native(int status, const base::Error& why, const std::string& path,
                                const std::string& content_type);

net::HttpResponse json_answer(std::string json);

}  // namespace api

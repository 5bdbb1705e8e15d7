#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/otlp/signal.h"
#include "net/http.h"

// Answers of OTLP over HTTP (opentelemetry.io/docs/specs/otlp, "OTLP/HTTP Response").

namespace input::otlp {

enum class Encoding { protobuf, json };

// Of a request by its Content-Type; nothing for other types.
std::optional<Encoding> encoding_of(std::string_view content_type);

// 200 with the signal's response; with partial_success when records were rejected.
net::HttpResponse success(Signal signal, Encoding encoding, std::int64_t rejected = 0,
                          std::string_view message = {});

// A google.rpc.Status. Clients send again after 429 and 503, which carry Retry-After, and drop the
// request after every other status.
net::HttpResponse failure(Encoding encoding, int status, std::string_view message);
// The status of an error; 503 for Io: the store may be mended.
net::HttpResponse failure(Encoding encoding, const base::Error& error);

// For what the server refuses by itself on these paths; see HttpServer::Refuse.
net::HttpResponse refuse(int status, const base::Error& why, const std::string& path,
                         const std::string& content_type);

}  // namespace input::otlp

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace app {

// The command line's way to a server's native API. Blocking. One thread at a time.
class Client {
  public:
    // `server`: "http://host:port", the scheme may be missing.
    explicit Client(std::string server);

    // The body of a successful answer. Failures: the server's own, with its code and the place in
    // the query; Io when it cannot be reached.
    base::Result<std::string> get(std::string_view path);
    base::Result<std::string> post(std::string_view path, std::string json);

    // The body of a successful answer piece by piece, until `take` gives false (Cancelled) or
    // nothing comes for `silence`. The failures of get().
    base::Status stream(std::string_view path, std::chrono::milliseconds silence,
                        std::function<bool(std::string_view)> take);

    const std::string& server() const { return server_; }

  private:
    base::Result<std::string> send(net::HttpClientRequest request);

    std::string server_;
    std::unique_ptr<net::HttpClient> http_;
};

// The error of an answer that is none of success: its JSON, or its status when it has none.
base::Error error_of(int status, std::string_view body);

}  // namespace app

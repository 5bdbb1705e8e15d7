#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace app {

// Notes requests of clients that send events when they are refused, for base::arrivals(): people
// see there why nothing arrives. Made before the request is handled. One thread at a time.
class RequestMark {
  public:
    explicit RequestMark(const net::HttpRequest& request);
    void note(const net::HttpResponse& response) const;

  private:
    std::string input_;  // empty: the request is none of a client that sends events
    std::string method_;
    std::string path_;
    std::string from_;
};

// A request that the HTTP server refused by itself; `path` is empty when it did not get as far.
void note_refused(std::string_view path, const base::Error& why);

// The input that answers a path, as it is called in metrics; "" for all other paths.
std::string_view input_of_path(std::string_view path);

// What a refusal says, in whichever form its protocol says it.
std::string reason_of(const net::HttpResponse& response);

}  // namespace app

#pragma once

#include <cstddef>

#include "base/result.h"
#include "net/http.h"

namespace api::jaeger {

// What an answer may take, charged to the request as it grows. One thread at a time.
class AnswerBudget {
  public:
    explicit AnswerBudget(const net::HttpRequest& request) : request_(request) {}

    // The answer has so many bytes. TooLarge beyond what one may have; Busy when all requests
    // together hold too much.
    base::Status grow_to(std::size_t bytes) {
        if (bytes > most_bytes) {
            return base::Error(base::Code::too_large,
                               "the answer takes more than 128 MiB; ask for fewer traces");
        }
        if (bytes <= charged_) return base::ok();
        // It is copied once when it is put together.
        if (request_.hold && !request_.hold(2 * step)) {
            return base::Error(base::Code::busy,
                               "too much is held for requests at the moment; try again later");
        }
        charged_ += step;
        return base::ok();
    }

  private:
    static constexpr std::size_t most_bytes = std::size_t{128} << 20;  // three times 80,000 spans
    static constexpr std::size_t step = std::size_t{1} << 20;

    const net::HttpRequest& request_;
    std::size_t charged_ = step;  // small answers are not counted
};

}  // namespace api::jaeger

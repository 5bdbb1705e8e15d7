#pragma once

#include <atomic>
#include <cstddef>

namespace api {

// One more of a number of queries, for as long as it lives.
class Counted {
  public:
    explicit Counted(std::atomic<std::size_t>& number)
        : number_(number), before_(number.fetch_add(1)) {}
    ~Counted() { number_.fetch_sub(1); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    std::size_t before() const { return before_; }

  private:
    std::atomic<std::size_t>& number_;
    std::size_t before_;
};

}  // namespace api

#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace app {

// How far a long piece of work is, on standard error: a bar on a terminal, else a line every few
// seconds. One thread at a time.
class ProgressBar {
  public:
    explicit ProgressBar(std::string what);

    void update(std::uint64_t events, double share);
    // Clears the bar.
    void finish();

  private:
    std::string what_;
    bool terminal_;
    base::Nanos started_;
    base::Nanos shown_ = 0;
};

// "[#########           ]  45 %  1,234,567 events", `columns` wide at most.
std::string progress_line(std::uint64_t events, double share, std::size_t columns);

// 1234567 → "1,234,567".
std::string grouped(std::uint64_t number);

}  // namespace app

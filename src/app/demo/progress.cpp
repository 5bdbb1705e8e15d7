#include "app/demo/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/output.h"

namespace app {

namespace {

constexpr base::Nanos redraw = 100 * base::millisecond;
constexpr base::Nanos next_line = 3 * base::second;

}  // namespace

std::string grouped(std::uint64_t number) {
    std::string digits = fmt::format("{}", number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

std::string progress_line(std::uint64_t events, double share, std::size_t columns) {
    share = std::clamp(share, 0.0, 1.0);
    const auto figures = fmt::format(" {:3.0f} %  {} events", share * 100, grouped(events));
    if (columns < figures.size() + 12) return figures;
    const std::size_t length = std::min<std::size_t>(40, columns - figures.size() - 2);
    const auto full = static_cast<std::size_t>(share * static_cast<double>(length));
    return fmt::format("[{}{}]{}", std::string(full, '#'), std::string(length - full, ' '),
                       figures);
}

ProgressBar::ProgressBar(std::string what)
    : what_(std::move(what)), terminal_(is_terminal(2)), started_(base::steady_now()) {
    fmt::print(stderr, "{}\n", what_);
    shown_ = started_;
}

void ProgressBar::update(std::uint64_t events, double share) {
    const auto now = base::steady_now();
    if (now - shown_ < (terminal_ ? redraw : next_line)) return;
    shown_ = now;
    const auto rate =
        static_cast<double>(events) * base::second / static_cast<double>(now - started_);
    const auto speed = fmt::format(", {}/s", grouped(static_cast<std::uint64_t>(rate)));
    if (!terminal_) {
        fmt::print(stderr, "{:3.0f} %, {} events{}\n", share * 100, grouped(events), speed);
        return;
    }
    const std::size_t width = terminal_width(2);
    fmt::print(stderr, "\r{}{}\033[K",
               progress_line(events, share, width - std::min(width, speed.size() + 1)), speed);
    std::fflush(stderr);
}

void ProgressBar::finish() {
    if (terminal_) fmt::print(stderr, "\r\033[K");
}

}  // namespace app

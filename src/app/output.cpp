#include "app/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace app {

namespace {

constexpr std::size_t buffer_bytes = 64 << 10;

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : value;
}

}  // namespace

void Output::write(std::string_view text) {
    if (closed_) return;
    buffer_ += text;
    if (buffer_.size() >= buffer_bytes) flush();
}

void Output::flush() {
    std::string_view left = buffer_;
    while (!left.empty() && !closed_) {
        const ssize_t put = ::write(descriptor_, left.data(), left.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) {
            closed_ = true;
            failed_ = errno != EPIPE;
        } else {
            left.remove_prefix(static_cast<std::size_t>(put));
        }
    }
    buffer_.clear();
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

bool wants_colours(int descriptor) {
    return is_terminal(descriptor) && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
}

std::size_t terminal_width(int descriptor) {
    const long columns = std::strtol(std::string(variable("COLUMNS")).c_str(), nullptr, 10);
    if (columns > 0) return static_cast<std::size_t>(std::clamp(columns, 20L, 1000L));
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return std::max<std::size_t>(20, size.ws_col);
    }
    return 120;
}

}  // namespace app

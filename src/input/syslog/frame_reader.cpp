#include "input/syslog/frame_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace input::syslog {

namespace {

constexpr std::size_t most_digits = 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

base::Result<bool> FrameReader::next(std::string_view& message) {
    if (std::exchange(given_, false)) kept_.clear();
    for (;;) {
        if (begins_) {
            TRY(const bool begun, begin());
            if (!begun) return false;
        }
        if (counts_) return counted(message);
        if (!line(message)) return false;
        // Empty lines are none.
        if (!message.empty()) return true;
        if (std::exchange(given_, false)) kept_.clear();
    }
}

// Between messages: a length, or the first byte of a line. False when it wants more.
base::Result<bool> FrameReader::begin() {
    while (!in_.empty()) {
        const char c = in_.front();
        const bool first = digits_.empty();
        if (is_digit(c) && (!first || c != '0') && digits_.size() < most_digits) {
            digits_.push_back(c);
            in_.remove_prefix(1);
        } else if (c == ' ' && !first) {
            left_ = 0;
            for (const char digit : digits_) {
                left_ = left_ * 10 + static_cast<std::size_t>(digit - '0');
            }
            if (left_ > most_bytes_) {
                return base::Error{base::Code::too_large,
                                   fmt::format("expected a message of at most {} bytes "
                                               "(limits.record_bytes), found a length of {}",
                                               most_bytes_, left_)};
            }
            in_.remove_prefix(1);
            digits_.clear();
            begins_ = false;
            counts_ = true;
            return true;
        } else {
            // A line that begins with digits.
            kept_ = std::exchange(digits_, {});
            begins_ = false;
            counts_ = false;
            return true;
        }
    }
    return false;
}

base::Result<bool> FrameReader::counted(std::string_view& message) {
    const std::size_t taken = std::min(left_, in_.size());
    const auto bytes = in_.substr(0, taken);
    in_.remove_prefix(taken);
    left_ -= taken;
    if (left_ == 0 && kept_.empty()) {
        message = bytes;
    } else {
        kept_ += bytes;
        if (left_ > 0) return false;
        message = kept_;
        given_ = true;
    }
    begins_ = true;
    counts_ = false;
    return true;
}

bool FrameReader::line(std::string_view& message) {
    constexpr std::string_view ends("\n\0", 2);
    const auto end = in_.find_first_of(ends);
    const bool whole = end != std::string_view::npos;
    auto bytes = in_.substr(0, whole ? end : in_.size());
    in_.remove_prefix(whole ? end + 1 : in_.size());
    if (kept_.size() + bytes.size() > most_bytes_) skips_ = true;
    if (skips_) {
        kept_.clear();
        if (!whole) return false;
        ++too_long_;
        skips_ = false;
        begins_ = true;
        message = {};
        return true;
    }
    if (!whole || !kept_.empty()) {
        kept_ += bytes;
        if (!whole) return false;
        given_ = true;
        bytes = kept_;
    }
    begins_ = true;
    while (bytes.ends_with('\r')) bytes.remove_suffix(1);
    message = bytes;
    return true;
}

std::string_view FrameReader::last() {
    if (std::exchange(given_, false)) kept_.clear();
    if (!digits_.empty()) kept_ = std::exchange(digits_, {});
    if (skips_) ++too_long_;
    skips_ = false;
    begins_ = true;
    given_ = true;
    return kept_;
}

std::size_t FrameReader::take_too_long() { return std::exchange(too_long_, 0); }

}  // namespace input::syslog

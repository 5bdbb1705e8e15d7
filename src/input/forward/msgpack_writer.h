#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace input::forward {

// Writes small MessagePack: what the server answers. One thread at a time.
class MsgpackWriter {
  public:
    // REQUIRES: size < 16; so many values, or pairs, follow.
    void array(unsigned size) { out_.push_back(static_cast<char>(0x90 | size)); }
    void map(unsigned size) { out_.push_back(static_cast<char>(0x80 | size)); }
    void boolean(bool value) { out_.push_back(static_cast<char>(value ? 0xc3 : 0xc2)); }
    void text(std::string_view value) {
        if (value.size() < 32) {
            out_.push_back(static_cast<char>(0xa0 | value.size()));
        } else {
            const auto size = static_cast<std::uint32_t>(value.size());
            out_.push_back(static_cast<char>(0xdb));
            for (int shift = 24; shift >= 0; shift -= 8) {
                out_.push_back(static_cast<char>(size >> shift));
            }
        }
        out_ += value;
    }

    std::string take() && { return std::move(out_); }

  private:
    std::string out_;
};

}  // namespace input::forward

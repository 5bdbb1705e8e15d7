#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace input::otlp {

// Appends protobuf fields to a string. Unlike protozero's writer it keeps empty messages, which
// here mean something ([] and {}). One thread at a time.
class ProtobufWriter {
  public:
    explicit ProtobufWriter(std::string& out) : out_(out) {}

    void varint(std::uint32_t field, std::uint64_t value) {
        append_varint(field << 3);
        append_varint(value);
    }
    void fixed32(std::uint32_t field, std::uint32_t value) { fixed(field << 3 | 5, value); }
    void fixed64(std::uint32_t field, std::uint64_t value) { fixed(field << 3 | 1, value); }
    void number(std::uint32_t field, double value) {
        fixed64(field, std::bit_cast<std::uint64_t>(value));
    }
    void bytes(std::uint32_t field, std::string_view value) {
        append_varint(field << 3 | 2);
        append_varint(value.size());
        out_.append(value);
    }

    // A message's fields lie between begin and end, which takes what begin gave.
    std::size_t begin(std::uint32_t field) {
        append_varint(field << 3 | 2);
        out_.append(length_bytes, '\0');
        return out_.size();
    }
    void end(std::size_t begin) {
        std::size_t length = out_.size() - begin;
        for (std::size_t at = begin - length_bytes; at < begin; ++at) {
            const bool last = at + 1 == begin;
            out_[at] = static_cast<char>((length & 0x7F) | (last ? 0 : 0x80));
            length >>= 7;
        }
    }

  private:
    // A length is written in full width, before it is known.
    static constexpr std::size_t length_bytes = 5;

    void append_varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>(value | 0x80));
        out_.push_back(static_cast<char>(value));
    }
    template <typename Value>
    void fixed(std::uint32_t tag, Value value) {
        append_varint(tag);
        static_assert(std::endian::native == std::endian::little);
        char bytes[sizeof(Value)];
        std::memcpy(bytes, &value, sizeof(Value));
        out_.append(bytes, sizeof(Value));
    }

    std::string& out_;
};

}  // namespace input::otlp

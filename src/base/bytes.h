#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

static_assert(std::endian::native == std::endian::little, "the on-disk format is little-endian");

// Appends little-endian numbers, varints (LEB128) and length-prefixed strings to a byte string.
class ByteWriter {
  public:
    template <typename Number>
    void fixed(Number value) {
        char raw[sizeof(Number)];
        std::memcpy(raw, &value, sizeof(Number));
        bytes_.append(raw, sizeof(Number));
    }

    void varint(std::uint64_t value) {
        while (value >= 0x80) {
            bytes_.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        bytes_.push_back(static_cast<char>(value));
    }

    // Small magnitudes of either sign take few bytes.
    void zigzag(std::int64_t value) {
        varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
    }

    void string(std::string_view text) {
        varint(text.size());
        bytes_.append(text);
    }

    void raw(std::string_view bytes) { bytes_.append(bytes); }

    // A contiguous array of plain numbers, without its length.
    template <typename Number>
    void array(const Number* data, std::size_t count) {
        bytes_.append(reinterpret_cast<const char*>(data), count * sizeof(Number));
    }

    std::size_t size() const { return bytes_.size(); }
    std::string& bytes() { return bytes_; }
    std::string take() { return std::move(bytes_); }

  private:
    std::string bytes_;
};

// Reads what ByteWriter wrote. After the first read past the end or malformed varint, failed() is
// true and every further read returns zero or empty: check once at the end of a structure. Never
// reads out of bounds.
class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

    template <typename Number>
    Number fixed() {
        Number value{};
        if (!need(sizeof(Number))) return value;
        std::memcpy(&value, bytes_.data() + at_, sizeof(Number));
        at_ += sizeof(Number);
        return value;
    }

    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (!need(1)) return 0;
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        failed_ = true;
        return 0;
    }

    std::int64_t zigzag() {
        const std::uint64_t coded = varint();
        return static_cast<std::int64_t>(coded >> 1) ^ -static_cast<std::int64_t>(coded & 1);
    }

    // A view into the input; valid as long as the input is.
    std::string_view string() { return raw(varint()); }

    std::string_view raw(std::uint64_t size) {
        if (!need(size)) return {};
        const auto part = bytes_.substr(at_, size);
        at_ += size;
        return part;
    }

    template <typename Number>
    bool array(Number* data, std::uint64_t count) {
        if (count > remaining() / sizeof(Number)) {
            failed_ = true;
            return false;
        }
        if (count != 0) std::memcpy(data, bytes_.data() + at_, count * sizeof(Number));
        at_ += count * sizeof(Number);
        return true;
    }

    // A count of things that each take at least `least` bytes: refuses counts the input cannot
    // hold, so that a damaged length never allocates more than the input's own size.
    std::uint64_t count(std::size_t least) {
        const std::uint64_t value = varint();
        if (least != 0 && value > remaining() / least) {
            failed_ = true;
            return 0;
        }
        return value;
    }

    bool failed() const { return failed_; }
    std::size_t remaining() const { return bytes_.size() - at_; }
    std::size_t position() const { return at_; }

  private:
    bool need(std::uint64_t size) {
        if (failed_ || size > remaining()) failed_ = true;
        return !failed_;
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

}  // namespace base

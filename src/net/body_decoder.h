#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace net {

enum class Encoding { identity, gzip, deflate, zstd };

// What a Content-Encoding header says; nothing for one that is not understood. Empty is identity.
std::optional<Encoding> encoding_named(std::string_view content_encoding);

// Undoes a body's Content-Encoding piece by piece, into one string that never grows beyond a limit:
// a bomb is found when it passes the limit, not after it was inflated. One thread at a time.
class BodyDecoder {
  public:
    static std::unique_ptr<BodyDecoder> create(Encoding encoding, std::size_t limit);
    virtual ~BodyDecoder() = default;

    // TooLarge beyond the limit, InvalidArgument for bytes that are not of the encoding. Not to be
    // used after that.
    virtual base::Status write(std::string_view piece) = 0;
    // InvalidArgument when the compressed data stop half-way.
    virtual base::Status finish() = 0;

    // Bytes decoded so far.
    std::size_t size() const { return used_; }
    // Bytes of memory taken for them.
    std::size_t held() const { return body_.size(); }
    // The whole body, with at least `padding` bytes of capacity behind it. After finish().
    std::string take();

    static constexpr std::size_t padding = 64;

  protected:
    explicit BodyDecoder(std::size_t limit) : limit_(limit) {}
    // Makes room to write behind what is decoded: at least one byte more than the limit allows to
    // be used.
    void make_room();
    void reserve(std::size_t size);
    char* room() { return body_.data() + used_; }
    std::size_t room_size() const { return body_.size() - used_; }
    base::Status advance(std::size_t bytes);
    base::Status too_large() const;

    const std::size_t limit_;
    std::string body_;  // bytes from used_ on are room
    std::size_t used_ = 0;
};

}  // namespace net

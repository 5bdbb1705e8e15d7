#include "net/body_decoder.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

namespace net {

namespace {

constexpr std::size_t room_step = 128 << 10;
constexpr std::size_t large_body = 4 << 20;
// 8 MiB, what RFC 8878 says a receiver of HTTP content must support; more is memory at the sender's
// wish.
constexpr int zstd_window_log_limit = 23;

class IdentityDecoder final : public BodyDecoder {
  public:
    explicit IdentityDecoder(std::size_t limit) : BodyDecoder(limit) {}

    base::Status write(std::string_view piece) override {
        if (piece.size() > limit_ - used_) return too_large();
        reserve(used_ + piece.size());
        body_.append(piece);
        used_ += piece.size();
        return base::ok();
    }
    base::Status finish() override { return base::ok(); }
};

class ZlibDecoder final : public BodyDecoder {
  public:
    ZlibDecoder(Encoding encoding, std::size_t limit) : BodyDecoder(limit), encoding_(encoding) {}
    ~ZlibDecoder() override {
        if (open_) inflateEnd(&stream_);
    }

    base::Status write(std::string_view piece) override {
        if (!open_) {
            // Whether "deflate" has zlib's header (as the standard says) or not (as some clients
            // do) shows in two bytes.
            start_.append(piece.substr(0, 2 - std::min<std::size_t>(2, start_.size())));
            const std::size_t taken = std::min(piece.size(), start_.size() - held_);
            held_ = start_.size();
            piece.remove_prefix(taken);
            if (start_.size() < 2) return base::ok();
            TRY(open());
            TRY(inflate_all(start_));
        }
        while (!piece.empty()) {
            const auto part = piece.substr(0, 1U << 30);
            TRY(inflate_all(part));
            piece.remove_prefix(part.size());
        }
        return base::ok();
    }

    base::Status finish() override {
        if (ended_ || start_.empty()) return base::ok();
        return base::invalid(
            fmt::format("the {} body stops half-way after {} decompressed bytes", name(), used_));
    }

  private:
    const char* name() const { return encoding_ == Encoding::gzip ? "gzip" : "deflate"; }

    base::Status open() {
        const auto first = static_cast<unsigned char>(start_[0]);
        const auto second = static_cast<unsigned char>(start_[1]);
        const bool zlib_header = (first & 0x0f) == 8 && (first * 256 + second) % 31 == 0;
        const int bits = encoding_ == Encoding::gzip ? 15 + 16 : (zlib_header ? 15 : -15);
        if (inflateInit2(&stream_, bits) != Z_OK) {
            return base::Error{base::Code::internal, "no memory to decompress a body"};
        }
        open_ = true;
        return base::ok();
    }

    base::Status inflate_all(std::string_view piece) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
        stream_.avail_in = static_cast<uInt>(piece.size());
        for (;;) {
            if (ended_) {
                if (stream_.avail_in == 0) return base::ok();
                // gzip allows several members one behind the other.
                if (encoding_ != Encoding::gzip || inflateReset(&stream_) != Z_OK) return damaged();
                ended_ = false;
            }
            make_room();
            const std::size_t size = room_size();
            stream_.next_out = reinterpret_cast<Bytef*>(room());
            stream_.avail_out = static_cast<uInt>(size);
            const int code = inflate(&stream_, Z_NO_FLUSH);
            TRY(advance(size - stream_.avail_out));
            ended_ = code == Z_STREAM_END;
            if (code == Z_BUF_ERROR) return base::ok();  // wants more input
            if (code != Z_OK && !ended_) return damaged();
            if (code == Z_OK && stream_.avail_in == 0 && stream_.avail_out != 0) return base::ok();
        }
    }

    base::Status damaged() const {
        return base::invalid(fmt::format("the body is not valid {}: {}", name(),
                                         stream_.msg != nullptr ? stream_.msg : "wrong bytes"));
    }

    const Encoding encoding_;
    z_stream stream_{};
    std::string start_;
    std::size_t held_ = 0;
    bool open_ = false;
    bool ended_ = false;
};

class ZstdDecoder final : public BodyDecoder {
  public:
    explicit ZstdDecoder(std::size_t limit) : BodyDecoder(limit), stream_(ZSTD_createDStream()) {
        if (stream_ != nullptr) {
            ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, zstd_window_log_limit);
        }
    }
    ~ZstdDecoder() override { ZSTD_freeDStream(stream_); }

    base::Status write(std::string_view piece) override {
        if (stream_ == nullptr) {
            return base::Error{base::Code::internal, "no memory to decompress a body"};
        }
        ZSTD_inBuffer in{piece.data(), piece.size(), 0};
        bool more = false;
        while (in.pos < in.size || more) {
            make_room();
            ZSTD_outBuffer out{room(), room_size(), 0};
            left_ = ZSTD_decompressStream(stream_, &out, &in);
            if (ZSTD_isError(left_) != 0) {
                return base::invalid(
                    fmt::format("the body is not valid zstd: {}", ZSTD_getErrorName(left_)));
            }
            more = out.pos == out.size && left_ != 0;
            TRY(advance(out.pos));
        }
        return base::ok();
    }

    base::Status finish() override {
        if (left_ == 0) return base::ok();
        return base::invalid(
            fmt::format("the zstd body stops half-way after {} decompressed bytes", used_));
    }

  private:
    ZSTD_DStream* stream_;
    std::size_t left_ = 0;  // 0 at the end of a frame
};

}  // namespace

std::optional<Encoding> encoding_named(std::string_view content_encoding) {
    std::string name;
    for (const char c : content_encoding) {
        if (c != ' ' && c != '\t')
            name.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    }
    if (name.empty() || name == "identity") return Encoding::identity;
    if (name == "gzip" || name == "x-gzip") return Encoding::gzip;
    if (name == "deflate") return Encoding::deflate;
    if (name == "zstd") return Encoding::zstd;
    return std::nullopt;
}

std::unique_ptr<BodyDecoder> BodyDecoder::create(Encoding encoding, std::size_t limit) {
    switch (encoding) {
        case Encoding::gzip:
        case Encoding::deflate:
            return std::make_unique<ZlibDecoder>(encoding, limit);
        case Encoding::zstd:
            return std::make_unique<ZstdDecoder>(limit);
        case Encoding::identity:
            break;
    }
    return std::make_unique<IdentityDecoder>(limit);
}

std::string BodyDecoder::take() {
    body_.resize(used_);
    body_.reserve(used_ + padding);
    used_ = 0;
    return std::move(body_);
}

void BodyDecoder::make_room() {
    // Room for one byte beyond the limit shows that the limit is passed.
    if (body_.size() > used_) return;
    const std::size_t size = std::min(used_ + room_step, limit_ + 1);
    reserve(size);
    body_.resize(size);
}

// A large body is not moved as it grows: for a moment it would take three times its room. What was
// reserved and not used is no memory, only addresses.
void BodyDecoder::reserve(std::size_t size) {
    if (size <= body_.capacity() || size < large_body) return;
    body_.reserve(limit_ + 1 + padding);
}

base::Status BodyDecoder::advance(std::size_t bytes) {
    used_ += bytes;
    return used_ > limit_ ? too_large() : base::ok();
}

base::Status BodyDecoder::too_large() const {
    return base::Error{base::Code::too_large,
                       fmt::format("the body is larger than {} bytes after decompression; send "
                                   "smaller requests or raise the limit (max_body_bytes)",
                                   limit_)};
}

}  // namespace net

#include "net/gzip.h"

#include <zlib.h>

#include <algorithm>

namespace net {

std::string gzip(std::string_view text) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return {};
    }
    std::string out(deflateBound(&stream, text.size()), '\0');
    std::size_t used = 0;
    int code = Z_OK;
    while (code == Z_OK) {
        // zlib counts in 32 bits.
        const auto part = text.substr(0, 1U << 30);
        const std::size_t room = std::min<std::size_t>(out.size() - used, 1U << 30);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
        stream.avail_in = static_cast<uInt>(part.size());
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
        stream.avail_out = static_cast<uInt>(room);
        code = deflate(&stream, part.size() == text.size() ? Z_FINISH : Z_NO_FLUSH);
        text.remove_prefix(part.size() - stream.avail_in);
        used += room - stream.avail_out;
    }
    deflateEnd(&stream);
    if (code != Z_STREAM_END) return {};
    out.resize(used);
    return out;
}

}  // namespace net

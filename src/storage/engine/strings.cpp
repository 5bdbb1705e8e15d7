#include "storage/engine/strings.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "base/bytes.h"

namespace storage::engine {

namespace {

// Raw bytes after which a page ends: large enough for zstd to find what repeats, small enough to
// read one line from.
constexpr std::size_t page_bytes = 64 << 10;
// A page holds at least one value, and a value is at most one record.
constexpr std::size_t page_limit = std::size_t{1} << 30;

base::Error damaged(std::string_view what) {
    return {base::Code::corrupt, std::string(what) + " is damaged"};
}

struct FreeCompressor {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::size_t hex_pairs(std::span<const std::string_view> values) {
    const std::size_t length = values.empty() ? 0 : values.front().size();
    if (length == 0 || length % 2 != 0) return 0;
    for (const std::string_view value : values) {
        if (value.size() != length || !is_hex(value)) return 0;
    }
    return length / 2;
}

// The two digits of each byte, one behind the other.
constexpr auto digits = [] {
    std::array<char, 512> all{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
        all[byte * 2] = "0123456789abcdef"[byte / 16];
        all[byte * 2 + 1] = "0123456789abcdef"[byte % 16];
    }
    return all;
}();

base::Status take_hex(std::string_view raw, std::size_t count, std::uint64_t pairs,
                      std::string& texts, std::vector<std::uint32_t>& ends) {
    if (raw.size() / pairs != count || raw.size() % pairs != 0) return damaged("a page of text");
    std::size_t end = texts.size();
    texts.resize(end + raw.size() * 2);
    char* to = texts.data() + end;
    for (const char byte : raw) {
        std::memcpy(to, digits.data() + static_cast<unsigned char>(byte) * std::size_t{2}, 2);
        to += 2;
    }
    for (std::size_t value = 0; value < count; ++value) {
        end += pairs * 2;
        ends.push_back(static_cast<std::uint32_t>(end));
    }
    return base::ok();
}

base::Status take_text(std::string_view raw, std::size_t count, std::string& texts,
                       std::vector<std::uint32_t>& ends) {
    base::ByteReader lengths(raw);
    if (count > raw.size()) return damaged("a page of text");
    std::uint64_t end = texts.size();
    for (std::size_t value = 0; value < count; ++value) {
        const std::uint64_t length = lengths.varint();
        if (length > raw.size()) return damaged("a page of text");
        end += length;
        ends.push_back(static_cast<std::uint32_t>(end));
    }
    const std::string_view bytes = raw.substr(lengths.position());
    if (lengths.failed() || end - texts.size() != bytes.size()) return damaged("a page of text");
    texts.append(bytes);
    return base::ok();
}

base::Result<event::StringPool> as_pool(std::string texts, std::vector<std::uint32_t> ends) {
    event::StringPool pool;
    pool.assign(std::move(texts), std::move(ends));
    return pool;
}

}  // namespace

void compress(std::string_view bytes, int level, std::string& out) {
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
    base::ByteWriter writer;
    writer.varint(bytes.size());
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t size = ZSTD_compressCCtx(context.get(), packed.data(), packed.size(),
                                               bytes.data(), bytes.size(), level);
    const bool smaller = ZSTD_isError(size) == 0 && size < bytes.size();
    writer.fixed(static_cast<std::uint8_t>(smaller ? 1 : 0));
    writer.string(smaller ? std::string_view(packed).substr(0, size) : bytes);
    out += writer.bytes();
}

base::Status decompress(std::string_view& in, std::size_t limit, std::string& out) {
    thread_local const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
    base::ByteReader reader(in);
    const std::uint64_t raw_size = reader.varint();
    const auto method = reader.fixed<std::uint8_t>();
    const std::string_view packed = reader.string();
    if (reader.failed() || method > 1 || raw_size > limit) return damaged("a compressed piece");
    in.remove_prefix(reader.position());
    if (method == 0) {
        if (packed.size() != raw_size) return damaged("a compressed piece");
        out.append(packed);
        return base::ok();
    }
    const std::size_t begin = out.size();
    out.resize(begin + raw_size);
    const std::size_t got = ZSTD_decompressDCtx(context.get(), out.data() + begin, raw_size,
                                                packed.data(), packed.size());
    if (ZSTD_isError(got) != 0 || got != raw_size) return damaged("a compressed piece");
    return base::ok();
}

void encode_page(std::span<const std::string_view> values, int level, std::string& out) {
    base::ByteWriter writer;
    const std::size_t pairs = hex_pairs(values);
    std::string raw;
    if (pairs > 0) {
        const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
        for (const std::string_view value : values) {
            for (std::size_t at = 0; at < value.size(); at += 2) {
                raw.push_back(static_cast<char>(digit(value[at]) * 16 + digit(value[at + 1])));
            }
        }
    } else {
        for (const std::string_view value : values) writer.varint(value.size());
        raw = writer.take();
        for (const std::string_view value : values) raw.append(value);
    }
    writer.varint(pairs);
    out += writer.take();
    compress(raw, level, out);
}

base::Status decode_page(std::string_view bytes, std::size_t count, std::string& texts,
                         std::vector<std::uint32_t>& ends) {
    base::ByteReader in(bytes);
    const std::uint64_t pairs = in.varint();
    if (in.failed()) return damaged("a page of text");
    std::string_view rest = bytes.substr(in.position());
    std::string raw;
    TRY(decompress(rest, page_limit, raw));
    // Positions in a pool have 32 bits, and hexadecimal doubles.
    if (raw.size() > (UINT32_MAX - texts.size()) / 2) return damaged("a page of text");
    return pairs > 0 ? take_hex(raw, count, pairs, texts, ends)
                     : take_text(raw, count, texts, ends);
}

void TextPages::encode(std::span<const std::string_view> values, int level, std::string& out) {
    base::ByteWriter directory;
    std::string pages;
    std::size_t count = 0;
    for (std::size_t begin = 0; begin < values.size();) {
        std::size_t end = begin;
        for (std::size_t bytes = 0; end < values.size() && bytes < page_bytes; ++end) {
            bytes += values[end].size() + 1;
        }
        const std::size_t before = pages.size();
        encode_page(values.subspan(begin, end - begin), level, pages);
        directory.varint(end - begin);
        directory.varint(pages.size() - before);
        begin = end;
        ++count;
    }
    base::ByteWriter writer;
    writer.varint(count);
    writer.raw(directory.bytes());
    writer.raw(pages);
    out += writer.bytes();
}

base::Result<TextPages> TextPages::open(std::string_view bytes, std::size_t count) {
    base::ByteReader in(bytes);
    TextPages opened;
    const std::size_t pages = in.count(2);
    std::vector<std::size_t> sizes(pages);
    std::size_t first = 0;
    for (std::size_t& size : sizes) {
        const std::uint64_t values = in.varint();
        size = in.varint();
        if (values == 0 || values > count - first) return damaged("a directory of pages");
        opened.begins_.push_back(first);
        first += values;
    }
    for (const std::size_t size : sizes) opened.bytes_.push_back(in.raw(size));
    if (in.failed() || first != count) return damaged("a directory of pages");
    opened.count_ = count;
    return opened;
}

std::size_t TextPages::page_of(std::size_t value) const {
    return static_cast<std::size_t>(std::upper_bound(begins_.begin(), begins_.end(), value) -
                                    begins_.begin()) -
           1;
}

std::size_t TextPages::count_of(std::size_t page) const {
    return (page + 1 < begins_.size() ? begins_[page + 1] : count_) - begins_[page];
}

base::Result<event::StringPool> TextPages::read(std::size_t page) const {
    std::string texts;
    std::vector<std::uint32_t> ends;
    TRY(decode_page(bytes_[page], count_of(page), texts, ends));
    return as_pool(std::move(texts), std::move(ends));
}

base::Result<event::StringPool> TextPages::read_all() const {
    std::string texts;
    std::vector<std::uint32_t> ends;
    ends.reserve(count_);
    for (std::size_t page = 0; page < pages(); ++page) {
        TRY(decode_page(bytes_[page], count_of(page), texts, ends));
    }
    return as_pool(std::move(texts), std::move(ends));
}

}  // namespace storage::engine

#include "net/body_decoder.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <random>

#include "net/gzip.h"

namespace net {
namespace {

std::string deflated(std::string_view text, int bits) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string zstd(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

std::string sample(std::size_t size) {
    std::mt19937 random(7);
    std::string text;
    while (text.size() < size) text += "line " + std::to_string(random()) + "\n";
    return text;
}

// The decoded text, or the error's message.
std::string decode(Encoding encoding, std::string_view bytes, std::size_t limit,
                   std::size_t piece = 1000) {
    const auto decoder = BodyDecoder::create(encoding, limit);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const auto done = decoder->write(bytes.substr(at, piece));
        if (!done) return std::string(base::name_of(done.error().code));
    }
    const auto done = decoder->finish();
    if (!done) return std::string(base::name_of(done.error().code));
    auto body = decoder->take();
    EXPECT_GE(body.capacity(), body.size() + BodyDecoder::padding);
    return body;
}

struct Way {
    Encoding encoding;
    std::string packed;
};

std::vector<Way> ways(const std::string& text) {
    return {{Encoding::identity, text},
            {Encoding::gzip, gzip(text)},
            {Encoding::deflate, deflated(text, 15)},
            {Encoding::deflate, deflated(text, -15)},
            {Encoding::zstd, zstd(text)}};
}

TEST(BodyDecoder, UndoesEveryEncodingInPiecesOfAnySize) {
    for (const std::size_t size : {0UL, 1UL, 500UL, 400'000UL}) {
        const auto text = size == 0 ? std::string() : sample(size);
        for (const auto& way : ways(text)) {
            for (const std::size_t piece : {1UL, 3UL, 4096UL, 10'000'000UL}) {
                if (size > 1000 && piece < 100) continue;
                EXPECT_EQ(decode(way.encoding, way.packed, 1 << 20, piece), text);
            }
        }
    }
}

TEST(BodyDecoder, TakesExactlyTheLimit) {
    const auto text = sample(300'000);
    for (const auto& way : ways(text)) {
        EXPECT_EQ(decode(way.encoding, way.packed, text.size()), text);
        EXPECT_EQ(decode(way.encoding, way.packed, text.size() - 1), "too_large");
    }
}

TEST(BodyDecoder, StopsABombAtTheLimit) {
    const std::string zeros(64 << 20, '\0');
    for (const auto& way : {Way{Encoding::gzip, gzip(zeros)}, Way{Encoding::zstd, zstd(zeros)}}) {
        const auto decoder = BodyDecoder::create(way.encoding, 1 << 20);
        const auto done = decoder->write(way.packed);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, base::Code::too_large);
        EXPECT_LT(decoder->held(), 3U << 20);
    }
}

TEST(BodyDecoder, TakesSeveralGzipMembers) {
    EXPECT_EQ(decode(Encoding::gzip, gzip("one ") + gzip("") + gzip("two"), 100, 1), "one two");
}

TEST(BodyDecoder, RefusesWhatStopsHalfWay) {
    const auto text = sample(5000);
    for (const auto& way : ways(text)) {
        if (way.encoding == Encoding::identity) continue;
        for (const std::size_t cut : {1UL, 5UL, way.packed.size() / 2}) {
            EXPECT_EQ(decode(way.encoding, way.packed.substr(0, way.packed.size() - cut), 1 << 20),
                      "invalid_argument");
        }
    }
}

TEST(BodyDecoder, SurvivesRandomDamage) {
    std::mt19937 random(11);
    const auto text = sample(20'000);
    for (const auto& way : ways(text)) {
        if (way.encoding == Encoding::identity) continue;
        for (int round = 0; round < 300; ++round) {
            auto damaged = way.packed;
            for (int hit = 0; hit < 3; ++hit) {
                damaged[random() % damaged.size()] = static_cast<char>(random());
            }
            // Whatever comes out, it keeps to the limit.
            EXPECT_LE(decode(way.encoding, damaged, 1 << 20).size(), 1U << 20);
        }
    }
}

TEST(BodyDecoder, RefusesZstdWindowsBeyondEightMebibytes) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    const std::string text = sample(1 << 20);
    std::string out(ZSTD_compressBound(text.size()) + 1024, '\0');
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    ZSTD_outBuffer packed{out.data(), out.size(), 0};
    ZSTD_compressStream2(context, &packed, &in, ZSTD_e_continue);
    ASSERT_EQ(ZSTD_compressStream2(context, &packed, &in, ZSTD_e_end), 0U);
    ZSTD_freeCCtx(context);
    out.resize(packed.pos);
    EXPECT_EQ(decode(Encoding::zstd, out, 8 << 20), "invalid_argument");
}

TEST(Encoding, IsNamedInAnyCase) {
    EXPECT_EQ(encoding_named(""), Encoding::identity);
    EXPECT_EQ(encoding_named(" GZip "), Encoding::gzip);
    EXPECT_EQ(encoding_named("zstd"), Encoding::zstd);
    EXPECT_FALSE(encoding_named("br"));
    EXPECT_FALSE(encoding_named("gzip, gzip"));
}

}  // namespace
}  // namespace net

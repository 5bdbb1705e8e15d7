#include "storage/engine/integers.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "base/bytes.h"

namespace storage::engine {

namespace {

constexpr std::size_t mini_block = 128;
constexpr std::uint8_t mode_constant = 0;
constexpr std::uint8_t mode_frame = 1;
constexpr std::uint8_t mode_differences = 2;

// All arithmetic is modulo 2^64, so that any int64 comes back whatever its neighbours are.
using Word = std::uint64_t;
__extension__ using DoubleWord = unsigned __int128;

constexpr Word powers[] = {1, 10, 100, 1'000, 1'000'000, 1'000'000'000};

// The largest of `powers` that divides every offset.
std::size_t common_power(const std::vector<Word>& offsets) {
    std::size_t best = std::size(powers) - 1;
    for (const Word offset : offsets) {
        const auto value = static_cast<std::int64_t>(offset);
        while (best > 0 && value % static_cast<std::int64_t>(powers[best]) != 0) --best;
        if (best == 0) break;
    }
    return best;
}

unsigned width_of(const Word* values, std::size_t count) {
    Word all = 0;
    for (std::size_t at = 0; at < count; ++at) all |= values[at];
    return static_cast<unsigned>(std::bit_width(all));
}

std::size_t packed_bytes(std::size_t count, unsigned width) { return (count * width + 7) / 8; }

void pack(const Word* values, std::size_t count, unsigned width, std::string& out) {
    const std::size_t begin = out.size();
    out.resize(begin + packed_bytes(count, width));
    auto* to = reinterpret_cast<unsigned char*>(out.data() + begin);
    DoubleWord buffer = 0;
    unsigned filled = 0;
    for (std::size_t at = 0; at < count; ++at) {
        buffer |= static_cast<DoubleWord>(values[at]) << filled;
        filled += width;
        while (filled >= 8) {
            *to++ = static_cast<unsigned char>(buffer);
            buffer >>= 8;
            filled -= 8;
        }
    }
    if (filled > 0) *to = static_cast<unsigned char>(buffer);
}

// REQUIRES: `from` may be read 16 bytes beyond the packed bytes.
void unpack(const char* from, std::size_t count, unsigned width, Word* out) {
    if (width == 0) {
        std::fill_n(out, count, 0);
        return;
    }
    const Word mask = width == 64 ? ~Word{0} : (Word{1} << width) - 1;
    if (width <= 56) {
        for (std::size_t at = 0, bit = 0; at < count; ++at, bit += width) {
            Word word;
            std::memcpy(&word, from + bit / 8, sizeof(word));
            out[at] = (word >> (bit % 8)) & mask;
        }
        return;
    }
    for (std::size_t at = 0, bit = 0; at < count; ++at, bit += width) {
        DoubleWord word;
        std::memcpy(&word, from + bit / 8, sizeof(word));
        out[at] = static_cast<Word>(word >> (bit % 8)) & mask;
    }
}

// What one mode would make of the values: offsets from its reference.
struct Plan {
    std::vector<Word> offsets;
    std::size_t power = 0;
    std::int64_t base = 0;
    std::size_t bits = 0;

    void finish() {
        power = common_power(offsets);
        const auto divisor = static_cast<std::int64_t>(powers[power]);
        std::int64_t smallest = std::numeric_limits<std::int64_t>::max();
        for (Word& offset : offsets) {
            if (divisor != 1) {
                offset = static_cast<Word>(static_cast<std::int64_t>(offset) / divisor);
            }
            smallest = std::min(smallest, static_cast<std::int64_t>(offset));
        }
        base = offsets.empty() ? 0 : smallest;
        for (Word& offset : offsets) offset -= static_cast<Word>(base);
        for (std::size_t at = 0; at < offsets.size(); at += mini_block) {
            const std::size_t count = std::min(mini_block, offsets.size() - at);
            bits += count * width_of(offsets.data() + at, count) + 8;
        }
    }
};

base::Error damaged() { return {base::Code::corrupt, "a chunk of integers is damaged"}; }

}  // namespace

void encode_integers(std::span<const std::int64_t> values, std::string& out) {
    base::ByteWriter writer;
    writer.bytes().swap(out);
    const bool constant = std::all_of(values.begin(), values.end(),
                                      [&](std::int64_t value) { return value == values.front(); });
    const std::int64_t first = values.empty() ? 0 : values.front();
    if (constant) {
        writer.fixed(mode_constant);
        writer.zigzag(first);
        out = writer.take();
        return;
    }
    Plan frame;
    Plan steps;
    frame.offsets.reserve(values.size());
    steps.offsets.reserve(values.size());
    Word before = static_cast<Word>(first);
    for (const std::int64_t value : values) {
        frame.offsets.push_back(static_cast<Word>(value) - static_cast<Word>(first));
        steps.offsets.push_back(static_cast<Word>(value) - before);
        before = static_cast<Word>(value);
    }
    frame.finish();
    steps.finish();
    const Plan& plan = steps.bits < frame.bits ? steps : frame;
    writer.fixed(&plan == &steps ? mode_differences : mode_frame);
    writer.zigzag(first);
    writer.fixed(static_cast<std::uint8_t>(plan.power));
    writer.zigzag(plan.base);
    for (std::size_t at = 0; at < plan.offsets.size(); at += mini_block) {
        const std::size_t count = std::min(mini_block, plan.offsets.size() - at);
        const unsigned width = width_of(plan.offsets.data() + at, count);
        writer.fixed(static_cast<std::uint8_t>(width));
        pack(plan.offsets.data() + at, count, width, writer.bytes());
    }
    out = writer.take();
}

base::Status decode_integers(std::string_view bytes, std::size_t count,
                             std::vector<std::int64_t>& out) {
    base::ByteReader in(bytes);
    const auto mode = in.fixed<std::uint8_t>();
    const std::int64_t first = in.zigzag();
    if (in.failed() || mode > mode_differences) return damaged();
    if (mode == mode_constant) {
        out.assign(count, first);
        return base::ok();
    }
    const auto power = in.fixed<std::uint8_t>();
    const std::int64_t base = in.zigzag();
    if (in.failed() || power >= std::size(powers)) return damaged();
    const Word divisor = powers[power];

    out.resize(count);
    // One mini-block at a time through a padded buffer, so that unpack may read beyond.
    char padded[mini_block * 8 + 16] = {};
    Word words[mini_block];
    Word value = static_cast<Word>(first);
    for (std::size_t at = 0; at < count; at += mini_block) {
        const std::size_t here = std::min(mini_block, count - at);
        const auto width = in.fixed<std::uint8_t>();
        if (width > 64) return damaged();
        const std::string_view packed = in.raw(packed_bytes(here, width));
        if (in.failed()) return damaged();
        std::memcpy(padded, packed.data(), packed.size());
        unpack(padded, here, width, words);
        if (mode == mode_frame) {
            for (std::size_t i = 0; i < here; ++i) {
                out[at + i] = static_cast<std::int64_t>(
                    static_cast<Word>(first) + (words[i] + static_cast<Word>(base)) * divisor);
            }
        } else {
            for (std::size_t i = 0; i < here; ++i) {
                value += (words[i] + static_cast<Word>(base)) * divisor;
                out[at + i] = static_cast<std::int64_t>(value);
            }
        }
    }
    return base::ok();
}

void encode_codes(std::span<const std::uint32_t> values, std::string& out) {
    const std::vector<std::int64_t> wide(values.begin(), values.end());
    encode_integers(wide, out);
}

base::Status decode_codes(std::string_view bytes, std::size_t count,
                          std::vector<std::uint32_t>& out) {
    std::vector<std::int64_t> wide;
    TRY(decode_integers(bytes, count, wide));
    out.resize(count);
    for (std::size_t at = 0; at < count; ++at) {
        if (wide[at] < 0 || wide[at] > UINT32_MAX) return damaged();
        out[at] = static_cast<std::uint32_t>(wide[at]);
    }
    return base::ok();
}

}  // namespace storage::engine

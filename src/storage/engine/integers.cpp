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

// unpack() may read this far beyond the packed bytes.
constexpr std::size_t unpack_margin = 16;

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

namespace {

// A chunk's front: all but the mini-blocks.
struct Front {
    std::uint8_t mode = mode_constant;
    Word first = 0;
    Word base = 0;
    Word divisor = 1;
};

base::Result<Front> read_front(base::ByteReader& in) {
    Front front;
    front.mode = in.fixed<std::uint8_t>();
    front.first = static_cast<Word>(in.zigzag());
    if (in.failed() || front.mode > mode_differences) return damaged();
    if (front.mode == mode_constant) return front;
    const auto power = in.fixed<std::uint8_t>();
    front.base = static_cast<Word>(in.zigzag());
    if (in.failed() || power >= std::size(powers)) return damaged();
    front.divisor = powers[power];
    return front;
}

// The mini-blocks of a chunk one after the other.
class MiniBlocks {
  public:
    MiniBlocks(base::ByteReader& in, std::size_t count) : in_(in), left_(count) {}

    // How many values the next one holds; 0 behind the last.
    std::size_t next() const { return std::min(mini_block, left_); }

    // The packed values of the next one, into words[0…next()-1].
    base::Status read(Word* words) {
        const std::size_t here = next();
        TRY(const auto width, take_width());
        const std::string_view packed = in_.raw(packed_bytes(here, width));
        if (in_.failed()) return damaged();
        left_ -= here;
        if (in_.remaining() >= unpack_margin) {
            unpack(packed.data(), here, width, words);
            return base::ok();
        }
        std::memcpy(padded_, packed.data(), packed.size());
        unpack(padded_, here, width, words);
        return base::ok();
    }

    base::Status skip() {
        const std::size_t here = next();
        TRY(const auto width, take_width());
        in_.raw(packed_bytes(here, width));
        if (in_.failed()) return damaged();
        left_ -= here;
        return base::ok();
    }

  private:
    base::Result<unsigned> take_width() {
        const auto width = in_.fixed<std::uint8_t>();
        if (in_.failed() || width > 64) return damaged();
        return unsigned{width};
    }

    base::ByteReader& in_;
    std::size_t left_;
    char padded_[mini_block * 8 + unpack_margin] = {};
};

// Every value in turn: put(position, value).
template <typename Put>
base::Status decode_each(std::string_view bytes, std::size_t count, Put put) {
    base::ByteReader in(bytes);
    TRY(const Front front, read_front(in));
    if (front.mode == mode_constant) {
        for (std::size_t at = 0; at < count; ++at) put(at, front.first);
        return base::ok();
    }
    MiniBlocks blocks(in, count);
    Word words[mini_block];
    Word value = front.first;
    for (std::size_t at = 0; at < count;) {
        const std::size_t here = blocks.next();
        TRY(blocks.read(words));
        if (front.mode == mode_frame) {
            for (std::size_t i = 0; i < here; ++i) {
                put(at + i, front.first + (words[i] + front.base) * front.divisor);
            }
        } else {
            for (std::size_t i = 0; i < here; ++i) {
                value += (words[i] + front.base) * front.divisor;
                put(at + i, value);
            }
        }
        at += here;
    }
    return base::ok();
}

}  // namespace

base::Status decode_integers(std::string_view bytes, std::size_t count,
                             std::vector<std::int64_t>& out) {
    out.resize(count);
    return decode_each(bytes, count, [to = out.data()](std::size_t at, Word value) {
        to[at] = static_cast<std::int64_t>(value);
    });
}

base::Status decode_integers_at(std::string_view bytes, std::size_t count,
                                std::span<const std::uint32_t> positions,
                                std::vector<std::int64_t>& out) {
    base::ByteReader in(bytes);
    TRY(const Front front, read_front(in));
    MiniBlocks blocks(in, front.mode == mode_constant ? 0 : count);
    Word words[mini_block];
    Word value = front.first;  // before the mini-block that begins at `begin`
    std::size_t begin = 0;
    auto wanted = positions.begin();
    while (wanted != positions.end()) {
        if (*wanted >= count) return damaged();
        if (front.mode == mode_constant) {
            out.push_back(static_cast<std::int64_t>(front.first));
            ++wanted;
            continue;
        }
        const std::size_t end = begin + blocks.next();
        if (front.mode == mode_frame && *wanted >= end) {
            TRY(blocks.skip());
            begin = end;
            continue;
        }
        TRY(blocks.read(words));
        for (std::size_t at = begin; at < end; ++at) {
            const Word step = (words[at - begin] + front.base) * front.divisor;
            value = front.mode == mode_frame ? front.first + step : value + step;
            for (; wanted != positions.end() && *wanted == at; ++wanted) {
                out.push_back(static_cast<std::int64_t>(value));
            }
        }
        begin = end;
    }
    return base::ok();
}

void encode_codes(std::span<const std::uint32_t> values, std::string& out) {
    const std::vector<std::int64_t> wide(values.begin(), values.end());
    encode_integers(wide, out);
}

base::Status decode_codes(std::string_view bytes, std::size_t count,
                          std::vector<std::uint32_t>& out) {
    out.resize(count);
    Word all = 0;
    TRY(decode_each(bytes, count, [to = out.data(), &all](std::size_t at, Word value) {
        to[at] = static_cast<std::uint32_t>(value);
        all |= value;
    }));
    return all > UINT32_MAX ? base::Status(damaged()) : base::ok();
}

base::Status decode_codes_at(std::string_view bytes, std::size_t count,
                             std::span<const std::uint32_t> positions,
                             std::vector<std::uint32_t>& out) {
    std::vector<std::int64_t> wide;
    wide.reserve(positions.size());
    TRY(decode_integers_at(bytes, count, positions, wide));
    for (const std::int64_t value : wide) {
        if (value < 0 || value > UINT32_MAX) return damaged();
        out.push_back(static_cast<std::uint32_t>(value));
    }
    return base::ok();
}

}  // namespace storage::engine

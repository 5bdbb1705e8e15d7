#include "input/forward/msgpack.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "event/json_text.h"

namespace input::forward {

namespace {

using Kind = MsgpackValue::Kind;
using Found = MsgpackReader::Found;

// As limits.json_depth, less what stands around a record.
constexpr unsigned deepest = 60;
constexpr std::int8_t event_time_type = 0;

base::Error broken() { return base::invalid("expected MessagePack, found other bytes"); }

template <typename Integer>
std::int64_t extended(std::uint64_t bits) {
    return static_cast<Integer>(bits);
}

base::Status append_value(MsgpackReader& reader, std::string& out, unsigned depth);

base::Status append_container(MsgpackReader& reader, const MsgpackValue& value, std::string& out,
                              unsigned depth) {
    if (depth == deepest) return base::invalid("values are nested too deeply");
    const bool is_map = value.kind == Kind::map;
    out.push_back(is_map ? '{' : '[');
    for (std::uint32_t at = 0; at < value.size; ++at) {
        if (at > 0) out.push_back(',');
        if (is_map) {
            MsgpackValue key;
            if (reader.next(key) != Found::value) return broken();
            if (key.is_text()) {
                event::append_json_string(key.bytes, out);
            } else if (key.kind == Kind::integer) {
                event::append_json_string(std::to_string(key.integer), out);
            } else {
                return base::invalid("expected texts as keys of a map");
            }
            out.push_back(':');
        }
        TRY(append_value(reader, out, depth + 1));
    }
    out.push_back(is_map ? '}' : ']');
    return base::ok();
}

base::Status append_value(MsgpackReader& reader, std::string& out, unsigned depth) {
    MsgpackValue value;
    if (reader.next(value) != Found::value) return broken();
    switch (value.kind) {
        case Kind::nil:
            out += "null";
            break;
        case Kind::boolean:
            out += value.boolean ? "true" : "false";
            break;
        case Kind::integer:
            event::append_integer(value.integer, out);
            break;
        case Kind::natural:
            out += std::to_string(value.natural);
            break;
        case Kind::number:
            event::append_number(value.number, out);
            break;
        case Kind::text:
        case Kind::binary:
            event::append_json_string(value.bytes, out);
            break;
        case Kind::array:
        case Kind::map:
            return append_container(reader, value, out, depth);
        case Kind::extension:
            if (const auto time = time_of(value)) {
                event::append_json_string(event::rfc3339(*time), out);
            } else {
                out += "null";
            }
            break;
    }
    return base::ok();
}

}  // namespace

std::uint64_t MsgpackReader::number_at(std::size_t at, std::size_t size) const {
    std::uint64_t number = 0;
    for (std::size_t byte = 0; byte < size; ++byte) {
        number = number << 8 | static_cast<unsigned char>(rest_[at + byte]);
    }
    return number;
}

Found MsgpackReader::take_bytes(std::size_t head, std::size_t size, MsgpackValue& value) {
    if (rest_.size() < head || rest_.size() - head < size) return Found::more;
    value.bytes = rest_.substr(head, size);
    rest_.remove_prefix(head + size);
    return Found::value;
}

Found MsgpackReader::next(MsgpackValue& value) {
    if (rest_.empty()) return Found::more;
    const auto code = static_cast<unsigned char>(rest_.front());
    if (code <= 0x7f || code >= 0xe0) {
        value.kind = Kind::integer;
        value.integer = static_cast<std::int8_t>(code);
    } else if (code <= 0x9f) {
        value.kind = code <= 0x8f ? Kind::map : Kind::array;
        value.size = code & 0x0f;
    } else if (code <= 0xbf) {
        value.kind = Kind::text;
        return take_bytes(1, code & 0x1f, value);
    } else if (code == 0xc0) {
        value.kind = Kind::nil;
    } else if (code == 0xc1) {
        return Found::broken;
    } else if (code <= 0xc3) {
        value.kind = Kind::boolean;
        value.boolean = code == 0xc3;
    } else if (code >= 0xca && code <= 0xd3) {
        return take_scalar(code, value);
    } else {
        return take_sized(code, value);
    }
    rest_.remove_prefix(1);
    return Found::value;
}

// Floats and integers of 1 to 8 bytes.
Found MsgpackReader::take_scalar(unsigned char code, MsgpackValue& value) {
    constexpr std::size_t sizes[] = {4, 8, 1, 2, 4, 8, 1, 2, 4, 8};
    const std::size_t size = sizes[code - 0xca];
    if (rest_.size() < 1 + size) return Found::more;
    const std::uint64_t bits = number_at(1, size);
    rest_.remove_prefix(1 + size);
    value.kind = Kind::integer;
    if (code == 0xca || code == 0xcb) {
        value.kind = Kind::number;
        value.number = code == 0xca ? std::bit_cast<float>(static_cast<std::uint32_t>(bits))
                                    : std::bit_cast<double>(bits);
    } else if (code == 0xcf && bits > static_cast<std::uint64_t>(INT64_MAX)) {
        value.kind = Kind::natural;
        value.natural = bits;
    } else if (code <= 0xcf) {
        value.integer = static_cast<std::int64_t>(bits);
    } else {
        value.integer = code == 0xd0   ? extended<std::int8_t>(bits)
                        : code == 0xd1 ? extended<std::int16_t>(bits)
                        : code == 0xd2 ? extended<std::int32_t>(bits)
                                       : extended<std::int64_t>(bits);
    }
    return Found::value;
}

// Bytes, texts, extensions and containers whose size stands behind the code.
Found MsgpackReader::take_sized(unsigned char code, MsgpackValue& value) {
    const bool fixed_extension = code >= 0xd4 && code <= 0xd8;
    std::size_t size_bytes = 0;
    if (code >= 0xc4 && code <= 0xc9) size_bytes = std::size_t{1} << ((code - 0xc4) % 3);
    if (code >= 0xd9 && code <= 0xdb) size_bytes = std::size_t{1} << (code - 0xd9);
    if (code >= 0xdc) size_bytes = code % 2 == 0 ? 2 : 4;
    if (rest_.size() < 1 + size_bytes) return Found::more;
    const auto size = fixed_extension ? std::size_t{1} << (code - 0xd4)
                                      : static_cast<std::size_t>(number_at(1, size_bytes));
    if (code >= 0xdc) {
        value.kind = code <= 0xdd ? Kind::array : Kind::map;
        value.size = static_cast<std::uint32_t>(size);
        rest_.remove_prefix(1 + size_bytes);
        return Found::value;
    }
    if (code <= 0xc6 || (code >= 0xd9 && code <= 0xdb)) {
        value.kind = code <= 0xc6 ? Kind::binary : Kind::text;
        return take_bytes(1 + size_bytes, size, value);
    }
    value.kind = Kind::extension;
    const std::size_t head = 1 + size_bytes;
    if (rest_.size() < head + 1) return Found::more;
    value.type = static_cast<std::int8_t>(rest_[head]);
    return take_bytes(head + 1, size, value);
}

base::Result<std::string_view> MsgpackReader::take_whole() {
    MsgpackExtent extent;
    TRY(const std::size_t size, extent.find(rest_, rest_.size()));
    if (size == 0) return broken();
    const auto whole = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return whole;
}

base::Result<std::size_t> MsgpackExtent::find(std::string_view bytes, std::size_t most) {
    MsgpackReader reader(bytes.substr(at_));
    MsgpackValue value;
    while (to_come_ > 0) {
        const auto found = reader.next(value);
        if (found == Found::broken) return broken();
        if (found == Found::more) {
            if (bytes.size() >= most) {
                return base::Error{base::Code::too_large, "the message is larger than is taken"};
            }
            return std::size_t{0};
        }
        at_ = bytes.size() - reader.rest().size();
        --to_come_;
        if (value.kind == Kind::array) to_come_ += value.size;
        if (value.kind == Kind::map) to_come_ += std::uint64_t{2} * value.size;
        // Each takes a byte at least.
        if (to_come_ > most - std::min(most, at_)) {
            return base::Error{base::Code::too_large, "the message is larger than is taken"};
        }
    }
    return at_;
}

std::optional<base::Nanos> time_of(const MsgpackValue& value) {
    constexpr std::int64_t most_seconds = INT64_MAX / base::second;
    if (value.kind == Kind::integer && value.integer > -most_seconds &&
        value.integer < most_seconds) {
        return value.integer * base::second;
    }
    if (value.kind == Kind::number && std::abs(value.number) < static_cast<double>(most_seconds)) {
        return static_cast<base::Nanos>(std::llround(value.number * 1e6)) * 1000;
    }
    if (value.kind != Kind::extension || value.type != event_time_type || value.bytes.size() != 8) {
        return std::nullopt;
    }
    std::uint64_t bits = 0;
    for (const char c : value.bytes) bits = bits << 8 | static_cast<unsigned char>(c);
    return static_cast<base::Nanos>(bits >> 32) * base::second +
           static_cast<base::Nanos>(bits & 0xffffffff);
}

base::Status append_json(MsgpackReader& reader, std::string& out) {
    const std::size_t size = out.size();
    auto status = append_value(reader, out, 0);
    if (!status) out.resize(size);
    return status;
}

}  // namespace input::forward

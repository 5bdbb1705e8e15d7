#include "query/cursor.h"

#include <array>
#include <optional>

#include "base/bytes.h"
#include "base/hash.h"

namespace query {

namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t version = 1;
constexpr std::size_t body_size = 1 + 1 + 8 + 8 + 8;
constexpr std::size_t check_size = 4;
static_assert((body_size + check_size) % 3 == 0, "no padding, so that each cursor has one text");

std::string to_base64(std::string_view bytes) {
    std::string text;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6) text.push_back(digits[(bits >> (held - 6)) & 63]);
    }
    if (held > 0) text.push_back(digits[(bits << (6 - held)) & 63]);
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        const std::size_t digit = digits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<char>((bits >> held) & 0xff));
        }
    }
    return bytes;
}

std::uint32_t check_of(std::string_view body) {
    return static_cast<std::uint32_t>(base::hash_of(body));
}

}  // namespace

std::string Cursor::text() const {
    base::ByteWriter writer;
    writer.fixed(version);
    writer.fixed(static_cast<std::uint8_t>(order));
    writer.fixed(after.time);
    writer.fixed(after.sequence);
    writer.fixed(fingerprint);
    writer.fixed(check_of(writer.bytes()));
    return to_base64(writer.bytes());
}

base::Result<Cursor> Cursor::parse(std::string_view text) {
    const base::Error refusal = base::invalid(
        "cursor: expected next_cursor of an earlier answer, found something else; ask without a "
        "cursor for the first page");
    if (text.size() != (body_size + check_size) / 3 * 4) return refusal;
    const std::optional<std::string> bytes = from_base64(text);
    if (!bytes) return refusal;
    base::ByteReader reader(*bytes);
    Cursor cursor;
    const auto found_version = reader.fixed<std::uint8_t>();
    const auto order = reader.fixed<std::uint8_t>();
    cursor.after.time = reader.fixed<base::Nanos>();
    cursor.after.sequence = reader.fixed<std::uint64_t>();
    cursor.fingerprint = reader.fixed<std::uint64_t>();
    const auto check = reader.fixed<std::uint32_t>();
    if (reader.failed() || found_version != version ||
        order > static_cast<std::uint8_t>(storage::Order::oldest_first) ||
        check != check_of(std::string_view(*bytes).substr(0, body_size))) {
        return refusal;
    }
    cursor.order = static_cast<storage::Order>(order);
    return cursor;
}

}  // namespace query

#include "app/text.h"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cmath>
#include <iterator>

#include "api/native/csv.h"

namespace app {

namespace {

// One character of UTF-8, moving `at` on; U+FFFD for what is none.
UChar32 next(std::string_view text, std::int32_t& at) {
    UChar32 character = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at,
            static_cast<std::int32_t>(text.size()), character);
    return character < 0 ? 0xFFFD : character;
}

bool is_hidden(UChar32 character) {
    switch (u_charType(character)) {
        case U_CONTROL_CHAR:
        case U_FORMAT_CHAR:
        case U_LINE_SEPARATOR:
        case U_PARAGRAPH_SEPARATOR:
        case U_SURROGATE:
        case U_PRIVATE_USE_CHAR:
        case U_UNASSIGNED:
            return true;
        default:
            return false;
    }
}

std::size_t width_of(UChar32 character) {
    switch (u_charType(character)) {
        case U_NON_SPACING_MARK:
        case U_ENCLOSING_MARK:
            return 0;
        default:
            break;
    }
    const auto width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

}  // namespace

std::string visible(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::int32_t at = 0; at < static_cast<std::int32_t>(text.size());) {
        const std::int32_t begin = at;
        const UChar32 character = next(text, at);
        if (character == '\n') {
            out += "\\n";
        } else if (character == '\t') {
            out += "\\t";
        } else if (character == '\r') {
            out += "\\r";
        } else if (character < 0x100 && is_hidden(character)) {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(character));
        } else if (is_hidden(character)) {
            fmt::format_to(std::back_inserter(out), "<U+{:04X}>", static_cast<unsigned>(character));
        } else if (character == 0xFFFD) {
            out += "\xEF\xBF\xBD";
        } else {
            out +=
                text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin));
        }
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::int32_t at = 0; at < static_cast<std::int32_t>(text.size());)
        width += width_of(next(text, at));
    return width;
}

std::string cut(std::string_view text, std::size_t width) {
    std::size_t used = 0;
    std::int32_t kept = 0;  // what fits with the ellipsis behind it
    for (std::int32_t at = 0; at < static_cast<std::int32_t>(text.size());) {
        used += width_of(next(text, at));
        if (used + 1 <= width) kept = at;
        if (used > width)
            return std::string(text.substr(0, static_cast<std::size_t>(kept))) +
                   (width > 0 ? "…" : "");
    }
    return std::string(text);
}

std::string fitted(std::string_view text, std::size_t width) {
    std::string out = cut(text, width);
    const std::size_t used = display_width(out);
    if (used < width) out.append(width - used, ' ');
    return out;
}

std::string duration_text(double seconds) {
    if (seconds < 0) return "-" + duration_text(-seconds);
    if (seconds < 1) return fmt::format("{:.0f} ms", seconds * 1000);
    if (seconds < 60) return fmt::format("{:.3g} s", seconds);
    const auto minutes = static_cast<std::int64_t>(std::llround(std::min(seconds, 1e15) / 60));
    if (minutes < 60) return fmt::format("{} min", minutes);
    if (minutes < 24 * 60) {
        return minutes % 60 == 0 ? fmt::format("{} h", minutes / 60)
                                 : fmt::format("{} h {} min", minutes / 60, minutes % 60);
    }
    const auto hours = minutes / 60;
    return hours % 24 == 0 ? fmt::format("{} d", hours / 24)
                           : fmt::format("{} d {} h", hours / 24, hours % 24);
}

std::string csv_cell(std::string_view text) {
    std::string cell;
    api::append_csv_text(text, {}, cell);
    return cell;
}

}  // namespace app

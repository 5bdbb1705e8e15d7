#include "query/literal_text.h"

#include <cmath>
#include <optional>
#include <utility>

#include "base/parse_number.h"
#include "query/time_text.h"

namespace query {

namespace {

// Unlike base::parse_number with a plus in front, as people write it.
template <typename Number>
std::optional<Number> number_in(std::string_view text) {
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    return base::parse_number<Number>(text);
}

// The first and last address of a network.
std::optional<std::pair<event::Ip, event::Ip>> network_of(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto ip = event::Ip::parse(text.substr(0, slash));
    if (!ip) return std::nullopt;
    if (slash == std::string_view::npos) return std::pair(*ip, *ip);
    const auto length = number_in<unsigned>(text.substr(slash + 1));
    const bool four = text.find(':') == std::string_view::npos;
    if (!length || *length > (four ? 32U : 128U)) return std::nullopt;
    std::pair<event::Ip, event::Ip> network(*ip, *ip);
    for (unsigned bit = *length + (four ? 96 : 0); bit < 128; ++bit) {
        const auto mask = static_cast<std::uint8_t>(0x80 >> (bit % 8));
        network.first.bytes[bit / 8] =
            static_cast<std::uint8_t>(network.first.bytes[bit / 8] & ~mask);
        network.second.bytes[bit / 8] =
            static_cast<std::uint8_t>(network.second.bytes[bit / 8] | mask);
    }
    return network;
}

std::optional<TimeSpan> time_in(std::string_view text, base::Nanos now, event::Type type) {
    if (type != event::Type::timestamp) return date_of(text, now);
    const auto span = parse_time(text, now);
    if (!span) return std::nullopt;
    return span.value();
}

}  // namespace

storage::Literal literal_of(std::string_view text, base::Nanos now, event::Type type) {
    storage::Literal literal;
    literal.text = text;
    // Nothing that is no string is longer; addresses have at most 49 characters with their network.
    if (text.empty() || text.size() > 400) return literal;
    literal.integer = number_in<std::int64_t>(text);
    const bool figures = text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
    if (figures) literal.number = number_in<double>(text);
    if (literal.number && !std::isfinite(*literal.number)) literal.number.reset();
    if (text == "true") literal.boolean = true;
    if (text == "false") literal.boolean = false;
    if (const auto network = network_of(text)) {
        literal.ip_first = network->first;
        literal.ip_last = network->second;
    }
    if (const auto span = time_in(text, now, type)) {
        literal.time_begin = span->begin;
        literal.time_end = span->end;
    }
    return literal;
}

bool has_typed_form(const storage::Literal& literal) {
    return literal.integer || literal.number || literal.boolean || literal.time_begin ||
           literal.ip_first;
}

}  // namespace query

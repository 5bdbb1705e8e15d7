#include "input/otlp/any_value.h"

#include <array>
#include <cstdint>
#include <protozero/pbf_reader.hpp>
#include <stdexcept>

#include "input/otlp/fields.h"
#include "input/otlp/protobuf_reader.h"

namespace input::otlp {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// An AnyValue: the last of its kinds counts.
struct Value {
    std::uint32_t kind = 0;    // of any_value; 0: none
    std::uint64_t number = 0;  // bool, int
    double real = 0;
    std::string_view bytes;  // string, array, kvlist, bytes
};

Value read_value(std::string_view text) {
    Value value;
    protozero::pbf_reader reader(text.data(), text.size());
    while (reader.next()) {
        switch (reader.tag_and_type()) {
            case varint_field(any_value::bool_value):
            case varint_field(any_value::int_value):
                value.kind = reader.tag();
                value.number = reader.get_uint64();
                break;
            case fixed64_field(any_value::double_value):
                value.kind = reader.tag();
                value.real = reader.get_double();
                break;
            case bytes_field(any_value::string_value):
            case bytes_field(any_value::array_value):
            case bytes_field(any_value::kvlist_value):
            case bytes_field(any_value::bytes_value):
                value.kind = reader.tag();
                value.bytes = bytes_of(reader);
                break;
            default:
                reader.skip();
        }
    }
    return value;
}

// Calls `each` with the elements of an ArrayValue or KeyValueList; both have them in one field.
template <typename Each>
base::Status each_element(std::string_view list, const Each& each) {
    static_assert(array_value::values == key_value_list::values);
    protozero::pbf_reader reader(list.data(), list.size());
    while (reader.next()) {
        if (reader.tag_and_type() == bytes_field(array_value::values)) {
            TRY(each(bytes_of(reader)));
        } else {
            reader.skip();
        }
    }
    return base::ok();
}

base::Error too_deep() {
    return base::invalid("arrays and maps are nested too deeply; send them flatter");
}

void check_depth(unsigned depth) {
    if (depth > deepest_value) throw NestedTooDeeply();
}

}  // namespace

Attribute read_attribute(std::string_view text) {
    Attribute attribute;
    protozero::pbf_reader reader(text.data(), text.size());
    while (reader.next()) {
        switch (reader.tag_and_type()) {
            case bytes_field(key_value::key):
                attribute.key = bytes_of(reader);
                break;
            case bytes_field(key_value::value):
                attribute.value = bytes_of(reader);
                break;
            default:
                reader.skip();
        }
    }
    return attribute;
}

std::string_view string_of(std::string_view text) {
    const Value value = read_value(text);
    return value.kind == any_value::string_value ? value.bytes : std::string_view();
}

std::string_view find_string(std::string_view message, std::uint32_t attributes,
                             std::string_view key) {
    protozero::pbf_reader reader(message.data(), message.size());
    while (reader.next(attributes, protozero::pbf_wire_type::length_delimited)) {
        const Attribute attribute = read_attribute(bytes_of(reader));
        if (attribute.key == key) return string_of(attribute.value);
    }
    return {};
}

void check_value(std::string_view text, unsigned depth) {
    check_depth(depth);
    const Value value = read_value(text);
    if (value.kind == any_value::array_value) {
        static_cast<void>(each_element(value.bytes, [depth](std::string_view element) {
            check_value(element, depth + 1);
            return base::ok();
        }));
    } else if (value.kind == any_value::kvlist_value) {
        static_cast<void>(each_element(value.bytes, [depth](std::string_view member) {
            check_attribute(member, depth + 1);
            return base::ok();
        }));
    }
}

void check_attribute(std::string_view text, unsigned depth) {
    check_value(read_attribute(text).value, depth);
}

ValueKind kind_of(std::string_view value) {
    const std::uint32_t kind = read_value(value).kind;
    if (kind == 0) return ValueKind::none;
    return kind == any_value::kvlist_value ? ValueKind::map : ValueKind::other;
}

base::Status tell_value(std::string_view text, event::EventBuilder& to, unsigned depth) {
    check_depth(depth);
    const Value value = read_value(text);
    switch (value.kind) {
        case any_value::string_value:
            to.text(value.bytes);
            break;
        case any_value::bool_value:
            to.boolean(value.number != 0);
            break;
        case any_value::int_value:
            to.integer(static_cast<std::int64_t>(value.number));
            break;
        case any_value::double_value:
            to.number(value.real);
            break;
        case any_value::array_value:
            if (!to.open_array()) return too_deep();
            TRY(each_element(value.bytes, [&](std::string_view element) {
                return tell_value(element, to, depth + 1);
            }));
            to.close_array();
            break;
        case any_value::kvlist_value:
            if (!to.open_object()) return too_deep();
            TRY(each_element(value.bytes, [&](std::string_view member) {
                return tell_attribute(member, to, depth + 1);
            }));
            to.close_object();
            break;
        case any_value::bytes_value: {
            std::string base64;
            encode_base64(value.bytes, base64);
            to.text(base64);
            break;
        }
        default:
            to.null();
    }
    return base::ok();
}

base::Status tell_attribute(std::string_view text, event::EventBuilder& to, unsigned depth) {
    const Attribute attribute = read_attribute(text);
    to.key(attribute.key);
    return tell_value(attribute.value, to, depth);
}

base::Status tell_members(std::string_view text, event::EventBuilder& to) {
    return each_element(read_value(text).bytes,
                        [&](std::string_view member) { return tell_attribute(member, to, 1); });
}

void encode_base64(std::string_view bytes, std::string& out) {
    out.clear();
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t bits = 0;
        for (std::size_t byte = at; byte < at + 3; ++byte) {
            bits = bits << 8 | (byte < bytes.size() ? static_cast<unsigned char>(bytes[byte]) : 0U);
        }
        out.push_back(alphabet[bits >> 18]);
        out.push_back(alphabet[bits >> 12 & 63]);
        out.push_back(at + 1 < bytes.size() ? alphabet[bits >> 6 & 63] : '=');
        out.push_back(at + 2 < bytes.size() ? alphabet[bits & 63] : '=');
    }
}

bool decode_base64(std::string_view text, std::string& out) {
    out.clear();
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        const std::size_t digit = alphabet.find(c == '-' ? '+' : c == '_' ? '/' : c);
        if (digit == std::string_view::npos) return false;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out.push_back(static_cast<char>(bits >> held & 0xFF));
    }
    return held < 6;
}

}  // namespace input::otlp

#include "input/otlp/record_parts.h"

#include "input/otlp/any_value.h"
#include "input/otlp/fields.h"
#include "input/otlp/protobuf_reader.h"

namespace input::otlp {

namespace {

constexpr char digits[] = "0123456789abcdef";

}  // namespace

void check_attributes_of(std::string_view message, std::uint32_t attributes) {
    protozero::pbf_reader reader(message.data(), message.size());
    while (reader.next()) {
        if (reader.tag_and_type() == bytes_field(attributes)) {
            check_attribute(bytes_of(reader));
        } else {
            reader.skip();
        }
    }
}

base::Status tell_attributes_of(std::string_view message, std::uint32_t attributes,
                                event::EventBuilder& to) {
    protozero::pbf_reader reader(message.data(), message.size());
    while (reader.next(attributes, protozero::pbf_wire_type::length_delimited)) {
        TRY(tell_attribute(bytes_of(reader), to));
    }
    return base::ok();
}

bool is_id(std::string_view id, std::size_t size) {
    return id.size() == size && id.find_first_not_of('\0') != std::string_view::npos;
}

void tell_id(std::string_view name, std::string_view id, std::size_t size,
             event::EventBuilder& to) {
    if (!is_id(id, size)) return;
    char hex[2 * trace_id_bytes];
    for (std::size_t at = 0; at < size; ++at) {
        const auto byte = static_cast<unsigned char>(id[at]);
        hex[2 * at] = digits[byte >> 4];
        hex[2 * at + 1] = digits[byte & 15];
    }
    to.key(name);
    to.text({hex, 2 * size});
}

void tell_trace_flags(std::uint32_t flags, event::EventBuilder& to) {
    if (flags == 0) return;
    // The other bits are reserved, or say of spans whether their parent is remote.
    const char hex[2] = {digits[flags >> 4 & 15], digits[flags & 15]};
    to.key("trace_flags");
    to.text({hex, 2});
}

void tell_scope_name(std::string_view scope, event::EventBuilder& to) {
    protozero::pbf_reader reader(scope.data(), scope.size());
    while (reader.next()) {
        switch (reader.tag_and_type()) {
            case bytes_field(scope::name):
                to.key("otel.scope.name");
                to.text(bytes_of(reader));
                break;
            case bytes_field(scope::version):
                to.key("otel.scope.version");
                to.text(bytes_of(reader));
                break;
            default:
                reader.skip();
        }
    }
}

}  // namespace input::otlp

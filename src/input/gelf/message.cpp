#include "input/gelf/message.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <zlib.h>

#include <algorithm>
#include <vector>

#include "input/epoch_text.h"
#include "input/otlp/json_value.h"

namespace input::gelf {

namespace {

using otlp::JsonValue;

// Under which events of other inputs name these; the rest keeps its name.
constexpr std::string_view service_fields[] = {"container_name", "tag", "facility"};

}  // namespace

struct MessageWriter::Fields {
    struct Field {
        std::string name;
        std::string value;
        bool is_text = true;
    };

    const Field* find(std::string_view name) const {
        const auto found = std::find_if(fields.begin(), fields.end(),
                                        [name](const Field& field) { return field.name == name; });
        return found == fields.end() ? nullptr : &*found;
    }

    simdjson::ondemand::parser parser;
    std::vector<Field> fields;
    std::string message;
    std::string time;
    std::string level;
};

MessageWriter::MessageWriter(JsonEvents& to) : to_(to), fields_(std::make_unique<Fields>()) {}
MessageWriter::~MessageWriter() = default;

base::Status MessageWriter::write(std::string_view text) {
    auto& all = *fields_;
    all.fields.clear();
    all.message.clear();
    all.time.clear();
    all.level.clear();
    const simdjson::padded_string_view padded(text.data(), text.size(),
                                              text.size() + simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::document document;
    JsonValue root;
    if (all.parser.iterate(padded).get(document) || document.get_value().get(root)) {
        return base::invalid("expected a GELF message, a JSON object");
    }
    TRY(otlp::each_member(
        root, "a GELF message", [&](std::string_view name, JsonValue& value) -> base::Status {
            Fields::Field field{std::string(name), {}, true};
            const auto token = otlp::token_of(value);
            if (token.starts_with('"')) {
                TRY(otlp::read_string(value, name, field.value));
            } else {
                std::string_view raw;
                if (simdjson::to_json_string(value).get(raw) || !value_json_.is_value(raw)) {
                    return base::invalid("malformed JSON in a GELF message");
                }
                field.value = raw;
                field.is_text = false;
            }
            if (name == "short_message") {
                all.message = std::move(field.value);
            } else if (name == "timestamp") {
                all.time = std::move(field.value);
            } else if (name == "level") {
                all.level = std::move(field.value);
            } else if (name != "version") {
                if (name.starts_with('_')) field.name.erase(0, 1);
                if (!field.name.empty() && all.find(field.name) == nullptr) {
                    all.fields.push_back(std::move(field));
                }
            }
            return base::ok();
        }));
    if (!document.current_location().error()) {
        return base::invalid("malformed JSON: more behind a GELF message");
    }
    if (all.message.empty()) return base::invalid("expected short_message in a GELF message");
    add(all);
    return to_.end();
}

void MessageWriter::add(const Fields& all) {
    const bool is_json = json_.is_object(all.message);
    const auto is_free = [&](std::string_view name) {
        return all.find(name) == nullptr && !json_.has(name);
    };
    to_.begin();
    const auto time = parse_epoch(all.time);
    if (time && is_free("@timestamp")) to_.time("@timestamp", *time);
    if (is_json) {
        to_.members(all.message);
    } else {
        to_.text("message", all.message);
    }
    bool has_level = json_.has_any(level_names);
    for (const auto name : level_names) has_level = has_level || all.find(name) != nullptr;
    if (!all.level.empty()) to_.text(has_level ? "gelf.level" : "severity", all.level);
    bool named = json_.has_any(service_names);
    for (const auto name : service_names) named = named || all.find(name) != nullptr;
    for (const auto& field : all.fields) {
        if (json_.has(field.name) || (!is_json && field.name == "message")) continue;
        if (field.is_text) {
            to_.text(field.name, field.value);
        } else {
            to_.json(field.name, field.value);
        }
    }
    for (const auto name : service_fields) {
        const auto* field = all.find(name);
        if (named || field == nullptr || !field->is_text || field->value.empty()) continue;
        to_.text("service_name", field->value);
        named = true;
    }
}

base::Status decompress(std::string_view datagram, std::size_t most_bytes, std::string& out) {
    const auto first = datagram.empty() ? 0 : static_cast<unsigned char>(datagram[0]);
    const auto second = datagram.size() < 2 ? 0 : static_cast<unsigned char>(datagram[1]);
    const bool is_gzip = first == 0x1f && second == 0x8b;
    const bool is_zlib =
        (first & 0x0f) == 8 && (first >> 4) <= 7 && (first * 256 + second) % 31 == 0;
    if (!is_gzip && !is_zlib) {
        out = datagram;
        return base::ok();
    }
    z_stream stream{};
    // 32: either, by its header.
    if (inflateInit2(&stream, MAX_WBITS + 32) != Z_OK) {
        return base::Error{base::Code::internal, "zlib cannot be used"};
    }
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(datagram.data()));
    stream.avail_in = static_cast<uInt>(datagram.size());
    int result = Z_OK;
    out.clear();
    while (result == Z_OK && out.size() <= most_bytes) {
        const std::size_t size = out.size();
        const std::size_t step = std::max<std::size_t>(4096, size);
        out.resize(size + step);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + size);
        stream.avail_out = static_cast<uInt>(step);
        result = inflate(&stream, Z_NO_FLUSH);
        out.resize(size + step - stream.avail_out);
    }
    inflateEnd(&stream);
    if (out.size() > most_bytes) {
        return base::Error{base::Code::too_large, "the message is too long (limits.record_bytes)"};
    }
    return result == Z_STREAM_END ? base::ok()
                                  : base::Status(base::invalid("the compressed message is broken"));
}

}  // namespace input::gelf

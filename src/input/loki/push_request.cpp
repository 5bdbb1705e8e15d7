#include "input/loki/push_request.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <snappy.h>

#include <charconv>
#include <limits>

#include "input/loki/stream_writer.h"
#include "input/otlp/json_value.h"
#include "input/otlp/protobuf_reader.h"

namespace input::loki {

namespace {

using otlp::JsonValue;

// Fields of logproto.PushRequest and what lies in it.
namespace field {
constexpr std::uint32_t streams = 1;
constexpr std::uint32_t labels = 1;
constexpr std::uint32_t entries = 2;
constexpr std::uint32_t timestamp = 1;
constexpr std::uint32_t line = 2;
constexpr std::uint32_t metadata = 3;
constexpr std::uint32_t seconds = 1;
constexpr std::uint32_t nanos = 2;
constexpr std::uint32_t name = 1;
constexpr std::uint32_t value = 2;
}  // namespace field

struct Entry {
    base::Nanos time = 0;
    std::string_view line;
    std::size_t first_label = 0;
    std::size_t labels = 0;
};

// One stream at a time: its labels may stand behind its entries.
struct Stream {
    std::vector<Label> labels;
    std::vector<Entry> entries;
    std::vector<Label> metadata;
    std::deque<std::string> kept;  // what is not to be found in the body as it is

    void clear() {
        labels.clear();
        entries.clear();
        metadata.clear();
        kept.clear();
    }
    base::Status write(StreamWriter& writer) const {
        writer.begin(labels);
        std::vector<Label> own;
        for (const auto& entry : entries) {
            const auto first = metadata.begin() + static_cast<std::ptrdiff_t>(entry.first_label);
            own.assign(first, first + static_cast<std::ptrdiff_t>(entry.labels));
            TRY(writer.entry(entry.time, entry.line, own));
        }
        return base::ok();
    }
};

base::Error too_many_entries(std::size_t most) {
    return {base::Code::too_large,
            fmt::format("more than {} entries in one stream; send smaller requests", most)};
}
// Of one stream; they are held while its labels are not known.
constexpr std::size_t most_entries = 1'000'000;

// --- JSON

class JsonPush {
  public:
    explicit JsonPush(JsonEvents& to) : writer_(to) {}

    base::Status push(JsonValue& root) {
        return otlp::each_member(root, "the push", [&](std::string_view name, JsonValue& value) {
            if (name != "streams") return base::ok();
            return otlp::each_element(value, "streams",
                                      [&](JsonValue& element) { return stream(element); });
        });
    }

  private:
    base::Status stream(JsonValue& value) {
        stream_.clear();
        const auto member = [&](std::string_view name, JsonValue& inner) {
            if (name == "stream") return labels(inner, "stream", stream_.labels);
            if (name != "values") return base::ok();
            return otlp::each_element(inner, "values",
                                      [&](JsonValue& element) { return entry(element); });
        };
        TRY(otlp::each_member(value, "streams", member));
        return stream_.write(writer_);
    }

    base::Status labels(JsonValue& value, std::string_view what, std::vector<Label>& to) {
        return otlp::each_member(value, what,
                                 [&](std::string_view name, JsonValue& inner) -> base::Status {
                                     Label label;
                                     label.name = stream_.kept.emplace_back(name);
                                     TRY(label.value, text(inner, name));
                                     to.push_back(label);
                                     return base::ok();
                                 });
    }

    base::Status entry(JsonValue& value) {
        if (stream_.entries.size() == most_entries) return too_many_entries(most_entries);
        Entry entry;
        entry.first_label = stream_.metadata.size();
        std::size_t at = 0;
        TRY(otlp::each_element(value, "values", [&](JsonValue& element) -> base::Status {
            if (at == 0) {
                TRY(entry.time, otlp::read_int64(element, "the time of an entry"));
            } else if (at == 1) {
                TRY(entry.line, text(element, "the line of an entry"));
            } else if (at == 2) {
                TRY(labels(element, "structured metadata", stream_.metadata));
            } else {
                return otlp::expected("no more than time, line and metadata", "an entry", element);
            }
            ++at;
            return base::ok();
        }));
        if (at < 2) return base::invalid("expected time and line in each of values, found less");
        entry.labels = stream_.metadata.size() - entry.first_label;
        stream_.entries.push_back(entry);
        return base::ok();
    }

    // A string where it lies, if it has no escapes. Some clients send numbers as labels.
    base::Result<std::string_view> text(JsonValue& value, std::string_view what) {
        const auto token = otlp::token_of(value);
        if (!token.empty() && token.front() != '"' && token.front() != '{' &&
            token.front() != '[') {
            return token;
        }
        if (token.size() >= 2 && token.find('\\') == std::string_view::npos &&
            token.front() == '"' && token.back() == '"') {
            return token.substr(1, token.size() - 2);
        }
        std::string& kept = stream_.kept.emplace_back();
        TRY(otlp::read_string(value, what, kept));
        return kept;
    }

    StreamWriter writer_;
    Stream stream_;
};

// --- protobuf

class ProtobufPush {
  public:
    explicit ProtobufPush(JsonEvents& to) : writer_(to) {}

    base::Status push(std::string_view text) {
        protozero::pbf_reader reader(text.data(), text.size());
        while (reader.next()) {
            if (reader.tag_and_type() != otlp::bytes_field(field::streams)) {
                reader.skip();
                continue;
            }
            TRY(stream(otlp::bytes_of(reader)));
        }
        return base::ok();
    }

  private:
    base::Status stream(std::string_view text) {
        stream_.clear();
        protozero::pbf_reader reader(text.data(), text.size());
        while (reader.next()) {
            if (reader.tag_and_type() == otlp::bytes_field(field::labels)) {
                stream_.labels.clear();
                TRY(read_labels(otlp::bytes_of(reader), stream_.kept, stream_.labels));
            } else if (reader.tag_and_type() == otlp::bytes_field(field::entries)) {
                if (stream_.entries.size() == most_entries) return too_many_entries(most_entries);
                entry(otlp::bytes_of(reader));
            } else {
                reader.skip();
            }
        }
        return stream_.write(writer_);
    }

    void entry(std::string_view text) {
        Entry entry;
        entry.first_label = stream_.metadata.size();
        protozero::pbf_reader reader(text.data(), text.size());
        while (reader.next()) {
            if (reader.tag_and_type() == otlp::bytes_field(field::timestamp)) {
                entry.time = time(otlp::bytes_of(reader));
            } else if (reader.tag_and_type() == otlp::bytes_field(field::line)) {
                entry.line = otlp::bytes_of(reader);
            } else if (reader.tag_and_type() == otlp::bytes_field(field::metadata)) {
                stream_.metadata.push_back(label(otlp::bytes_of(reader)));
            } else {
                reader.skip();
            }
        }
        entry.labels = stream_.metadata.size() - entry.first_label;
        stream_.entries.push_back(entry);
    }

    static Label label(std::string_view text) {
        Label label;
        protozero::pbf_reader reader(text.data(), text.size());
        while (reader.next()) {
            if (reader.tag_and_type() == otlp::bytes_field(field::name)) {
                label.name = otlp::bytes_of(reader);
            } else if (reader.tag_and_type() == otlp::bytes_field(field::value)) {
                label.value = otlp::bytes_of(reader);
            } else {
                reader.skip();
            }
        }
        return label;
    }

    static base::Nanos time(std::string_view text) {
        std::int64_t seconds = 0;
        std::int64_t nanos = 0;
        protozero::pbf_reader reader(text.data(), text.size());
        while (reader.next()) {
            if (reader.tag_and_type() == otlp::varint_field(field::seconds)) {
                seconds = reader.get_int64();
            } else if (reader.tag_and_type() == otlp::varint_field(field::nanos)) {
                nanos = reader.get_int32();
            } else {
                reader.skip();
            }
        }
        std::int64_t time = 0;
        if (__builtin_mul_overflow(seconds, base::second, &time) ||
            __builtin_add_overflow(time, nanos, &time)) {
            return 0;
        }
        return time;
    }

    StreamWriter writer_;
    Stream stream_;
};

}  // namespace

base::Status read_json_push(std::string& body, JsonEvents& to) {
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    if (const auto error =
            parser.iterate(body.data(), body.size(), body.capacity()).get(document)) {
        return otlp::broken(error);
    }
    JsonValue root;
    if (document.get_value().get(root)) {
        return base::invalid("expected one JSON object with streams");
    }
    TRY(JsonPush(to).push(root));
    if (!document.current_location().error()) {
        return base::invalid("malformed JSON: expected the end after the object, found more");
    }
    return base::ok();
}

base::Status read_protobuf_push(std::string_view body, std::size_t most_bytes, JsonEvents& to) {
    std::size_t size = 0;
    if (!snappy::GetUncompressedLength(body.data(), body.size(), &size)) {
        return base::invalid("expected a body compressed by snappy, found none");
    }
    // Snappy makes no more than 64 bytes of three.
    if (size > most_bytes || size / 64 > body.size()) {
        return base::Error{base::Code::too_large,
                           fmt::format("expected a body of at most {} bytes uncompressed "
                                       "(limits.body_bytes), found {}",
                                       most_bytes, size)};
    }
    if (!to.hold(size)) {
        return base::Error{base::Code::busy,
                           "too many bodies are under way; try again in a second"};
    }
    std::string text(size, '\0');
    if (!snappy::RawUncompress(body.data(), body.size(), text.data())) {
        return base::invalid("expected a body compressed by snappy, found a damaged one");
    }
    try {
        return ProtobufPush(to).push(text);
    } catch (const protozero::exception& wrong) {
        return base::invalid(
            fmt::format("expected a protobuf PushRequest of Loki, found {}", wrong.what()));
    }
}

}  // namespace input::loki

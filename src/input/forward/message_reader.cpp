#include "input/forward/message_reader.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

namespace input::forward {

namespace {

using Kind = MsgpackValue::Kind;
using Found = MsgpackReader::Found;

// Longer ones make no ids.
constexpr std::size_t longest_chunk = 128;

base::Error expected(std::string_view what) {
    return base::invalid(fmt::format("expected {} in a message of the Forward protocol", what));
}

base::Result<MsgpackValue> value_of(MsgpackReader& reader, std::string_view what) {
    MsgpackValue value;
    if (reader.next(value) != Found::value) return expected(what);
    return value;
}

// zlib's state.
class Inflater {
  public:
    Inflater() { good_ = inflateInit2(&stream_, MAX_WBITS + 16) == Z_OK; }
    ~Inflater() {
        if (good_) inflateEnd(&stream_);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    void feed(std::string_view bytes) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
    }
    // Bytes written; 0 at the end.
    base::Result<std::size_t> next(char* to, std::size_t size) {
        if (!good_) return base::Error{base::Code::internal, "zlib cannot be used"};
        stream_.next_out = reinterpret_cast<Bytef*>(to);
        stream_.avail_out = static_cast<uInt>(size);
        while (stream_.avail_out > 0 && (stream_.avail_in > 0 || !ended_)) {
            // Clients append one compressed text to another.
            if (ended_ && inflateReset(&stream_) != Z_OK) return expected("gzip");
            const int result = inflate(&stream_, Z_NO_FLUSH);
            ended_ = result == Z_STREAM_END;
            if (result != Z_OK && !ended_) return expected("gzip");
        }
        return size - stream_.avail_out;
    }

  private:
    z_stream stream_{};
    bool good_ = false;
    bool ended_ = false;
};

}  // namespace

base::Result<std::string> MessageReader::read(std::string_view message) {
    MsgpackReader reader(message);
    TRY(const auto outer, value_of(reader, "an array"));
    if (outer.kind != Kind::array || outer.size < 2 || outer.size > 4) {
        return expected("an array of tag, events and options");
    }
    TRY(const auto tag, value_of(reader, "a tag"));
    if (!tag.is_text()) return expected("a text as tag");
    tag_ = tag.bytes;
    place_ = 0;
    chunk_.clear();
    const std::string_view body = reader.rest();
    TRY(const auto second, value_of(reader, "events"));
    const bool is_message = second.kind != Kind::array && !second.is_text();
    MsgpackReader behind(body);
    TRY(const auto first_whole, behind.take_whole());
    std::string_view record;
    if (is_message) {
        TRY(record, behind.take_whole());
    }
    TRY(const auto options, this->options(behind));
    chunk_ = options.chunk;
    if (is_message) {
        MsgpackReader record_reader(record);
        TRY(event(second, record_reader));
    } else if (second.kind == Kind::array) {
        MsgpackReader entries(first_whole);
        MsgpackValue array;
        entries.next(array);
        for (std::uint32_t at = 0; at < array.size; ++at) {
            TRY(entry(entries));
        }
    } else if (options.compressed) {
        TRY(const auto text, uncompressed(second.bytes));
        TRY(entries(text));
    } else {
        TRY(entries(second.bytes));
    }
    return chunk_;
}

base::Result<MessageReader::Options> MessageReader::options(MsgpackReader& reader) {
    Options options;
    if (reader.at_end()) return options;
    TRY(const auto map, value_of(reader, "options"));
    if (map.kind == Kind::nil) return options;
    if (map.kind != Kind::map) return expected("a map as options");
    for (std::uint32_t at = 0; at < map.size; ++at) {
        TRY(const auto key, value_of(reader, "an option's name"));
        MsgpackReader value_reader(reader.rest());
        TRY(const auto value, value_of(value_reader, "an option's value"));
        TRY(const auto whole, reader.take_whole());
        if (whole.empty() || !value.is_text()) continue;
        if (key.bytes == "chunk") options.chunk = value.bytes;
        if (key.bytes == "compressed") options.compressed = value.bytes == "gzip";
    }
    return options;
}

base::Status MessageReader::entries(std::string_view packed) {
    MsgpackReader reader(packed);
    while (!reader.at_end()) {
        TRY(entry(reader));
    }
    return base::ok();
}

// [time, record]; the newest clients send [[time, metadata], record].
base::Status MessageReader::entry(MsgpackReader& reader) {
    TRY(const auto whole, reader.take_whole());
    MsgpackReader inside(whole);
    TRY(const auto pair, value_of(inside, "an event"));
    if (pair.kind != Kind::array || pair.size != 2) {
        ++refused_;
        ++place_;
        return base::ok();
    }
    MsgpackReader first(inside.rest());
    TRY(auto time, value_of(first, "a time"));
    TRY(const auto skipped, inside.take_whole());
    if (!skipped.empty() && time.kind == Kind::array && time.size > 0) {
        TRY(time, value_of(first, "a time"));
    }
    return event(time, inside);
}

base::Status MessageReader::event(const MsgpackValue& time, MsgpackReader& record) {
    const std::size_t place = place_++;
    if (!take_members(record)) {
        ++refused_;
        return base::ok();
    }
    const bool has_log = text_of("log", log_) && find("message") == nullptr;
    const bool log_is_json = has_log && json_.is_object(log_);
    to_.begin();
    const auto at = time_of(time);
    if (at && !is_taken("@timestamp", log_is_json)) to_.time("@timestamp", *at);
    if (log_is_json) to_.members(log_);
    for (const auto& member : members_) {
        const bool replaced = has_log && member.name == "log";
        if (replaced || (log_is_json && json_.has(member.name))) continue;
        MsgpackReader value(member.value);
        scratch_.clear();
        if (!append_json(value, scratch_)) {
            to_.abandon();
            ++refused_;
            return base::ok();
        }
        to_.json(member.name, scratch_);
    }
    if (has_log && !log_is_json) {
        while (log_.ends_with('\n') || log_.ends_with('\r')) log_.remove_suffix(1);
        to_.text("message", log_);
    }
    write_source(log_is_json);
    if (chunk_.empty() || chunk_.size() > longest_chunk) return to_.end();
    id_ = fmt::format("{}.{}", chunk_, place);
    return to_.end({}, id_);
}

bool MessageReader::take_members(MsgpackReader& record) {
    members_.clear();
    MsgpackValue map;
    if (record.next(map) != Found::value || map.kind != Kind::map) return false;
    for (std::uint32_t at = 0; at < map.size; ++at) {
        MsgpackValue name;
        if (record.next(name) != Found::value || !name.is_text()) return false;
        const auto value = record.take_whole();
        if (!value) return false;
        members_.push_back({name.bytes, value.value()});
    }
    return true;
}

const MessageReader::Member* MessageReader::find(std::string_view name) const {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [name](const Member& member) { return member.name == name; });
    return found == members_.end() ? nullptr : &*found;
}

bool MessageReader::text_of(std::string_view name, std::string_view& text) const {
    const auto* member = find(name);
    if (member == nullptr) return false;
    MsgpackReader reader(member->value);
    MsgpackValue value;
    if (reader.next(value) != Found::value || !value.is_text()) return false;
    text = value.bytes;
    return true;
}

bool MessageReader::is_taken(std::string_view name, bool log_is_json) const {
    return find(name) != nullptr || (log_is_json && json_.has(name));
}

void MessageReader::write_source(bool log_is_json) {
    if (!is_taken("fluent.tag", log_is_json)) to_.text("fluent.tag", tag_);
    for (const auto name : service_names) {
        if (is_taken(name, log_is_json)) return;
    }
    std::string_view container;
    if (!text_of("container_name", container) || container.empty()) container = tag_;
    // Docker's names begin with a slash.
    if (container.starts_with('/')) container.remove_prefix(1);
    to_.text("service_name", container);
}

base::Result<std::string> MessageReader::uncompressed(std::string_view packed) {
    constexpr std::size_t step = 256 << 10;
    Inflater inflater;
    inflater.feed(packed);
    std::string text;
    for (;;) {
        const std::size_t size = text.size();
        if (size + step > most_bytes_ + step) {
            return base::Error{base::Code::too_large,
                               fmt::format("expected at most {} bytes of events uncompressed "
                                           "(limits.body_bytes), found more",
                                           most_bytes_)};
        }
        if (!to_.hold(step)) {
            return base::Error{base::Code::busy, "too many events are under way"};
        }
        text.resize(size + step);
        TRY(const std::size_t written, inflater.next(text.data() + size, step));
        text.resize(size + written);
        if (written < step) return text;
    }
}

}  // namespace input::forward

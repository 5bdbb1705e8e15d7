#include "input/splunk/hec_request.h"

#include <simdjson.h>

#include <optional>
#include <vector>

#include "event/index_name.h"
#include "input/embedded_json.h"
#include "input/epoch_text.h"
#include "input/otlp/json_value.h"

namespace input::splunk {

namespace {

using otlp::JsonValue;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The end of the object that begins at `begin`; npos when it has none.
std::size_t end_of_object(std::string_view body, std::size_t begin) {
    std::size_t depth = 0;
    for (std::size_t at = begin; at < body.size(); ++at) {
        const char c = body[at];
        if (c == '"') {
            for (++at; at < body.size() && body[at] != '"'; ++at) {
                if (body[at] == '\\') ++at;
            }
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

// What is wrong with an event, for Stop::code.
struct Wrong {
    int code = 0;
};

class EventReader {
  public:
    EventReader(const Metadata& metadata, JsonEvents& to) : metadata_(metadata), to_(to) {}

    // REQUIRES: SIMDJSON_PADDING bytes may be read behind it.
    base::Status read(std::string_view object, Wrong& wrong) {
        reset();
        simdjson::ondemand::document document;
        const simdjson::padded_string_view padded(object.data(), object.size(),
                                                  object.size() + simdjson::SIMDJSON_PADDING);
        JsonValue root;
        base::Status good = base::ok();
        if (parser_.iterate(padded).get(document) || document.get_value().get(root)) {
            wrong.code = code::invalid_data_format;
            return base::ok();
        }
        good = otlp::each_member(root, "an event", [&](std::string_view name, JsonValue& value) {
            return member(name, value);
        });
        if (!good) {
            wrong.code = wrong_ != 0 ? wrong_ : code::invalid_data_format;
        } else if (!has_event_) {
            wrong.code = code::event_required;
        } else if (is_blank_) {
            wrong.code = code::event_blank;
        }
        return wrong.code != 0 ? base::ok() : write();
    }

    base::Status line(std::string_view text) {
        reset();
        text_ = text;
        is_object_ = json_.is_object(text);
        return write();
    }

  private:
    struct Field {
        std::string name;
        std::string value;
        bool is_text = true;
    };

    void reset() {
        time_ = metadata_.time;
        host_ = metadata_.host;
        source_ = metadata_.source;
        sourcetype_ = metadata_.sourcetype;
        index_ = metadata_.index;
        text_.clear();
        fields_.clear();
        has_event_ = is_blank_ = is_object_ = false;
        wrong_ = 0;
    }

    base::Status member(std::string_view name, JsonValue& value) {
        if (name == "event") return event(value);
        if (name == "fields") return fields(value);
        if (name == "time") return scalar(value, time_);
        if (name == "host") return scalar(value, host_);
        if (name == "source") return scalar(value, source_);
        if (name == "sourcetype") return scalar(value, sourcetype_);
        if (name == "index") return scalar(value, index_);
        return base::ok();
    }

    base::Status scalar(JsonValue& value, std::string& to) {
        const auto token = otlp::token_of(value);
        if (!token.empty() && token.front() == '"') return otlp::read_string(value, "a text", to);
        if (!token.empty() && (token.front() == '{' || token.front() == '[')) {
            return otlp::expected("a text or a number", "metadata", value);
        }
        to = token;
        return base::ok();
    }

    base::Status event(JsonValue& value) {
        has_event_ = true;
        const auto token = otlp::token_of(value);
        if (!token.empty() && token.front() == '"') {
            TRY(otlp::read_string(value, "event", text_));
            is_blank_ = text_.empty();
            is_object_ = json_.is_object(text_);
            return base::ok();
        }
        std::string_view raw;
        if (simdjson::to_json_string(value).get(raw)) return base::invalid("malformed event");
        text_ = raw;
        is_object_ = json_.is_object(text_);
        if (!token.empty() && token.front() == '{' && !is_object_) {
            return base::invalid("malformed event");
        }
        return base::ok();
    }

    base::Status fields(JsonValue& value) {
        return otlp::each_member(
            value, "fields", [&](std::string_view name, JsonValue& inner) -> base::Status {
                Field field{std::string(name), {}, true};
                const auto token = otlp::token_of(inner);
                const char first = token.empty() ? '\0' : token.front();
                if (first == '"') {
                    TRY(otlp::read_string(inner, name, field.value));
                } else if (first == '{') {
                    wrong_ = code::wrong_fields;
                    return base::invalid("fields hold no objects");
                } else {
                    std::string_view raw;
                    if (simdjson::to_json_string(inner).get(raw) || !field_json_.is_value(raw)) {
                        return base::invalid("malformed field");
                    }
                    field.value = raw;
                    field.is_text = false;
                }
                fields_.push_back(std::move(field));
                return base::ok();
            });
    }

    base::Status write() {
        to_.begin();
        const auto time = parse_epoch(time_);
        if (time && !(is_object_ && json_.has("@timestamp"))) to_.time("@timestamp", *time);
        if (is_object_) {
            to_.members(text_);
        } else {
            to_.text("message", text_);
        }
        const Field named[] = {
            {"host", host_, true}, {"source", source_, true}, {"sourcetype", sourcetype_, true}};
        for (std::size_t at = 0; at < fields_.size(); ++at) {
            bool again = false;
            for (std::size_t before = 0; before < at; ++before) {
                again = again || fields_[before].name == fields_[at].name;
            }
            if (!again) add(fields_[at]);
        }
        for (const auto& field : named) {
            bool again = field.value.empty();
            for (const auto& other : fields_) again = again || other.name == field.name;
            if (!again) add(field);
        }
        const bool good = event::check_index_name(index_).has_value();
        return to_.end(good ? std::string_view(index_) : std::string_view());
    }

    void add(const Field& field) {
        const bool taken = is_object_ ? json_.has(field.name) : field.name == "message";
        if (taken || field.name == "@timestamp") return;
        if (field.is_text) {
            to_.text(field.name, field.value);
        } else {
            to_.json(field.name, field.value);
        }
    }

    const Metadata& metadata_;
    JsonEvents& to_;
    simdjson::ondemand::parser parser_;
    EmbeddedJson json_;
    EmbeddedJson field_json_;
    std::string time_;
    std::string host_;
    std::string source_;
    std::string sourcetype_;
    std::string index_;
    std::string text_;  // of the event
    std::vector<Field> fields_;
    bool has_event_ = false;
    bool is_blank_ = false;
    bool is_object_ = false;
    int wrong_ = 0;
};

}  // namespace

base::Status read_events(std::string& body, const Metadata& metadata, JsonEvents& to, Stop& stop) {
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    EventReader reader(metadata, to);
    std::size_t at = 0;
    for (;; ++stop.event) {
        while (at < body.size() && is_space(body[at])) ++at;
        if (at == body.size()) break;
        const auto end = body[at] == '{' ? end_of_object(body, at) : std::string_view::npos;
        if (end == std::string_view::npos) {
            stop.code = code::invalid_data_format;
            return base::ok();
        }
        Wrong wrong;
        TRY(reader.read(std::string_view(body).substr(at, end - at), wrong));
        stop.code = wrong.code;
        if (wrong.code != 0) return base::ok();
        at = end;
    }
    if (stop.event == 0) stop.code = code::no_data;
    return base::ok();
}

base::Status read_lines(std::string_view body, const Metadata& metadata, JsonEvents& to,
                        Stop& stop) {
    EventReader reader(metadata, to);
    while (!body.empty()) {
        const auto end = std::min(body.find('\n'), body.size());
        auto line = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
        TRY(reader.line(line));
        ++stop.event;
    }
    if (stop.event == 0) stop.code = code::no_data;
    return base::ok();
}

}  // namespace input::splunk

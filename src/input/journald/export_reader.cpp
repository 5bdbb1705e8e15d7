#include "input/journald/export_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "event/json_text.h"
#include "input/embedded_json.h"
#include "input/epoch_text.h"

namespace input::journald {

namespace {

// journald itself keeps no more of an entry.
constexpr std::size_t most_fields = 1024;

struct Field {
    std::string_view name;
    std::string_view value;
};

// Cuts the body into fields.
class FieldReader {
  public:
    enum class Found { field, end_of_entry, end };

    explicit FieldReader(std::string_view body) : rest_(body) {}

    base::Result<Found> next(Field& field) {
        if (rest_.empty()) return Found::end;
        const auto line_end = rest_.find('\n');
        if (line_end == std::string_view::npos) return broken("a line's end");
        const auto line = rest_.substr(0, line_end);
        rest_.remove_prefix(line_end + 1);
        if (line.empty()) return Found::end_of_entry;
        const auto equals = line.find('=');
        field.name = line.substr(0, equals);
        if (!is_name(field.name)) return broken("a field's name");
        if (equals != std::string_view::npos) {
            field.value = line.substr(equals + 1);
            return Found::field;
        }
        return binary(field);
    }

  private:
    static base::Error broken(std::string_view expected) {
        return base::invalid(fmt::format("expected {}", expected));
    }

    static bool is_name(std::string_view name) {
        return !name.empty() && name.size() <= 64 &&
               std::all_of(name.begin(), name.end(), [](char c) {
                   return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
               });
    }

    // Its size in 8 bytes, little-endian, then the value and a line's end.
    base::Result<Found> binary(Field& field) {
        constexpr std::size_t size_bytes = 8;
        if (rest_.size() < size_bytes) return broken("a size in 8 bytes");
        std::uint64_t size = 0;
        for (std::size_t at = size_bytes; at-- > 0;) {
            size = size << 8 | static_cast<unsigned char>(rest_[at]);
        }
        rest_.remove_prefix(size_bytes);
        if (size >= rest_.size()) return broken("a value as long as its size says");
        field.value = rest_.substr(0, size);
        if (rest_[size] != '\n') return broken("a line's end behind a value");
        rest_.remove_prefix(size + 1);
        return Found::field;
    }

    std::string_view rest_;
};

class EntryWriter {
  public:
    explicit EntryWriter(JsonEvents& to) : to_(to) {}

    base::Status write(const std::vector<Field>& fields) {
        fields_ = &fields;
        to_.begin();
        const auto message = value_of("MESSAGE");
        is_json_ = json_.is_object(message);
        const auto time = parse_epoch(value_of("__REALTIME_TIMESTAMP"));
        if (time && !(is_json_ && json_.has("@timestamp"))) to_.time("@timestamp", *time);
        if (is_json_) {
            to_.members(message);
        } else {
            to_.text("message", message);
        }
        names_.assign({"@timestamp", "message"});
        const bool has_level = is_json_ && json_.has_any(level_names);
        add(has_level ? "journald.priority" : "severity", value_of("PRIORITY"));
        add("host", value_of("_HOSTNAME"));
        for (const auto& field : fields) {
            if (!is_told(field.name)) continue;
            to_name(field.name);
            add_all(field.name);
        }
        if (!names_service()) add("service_name", service());
        return to_.end({}, value_of("__CURSOR"));
    }

  private:
    // Of the first field of this name.
    std::string_view value_of(std::string_view name) const {
        for (const auto& field : *fields_) {
            if (field.name == name) return field.value;
        }
        return {};
    }

    // What is not told as it is elsewhere, and says something to people.
    static bool is_told(std::string_view name) {
        return !name.starts_with("__") && name != "MESSAGE" && name != "PRIORITY" &&
               name != "_HOSTNAME";
    }

    // The field's name in the event, into name_.
    void to_name(std::string_view field) {
        const bool trusted = field.starts_with('_') || field == "MESSAGE_ID";
        while (field.starts_with('_')) field.remove_prefix(1);
        name_ = trusted ? "journald." : "";
        for (const char c : field) {
            name_.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
        }
    }

    bool is_taken(std::string_view name) const {
        return (is_json_ && json_.has(name)) ||
               std::find(names_.begin(), names_.end(), name) != names_.end();
    }

    void add(std::string_view name, std::string_view value) {
        if (value.empty() || is_taken(name)) return;
        to_.text(name, value);
        names_.emplace_back(name);
    }

    // All values of a field, under name_.
    void add_all(std::string_view field) {
        if (is_taken(name_)) return;
        std::size_t values = 0;
        array_ = "[";
        for (const auto& other : *fields_) {
            if (other.name != field) continue;
            if (values++ > 0) array_.push_back(',');
            event::append_json_string(other.value, array_);
        }
        array_.push_back(']');
        const std::string_view all = array_;
        to_.json(name_, values == 1 ? all.substr(1, all.size() - 2) : all);
        names_.push_back(name_);
    }

    bool names_service() const {
        return std::any_of(std::begin(service_names), std::end(service_names),
                           [this](std::string_view name) { return is_taken(name); });
    }

    std::string_view service() const {
        if (const auto container = value_of("CONTAINER_NAME"); !container.empty()) return container;
        constexpr std::string_view suffix = ".service";
        if (auto unit = value_of("_SYSTEMD_UNIT"); unit.ends_with(suffix)) {
            unit.remove_suffix(suffix.size());
            return unit;
        }
        const auto identifier = value_of("SYSLOG_IDENTIFIER");
        return identifier.empty() ? value_of("_COMM") : identifier;
    }

    JsonEvents& to_;
    const std::vector<Field>* fields_ = nullptr;
    EmbeddedJson json_;
    bool is_json_ = false;
    std::vector<std::string> names_;  // that are written, but for those of a message in JSON
    std::string name_;
    std::string array_;
};

}  // namespace

base::Status read_export(std::string_view body, JsonEvents& to) {
    FieldReader reader(body);
    EntryWriter writer(to);
    std::vector<Field> fields;
    for (;;) {
        Field field;
        const auto found = reader.next(field);
        if (!found) {
            return base::invalid(fmt::format("{} in entry {} of the journal's export format",
                                             found.error().message, to.size() + 1));
        }
        if (found.value() == FieldReader::Found::field) {
            if (fields.size() == most_fields) {
                return base::invalid(fmt::format("expected at most {} fields in entry {}",
                                                 most_fields, to.size() + 1));
            }
            fields.push_back(field);
            continue;
        }
        if (!fields.empty()) {
            TRY(writer.write(fields));
            fields.clear();
        }
        if (found.value() == FieldReader::Found::end) return base::ok();
    }
}

}  // namespace input::journald

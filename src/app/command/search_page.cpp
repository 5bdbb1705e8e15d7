#include "app/command/search_page.h"

#include <fmt/format.h>
#include <simdjson.h>

namespace app {

namespace {

namespace ondemand = simdjson::ondemand;

std::string_view trimmed(std::string_view raw) {
    const auto last = raw.find_last_not_of(" \t\r\n");
    return last == std::string_view::npos ? std::string_view{} : raw.substr(0, last + 1);
}

std::string value_text(ondemand::value value) {
    switch (value.type().value()) {
        case ondemand::json_type::string:
            return std::string(value.get_string().value());
        case ondemand::json_type::array: {
            std::string joined;
            for (auto item : value.get_array()) {
                if (!joined.empty()) joined += ", ";
                joined += value_text(item.value());
            }
            return joined;
        }
        case ondemand::json_type::null:
            return "";
        default:
            return std::string(trimmed(simdjson::to_json_string(value).value()));
    }
}

void read_row(ondemand::object object, FoundRow& row) {
    row = {};
    for (auto member : object) {
        const std::string_view key = member.unescaped_key();
        ondemand::value value = member.value();
        if (key == "id") {
            row.id = value.get_string();
        } else if (key == "index") {
            row.index = value.get_string();
        } else if (key == "timestamp") {
            row.timestamp = value.get_string();
        } else if (key == "source") {
            row.source = trimmed(simdjson::to_json_string(value).value());
        } else if (key == "fields") {
            for (auto field : value.get_object()) {
                const std::string_view name = field.unescaped_key();
                row.fields.emplace_back(name, value_text(field.value()));
            }
        }
    }
}

}  // namespace

std::string_view FoundRow::field(std::string_view name) const {
    for (const auto& [known, value] : fields) {
        if (known == name) return value;
    }
    return {};
}

base::Result<std::optional<std::string>> read_search_page(
    std::string body, const std::function<void(const FoundRow&)>& use) {
    try {
        const simdjson::padded_string padded(body);
        ondemand::parser parser;
        ondemand::document document = parser.iterate(padded);
        std::optional<std::string> cursor;
        FoundRow row;
        for (auto member : document.get_object()) {
            const std::string_view key = member.unescaped_key();
            ondemand::value value = member.value();
            if (key == "rows") {
                for (auto item : value.get_array()) {
                    read_row(item.get_object(), row);
                    use(row);
                }
            } else if (key == "next_cursor" && value.type() == ondemand::json_type::string) {
                cursor = std::string(value.get_string().value());
            }
        }
        return cursor;
    } catch (const simdjson::simdjson_error& error) {
        return base::Error(base::Code::corrupt,
                           fmt::format("the server's answer cannot be read: {}", error.what()));
    }
}

}  // namespace app

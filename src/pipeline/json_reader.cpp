#include "pipeline/json_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "event/json_string.h"

namespace pipeline {

namespace ondemand = simdjson::ondemand;

namespace {

constexpr std::size_t usual_bytes = 64 << 10;
constexpr std::size_t large_bytes = 1 << 20;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view said_of(simdjson::error_code error) {
    switch (error) {
        case simdjson::UTF8_ERROR:
            return "the text is not valid UTF-8";
        case simdjson::UNCLOSED_STRING:
            return "a string is not closed";
        case simdjson::UNESCAPED_CHARS:
            return "a control character in a string is not escaped";
        case simdjson::EMPTY:
            return "the text is empty";
        case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
            return "an object or array is not closed";
        default:
            return "";
    }
}

}  // namespace

struct JsonReader::Parser {
    ondemand::parser parser;
};

// One record. On-Demand checks brackets, commas and colons on the way; scalars are checked here.
template <class Row>
class JsonReader::Walk {
  public:
    Walk(JsonReader& reader, std::string_view text, Row& row)
        : unescaped_(reader.unescaped_),
          row_(row),
          begin_(text.data()),
          end_(text.data() + text.size()),
          escapes_(std::memchr(text.data(), '\\', text.size()) != nullptr) {}

    base::Status document(ondemand::document& document) {
        ondemand::object object;
        if (const auto error = document.get_object().get(object)) {
            at_ = begin_;
            return refuse(error == simdjson::INCORRECT_TYPE ? "expected one JSON object, '{…}'"
                                                            : said_of(error));
        }
        if (!row_.open_object() || !members(object)) return refuse({});
        if (!document.current_location().error()) {
            at_ = document.current_location().value_unsafe();
            return refuse("expected the end after the object, found more");
        }
        row_.close_object();
        return base::ok();
    }

  private:
    bool members(ondemand::object& object) {
        for (auto entry : object) {
            ondemand::field member;
            if (const auto error = std::move(entry).get(member)) return fail(error);
            at_ = member.key().raw();
            if (!row_.key(at_, end_)) return fail("an escape in a key is wrong");
            if (!any(member.value())) return false;
        }
        return true;
    }

    bool any(ondemand::value& value) {
        const std::string_view token = value.raw_json_token();
        at_ = token.data();
        switch (token.front()) {
            case '{': {
                ondemand::object inner;
                if (const auto error = value.get_object().get(inner)) return fail(error);
                if (!row_.open_object()) return too_deep();
                if (!members(inner)) return false;
                row_.close_object();
                return true;
            }
            case '[': {
                ondemand::array inner;
                if (const auto error = value.get_array().get(inner)) return fail(error);
                if (!row_.open_array()) return too_deep();
                if (!elements(inner)) return false;
                row_.close_array();
                return true;
            }
            default:
                return scalar(token);
        }
    }

    bool elements(ondemand::array& array) {
        for (auto element : array) {
            ondemand::value value;
            if (const auto error = std::move(element).get(value)) return fail(error);
            if (!any(value)) return false;
        }
        return true;
    }

    // `token` goes up to the next token. On-Demand steps over it unseen.
    bool scalar(std::string_view token) {
        const char next = token.data()[token.size()];
        if (next != ',' && next != '}' && next != ']') {
            at_ = token.data() + token.size();
            return fail("expected ',' or the end of the object or array");
        }
        while (is_space(token.back())) token.remove_suffix(1);
        switch (token.front()) {
            case '"':
                return string(token);
            case 't':
            case 'f':
                if (token != "true" && token != "false") break;
                row_.boolean(token == "true");
                return true;
            case 'n':
                if (token != "null") break;
                row_.null();
                return true;
            default:
                if (row_.number(token)) return !row_.too_large();
        }
        return fail("expected a value: a string, number, object, array, true, false or null");
    }

    bool string(std::string_view token) {
        if (token.size() < 2 || token.back() != '"') return fail("a string is not closed");
        const std::string_view inside = token.substr(1, token.size() - 2);
        if (!escapes_ || std::memchr(inside.data(), '\\', inside.size()) == nullptr) {
            row_.text(inside, token);
        } else {
            switch (event::unescape(inside, unescaped_)) {
                case event::Unescaped::whole:
                    row_.text(unescaped_, token);
                    break;
                case event::Unescaped::lossy:
                    row_.lossy_text(unescaped_, token);
                    break;
                case event::Unescaped::broken:
                    return fail("an escape in a string is wrong");
            }
        }
        // The rest need not be read; finish_row tells.
        return !row_.too_large();
    }

    bool too_deep() { return fail("objects and arrays are nested too deeply"); }

    bool fail(std::string_view why) {
        why_ = why;
        return false;
    }
    bool fail(simdjson::error_code error) {
        const std::string_view why = said_of(error);
        return fail(why.empty() ? "a comma, colon or bracket is missing or misplaced" : why);
    }

    base::Status refuse(std::string_view why) {
        if (row_.too_large()) return base::ok();
        if (why.empty()) why = why_.empty() ? "a comma, colon or bracket is misplaced" : why_;
        const auto at = static_cast<std::size_t>(std::clamp(at_, begin_, end_) - begin_);
        base::Error error = base::invalid(fmt::format("malformed JSON at byte {}: {}", at, why));
        error.offset = at;
        return error;
    }

    std::string& unescaped_;
    Row& row_;
    const char* begin_;
    const char* end_;
    const char* at_ = nullptr;  // for messages
    bool escapes_;
    std::string_view why_;
};

JsonReader::JsonReader() : parser_(std::make_unique<Parser>()) {}
JsonReader::~JsonReader() = default;

void JsonReader::hold(std::string_view text) {
    const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
    if (needed > capacity_) {
        capacity_ = std::max(usual_bytes, needed + needed / 2);
        buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
    }
    std::memcpy(buffer_.get(), text.data(), text.size());
    std::memset(buffer_.get() + text.size(), 0, simdjson::SIMDJSON_PADDING);
}

template <class Row>
base::Status JsonReader::read(std::string_view text, Row& row) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    if (text.empty()) return base::invalid("expected one JSON object, found nothing");
    hold(text);
    const std::string_view held(buffer_.get(), text.size());
    ondemand::document document;
    const auto error = parser_->parser.iterate(buffer_.get(), text.size(), capacity_).get(document);
    if (error) {
        const std::string_view why = said_of(error);
        return base::invalid(
            fmt::format("malformed JSON: {}", why.empty() ? simdjson::error_message(error) : why));
    }
    return Walk<Row>(*this, held, row).document(document);
}

template base::Status JsonReader::read(std::string_view text, RowBuilder& row);
template base::Status JsonReader::read(std::string_view text, Draft& row);

void JsonReader::shrink() {
    if (capacity_ <= large_bytes) return;
    parser_ = std::make_unique<Parser>();
    buffer_.reset();
    capacity_ = 0;
}

}  // namespace pipeline

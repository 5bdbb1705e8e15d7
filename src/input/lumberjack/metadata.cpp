#include "input/lumberjack/metadata.h"

#include <cstring>

#include "event/index_name.h"
#include "event/json_string.h"

namespace input::lumberjack {

namespace {

constexpr std::string_view quoted_key = "\"@metadata\"";
constexpr std::string_view beat_part = "%{[@metadata][beat]}";
constexpr std::string_view version_part = "%{[@metadata][version]}";
constexpr std::size_t longest_value = 512;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Walks over the members of a JSON object. It finds ends and checks no more than that needs: the
// pipeline's parser checks everything.
class Walker {
  public:
    Walker(std::string_view text, std::size_t at) : text_(text), at_(at) {}

    std::size_t position() const { return at_; }
    std::string_view since(std::size_t from) const { return text_.substr(from, at_ - from); }

    bool skip_space() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
        return at_ < text_.size();
    }
    // After white space.
    bool take(char wanted) {
        if (!skip_space() || text_[at_] != wanted) return false;
        ++at_;
        return true;
    }
    bool is_at(char wanted) { return skip_space() && text_[at_] == wanted; }

    bool skip_string() {
        if (!take('"')) return false;
        for (;;) {
            const std::size_t found = text_.find_first_of("\"\\", at_);
            if (found == std::string_view::npos) return false;
            at_ = found + 1;
            if (text_[found] == '"') return true;
            if (at_ >= text_.size()) return false;
            ++at_;
        }
    }
    bool skip_value() {
        if (!skip_space()) return false;
        if (text_[at_] == '"') return skip_string();
        if (text_[at_] == '{' || text_[at_] == '[') return skip_nested();
        const std::size_t begin = at_;
        while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != ',' &&
               text_[at_] != '}' && text_[at_] != ']') {
            ++at_;
        }
        return at_ > begin;
    }

  private:
    bool skip_nested() {
        std::size_t depth = 0;
        for (;;) {
            const std::size_t found = text_.find_first_of("\"{}[]", at_);
            if (found == std::string_view::npos) return false;
            at_ = found;
            if (text_[found] == '"') {
                if (!skip_string()) return false;
                continue;
            }
            ++at_;
            const bool opens = text_[found] == '{' || text_[found] == '[';
            depth += opens ? 1 : static_cast<std::size_t>(-1);
            if (depth == 0) return true;
        }
    }

    std::string_view text_;
    std::size_t at_;
};

std::string* value_of(std::string_view key, Metadata& metadata) {
    if (key == "_id") return &metadata.id;
    if (key == "index" || key == "raw_index") return &metadata.index;
    if (key == "beat") return &metadata.beat;
    if (key == "version") return &metadata.version;
    if (key == "op_type") return &metadata.operation;
    return nullptr;
}

// What a string's inside means; left alone when that cannot be told.
void assign(std::string_view inside, std::string& value) {
    if (inside.size() > longest_value) return;
    if (event::unescape(inside, value) == event::Unescaped::broken) value.clear();
}

std::string_view without_quotes(std::string_view quoted) {
    return quoted.substr(1, quoted.size() - 2);
}

// At the object's opening brace.
bool read_members(Walker& walker, Metadata& metadata) {
    if (!walker.take('{')) return false;
    if (walker.take('}')) return true;
    do {
        if (!walker.skip_space()) return false;
        const std::size_t key_begin = walker.position();
        if (!walker.skip_string()) return false;
        const auto key = without_quotes(walker.since(key_begin));
        if (!walker.take(':') || !walker.skip_space()) return false;
        const std::size_t begin = walker.position();
        const bool is_string = walker.is_at('"');
        if (!walker.skip_value()) return false;
        auto* value = value_of(key, metadata);
        if (is_string && value != nullptr) assign(without_quotes(walker.since(begin)), *value);
    } while (walker.take(','));
    return walker.take('}');
}

struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;  // 0: none
};

// The member with the comma behind it, or before it when it is the last.
Span find_member(std::string_view text, Metadata& metadata) {
    Walker walker(text, 0);
    if (!walker.take('{')) return {};
    std::size_t comma = 0;  // before the present member, if any
    for (;;) {
        if (!walker.skip_space()) return {};
        const std::size_t begin = walker.position();
        if (!walker.skip_string()) return {};
        const bool wanted = walker.since(begin) == quoted_key;
        if (!walker.take(':')) return {};
        if (wanted && walker.is_at('{')) {
            if (!read_members(walker, metadata)) return {};
            const std::size_t end = walker.position();
            if (walker.take(',')) return {begin, walker.position()};
            return {comma == 0 ? begin : comma, end};
        }
        if (!walker.skip_value()) return {};
        walker.skip_space();
        comma = walker.position();
        if (!walker.take(',')) return {};
    }
}

}  // namespace

void Metadata::clear() {
    for (auto* value : {&id, &index, &beat, &version, &operation}) value->clear();
}

std::string_view take_metadata(char* text, std::size_t size, Metadata& metadata) {
    metadata.clear();
    const std::string_view whole(text, size);
    if (::memmem(text, size, quoted_key.data(), quoted_key.size()) == nullptr) return whole;
    const Span span = find_member(whole, metadata);
    if (span.end == 0) {
        metadata.clear();
        return whole;
    }
    const std::size_t gone = span.end - span.begin;
    std::memmove(text + gone, text, span.begin);
    return whole.substr(gone);
}

std::string index_of(std::string_view name_template, const Metadata& metadata) {
    std::string name;
    while (!name_template.empty()) {
        if (name_template.starts_with(beat_part)) {
            if (metadata.beat.empty()) return {};
            name += metadata.beat;
            name_template.remove_prefix(beat_part.size());
        } else if (name_template.starts_with(version_part)) {
            if (metadata.version.empty()) return {};
            name += metadata.version;
            name_template.remove_prefix(version_part.size());
        } else {
            name.push_back(name_template.front());
            name_template.remove_prefix(1);
        }
    }
    return event::check_index_name(name) ? name : std::string();
}

bool is_index_template(std::string_view name_template) {
    const Metadata some{.beat = "filebeat", .version = "8.1.3"};
    const auto name = index_of(name_template, some);
    return !name.empty() && name.find_first_of("%{}[]") == std::string::npos;
}

}  // namespace input::lumberjack

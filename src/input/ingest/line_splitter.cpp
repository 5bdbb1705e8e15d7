#include "input/ingest/line_splitter.h"

#include <fmt/format.h>

#include <cstring>

namespace input {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

base::Error too_many(std::size_t most) {
    return {base::Code::too_large,
            fmt::format("more than {} events in one request; send smaller requests", most)};
}

// Goes through an array's text and notes where its elements end.
class ArraySplitter {
  public:
    ArraySplitter(std::string_view body, std::size_t most) : body_(body), most_(most) {}

    base::Result<std::vector<Line>> split() {
        while (at_ < body_.size() && is_space(body_[at_])) ++at_;
        begin_ = ++at_;  // behind '['
        for (; at_ < body_.size(); ++at_) {
            const char c = body_[at_];
            if (c == '"') {
                skip_string();
            } else if (c == '{' || c == '[') {
                ++depth_;
            } else if (depth_ == 0 && (c == ',' || c == ']')) {
                if (!end_element(c == ']')) return wrong("an element is missing");
                if (c == ']') return finish();
                if (elements_.size() > most_) return too_many(most_);
            } else if (c == '}' || c == ']') {
                if (depth_-- == 0) return wrong(fmt::format("'{}' closes nothing", c));
            }
        }
        return wrong("it does not end");
    }

  private:
    // Leaves the place at the closing quote, or at the body's end.
    void skip_string() {
        for (++at_; at_ < body_.size() && body_[at_] != '"'; ++at_) {
            if (body_[at_] == '\\') ++at_;
        }
    }

    bool end_element(bool last) {
        const auto text = trimmed(body_.substr(begin_, at_ - begin_));
        begin_ = at_ + 1;
        if (text.empty()) return last && elements_.empty();
        elements_.push_back({text, elements_.size() + 1});
        return true;
    }

    base::Result<std::vector<Line>> finish() {
        if (!trimmed(body_.substr(at_ + 1)).empty()) return wrong("something follows it");
        if (elements_.size() > most_) return too_many(most_);
        return std::move(elements_);
    }

    base::Error wrong(std::string_view what) const {
        auto error = base::invalid(
            fmt::format("the body's JSON array is malformed at byte {}: {}", at_, what));
        error.offset = at_;
        return error;
    }

    std::string_view body_;
    const std::size_t most_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;
    std::size_t depth_ = 0;
    std::vector<Line> elements_;
};

}  // namespace

base::Result<std::vector<Line>> split_lines(std::string_view body, std::size_t most) {
    std::vector<Line> lines;
    std::size_t number = 0;
    while (!body.empty()) {
        const auto* end = static_cast<const char*>(std::memchr(body.data(), '\n', body.size()));
        auto text = body.substr(
            0, end == nullptr ? body.size() : static_cast<std::size_t>(end - body.data()));
        body.remove_prefix(end == nullptr ? body.size() : text.size() + 1);
        ++number;
        if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
        if (text.empty()) continue;
        if (lines.size() == most) return too_many(most);
        lines.push_back({text, number});
    }
    return lines;
}

base::Result<std::vector<Line>> split_array(std::string_view body, std::size_t most) {
    return ArraySplitter(body, most).split();
}

bool is_array(std::string_view body) {
    const auto text = trimmed(body.substr(0, 4096));
    return !text.empty() && text.front() == '[';
}

}  // namespace input

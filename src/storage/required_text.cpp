#include "storage/required_text.h"

namespace storage {

namespace {

constexpr std::size_t npos = std::string_view::npos;

// The place behind the class that begins at `at`, npos when it has no end.
std::size_t behind_class(std::string_view expression, std::size_t at) {
    ++at;
    if (at < expression.size() && expression[at] == '^') ++at;
    if (at < expression.size() && expression[at] == ']') ++at;  // a first ']' is a member
    for (; at < expression.size(); ++at) {
        if (expression[at] == '\\') {
            ++at;
        } else if (expression.substr(at).starts_with("[:")) {
            const std::size_t end = expression.find(":]", at);
            if (end == npos) return npos;
            at = end + 1;
        } else if (expression[at] == ']') {
            return at + 1;
        }
    }
    return npos;
}

// The place behind the group that begins at `at`, npos when it has no end.
std::size_t behind_group(std::string_view expression, std::size_t at) {
    int depth = 0;
    while (at < expression.size()) {
        const char c = expression[at];
        if (c == '[') {
            at = behind_class(expression, at);
            if (at == npos) return npos;
            continue;
        }
        if (c == '\\') {
            ++at;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && --depth == 0) {
            return at + 1;
        }
        ++at;
    }
    return npos;
}

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Gathers runs of plain characters.
class Runs {
  public:
    void add(char c) { run_.push_back(c); }
    void end() {
        if (run_.size() > longest_.size()) longest_ = run_;
        run_.clear();
    }
    // The last character need not be there.
    void drop_last() {
        while (!run_.empty()) {
            const auto byte = static_cast<unsigned char>(run_.back());
            run_.pop_back();
            if ((byte & 0xc0) != 0x80) break;
        }
        end();
    }
    std::string take() {
        end();
        return std::move(longest_);
    }

  private:
    std::string run_;
    std::string longest_;
};

}  // namespace

std::string required_text(std::string_view expression) {
    // Quoted runs and characters by number would need more than a look.
    if (expression.find("\\Q") != npos || expression.find("\\x") != npos) return {};
    Runs runs;
    for (std::size_t at = 0; at < expression.size();) {
        const char c = expression[at];
        if (c == '|') return {};
        if (c == '[' || c == '(') {
            runs.end();
            at = c == '[' ? behind_class(expression, at) : behind_group(expression, at);
            if (at == npos) return {};
            continue;
        }
        ++at;
        if (c == '\\') {
            if (at == expression.size()) return {};
            if (is_letter_or_digit(expression[at])) {
                // \pN, \p{Greek} and \101: what follows belongs to it.
                const bool digit = expression[at] >= '0' && expression[at] <= '9';
                if (digit || expression[at] == 'p' || expression[at] == 'P') return {};
                runs.end();
            } else {
                runs.add(expression[at]);
            }
            ++at;
        } else if (c == '*' || c == '?' || c == '{') {
            runs.drop_last();
            if (c == '{') {
                at = expression.find('}', at);
                if (at == npos) return {};
                ++at;
            }
        } else if (c == '+' || c == '.' || c == '^' || c == '$') {
            runs.end();
        } else {
            runs.add(c);
        }
    }
    return runs.take();
}

}  // namespace storage

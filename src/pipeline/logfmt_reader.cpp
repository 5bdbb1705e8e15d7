#include "pipeline/logfmt_reader.h"

namespace pipeline {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_key_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '@' || c == '/';
}

bool is_key(std::string_view key) {
    if (key.empty() || (key[0] >= '0' && key[0] <= '9') || key[0] == '-') return false;
    for (const char c : key) {
        if (!is_key_byte(c)) return false;
    }
    return true;
}

}  // namespace

std::optional<LogfmtReader::Pair> LogfmtReader::next() {
    while (at_ < line_.size() && is_space(line_[at_])) ++at_;
    if (at_ == line_.size()) return std::nullopt;
    const std::size_t begin = at_;
    while (at_ < line_.size() && !is_space(line_[at_]) && line_[at_] != '=') ++at_;
    Pair pair;
    pair.key = line_.substr(begin, at_ - begin);
    if (at_ == line_.size() || line_[at_] != '=') {
        pair.bare = true;
        return pair;
    }
    ++at_;
    if (at_ < line_.size() && line_[at_] == '"') {
        pair.quoted = true;
        pair.value = quoted_value();
        return pair;
    }
    const std::size_t value = at_;
    while (at_ < line_.size() && !is_space(line_[at_])) ++at_;
    pair.value = line_.substr(value, at_ - value);
    return pair;
}

std::string_view LogfmtReader::quoted_value() {
    unescaped_.clear();
    for (++at_; at_ < line_.size() && line_[at_] != '"'; ++at_) {
        if (line_[at_] != '\\' || at_ + 1 == line_.size()) {
            unescaped_.push_back(line_[at_]);
            continue;
        }
        switch (const char c = line_[++at_]) {
            case 'n':
                unescaped_.push_back('\n');
                break;
            case 't':
                unescaped_.push_back('\t');
                break;
            case 'r':
                unescaped_.push_back('\r');
                break;
            case '"':
            case '\\':
                unescaped_.push_back(c);
                break;
            default:
                unescaped_.push_back('\\');
                unescaped_.push_back(c);
        }
    }
    if (at_ < line_.size()) ++at_;
    return unescaped_;
}

bool LogfmtReader::looks_like(std::string_view line) {
    LogfmtReader reader(line);
    std::size_t pairs = 0;
    while (const auto pair = reader.next()) {
        if (pair->bare || !is_key(pair->key)) return false;
        ++pairs;
    }
    return pairs >= 2;
}

}  // namespace pipeline

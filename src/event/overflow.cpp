#include "event/overflow.h"

namespace event {

namespace {

constexpr std::string_view letters = "?bintas";  // by Type's number

// "name 0x00 letter" of an entry; empty when it is damaged.
std::string_view prefix_of(std::string_view entry) {
    const std::size_t end = entry.find('\0');
    if (end == std::string_view::npos || end + 2 >= entry.size() || entry[end + 2] != '\0')
        return {};
    return entry.substr(0, end + 2);
}

}  // namespace

char letter_of(Type type) {
    const auto at = static_cast<std::size_t>(type);
    return at < letters.size() ? letters[at] : '?';
}

std::optional<Type> type_of_letter(char letter) {
    const std::size_t at = letters.find(letter, 1);
    if (at == std::string_view::npos) return std::nullopt;
    return static_cast<Type>(at);
}

void write_overflow(std::string_view name, Type type, std::string_view text, std::string& out) {
    out.assign(name);
    out.push_back('\0');
    out.push_back(letter_of(type));
    out.push_back('\0');
    out.append(text);
}

std::optional<OverflowEntry> read_overflow(std::string_view entry) {
    const std::string_view prefix = prefix_of(entry);
    if (prefix.empty()) return std::nullopt;
    const auto type = type_of_letter(prefix.back());
    if (!type) return std::nullopt;
    return OverflowEntry{prefix.substr(0, prefix.size() - 2), *type,
                         entry.substr(prefix.size() + 1)};
}

void OverflowReader::seek(std::uint32_t row) {
    next_ = 0;
    end_ = 0;
    if (column_ != nullptr) std::tie(next_, end_) = column_->values_of(row);
    if (indexed_) by_prefix_.clear();
    indexed_ = false;
}

std::optional<std::string_view> OverflowReader::next(std::string_view name, Type type) {
    if (next_ == end_) return std::nullopt;
    prefix_.assign(name);
    prefix_.push_back('\0');
    prefix_.push_back(letter_of(type));
    if (!indexed_) {
        const std::string_view entry = column_->text(next_);
        if (prefix_of(entry) == prefix_) {
            ++next_;
            return entry.substr(prefix_.size() + 1);
        }
        make_index();
    }
    const auto found = by_prefix_.find(prefix_);
    if (found == by_prefix_.end()) return std::nullopt;
    Waiting& waiting = found->second;
    if (waiting.taken == waiting.values.size()) return std::nullopt;
    return column_->text(waiting.values[waiting.taken++]).substr(prefix_.size() + 1);
}

void OverflowReader::make_index() {
    indexed_ = true;
    for (std::size_t value = next_; value < end_; ++value) {
        const std::string_view prefix = prefix_of(column_->text(value));
        if (!prefix.empty()) by_prefix_[prefix].values.push_back(value);
    }
}

}  // namespace event

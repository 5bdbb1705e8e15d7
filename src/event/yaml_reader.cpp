#include "event/yaml_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/string_map.h"

namespace event {

namespace {

constexpr std::size_t most_problems = 100;
constexpr std::size_t longest_text = 300;
constexpr std::size_t longest_name = 128;

}  // namespace

std::string quoted(std::string_view text) {
    constexpr std::size_t most = 60;
    if (text.size() <= most) return fmt::format("'{}'", text);
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return fmt::format("'{}…'", text.substr(0, end));
}

bool YamlReader::is_map(const YamlNode& node, const std::string& what) {
    if (node.kind == YamlNode::Kind::map) return true;
    problem(node.line, fmt::format("{}: expected a map, found {}", what, name_of(node.kind)));
    return false;
}

bool YamlReader::is_map(const YamlNode& node, const std::string& what,
                        std::initializer_list<std::string_view> keys) {
    if (!is_map(node, what)) return false;
    for (const YamlNode& key : node.keys) {
        if (std::find(keys.begin(), keys.end(), key.text) != keys.end()) continue;
        problem(key.line, fmt::format("{}: unknown key {}, expected one of {}", what,
                                      quoted(key.text), fmt::join(keys, ", ")));
    }
    return true;
}

bool YamlReader::is_list(const YamlNode& node, const std::string& what) {
    if (node.kind == YamlNode::Kind::sequence) return true;
    problem(node.line, fmt::format("{}: expected a list, found {}", what, name_of(node.kind)));
    return false;
}

const YamlNode* YamlReader::required(const YamlNode& map, std::string_view key,
                                     const std::string& what) {
    const YamlNode* found = map.find(key);
    if (found == nullptr) problem(map.line, fmt::format("{}: '{}' is missing", what, key));
    return found;
}

std::string YamlReader::text(const YamlNode& node, const std::string& what) {
    if (node.kind != YamlNode::Kind::scalar) {
        problem(node.line, fmt::format("{}: expected text, found {}", what, name_of(node.kind)));
        return "";
    }
    const bool blank = node.text.find_first_not_of(" \t") == std::string::npos;
    if (blank || node.text.size() > longest_text || node.text.find('\n') != std::string::npos) {
        problem(node.line, fmt::format("{}: expected one line of 1 to {} bytes, found {}", what,
                                       longest_text, quoted(node.text)));
        return "";
    }
    return node.text;
}

std::string YamlReader::name(const YamlNode& node, const std::string& what) {
    if (node.kind != YamlNode::Kind::scalar) {
        problem(node.line, fmt::format("{}: expected a name, found {}", what, name_of(node.kind)));
        return "";
    }
    const std::string& text = node.text;
    const bool odd = text.empty() || text.front() == ' ' || text.back() == ' ' ||
                     text.find_first_of("\n\t{}") != std::string::npos;
    if (odd || text.size() > longest_name) {
        problem(
            node.line,
            fmt::format(
                "{}: expected a name of at most {} bytes without braces, line breaks and blanks "
                "at its ends, found {}",
                what, longest_name, quoted(text)));
        return "";
    }
    return text;
}

std::vector<std::pair<std::string, int>> YamlReader::names(const YamlNode& node,
                                                           const std::string& what) {
    std::vector<std::pair<std::string, int>> found;
    if (!is_list(node, what)) return found;
    base::StringSet seen;
    for (const YamlNode& item : node.items) {
        std::string entry = name(item, what);
        if (entry.empty()) continue;
        if (!seen.insert(entry).second) {
            problem(item.line,
                    fmt::format("{}: {} is there twice, expected it once", what, quoted(entry)));
            continue;
        }
        found.emplace_back(std::move(entry), item.line);
    }
    return found;
}

std::size_t YamlReader::choice(const YamlNode& node, const std::string& what,
                               std::initializer_list<std::string_view> words) {
    const auto found = node.kind == YamlNode::Kind::scalar
                           ? std::find(words.begin(), words.end(), std::string_view(node.text))
                           : words.end();
    if (found == words.end()) {
        problem(node.line,
                fmt::format("{}: expected one of {}, found {}", what, fmt::join(words, ", "),
                            node.kind == YamlNode::Kind::scalar ? quoted(node.text)
                                                                : std::string(name_of(node.kind))));
    }
    return static_cast<std::size_t>(found - words.begin());
}

base::Nanos YamlReader::duration(const YamlNode& node, const std::string& what) {
    constexpr std::int64_t longest = 3650;  // days
    const std::string& text = node.text;
    std::int64_t count = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
    const auto unit_of = [](char letter) -> base::Nanos {
        switch (letter) {
            case 's':
                return base::second;
            case 'm':
                return base::minute;
            case 'h':
                return base::hour;
            case 'd':
                return base::day;
            default:
                return 0;
        }
    };
    const bool one_letter = failure == std::errc() && end + 1 == text.data() + text.size();
    const base::Nanos unit = one_letter ? unit_of(*end) : 0;
    if (node.kind != YamlNode::Kind::scalar || unit == 0 || count < 1 ||
        count > longest * base::day / unit) {
        problem(node.line,
                fmt::format(
                    "{}: expected a duration such as 90s, 15m, 4h or 3d of at most {}d, found {}",
                    what, longest, text.empty() ? std::string(name_of(node.kind)) : quoted(text)));
        return 0;
    }
    return count * unit;
}

base::Error YamlReader::report() {
    std::stable_sort(problems_.begin(), problems_.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    std::string message;
    for (std::size_t at = 0; at < problems_.size(); ++at) {
        if (at == most_problems) {
            message += fmt::format("\n{}: and {} more", file_, problems_.size() - most_problems);
            break;
        }
        if (at > 0) message += '\n';
        message += fmt::format("{}:{}: {}", file_, problems_[at].first, problems_[at].second);
    }
    return base::invalid(std::move(message));
}

}  // namespace event

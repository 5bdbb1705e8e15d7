#include "event/index_name.h"

#include <fmt/format.h>

#include <algorithm>

namespace event {

base::Status check_index_name(std::string_view name) {
    const auto refuse = [name](std::string_view why) {
        return base::invalid(fmt::format("invalid index name [{}], {}", name.substr(0, 300), why));
    };
    if (name.empty()) return refuse("must not be empty");
    if (name.size() > 255) return refuse("index name is too long, at most 255 bytes");
    if (name == "." || name == "..") return refuse("must not be '.' or '..'");
    if (name[0] == '_' || name[0] == '-' || name[0] == '+') {
        return refuse("must not start with '_', '-', or '+'");
    }
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= ' ' || byte == 0x7f ||
            std::string_view("\\/*?\"<>|,#:").find(c) != std::string_view::npos) {
            return refuse(
                "must not contain the following characters "
                "[' ','\"','*','\\','<','|',',','>','/','?','#',':']");
        }
        if (c >= 'A' && c <= 'Z') return refuse("must be lowercase");
    }
    return base::ok();
}

std::string slug_of(std::string_view text) {
    std::string slug;
    for (const char c : text) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0) {
            slug.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
        } else if (!slug.empty() && slug.back() != '-') {
            slug.push_back('-');
        }
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    return slug;
}

std::string index_name(std::string_view system, std::string_view environment) {
    std::string name(system);
    if (!environment.empty()) {
        name.push_back('-');
        name.append(environment);
    }
    return name;
}

std::string_view environment_of(std::string_view index) {
    const std::size_t dash = index.rfind('-');
    return dash == std::string_view::npos ? std::string_view() : index.substr(dash + 1);
}

bool fits_wildcard(std::string_view text, std::string_view pattern) {
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t retry = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

IndexPattern::IndexPattern(std::string_view text) : text_(text) {
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        std::string_view one = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
        while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
        while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
        if (one.empty()) continue;
        if (one.front() == '-') {
            excluded_.emplace_back(one.substr(1));
        } else {
            included_.emplace_back(one == "_all" ? "*" : one);
        }
    }
    if (text_.empty()) text_ = "*";
}

bool IndexPattern::matches(std::string_view index) const {
    const auto fits = [index](const std::string& pattern) { return fits_wildcard(index, pattern); };
    if (std::any_of(excluded_.begin(), excluded_.end(), fits)) return false;
    const bool hidden = index.starts_with('.');
    if (included_.empty()) return !hidden;
    return std::any_of(included_.begin(), included_.end(), [&](const std::string& pattern) {
        return (!hidden || pattern.starts_with('.')) && fits(pattern);
    });
}

}  // namespace event

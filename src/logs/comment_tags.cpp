#include "logs/comment_tags.h"

#include <algorithm>

namespace logs {

namespace {

// Of the ids of a business; longer ones are something else.
constexpr std::size_t longest_id = 256;

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return digit_of(c) >= 0; }) &&
           text.find_first_not_of('0') != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// 00-<32 digits>-<16 digits>-01
void tell_trace(Fields& to, std::string_view parent) {
    if (parent.size() < 55 || parent[2] != '-' || parent[35] != '-' || parent[52] != '-') return;
    const auto trace = parent.substr(3, 32);
    const auto span = parent.substr(36, 16);
    if (!is_hex(trace) || !is_hex(span)) return;
    to.text("trace_id", trace);
    to.text("span_id", span);
}

}  // namespace

std::string url_decoded(std::string_view text, bool is_form) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int high = text[at] == '%' && at + 2 < text.size() ? digit_of(text[at + 1]) : -1;
        const int low = high >= 0 ? digit_of(text[at + 2]) : -1;
        if (low >= 0) {
            decoded.push_back(static_cast<char>(high * 16 + low));
            at += 2;
        } else {
            decoded.push_back(is_form && text[at] == '+' ? ' ' : text[at]);
        }
    }
    return decoded;
}

void tell_comment_tags(Fields& to, std::string_view comment) {
    bool has_order = false;
    bool has_trace = false;
    while (!comment.empty()) {
        const auto equals = comment.find("='");
        if (equals == std::string_view::npos) return;
        const auto key = trimmed(comment.substr(0, equals));
        comment.remove_prefix(equals + 2);
        const auto end = comment.find('\'');
        if (end == std::string_view::npos) return;
        const auto value = comment.substr(0, end);
        comment.remove_prefix(end + 1);
        if (comment.starts_with(',')) comment.remove_prefix(1);
        if (key == "order_id" && !has_order && !value.empty() && value.size() <= longest_id) {
            to.text("order_id", url_decoded(value));
            has_order = true;
        } else if (key == "traceparent" && !has_trace) {
            tell_trace(to, value);
            has_trace = true;
        }
    }
}

}  // namespace logs

#include "query/dsl/lucene_regexp.h"

#include <fmt/format.h>

namespace query::dsl {

namespace {

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void append_literal(char c, std::string& out) {
    if (static_cast<unsigned char>(c) < 0x80 && !is_letter_or_digit(c) && c != '_' && c != ' ')
        out.push_back('\\');
    out.push_back(c);
}

// What follows a backslash: d, D, s, S, w, W are classes; all else itself.
void append_escaped(char c, std::string& out) {
    if (std::string_view("dDsSwW").find(c) != std::string_view::npos) {
        out.push_back('\\');
        out.push_back(c);
    } else {
        append_literal(c, out);
    }
}

}  // namespace

Parsed<std::string> re2_of(std::string_view lucene) {
    std::string out;
    bool in_class = false;
    for (std::size_t at = 0; at < lucene.size(); ++at) {
        const char c = lucene[at];
        if (c == '\\') {
            if (++at == lucene.size()) return parsing("regexp: a backslash at the end");
            append_escaped(lucene[at], out);
        } else if (in_class) {
            in_class = c != ']';
            if (c == '[') out.push_back('\\');
            out.push_back(c);
        } else if (c == '[') {
            in_class = true;
            out.push_back(c);
        } else if (c == '"') {
            const std::size_t end = lucene.find('"', at + 1);
            if (end == std::string_view::npos) return parsing("regexp: expected '\"' at the end");
            for (const char inner : lucene.substr(at + 1, end - at - 1)) append_literal(inner, out);
            at = end;
        } else if (c == '~' || c == '&' || c == '<') {
            return unsupported(fmt::format("'{}' in a regular expression", c));
        } else if (c == '@') {
            out += ".*";
        } else if (c == '#') {
            out += "[^\\x{0}-\\x{10ffff}]";
        } else if (c == '^' || c == '$' || c == '>') {
            append_literal(c, out);
        } else {
            out.push_back(c);
        }
    }
    return out;
}

}  // namespace query::dsl

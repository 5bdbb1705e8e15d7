#include "net/http_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>

namespace net {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The part of `text` up to `separator`, which is taken off together with it.
std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t at = text.find(separator);
    const auto part = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return part;
}

// RFC 9110's form; made once a second and thread.
const std::string& http_date() {
    thread_local std::time_t made_at = 0;
    thread_local std::string text;
    const std::time_t now = std::time(nullptr);
    if (now != made_at || text.empty()) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        char buffer[40];
        const std::size_t size =
            std::strftime(buffer, sizeof(buffer), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        text.assign(buffer, size);
        made_at = now;
    }
    return text;
}

bool is_own_header(std::string_view name) {
    static constexpr std::array own = {std::string_view("content-length"),
                                       std::string_view("transfer-encoding"),
                                       std::string_view("connection"), std::string_view("date")};
    return std::any_of(own.begin(), own.end(),
                       [name](std::string_view one) { return same_ignoring_case(name, one); });
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    const auto append_clean = [&out](std::string_view text) {
        const std::size_t from = out.size();
        out.append(text);
        std::replace_if(
            out.begin() + static_cast<std::ptrdiff_t>(from), out.end(),
            [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
    };
    append_clean(name);
    out += ": ";
    append_clean(value);
    out += "\r\n";
}

}  // namespace

std::string_view header(const Headers& headers, std::string_view name) {
    for (const auto& [one, value] : headers) {
        if (same_ignoring_case(one, name)) return value;
    }
    return {};
}

bool HttpRequest::has_parameter(std::string_view name) const {
    return std::any_of(query.begin(), query.end(),
                       [name](const auto& one) { return same_ignoring_case(one.first, name); });
}

int status_of(base::Code code) {
    switch (code) {
        case base::Code::invalid_argument:
            return 400;
        case base::Code::denied:
            return 403;
        case base::Code::not_found:
            return 404;
        case base::Code::conflict:
            return 409;
        case base::Code::too_large:
            return 413;
        case base::Code::busy:
            return 429;
        case base::Code::cancelled:
            return 499;
        case base::Code::timeout:
            return 504;
        case base::Code::corrupt:
        case base::Code::io:
        case base::Code::internal:
            break;
    }
    return 500;
}

std::string_view reason_of(int status) {
    struct Reason {
        int status;
        std::string_view text;
    };
    static constexpr Reason reasons[] = {{100, "Continue"},
                                         {200, "OK"},
                                         {201, "Created"},
                                         {202, "Accepted"},
                                         {204, "No Content"},
                                         {206, "Partial Content"},
                                         {301, "Moved Permanently"},
                                         {302, "Found"},
                                         {303, "See Other"},
                                         {304, "Not Modified"},
                                         {307, "Temporary Redirect"},
                                         {308, "Permanent Redirect"},
                                         {400, "Bad Request"},
                                         {401, "Unauthorized"},
                                         {403, "Forbidden"},
                                         {404, "Not Found"},
                                         {405, "Method Not Allowed"},
                                         {406, "Not Acceptable"},
                                         {408, "Request Timeout"},
                                         {409, "Conflict"},
                                         {410, "Gone"},
                                         {413, "Content Too Large"},
                                         {415, "Unsupported Media Type"},
                                         {416, "Range Not Satisfiable"},
                                         {417, "Expectation Failed"},
                                         {422, "Unprocessable Content"},
                                         {429, "Too Many Requests"},
                                         {431, "Request Header Fields Too Large"},
                                         {499, "Client Closed Request"},
                                         {500, "Internal Server Error"},
                                         {501, "Not Implemented"},
                                         {502, "Bad Gateway"},
                                         {503, "Service Unavailable"},
                                         {504, "Gateway Timeout"},
                                         {505, "HTTP Version Not Supported"},
                                         {507, "Insufficient Storage"}};
    for (const auto& reason : reasons) {
        if (reason.status == status) return reason.text;
    }
    return "Unknown";
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

std::string url_encode(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.push_back('%');
            out.push_back(digits[byte >> 4]);
            out.push_back(digits[byte & 0xf]);
        }
    }
    return out;
}

bool url_decode(std::string_view text, bool plus_is_space, std::string& out) {
    out.clear();
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '%') {
            if (text.size() - at < 3) return false;
            const int high = hex_digit(text[at + 1]);
            const int low = hex_digit(text[at + 2]);
            if (high < 0 || low < 0) return false;
            out.push_back(static_cast<char>(high * 16 + low));
            at += 2;
        } else {
            out.push_back(c == '+' && plus_is_space ? ' ' : c);
        }
    }
    return true;
}

base::Status parse_target(std::string_view target, HttpRequest& request) {
    // A proxy's absolute form: scheme and authority are of no interest here.
    const std::size_t scheme = target.find("://");
    if (scheme != std::string_view::npos && scheme < 6 && target[0] != '/') {
        const std::size_t slash = target.find_first_of("/?", scheme + 3);
        if (slash == std::string_view::npos) {
            target = "/";
        } else {
            target.remove_prefix(slash);
        }
    }
    target = target.substr(0, target.find('#'));
    auto rest = target;
    const auto raw_path = take_until(rest, '?');
    request.raw_path = raw_path;
    if (raw_path.empty() || raw_path[0] != '/') {
        return base::invalid("the request's target must begin with '/'");
    }
    if (!url_decode(raw_path, false, request.path)) {
        return base::invalid(
            "malformed percent-encoding in the path: expected two hexadecimal digits after '%'");
    }
    if (request.path.find('\0') != std::string::npos) {
        return base::invalid("the path must not hold a NUL byte");
    }
    while (!rest.empty()) {
        auto value = take_until(rest, '&');
        if (value.empty()) continue;
        const auto name = take_until(value, '=');
        auto& parameter = request.query.emplace_back();
        if (!url_decode(name, true, parameter.first) ||
            !url_decode(value, true, parameter.second)) {
            return base::invalid(
                fmt::format("malformed percent-encoding in the parameter [{}]: expected two "
                            "hexadecimal digits after '%'",
                            name.substr(0, 100)));
        }
    }
    return base::ok();
}

bool accepts_gzip(std::string_view accept_encoding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        auto item = take_until(accept_encoding, ',');
        const auto name = trimmed(take_until(item, ';'));
        const std::size_t q = item.find("q=");
        const bool wanted =
            q == std::string_view::npos || std::atof(std::string(item.substr(q + 2)).c_str()) > 0;
        if (same_ignoring_case(name, "gzip") || same_ignoring_case(name, "x-gzip")) return wanted;
        if (name == "*") any = wanted;
    }
    return any;
}

bool is_compressible(std::string_view content_type) {
    const auto type = trimmed(content_type.substr(0, content_type.find(';')));
    if (type == "text/event-stream") return false;
    if (type.substr(0, 5) == "text/") return true;
    for (const std::string_view part : {"json", "javascript", "xml", "wasm"}) {
        if (type.find(part) != std::string_view::npos) return true;
    }
    return false;
}

bool is_bodyless(int status) { return status < 200 || status == 204 || status == 304; }

std::string response_head(const HttpResponse& response, const Framing& framing) {
    std::string out;
    out.reserve(256);
    out += "HTTP/1.1 ";
    out += std::to_string(response.status);
    out.push_back(' ');
    out += reason_of(response.status);
    out += "\r\nDate: ";
    out += http_date();
    out += "\r\n";
    const bool bodyless = is_bodyless(response.status);
    if (!response.content_type.empty() && !bodyless) {
        append_header(out, "Content-Type", response.content_type);
    }
    for (const auto& [name, value] : response.headers) {
        if (!is_own_header(name)) append_header(out, name, value);
    }
    if (!framing.request_id.empty()) append_header(out, "X-Request-Id", framing.request_id);
    if (framing.gzipped) out += "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n";
    if (framing.body == Framing::Body::chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    } else if (framing.body == Framing::Body::sized && !bodyless) {
        out += "Content-Length: ";
        out += std::to_string(framing.size);
        out += "\r\n";
    }
    if (!framing.keep_alive) {
        out += "Connection: close\r\n";
    } else if (framing.old_version) {
        out += "Connection: keep-alive\r\n";
    }
    out += "\r\n";
    return out;
}

}  // namespace net

#include "app/server/refused_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/arrivals.h"

namespace app {

namespace {

bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// The text of a JSON string, from behind its opening quote; escapes that are no single characters
// stay as they are.
std::string json_text(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] != '\\' || at + 1 >= text.size()) {
            plain.push_back(text[at]);
            continue;
        }
        ++at;
        const std::string_view spaces = "ntrbf";
        if (text[at] == 'u')
            plain += "\\u";
        else
            plain.push_back(holds(spaces, text.substr(at, 1)) ? ' ' : text[at]);
    }
    return plain;
}

// google.rpc.Status: the code is field 1, the message field 2. Empty where it is none.
std::string protobuf_message(std::string_view body) {
    constexpr char code_tag = 0x08;
    constexpr char message_tag = 0x12;
    std::size_t at = 0;
    if (at < body.size() && body[at] == code_tag) {
        do ++at;
        while (at < body.size() && (body[at] & 0x80) != 0);
        ++at;
    }
    if (at >= body.size() || body[at] != message_tag) return {};
    std::uint64_t size = 0;
    unsigned shift = 0;
    do {
        if (++at >= body.size() || shift > 28) return {};
        size |= static_cast<std::uint64_t>(body[at] & 0x7f) << shift;
        shift += 7;
    } while ((body[at] & 0x80) != 0);
    return std::string(body.substr(at + 1, size));
}

}  // namespace

std::string_view input_of_path(std::string_view path) {
    constexpr std::pair<std::string_view, std::string_view> prefixes[] = {
        {"/ingest", "ingest"},   {"/v1/", "otlp"},         {"/loki/", "loki"},
        {"/upload", "journald"}, {"/services/", "splunk"}, {"/s3/", "s3"}};
    constexpr std::string_view writes[] = {"/_bulk", "/_doc", "/_create", "/_update"};
    // An index may be called "uploads": its paths are Elasticsearch's.
    for (const std::string_view write : writes) {
        if (holds(path, write)) return "elasticsearch";
    }
    for (const auto& [prefix, input] : prefixes) {
        if (path.starts_with(prefix)) return input;
    }
    return {};
}

std::string reason_of(const net::HttpResponse& response) {
    const std::string_view body = response.body;
    if (holds(response.content_type, "protobuf")) return protobuf_message(body);
    if (holds(response.content_type, "json")) {
        for (const std::string_view key : {R"("reason":")", R"("message":")", R"("text":")"}) {
            const auto at = body.find(key);
            if (at != std::string_view::npos) return json_text(body.substr(at + key.size()));
        }
        return {};
    }
    return std::string(body.substr(0, body.find('\n')));
}

RequestMark::RequestMark(const net::HttpRequest& request) {
    if (request.method != "POST" && request.method != "PUT") return;
    input_ = input_of_path(request.path);
    // What nobody answers may be meant for an input.
    if (input_.empty() && !holds(request.path, "/_")) input_ = "http";
    if (input_.empty()) return;
    method_ = request.method;
    path_ = request.path;
    from_ = request.peer;
}

void RequestMark::note(const net::HttpResponse& response) const {
    constexpr int conflict = 409;  // it is there already
    if (input_.empty() || response.status < 400 || response.status == conflict) return;
    base::arrivals().hindered(input_, base::Hindrance::request, 1, from_,
                              fmt::format("{} {}: HTTP {}, {}", method_, path_.substr(0, 100),
                                          response.status, reason_of(response)));
}

void note_refused(std::string_view path, const base::Error& why) {
    const std::string_view input = input_of_path(path);
    base::arrivals().hindered(
        input.empty() ? "http" : input, base::Hindrance::request, 1, "",
        path.empty() ? why.message : fmt::format("{}: {}", path.substr(0, 100), why.message));
}

}  // namespace app

#include "logs/s3_access.h"

#include <re2/re2.h>

#include <array>

#include "base/parse_number.h"
#include "logs/comment_tags.h"
#include "logs/log_time.h"

namespace logs {

namespace {

// Keys have at most 1024 bytes, encoded three times as many, and stand there twice.
constexpr std::size_t longest_line = 32 << 10;

// Owner, bucket, time, address, requester, request, operation, key, request line, status, error,
// bytes sent, size, two times, the rest. Amazon encodes the key and quotes the request line; others
// write both as they are, with blanks in them.
const RE2& form() {
    static const RE2 made(
        R"((\S*) (\S+) \[([^\]]{20,40})\] (\S+) (\S+) (\S+) (\S+) (.*?) ("[^"]*"|\S+) (\d{3}) (\S+) (-|\d+) (-|\d+) (-|\d+) (-|\d+)(?: (.*))?)",
        RE2::Quiet);
    return made;
}

std::string_view said(const re2::StringPiece& piece) {
    const std::string_view text(piece.data(), piece.size());
    return text == "-" ? std::string_view() : text;
}

// "referer" "user agent" version …: quoted by Amazon only, and only then told apart.
std::string_view user_agent_of(std::string_view rest) {
    if (!rest.starts_with('"')) return {};
    const auto end = rest.find("\" \"", 1);
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 3);
    const auto agent = rest.substr(0, rest.find('"'));
    return agent == "-" ? std::string_view() : agent;
}

}  // namespace

void S3Access::read(std::string_view event, Fields& to) const {
    const re2::StringPiece line(event.data(), event.size());
    std::array<re2::StringPiece, 17> part;
    if (event.size() > longest_line ||
        !form().Match(line, 0, line.size(), RE2::ANCHOR_BOTH, part.data(), 17)) {
        to.text("level", "INFO");
        return tell(to, "message", event);
    }
    const auto time = access_log_time(said(part[3]));
    const bool is_encoded = part[9].starts_with("\"");
    const auto key = is_encoded ? url_decoded(said(part[8]), true) : std::string(said(part[8]));
    S3Operation told;
    told.time = time;
    told.bucket = said(part[2]);
    told.client = said(part[4]);
    told.user = said(part[5]);
    told.request_id = said(part[6]);
    told.operation = said(part[7]);
    told.key = key;
    told.status = base::parse_number<std::int64_t>(said(part[10]));
    told.error_code = said(part[11]);
    told.bytes_sent = base::parse_number<std::int64_t>(said(part[12]));
    told.object_size = base::parse_number<std::int64_t>(said(part[13]));
    told.duration_ms = base::parse_number<double>(said(part[14]));
    if (part[16].data() != nullptr) told.user_agent = user_agent_of(said(part[16]));
    tell_s3(told, to);
}

}  // namespace logs

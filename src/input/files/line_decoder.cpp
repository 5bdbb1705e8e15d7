#include "input/files/line_decoder.h"

#include <simdjson.h>

#include <algorithm>

namespace input::files {

namespace {

// Docker splits longer lines; as UTF-8 in JSON they may take more.
constexpr std::size_t longest_docker_line = 4 << 20;

std::string_view take_word(std::string_view& rest) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

bool is_time(std::string_view word) {
    constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
    if (word.size() < form.size() + 1) return false;
    for (std::size_t at = 0; at < form.size(); ++at) {
        const bool is_digit = word[at] >= '0' && word[at] <= '9';
        if (form[at] == 'd' ? !is_digit : word[at] != form[at]) return false;
    }
    return true;
}

DecodedLine::Stream stream_named(std::string_view name) {
    if (name == "stdout") return DecodedLine::Stream::output;
    return name == "stderr" ? DecodedLine::Stream::error : DecodedLine::Stream::none;
}

// "2026-11-24T18:58:09.780123456Z stdout P text"; behind P and F there may be more, after colons.
bool decode_cri(std::string_view line, DecodedLine& decoded) {
    decoded.time = take_word(line);
    if (!is_time(decoded.time)) return false;
    decoded.stream = stream_named(take_word(line));
    if (decoded.stream == DecodedLine::Stream::none) return false;
    auto tags = take_word(line);
    tags = tags.substr(0, tags.find(':'));
    if (tags != "P" && tags != "F") return false;
    decoded.goes_on = tags == "P";
    decoded.text = line;
    return true;
}

}  // namespace

struct LineDecoder::Parser {
    simdjson::dom::parser parser;
};

LineDecoder::LineDecoder() : parser_(std::make_unique<Parser>()) {}
LineDecoder::~LineDecoder() = default;

DecodedLine LineDecoder::decode(std::string_view line) {
    DecodedLine decoded;
    if (line.starts_with("{\"log\":") && line.size() <= longest_docker_line &&
        decode_docker(line, decoded)) {
        return decoded;
    }
    if (!line.empty() && line.front() >= '0' && line.front() <= '9' && decode_cri(line, decoded)) {
        return decoded;
    }
    decoded = {};
    decoded.text = line;
    return decoded;
}

bool LineDecoder::decode_docker(std::string_view line, DecodedLine& decoded) {
    simdjson::dom::object object;
    std::string_view stream;
    if (parser_->parser.parse(line.data(), line.size()).get_object().get(object) ||
        object["log"].get_string().get(decoded.text) ||
        object["time"].get_string().get(decoded.time) ||
        object["stream"].get_string().get(stream)) {
        return false;
    }
    decoded.stream = stream_named(stream);
    decoded.goes_on = !decoded.text.ends_with('\n');
    if (!decoded.goes_on) decoded.text.remove_suffix(1);
    if (decoded.text.ends_with('\r')) decoded.text.remove_suffix(1);
    return true;
}

}  // namespace input::files

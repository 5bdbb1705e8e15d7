#include "input/otlp/answer.h"

#include <fmt/format.h>

#include "event/json_text.h"
#include "input/otlp/fields.h"
#include "input/otlp/protobuf_writer.h"

namespace input::otlp {

namespace {

net::HttpResponse answer(Encoding encoding, int status, std::string body) {
    net::HttpResponse response;
    response.status = status;
    response.content_type =
        encoding == Encoding::json ? "application/json" : "application/x-protobuf";
    response.body = std::move(body);
    return response;
}

// google.rpc.Code
int code_of(int status) {
    switch (status) {
        case 404:
            return 5;  // NOT_FOUND
        case 405:
        case 501:
            return 12;  // UNIMPLEMENTED
        case 408:
            return 4;  // DEADLINE_EXCEEDED
        case 413:
        case 429:
            return 8;  // RESOURCE_EXHAUSTED
        case 503:
            return 14;  // UNAVAILABLE
        default:
            return status >= 500 ? 13 : 3;  // INTERNAL, INVALID_ARGUMENT
    }
}

}  // namespace

std::optional<Encoding> encoding_of(std::string_view content_type) {
    content_type = content_type.substr(0, content_type.find(';'));
    std::string name;
    for (const char c : content_type) {
        if (c != ' ' && c != '\t')
            name.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    }
    if (name == "application/x-protobuf" || name == "application/protobuf") {
        return Encoding::protobuf;
    }
    if (name == "application/json") return Encoding::json;
    return std::nullopt;
}

net::HttpResponse success(Signal signal, Encoding encoding, std::int64_t rejected,
                          std::string_view message) {
    std::string body;
    if (encoding == Encoding::json) {
        body = "{}";
        if (rejected > 0) {
            body = fmt::format(R"({{"partialSuccess":{{"{}":"{}","errorMessage":)",
                               names_of(signal).rejected, rejected);
            event::append_json_string(message, body);
            body += "}}";
        }
    } else if (rejected > 0) {
        ProtobufWriter writer(body);
        const std::size_t begin = writer.begin(response::partial_success);
        writer.varint(partial_success::rejected, static_cast<std::uint64_t>(rejected));
        writer.bytes(partial_success::error_message, message);
        writer.end(begin);
    }
    return answer(encoding, 200, std::move(body));
}

net::HttpResponse failure(Encoding encoding, int status, std::string_view message) {
    std::string body;
    if (encoding == Encoding::json) {
        body = fmt::format(R"({{"code":{},"message":)", code_of(status));
        event::append_json_string(message, body);
        body += "}";
    } else {
        std::string valid;
        event::append_valid_utf8(message, valid);
        ProtobufWriter writer(body);
        writer.varint(status::code, static_cast<std::uint64_t>(code_of(status)));
        writer.bytes(status::message, valid);
    }
    auto response = answer(encoding, status, std::move(body));
    if (status == 429) response.headers.emplace_back("Retry-After", "1");
    if (status == 503) response.headers.emplace_back("Retry-After", "5");
    return response;
}

net::HttpResponse failure(Encoding encoding, const base::Error& error) {
    const int status = error.code == base::Code::io ? 503 : net::status_of(error.code);
    return failure(encoding, status, error.message);
}

net::HttpResponse refuse(int status, const base::Error& why, const std::string&,
                         const std::string& content_type) {
    return failure(encoding_of(content_type).value_or(Encoding::json), status, why.message);
}

}  // namespace input::otlp

#include "input/s3/notice.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/hash.h"
#include "base/parse_number.h"
#include "input/embedded_json.h"
#include "input/log_fields.h"
#include "logs/comment_tags.h"
#include "logs/s3_operation.h"

namespace input::s3 {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// What simdjson takes for a byte of text, at most.
constexpr std::size_t bytes_of_byte = 5;
constexpr unsigned deepest = 60;

std::string_view text_of(const object& from, std::string_view name) {
    std::string_view text;
    return from[name].get_string().get(text) == simdjson::SUCCESS ? text : std::string_view();
}

object object_of(const object& from, std::string_view name, bool& found) {
    object inner;
    found = from[name].get_object().get(inner) == simdjson::SUCCESS;
    return inner;
}

// Of an object within an object; empty where either is not there.
std::string_view text_of(const object& from, std::string_view outer, std::string_view name) {
    bool found = false;
    const auto inner = object_of(from, outer, found);
    return found ? text_of(inner, name) : std::string_view();
}

std::optional<std::int64_t> number_of(const object& from, std::string_view name) {
    std::int64_t number = 0;
    if (from[name].get_int64().get(number) == simdjson::SUCCESS) return number;
    return base::parse_number<std::int64_t>(text_of(from, name));
}

// So that what is sent twice is stored once; of 128 bits.
std::string id_of(std::string_view text) {
    const std::string other = std::string(text) + "\n";
    return fmt::format("s3.{:016x}{:016x}", base::hash_of(text), base::hash_of(other));
}

class Reader {
  public:
    Reader(std::string_view service, JsonEvents& to)
        : service_(service.empty() ? logs::s3_service : service), to_(to) {}

    base::Status read(const element& document) {
        simdjson::dom::array list;
        if (document.get_array().get(list) == simdjson::SUCCESS) {
            for (const auto& one : list) TRY(read_object(one));
            return base::ok();
        }
        return read_object(document);
    }

  private:
    base::Status read_object(const element& document) {
        object from;
        if (document.get_object().get(from) != simdjson::SUCCESS) {
            return base::invalid(
                "expected a JSON object, or an array of them, found another value");
        }
        if (from.size() == 0) return base::ok();
        simdjson::dom::array records;
        if (from["Records"].get_array().get(records) == simdjson::SUCCESS) {
            for (const auto& record : records) TRY(read_record(record));
            return base::ok();
        }
        bool is_audit = false;
        const auto api = object_of(from, "api", is_audit);
        if (is_audit && !text_of(api, "name").empty()) return read_audit(from, api);
        if (!text_of(from, "Operation").empty() && number_of(from, "HttpStatus")) {
            return read_access(from);
        }
        return keep(document);
    }

    base::Status read_record(const element& document) {
        object from;
        bool has_s3 = false;
        if (document.get_object().get(from) != simdjson::SUCCESS) return keep(document);
        const auto s3 = object_of(from, "s3", has_s3);
        bool has_object = false;
        const auto stored = has_s3 ? object_of(s3, "object", has_object) : object();
        if (!has_object) return keep(document);
        const auto key = key_of(s3, stored);
        logs::S3Operation told;
        told.time = text_of(from, "eventTime");
        told.operation = text_of(from, "eventName");
        told.bucket = text_of(s3, "bucket", "name");
        told.key = key;
        told.user = text_of(from, "userIdentity", "principalId");
        if (told.user.empty()) told.user = text_of(from, "userIdentity", "PrincipalId");
        told.client = text_of(from, "requestParameters", "sourceIPAddress");
        told.request_id = text_of(from, "responseElements", "x-amz-request-id");
        told.version_id = text_of(stored, "versionId");
        told.user_agent = text_of(from, "source", "userAgent");
        told.object_size = number_of(stored, "size");
        const auto sequencer = text_of(stored, "sequencer");
        std::string id;
        if (!sequencer.empty()) {
            id = id_of(fmt::format("{}\n{}\n{}\n{}\n{}\n{}", told.operation, told.bucket, key,
                                   told.version_id, sequencer, told.request_id));
        }
        return write(told, id);
    }

    // Encoded as in forms; Versity's, whose configuration is one for all buckets, are not.
    static std::string key_of(const object& s3, const object& stored) {
        const auto key = text_of(stored, "key");
        if (text_of(s3, "configurationId").ends_with("-global")) return std::string(key);
        return logs::url_decoded(key, true);
    }

    // "timeToResponse":"1234567ns"
    static std::optional<double> duration_of(const object& api) {
        auto text = text_of(api, "timeToResponse");
        if (!text.ends_with("ns")) return std::nullopt;
        text.remove_suffix(2);
        const auto nanos = base::parse_number<std::int64_t>(text);
        if (!nanos) return std::nullopt;
        return static_cast<double>(*nanos) / 1e6;
    }

    // Empty where the request has no id of its own.
    static std::string id_of_request(const logs::S3Operation& told) {
        if (told.request_id.empty()) return {};
        return id_of(fmt::format("{}\n{}\n{}", told.request_id, told.time, told.operation));
    }

    base::Status read_audit(const object& from, const object& api) {
        logs::S3Operation told;
        told.time = text_of(from, "time");
        told.operation = text_of(api, "name");
        told.bucket = text_of(api, "bucket");
        told.key = text_of(api, "object");
        told.user = text_of(from, "accessKey");
        if (told.user.empty()) told.user = text_of(from, "requestClaims", "accessKey");
        told.client = text_of(from, "remotehost");
        told.request_id = text_of(from, "requestID");
        told.user_agent = text_of(from, "userAgent");
        told.status = number_of(api, "statusCode");
        told.bytes_sent = number_of(api, "tx");
        for (const auto* name : {"X-Amz-Decoded-Content-Length", "Content-Length"}) {
            if (told.object_size || !told.operation.starts_with("Put")) break;
            told.object_size =
                base::parse_number<std::int64_t>(text_of(from, "requestHeader", name));
        }
        told.duration_ms = duration_of(api);
        return write(told, id_of_request(told));
    }

    base::Status read_access(const object& from) {
        logs::S3Operation told;
        told.time = text_of(from, "Time");
        told.operation = text_of(from, "Operation");
        told.bucket = text_of(from, "Bucket");
        told.key = text_of(from, "Key");
        told.user = text_of(from, "Requester");
        if (told.user == "-") told.user = {};
        told.client = text_of(from, "RemoteIP");
        told.request_id = text_of(from, "RequestID");
        told.error_code = text_of(from, "ErrorCode");
        told.user_agent = text_of(from, "UserAgent");
        told.version_id = text_of(from, "VersionID");
        told.status = number_of(from, "HttpStatus");
        told.bytes_sent = number_of(from, "BytesSent");
        told.object_size = number_of(from, "ObjectSize");
        if (const auto ms = number_of(from, "TotalTime")) {
            told.duration_ms = static_cast<double>(*ms);
        }
        return write(told, id_of_request(told));
    }

    base::Status write(const logs::S3Operation& told, std::string_view id) {
        to_.begin();
        LogFields fields(to_);
        logs::tell_s3(told, fields);
        to_.text("service_name", service_);
        return to_.end({}, id);
    }

    // As it is, or as a text where it is no object.
    base::Status keep(const element& document) {
        const std::string text = simdjson::minify(document);
        to_.begin();
        object members;
        if (document.get_object().get(members) == simdjson::SUCCESS) {
            to_.members(text);
            const bool names_one = std::any_of(
                std::begin(service_names), std::end(service_names),
                [&](std::string_view name) { return members[name].error() == simdjson::SUCCESS; });
            if (!names_one) to_.text("service_name", service_);
        } else {
            to_.text("message", text);
            to_.text("service_name", service_);
        }
        return to_.end();
    }

    const std::string_view service_;
    JsonEvents& to_;
};

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

base::Error no_json(simdjson::error_code error) {
    return base::invalid(fmt::format("expected JSON in UTF-8: {}", simdjson::error_message(error)));
}

}  // namespace

base::Status read_notices(std::string_view body, std::string_view service, JsonEvents& to) {
    if (is_blank(body)) return base::ok();
    if (body.size() > most_body) {
        return base::Error{base::Code::too_large,
                           fmt::format("expected at most {} bytes, found {}; send fewer events in "
                                       "one request",
                                       most_body, body.size())};
    }
    if (!to.hold(body.size() * bytes_of_byte)) {
        return base::Error{base::Code::busy,
                           "too many requests are under way; try again in a second"};
    }
    simdjson::dom::parser parser;
    if (const auto error = parser.allocate(std::max<std::size_t>(body.size(), 64), deepest)) {
        return no_json(error);
    }
    Reader reader(service, to);
    element document;
    const auto error = parser.parse(body.data(), body.size()).get(document);
    if (error == simdjson::SUCCESS) return reader.read(document);
    if (body.find('\n') == std::string_view::npos) return no_json(error);
    while (!body.empty()) {
        const auto end = std::min(body.find('\n'), body.size());
        const auto line = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (is_blank(line)) continue;
        if (const auto wrong = parser.parse(line.data(), line.size()).get(document)) {
            return no_json(wrong);
        }
        TRY(reader.read(document));
    }
    return base::ok();
}

}  // namespace input::s3

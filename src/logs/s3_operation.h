#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "logs/fields.h"

namespace logs {

inline constexpr std::string_view s3_service = "S3";

// One request to an S3 store, whoever tells of it. Texts that are empty were not said.
struct S3Operation {
    std::string_view time;       // as for `@timestamp`
    std::string_view operation;  // REST.PUT.OBJECT, s3_PutObject, PutObject, s3:ObjectCreated:Put
    std::string_view bucket;
    std::string_view key;
    std::string_view user;  // account or access key
    std::string_view client;
    std::string_view request_id;
    std::string_view error_code;
    std::string_view user_agent;
    std::string_view version_id;
    std::optional<std::int64_t> status;
    std::optional<std::int64_t> object_size;
    std::optional<std::int64_t> bytes_sent;
    std::optional<double> duration_ms;
};

// Tells it: FILE_UPLOADED and FILE_DOWNLOADED where an object was stored or read, events without a
// type for all else.
void tell_s3(const S3Operation& operation, Fields& to);

}  // namespace logs

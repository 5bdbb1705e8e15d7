#include "logs/s3_operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace logs {

namespace {

constexpr std::string_view uploads[] = {
    "REST.PUT.OBJECT",  // Amazon's log; its multipart uploads end with the next
    "REST.POST.UPLOAD", "REST.POST.OBJECT", "REST.COPY.OBJECT",
    "PutObject",  // MinIO's and Versity's
    "PostObject",       "PostPolicyBucket", "CopyObject",       "CompleteMultipartUpload",
};
constexpr std::string_view downloads[] = {"REST.GET.OBJECT", "GetObject", "ObjectAccessed:Get"};

std::string_view type_of(std::string_view operation) {
    for (const std::string_view prefix : {"s3:", "s3_", "s3."}) {
        if (operation.starts_with(prefix)) operation.remove_prefix(prefix.size());
    }
    const auto is = [&](std::string_view name) { return name == operation; };
    if (operation.starts_with("ObjectCreated:") ||
        std::any_of(std::begin(uploads), std::end(uploads), is)) {
        return "FILE_UPLOADED";
    }
    return std::any_of(std::begin(downloads), std::end(downloads), is) ? "FILE_DOWNLOADED" : "";
}

bool is_good(const S3Operation& told) {
    return told.error_code.empty() && (!told.status || (*told.status >= 200 && *told.status < 300));
}

// Versity writes zeros for what it reads: of a file that was read, zero means that nothing is said.
std::optional<std::int64_t> size_of(const S3Operation& told, bool is_read) {
    if (!is_read || told.object_size.value_or(0) > 0) return told.object_size;
    return told.bytes_sent.value_or(0) > 0 ? told.bytes_sent : std::nullopt;
}

void tell_number(Fields& to, std::string_view name, const std::optional<std::int64_t>& number) {
    if (number) to.integer(name, *number);
}

}  // namespace

void tell_s3(const S3Operation& told, Fields& to) {
    const auto type = told.key.empty() || !is_good(told) ? "" : type_of(told.operation);
    tell(to, "@timestamp", told.time);
    tell(to, "event_type", type);
    to.text("level", told.status && *told.status >= 500 ? "ERROR" : "INFO");
    tell(to, "message",
         fmt::format("{} {}/{}{}", told.operation, told.bucket, told.key,
                     told.status ? fmt::format(" {}", *told.status) : ""));
    tell(to, "file_name", told.key);
    tell_number(to, "file_size", size_of(told, type == "FILE_DOWNLOADED"));
    tell(to, "bucket", told.bucket);
    tell(to, "operation", told.operation);
    tell_number(to, "status_code", told.status);
    tell(to, "error_code", told.error_code);
    if (told.duration_ms) to.number("duration_ms", *told.duration_ms);
    tell_number(to, "bytes_sent", told.bytes_sent);
    tell(to, "s3_user", told.user);
    tell(to, "client.ip", told.client);
    tell(to, "request_id", told.request_id);
    tell(to, "version_id", told.version_id);
    tell(to, "user_agent", told.user_agent);
}

}  // namespace logs

#include "query/dsl/failure.h"

#include <fmt/format.h>

namespace query::dsl {

Failure::Failure(const base::Error& error) : reason(error.message) {
    switch (error.code) {
        case base::Code::invalid_argument:
            break;
        case base::Code::not_found:
            status = 404;
            type = "resource_not_found_exception";
            break;
        case base::Code::denied:
            status = 403;
            type = "security_exception";
            break;
        case base::Code::too_large:
            type = "too_many_buckets_exception";
            break;
        case base::Code::busy:
            status = 429;
            type = "es_rejected_execution_exception";
            break;
        case base::Code::timeout:
        case base::Code::cancelled:
            status = 504;
            type = "timeout_exception";
            break;
        default:
            status = 500;
            type = "exception";
    }
}

Failure parsing(std::string reason) { return {400, "parsing_exception", std::move(reason)}; }

Failure in_object(std::string reason) {
    return {400, "x_content_parse_exception", std::move(reason)};
}

Failure illegal(std::string reason) {
    return {400, "illegal_argument_exception", std::move(reason)};
}

Failure in_query(std::string reason) {
    return {400, "query_shard_exception", std::move(reason), true};
}

Failure unsupported(std::string_view what) {
    return {400, "illegal_argument_exception",
            fmt::format("{} is not supported by Ordertrail; docs/reference/elasticsearch.md lists "
                        "what is",
                        what)};
}

}  // namespace query::dsl

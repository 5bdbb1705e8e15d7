#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/native/parameters.h"
#include "base/result.h"

namespace api {

struct NativeContext;

// What the native API consists of. From this one table the routes, the checks of parameters,
// openapi.json and the tables of docs/reference/api.md are made.

struct ParameterSpec {
    enum class Kind { text, whole_number, choice, flag, list, metrics };
    std::string_view name;
    Kind kind = Kind::text;
    std::string_view description;
    std::string_view otherwise = {};  // the value where it is not given; empty: none
    std::uint64_t least = 0;          // of whole numbers
    std::uint64_t most = 0;           // 0: no limit
    std::vector<std::string_view> choices = {};
    bool required = false;
};

struct EndpointSpec {
    using Answer = base::Result<std::string> (*)(const NativeContext&, const Parameters&);

    std::string_view name;
    std::string_view path;  // below the base path; {names} are parts of it
    std::string_view summary;
    std::vector<ParameterSpec> parameters;
    std::string_view media_type = "application/json";
    std::string_view schema;  // JSON Schema of the answer (of JSON ones)
    Answer answer = nullptr;  // none: a stream, GET only
};

inline constexpr std::string_view native_base = "/_trail/v1/";

const std::vector<EndpointSpec>& endpoints();
// Those of them that are about traces.
std::vector<EndpointSpec> trace_endpoints();
// REQUIRES: there is one of that name.
const EndpointSpec& endpoint(std::string_view name);

// InvalidArgument when there are parameters that the endpoint does not have, when one is missing,
// or a number or choice is out of its limits.
base::Status check(const EndpointSpec& endpoint, const Parameters& parameters);

// JSON: the schemas that the answers' schemas refer to, by name.
std::string_view shared_schemas();

// The OpenAPI 3.1 document of all endpoints.
std::string openapi(std::string_view version);
// The table of an endpoint's parameters in Markdown; empty when it has none.
std::string parameter_table(const EndpointSpec& endpoint);

}  // namespace api

#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace api::jaeger {

// An attribute's value as Jaeger shows lists and maps: text as it is, numbers as JSON writes them,
// lists and maps as JSON with their keys sorted.
std::string value_text(const boost::json::value& value);

}  // namespace api::jaeger

#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/aggregate.h"

namespace net {
struct HttpRequest;
}

namespace api {

// The parameters of a native request: a JSON object (POST) or the query string (GET), the same from
// then on: numbers may be texts, lists may be comma separated. Failures are InvalidArgument and
// name the parameter. Immutable.
class Parameters {
  public:
    // InvalidArgument: a body that is no JSON object.
    static base::Result<Parameters> read(const net::HttpRequest& request);

    // InvalidArgument when there is a parameter that `known` does not name, with the one that was
    // probably meant.
    base::Status only(const std::vector<std::string_view>& known) const;

    bool has(std::string_view name) const;
    base::Result<std::string> text(std::string_view name, std::string_view otherwise = "") const;
    // true or false, as JSON has them or as text.
    base::Result<bool> flag(std::string_view name, bool otherwise) const;
    base::Result<std::uint64_t> count(std::string_view name, std::uint64_t otherwise,
                                      std::uint64_t least, std::uint64_t most) const;
    base::Result<std::vector<std::string>> list(std::string_view name) const;
    // Array of {"op": …, "field": …, "percents": […]}.
    base::Result<std::vector<storage::Metric>> metrics(std::string_view name) const;

  private:
    explicit Parameters(std::shared_ptr<const boost::json::object> values)
        : values_(std::move(values)) {}
    const boost::json::value* find(std::string_view name) const;

    std::shared_ptr<const boost::json::object> values_;
};

}  // namespace api

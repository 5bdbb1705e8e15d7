#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/esql/node.h"
#include "storage/aggregate.h"

namespace query::esql {

// A row of a page that belongs to a group.
struct Assignment {
    std::uint32_t row = 0;
    std::uint32_t group = 0;
};

// Gathers what an aggregate function tells of each group. One thread at a time.
class Gathering {
  public:
    virtual ~Gathering() = default;
    // `values`: of the first argument; none for COUNT(*). Groups below `groups` may appear.
    virtual base::Status add(std::span<const Assignment> rows, std::uint32_t groups,
                             const Vector* values, Execution& run) = 0;
    // A row for a group, in their order from the first to the last.
    virtual void write(std::uint32_t group, Vector& out, Execution& run) = 0;
};

// A call of an aggregate function, understood.
struct Aggregate {
    std::string name;
    Type type = Type::null;
    Place place;
    NodePtr value;      // nullptr: COUNT(*)
    NodePtr condition;  // of WHERE; nullptr: none
    double percent = 50;
    std::size_t limit = 0;  // of TOP
    bool falling = false;

    std::unique_ptr<Gathering> gathering() const;
    // How the store computes the same of a field; nothing: it cannot.
    std::optional<storage::Metric> metric(const std::string& field) const;
};

bool is_aggregate(std::string_view name);
std::vector<std::string_view> aggregate_names();
// `call.arguments` are taken. InvalidArgument with the place.
base::Result<Aggregate> understood_aggregate(Call& call, bool star);

}  // namespace query::esql

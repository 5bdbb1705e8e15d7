#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/dsl/query_reader.h"

namespace query::dsl {

// What readers of aggregations look up. REQUIRES: all outlive it.
struct ReaderContext {
    const Mapping& mapping;
    base::Nanos now;
    QueryReader& queries;
};

// The options of one aggregation: taken by name, and what nobody took is refused. REQUIRES: the
// object outlives it.
class OptionReader {
  public:
    OptionReader(const json::object& options, std::string_view type)
        : options_(options), type_(type) {}

    // nullptr where it is not there or null.
    const json::value* take(std::string_view name);
    Parsed<std::optional<std::string>> text(std::string_view name);
    Parsed<bool> boolean(std::string_view name, bool usual);
    Parsed<std::optional<double>> number(std::string_view name);
    // A failure beyond `least` and `most`.
    Parsed<std::int64_t> integer(std::string_view name, std::int64_t usual, std::int64_t least,
                                 std::int64_t most);
    Parsed<std::optional<DateFormat>> format();
    Parsed<TimeZone> time_zone();
    // The field named by "field", of one of these types or not mapped. Not mapped ones never have a
    // value.
    Parsed<MappedField> field(const Mapping& mapping, std::initializer_list<FieldType> types);
    // Taken, but without a meaning here.
    void pass_over(std::initializer_list<std::string_view> names);
    Parsed<void> done() const;

    std::string_view type() const { return type_; }

  private:
    const json::object& options_;
    std::string_view type_;
    std::vector<std::string_view> taken_;
};

}  // namespace query::dsl

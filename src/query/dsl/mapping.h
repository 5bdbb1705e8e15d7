#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/catalog.h"
#include "query/search.h"

namespace query::dsl {

// What a field is to Elasticsearch's clients.
enum class FieldType { none, keyword, text, integer, number, boolean, date, ip };
// "long", "double" …; REQUIRES: not none.
std::string_view name_of(FieldType type);

struct MappedField {
    std::string name;   // unified, as predicates want it
    std::string asked;  // as the client calls it
    FieldType type = FieldType::none;
    bool is_level = false;  // with its common spellings
};

// The fields of some indices as an Elasticsearch mapping: ids and enumerations of the catalog are
// keywords, other strings text with a ".keyword" twin, all else by the types that are there.
// Immutable. REQUIRES: the catalog outlives it.
class Mapping {
  public:
    Mapping(const event::Catalog& catalog, std::vector<Field> fields);

    // By a client's name: aliases ("@timestamp", "log.level") count. Type none: not mapped.
    MappedField find(std::string_view name) const;
    // The fields whose names fit a pattern with `*`, those of a text's twin included when
    // `with_twins`.
    std::vector<MappedField> matching(std::string_view pattern, bool with_twins) const;
    // No event has any field but its time: there is none.
    bool is_empty() const { return fields_.size() <= 1; }
    // There are fields "name.…".
    bool is_object(std::string_view name) const;
    // All, sorted by name; "timestamp" stands for "@timestamp" too.
    const std::vector<MappedField>& fields() const { return fields_; }

  private:
    const MappedField* known(std::string_view unified) const;

    const event::Catalog& catalog_;
    std::vector<MappedField> fields_;
};

}  // namespace query::dsl

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/esql/node.h"

namespace query::esql {

// Where the pages of a part of the query get their columns: from the store until STATS, then from
// that. Slots are given as columns are used.
struct Segment {
    std::size_t slots = 0;
    struct Field {
        std::string name;  // unified, or _id, _index
        Type type = Type::null;
        std::size_t slot = 0;
    };
    std::vector<Field> fields;  // of the store
};

// One column that the query can name at some place.
struct Column {
    static constexpr std::size_t not_used = static_cast<std::size_t>(-1);
    std::string name;
    Type type = Type::null;
    std::size_t slot = not_used;
    std::string field;  // of the store: its name there
};

// The columns at some place of the query, in their order. A value type; all of a segment share it.
class Scope {
  public:
    explicit Scope(std::shared_ptr<Segment> segment) : segment_(std::move(segment)) {}

    // By its name, or by another name of a field (an alias, `x.keyword`). nullptr when there is
    // none.
    const Column* find(std::string_view name) const;
    // The column's slot; a field of the store is read from now on.
    std::size_t use(const Column& column);
    // A column of a new slot; one of the same name goes.
    std::size_t add(std::string name, Type type);
    void put(Column column);  // of a slot that is there
    void remove(std::string_view name);

    std::vector<Column>& columns() { return columns_; }
    const std::vector<Column>& columns() const { return columns_; }
    const std::shared_ptr<Segment>& segment() const { return segment_; }

  private:
    std::shared_ptr<Segment> segment_;
    std::vector<Column> columns_;
};

// Understands an expression in a scope.
class Resolver {
  public:
    Resolver(std::string_view text, base::Nanos now) : text_(text), now_(now) {}

    // InvalidArgument with the place.
    base::Result<NodePtr> resolve(const Expression& expression, Scope& scope) const;

    std::string_view text() const { return text_; }
    base::Nanos now() const { return now_; }

  private:
    std::string_view text_;
    base::Nanos now_;
};

// "Unknown column [x], did you mean [y]?"
base::Error unknown_column(std::string_view name, Place place, const Scope& scope);

}  // namespace query::esql

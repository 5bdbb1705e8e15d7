#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "query/esql/syntax.h"
#include "query/esql/vector.h"

namespace query::esql {

// What one run of a query shares: warnings and the memory that it may hold. One thread at a time.
class Execution {
  public:
    Execution(std::string_view text, std::size_t memory_limit)
        : text_(text), limit_(memory_limit) {}

    // A value could not be computed, and is null. The first twenty of a query are kept.
    void warn(Place place, std::string_view why);
    // "Line 1:20: evaluation of [a / b] failed, …".
    std::vector<std::string> warnings() const;

    // So many bytes more (or fewer) are held. TooLarge beyond the limit.
    base::Status hold(std::size_t bytes);
    void release(std::size_t bytes) { held_ -= std::min(held_, bytes); }

    // Whether a column that grows is small enough; if not, check() fails from then on.
    bool has_room(const Vector& column) {
        exceeded_ = exceeded_ || column.memory() > limit_;
        return !exceeded_;
    }
    // TooLarge when there was no room; Cancelled.
    base::Status check() const;
    // So many rows more came out of MV_EXPAND, which could make any number of them. TooLarge.
    base::Status expand(std::size_t rows);

    bool muted = false;  // no warnings: a branch that is perhaps not taken
    std::stop_token stop;

  private:
    struct Warning {
        Place place;
        std::vector<std::string> reasons;
    };
    std::string_view text_;
    std::size_t limit_;
    std::size_t held_ = 0;
    std::size_t kept_ = 0;
    std::size_t expanded_ = 0;
    bool exceeded_ = false;
    std::vector<Warning> warnings_;
};

// "1:20" of a place in a text: characters, from one.
std::string position_text(std::string_view text, std::size_t offset);

// An expression whose types are known. Immutable but for buffers of its functions: one thread at a
// time.
class Node {
  public:
    Node(Type type, Place place) : type_(type), place_(place) {}
    virtual ~Node() = default;

    // The values for the rows of a page: a column of it, or `scratch`, or a constant.
    virtual const Vector& evaluate(const Page& page, Execution& run, Vector& scratch) const = 0;
    virtual const Vector* constant() const { return nullptr; }

    Type type() const { return type_; }
    Place place() const { return place_; }

  private:
    Type type_;
    Place place_;
};
using NodePtr = std::unique_ptr<Node>;

NodePtr column_node(Type type, Place place, std::size_t slot);
NodePtr constant_node(Vector values, Place place);
NodePtr null_node(Type type, Place place);
// InvalidArgument: a list of unlike values.
NodePtr literal_node(const Literal& literal, Place place);

// A function's answer for one row. Texts may lie in `buffer`.
struct Outcome {
    Cell cell;
    std::string buffer;
    std::string_view why;  // there is none: for a warning; empty: no warning

    bool fail(std::string_view reason) {
        why = reason;
        return false;
    }
    bool text(std::string value) {
        buffer = std::move(value);
        cell.text = buffer;
        return true;
    }
};
// False: no value. Called for rows where each argument has exactly one value.
using Scalar = std::function<bool(const Cell* arguments, Outcome& outcome)>;
// For all rows; adds a row to `out` for each.
using Vectors = std::vector<const Vector*>;
using Whole =
    std::function<void(const Vectors& arguments, std::uint32_t rows, Vector& out, Execution& run)>;

// Both are computed at once where all arguments are constants.
NodePtr scalar_node(Type type, Place place, std::vector<NodePtr> arguments, Scalar scalar);
// `quiet`: warnings of arguments are not shown.
NodePtr whole_node(Type type, Place place, std::vector<NodePtr> arguments, Whole whole,
                   bool quiet = false);

// A call whose arguments are understood and whose function has to say what it makes of them.
struct Call {
    std::string_view name;  // as in the table of functions
    Place place;
    std::string_view text;  // of the query
    base::Nanos now = 0;
    std::vector<NodePtr> arguments;

    Type type(std::size_t argument) const { return arguments[argument]->type(); }
    std::size_t count() const { return arguments.size(); }
    std::string_view source(Place of) const { return text.substr(of.offset, of.length); }

    base::Error wrong(std::size_t argument, std::string_view expected) const;
    // Failures unless the argument (null aside) is of such a type.
    base::Status want(std::size_t argument, Type type) const;
    base::Status want_text(std::size_t argument) const;
    base::Status want_number(std::size_t argument) const;
    // A text that is a constant becomes a date.
    base::Status want_date(std::size_t argument);
    // A constant text; for patterns and units.
    base::Result<std::string> constant_text(std::size_t argument) const;
    // The argument as a double (or a long).
    void widen(std::size_t argument, Type to);

    base::Result<NodePtr> scalar(Type result, Scalar function);
    base::Result<NodePtr> whole(Type result, Whole function, bool quiet = false);
};

// The type that both of two numbers fit into.
Type wider(Type one, Type other);

}  // namespace query::esql

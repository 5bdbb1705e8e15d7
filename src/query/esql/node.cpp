#include "query/esql/node.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "query/time_text.h"

namespace query::esql {

namespace {

constexpr std::size_t most_warnings = 20;
constexpr std::size_t folded_limit = std::size_t{16} << 20;  // bytes of a constant
// Several lists of constants make any number of rows of one.
constexpr std::size_t most_expanded = 10'000'000;

class ColumnNode final : public Node {
  public:
    ColumnNode(Type type, Place place, std::size_t slot) : Node(type, place), slot_(slot) {}
    const Vector& evaluate(const Page& page, Execution&, Vector&) const override {
        return page.columns[slot_];
    }

  private:
    std::size_t slot_;
};

class ConstantNode final : public Node {
  public:
    ConstantNode(Vector values, Place place)
        : Node(values.type(), place), values_(std::move(values)) {
        values_.make_constant();
    }
    const Vector& evaluate(const Page&, Execution&, Vector&) const override { return values_; }
    const Vector* constant() const override { return &values_; }

  private:
    Vector values_;
};

// Evaluates its arguments, which live in buffers of its own.
class CallNode : public Node {
  public:
    CallNode(Type type, Place place, std::vector<NodePtr> arguments)
        : Node(type, place), arguments_(std::move(arguments)), scratch_(arguments_.size()) {}

  protected:
    const Vectors& values(const Page& page, Execution& run) const {
        values_.clear();
        for (std::size_t at = 0; at < arguments_.size(); ++at) {
            scratch_[at] = Vector(arguments_[at]->type());
            values_.push_back(&arguments_[at]->evaluate(page, run, scratch_[at]));
        }
        return values_;
    }

  private:
    std::vector<NodePtr> arguments_;
    mutable std::vector<Vector> scratch_;
    mutable Vectors values_;
};

class ScalarNode final : public CallNode {
  public:
    ScalarNode(Type type, Place place, std::vector<NodePtr> arguments, Scalar scalar)
        : CallNode(type, place, std::move(arguments)), scalar_(std::move(scalar)) {}

    const Vector& evaluate(const Page& page, Execution& run, Vector& scratch) const override {
        const Vectors& given = values(page, run);
        cells_.resize(given.size());
        scratch = Vector(type());
        for (std::uint32_t row = 0; row < page.rows; ++row) {
            if (read(given, row, run) && run.has_room(scratch)) {
                outcome_.why = {};
                if (scalar_(cells_.data(), outcome_)) {
                    scratch.add(outcome_.cell);
                } else if (!outcome_.why.empty()) {
                    run.warn(place(), outcome_.why);
                }
            }
            scratch.end_row();
        }
        return scratch;
    }

  private:
    bool read(const Vectors& given, std::uint32_t row, Execution& run) const {
        bool several = false;
        for (std::size_t at = 0; at < given.size(); ++at) {
            const auto [first, last] = given[at]->values_of(row);
            if (first == last) return false;
            several = several || last - first > 1;
            if (!several) cells_[at] = given[at]->at(first);
        }
        if (several) {
            run.warn(place(),
                     "java.lang.IllegalArgumentException: single-value function encountered "
                     "multi-value");
        }
        return !several;
    }

    Scalar scalar_;
    mutable std::vector<Cell> cells_;
    mutable Outcome outcome_;
};

class WholeNode final : public CallNode {
  public:
    WholeNode(Type type, Place place, std::vector<NodePtr> arguments, Whole whole, bool quiet)
        : CallNode(type, place, std::move(arguments)), whole_(std::move(whole)), quiet_(quiet) {}

    const Vector& evaluate(const Page& page, Execution& run, Vector& scratch) const override {
        const bool muted = std::exchange(run.muted, run.muted || quiet_);
        const Vectors& given = values(page, run);
        run.muted = muted;
        scratch = Vector(type());
        whole_(given, page.rows, scratch, run);
        return scratch;
    }

  private:
    Whole whole_;
    bool quiet_;
};

bool all_constant(const std::vector<NodePtr>& nodes) {
    return std::all_of(nodes.begin(), nodes.end(),
                       [](const NodePtr& node) { return node->constant() != nullptr; });
}

// What it gives always; warnings are left to the run.
NodePtr folded(NodePtr node) {
    Page page;
    page.rows = 1;
    Execution run("", folded_limit);
    Vector scratch(node->type());
    const Vector values = node->evaluate(page, run, scratch);
    if (!run.warnings().empty() || !run.check()) return node;
    return constant_node(values, node->place());
}

}  // namespace

void Execution::warn(Place place, std::string_view why) {
    if (muted || kept_ >= most_warnings) return;
    auto found = std::find_if(warnings_.begin(), warnings_.end(), [&](const Warning& one) {
        return one.place.offset == place.offset && one.place.length == place.length;
    });
    if (found == warnings_.end()) found = warnings_.insert(found, Warning{place, {}});
    auto& reasons = found->reasons;
    if (std::find(reasons.begin(), reasons.end(), why) != reasons.end()) return;
    reasons.emplace_back(why);
    ++kept_;
}

std::vector<std::string> Execution::warnings() const {
    std::vector<std::string> lines;
    for (const Warning& one : warnings_) {
        const std::string at = position_text(text_, one.place.offset);
        const std::string_view source =
            text_.substr(std::min(one.place.offset, text_.size()), one.place.length);
        lines.push_back(
            fmt::format("Line {}: evaluation of [{}] failed, treating result as null. Only first "
                        "{} failures recorded.",
                        at, source, most_warnings));
        for (const std::string& reason : one.reasons)
            lines.push_back(fmt::format("Line {}: {}", at, reason));
    }
    return lines;
}

base::Status Execution::hold(std::size_t bytes) {
    held_ += bytes;
    exceeded_ = exceeded_ || held_ > limit_;
    return check();
}

base::Status Execution::check() const {
    if (stop.stop_requested()) return base::Error(base::Code::cancelled, "the query was cancelled");
    if (!exceeded_) return base::ok();
    return base::Error(
        base::Code::too_large,
        fmt::format("the query needs more than {} bytes of memory: narrow it by WHERE, group it by "
                    "fewer values, or raise query.esql_memory",
                    limit_));
}

base::Status Execution::expand(std::size_t rows) {
    expanded_ += rows;
    if (expanded_ <= most_expanded) return check();
    return base::Error(
        base::Code::too_large,
        fmt::format("MV_EXPAND makes more than {} rows: narrow the query by WHERE", most_expanded));
}

std::string position_text(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const std::size_t line = before.rfind('\n');
    const std::string_view own = line == std::string_view::npos ? before : before.substr(line + 1);
    const auto characters = std::count_if(own.begin(), own.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    });
    return fmt::format("{}:{}", lines + 1, characters + 1);
}

NodePtr column_node(Type type, Place place, std::size_t slot) {
    return std::make_unique<ColumnNode>(type, place, slot);
}

NodePtr constant_node(Vector values, Place place) {
    return std::make_unique<ConstantNode>(std::move(values), place);
}

NodePtr null_node(Type type, Place place) {
    Vector none = Vector::constant(type);
    none.add_null();
    return constant_node(std::move(none), place);
}

namespace {

Type type_of(const Literal& literal) {
    switch (literal.kind) {
        case Literal::Kind::boolean:
            return Type::boolean;
        case Literal::Kind::integer:
            return literal.integer == static_cast<std::int32_t>(literal.integer) ? Type::integer
                                                                                 : Type::whole;
        case Literal::Kind::number:
            return Type::number;
        case Literal::Kind::text:
            return Type::keyword;
        case Literal::Kind::span:
            return Type::span;
        default:
            return Type::null;
    }
}

void add_literal(const Literal& literal, Vector& to) {
    Cell cell;
    cell.integer = literal.integer;
    cell.number = literal.number;
    cell.text = literal.text;
    if (to.type() != Type::null) to.add(cell);
}

}  // namespace

NodePtr literal_node(const Literal& literal, Place place) {
    if (literal.kind != Literal::Kind::list) {
        Vector one = Vector::constant(type_of(literal));
        add_literal(literal, one);
        // Months are a second value: spans are read by functions that know them.
        if (one.type() == Type::span) one.add_integer(literal.months);
        one.end_row();
        return constant_node(std::move(one), place);
    }
    Type type = Type::null;
    for (const Literal& one : literal.several)
        type = type == Type::whole ? Type::whole : type_of(one);
    Vector several = Vector::constant(type);
    for (const Literal& one : literal.several) add_literal(one, several);
    several.end_row();
    return constant_node(std::move(several), place);
}

NodePtr scalar_node(Type type, Place place, std::vector<NodePtr> arguments, Scalar scalar) {
    const bool constant = all_constant(arguments);
    NodePtr made =
        std::make_unique<ScalarNode>(type, place, std::move(arguments), std::move(scalar));
    return constant ? folded(std::move(made)) : std::move(made);
}

NodePtr whole_node(Type type, Place place, std::vector<NodePtr> arguments, Whole whole,
                   bool quiet) {
    const bool constant = all_constant(arguments);
    NodePtr made =
        std::make_unique<WholeNode>(type, place, std::move(arguments), std::move(whole), quiet);
    return constant ? folded(std::move(made)) : std::move(made);
}

base::Error Call::wrong(std::size_t argument, std::string_view expected) const {
    constexpr std::array<std::string_view, 5> ordinals = {"first", "second", "third", "fourth",
                                                          "fifth"};
    const Place of = arguments[argument]->place();
    const std::string which =
        count() == 1 ? "" : fmt::format("{} ", argument < 5 ? ordinals[argument] : "next");
    return refuse(fmt::format("{}argument of [{}] must be [{}], found value [{}] type [{}]", which,
                              source(place), expected, source(of), name_of(type(argument))),
                  place);
}

base::Status Call::want(std::size_t argument, Type wanted) const {
    if (type(argument) == wanted || type(argument) == Type::null) return base::ok();
    return wrong(argument, name_of(wanted));
}

base::Status Call::want_text(std::size_t argument) const {
    if (is_text(type(argument)) || type(argument) == Type::null) return base::ok();
    return wrong(argument, "string");
}

base::Status Call::want_number(std::size_t argument) const {
    if (is_number(type(argument)) || type(argument) == Type::null) return base::ok();
    return wrong(argument, "numeric");
}

base::Status Call::want_date(std::size_t argument) {
    const Vector* value = arguments[argument]->constant();
    if (type(argument) == Type::keyword && value != nullptr && value->size() == 1) {
        const auto time = parse_time(value->text(0), now);
        const Place of = arguments[argument]->place();
        if (!time) {
            return refuse(fmt::format("Cannot convert string [{}] to [DATETIME], error [{}]",
                                      value->text(0).substr(0, 100), time.error().message),
                          of);
        }
        Vector date = Vector::constant(Type::date);
        date.add_integer(time.value().begin);
        date.end_row();
        arguments[argument] = constant_node(std::move(date), of);
    }
    if (type(argument) == Type::date || type(argument) == Type::null) return base::ok();
    return wrong(argument, "datetime");
}

base::Result<std::string> Call::constant_text(std::size_t argument) const {
    TRY(want_text(argument));
    const Vector* value = arguments[argument]->constant();
    if (value == nullptr || value->size() != 1) {
        return refuse(fmt::format("argument of [{}] must be a constant, received [{}]",
                                  source(place), source(arguments[argument]->place())),
                      place);
    }
    return std::string(value->text(0));
}

void Call::widen(std::size_t argument, Type to) {
    const Type from = type(argument);
    if (from == to || from == Type::null) return;
    const Place of = arguments[argument]->place();
    std::vector<NodePtr> inner;
    inner.push_back(std::move(arguments[argument]));
    arguments[argument] =
        whole_node(to, of, std::move(inner),
                   [to](const Vectors& given, std::uint32_t rows, Vector& out, Execution&) {
                       for (std::uint32_t row = 0; row < rows; ++row) {
                           const auto [first, last] = given[0]->values_of(row);
                           for (std::uint32_t at = first; at < last; ++at) {
                               if (to == Type::number) {
                                   out.add_number(static_cast<double>(given[0]->integer(at)));
                               } else {
                                   out.add_integer(given[0]->integer(at));
                               }
                           }
                           out.end_row();
                       }
                   });
}

base::Result<NodePtr> Call::scalar(Type result, Scalar function) {
    return scalar_node(result, place, std::move(arguments), std::move(function));
}

base::Result<NodePtr> Call::whole(Type result, Whole function, bool quiet) {
    return whole_node(result, place, std::move(arguments), std::move(function), quiet);
}

Type wider(Type one, Type other) {
    if (one == Type::null) return other;
    if (other == Type::null) return one;
    return std::max(one, other);
}

}  // namespace query::esql

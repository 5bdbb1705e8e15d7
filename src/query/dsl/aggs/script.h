#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/dsl/failure.h"

namespace query::dsl {

// An expression over numbers, as bucket_script and bucket_selector have it: params.a / params.b,
// + - * / %, comparisons, && || !, c ? a : b, Math.abs, ceil, floor, max, min, pow, round, sqrt,
// log, log10, exp. What else Painless knows is refused. Immutable.
class Script {
  public:
    // `constants` are parameters with a value; `variables` get theirs when it runs. A parameter may
    // also be named without "params.".
    static Parsed<std::shared_ptr<const Script>> of(
        std::string_view text, const std::vector<std::string>& variables,
        const std::vector<std::pair<std::string, double>>& constants);

    // Comparisons give 1 and 0. REQUIRES: a value per variable.
    double run(const std::vector<double>& values) const;

  private:
    friend class ScriptParser;
    enum class Kind {
        constant,
        variable,
        negative,
        negation,
        add,
        subtract,
        multiply,
        divide,
        remainder,
        less,
        less_equal,
        greater,
        greater_equal,
        equal,
        unequal,
        both,
        either,
        choice,
        call
    };
    struct Node {
        Kind kind = Kind::constant;
        double number = 0;            // of a constant
        bool whole = false;           // an integer literal
        std::size_t position = 0;     // of a variable or of a function
        std::vector<std::size_t> of;  // nodes before this one
    };
    double value(std::size_t node, const std::vector<double>& values) const;
    double call(const Node& node, const std::vector<double>& values) const;

    std::vector<Node> nodes_;  // the last is the whole
};

}  // namespace query::dsl

#include "query/dsl/aggs/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parse_number.h"

namespace query::dsl {

namespace {

constexpr std::size_t most_bytes = 2'000;
constexpr int most_depth = 100;  // each is a call of parser and evaluation within another

struct Function {
    std::string_view name;
    std::size_t arguments;
};
constexpr std::array<Function, 12> functions = {{{"abs", 1},
                                                 {"ceil", 1},
                                                 {"floor", 1},
                                                 {"round", 1},
                                                 {"sqrt", 1},
                                                 {"log", 1},
                                                 {"log10", 1},
                                                 {"exp", 1},
                                                 {"cbrt", 1},
                                                 {"max", 2},
                                                 {"min", 2},
                                                 {"pow", 2}}};

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

class ScriptParser {
  public:
    using Kind = Script::Kind;
    ScriptParser(std::string_view text, const std::vector<std::string>& variables,
                 const std::vector<std::pair<std::string, double>>& constants)
        : text_(text), variables_(variables), constants_(constants) {}

    Parsed<std::shared_ptr<const Script>> parse() {
        if (text_.size() > most_bytes) return failed("a shorter one");
        take_word("return");
        TRY(choice());
        take(";");
        skip();
        if (at_ < text_.size()) return failed("its end");
        return std::shared_ptr<const Script>(std::make_shared<Script>(std::move(made_)));
    }

  private:
    using Node = Script::Node;
    using Place = Parsed<std::size_t>;

    Failure failed(std::string_view wanted) const {
        return {400, "script_exception",
                fmt::format("cannot run the script [{}]: expected {} at byte {}; Ordertrail knows "
                            "arithmetics over params, comparisons and Math",
                            text_.substr(0, 200), wanted, at_)};
    }
    void skip() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' ||
                                      text_[at_] == '\t' || text_[at_] == '\r'))
            ++at_;
    }
    bool take(std::string_view symbol) {
        skip();
        if (!text_.substr(at_).starts_with(symbol)) return false;
        at_ += symbol.size();
        return true;
    }
    bool take_word(std::string_view word) {
        skip();
        const std::string_view rest = text_.substr(at_);
        if (!rest.starts_with(word)) return false;
        if (rest.size() > word.size() && is_name_byte(rest[word.size()])) return false;
        at_ += word.size();
        return true;
    }
    std::string_view name() {
        skip();
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_name_byte(text_[at_])) ++at_;
        return text_.substr(begin, at_ - begin);
    }
    std::size_t add(Node node) {
        made_.nodes_.push_back(std::move(node));
        return made_.nodes_.size() - 1;
    }
    std::size_t add(Kind kind, std::vector<std::size_t> of) {
        Node node;
        node.kind = kind;
        node.of = std::move(of);
        return add(std::move(node));
    }

    Place choice() {
        if (++depth_ > most_depth) return failed("fewer brackets");
        TRY(const std::size_t condition, binary(0));
        std::size_t whole = condition;
        if (take("?")) {
            TRY(const std::size_t yes, choice());
            if (!take(":")) return failed("':'");
            TRY(const std::size_t no, choice());
            whole = add(Kind::choice, {condition, yes, no});
        }
        --depth_;
        return whole;
    }

    struct Operator {
        std::string_view text;
        Kind kind;
        int level;
    };
    // Longer ones before those that they begin with.
    static constexpr Operator operators[] = {
        {"||", Kind::either, 0},  {"&&", Kind::both, 1},       {"==", Kind::equal, 2},
        {"!=", Kind::unequal, 2}, {"<=", Kind::less_equal, 3}, {">=", Kind::greater_equal, 3},
        {"<", Kind::less, 3},     {">", Kind::greater, 3},     {"+", Kind::add, 4},
        {"-", Kind::subtract, 4}, {"*", Kind::multiply, 5},    {"/", Kind::divide, 5},
        {"%", Kind::remainder, 5}};
    static constexpr int levels = 6;

    Place binary(int level) {
        if (level == levels) return unary();
        TRY(std::size_t left, binary(level + 1));
        while (true) {
            const auto found = std::find_if(
                std::begin(operators), std::end(operators),
                [&](const Operator& one) { return one.level == level && take(one.text); });
            if (found == std::end(operators)) return left;
            TRY(const std::size_t right, binary(level + 1));
            const bool whole = made_.nodes_[left].whole && made_.nodes_[right].whole;
            if (whole && (found->kind == Kind::divide || found->kind == Kind::remainder))
                return failed("no division of two whole numbers (Painless cuts its result)");
            left = add(found->kind, {left, right});
            made_.nodes_[left].whole = whole;
        }
    }

    Place unary() {
        skip();
        const bool negation =
            at_ < text_.size() && text_[at_] == '!' && !text_.substr(at_).starts_with("!=");
        if (!negation && !text_.substr(at_).starts_with("-")) return primary();
        ++at_;
        if (++depth_ > most_depth) return failed("fewer signs");
        TRY(const std::size_t inner, unary());
        --depth_;
        const std::size_t made = add(negation ? Kind::negation : Kind::negative, {inner});
        made_.nodes_[made].whole = made_.nodes_[inner].whole;
        return made;
    }

    Place primary() {
        skip();
        if (take("(")) {
            TRY(const std::size_t inner, choice());
            if (!take(")")) return failed("')'");
            return inner;
        }
        if (at_ < text_.size() && (text_[at_] == '.' || (text_[at_] >= '0' && text_[at_] <= '9')))
            return number();
        const std::string_view word = name();
        if (word == "Math") return math();
        if (word != "params") return parameter(word);
        if (take(".")) return parameter(name());
        if (!take("[")) return failed("params.NAME");
        const char quote = at_ < text_.size() ? text_[at_] : ' ';
        if (quote != '\'' && quote != '"') return failed("a name in quotes");
        const std::size_t end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos) return failed("the name's end");
        const std::string_view inner = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        if (!take("]")) return failed("']'");
        return parameter(inner);
    }

    Place number() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (is_name_byte(text_[at_]) || text_[at_] == '.' ||
                                      (text_[at_] == '-' && (text_[at_ - 1] | 0x20) == 'e')))
            ++at_;
        std::string digits(text_.substr(begin, at_ - begin));
        bool whole = digits.find_first_of(".eE") == std::string::npos;
        if (!digits.empty() && std::string_view("dDfFlL").find(digits.back()) < 6) {
            whole = whole && (digits.back() | 0x20) == 'l';
            digits.pop_back();
        }
        const auto value = base::parse_number<double>(digits);
        if (!value) return failed("a number");
        Node node;
        node.number = *value;
        node.whole = whole;
        return add(std::move(node));
    }

    Place parameter(std::string_view word) {
        Node node;
        const auto known = std::find(variables_.begin(), variables_.end(), word);
        const auto constant = std::find_if(constants_.begin(), constants_.end(),
                                           [&](const auto& one) { return one.first == word; });
        if (known != variables_.end()) {
            node.kind = Kind::variable;
            node.position = static_cast<std::size_t>(known - variables_.begin());
        } else if (constant != constants_.end()) {
            node.number = constant->second;
        } else {
            return failed("a parameter that buckets_path names");
        }
        return add(std::move(node));
    }

    Place math() {
        if (!take(".")) return failed("'.'");
        const std::string_view word = name();
        const auto known = std::find_if(functions.begin(), functions.end(),
                                        [&](const Function& one) { return one.name == word; });
        if (known == functions.end() || !take("(")) return failed("a function of Math");
        Node node;
        node.kind = Kind::call;
        node.position = static_cast<std::size_t>(known - functions.begin());
        for (std::size_t at = 0; at < known->arguments; ++at) {
            if (at > 0 && !take(",")) return failed("','");
            TRY(const std::size_t argument, choice());
            node.of.push_back(argument);
        }
        if (!take(")")) return failed("')'");
        return add(std::move(node));
    }

    std::string_view text_;
    const std::vector<std::string>& variables_;
    const std::vector<std::pair<std::string, double>>& constants_;
    std::size_t at_ = 0;
    int depth_ = 0;
    Script made_;
};

Parsed<std::shared_ptr<const Script>> Script::of(
    std::string_view text, const std::vector<std::string>& variables,
    const std::vector<std::pair<std::string, double>>& constants) {
    return ScriptParser(text, variables, constants).parse();
}

double Script::run(const std::vector<double>& values) const {
    return value(nodes_.size() - 1, values);
}

double Script::call(const Node& node, const std::vector<double>& values) const {
    const double first = value(node.of[0], values);
    const double second = node.of.size() > 1 ? value(node.of[1], values) : 0;
    switch (node.position) {
        case 0:
            return std::fabs(first);
        case 1:
            return std::ceil(first);
        case 2:
            return std::floor(first);
        case 3:
            return std::floor(first + 0.5);
        case 4:
            return std::sqrt(first);
        case 5:
            return std::log(first);
        case 6:
            return std::log10(first);
        case 7:
            return std::exp(first);
        case 8:
            return std::cbrt(first);
        case 9:
            return std::fmax(first, second);
        case 10:
            return std::fmin(first, second);
        default:
            return std::pow(first, second);
    }
}

double Script::value(std::size_t at, const std::vector<double>& values) const {
    const Node& node = nodes_[at];
    const auto of = [&](std::size_t child) { return value(node.of[child], values); };
    switch (node.kind) {
        case Kind::constant:
            return node.number;
        case Kind::variable:
            return values[node.position];
        case Kind::negative:
            return -of(0);
        case Kind::negation:
            return of(0) == 0 ? 1 : 0;
        case Kind::add:
            return of(0) + of(1);
        case Kind::subtract:
            return of(0) - of(1);
        case Kind::multiply:
            return of(0) * of(1);
        case Kind::divide:
            return of(0) / of(1);
        case Kind::remainder:
            return std::fmod(of(0), of(1));
        case Kind::less:
            return of(0) < of(1) ? 1 : 0;
        case Kind::less_equal:
            return of(0) <= of(1) ? 1 : 0;
        case Kind::greater:
            return of(0) > of(1) ? 1 : 0;
        case Kind::greater_equal:
            return of(0) >= of(1) ? 1 : 0;
        case Kind::equal:
            return of(0) == of(1) ? 1 : 0;
        case Kind::unequal:
            return of(0) != of(1) ? 1 : 0;
        case Kind::both:
            return of(0) != 0 && of(1) != 0 ? 1 : 0;
        case Kind::either:
            return of(0) != 0 || of(1) != 0 ? 1 : 0;
        case Kind::choice:
            return of(0) != 0 ? of(1) : of(2);
        case Kind::call:
            return call(node, values);
    }
    return 0;
}

}  // namespace query::dsl

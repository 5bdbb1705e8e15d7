#include "query/kql/parser.h"

#include <fmt/format.h>

#include <utility>

#include "query/kql/lexer.h"

namespace query::kql {

namespace {

using Kind = Token::Kind;
using Operation = Condition::Operation;

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text), lexer_(text) {}

    base::Result<Condition> parse() {
        TRY(advance());
        if (token_.kind == Kind::end) return Condition();
        TRY(Condition condition, query());
        if (token_.kind == Kind::end) return condition;
        if (token_.kind == Kind::close) return expected("a '(' before this ')'");
        if (token_.kind == Kind::close_brace) return expected("a '{' before this '}'");
        return expected("'and', 'or' or the end of the query");
    }

  private:
    base::Status advance() {
        behind_ = token_.place.offset + token_.place.length;
        TRY(token_, lexer_.next());
        return base::ok();
    }

    base::Error expected(std::string_view what) const {
        base::Error error =
            base::invalid(fmt::format("expected {}, found {}", what, name_of(token_, text_)));
        error.offset = token_.place.offset;
        error.length = token_.place.length == 0 ? 1 : token_.place.length;
        return error;
    }

    // Where a condition lies that began at `begin` and whose last token was just passed.
    Place place_from(std::size_t begin) const { return {begin, behind_ - begin}; }

    class Level {
      public:
        explicit Level(int& depth) : depth_(++depth) {}
        ~Level() { --depth_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        bool too_deep() const { return depth_ > depth_limit; }

      private:
        int& depth_;
    };

    base::Error too_deep() const {
        return expected(
            fmt::format("at most {} nested levels of '(', '{{' and 'not'", depth_limit));
    }

    static Condition joined(Condition::Kind kind, std::vector<Condition> children, Place place) {
        if (children.size() == 1) return std::move(children.front());
        Condition made;
        made.kind = kind;
        made.children = std::move(children);
        made.place = place;
        return made;
    }

    // --- conditions
    // ---------------------------------------------------------------------------------------------

    // `field`: nullptr outside of a list of values; inside, the list's.
    base::Result<Condition> query(const Value* field = nullptr) {
        const std::size_t begin = token_.place.offset;
        std::vector<Condition> children;
        for (;;) {
            TRY(Condition child, conjunction(field));
            children.push_back(std::move(child));
            if (token_.kind != Kind::disjunction) break;
            TRY(advance());
        }
        return joined(Condition::Kind::any_of, std::move(children), place_from(begin));
    }

    base::Result<Condition> conjunction(const Value* field) {
        const std::size_t begin = token_.place.offset;
        std::vector<Condition> children;
        for (;;) {
            TRY(Condition child, negation(field));
            children.push_back(std::move(child));
            if (token_.kind != Kind::conjunction) break;
            TRY(advance());
        }
        return joined(Condition::Kind::all_of, std::move(children), place_from(begin));
    }

    base::Result<Condition> negation(const Value* field) {
        if (token_.kind != Kind::negation) return field == nullptr ? term() : list_term(*field);
        const Level level(depth_);
        if (level.too_deep()) return too_deep();
        Condition made;
        made.kind = Condition::Kind::none_of;
        const std::size_t begin = token_.place.offset;
        TRY(advance());
        TRY(Condition child, negation(field));
        made.children.push_back(std::move(child));
        made.place = place_from(begin);
        return made;
    }

    // The rest of "( query )" or "{ query }".
    base::Result<Condition> enclosed(const Value* field) {
        const Level level(depth_);
        if (level.too_deep()) return too_deep();
        const bool brace = token_.kind == Kind::open_brace;
        const Kind closing = brace ? Kind::close_brace : Kind::close;
        TRY(advance());
        TRY(Condition condition, query(field));
        if (token_.kind != closing)
            return expected(fmt::format("'and', 'or' or '{}'", brace ? '}' : ')'));
        TRY(advance());
        return condition;
    }

    base::Result<Condition> term() {
        if (token_.kind == Kind::open) return enclosed(nullptr);
        if (token_.kind != Kind::word && token_.kind != Kind::quoted) {
            return expected("a field, a value, 'not' or '('");
        }
        const std::size_t begin = token_.place.offset;
        TRY(Value first, value());
        switch (token_.kind) {
            case Kind::colon:
                return after_colon(std::move(first), begin);
            case Kind::below:
            case Kind::at_most:
            case Kind::above:
            case Kind::at_least:
                return range(std::move(first), begin);
            default:
                return compare({}, Operation::is, std::move(first), begin);
        }
    }

    base::Result<Condition> after_colon(Value field, std::size_t begin) {
        TRY(advance());
        if (token_.kind == Kind::open) return enclosed(&field);
        if (token_.kind == Kind::open_brace) {
            Condition made;
            made.kind = Condition::Kind::nested;
            TRY(Condition child, enclosed(nullptr));
            made.field = std::move(field);
            made.children.push_back(std::move(child));
            made.place = place_from(begin);
            return made;
        }
        if (token_.kind != Kind::word && token_.kind != Kind::quoted) return expected(after(begin));
        TRY(Value found, value());
        return compare(std::move(field), Operation::is, std::move(found), begin);
    }

    base::Result<Condition> range(Value field, std::size_t begin) {
        const Operation operation = token_.kind == Kind::below     ? Operation::below
                                    : token_.kind == Kind::at_most ? Operation::at_most
                                    : token_.kind == Kind::above   ? Operation::above
                                                                   : Operation::at_least;
        TRY(advance());
        if (token_.kind != Kind::word && token_.kind != Kind::quoted) return expected(after(begin));
        TRY(Value found, value());
        return compare(std::move(field), operation, std::move(found), begin);
    }

    base::Result<Condition> list_term(const Value& field) {
        if (token_.kind == Kind::open) return enclosed(&field);
        if (token_.kind != Kind::word && token_.kind != Kind::quoted) {
            return expected("a value, 'not' or '('");
        }
        const std::size_t begin = token_.place.offset;
        TRY(Value found, value());
        return compare(field, Operation::is, std::move(found), begin);
    }

    // "a value after 'level:'"
    std::string after(std::size_t begin) const {
        std::string_view shown = text_.substr(begin, behind_ - begin);
        if (shown.size() > 40) shown = text_.substr(behind_ - 1, 1);
        return fmt::format("a value after '{}'", shown);
    }

    Condition compare(Value field, Operation operation, Value found, std::size_t begin) const {
        Condition made;
        made.kind = Condition::Kind::compare;
        made.field = std::move(field);
        made.operation = operation;
        made.value = std::move(found);
        made.place = place_from(begin);
        return made;
    }

    // --- values
    // -------------------------------------------------------------------------------------------------

    // A quoted text, or words with the white space between them.
    base::Result<Value> value() {
        Value made;
        made.place = token_.place;
        if (token_.kind == Kind::quoted) {
            made.kind = Value::Kind::quoted;
            made.text = std::move(token_.text);
            TRY(advance());
            return made;
        }
        made.kind = Value::Kind::plain;
        for (bool first = true; token_.kind == Kind::word; first = false) {
            if (!first) {
                const std::string_view space = text_.substr(behind_, token_.place.offset - behind_);
                made.text.append(space);
                made.pattern.append(space);
            }
            made.text.append(token_.text);
            made.pattern.append(token_.pattern);
            if (token_.wildcard) made.kind = Value::Kind::pattern;
            made.place.length = token_.place.offset + token_.place.length - made.place.offset;
            TRY(advance());
        }
        return made;
    }

    std::string_view text_;
    Lexer lexer_;
    Token token_;
    std::size_t behind_ = 0;  // where the token before ended
    int depth_ = 0;
};

}  // namespace

base::Result<Condition> parse(std::string_view text) {
    if (text.size() > text_limit) {
        base::Error error = base::invalid(
            fmt::format("expected a query of at most {} bytes, found {}", text_limit, text.size()));
        error.offset = text_limit;
        error.length = text.size() - text_limit;
        return error;
    }
    return Parser(text).parse();
}

}  // namespace query::kql

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/esql/lexer.h"
#include "query/esql/syntax.h"

namespace query::esql {

inline constexpr std::size_t text_limit = std::size_t{1} << 20;
inline constexpr int depth_limit = 100;
inline constexpr std::size_t command_limit = 500;

// Parses ES|QL as Elasticsearch does (docs/reference/esql.md lists the commands). `parameters` are
// what stands for `?`, `?2` and `?name`.
//
// InvalidArgument with the place (bytes), "mismatched input …, expecting …"; also for texts over
// 1 MiB, more than 500 commands and expressions more than 100 deep.
base::Result<Query> parse(std::string_view text, const std::vector<Parameter>& parameters = {});

// One thread at a time; parse() is what others use.
class Parser {
  public:
    Parser(std::string_view text, const std::vector<Parameter>& parameters)
        : text_(text), lexer_(text), parameters_(parameters) {}

    base::Result<Query> query();

  private:
    // Commands: command_parser.cpp.
    base::Result<Command> command();
    base::Status from(Command& command);
    base::Status where(Command& command);
    base::Status row_or_eval(Command& command);
    base::Status stats(Command& command);
    base::Status sort(Command& command);
    base::Status limit(Command& command);
    base::Status keep_or_drop(Command& command);
    base::Status rename(Command& command);
    base::Status dissect_or_grok(Command& command);
    base::Status mv_expand(Command& command);
    base::Result<std::vector<NamedExpression>> fields(bool with_conditions);
    base::Result<NamePattern> name_pattern();

    // Expressions: expression_parser.cpp, from the weakest to the strongest.
    base::Result<Expression> expression();
    base::Result<Expression> conjunction();
    base::Result<Expression> negation();
    base::Result<Expression> comparison();
    base::Result<Expression> sum();
    base::Result<Expression> product();
    base::Result<Expression> signed_value();
    base::Result<Expression> casts_of(Expression value);
    base::Result<Expression> primary();
    base::Result<Expression> number(bool negative);
    base::Result<Expression> call(const Token& name);
    base::Result<Expression> field();
    base::Result<Expression> list();
    base::Result<Expression> parameter();
    base::Result<std::vector<Expression>> list_in_brackets();
    base::Result<Expression> make(std::string name, std::vector<Expression> arguments,
                                  std::size_t begin);

    // Tokens.
    base::Status advance();
    bool is_symbol(std::string_view text) const;
    bool is_keyword(std::string_view lower) const;
    base::Result<bool> take_symbol(std::string_view text);
    base::Result<bool> take_keyword(std::string_view lower);
    base::Status expect_symbol(std::string_view text);
    base::Error unexpected(std::string_view expected) const;

    std::string_view text_;
    Lexer lexer_;
    const std::vector<Parameter>& parameters_;
    std::size_t used_parameters_ = 0;
    Token token_;
    std::size_t end_ = 0;  // of the token before
    int nesting_ = 0;
};

}  // namespace query::esql

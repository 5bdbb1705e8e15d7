#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "query/esql/parser.h"
#include "query/esql/words.h"

namespace query::esql {

namespace {

using Kind = Token::Kind;

struct CommandName {
    std::string_view name;
    Command::Kind kind;
};

constexpr CommandName commands[] = {
    {"where", Command::Kind::where},   {"eval", Command::Kind::eval},
    {"stats", Command::Kind::stats},   {"sort", Command::Kind::sort},
    {"limit", Command::Kind::limit},   {"keep", Command::Kind::keep},
    {"project", Command::Kind::keep},  {"drop", Command::Kind::drop},
    {"rename", Command::Kind::rename}, {"dissect", Command::Kind::dissect},
    {"grok", Command::Kind::grok},     {"mv_expand", Command::Kind::mv_expand},
};

// Elasticsearch has them.
constexpr std::string_view unsupported[] = {
    "enrich",      "lookup", "inlinestats", "inline", "change_point", "fork",
    "fuse",        "rerank", "completion",  "sample", "meta",         "show",
    "time_series", "ts",     "explain",     "rrf",    "insist",
};

}  // namespace

base::Status Parser::advance() {
    end_ = token_.place.offset + token_.place.length;
    TRY(token_, lexer_.next());
    return base::ok();
}

bool Parser::is_symbol(std::string_view text) const {
    return token_.kind == Kind::symbol && token_.text == text;
}

bool Parser::is_keyword(std::string_view lower) const {
    return token_.kind == Kind::name && lower_of(token_.text) == lower;
}

base::Result<bool> Parser::take_symbol(std::string_view text) {
    if (!is_symbol(text)) return false;
    TRY(advance());
    return true;
}

base::Result<bool> Parser::take_keyword(std::string_view lower) {
    if (!is_keyword(lower)) return false;
    TRY(advance());
    return true;
}

base::Status Parser::expect_symbol(std::string_view text) {
    if (!is_symbol(text)) return unexpected(fmt::format("'{}'", text));
    return advance();
}

base::Error Parser::unexpected(std::string_view expected) const {
    return refuse(fmt::format("mismatched input {} expecting {}", name_of(token_, text_), expected),
                  token_.place);
}

base::Result<Query> parse(std::string_view text, const std::vector<Parameter>& parameters) {
    if (text.size() > text_limit) {
        return base::invalid(fmt::format("ESQL statement is too large [{} characters > {}]",
                                         text.size(), text_limit));
    }
    return Parser(text, parameters).query();
}

base::Result<Query> Parser::query() {
    Query query;
    query.text = text_;
    TRY(advance());
    const Token first = token_;
    Command source;
    source.place = first.place;
    if (is_keyword("from")) {
        TRY(from(source));
    } else if (is_keyword("row")) {
        source.kind = Command::Kind::row;
        TRY(advance());
        TRY(row_or_eval(source));
    } else {
        return unexpected("{'from', 'row'}");
    }
    query.commands.push_back(std::move(source));
    while (token_.kind != Kind::end) {
        if (!is_symbol("|")) return unexpected("{<EOF>, '|'}");
        TRY(advance());
        TRY(Command next, command());
        query.commands.push_back(std::move(next));
        if (query.commands.size() > command_limit) {
            return refuse(fmt::format("expected at most {} commands", command_limit),
                          query.commands.back().place);
        }
    }
    return query;
}

base::Result<Command> Parser::command() {
    Command command;
    command.place = token_.place;
    const std::string name = token_.kind == Kind::name ? lower_of(token_.text) : "";
    const auto* const found =
        std::find_if(std::begin(commands), std::end(commands),
                     [&](const CommandName& one) { return one.name == name; });
    if (found == std::end(commands)) {
        const bool known = std::find(std::begin(unsupported), std::end(unsupported), name) !=
                           std::end(unsupported);
        if (known) {
            return refuse(fmt::format("[{}] is not supported by Ordertrail", name), token_.place);
        }
        return unexpected(
            "{'dissect', 'drop', 'eval', 'grok', 'keep', 'limit', 'mv_expand', 'rename', 'sort', "
            "'stats', 'where'}");
    }
    command.kind = found->kind;
    TRY(advance());
    base::Status (Parser::*read)(Command&) = nullptr;
    switch (command.kind) {
        case Command::Kind::where:
            read = &Parser::where;
            break;
        case Command::Kind::stats:
            read = &Parser::stats;
            break;
        case Command::Kind::sort:
            read = &Parser::sort;
            break;
        case Command::Kind::limit:
            read = &Parser::limit;
            break;
        case Command::Kind::keep:
        case Command::Kind::drop:
            read = &Parser::keep_or_drop;
            break;
        case Command::Kind::rename:
            read = &Parser::rename;
            break;
        case Command::Kind::dissect:
        case Command::Kind::grok:
            read = &Parser::dissect_or_grok;
            break;
        case Command::Kind::mv_expand:
            read = &Parser::mv_expand;
            break;
        default:
            read = &Parser::row_or_eval;
    }
    TRY((this->*read)(command));
    return command;
}

base::Status Parser::from(Command& command) {
    command.kind = Command::Kind::from;
    for (;;) {
        // Behind FROM or a comma; the token there was not looked at as one.
        lexer_.move_to(token_.place.offset + token_.place.length);
        TRY(const Token name, lexer_.index_name());
        if (name.kind == Kind::end || name.text.empty()) {
            TRY(advance());
            return unexpected("the name of an index");
        }
        if (name.text.find(':') != std::string::npos)
            return refuse("indices of other clusters are not supported by Ordertrail", name.place);
        if (!command.indices.empty()) command.indices += ",";
        command.indices += name.text;
        TRY(advance());
        end_ = name.place.offset + name.place.length;
        if (!is_symbol(",")) break;
    }
    TRY(const bool bracket, take_symbol("["));  // the form of 8.11
    TRY(const bool metadata, take_keyword("metadata"));
    if (bracket && !metadata) return unexpected("'metadata'");
    while (metadata) {
        TRY(NamePattern name, name_pattern());
        command.metadata.push_back(std::move(name));
        TRY(const bool more, take_symbol(","));
        if (!more) break;
    }
    return bracket ? expect_symbol("]") : base::ok();
}

base::Status Parser::where(Command& command) {
    TRY(Expression condition, expression());
    command.expression = std::move(condition);
    return base::ok();
}

base::Result<std::vector<NamedExpression>> Parser::fields(bool with_conditions) {
    std::vector<NamedExpression> made;
    for (;;) {
        NamedExpression one;
        const std::size_t begin = token_.place.offset;
        TRY(one.value, expression());
        if (is_symbol("=") && one.value.kind == Expression::Kind::field) {
            one.name = one.value.name;
            one.named = true;
            TRY(advance());
            TRY(one.value, expression());
        } else {
            one.name = text_.substr(begin, end_ - begin);
            if (one.value.kind == Expression::Kind::field) one.name = one.value.name;
        }
        if (with_conditions && is_keyword("where")) {
            TRY(advance());
            TRY(Expression condition, expression());
            one.condition = std::move(condition);
            if (!one.named) one.name = text_.substr(begin, end_ - begin);
        }
        one.place = {begin, end_ - begin};
        made.push_back(std::move(one));
        TRY(const bool more, take_symbol(","));
        if (!more) break;
    }
    return made;
}

base::Status Parser::row_or_eval(Command& command) {
    if (command.kind != Command::Kind::row) command.kind = Command::Kind::eval;
    TRY(command.fields, fields(false));
    return base::ok();
}

base::Status Parser::stats(Command& command) {
    if (!is_keyword("by")) {
        TRY(command.fields, fields(true));
    }
    TRY(const bool by, take_keyword("by"));
    if (!by) return base::ok();
    TRY(command.by, fields(false));
    return base::ok();
}

base::Status Parser::sort(Command& command) {
    for (;;) {
        SortKey key;
        TRY(key.value, expression());
        TRY(key.descending, take_keyword("desc"));
        if (!key.descending) {
            TRY(take_keyword("asc"));
        }
        TRY(const bool nulls, take_keyword("nulls"));
        if (nulls) {
            TRY(const bool first, take_keyword("first"));
            TRY(const bool last, first ? base::Result<bool>(false) : take_keyword("last"));
            if (!first && !last) return unexpected("{'first', 'last'}");
            key.nulls_first = first;
        }
        command.keys.push_back(std::move(key));
        TRY(const bool more, take_symbol(","));
        if (!more) break;
    }
    return base::ok();
}

base::Status Parser::limit(Command& command) {
    const Place place = token_.place;
    Literal value;
    if (token_.kind == Kind::parameter) {
        TRY(Expression given, parameter());
        value = std::move(given.literal);
    } else {
        if (token_.kind != Kind::integer) return unexpected("an integer");
        TRY(Expression given, number(false));
        value = std::move(given.literal);
    }
    if (value.kind != Literal::Kind::integer || value.integer < 0)
        return refuse("expected a whole number that is not negative behind LIMIT", place);
    command.limit = static_cast<std::uint64_t>(value.integer);
    return base::ok();
}

// A name in which stars may stand: `a*.b`, `*`. Its pieces stand side by side.
base::Result<NamePattern> Parser::name_pattern() {
    NamePattern made;
    const std::size_t begin = token_.place.offset;
    while (token_.kind != Kind::end) {
        const bool name = token_.kind == Kind::name || token_.kind == Kind::quoted_name ||
                          token_.kind == Kind::integer || token_.kind == Kind::decimal;
        const bool star = is_symbol("*");
        if (!name && !star && !is_symbol(".")) break;
        const bool apart = token_.place.offset != end_;
        if (!made.text.empty() && apart) break;
        made.text += token_.text;
        made.has_star = made.has_star || star;
        TRY(advance());
    }
    if (made.text.empty()) return unexpected("a name");
    made.place = {begin, end_ - begin};
    return made;
}

base::Status Parser::keep_or_drop(Command& command) {
    for (;;) {
        TRY(NamePattern name, name_pattern());
        command.names.push_back(std::move(name));
        TRY(const bool more, take_symbol(","));
        if (!more) break;
    }
    return base::ok();
}

// `old AS new`, or `new = old`.
base::Status Parser::rename(Command& command) {
    for (;;) {
        TRY(NamePattern one, name_pattern());
        TRY(const bool as, take_keyword("as"));
        TRY(const bool equal, as ? base::Result<bool>(false) : take_symbol("="));
        if (!as && !equal) return unexpected("'as'");
        TRY(NamePattern other, name_pattern());
        for (const NamePattern* name : {&one, &other}) {
            if (name->has_star)
                return refuse(
                    fmt::format("Using wildcards [*] in RENAME is not allowed [{}]", name->text),
                    name->place);
        }
        if (equal) std::swap(one, other);
        command.renames.emplace_back(std::move(one), std::move(other));
        TRY(const bool more, take_symbol(","));
        if (!more) break;
    }
    return base::ok();
}

base::Status Parser::dissect_or_grok(Command& command) {
    TRY(Expression text, expression());
    command.expression = std::move(text);
    command.pattern_place = token_.place;
    if (token_.kind != Kind::text) return unexpected("QUOTED_STRING");
    command.pattern = token_.text;
    TRY(advance());
    if (command.kind != Command::Kind::dissect || token_.kind != Kind::name) return base::ok();
    if (!is_keyword("append_separator")) {
        return refuse(fmt::format("Invalid option for dissect: [{}]", token_.text), token_.place);
    }
    TRY(advance());
    TRY(expect_symbol("="));
    if (token_.kind != Kind::text) return unexpected("QUOTED_STRING");
    command.separator = token_.text;
    return advance();
}

base::Status Parser::mv_expand(Command& command) {
    TRY(NamePattern name, name_pattern());
    if (name.has_star) return refuse("expected the name of one field", name.place);
    command.names.push_back(std::move(name));
    return base::ok();
}

}  // namespace query::esql

#include "query/dsl/lucene_parser.h"

#include <fmt/format.h>

#include <utility>

#include "base/parse_number.h"

namespace query::dsl {

using storage::Predicate;

namespace {

constexpr int depth_limit = 50;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || static_cast<unsigned char>(c) == 0;
}

bool has_wildcard(std::string_view raw) {
    for (std::size_t at = 0; at < raw.size(); ++at) {
        if (raw[at] == '\\') {
            ++at;
        } else if (raw[at] == '*' || raw[at] == '?') {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string without_escapes(std::string_view raw) {
    std::string text;
    for (std::size_t at = 0; at < raw.size(); ++at) {
        if (raw[at] == '\\' && at + 1 < raw.size()) ++at;
        text.push_back(raw[at]);
    }
    return text;
}

Failure LuceneParser::failed(std::string_view what) const {
    return in_query(fmt::format("Failed to parse query [{}]: {} at character {}",
                                text_.substr(0, 200), what, at_));
}

void LuceneParser::skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

bool LuceneParser::take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
}

// AND, OR and NOT are operators only as words of their own.
bool LuceneParser::take_operator(std::string_view word) {
    const std::size_t end = at_ + word.size();
    if (!text_.substr(at_).starts_with(word)) return false;
    if (end < text_.size() && !is_space(text_[end]) && text_[end] != '(' && text_[end] != '"')
        return false;
    at_ = end;
    return true;
}

LuceneParser::Join LuceneParser::join() {
    if (take_operator("AND") || take("&&")) return Join::both;
    if (take_operator("OR") || take("||")) return Join::either;
    return Join::none;
}

Parsed<Predicate> LuceneParser::parse() {
    skip_space();
    if (at_ == text_.size()) return Predicate::nothing_fits();
    TRY(Predicate made, clauses(options_.fields, true));
    if (at_ < text_.size()) return failed("expected the end");
    return made;
}

// As Lucene's QueryParserBase::addClause: operators change the clauses at their sides.
Parsed<Predicate> LuceneParser::clauses(const Fields& fields, bool outermost) {
    std::vector<Clause> found;
    while (true) {
        skip_space();
        if (at_ == text_.size() || text_[at_] == ')') break;
        const Join joined = join();
        skip_space();
        if (joined != Join::none && (found.empty() || at_ == text_.size()))
            return failed("an operator without a clause at its side");
        const bool prohibited = take("-") || take("!") || take_operator("NOT");
        const bool required = !prohibited && take("+");
        skip_space();
        TRY(Predicate condition, clause(fields));
        if (!found.empty() && found.back().occur != Occur::must_not) {
            if (joined == Join::both) found.back().occur = Occur::must;
            if (joined == Join::either && options_.op == Operator::all)
                found.back().occur = Occur::should;
        }
        const bool must = options_.op == Operator::any ? required || joined == Join::both
                                                       : joined != Join::either;
        found.push_back({prohibited ? Occur::must_not
                         : must     ? Occur::must
                                    : Occur::should,
                         std::move(condition)});
    }
    if (found.empty()) return failed("expected a clause");
    return combine(std::move(found), outermost);
}

Parsed<Predicate> LuceneParser::combine(std::vector<Clause> found, bool outermost) const {
    std::vector<Predicate> all;
    std::vector<Predicate> should;
    bool has_must = false;
    for (Clause& each : found) {
        if (each.occur == Occur::should) {
            should.push_back(std::move(each.condition));
        } else if (each.occur == Occur::must) {
            has_must = true;
            all.push_back(std::move(each.condition));
        } else {
            all.push_back(Predicate::none_of(std::move(each.condition)));
        }
    }
    std::string minimum = has_must || should.empty() ? "0" : "1";
    if (outermost && found.size() > 1 && !options_.minimum.empty() && !should.empty())
        minimum = options_.minimum;
    TRY(Predicate some, at_least(minimum, std::move(should)));
    all.push_back(std::move(some));
    return Predicate::all_of(std::move(all));
}

LuceneParser::Fields LuceneParser::named(const std::string& raw) const {
    const std::string name = without_escapes(raw);
    if (name.find('*') != std::string::npos) return queries_.mapping().matching(name, true);
    return {queries_.mapping().find(name)};
}

Parsed<Predicate> LuceneParser::clause(const Fields& fields) {
    const std::size_t begin = at_;
    const std::string name = raw_term();
    const bool field = !name.empty() && at_ < text_.size() && text_[at_] == ':';
    if (!field) {
        at_ = begin;
        return value(fields);
    }
    ++at_;
    skip_space();
    if (name == "_exists_") {
        const std::string asked = raw_term();
        if (asked.empty()) return failed("expected a field");
        return queries_.exists(without_escapes(asked));
    }
    if (name == "*" && take("*")) return Predicate();
    const std::size_t value_at = at_;
    const std::string whole = raw_term();
    const bool any = whole == "*";
    if (any) {
        TRY(suffix());
        return queries_.exists(without_escapes(name));
    }
    at_ = value_at;
    return value(named(name));
}

Parsed<Predicate> LuceneParser::value(const Fields& fields) {
    if (at_ == text_.size()) return failed("expected a value");
    switch (text_[at_]) {
        case '(':
            return group(fields);
        case '"':
            return quoted(fields);
        case '/':
            return expression(fields);
        case '[':
        case '{':
            return range(fields);
        case '>':
        case '<':
            return comparison(fields);
        default:
            break;
    }
    const std::string raw = raw_term();
    if (raw.empty()) return failed("expected a value");
    TRY(suffix());
    return term(fields, raw);
}

Parsed<Predicate> LuceneParser::group(const Fields& fields) {
    if (++depth_ > depth_limit) return failed("parentheses nested too deep");
    ++at_;
    TRY(Predicate made, clauses(fields, false));
    --depth_;
    if (!take(")")) return failed("expected ')'");
    TRY(suffix());
    return made;
}

// ~2 after a phrase.
Parsed<std::uint32_t> LuceneParser::slop() {
    if (!take("~")) return 0U;
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    const auto found = base::parse_number<std::uint32_t>(text_.substr(begin, at_ - begin));
    if (!found) return failed("expected a number after '~'");
    return *found;
}

// ^2 after a clause, and ~, which is refused.
Parsed<void> LuceneParser::suffix() {
    if (take("~")) {
        std::size_t end = at_;
        while (end < text_.size() && text_[end] >= '0' && text_[end] <= '9') ++end;
        const bool zero = end == at_ + 1 && text_[at_] == '0';
        if (!zero) return unsupported("'~' (fuzzy terms) in a query string");
        at_ = end;
    }
    if (!take("^")) return base::outcome::success();
    const std::size_t begin = at_;
    while (at_ < text_.size() && ((text_[at_] >= '0' && text_[at_] <= '9') || text_[at_] == '.'))
        ++at_;
    if (at_ == begin) return failed("expected a number after '^'");
    return base::outcome::success();
}

std::string LuceneParser::raw_term() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_])) {
        const char c = text_[at_];
        if (c == '\\') {
            at_ = std::min(at_ + 2, text_.size());
            continue;
        }
        if (std::string_view("()[]{}\":^~").find(c) != std::string_view::npos) break;
        if (at_ == begin && std::string_view("/<>").find(c) != std::string_view::npos) break;
        ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
}

template <typename Make>
Parsed<Predicate> LuceneParser::in_any(const Fields& fields, Make make) const {
    std::vector<Predicate> any;
    for (const MappedField& field : fields) {
        Parsed<Predicate> one = make(field);
        if (!one) {
            if (options_.lenient && one.error().is_about_value()) continue;
            return one;
        }
        any.push_back(std::move(one).value());
    }
    return Predicate::any_of(std::move(any));
}

Parsed<Predicate> LuceneParser::term(const Fields& fields, const std::string& raw) {
    if (has_wildcard(raw)) {
        if (raw == "*" && &fields == &options_.fields) return Predicate();
        return in_any(fields, [&](const MappedField& field) {
            return queries_.wildcard(field, raw, false, true);
        });
    }
    const std::string text = without_escapes(raw);
    MatchOptions options;
    options.op = options_.op;
    options.lenient = options_.lenient;
    return in_any(fields,
                  [&](const MappedField& field) { return queries_.match(field, text, options); });
}

Parsed<Predicate> LuceneParser::quoted(const Fields& fields) {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) return failed("expected '\"' at the end of a phrase");
    const std::string text = without_escapes(text_.substr(begin, at_ - begin));
    ++at_;
    PhraseOptions options;
    options.lenient = options_.lenient;
    TRY(options.slop, slop());
    TRY(suffix());
    return in_any(fields,
                  [&](const MappedField& field) { return queries_.phrase(field, text, options); });
}

Parsed<Predicate> LuceneParser::expression(const Fields& fields) {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '/') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) return failed("expected '/' at the end of a regular expression");
    const std::string text(text_.substr(begin, at_ - begin));
    ++at_;
    TRY(suffix());
    return in_any(fields,
                  [&](const MappedField& field) { return queries_.regexp(field, text, false); });
}

Parsed<std::string> LuceneParser::range_end() {
    skip_space();
    if (at_ < text_.size() && text_[at_] == '"') {
        const std::size_t begin = ++at_;
        while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
        if (at_ >= text_.size()) return failed("expected '\"'");
        return without_escapes(text_.substr(begin, at_++ - begin));
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != ']' && text_[at_] != '}')
        at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_, text_.size());
    if (at_ == begin) return failed("expected the end of a range");
    return without_escapes(text_.substr(begin, at_ - begin));
}

Parsed<Predicate> LuceneParser::range(const Fields& fields) {
    RangeEnds ends;
    ends.lower_inclusive = text_[at_++] == '[';
    TRY(const std::string lower, range_end());
    skip_space();
    if (!take("TO")) return failed("expected TO");
    TRY(const std::string upper, range_end());
    skip_space();
    if (at_ == text_.size() || (text_[at_] != ']' && text_[at_] != '}'))
        return failed("expected ']' or '}'");
    ends.upper_inclusive = text_[at_++] == ']';
    if (lower != "*") ends.lower = lower;
    if (upper != "*") ends.upper = upper;
    TRY(suffix());
    return in_any(fields, [&](const MappedField& field) { return queries_.range(field, ends); });
}

Parsed<Predicate> LuceneParser::comparison(const Fields& fields) {
    const bool lower = text_[at_++] == '>';
    const bool inclusive = take("=");
    skip_space();
    std::string text;
    if (at_ < text_.size() && text_[at_] == '"') {
        TRY(text, range_end());
    } else {
        text = without_escapes(raw_term());
    }
    if (text.empty()) return failed("expected a value to compare with");
    RangeEnds ends;
    (lower ? ends.lower : ends.upper) = text;
    (lower ? ends.lower_inclusive : ends.upper_inclusive) = inclusive;
    TRY(suffix());
    return in_any(fields, [&](const MappedField& field) { return queries_.range(field, ends); });
}

}  // namespace query::dsl

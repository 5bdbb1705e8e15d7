#include "query/kql/parser.h"

#include <gtest/gtest.h>

namespace query::kql {
namespace {

// A condition as a text that shows all of it.
std::string shown(const Value& value) {
    switch (value.kind) {
        case Value::Kind::none:
            return "any";
        case Value::Kind::quoted:
            return "\"" + value.text + "\"";
        case Value::Kind::pattern:
            return "/" + value.pattern + "/";
        default:
            return value.text;
    }
}

std::string shown(const Condition& condition) {
    static const char* const operations[] = {"=", "<", "<=", ">", ">="};
    std::string text;
    switch (condition.kind) {
        case Condition::Kind::everything:
            return "everything";
        case Condition::Kind::compare:
            return shown(condition.field) + " " +
                   operations[static_cast<int>(condition.operation)] + " " + shown(condition.value);
        case Condition::Kind::nested:
            return shown(condition.field) + "{" + shown(condition.children.front()) + "}";
        case Condition::Kind::all_of:
            text = "and(";
            break;
        case Condition::Kind::any_of:
            text = "or(";
            break;
        case Condition::Kind::none_of:
            text = "not(";
            break;
    }
    for (std::size_t at = 0; at < condition.children.size(); ++at) {
        text += (at == 0 ? "" : ", ") + shown(condition.children[at]);
    }
    return text + ")";
}

struct Case {
    const char* text;
    const char* expected;
};

TEST(KqlParser, Accepts) {
    const Case cases[] = {
        {"", "everything"},
        {"   \t\n", "everything"},
        {"error", "any = error"},
        {"  error  ", "any = error"},
        {"payment failed", "any = payment failed"},
        {"\"payment failed\"", "any = \"payment failed\""},
        {"*", "any = /*/"},
        {"*:*", "/*/ = /*/"},
        {"level:INFO", "level = INFO"},
        {"level: INFO", "level = INFO"},
        {"level : INFO", "level = INFO"},
        {"level:\n  INFO", "level = INFO"},
        {"service_name: Shop API", "service_name = Shop API"},
        {"service_name: \"Shop API\"", "service_name = \"Shop API\""},
        {"\"odd field\": x", "\"odd field\" = x"},
        {"odd field: x", "odd field = x"},
        {"заказ: создан", "заказ = создан"},
        {"a.b.c: x", "a.b.c = x"},
        {"a-b@c/d: x_y-z", "a-b@c/d = x_y-z"},
        {"price: -1.5", "price = -1.5"},
        {"client.ip: 10.0.0.0/8", "client.ip = 10.0.0.0/8"},
        {"url: http\\://x", "url = http://x"},
        // ranges
        {"price > 5", "price > 5"},
        {"price>5", "price > 5"},
        {"price >= 5", "price >= 5"},
        {"price < 5.5", "price < 5.5"},
        {"price <= 5", "price <= 5"},
        {"price <=5", "price <= 5"},
        {"timestamp > now-15m", "timestamp > now-15m"},
        {"timestamp >= now/d", "timestamp >= now/d"},
        {"timestamp < 2026-11-24||/M", "timestamp < 2026-11-24||/M"},
        {"timestamp > \"2026-11-24T10:15:00Z\"", "timestamp > \"2026-11-24T10:15:00Z\""},
        {"timestamp > 2026-11-24T10\\:15\\:00Z", "timestamp > 2026-11-24T10:15:00Z"},
        // wildcards
        {"order_id: ORD-*", "order_id = /ORD-*/"},
        {"order_id: *", "order_id = /*/"},
        {"order_id:*-17", "order_id = /*-17/"},
        {"or*er_id: x", "/or*er_id/ = x"},
        {"user.*: x", "/user.*/ = x"},
        {"*: x", "/*/ = x"},
        {"time* out", "any = /time* out/"},
        {"a: \"x*\"", "a = \"x*\""},
        {"a: x\\*", "a = x*"},
        {"a: x\\**", "a = /x\\**/"},
        {"a: what?*", "a = /what\\?*/"},
        {"a: c\\\\d*", "a = /c\\\\d*/"},
        // and, or, not
        {"a and b", "and(any = a, any = b)"},
        {"a AND b", "and(any = a, any = b)"},
        {"a And b", "and(any = a, any = b)"},
        {"a or b", "or(any = a, any = b)"},
        {"a OR b oR c", "or(any = a, any = b, any = c)"},
        {"a and b and c", "and(any = a, any = b, any = c)"},
        {"a or b and c", "or(any = a, and(any = b, any = c))"},
        {"a and b or c and d", "or(and(any = a, any = b), and(any = c, any = d))"},
        {"not a", "not(any = a)"},
        {"NOT a and b", "and(not(any = a), any = b)"},
        {"not a or b", "or(not(any = a), any = b)"},
        {"not (a or b)", "not(or(any = a, any = b))"},
        {"not(a)", "not(any = a)"},
        {"not not a", "not(not(any = a))"},
        {"a and not b", "and(any = a, not(any = b))"},
        {"not level: INFO", "not(level = INFO)"},
        {"(a)", "any = a"},
        {"((a))", "any = a"},
        {"(a or b) and c", "and(or(any = a, any = b), any = c)"},
        {"(a or b)and(c)", "and(or(any = a, any = b), any = c)"},
        {"( a )", "any = a"},
        {"level: ERROR and service_name: \"MES API\" or order_id: ORD-1",
         "or(and(level = ERROR, service_name = \"MES API\"), order_id = ORD-1)"},
        // words that only look like keywords
        {"android", "any = android"},
        {"notes: x", "notes = x"},
        {"orders and brands", "and(any = orders, any = brands)"},
        {"snot nothing", "any = snot nothing"},
        {"a: band", "a = band"},
        // lists
        {"level: (INFO or WARN)", "or(level = INFO, level = WARN)"},
        {"level:(INFO or WARN or ERROR)", "or(level = INFO, level = WARN, level = ERROR)"},
        {"tags: (a and b)", "and(tags = a, tags = b)"},
        {"tags: (a and not b)", "and(tags = a, not(tags = b))"},
        {"tags: (a or b and not c)", "or(tags = a, and(tags = b, not(tags = c)))"},
        {"tags: (not a)", "not(tags = a)"},
        {"tags: ((a or b) and c)", "and(or(tags = a, tags = b), tags = c)"},
        {"tags: not (a)", nullptr},
        {"tags: (\"a b\" or c*)", "or(tags = \"a b\", tags = /c*/)"},
        {"tags: (a b)", "tags = a b"},
        {"a: (x or y) and b: z", "and(or(a = x, a = y), b = z)"},
        // nested
        {"items: { name: x }", "items{name = x}"},
        {"items:{name:x and count > 2}", "items{and(name = x, count > 2)}"},
        {"items: { name: (a or b) } and c", "and(items{or(name = a, name = b)}, any = c)"},
        {"a: { b: { c: x } }", "a{b{c = x}}"},
        {"not items: { name: x }", "not(items{name = x})"},
        // escapes
        {"a\\:b", "any = a:b"},
        {"\\(a\\)", "any = (a)"},
        {"a: \\\"x\\\"", "a = \"x\""},
        {"a: \\<b\\>", "a = <b>"},
        {"a: \\{\\}", "a = {}"},
        {"a: c\\:\\\\temp", "a = c:\\temp"},
        {"a: x\\ty", "a = x\ty"},
        {"a: \\u0041\\u0436", "a = Aж"},
        {"a: \\uD83D\\uDE00", "a = \xF0\x9F\x98\x80"},
        {"a: \\uD83Dx", "a = \xEF\xBF\xBDx"},
        {"\\and", "any = and"},
        {"a \\and b", "any = a and b"},
        {"a \\OR b", "any = a OR b"},
        {"\\not a", "any = not a"},
        {"a: \\or", "a = or"},
        {"\"and\"", "any = \"and\""},
        {"a: \"or\"", "a = \"or\""},
        {"a: \"say \\\"hi\\\"\"", "a = \"say \"hi\"\""},
        {"a: \"C:\\\\x\"", "a = \"C:\\x\""},
        {"a: \"C:\\dir\"", "a = \"C:\\dir\""},
        {"a: \"x\\ty\"", "a = \"x\ty\""},
        {"a: \"\\u0041\"", "a = \"A\""},
        {"a: \"\\u00\"", "a = \"\\u00\""},
        {"a: \"(x: y) and {z}\"", "a = \"(x: y) and {z}\""},
        {"a: \"\"", "a = \"\""},
        {"a\xC2\xA0"
         "and\xC2\xA0"
         "b",
         "and(any = a, any = b)"},
        {"a: x\xff", "a = x\xff"},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse(text);
        if (expected == nullptr) {
            EXPECT_FALSE(parsed) << text;
            continue;
        }
        ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
        EXPECT_EQ(shown(parsed.value()), expected) << text;
    }
}

struct Refusal {
    const char* text;
    std::size_t offset;
    std::size_t length;
    const char* message;
};

TEST(KqlParser, RefusesWithThePlace) {
    const Refusal cases[] = {
        {"level:", 6, 1, "expected a value after 'level:', found the end of the query"},
        {"level: ", 7, 1, "expected a value after 'level:', found the end of the query"},
        {"level: and a", 7, 3, "expected a value after 'level:', found 'and'"},
        {"level: )", 7, 1, "expected a value after 'level:', found ')'"},
        {"level: : a", 7, 1, "expected a value after 'level:', found ':'"},
        {"price >", 7, 1, "expected a value after 'price >', found the end of the query"},
        {"price > > 5", 8, 1, "expected a value after 'price >', found '>'"},
        {"price > (5)", 8, 1, "expected a value after 'price >', found '('"},
        {": x", 0, 1, "expected a field, a value, 'not' or '(', found ':'"},
        {"> 5", 0, 1, "expected a field, a value, 'not' or '(', found '>'"},
        {"and", 0, 3, "expected a field, a value, 'not' or '(', found 'and'"},
        {"or a", 0, 2, "expected a field, a value, 'not' or '(', found 'or'"},
        {"a and", 5, 1, "expected a field, a value, 'not' or '(', found the end of the query"},
        {"a or  ", 6, 1, "expected a field, a value, 'not' or '(', found the end of the query"},
        {"a and or b", 6, 2, "expected a field, a value, 'not' or '(', found 'or'"},
        {"not", 3, 1, "expected a field, a value, 'not' or '(', found the end of the query"},
        {"a not b", 2, 3, "expected 'and', 'or' or the end of the query, found 'not'"},
        {"(a", 2, 1, "expected 'and', 'or' or ')', found the end of the query"},
        {"(a or b", 7, 1, "expected 'and', 'or' or ')', found the end of the query"},
        {"()", 1, 1, "expected a field, a value, 'not' or '(', found ')'"},
        {"a)", 1, 1, "expected a '(' before this ')', found ')'"},
        {"a }", 2, 1, "expected a '{' before this '}', found '}'"},
        {"a: (x", 5, 1, "expected 'and', 'or' or ')', found the end of the query"},
        {"a: ()", 4, 1, "expected a value, 'not' or '(', found ')'"},
        {"a: (x: y)", 5, 1, "expected 'and', 'or' or ')', found ':'"},
        {"a: { b: x", 9, 1, "expected 'and', 'or' or '}', found the end of the query"},
        {"a: {}", 4, 1, "expected a field, a value, 'not' or '(', found '}'"},
        {"a: { b: x )", 10, 1, "expected 'and', 'or' or '}', found ')'"},
        {"{ a }", 0, 1, "expected a field, a value, 'not' or '(', found '{'"},
        {"\"a", 0, 2, "expected a closing '\"', found the end of the query"},
        {"a: \"x\\\"", 3, 4, "expected a closing '\"', found the end of the query"},
        {"\"a\" \"b\"", 4, 3, "expected 'and', 'or' or the end of the query, found '\"b\"'"},
        {"a \"b\"", 2, 3, "expected 'and', 'or' or the end of the query, found '\"b\"'"},
        {"a (b)", 2, 1, "expected 'and', 'or' or the end of the query, found '('"},
        {"a: b: c", 4, 1, "expected 'and', 'or' or the end of the query, found ':'"},
        {"a: C\\dir", 4, 2, "expected an escape such as"},
        {"a: x\\", 4, 1, "expected an escape such as"},
        {"a: \\u12", 3, 2, "expected an escape such as"},
        {"ж: (x", 6, 1, "expected 'and', 'or' or ')', found the end of the query"},
    };
    for (const auto& [text, offset, length, message] : cases) {
        const auto parsed = parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, base::Code::invalid_argument) << text;
        EXPECT_EQ(parsed.error().offset, offset) << text;
        EXPECT_EQ(parsed.error().length, length) << text;
        EXPECT_EQ(parsed.error().message.substr(0, std::string_view(message).size()), message)
            << text;
    }
}

TEST(KqlParser, KnowsPlaces) {
    const Condition parsed = parse("a: x and (price >  5 or не)").value();
    EXPECT_EQ(parsed.place.offset, 0u);
    const Condition& range = parsed.children.at(1).children.at(0);
    EXPECT_EQ(range.place.offset, 10u);
    EXPECT_EQ(range.place.length, 10u);
    EXPECT_EQ(range.field.place.offset, 10u);
    EXPECT_EQ(range.value.place.offset, 19u);
    EXPECT_EQ(range.value.place.length, 1u);
}

TEST(KqlParser, BoundsDepthAndLength) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '(') + "a" + std::string(depth, ')');
    };
    EXPECT_TRUE(parse(nested(100)));
    const auto deep = parse(nested(101));
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().offset, 100u);
    EXPECT_FALSE(parse(std::string(60'000, '(')));
    std::string negations;
    for (int at = 0; at < 10'000; ++at) negations += "not ";
    EXPECT_FALSE(parse(negations + "a"));
    std::string braces;
    for (int at = 0; at < 10'000; ++at) braces += "a:{";
    EXPECT_FALSE(parse(braces));

    std::string chain = "a";
    while (chain.size() < 60'000) chain += " or a";
    EXPECT_TRUE(parse(chain));
    const auto long_text = parse(std::string(text_limit + 1, 'a'));
    ASSERT_FALSE(long_text);
    EXPECT_EQ(long_text.error().offset, text_limit);
}

// Whatever comes in: an answer or a refusal that points into the text.
TEST(KqlParser, StandsGarbage) {
    const std::string pieces[] = {"a",        "and",   " ",   "or ",     "not ", "(",    ")",
                                  "{",        "}",     ":",   "<",       "<=",   ">",    "\"",
                                  "\\",       "*",     "\\u", "\\u00e4", "ж",    "\xff", "\xC2",
                                  "\xC2\xA0", "\\and", "\n",  "5"};
    std::uint64_t state = 1;
    for (int round = 0; round < 200'000; ++round) {
        std::string text;
        for (std::uint64_t count = state % 14; count > 0; --count) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            text += pieces[(state >> 33) % std::size(pieces)];
        }
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        const auto parsed = parse(text);
        if (parsed) continue;
        ASSERT_GT(parsed.error().length, 0u) << text;
        ASSERT_LE(parsed.error().offset, text.size()) << text;
    }
}

}  // namespace
}  // namespace query::kql

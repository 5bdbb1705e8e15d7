// What an event's text becomes: columns, types, names, refusals.

#include <fmt/format.h>

#include <cmath>

#include "pipeline/logfmt_reader.h"
#include "pipeline/number_text.h"
#include "pipeline/test_pipeline.h"

namespace pipeline {
namespace {

using event::Format;
using event::Type;
using testing::Test;

class ParseTest : public PipelineTest {};

TEST_F(ParseTest, PutsValuesIntoTypedColumns) {
    const auto& batch = take(
        R"({"s":"text","i":42,"n":1.5,"b":true,"nothing":null,"none":[],"o":{"deep":{"x":"y"}},"list":[1,2,"three",4.5]})");
    EXPECT_EQ(texts(batch, "s"), Texts{"text"});
    EXPECT_EQ(integers(batch, "i"), std::vector<std::int64_t>{42});
    EXPECT_EQ(numbers(batch, "n"), std::vector<double>{1.5});
    EXPECT_EQ(integers(batch, "b", Type::boolean), std::vector<std::int64_t>{1});
    EXPECT_TRUE(batch.named("nothing").empty());
    EXPECT_TRUE(batch.named("none").empty());
    EXPECT_EQ(texts(batch, "o.deep.x"), Texts{"y"});
    EXPECT_EQ(integers(batch, "list"), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(texts(batch, "list"), Texts{"three"});
    EXPECT_EQ(numbers(batch, "list"), std::vector<double>{4.5});
}

TEST_F(ParseTest, FlattensArraysOfObjectsAndKeepsDuplicateKeys) {
    const auto& batch = take(R"({"items":[{"sku":"a","n":1},{"sku":"b","n":2}],"k":1,"k":2})");
    EXPECT_EQ(texts(batch, "items.sku"), (Texts{"a", "b"}));
    EXPECT_EQ(integers(batch, "items.n"), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(integers(batch, "k"), (std::vector<std::int64_t>{1, 2}));
}

TEST_F(ParseTest, UnitesNames) {
    const auto& batch = take(
        R"({"service":{"name":"Shop API"},"event":"X","traceId":"t","additional_data":{"x":1,"order_id":"o"},"x":2,"log.level":"warn"})");
    EXPECT_EQ(texts(batch, "service_name"), Texts{"Shop API"});
    EXPECT_EQ(texts(batch, "event_type"), Texts{"X"});
    EXPECT_EQ(texts(batch, "trace_id"), Texts{"t"});
    EXPECT_EQ(texts(batch, "order_id"), Texts{"o"});
    EXPECT_EQ(integers(batch, "x"), (std::vector<std::int64_t>{1, 2}));
    EXPECT_TRUE(batch.named("additional_data.x").empty());
    EXPECT_EQ(texts(batch, "level"), Texts{"WARN"});
}

TEST_F(ParseTest, KeepsOwnColumnsFromClients) {
    const auto& batch = take(
        R"({"_id":"mine","_shape":"x","_overflow":"a","_other":"kept","":"e","a\u0000\u0012b":1})");
    EXPECT_EQ(texts(batch, "client._id"), Texts{"mine"});
    EXPECT_EQ(texts(batch, "client._shape"), Texts{"x"});
    EXPECT_EQ(texts(batch, "client._overflow"), Texts{"a"});
    EXPECT_EQ(texts(batch, "_other"), Texts{"kept"});
    EXPECT_EQ(texts(batch, "client."), Texts{"e"});
    EXPECT_TRUE(texts(batch, "_id").empty());
    EXPECT_TRUE(texts(batch, "_overflow").empty());
    EXPECT_EQ(integers(batch, "a\uFFFD\uFFFDb"), std::vector<std::int64_t>{1});
}

TEST_F(ParseTest, HasOwnColumnsForEveryRow) {
    const auto& batch = take(R"({"a":1})");
    EXPECT_EQ(integers(batch, "_received", Type::timestamp), std::vector<std::int64_t>{received});
    EXPECT_EQ(texts(batch, "_shape").size(), 1U);
    EXPECT_EQ(texts(batch, "environment"), Texts{"prod"});
    EXPECT_EQ(batch.find("_id", Type::string), nullptr);
    EXPECT_EQ(batch.find("_violations", Type::string), nullptr);
}

TEST_F(ParseTest, TakesTheBestTime) {
    const auto time = [this](std::string text) {
        const auto& batch = take(std::move(text));
        EXPECT_EQ(batch.rows(), 1U);
        return batch.rows() == 0 ? "" : event::rfc3339(batch.time[0]);
    };
    const std::string early = "2026-11-24T10:15:00Z";
    const std::string late = "2026-11-24T11:00:00Z";
    EXPECT_EQ(time(R"({"time":")" + late + R"(","@timestamp":")" + early + R"("})"), early);
    EXPECT_EQ(time(R"({"@timestamp":")" + early + R"(","time":")" + late + R"("})"), early);
    EXPECT_EQ(time(R"({"time":")" + late + R"("})"), late);
    EXPECT_EQ(time(R"({"date":1764000000,"ts":")" + late + R"("})"), late);
    EXPECT_EQ(time(R"({"@timestamp":"soon","time":")" + late + R"("})"), late);
    EXPECT_EQ(time(R"({"additional_data":{"timestamp":")" + early + R"("}})"), early);
    EXPECT_EQ(time(R"({"timeUnixNano":"1764000000123456789"})"), "2025-11-24T16:00:00.123456789Z");
    EXPECT_EQ(time(R"({"time":[")" + early + R"("]})"), event::rfc3339(received));
    EXPECT_EQ(time(R"({"nested":{"time":")" + early + R"("}})"), event::rfc3339(received));
    EXPECT_EQ(time(R"({"a":1})"), event::rfc3339(received));
}

TEST_F(ParseTest, KeepsTimesThatTheRowDoesNotTell) {
    EXPECT_EQ(texts(take(R"({"time":"2026-11-24T10:15:00Z"})"), "time"), Texts{});
    EXPECT_EQ(texts(take(R"({"time":"2026-11-24T10:15:00.1234567891Z"})"), "time"),
              Texts{"2026-11-24T10:15:00.1234567891Z"});
    const auto& two =
        take(R"({"time":"2026-11-24T10:15:00Z","@timestamp":"2026-11-24T10:15:01Z"})");
    EXPECT_EQ(texts(two, "time"), Texts{"2026-11-24T10:15:00Z"});
    const auto& bad = take(R"({"timestamp":"soon"})");
    EXPECT_EQ(texts(bad, "client.timestamp"), Texts{"soon"});
    EXPECT_EQ(texts(bad, "_violations"),
              Texts{"timestamp: expected timestamp, found another form"});
    EXPECT_EQ(texts(take(R"({"timestamp":null})"), "_violations"), Texts{});
}

TEST_F(ParseTest, BringsTypesToTheCatalogs) {
    const auto& batch = take(
        R"({"order_id":17,"user_id":true,"file_size":"123","price_calculated":"12.50","duration_ms":5,)"
        R"("returned_from_cache":"false","client":{"ip":"10.0.0.1"}})");
    EXPECT_EQ(texts(batch, "order_id"), Texts{"17"});
    EXPECT_EQ(texts(batch, "user_id"), Texts{"true"});
    EXPECT_EQ(integers(batch, "file_size"), std::vector<std::int64_t>{123});
    EXPECT_EQ(numbers(batch, "price_calculated"), std::vector<double>{12.5});
    EXPECT_EQ(numbers(batch, "duration_ms"), std::vector<double>{5});
    EXPECT_EQ(integers(batch, "returned_from_cache", Type::boolean), std::vector<std::int64_t>{0});
    ASSERT_NE(batch.find("client.ip", Type::ip), nullptr);
    EXPECT_EQ(texts(batch, "_violations"), Texts{});
    EXPECT_EQ(source(batch), texts_.back());
}

TEST_F(ParseTest, KeepsAndNotesWhatIsOfAnotherType) {
    const auto& batch = take(
        R"({"file_size":"big","price_calculated":true,"quantity":1.5,"client.ip":"nowhere","returned_from_cache":1})");
    EXPECT_EQ(texts(batch, "file_size"), Texts{"big"});
    EXPECT_EQ(integers(batch, "price_calculated", Type::boolean), std::vector<std::int64_t>{1});
    EXPECT_EQ(numbers(batch, "quantity"), std::vector<double>{1.5});
    EXPECT_EQ(texts(batch, "client.ip"), Texts{"nowhere"});
    EXPECT_EQ(integers(batch, "returned_from_cache"), std::vector<std::int64_t>{1});
    EXPECT_EQ(
        texts(batch, "_violations"),
        (Texts{"file_size: expected integer, found string",
               "price_calculated: expected number, found boolean",
               "quantity: expected integer, found number", "client.ip: expected ip, found string",
               "returned_from_cache: expected boolean, found integer"}));
}

TEST_F(ParseTest, ReadsNumbersOfEveryForm) {
    const auto& batch =
        take(R"({"n":[1e3,1.0E+2,-0,12345678901234567890,1e400],"i":9223372036854775807})");
    EXPECT_EQ(numbers(batch, "n"), (std::vector<double>{1000, 100, -0.0, 12345678901234567890.0}));
    EXPECT_TRUE(std::signbit(numbers(batch, "n")[2]));
    EXPECT_EQ(integers(batch, "i"), std::vector<std::int64_t>{INT64_MAX});
    EXPECT_EQ(source(batch), texts_.back());
}

TEST_F(ParseTest, KeepsOneShapeForFixedDecimals) {
    std::vector<event::Record> records;
    for (const char* price : {"1.50", "1.52", "2.00", "3.75", "4.10", "5.99"}) {
        records.push_back(record(std::string(R"({"price":)") + price + "}", "test"));
    }
    ASSERT_TRUE(send(records));
    const auto& batch = sink_.appends.back().batches[0].batch;
    EXPECT_EQ(batch.find("_shape", Type::string)->pool->size(), 1U);
    for (std::uint32_t row = 0; row < batch.rows(); ++row)
        EXPECT_EQ(source(batch, row), records[row].text);
}

TEST_F(ParseTest, ReplacesLoneSurrogatesAndKeepsThemInTheSource) {
    const auto& batch = take(R"({"a":"x\ud800y","b":"\ud83c\udf89","c":"\udc00\ud800\u0041"})");
    EXPECT_EQ(texts(batch, "a"), Texts{"x\uFFFDy"});
    EXPECT_EQ(texts(batch, "b"), Texts{"🎉"});
    EXPECT_EQ(texts(batch, "c"), Texts{"\uFFFD\uFFFDA"});
    EXPECT_EQ(source(batch), R"({"a":"x\ud800y","b":"🎉","c":"\udc00\ud800\u0041"})");
}

TEST_F(ParseTest, LeavesNoPersonalDataInShapes) {
    const auto& batch = take(R"({"user_id":"secret\ud800","client.ip":"SECRET"})");
    EXPECT_EQ(texts(batch, "user_id"), Texts{"secret\uFFFD"});
    EXPECT_EQ(texts(batch, "_shape")[0].find("secret"), std::string::npos);
    EXPECT_EQ(texts(batch, "_shape")[0].find("SECRET"), std::string::npos);
}

TEST_F(ParseTest, RefusesMalformedJson) {
    for (const char* text : {"",
                             " ",
                             "{",
                             "}",
                             "[]",
                             "17",
                             "\"text\"",
                             "nothing",
                             R"({"a":1)",
                             R"({"a":1}})",
                             R"({"a":1} {"b":2})",
                             R"({"a":1,})",
                             R"({"a" 1})",
                             R"({"a":"b":1})",
                             R"({"a":1 2})",
                             R"({"a":01})",
                             R"({"a":+1})",
                             R"({"a":1.})",
                             R"({"a":.5})",
                             R"({"a":-})",
                             R"({"a":1e})",
                             R"({"a":1x})",
                             R"({"a":tru})",
                             R"({"a":truee})",
                             R"({"a":nul})",
                             R"({"a":NaN})",
                             R"({a:1})",
                             R"({'a':1})",
                             R"({"a":"\x"})",
                             R"({"a":"\u12"})",
                             R"({"a\x":1})",
                             R"({"a":"unclosed)",
                             R"({"a":[1,2})",
                             R"({"a":[1 2]})",
                             R"({"a":{"b":1})",
                             R"({"a":[})",
                             R"({"a":"b" "c"})",
                             "{\"a\":\"line\nbreak\"}",
                             "{\"a\":\"\x01\"}"}) {
        EXPECT_NE(refusal(text), "") << text;
        EXPECT_TRUE(sink_.appends.empty()) << text;
    }
    EXPECT_EQ(refusal(R"({"a":1,"b":[1,2 3]})"),
              "malformed JSON at byte 16: expected ',' or the end of the object or array");
}

TEST_F(ParseTest, RefusesInvalidUtf8InJsonOnly) {
    EXPECT_EQ(refusal("{\"a\":\"\xff\"}"), "malformed JSON: the text is not valid UTF-8");
    EXPECT_EQ(outcome_.errors[0].code, base::Code::invalid_argument);
    EXPECT_NE(refusal("{\"\xc3\":1}"), "");
    EXPECT_EQ(texts(take("bad \xff byte", Format::plain), "message"), Texts{"bad \uFFFD byte"});
    EXPECT_EQ(texts(take("a=\xff b=1", Format::logfmt), "a"), Texts{"\uFFFD"});
    EXPECT_EQ(texts(take("{\"a\":\"\xff\"}", Format::automatic), "message"),
              Texts{"{\"a\":\"\uFFFD\"}"});
}

TEST_F(ParseTest, LimitsDepth) {
    const auto nested = [](int depth, char open, char close) {
        std::string inner(static_cast<std::size_t>(depth), close);
        std::string text = "{\"a\":";
        for (int level = 0; level < depth; ++level) text += open == '{' ? "{\"a\":" : "[";
        return text + "1" + inner + "}";
    };
    EXPECT_EQ(refusal(nested(63, '[', ']')), "");
    EXPECT_EQ(refusal(nested(63, '{', '}')), "");
    EXPECT_NE(refusal(nested(64, '[', ']')).find("nested"), std::string::npos);
    EXPECT_NE(refusal(nested(64, '{', '}')).find("nested"), std::string::npos);
    EXPECT_NE(refusal(nested(10'000, '[', ']')).find("nested"), std::string::npos);
    EXPECT_NE(refusal(nested(10'000, '{', '}')).find("nested"), std::string::npos);
    EXPECT_NE(refusal(std::string(100'000, '[')), "");
}

TEST_F(ParseTest, LimitsSize) {
    const std::string head = R"({"a":")";
    const std::string large = head + std::string((16 << 20) - head.size() - 2, 'x') + "\"}";
    EXPECT_EQ(refusal(large), "");
    EXPECT_NE(refusal(large + " ").find("16777217 bytes, at most 16777216"), std::string::npos);
    EXPECT_EQ(outcome_.errors[0].code, base::Code::too_large);
    EXPECT_NE(refusal(large + " ", Format::plain), "");
    EXPECT_EQ(refusal(R"({"a":"small"})"), "");
}

TEST_F(ParseTest, KeepsExplodingFieldsInOverflow) {
    restart({.max_columns = 10});
    std::string text = "{";
    for (int field = 0; field < 50; ++field) {
        text += "\"f" + std::to_string(field) + "\":" + std::to_string(field) + ",";
    }
    text += R"("order_id":"o","x":"text","y":[true,1.50,"z"]})";
    const auto before = counted("ordertrail_overflow_values_total", {});
    const auto& batch = take(text);
    EXPECT_EQ(integers(batch, "f9"), std::vector<std::int64_t>{9});
    EXPECT_EQ(batch.find("f10", Type::integer), nullptr);
    EXPECT_EQ(texts(batch, "order_id"), Texts{"o"});  // the catalog's fields have their columns
    const auto overflow = texts(batch, "_overflow");
    ASSERT_EQ(overflow.size(), 44U);
    const auto entry = event::read_overflow(overflow[0]).value_or(event::OverflowEntry{});
    EXPECT_EQ(entry.name, "f10");
    EXPECT_EQ(entry.type, Type::integer);
    EXPECT_EQ(entry.text, "10");
    EXPECT_EQ(source(batch), text);
    EXPECT_EQ(counted("ordertrail_overflow_values_total", {}) - before, 44U);
}

TEST_F(ParseTest, BoundsWhatNamesCost) {
    // A long key over many short ones would be repeated in each name.
    std::string text = "{\"additional_data\":{\"" + std::string(500, 'k') + "\":{";
    for (int field = 0; field < 20'000; ++field) text += "\"" + std::to_string(field) + "\":1,";
    text.back() = '}';
    EXPECT_NE(refusal(text + "}}").find("field names"), std::string::npos);
    EXPECT_EQ(outcome_.errors[0].code, base::Code::too_large);

    const std::string key(100'000, 'k');
    const auto& batch = take("{\"" + key + "\":{\"a\":1,\"b\":\"x\"},\"" + key + "\":[1,2]}");
    EXPECT_EQ(source(batch), texts_.back());
    for (const auto& column : batch.columns())
        EXPECT_LE(column.name.size(), FieldTable::longest_name);
}

TEST_F(ParseTest, ForgetsShapesBeforeTheyAreTooMany) {
    // More fields and shapes than a parser remembers; events stay right.
    for (int request = 0; request < 30; ++request) {
        std::vector<event::Record> records;
        for (int event = 0; event < 400; ++event) {
            const int number = request * 1000 + event;
            records.push_back(record(
                fmt::format(R"({{"k{}":{{"v":{}}},"same":[1,{{"x":"y"}}]}})", number, number),
                "test"));
        }
        sink_.appends.clear();
        ASSERT_TRUE(send(records));
        const auto& batch = sink_.appends.back().batches[0].batch;
        event::SourceWriter writer(batch);
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            std::string text;
            writer.append(row, text);
            ASSERT_EQ(text, records[row].text);
        }
    }
}

TEST_F(ParseTest, DropsHalfParsedRows) {
    const auto result = send({record(R"({"a":1,"b":"x"})", "test"),
                              record(R"({"a":2,"c":[1,2,"y"],"b":"z" "w"})", "test"),
                              record(R"({"a":3})", "test")});
    ASSERT_TRUE(result);
    const auto& batch = sink_.appends.back().batches[0].batch;
    EXPECT_EQ(batch.rows(), 2U);
    EXPECT_EQ(integers(batch, "a"), (std::vector<std::int64_t>{1, 3}));
    EXPECT_EQ(texts(batch, "b", 1), Texts{});
    EXPECT_TRUE(batch.named("c").empty());
    EXPECT_EQ(source(batch, 1), R"({"a":3})");
}

TEST_F(ParseTest, ReadsLogfmt) {
    const auto& batch = take(
        R"(ts=2026-11-24T10:15:00Z level=warn msg="price \"slow\"" order_id=17 took=1.50 size=3 flag hash=12e4 zero=007 ok=true empty=)",
        Format::logfmt);
    EXPECT_EQ(event::rfc3339(batch.time.at(0)), "2026-11-24T10:15:00Z");
    EXPECT_EQ(texts(batch, "level"), Texts{"WARN"});
    EXPECT_EQ(texts(batch, "message"), Texts{"price \"slow\""});
    EXPECT_EQ(texts(batch, "order_id"), Texts{"17"});
    EXPECT_EQ(numbers(batch, "took"), std::vector<double>{1.5});
    EXPECT_EQ(integers(batch, "size"), std::vector<std::int64_t>{3});
    EXPECT_EQ(integers(batch, "flag", Type::boolean), std::vector<std::int64_t>{1});
    EXPECT_EQ(texts(batch, "hash"), Texts{"12e4"});
    EXPECT_EQ(texts(batch, "zero"), Texts{"007"});
    EXPECT_EQ(texts(batch, "empty"), Texts{""});
    EXPECT_EQ(
        source(batch),
        R"({"ts":"2026-11-24T10:15:00Z","level":"warn","msg":"price \"slow\"","order_id":17,"took":1.50,)"
        R"("size":3,"flag":true,"hash":"12e4","zero":"007","ok":true,"empty":""})");
}

TEST_F(ParseTest, TakesOtherLinesAsMessages) {
    EXPECT_EQ(texts(take("goroutine 1 [running]:", Format::logfmt), "message"),
              Texts{"goroutine 1 [running]:"});
    EXPECT_EQ(source(take("a=1 b=2", Format::plain)), R"({"message":"a=1 b=2"})");
    EXPECT_EQ(source(take("", Format::plain)), R"({"message":""})");
}

TEST_F(ParseTest, FindsTheFormatByItself) {
    EXPECT_EQ(source(take(R"( {"a":1})", Format::automatic)), R"({"a":1})");
    EXPECT_EQ(source(take("a=1 b=x", Format::automatic)), R"({"a":1,"b":"x"})");
    EXPECT_EQ(source(take("x=5 is the answer", Format::automatic)),
              R"({"message":"x=5 is the answer"})");
    EXPECT_EQ(source(take(R"({"a":1)", Format::automatic)), R"({"message":"{\"a\":1"})");
    EXPECT_EQ(source(take(std::string(2000, '{'), Format::automatic)),
              R"({"message":")" + std::string(2000, '{') + "\"}");
}

TEST(LogfmtReader, SurvivesAnything) {
    for (const char* line : {"", " ", "=", "==", "a=\"", "a=\"\\", "=b", "\"a\"=b", "a==b"}) {
        LogfmtReader reader(line);
        int pairs = 0;
        while (reader.next()) ASSERT_LT(++pairs, 10) << line;
    }
}

TEST(NumberText, TellsFormsApart) {
    using Kind = NumberText::Kind;
    const std::pair<const char*, Kind> cases[] = {
        {"0", Kind::integer},
        {"-1", Kind::integer},
        {"-0", Kind::big},
        {"9223372036854775807", Kind::integer},
        {"9223372036854775808", Kind::big},
        {"-9223372036854775808", Kind::integer},
        {"-9223372036854775809", Kind::big},
        {"99999999999999999999", Kind::big},
        {"184467440737095516160", Kind::big},
        {"1.0", Kind::decimal},
        {"-0.50", Kind::decimal},
        {"1e5", Kind::exponent},
        {"1.5E-3", Kind::exponent},
        {"", Kind::none},
        {"-", Kind::none},
        {"01", Kind::none},
        {"1.", Kind::none},
        {".1", Kind::none},
        {"1e", Kind::none},
        {"1e+", Kind::none},
        {"1a", Kind::none},
        {"0x1", Kind::none},
        {"1 ", Kind::none},
        {"--1", Kind::none},
    };
    for (const auto& [text, kind] : cases) EXPECT_EQ(number_text(text).kind, kind) << text;
    EXPECT_EQ(number_text("-9223372036854775808").integer, INT64_MIN);
    EXPECT_EQ(number_text("0.00120").digits, 3U);
    EXPECT_EQ(number_text("12.30").decimals, 2U);
}

}  // namespace
}  // namespace pipeline

#include "app/command/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "app/client.h"
#include "app/command/esql.h"
#include "app/command/row_printer.h"
#include "app/command/search_page.h"

namespace app {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto page = R"({"took_ms":3,"rows":[
{"id":"a1","index":"shop-prod","seq":7,"timestamp":"2026-11-24T10:15:00.123Z",
 "fields":{"level":"ERROR","service_name":"Shop API","event_type":"ORDER_CREATED","order_id":"=ORD-1","n":[1,"two",true],"o":1.50},
 "source":{"@timestamp": "2026-11-24T10:15:00.123Z", "n":1.0, "nested":{"deep":[{}]}}},
{"id":"a2","index":"mes-prod","seq":6,"timestamp":"2026-11-24T10:14:00Z","fields":{"level":"INFO","message":"cut \u001b[0m here, please"},"source":{}}
],"next_cursor":"c\"1"})";

// What `print` leaves in a pipe.
std::string printed(const RowStyle& style) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    {
        Output out(ends[1]);
        const auto printer = RowPrinter::create(style, out);
        EXPECT_TRUE(read_search_page(page, [&](const FoundRow& row) { printer->print(row); }));
        printer->end_page();
    }
    ::close(ends[1]);
    std::string text(1 << 16, '\0');
    text.resize(static_cast<std::size_t>(::read(ends[0], text.data(), text.size())));
    ::close(ends[0]);
    return text;
}

RowStyle style(RowFormat format, std::size_t width = 0) {
    RowStyle made;
    made.format = format;
    made.width = width;
    return made;
}

TEST(SearchPage, GivesRowsAndTheCursor) {
    std::vector<std::string> ids;
    const auto cursor = read_search_page(page, [&](const FoundRow& row) {
        ids.push_back(std::string(row.id));
        if (row.id == "a1") {
            EXPECT_EQ(
                row.source,
                R"({"@timestamp": "2026-11-24T10:15:00.123Z", "n":1.0, "nested":{"deep":[{}]}})");
            EXPECT_EQ(row.field("n"), "1, two, true");
            EXPECT_EQ(row.field("o"), "1.50");
            EXPECT_EQ(row.field("nothing"), "");
        }
    });
    EXPECT_THAT(ids, testing::ElementsAre("a1", "a2"));
    EXPECT_EQ(cursor.value(), "c\"1");
    EXPECT_FALSE(read_search_page(R"({"rows":[],"next_cursor":null})", [](const FoundRow&) {})
                     .value()
                     .has_value());
}

TEST(SearchPage, WhatIsNoAnswerIsCorrupt) {
    for (const char* text : {"", "<html>", "[]", "{\"rows\":1}", "{\"rows\":[1]}",
                             "{\"rows\":[{\"id\":1}]}", "{\"rows\":["}) {
        const auto result = read_search_page(text, [](const FoundRow&) {});
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, base::Code::corrupt) << text;
    }
}

TEST(RowPrinter, NdjsonIsTheEventAsItWasSent) {
    EXPECT_EQ(printed(style(RowFormat::ndjson)),
              "{\"@timestamp\": \"2026-11-24T10:15:00.123Z\", \"n\":1.0, "
              "\"nested\":{\"deep\":[{}]}}\n{}\n");
}

TEST(RowPrinter, NdjsonWithMeta) {
    auto with = style(RowFormat::ndjson);
    with.with_meta = true;
    EXPECT_EQ(printed(with),
              "{\"_index\":\"shop-prod\",\"_id\":\"a1\",\"@timestamp\": "
              "\"2026-11-24T10:15:00.123Z\", \"n\":1.0, "
              "\"nested\":{\"deep\":[{}]}}\n{\"_index\":\"mes-prod\",\"_id\":\"a2\"}\n");
}

TEST(RowPrinter, CsvHasAHeadAndSafeCells) {
    EXPECT_EQ(printed(style(RowFormat::csv)),
              "time,index,level,service_name,event_type,order_id,message\r\n"
              "2026-11-24T10:15:00.123Z,shop-prod,ERROR,Shop API,ORDER_CREATED,'=ORD-1,\r\n"
              "2026-11-24T10:14:00Z,mes-prod,INFO,,,,\"cut \x1b[0m here, please\"\r\n");
}

TEST(RowPrinter, TableFitsTheTerminalAndShowsNoControlCharacters) {
    const auto text = printed(style(RowFormat::table, 100));
    EXPECT_EQ(
        text,
        "TIME                      LEVEL  SERVICE   EVENT          ORDER   MESSAGE\n"
        "2026-11-24T10:15:00.123Z  ERROR  Shop API  ORDER_CREATED  =ORD-1  n=1, two, true o=1.50\n"
        "2026-11-24T10:14:00Z      INFO                                    cut \\x1b[0m here, "
        "please\n");
    EXPECT_THAT(printed(style(RowFormat::table, 80)), HasSubstr("n=1, two, tru…\n"));
    EXPECT_THAT(printed(style(RowFormat::table, 30)), Not(HasSubstr("\x1b")));
}

TEST(RowPrinter, TableColoursLevels) {
    auto coloured = style(RowFormat::table, 100);
    coloured.colours = true;
    EXPECT_THAT(printed(coloured), HasSubstr("\n\033[31m2026-11-24T10:15:00.123Z  ERROR"));
}

TEST(QueryTimes, ShorthandIsAgo) {
    EXPECT_EQ(time_parameter("15m"), "now-15m");
    EXPECT_EQ(time_parameter("7d"), "now-7d");
    EXPECT_EQ(time_parameter("1M"), "now-1M");
    for (const char* text : {"now-15m", "1732400000000", "2026-11-24", "m", "now", "-15m", "15x"}) {
        EXPECT_EQ(time_parameter(text), text);
    }
}

base::Error error_at(std::size_t offset, std::size_t length) {
    base::Error error = base::invalid("expected a value");
    error.offset = offset;
    error.length = length;
    return error;
}

TEST(QueryErrors, PointAtThePlace) {
    EXPECT_EQ(query_error_text(error_at(6, 3), "level:???"),
              "expected a value\n  level:???\n        ^^^");
    EXPECT_EQ(query_error_text(error_at(6, 1), "level:"), "expected a value\n  level:\n        ^");
    EXPECT_EQ(query_error_text(error_at(0, 0), "level:"), "expected a value");
    // Columns, not bytes.
    EXPECT_EQ(query_error_text(error_at(11, 2), "Заказ:ъ"),
              "expected a value\n  Заказ:ъ\n        ^");
    EXPECT_EQ(query_error_text(error_at(8, 1), "a: b or\n) c"), "expected a value\n  ) c\n  ^");
    EXPECT_EQ(query_error_text(error_at(1000, 1000), "short"),
              "expected a value\n  short\n       ^");
}

TEST(ClientErrors, AreTheServersOwn) {
    const auto error = error_of(
        400,
        R"({"error":{"code":"invalid_argument","message":"expected","position":{"offset":6,"length":1}}})");
    EXPECT_EQ(error.code, base::Code::invalid_argument);
    EXPECT_EQ(error.message, "expected");
    EXPECT_EQ(error.offset, 6u);
    EXPECT_EQ(error.length, 1u);
    EXPECT_THAT(error_of(502, "<html>bad gateway").message, HasSubstr("HTTP status 502"));
    EXPECT_THAT(error_of(404, R"({"error":"no"})").message, HasSubstr("HTTP status 404"));
}

TEST(OutputTest, AReaderThatWentAwayIsNoFailure) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ::close(ends[0]);
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    Output out(ends[1]);
    out.write("x");
    out.flush();
    std::signal(SIGPIPE, before);
    EXPECT_TRUE(out.closed());
    EXPECT_FALSE(out.failed());
    ::close(ends[1]);
}

constexpr auto table = R"({"took":1,"is_partial":false,"columns":[{"name":"n","type":"long"},
{"name":"level","type":"keyword"}],"values":[[197.5,"=ERROR"],[null,["a","b\u001b"]]]})";

TEST(Esql, PrintsTables) {
    EXPECT_EQ(esql_text(table, style(RowFormat::table)).value(),
              "n      level\n197.5  =ERROR\n       a, b\\x1b\n");
    EXPECT_EQ(esql_text(table, style(RowFormat::csv)).value(),
              "n,level\r\n197.5,'=ERROR\r\n,\"a, b\x1b\"\r\n");
    EXPECT_EQ(esql_text(table, style(RowFormat::ndjson)).value(),
              "{\"n\":197.5,\"level\":\"=ERROR\"}\n"
              "{\"n\":null,\"level\":[\"a\",\"b\\u001b\"]}\n");
    EXPECT_FALSE(esql_text("{}", style(RowFormat::csv)));
    EXPECT_FALSE(
        esql_text(R"({"columns":[{"name":"a"}],"values":[[1,2]]})", style(RowFormat::csv)));
}

TEST(Esql, PointsAtTheMistake) {
    const auto read = error_of(
        400,
        R"({"error":{"type":"verification_exception","reason":"Found 1 problem\nline 2:8: no"}})");
    EXPECT_EQ(read.code, base::Code::invalid_argument);
    const std::string query = "FROM *\n| KEEP x";
    EXPECT_EQ(with_place(read, query).offset, query.size() - 1);
    EXPECT_THAT(query_error_text(with_place(read, query), query),
                HasSubstr("  | KEEP x\n         ^"));
    EXPECT_EQ(with_place(base::invalid("line x:y: no"), query).length, 0u);
    EXPECT_EQ(with_place(base::invalid("line 9:9: no"), query).offset, query.size());
}

}  // namespace
}  // namespace app

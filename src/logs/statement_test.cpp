#include "logs/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "logs/comment_tags.h"
#include "logs/log_time.h"
#include "logs/recording_fields.h"

namespace logs::testing {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::string postgresql(std::string_view text) { return normalised(text, Dialect::postgresql); }
std::string mysql(std::string_view text) { return normalised(text, Dialect::mysql); }

TEST(Normalised, LeavesValuesOut) {
    EXPECT_EQ(postgresql("SELECT * FROM orders WHERE id = 42 AND name='O''Brien';"),
              "SELECT * FROM orders WHERE id = ? AND name = ?");
    EXPECT_EQ(postgresql("select 1.5e-3, .5, 0x1f, -7, a-1, a - 1, t1.c2, x2"),
              "select ?, ?, ?, ?, a - ?, a - ?, t1.c2, x2");
    EXPECT_EQ(postgresql("SELECT $1, $$it's$$, $tag$a $$ b$tag$, E'a\\'b', N'x', x'1F'"),
              "SELECT ?, ?, ?, ?, ?, ?");
    EXPECT_EQ(postgresql(R"(SELECT "a ""b"" 1", c->>'k', n::int, count(*), t.* FROM s."T 1")"),
              R"(SELECT "a ""b"" 1", c ->> ?, n::int, count(*), t.* FROM s."T 1")");
    EXPECT_EQ(mysql(R"(SELECT "a\"b", 'c\'d', `e``f 1`, _utf8'x', ? FROM t)"),
              "SELECT ?, ?, `e``f 1`, ?, ? FROM t");
    EXPECT_EQ(postgresql("SELECT a WHERE b = NULL AND c IS TRUE"),
              "SELECT a WHERE b = NULL AND c IS TRUE");
    EXPECT_EQ(mysql("SELECT имя FROM заказы WHERE город='Казань'"),
              "SELECT имя FROM заказы WHERE город = ?");
}

TEST(Normalised, LeavesCommentsAndWhiteSpaceOut) {
    EXPECT_EQ(postgresql("SELECT a -- it's\n , b /* x /* y */ z */ FROM\t\tt  WHERE a>=1"),
              "SELECT a, b FROM t WHERE a >= ?");
    EXPECT_EQ(mysql("SELECT a # it's\n FROM t /* x /* y */ WHERE a<>1"),
              "SELECT a FROM t WHERE a <> ?");
    EXPECT_EQ(postgresql("SELECT a FROM t WHERE a=-1"), "SELECT a FROM t WHERE a = ?");
    EXPECT_EQ(postgresql(""), "");
    EXPECT_EQ(postgresql(" /* only */ "), "");
}

TEST(Normalised, TakesListsTogether) {
    EXPECT_EQ(postgresql("DELETE FROM t WHERE id IN (1, 2,3) AND a in('x')"),
              "DELETE FROM t WHERE id IN (?) AND a in (?)");
    EXPECT_EQ(postgresql("INSERT INTO t (a, b) VALUES (1, 'x'), (2, NULL) ,(-3, DEFAULT)"),
              "INSERT INTO t (a, b) VALUES (?)");
    EXPECT_EQ(postgresql("INSERT INTO t VALUES (1, now()), (2, now()) RETURNING id"),
              "INSERT INTO t VALUES (?, now()), (?, now()) RETURNING id");
    EXPECT_EQ(postgresql("WHERE (a, b) IN ((1, 2), (3, 4), (5, 6))"), "WHERE (a, b) IN ((?, ?))");
    EXPECT_EQ(postgresql("WHERE a = ANY(ARRAY[1,2,3]) AND f(1, 2) LIMIT 10 OFFSET 5"),
              "WHERE a = ANY(ARRAY[?]) AND f(?, ?) LIMIT ? OFFSET ?");
    EXPECT_EQ(postgresql("WHERE id IN (SELECT id FROM u WHERE x IN (1,2))"),
              "WHERE id IN (SELECT id FROM u WHERE x IN (?))");
    EXPECT_EQ(mysql("INSERT INTO t VALUES (1),(2) ON DUPLICATE KEY UPDATE a=VALUES(a)"),
              "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = VALUES (a)");
}

TEST(Normalised, TakesWhatIsNoStatement) {
    for (const std::string text :
         {"'",    "\"",   "`",      "$",       "$a", "$a$",    "/*", "--",  "((((",
          "))))", "[,](", "E'",     "-",       "1-", "=",      "\\", "'\\", "\xff\xfe'",
          "_'",   "(?,",  "VALUES", "VALUES(", "IN", "+/**/+", ";"}) {
        for (const auto dialect : {Dialect::postgresql, Dialect::mysql}) {
            EXPECT_LE(normalised(text, dialect).size(), text.size() * 4) << text;
        }
    }
}

// Ten times as much text, ten times as long: not a hundred times.
TEST(Normalised, IsLinear) {
    for (const std::string piece : {"'a',", "(", "$a$", "/*", "((1),", "IN (1,2),(", "E'\\", "\"",
                                    "a.b ", "-- x\n", ")", "VALUES (1),", "$", "- ", "aaaaaaaa"}) {
        std::string text = "SELECT * FROM t WHERE a IN (";
        while (text.size() < (4 << 20)) text += piece;
        const auto begin = std::chrono::steady_clock::now();
        const auto made = postgresql(text);
        EXPECT_LE(made.size(), 8200U + 3) << piece;
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5)) << piece;
    }
}

TEST(TellStatement, TellsWhatACommentSays) {
    RecordingFields fields;
    tell_statement(fields,
                   "SELECT 1 /*action='%2Forders',order_id='ORD-%31',"
                   "traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'*/",
                   Dialect::postgresql);
    EXPECT_EQ(field(fields.told, "statement_pattern"), "SELECT ?");
    EXPECT_EQ(field(fields.told, "order_id"), "ORD-1");
    EXPECT_EQ(field(fields.told, "trace_id"), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(field(fields.told, "span_id"), "00f067aa0ba902b7");
    for (const auto* comment :
         {"", "text", "order_id=", "order_id='", "order_id=''", "traceparent='00-x'",
          "traceparent='00-00000000000000000000000000000000-00f067aa0ba902b7-01'", "='x'"}) {
        RecordingFields none;
        tell_comment_tags(none, comment);
        EXPECT_TRUE(none.told.empty()) << comment;
    }
}

TEST(TellStatement, CutsLongOnes) {
    RecordingFields fields;
    std::string text = "SELECT '";
    while (text.size() < (1 << 20)) text += "я";
    tell_statement(fields, text + "'", Dialect::postgresql);
    EXPECT_LE(field(fields.told, "statement").size(), longest_text + 3);
    EXPECT_TRUE(field(fields.told, "statement").ends_with("я…"));
    EXPECT_EQ(field(fields.told, "statement_pattern"), "SELECT ?");
}

TEST(Times, OfDatabases) {
    EXPECT_EQ(database_time("2026-11-24 10:15:00.123 UTC"), "2026-11-24T10:15:00.123Z");
    EXPECT_EQ(database_time("2026-11-24 10:15:00 MSK"), "2026-11-24T10:15:00+03:00");
    EXPECT_EQ(database_time("2026-11-24 10:15:00.1 +03"), "2026-11-24T10:15:00.1+03:00");
    EXPECT_EQ(database_time("2026-11-24T10:15:00.123456Z"), "2026-11-24T10:15:00.123456Z");
    EXPECT_EQ(database_time("2026-11-24T10:15:00-05:30"), "2026-11-24T10:15:00-05:30");
    EXPECT_EQ(database_time("2026-11-24 10:15:00 +0545"), "2026-11-24T10:15:00+05:45");
    EXPECT_EQ(database_time("2026-11-24 10:15:00"), "2026-11-24T10:15:00");
    EXPECT_EQ(database_time("2026-11-24 10:15:00 XYZ"), "2026-11-24T10:15:00");
    for (const auto* text : {"", "2026-11-24", "2026-11-24x10:15:00", "2026-11-24 10:15",
                             "26-11-24 10:15:00", "2026-1a-24 10:15:00"}) {
        EXPECT_EQ(database_time(text), "") << text;
    }
}

TEST(Times, OfAccessLogs) {
    EXPECT_EQ(access_log_time("06/Feb/2019:00:00:38 +0000"), "2019-02-06T00:00:38+00:00");
    EXPECT_EQ(access_log_time("24/November/2026:10:15:00 +0300"), "2026-11-24T10:15:00+03:00");
    for (const auto* text : {"", "06/", "06/Foo/2019:00:00:38 +0000", "06/Feb", "06/anF/2019:0",
                             "06/Feb/2019 00:00:38"}) {
        EXPECT_EQ(access_log_time(text), "") << text;
    }
}

}  // namespace
}  // namespace logs::testing

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logs/recording_fields.h"

namespace logs::testing {
namespace {

using ::testing::HasSubstr;

const std::string debian = "%m [%p] %q%u@%d ";

std::vector<Told> text(std::string_view log, const std::string& prefix = debian) {
    return read_log(*kind_named("postgresql", prefix), log);
}

TEST(PostgresqlText, SlowQueries) {
    const auto events = text(
        "2026-11-24 22:47:10.559 UTC [4711] mes@mesdb LOG:  duration: 120.535 ms  statement: "
        "SELECT "
        "pg_sleep(0.12),\n"
        "\t  '\tx'\n"
        "\t\n"
        "\t  FROM orders WHERE id IN (1, 2);\n"
        "2026-11-24 22:47:11.000 MSK [4711] mes@mesdb LOG:  duration: 3.100 ms  execute S_1: "
        "SELECT $1\n"
        "2026-11-24 22:47:11.000 MSK [4711] mes@mesdb DETAIL:  parameters: $1 = 'ORD-1'\n"
        "2026-11-24 22:47:11.001 MSK [4711] mes@mesdb LOG:  duration: 3 ms  bind <unnamed>: SELECT "
        "2\n"
        "2026-11-24 22:47:11.002 MSK [4711] mes@mesdb LOG:  duration: 0.015 ms\n");
    ASSERT_EQ(events.size(), 4U);
    const auto& first = events[0];
    EXPECT_EQ(field(first, "@timestamp"), "2026-11-24T22:47:10.559Z");
    EXPECT_EQ(field(first, "event_type"), "SLOW_QUERY");
    EXPECT_EQ(field(first, "level"), "WARN");
    EXPECT_EQ(field(first, "duration_ms"), "120.535");
    EXPECT_EQ(field(first, "database"), "mesdb");
    EXPECT_EQ(field(first, "db_user"), "mes");
    EXPECT_EQ(field(first, "process_id"), "4711");
    EXPECT_EQ(field(first, "statement"),
              "SELECT pg_sleep(0.12),\n  '\tx'\n\n  FROM orders WHERE id IN (1, 2);");
    EXPECT_EQ(field(first, "statement_pattern"),
              "SELECT pg_sleep(?), ? FROM orders WHERE id IN (?)");
    EXPECT_EQ(field(first, "statement_phase"), "statement");
    EXPECT_EQ(field(events[1], "@timestamp"), "2026-11-24T22:47:11.000+03:00");
    EXPECT_EQ(field(events[1], "statement"), "SELECT $1");
    EXPECT_EQ(field(events[1], "statement_phase"), "execute");
    EXPECT_EQ(field(events[1], "statement_name"), "S_1");
    EXPECT_EQ(field(events[1], "detail"), "parameters: $1 = 'ORD-1'");
    EXPECT_EQ(field(events[2], "statement_phase"), "bind");
    EXPECT_EQ(field(events[2], "statement_name"), "");
    EXPECT_EQ(field(events[3], "event_type"), "");
    EXPECT_EQ(field(events[3], "duration_ms"), "0.015");
    EXPECT_EQ(field(events[3], "level"), "INFO");
}

TEST(PostgresqlText, FailedQueriesAndOtherLines) {
    const auto events = text(
        "2026-11-24 22:47:10.559 UTC [1] mes@mesdb ERROR:  relation \"no\" does not exist at "
        "character 15\n"
        "2026-11-24 22:47:10.559 UTC [1] mes@mesdb HINT:  look\n"
        "2026-11-24 22:47:10.559 UTC [1] mes@mesdb QUERY:  SELECT 1 FROM no\n"
        "2026-11-24 22:47:10.559 UTC [1] mes@mesdb CONTEXT:  PL/pgSQL function f() line 1\n"
        "2026-11-24 22:47:10.559 UTC [1] mes@mesdb STATEMENT:  SELECT f(),\n"
        "\t2\n"
        "2026-11-24 22:47:10.560 UTC [2] mes@mesdb DETAIL:  of another process\n"
        "2026-11-24 22:47:10.561 UTC [3] LOG:  mail to a@b ERROR:  not a severity\n"
        "2026-11-24 22:47:10.562 UTC [3] [unknown]@[unknown] FATAL:  no pg_hba.conf entry\n"
        "2026-11-24 22:47:10.562 UTC [3] a@b DEBUG3:  x\n"
        "2026-11-24 22:47:10.562 UTC [3] a@b WARNING:  there is no transaction in progress\n"
        "sh: 1: archive: not found\n");
    ASSERT_EQ(events.size(), 7U);
    EXPECT_EQ(field(events[0], "event_type"), "QUERY_FAILED");
    EXPECT_EQ(field(events[0], "level"), "WARN");
    EXPECT_EQ(field(events[0], "db_severity"), "ERROR");
    EXPECT_EQ(field(events[0], "error"), "relation \"no\" does not exist at character 15");
    EXPECT_EQ(field(events[0], "statement"), "SELECT f(),\n2");
    EXPECT_EQ(field(events[0], "hint"), "look");
    EXPECT_EQ(field(events[0], "internal_query"), "SELECT 1 FROM no");
    EXPECT_EQ(field(events[0], "context"), "PL/pgSQL function f() line 1");
    EXPECT_EQ(field(events[0], "detail"), "");
    EXPECT_EQ(field(events[2], "message"), "mail to a@b ERROR:  not a severity");
    EXPECT_EQ(field(events[2], "level"), "INFO");
    EXPECT_EQ(field(events[2], "database"), "");
    EXPECT_EQ(field(events[3], "level"), "FATAL");
    EXPECT_EQ(field(events[3], "db_user"), "");
    EXPECT_EQ(field(events[4], "level"), "DEBUG");
    EXPECT_EQ(field(events[5], "level"), "WARN");
    EXPECT_EQ(field(events[6], "message"), "sh: 1: archive: not found");
    EXPECT_EQ(field(events[6], "@timestamp"), "");
}

TEST(PostgresqlText, EveryPrefix) {
    const auto full = text(
        "1795546689.780 11 psql sess mesdb mes 127.0.0.1(5432) 6564f0a1.2b 3 "
        "2026-11-24 10:00:00 UTC 3/42 0 INSERT 42P01 client backend 99 ERROR:  x",
        "%n %p %a %-6q%q sess %d %u %r %c %l %s %v %x %i %e %b %Q ");
    (void)full;
    const auto events = text(
        "1795546689.780 [   11] app=my app,db=mesdb,user=mes,client=10.0.0.1 6564f0a1.2b 3 42P01 "
        "CREATE TABLE 5% LOG:  duration: 1.5 ms  statement: SELECT 1\n",
        "%n [%5p] app=%a,db=%d,user=%u,client=%h %c %l %e %i 5%% ");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(field(events[0], "@timestamp"), "1795546689.780");
    EXPECT_EQ(field(events[0], "process_id"), "11");
    EXPECT_EQ(field(events[0], "application_name"), "my app");
    EXPECT_EQ(field(events[0], "db_client"), "10.0.0.1");
    EXPECT_EQ(field(events[0], "session_id"), "6564f0a1.2b");
    EXPECT_EQ(field(events[0], "session_line"), "3");
    EXPECT_EQ(field(events[0], "sql_state"), "42P01");
    EXPECT_EQ(field(events[0], "command_tag"), "CREATE TABLE");
    EXPECT_EQ(field(events[0], "duration_ms"), "1.5");
    // With another prefix than the one that is set.
    const auto other = text(
        "2026-11-24 22:47:10.559 UTC mes 12 ERROR:  no\n"
        "2026-11-24 22:47:10.559 UTC mes 12 STATEMENT:  SELECT 1\n"
        "LOG:  bare\n");
    ASSERT_EQ(other.size(), 2U);
    EXPECT_EQ(field(other[0], "@timestamp"), "2026-11-24T22:47:10.559Z");
    EXPECT_EQ(field(other[0], "statement"), "SELECT 1");
    EXPECT_EQ(field(other[1], "message"), "bare");
    EXPECT_EQ(kind_named("postgresql", std::string(300, 'x')), nullptr);
    EXPECT_NE(kind_named("postgresql", "%m (%p) [%u.*|%Z%"), nullptr);
}

TEST(PostgresqlText, OtherLanguages) {
    const auto events = text(
        "2026-11-24 22:47:10.559 MSK [1] mes@mesdb СООБЩЕНИЕ:  продолжительность: 120.535 мс, "
        "оператор: SELECT 1\n"
        "2026-11-24 22:47:10.559 MSK [1] mes@mesdb СООБЩЕНИЕ:  продолжительность: 1.535 мс  "
        "выполнение <unnamed>: SELECT 2\n"
        "2026-11-24 22:47:10.559 MSK [1] mes@mesdb ПОДРОБНОСТИ:  параметры: $1 = '1'\n"
        "2026-11-24 22:47:10.559 MSK [1] mes@mesdb ОШИБКА:  отношение \"no\" не существует\n"
        "2026-11-24 22:47:10.559 MSK [1] mes@mesdb ОПЕРАТОР:  SELECT * FROM no\n"
        "2026-11-24 22:47:10.559 CET [1] mes@mesdb LOG:  Dauer: 7.5 ms  Anweisung: SELECT 3\n");
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(field(events[0], "statement"), "SELECT 1");
    EXPECT_EQ(field(events[0], "event_type"), "SLOW_QUERY");
    EXPECT_EQ(field(events[1], "statement"), "SELECT 2");
    EXPECT_EQ(field(events[1], "detail"), "параметры: $1 = '1'");
    EXPECT_EQ(field(events[2], "event_type"), "QUERY_FAILED");
    EXPECT_EQ(field(events[3], "duration_ms"), "7.5");
}

TEST(PostgresqlText, Plans) {
    const auto events = text(
        "2026-11-24 22:47:10.559 UTC [1] mes@mesdb LOG:  duration: 101.2 ms  plan:\n"
        "\tQuery Text: SELECT pg_sleep(0.1)\n"
        "\tFROM t;\n"
        "\tResult  (cost=0.00..0.01 rows=1 width=4)\n");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(field(events[0], "event_type"), "");
    EXPECT_EQ(field(events[0], "duration_ms"), "101.2");
    EXPECT_EQ(field(events[0], "statement"), "SELECT pg_sleep(0.1)\nFROM t;");
    EXPECT_THAT(field(events[0], "plan"), HasSubstr("Result  (cost=0.00"));
}

const std::string csv_begin = "2026-11-24 22:47:10.559 UTC,";

TEST(PostgresqlCsv, Records) {
    const auto kind = kind_named("postgresql-csv");
    const std::string log =
        csv_begin +
        R"("mes","mesdb",4711,"127.0.0.1:52114",6564f0a1.1267,2,"SELECT",2026-11-24 22:47:09 UTC,3/2,0,LOG,00000,"duration: 120.535 ms  statement: SELECT ""a"",
  '2026-11-24 22:47:10.559 UTC,""mes"",' FROM t",,,,,,,,,"psql","client backend",,42)"
        "\n" +
        csv_begin +
        R"("mes","mesdb",4711,"[local]",6564f0a1.1267,3,"SELECT",2026-11-24 22:47:09 UTC,3/3,7,ERROR,42P01,"no",,"hint","q",,"ctx","SELECT *
FROM no",15,,"psql")"
        "\n" +
        csv_begin +
        ",,1,,6564f0a1.1,1,,2026-11-24 22:47:09 "
        "UTC,,0,LOG,00000,\"ready\",,,,,,,,,\"\",\"postmaster\",,0\n";
    const auto events = read_log(*kind, log);
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(field(events[0], "event_type"), "SLOW_QUERY");
    EXPECT_EQ(field(events[0], "statement"),
              "SELECT \"a\",\n  '2026-11-24 22:47:10.559 UTC,\"mes\",' FROM t");
    EXPECT_EQ(field(events[0], "db_client"), "127.0.0.1:52114");
    EXPECT_EQ(field(events[0], "query_id"), "42");
    EXPECT_EQ(field(events[0], "backend_type"), "client backend");
    EXPECT_EQ(field(events[1], "event_type"), "QUERY_FAILED");
    EXPECT_EQ(field(events[1], "sql_state"), "42P01");
    EXPECT_EQ(field(events[1], "statement"), "SELECT *\nFROM no");
    EXPECT_EQ(field(events[1], "transaction_id"), "7");
    EXPECT_EQ(field(events[1], "application_name"), "psql");
    EXPECT_EQ(field(events[2], "message"), "ready");
    EXPECT_EQ(field(events[2], "query_id"), "");
}

TEST(PostgresqlCsv, DamagedRecordsHideNoOthers) {
    const auto kind = kind_named("postgresql-csv");
    const std::string good =
        csv_begin + R"(,,1,,6564f0a1.1,1,,2026-11-24 22:47:09 UTC,,0,LOG,00000,"ready",,,,,,,,,"")"
                    "\n";
    const auto events = read_log(*kind, "the end of\na record\",,,\"\n" + good + csv_begin +
                                            "\"mes\",\"cut\n" + good + good);
    ASSERT_EQ(events.size(), 5U);
    EXPECT_EQ(field(events[0], "message"), "the end of\na record\",,,\"");
    EXPECT_EQ(field(events[1], "message"), "ready");
    EXPECT_EQ(field(events[2], "message"), csv_begin + "\"mes\",\"cut");
    EXPECT_EQ(field(events[3], "message"), "ready");
    EXPECT_EQ(field(events[4], "message"), "ready");
}

TEST(PostgresqlJson, Lines) {
    const auto kind = kind_named("postgresql-json");
    const auto events = read_log(
        *kind,
        R"({"timestamp":"2026-11-24 22:47:10.559 UTC","user":"mes","dbname":"mesdb","pid":4711,"remote_host":"127.0.0.1","remote_port":52114,"session_id":"6564f0a1.1267","line_num":2,"ps":"SELECT","session_start":"2026-11-24 22:47:09 UTC","vxid":"3/2","txid":0,"error_severity":"LOG","message":"duration: 120.535 ms  statement: SELECT\n1","application_name":"psql","backend_type":"client backend","query_id":-7})"
        "\n"
        R"({"timestamp":"2026-11-24 22:47:10.559 UTC","pid":1,"error_severity":"ERROR","state_code":"42P01","message":"no","statement":"SELECT 2","cursor_position":15,"func_name":"parserOpenTable","file_name":"parse_relation.c","file_line_num":1384})"
        "\n{\"other\":1}\n{broken\n");
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(field(events[0], "event_type"), "SLOW_QUERY");
    EXPECT_EQ(field(events[0], "statement"), "SELECT\n1");
    EXPECT_EQ(field(events[0], "db_client"), "127.0.0.1:52114");
    EXPECT_EQ(field(events[0], "query_id"), "-7");
    EXPECT_EQ(field(events[0], "process_id"), "4711");
    EXPECT_EQ(field(events[1], "event_type"), "QUERY_FAILED");
    EXPECT_EQ(field(events[1], "code_location"), "parserOpenTable, parse_relation.c:1384");
    EXPECT_EQ(field(events[2], "message"), "{\"other\":1}");
    EXPECT_EQ(field(events[3], "message"), "{broken");
}

TEST(LogKinds, ByName) {
    EXPECT_EQ(kind_of_file("postgresql", "/log/postgresql-15-main.log"), "postgresql");
    EXPECT_EQ(kind_of_file("postgresql", "/log/postgresql.csv"), "postgresql-csv");
    EXPECT_EQ(kind_of_file("postgresql", "/log/postgresql.csv.12"), "postgresql-csv");
    EXPECT_EQ(kind_of_file("postgresql", "/log/postgresql.json"), "postgresql-json");
    EXPECT_EQ(kind_of_file("mariadb-slow", "/log/x.csv"), "mariadb-slow");
    const auto wrong = make_log_kind("oracle", {});
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().message, HasSubstr("found 'oracle'"));
}

}  // namespace
}  // namespace logs::testing

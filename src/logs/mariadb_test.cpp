#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logs/recording_fields.h"

namespace logs::testing {
namespace {

using ::testing::HasSubstr;

std::vector<Told> slow(std::string_view log) { return read_log(*kind_named("mariadb-slow"), log); }

constexpr std::string_view preamble =
    "/usr/sbin/mariadbd, Version: 10.11.14-MariaDB-0+deb12u2-log (Debian 12). started with:\n"
    "Tcp port: 3306  Unix socket: /run/mysqld/mysqld.sock\n"
    "Time\t\t    Id Command\tArgument\n";

TEST(MariadbSlow, Statements) {
    const auto events =
        slow(std::string(preamble) +
             "# Time: 261124 22:47:10\n"
             "# User@Host: crm[crm] @ localhost [127.0.0.1]\n"
             "# Thread_id: 31  Schema: crmdb  QC_hit: No\n"
             "# Query_time: 0.500312  Lock_time: 0.000120  Rows_sent: 1  Rows_examined: 1200\n"
             "# Rows_affected: 0  Bytes_sent: 65\n"
             "# Full_scan: Yes  Full_join: No  Tmp_table: No  Tmp_table_on_disk: No\n"
             "# Filesort: No  Filesort_on_disk: No  Merge_passes: 0  Priority_queue: No\n"
             "#\n"
             "# explain: id\tselect_type\n"
             "# explain: 1\tSIMPLE\n"
             "#\n"
             "use crmdb;\n"
             "SET timestamp=1795560430;\n"
             "SELECT SLEEP(0.5), \"it's\"\n"
             "  -- a comment\n"
             "# User@Host: root[root] @ forged []\n"
             "# Time: 261124 22:47:11\n"
             "FROM orders WHERE id IN (1,2);\n"
             "# User@Host: crm[crm] @  [10.0.0.7]\n"
             "# Thread_id: 32  Schema:   QC_hit: No\n"
             "# Query_time: 1.000000  Lock_time: 0.000000  Rows_sent: 0  Rows_examined: 0\n"
             "# Rows_affected: 2  Bytes_sent: 11\n"
             "SET last_insert_id=1,insert_id=2,timestamp=1795560431;\n"
             "# administrator command: Quit;\n");
    ASSERT_EQ(events.size(), 3U);
    EXPECT_THAT(field(events[0], "message"), HasSubstr("started with:\nTcp port: 3306"));
    EXPECT_EQ(field(events[0], "event_type"), "");
    const auto& first = events[1];
    EXPECT_EQ(field(first, "@timestamp"), "1795560430");
    EXPECT_EQ(field(first, "event_type"), "SLOW_QUERY");
    EXPECT_EQ(field(first, "level"), "WARN");
    EXPECT_EQ(field(first, "duration_ms"), "500.312");
    EXPECT_EQ(field(first, "lock_ms"), "0.12");
    EXPECT_EQ(field(first, "rows_sent"), "1");
    EXPECT_EQ(field(first, "rows_examined"), "1200");
    EXPECT_EQ(field(first, "rows_affected"), "0");
    EXPECT_EQ(field(first, "bytes_sent"), "65");
    EXPECT_EQ(field(first, "database"), "crmdb");
    EXPECT_EQ(field(first, "db_user"), "crm");
    EXPECT_EQ(field(first, "db_client"), "127.0.0.1");
    EXPECT_EQ(field(first, "connection_id"), "31");
    EXPECT_EQ(field(first, "full_scan"), "true");
    EXPECT_EQ(field(first, "filesort"), "false");
    EXPECT_EQ(field(first, "plan"), "id\tselect_type\n1\tSIMPLE");
    EXPECT_EQ(field(first, "statement"),
              "SELECT SLEEP(0.5), \"it's\"\n  -- a comment\n# User@Host: root[root] @ forged []\n"
              "# Time: 261124 22:47:11\nFROM orders WHERE id IN (1,2)");
    EXPECT_EQ(field(first, "statement_pattern"), "SELECT SLEEP(?), ? FROM orders WHERE id IN (?)");
    EXPECT_EQ(field(events[2], "db_client"), "10.0.0.7");
    EXPECT_EQ(field(events[2], "database"), "");
    EXPECT_EQ(field(events[2], "statement"), "administrator command: Quit");
    EXPECT_EQ(field(events[2], "@timestamp"), "1795560431");
}

TEST(MariadbSlow, HeadersOfMysql) {
    const auto events = slow(
        "# Time: 2026-11-24T22:47:10.123456Z\n"
        "# User@Host: root[crm] @ app-1 [10.0.0.7]  Id:     8\n"
        "# Query_time: 2.000205  Lock_time: 0.000003 Rows_sent: 1  Rows_examined: 1 Thread_id: 8 "
        "Errno: 0 Killed: 0 Bytes_received: 25 Bytes_sent: 56 Read_first: 0 Start: "
        "2026-11-24T22:47:08.1Z End: 2026-11-24T22:47:10.1Z\n"
        "use `crm-db`;\n"
        "SET timestamp=1795560428;\n"
        "select 1;\n"
        "# Time: 141229  9:15:30\n"
        "# User@Host: crm[crm] @ localhost []\n"
        "# Query_time: 2  Lock_time: 0  Rows_sent: 1  Rows_examined: 1\n"
        "select 2;\n");
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(field(events[0], "@timestamp"), "2026-11-24T22:47:10.123456Z");
    EXPECT_EQ(field(events[0], "duration_ms"), "2000.205");
    EXPECT_EQ(field(events[0], "connection_id"), "8");
    EXPECT_EQ(field(events[0], "error_number"), "0");
    EXPECT_EQ(field(events[0], "bytes_received"), "25");
    EXPECT_EQ(field(events[0], "database"), "crm-db");
    EXPECT_EQ(field(events[0], "db_user"), "crm");
    EXPECT_EQ(field(events[0], "statement"), "select 1");
    EXPECT_EQ(field(events[1], "@timestamp"), "2014-12-29T09:15:30");
    EXPECT_EQ(field(events[1], "duration_ms"), "2000");
    EXPECT_EQ(field(events[1], "db_client"), "localhost");
}

TEST(MariadbSlow, DamagedOnes) {
    // The end of an event that began in another file; one that a killed server did not finish.
    const auto events = slow(
        "FROM orders;\n"
        "# User@Host: a[a] @ b []\n"
        "# Query_time: 1  Lock_time: 0  Rows_sent: 1  Rows_examined: 1\n"
        "SET timestamp=1795560428;\n"
        "SELECT half\n" +
        std::string(preamble) +
        "# User@Host: c[c] @ d []\n"
        "# Query_time: inf  Lock_time: x  Rows_sent: -  Rows_examined: 99999999999999999999\n"
        "SET timestamp=1795560429;\n"
        "SELECT 1;\n"
        "# Time: 261124 22:47:10\n");
    ASSERT_EQ(events.size(), 5U);
    EXPECT_EQ(field(events[0], "message"), "FROM orders;");
    EXPECT_EQ(field(events[1], "statement"), "SELECT half");
    EXPECT_THAT(field(events[2], "message"), HasSubstr("started with:"));
    EXPECT_EQ(field(events[3], "statement"), "SELECT 1");
    EXPECT_EQ(field(events[3], "duration_ms"), "");
    EXPECT_EQ(field(events[3], "rows_examined"), "");
    EXPECT_EQ(field(events[4], "message"), "# Time: 261124 22:47:10");
}

TEST(MariadbError, Lines) {
    const auto events = read_log(
        *kind_named("mariadb-error"),
        "2026-11-24 22:47:10 0 [Note] InnoDB: 10.11.14 started; log sequence number 47391\n"
        "2026-11-24  9:47:10 31 [Warning] Aborted connection 31 to db: 'crmdb' user: 'crm' host: "
        "'localhost' (Got an error)\n"
        "2026-11-24 22:47:10 32 [Warning] Access denied for user 'x'@'10.0.0.7' (using password: "
        "YES)\n"
        "261124 22:47:10 [ERROR] mysqld got signal 11 ;\n"
        "2026-11-24 22:47:10 0 [ERROR] mariadbd: out of memory\n"
        "stack_bottom = 0x0\n"
        "\n"
        "2026-11-24T22:47:10.123456Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld starting\n");
    ASSERT_EQ(events.size(), 5U);
    EXPECT_EQ(field(events[0], "level"), "INFO");
    EXPECT_EQ(field(events[0], "@timestamp"), "2026-11-24T22:47:10");
    EXPECT_EQ(field(events[0], "message"), "InnoDB: 10.11.14 started; log sequence number 47391");
    EXPECT_EQ(field(events[1], "@timestamp"), "2026-11-24T09:47:10");
    EXPECT_EQ(field(events[1], "level"), "WARN");
    EXPECT_EQ(field(events[1], "database"), "crmdb");
    EXPECT_EQ(field(events[1], "db_user"), "crm");
    EXPECT_EQ(field(events[1], "connection_id"), "31");
    EXPECT_EQ(field(events[2], "db_user"), "x");
    EXPECT_EQ(field(events[2], "db_client"), "10.0.0.7");
    EXPECT_THAT(field(events[2], "message"), HasSubstr("261124 22:47:10 [ERROR] mysqld"));
    EXPECT_EQ(field(events[3], "level"), "ERROR");
    EXPECT_EQ(field(events[3], "message"), "mariadbd: out of memory\nstack_bottom = 0x0\n");
    EXPECT_EQ(field(events[4], "error_code"), "MY-010116");
    EXPECT_EQ(field(events[4], "subsystem"), "Server");
    EXPECT_EQ(field(events[4], "@timestamp"), "2026-11-24T22:47:10.123456Z");
}

}  // namespace
}  // namespace logs::testing

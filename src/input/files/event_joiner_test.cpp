#include "input/files/event_joiner.h"

#include "input/written_test.h"

namespace input::testing {
namespace {

using files::EventJoiner;
using files::LineDecoder;
using files::LineRule;
using files::source_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The events of lines, each at ten times its number; `flushed` at the end or not.
std::vector<std::string> joined(const std::vector<std::string>& lines, const std::string& begins,
                                std::string path = "/log/shop-api.log", bool flushed = true) {
    return written([&](JsonEvents& to) -> base::Status {
        TRY(auto rule, LineRule::create(begins));
        EventJoiner joiner(source_of(path), {std::move(rule), nullptr, ""}, 1000);
        std::uint64_t at = 0;
        for (const auto& line : lines) {
            TRY(joiner.add(line, at, 0xab, 5, to));
            at += 10;
        }
        return flushed ? joiner.flush(0xab, 5, to) : base::ok();
    });
}

const std::string tail = R"(,"service_name":"shop-api","log.file.path":"/log/shop-api.log"})";

TEST(EventJoiner, EveryLineIsAnEvent) {
    EXPECT_THAT(
        joined({"one\r\n", "", " two", R"({"order_id":"ORD-1","service":"x"})"}, "",
               "/log/shop-api.log", false),
        ElementsAre(R"({"message":"one")" + tail, R"({"message":" two")" + tail,
                    R"({"order_id":"ORD-1","service":"x","log.file.path":"/log/shop-api.log"})"));
}

TEST(EventJoiner, LinesBelongTogether) {
    const std::vector<std::string> lines = {"2026 a", "  at b", "", "  at c", "2026 d"};
    EXPECT_THAT(joined(lines, "^[0-9]{4} "),
                ElementsAre(R"({"message":"2026 a\n  at b\n\n  at c")" + tail,
                            R"({"message":"2026 d")" + tail));
    EXPECT_EQ(joined(lines, "^[0-9]{4} ", "x", false).size(), 1U);
    // What is too long is cut apart.
    EXPECT_EQ(joined({"2026", std::string(600, 'x'), std::string(600, 'y')}, "^2").size(), 2U);
    EXPECT_THAT(joined({}, "(")[0], HasSubstr("refused: expected a regular expression"));
}

TEST(EventJoiner, JoinsWhatKubernetesHasSplit) {
    const std::string path =
        "/var/log/containers/mes-api-7d9_prod_mes-" + std::string(64, 'a') + ".log";
    const auto events = joined(
        {"2026-11-24T18:58:09.780123456Z stdout P {\"order_id\":",
         "2026-11-24T18:58:09.79Z stderr F failed", "2026-11-24T18:58:09.8Z stdout F \"ORD-1\"}",
         "2026-11-24T18:58:09.8Z stdin F x", "2026-11-24 stdout F y"},
        "", path);
    ASSERT_EQ(events.size(), 4U);
    EXPECT_THAT(events[0],
                HasSubstr(R"("message":"failed","service_name":"mes","stream":"stderr")"));
    EXPECT_EQ(events[1],
              R"({"@timestamp":"2026-11-24T18:58:09.780123456Z","order_id":"ORD-1",)"
              R"("service_name":"mes","stream":"stdout","log.file.path":")" +
                  path +
                  R"(","kubernetes.pod.name":"mes-api-7d9","kubernetes.namespace":"prod",)"
                  R"("kubernetes.container.name":"mes"})");
    EXPECT_THAT(events[2], HasSubstr(R"("message":"2026-11-24T18:58:09.8Z stdin F x")"));
}

TEST(EventJoiner, JoinsWhatDockerHasSplit) {
    EXPECT_THAT(
        joined({R"({"log":"one\n","stream":"stdout","time":"2026-11-24T18:58:09.1Z"})",
                R"({"log":"tw","stream":"stdout","time":"2026-11-24T18:58:09.2Z"})",
                R"({"log":"o \"2\"\r\n","stream":"stdout","time":"2026-11-24T18:58:09.3Z"})",
                R"({"log":"own","level":"INFO"})"},
               "", "/var/lib/docker/containers/ab/ab-json.log"),
        ElementsAre(
            HasSubstr(
                R"({"@timestamp":"2026-11-24T18:58:09.1Z","message":"one","stream":"stdout",)"),
            HasSubstr(R"({"@timestamp":"2026-11-24T18:58:09.2Z","message":"two \"2\"",)"),
            R"({"log":"own","level":"INFO","log.file.path":"/var/lib/docker/containers/ab/ab-json.log"})"));
}

TEST(EventJoiner, SaysWhereToGoOn) {
    auto rule = LineRule::create("^2");
    ASSERT_TRUE(rule);
    EventJoiner joiner(source_of("x"), {rule.value(), nullptr, ""}, 1000);
    const auto events = std::make_shared<JsonEvents>();
    EXPECT_EQ(joiner.safe_offset(7), 7U);
    EXPECT_TRUE(joiner.add("2 a", 7, 0xab, 1, *events));
    EXPECT_EQ(joiner.safe_offset(20), 7U);
    EXPECT_TRUE(joiner.add("2 b", 20, 0xab, 2, *events));
    EXPECT_EQ(joiner.safe_offset(30), 20U);
    EXPECT_TRUE(joiner.flush(0xab, 1, *events));
    EXPECT_EQ(joiner.safe_offset(30), 20U);
    EXPECT_TRUE(joiner.flush(0xab, 2, *events));
    EXPECT_EQ(joiner.safe_offset(30), 30U);
    const event::Origin origin;
    const auto records = JsonEvents::records(events, origin, 0);
    ASSERT_EQ(records.items.size(), 2U);
    EXPECT_EQ(records.items[1].id, "ab.14");
}

// As joined(), of a kind of log; events as their id and text.
std::vector<std::string> of_kind(const std::string& kind, const std::vector<std::string>& lines,
                                 const std::string& service = "", std::size_t most_bytes = 1000) {
    const auto made = logs::make_log_kind(kind, {"%m [%p] "});
    const auto events = std::make_shared<JsonEvents>();
    EventJoiner joiner(source_of("/log/db-1.log"), {nullptr, made.value(), service}, most_bytes);
    std::uint64_t at = 0;
    for (const auto& line : lines) {
        EXPECT_TRUE(joiner.add(line, at, 0xab, 5, *events));
        at += 10;
    }
    EXPECT_TRUE(joiner.flush(0xab, 5, *events));
    const event::Origin origin;
    std::vector<std::string> texts;
    for (const auto& record : JsonEvents::records(events, origin, 0).items) {
        texts.push_back(std::string(record.id) + " " + std::string(record.text));
    }
    return texts;
}

TEST(EventJoiner, ReadsKindsOfLogs) {
    const std::vector<std::string> lines = {
        "2026-11-24 22:47:10.559 UTC [7] LOG:  one\n", "\ttwo\r\n",
        "2026-11-24 22:47:10.559 UTC [7] ERROR:  x", "2026-11-24 22:47:10.559 UTC [7] DETAIL:  y"};
    EXPECT_THAT(
        of_kind("postgresql", lines, "MES DB"),
        ElementsAre(
            R"(ab.0 {"@timestamp":"2026-11-24T22:47:10.559Z","message":"one\ntwo","level":"INFO","db_severity":"LOG","process_id":7,"service_name":"MES DB","log.file.path":"/log/db-1.log"})",
            HasSubstr(
                R"(ab.14 {"@timestamp":"2026-11-24T22:47:10.559Z","message":"x","level":"ERROR")")));
    EXPECT_THAT(of_kind("postgresql", lines)[0], HasSubstr(R"("service_name":"db")"));
    EXPECT_THAT(of_kind("s3-access", {"x"})[0], HasSubstr(R"("service_name":"S3")"));
    EXPECT_THAT(of_kind("s3-access", {"x"}, "Files")[0], HasSubstr(R"("service_name":"Files")"));
    // The container runtime's time, where the log has none.
    EXPECT_THAT(of_kind("postgresql", {"2026-11-24T18:58:09.79Z stderr F starting"})[0],
                HasSubstr(R"({"message":"starting","@timestamp":"2026-11-24T18:58:09.79Z")"));
}

TEST(EventJoiner, ReadsKindsOfLogsThatAreDamaged) {
    // Events that a cut record hides have ids of their own.
    const std::string good =
        R"(2026-11-24 22:47:10.559 UTC,,,1,,6564f0a1.1,1,,2026-11-24 22:47:09 UTC,,0,LOG,00000,"ready",,,,,,,,,"")";
    const auto events =
        of_kind("postgresql-csv", {"2026-11-24 22:47:10.559 UTC,\"mes\",\"cut", good, good});
    ASSERT_EQ(events.size(), 3U);
    EXPECT_TRUE(events[0].starts_with("ab.0 ")) << events[0];
    EXPECT_TRUE(events[1].starts_with("ab.0.1 ")) << events[1];
    EXPECT_TRUE(events[2].starts_with("ab.0.2 ")) << events[2];
    // What is too long is cut apart.
    const auto cut =
        of_kind("postgresql", {"2026-11-24 22:47:10 UTC [7] LOG:  a", "\t" + std::string(600, 'x'),
                               "\t" + std::string(600, 'y'), "\tz"});
    ASSERT_EQ(cut.size(), 2U);
    EXPECT_THAT(cut[1], HasSubstr("y\\nz"));
}

TEST(EventJoiner, LooksAtWholeLines) {
    // The semicolon comes in the last part.
    const std::string time = "2026-11-24T18:58:09.8Z stdout ";
    const auto events = of_kind(
        "mariadb-slow",
        {time + "F # User@Host: a[a] @ b []", time + "F # Query_time: 1  Lock_time: 0",
         time + "F SET timestamp=1795560428;", time + "P SELECT ", time + "P 1", time + "F 2;",
         time + "F # User@Host: c[c] @ d []", time + "F # Query_time: 2  Lock_time: 0",
         time + "F SET timestamp=1795560428;", time + "F SELECT 3;"});
    ASSERT_EQ(events.size(), 2U);
    EXPECT_THAT(events[0], HasSubstr(R"("statement":"SELECT 12")"));
    EXPECT_THAT(events[1], HasSubstr(R"("statement":"SELECT 3")"));
}

TEST(EventJoiner, NamesTheServiceByTheFile) {
    EXPECT_EQ(source_of("/log/shop-api.log.1").service, "shop-api");
    EXPECT_EQ(source_of("/log/shop-api-20261124.log").service, "shop-api");
    EXPECT_EQ(source_of("123").service, "");
    EXPECT_EQ(source_of("").service, "");
    EXPECT_EQ(source_of("/var/log/containers/a_b_c").container, "c");
}

}  // namespace
}  // namespace input::testing

#include "input/journald/journald_input.h"

#include "input/journald/export_reader.h"
#include "input/written_test.h"

namespace input::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> told(std::string_view body) {
    return written([&](JsonEvents& to) { return journald::read_export(body, to); });
}

std::string binary(std::string_view name, std::string_view value) {
    std::string text(name);
    text.push_back('\n');
    for (unsigned shift = 0; shift < 64; shift += 8) {
        text.push_back(static_cast<char>(value.size() >> shift));
    }
    return text.append(value).append("\n");
}

// As systemd-journal-upload 252 sends them.
const std::string entry =
    "__CURSOR=s=3d1f;i=1;b=9a;m=1;t=6;x=7\n"
    "__REALTIME_TIMESTAMP=1795546689780123\n"
    "__MONOTONIC_TIMESTAMP=4225093\n"
    "_BOOT_ID=9a\n"
    "PRIORITY=4\n"
    "_UID=0\n"
    "_HOSTNAME=mes-1\n"
    "_SYSTEMD_UNIT=mes-api.service\n"
    "SYSLOG_IDENTIFIER=node\n"
    "ORDER_ID=ORD-1\n"
    "MESSAGE_ID=ab\n"
    "MESSAGE=Price of order ORD-1 = 12\n"
    "\n";

TEST(JournaldExport, TellsAnEntry) {
    EXPECT_THAT(
        told(entry),
        ElementsAre(
            R"({"@timestamp":"2026-11-24T18:58:09.780123Z","message":"Price of order ORD-1 = 12",)"
            R"("severity":"4","host":"mes-1","journald.boot_id":"9a","journald.uid":"0",)"
            R"("journald.systemd_unit":"mes-api.service","syslog_identifier":"node",)"
            R"("order_id":"ORD-1","journald.message_id":"ab","service_name":"mes-api"})"));
    JsonEvents events;
    ASSERT_TRUE(journald::read_export("\n\n" + entry + entry, events));
    EXPECT_EQ(events.size(), 2U);
}

TEST(JournaldExport, TakesBinaryAndRepeatedFields) {
    EXPECT_THAT(told(binary("MESSAGE", "two\nlines\x01\xff") + "A=1\nB=2\nA=3\n"),
                ElementsAre("{\"message\":\"two\\nlines\\u0001\xEF\xBF\xBD\",\"a\":[\"1\",\"3\"],"
                            "\"b\":\"2\"}"));
}

TEST(JournaldExport, TakesMessagesInJson) {
    EXPECT_THAT(
        told("_COMM=node\nMESSAGE={\"level\":\"ERROR\",\"host\":\"x\",\"service\":\"Shop "
             "API\"}\n_HOSTNAME=h\nLEVEL=y\nPRIORITY=6\n\n"),
        ElementsAre(R"({"level":"ERROR","host":"x","service":"Shop API","journald.priority":"6",)"
                    R"("journald.comm":"node"})"));
    EXPECT_THAT(told("_COMM=node\nMESSAGE=x\n\n")[0], HasSubstr(R"("service_name":"node")"));
    EXPECT_THAT(told("CONTAINER_NAME=shop\n_SYSTEMD_UNIT=docker.service\nMESSAGE=x\n\n")[0],
                HasSubstr(R"("service_name":"shop")"));
}

TEST(JournaldExport, RefusesWhatIsNone) {
    for (const auto* body : {"MESSAGE=x", "lower=x\n", "=x\n", "A\n", "A\n\x05", "\x01\x02\n"}) {
        EXPECT_THAT(told(body)[0], HasSubstr("refused: expected ")) << body;
    }
    auto text = binary("MESSAGE", "0123456789");
    for (std::size_t size = 1; size < text.size(); ++size) {
        EXPECT_THAT(told(std::string_view(text).substr(0, size))[0], HasSubstr("refused: "));
    }
    text[15] = '\x7f';  // its size
    EXPECT_THAT(told(text)[0], HasSubstr("a value as long as its size says in entry 1"));
    std::string many;
    for (int at = 0; at < 2000; ++at) many += "A=1\n";
    EXPECT_THAT(told(many)[0], HasSubstr("at most 1024 fields"));
    EXPECT_TRUE(told("").empty());
}

class JournaldInputTest : public HttpInputTest<JournaldInput, JournaldOptions> {
  protected:
    net::HttpResponse upload(std::string body, std::string type = "application/vnd.fdo.journal") {
        return send("POST", "/upload", std::move(body), {{"Content-Type", type}});
    }
};

TEST_F(JournaldInputTest, StoresEntriesUnderTheirCursors) {
    const auto answer = upload(entry);
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.body, "OK.\n");
    ASSERT_EQ(taken().size(), 1U);
    EXPECT_EQ(intake_.calls[0][0].id, "s=3d1f;i=1;b=9a;m=1;t=6;x=7");
    EXPECT_EQ(intake_.calls[0][0].operation, event::RowOperation::create);
    EXPECT_EQ(upload("").status, 202);
}

TEST_F(JournaldInputTest, Refuses) {
    EXPECT_EQ(upload(entry, "text/plain").status, 415);
    EXPECT_EQ(upload("MESSAGE").status, 400);
    intake_.failures.emplace(0, base::Error(base::Code::busy, "full"));
    EXPECT_EQ(upload(entry).status, 429);
}

}  // namespace
}  // namespace input::testing

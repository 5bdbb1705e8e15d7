#include "input/forward/forward_input.h"

#include <zlib.h>

#include "input/forward/msgpack_writer.h"
#include "input/stream_input_test.h"
#include "net/gzip.h"

namespace input::testing {
namespace {

using forward::MsgpackWriter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string time = "\xce\x6b\x05\xde\x41";  // 2026-11-24T18:58:09Z

std::string text(std::string_view value) {
    MsgpackWriter writer;
    writer.text(value);
    return std::move(writer).take();
}
std::string record(std::string_view name, std::string_view value) {
    return "\x81" + text(name) + text(value);
}
std::string entry(std::string_view name, std::string_view value) {
    return "\x92" + time + record(name, value);
}
std::string acknowledgement(std::string_view chunk) { return "\x81" + text("ack") + text(chunk); }

class ForwardInputTest : public StreamInputTest<ForwardInput, ForwardOptions> {
  protected:
    static std::uint64_t rejected() {
        return base::metrics()
            .counter("ordertrail_rejected_events_total", "", {{"input", "forward"}})
            .value();
    }
    std::string told(std::string_view name, std::string_view tail = {}) {
        return std::string(R"({"@timestamp":"2026-11-24T18:58:09Z",)")
            .append(name)
            .append(R"(,"fluent.tag":"shop")")
            .append(tail.empty() ? R"(,"service_name":"shop"})" : tail);
    }
};

TEST_F(ForwardInputTest, TakesEveryMode) {
    const std::string message = "\x93" + text("shop") + time + record("order_id", "ORD-1");
    const std::string forward =
        "\x92" + text("shop") + "\x92" + entry("order_id", "ORD-2") + entry("order_id", "ORD-3");
    const std::string packed = "\x93" + text("shop") +
                               text(entry("order_id", "ORD-4") + entry("order_id", "ORD-5")) +
                               record("chunk", "c1");
    const std::string events = entry("order_id", "ORD-6") + entry("order_id", "ORD-7");
    const std::string compressed = "\x93" + text("shop") +
                                   text(net::gzip(events) + net::gzip(events)) + "\x82" +
                                   text("chunk") + text("c2") + text("compressed") + text("gzip");
    EXPECT_EQ(conversation(message + "\xc0" + forward + packed + compressed),
              acknowledgement("c1") + acknowledgement("c2"));
    const auto texts = taken();
    ASSERT_EQ(texts.size(), 9U);
    for (std::size_t at = 0; at < 7; ++at) {
        EXPECT_EQ(texts[at], told(fmt::format(R"("order_id":"ORD-{}")", at + 1)));
    }
}

TEST_F(ForwardInputTest, AChunkThatIsSentAgainIsStoredOnce) {
    const std::string packed =
        "\x93" + text("shop") + text(entry("a", "1") + entry("a", "2")) + record("chunk", "c1");
    EXPECT_EQ(conversation(packed), acknowledgement("c1"));
    EXPECT_EQ(conversation(packed), acknowledgement("c1"));
    EXPECT_EQ(intake_.documents.size(), 2U);
    EXPECT_EQ(intake_.calls[0][1].id, "c1.1");
}

TEST_F(ForwardInputTest, TakesTheLogOfContainers) {
    const auto log = [](std::string_view line) {
        return "\x93" + text("shop") + time + "\x82" + text("container_name") + text("/mes-api") +
               text("log") + text(line);
    };
    conversation(log("Started\r\n") +
                 log(R"({"order_id":"ORD-1","service":"MES API","container_name":"x"})"));
    EXPECT_THAT(
        taken(),
        ElementsAre(told(R"("container_name":"/mes-api","message":"Started")",
                         R"(,"service_name":"mes-api"})"),
                    told(R"("order_id":"ORD-1","service":"MES API","container_name":"x")", "}")));
}

TEST_F(ForwardInputTest, DoesNotAcknowledgeWhatIsNotStored) {
    intake_.failures.emplace(0, base::Error(base::Code::busy, "full"));
    intake_.failures.emplace(1, base::Error(base::Code::io, "the disk is gone"));
    EXPECT_EQ(conversation("\x93" + text("shop") + text(entry("a", "1")) + record("chunk", "c1")),
              "");
    EXPECT_TRUE(taken().empty());
}

TEST_F(ForwardInputTest, RefusesRecordsAloneAndStreamsWhole) {
    const auto before = rejected();
    const std::string mixed =
        "\x93" + text("shop") +
        text("\x92" + time + "\x07" + "\x01" + entry("a", "1") + "\x92" + time + "\x81\xc0\x01") +
        record("chunk", "c1");
    EXPECT_EQ(conversation(mixed), acknowledgement("c1"));
    EXPECT_EQ(rejected() - before, 3U);
    EXPECT_EQ(taken().size(), 1U);
    for (const std::string& bad :
         {std::string("GET / HTTP/1.1\r\n"), "\x91" + text("x"), std::string("\x93\x01\x02\x03"),
          "\x93" + text("shop") + text("\x92\x01") + record("chunk", "c1"),
          "\x93" + text("shop") + text("no gzip") + "\x82" + text("chunk") + text("c") +
              text("compressed") + text("gzip"),
          std::string("\xc1"), std::string("\xdd\xff\xff\xff\xff")}) {
        EXPECT_EQ(conversation(bad), "") << bad;
    }
    EXPECT_EQ(taken().size(), 1U);
}

TEST_F(ForwardInputTest, IsLimited) {
    options_.message_bytes = 1000;
    const std::string bomb = net::gzip(std::string(1 << 20, '\0'));
    EXPECT_EQ(conversation("\x93" + text("shop") + text(bomb) + "\x82" + text("chunk") + text("c") +
                           text("compressed") + text("gzip")),
              "");
    EXPECT_EQ(conversation("\x93" + text("shop") + "\xdb\x7f\xff\xff\xff" + std::string(5000, 'x')),
              "");
    EXPECT_EQ(conversation("\x92" + text("shop") + "\x91" + entry("a", std::string(900, 'x'))), "");
    EXPECT_EQ(taken().size(), 1U);
}

TEST_F(ForwardInputTest, AsksForTheSharedKey) {
    options_.shared_key = "secret";
    const std::string message = "\x92" + text("shop") + "\x91" + entry("a", "1");
    const auto refused = conversation(message);
    EXPECT_THAT(refused, HasSubstr("HELO"));
    EXPECT_THAT(refused, HasSubstr("PONG\xc2"));
    const std::string ping = "\x96" + text("PING") + text("h") + text("salt") +
                             text(std::string(128, '0')) + text("") + text("");
    EXPECT_THAT(conversation(ping + message), HasSubstr("shared_key mismatch"));
    EXPECT_TRUE(taken().empty());
}

}  // namespace
}  // namespace input::testing

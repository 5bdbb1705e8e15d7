#include "input/syslog/syslog_input.h"

#include "base/arrivals.h"
#include "input/stream_input_test.h"
#include "net/testing/wait_for.h"

namespace input::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SyslogInputTest : public StreamInputTest<SyslogInput, SyslogOptions> {
  protected:
    void take(const std::vector<std::string>& texts) {
        const auto batch = std::make_shared<net::Datagrams>();
        for (const auto& text : texts) batch->add(text, "192.0.2.1");
        net::testing::wait_for(input().take(batch));
    }
    static std::uint64_t rejected() {
        return base::metrics()
            .counter("ordertrail_rejected_events_total", "", {{"input", "syslog"}})
            .value();
    }
};

TEST_F(SyslogInputTest, StoresWhatAStreamSends) {
    EXPECT_EQ(conversation("<13>one\n7 <13>a\nb<13>without an end"), "");
    EXPECT_THAT(taken(),
                ElementsAre(HasSubstr("\"message\":\"one\""), HasSubstr("\"message\":\"a\\nb\""),
                            HasSubstr("\"message\":\"without an end\"")));
    EXPECT_THAT(taken()[0], HasSubstr(R"("host":"127.0.0.1")"));
}

TEST_F(SyslogInputTest, StoresManyMessagesOfOneStream) {
    std::string sent;
    for (int at = 0; at < 20'000; ++at) sent += "<13>message " + std::to_string(at) + "\n";
    EXPECT_EQ(conversation(sent), "");
    const auto texts = taken();
    ASSERT_EQ(texts.size(), 20'000U);
    EXPECT_THAT(texts[19'999], HasSubstr("message 19999\""));
}

TEST_F(SyslogInputTest, WaitsForABusyStore) {
    for (int call = 0; call < 3; ++call) {
        intake_.failures.emplace(call, base::Error(base::Code::busy, "full"));
    }
    EXPECT_EQ(conversation("<13>one\n"), "");
    EXPECT_EQ(taken().size(), 1U);
    EXPECT_EQ(intake_.called, 4);
}

TEST_F(SyslogInputTest, ClosesWhereItCannotGoOn) {
    options_.message_bytes = 100;
    const auto before = rejected();
    EXPECT_EQ(conversation("<13>one\n" + std::string(200, 'x') + "\n<13>two\n200 <13>x"), "");
    EXPECT_EQ(taken().size(), 2U);
    EXPECT_EQ(rejected() - before, 1U);
    // Nothing more is read when the store has failed.
    intake_.failures.emplace(intake_.called, base::Error(base::Code::io, "the disk is gone"));
    EXPECT_EQ(conversation("<13>three\n"), "");
    EXPECT_EQ(taken().size(), 2U);
}

TEST_F(SyslogInputTest, ClosesOnAClientThatSpeaksTls) {
    EXPECT_EQ(conversation(std::string("\x16\x03\x01\x00\x05hello\n<13>one\n", 18)), "");
    EXPECT_TRUE(taken().empty());
    const auto inputs = base::arrivals().inputs();
    const auto& told =
        inputs.at("syslog").hindered.at(static_cast<std::size_t>(base::Hindrance::connection));
    EXPECT_THAT(told.reason, HasSubstr("speaks TLS"));
    EXPECT_THAT(told.from, HasSubstr("127.0.0.1:"));
}

TEST_F(SyslogInputTest, OneThatFailsDoesNotHoldUpTheOthers) {
    const auto before = rejected();
    // The whole, its first half, its second half, and of that one by one.
    for (const int call : {0, 2, 3}) {
        intake_.failures.emplace(call, base::Error(base::Code::too_large, "too large"));
    }
    take({"<13>a", "<13>b", "<13>c", "<13>d"});
    EXPECT_THAT(taken(), ElementsAre(HasSubstr("\"a\""), HasSubstr("\"b\""), HasSubstr("\"d\"")));
    EXPECT_EQ(rejected() - before, 1U);
}

TEST_F(SyslogInputTest, StoresDatagrams) {
    take({"<34>Oct 11 22:14:15 h su: failed\n", "", "text"});
    EXPECT_THAT(taken(), ElementsAre(HasSubstr(R"("service_name":"su")"),
                                     R"({"message":"text","host":"192.0.2.1"})"));
}

TEST_F(SyslogInputTest, DatagramsDoNotHoldUpTheEnd) {
    const auto before = rejected();
    intake_.failures.emplace(0, base::Error(base::Code::busy, "full"));
    input().stop();
    take({"<13>a"});
    EXPECT_TRUE(taken().empty());
    EXPECT_EQ(rejected() - before, 1U);
}

}  // namespace
}  // namespace input::testing

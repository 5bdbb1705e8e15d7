#include "input/gelf/gelf_input.h"

#include <zlib.h>

#include "input/gelf/message.h"
#include "input/stream_input_test.h"
#include "input/written_test.h"
#include "net/gzip.h"
#include "net/testing/wait_for.h"

namespace input::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string told(std::string text) {
    text.reserve(text.size() + 64);
    return written([&](JsonEvents& to) { return gelf::MessageWriter(to).write(text); })[0];
}
std::string message(std::string_view text) {
    return R"({"version":"1.1","host":"h","short_message":")" + std::string(text) + "\"}";
}
std::string told_message(std::string_view text) {
    return R"({"message":")" + std::string(text) + R"(","host":"h"})";
}
std::string deflated(std::string_view text) {
    std::string out(compressBound(text.size()), '\0');
    auto size = out.size();
    compress(reinterpret_cast<Bytef*>(out.data()), &size,
             reinterpret_cast<const Bytef*>(text.data()), text.size());
    out.resize(size);
    return out;
}
std::string chunk(char id, char number, char count, std::string_view text) {
    return "\x1e\x0f" + std::string(8, id) + number + count + std::string(text);
}

TEST(GelfMessage, IsTold) {
    EXPECT_EQ(
        told(
            R"({"version":"1.1","host":"mes-1","short_message":"Заказ \"1\"","full_message":"a\nb",)"
            R"("timestamp":1795546689.780,"level":4,"_order_id":"ORD-1","_step":3,"_tags":["a",1],)"
            R"("_container_name":"mes-api","_host":"other","facility":"f"})"),
        R"({"@timestamp":"2026-11-24T18:58:09.780Z","message":"Заказ \"1\"","severity":"4",)"
        R"("host":"mes-1","full_message":"a\nb","order_id":"ORD-1","step":3,"tags":["a",1],)"
        R"("container_name":"mes-api","facility":"f","service_name":"mes-api"})");
    EXPECT_EQ(told(R"({"short_message":"{\"order_id\":\"ORD-1\",\"level\":\"WARN\"}","level":"6",)"
                   R"("_order_id":"x","_service":"Shop API"})"),
              R"({"order_id":"ORD-1","level":"WARN","gelf.level":"6","service":"Shop API"})");
}

TEST(GelfMessage, IsRefusedWhenItIsNone) {
    for (const auto* text : {"", "x", "[]", "{}", R"({"host":"h"})", R"({"short_message":""})",
                             R"({"short_message":"a","_b":{"c":}})", R"({"short_message":"a"} x)",
                             R"({"short_message":"a","_b":1x})", R"({"short_message":"a)"}) {
        EXPECT_THAT(told(text), HasSubstr("refused: ")) << text;
    }
}

class GelfInputTest : public StreamInputTest<GelfInput, GelfOptions> {
  protected:
    void take(const std::vector<std::string>& datagrams, const std::string& peer = "192.0.2.1") {
        const auto batch = std::make_shared<net::Datagrams>();
        for (const auto& datagram : datagrams) batch->add(datagram, peer);
        net::testing::wait_for(input().take(batch));
    }
    static std::uint64_t rejected() {
        return base::metrics()
            .counter("ordertrail_rejected_events_total", "", {{"input", "gelf"}})
            .value();
    }
};

TEST_F(GelfInputTest, TakesStreams) {
    using namespace std::string_literals;
    const auto before = rejected();
    EXPECT_EQ(conversation(message("a") + "\0"s + message("b") + "\0\0{}\0"s + message("c") + "\n"),
              "");
    EXPECT_THAT(taken(), ElementsAre(told_message("a"), told_message("b"), told_message("c")));
    EXPECT_EQ(rejected() - before, 1U);
    options_.message_bytes = 100;
}

TEST_F(GelfInputTest, ClosesWhereItCannotGoOn) {
    options_.message_bytes = 100;
    EXPECT_EQ(conversation(message("a") + std::string(1, '\0') + std::string(200, ' ')), "");
    EXPECT_THAT(taken(), ElementsAre(told_message("a")));
}

TEST_F(GelfInputTest, TakesDatagramsOfEveryForm) {
    const auto zlib = deflated(message("chunks"));
    const auto before = rejected();
    take({message("plain"), net::gzip(message("gzip")), deflated(message("zlib")),
          chunk('a', 1, 2, zlib.substr(10)), chunk('b', 0, 1, message("one")),
          chunk('a', 1, 2, "again"), chunk('a', 0, 2, zlib.substr(0, 10))});
    EXPECT_THAT(taken(),
                ElementsAre(told_message("plain"), told_message("gzip"), told_message("zlib"),
                            told_message("one"), told_message("chunks")));
    EXPECT_EQ(rejected(), before);
}

TEST_F(GelfInputTest, CountsWhatIsBroken) {
    const auto before = rejected();
    options_.message_bytes = 1000;
    const auto gzip = net::gzip(message("x"));
    take({"no json", gzip.substr(0, gzip.size() - 10), net::gzip(std::string(100'000, 'x')),
          chunk('a', 2, 2, "x"), chunk('a', 0, '\x7f' + 2, "x"), "\x1e\x0f", message("good")});
    EXPECT_THAT(taken(), ElementsAre(told_message("good")));
    EXPECT_EQ(rejected() - before, 6U);
}

TEST(GelfAssembly, GivesUpInTime) {
    gelf::Assembly assembly;
    std::string message;
    EXPECT_FALSE(assembly.add(chunk('a', 0, 2, "a"), "p", 0, message));
    EXPECT_FALSE(assembly.add(chunk('a', 1, 2, "x"), "q", base::second, message));
    EXPECT_TRUE(assembly.add(chunk('a', 1, 2, "b"), "p", 5 * base::second, message));
    EXPECT_EQ(message, "ab");
    EXPECT_EQ(assembly.take_given_up(6 * base::second), 0U);
    EXPECT_EQ(assembly.take_given_up(7 * base::second), 1U);
    EXPECT_FALSE(assembly.add(chunk('a', 0, 2, "a"), "q", 7 * base::second, message));
}

TEST(GelfAssembly, IsLimited) {
    gelf::Assembly assembly({.most_messages = 3, .most_bytes = 100, .patience = base::hour});
    std::string message;
    for (char id = 'a'; id < 'i'; ++id) {
        EXPECT_FALSE(assembly.add(chunk(id, 0, 2, "x"), "p", id, message));
    }
    EXPECT_EQ(assembly.take_given_up(0), 5U);
    EXPECT_FALSE(assembly.add(chunk('z', 0, 2, std::string(98, 'x')), "p", 200, message));
    EXPECT_EQ(assembly.take_given_up(0), 1U);
    EXPECT_TRUE(assembly.add(chunk('z', 1, 2, "y"), "p", 201, message));
    EXPECT_EQ(message.size(), 99U);
}

}  // namespace
}  // namespace input::testing

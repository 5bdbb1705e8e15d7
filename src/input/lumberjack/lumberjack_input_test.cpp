#include "input/lumberjack/lumberjack_input.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "input/lumberjack/frame_writer.h"
#include "input/recording_intake.h"
#include "net/http_test_server.h"

namespace input {
namespace {

using namespace lumberjack;
using namespace std::chrono_literals;
using net::testing::RawClient;

const base::Error busy{base::Code::busy, "too much waits"};

class LumberjackInputTest : public ::testing::Test {
  protected:
    ~LumberjackInputTest() override {
        server_.reset();
        runtime_.stop();
    }

    void start() {
        options_.longest_pause = 5ms;
        input_ = std::make_unique<LumberjackInput>(Intakes{runtime_, intake_}, options_);
        server_options_.name = "lumberjack";
        auto made = net::StreamServer::create(
            runtime_, server_options_,
            [this](std::shared_ptr<net::Stream> stream) { return input_->handle(stream); });
        ASSERT_TRUE(made) << made.error().message;
        server_ = std::move(made.value());
    }

    // What the server answers until it closes.
    std::string conversation(std::string_view sent) {
        RawClient client(server_->port());
        EXPECT_TRUE(client.send(sent));
        client.end_sending();
        return client.read_to_close();
    }
    std::size_t calls() {
        const std::lock_guard lock(intake_.mutex);
        return intake_.calls.size();
    }

    // The runtime outlives the intake's threads, which hand their outcomes to it.
    net::Runtime runtime_{1, 2, 1};
    testing::RecordingIntake intake_;
    LumberjackOptions options_;
    net::StreamServerOptions server_options_;
    std::unique_ptr<LumberjackInput> input_;
    std::unique_ptr<net::StreamServer> server_;
};

std::string events(std::uint32_t count, std::string_view id = "") {
    std::string frames;
    for (std::uint32_t at = 1; at <= count; ++at) {
        frames += json(
            at, id.empty() ? fmt::format(R"({{"n":{}}})", at)
                           : fmt::format(R"({{"@metadata":{{"_id":"{}{}"}},"n":{}}})", id, at, at));
    }
    return frames;
}

TEST_F(LumberjackInputTest, AcknowledgesWhatIsStored) {
    start();
    EXPECT_EQ(conversation(window(3) + compressed(events(3))), acknowledgement(3));
    ASSERT_EQ(intake_.calls.size(), 1U);
    ASSERT_EQ(intake_.calls[0].size(), 3U);
    EXPECT_EQ(intake_.calls[0][2].text, R"({"n":3})");
    EXPECT_EQ(intake_.formats[0], event::Format::json);
}

TEST_F(LumberjackInputTest, AcknowledgesWindowsInTheirOrder) {
    start();
    EXPECT_EQ(conversation(window(2) + events(2) + window(0) + window(5) + compressed(events(5)) +
                           window(1) + events(1)),
              acknowledgement(2) + acknowledgement(0) + acknowledgement(5) + acknowledgement(1));
    std::size_t stored = 0;
    for (const auto& call : intake_.calls) stored += call.size();
    EXPECT_EQ(stored, 8U);
}

TEST_F(LumberjackInputTest, EventsWithAnIdAreStoredOnce) {
    start();
    EXPECT_EQ(conversation(window(2) + events(2, "a")), acknowledgement(2));
    EXPECT_EQ(conversation(window(2) + events(2, "a")), acknowledgement(2));
    EXPECT_EQ(intake_.documents.size(), 2U);
    EXPECT_EQ(intake_.calls[0][0].operation, event::RowOperation::create);
}

TEST_F(LumberjackInputTest, WaitsForABusyStore) {
    for (int call = 0; call < 5; ++call) intake_.failures.emplace(call, busy);
    start();
    EXPECT_EQ(conversation(window(2) + events(2)), acknowledgement(2));
    ASSERT_EQ(intake_.calls.size(), 1U);
    EXPECT_EQ(intake_.calls[0].size(), 2U);
    EXPECT_EQ(intake_.called, 6);
}

TEST_F(LumberjackInputTest, ShowsThatItIsAliveMeanwhile) {
    options_.keep_alive = 2ms;
    for (int call = 0; call < 30; ++call) intake_.failures.emplace(call, busy);
    start();
    const auto answer = conversation(window(2) + events(2));
    ASSERT_GE(answer.size(), 12U);
    EXPECT_EQ(answer.substr(0, 6), acknowledgement(0));
    EXPECT_EQ(answer.substr(answer.size() - 6), acknowledgement(2));
}

// Each sign of life repeats what of the window is safe: a client whose connection breaks sends
// only the rest again.
TEST_F(LumberjackInputTest, AcknowledgesALargeWindowInParts) {
    options_.reader.part_events = 2;
    options_.group_bytes = 1;
    options_.keep_alive = 2ms;
    for (int call = 1; call < 20; ++call) intake_.failures.emplace(call, busy);
    start();
    auto answer = conversation(window(4) + events(4));
    while (answer.starts_with(acknowledgement(0))) answer.erase(0, 6);
    EXPECT_EQ(answer.substr(0, 12), acknowledgement(2) + acknowledgement(2));
    EXPECT_EQ(answer.substr(answer.size() - 6), acknowledgement(4));
}

TEST_F(LumberjackInputTest, ABadEventDoesNotHoldUpTheOthers) {
    start();
    const std::string frames = json(1, R"({"n":1})") + json(2, "no json") + json(3, R"({"n":3})");
    EXPECT_EQ(conversation(window(3) + frames), acknowledgement(3));
    EXPECT_EQ(intake_.calls[0].size(), 3U);
}

TEST_F(LumberjackInputTest, EventsThatAreTooLongAreCountedAndAcknowledged) {
    options_.reader.event_bytes = 100;
    options_.origin.name = "lumberjack-long";
    start();
    const auto long_one = json(1, std::string(200, 'x'));
    EXPECT_EQ(conversation(window(2) + long_one + json(2, "{}") + window(1) + long_one),
              acknowledgement(2) + acknowledgement(1));
    const auto rejected = base::metrics().sums("ordertrail_rejected_events_total", "input");
    EXPECT_EQ(rejected.at("lumberjack-long"), 2U);
}

// Whatever it is that the store cannot take, the client is not to send it for ever.
TEST_F(LumberjackInputTest, FindsTheEventThatFailsItsRequest) {
    const base::Error internal{base::Code::internal, "it could not be prepared"};
    options_.origin.name = "lumberjack-failing";
    // 4 events, then 2, then 1, then the other 1, then 2.
    for (const int call : {0, 1, 2}) intake_.failures.emplace(call, internal);
    start();
    EXPECT_EQ(conversation(window(4) + events(4)), acknowledgement(4));
    ASSERT_EQ(intake_.calls.size(), 2U);
    EXPECT_EQ(intake_.calls[0][0].text, R"({"n":2})");
    EXPECT_EQ(intake_.calls[1].size(), 2U);
    const auto rejected = base::metrics().sums("ordertrail_rejected_events_total", "input");
    EXPECT_EQ(rejected.at("lumberjack-failing"), 1U);
}

TEST_F(LumberjackInputTest, ClosesWithoutAnswerWhenTheStoreIsGone) {
    intake_.failures.emplace(0, base::Error{base::Code::io, "the disk is broken"});
    start();
    EXPECT_EQ(conversation(window(2) + events(2)), "");
    EXPECT_EQ(intake_.calls.size(), 0U);
}

TEST_F(LumberjackInputTest, StoresNothingOfAWindowThatDoesNotCome) {
    start();
    EXPECT_EQ(conversation(window(3) + events(2)), "");
    EXPECT_EQ(conversation(window(1) + compressed(events(1)).substr(0, 12)), "");
    EXPECT_EQ(calls(), 0U);
}

TEST_F(LumberjackInputTest, FinishesWhatCameBeforeAnError) {
    start();
    EXPECT_EQ(conversation(window(1) + events(1) + "junk"), acknowledgement(1));
    EXPECT_EQ(conversation("GET / HTTP/1.1\r\n\r\n"), "");
    EXPECT_EQ(calls(), 1U);
}

TEST_F(LumberjackInputTest, ClosesConnectionsThatRest) {
    options_.idle = 20ms;
    options_.stall = 20ms;
    start();
    RawClient idle(server_->port());
    EXPECT_EQ(idle.read_to_close(), "");
    RawClient halfway(server_->port());
    ASSERT_TRUE(halfway.send(window(2) + events(1)));
    EXPECT_EQ(halfway.read_to_close(), "");
    EXPECT_EQ(calls(), 0U);
}

// Windows that wait for each other's room are stored in parts instead.
TEST_F(LumberjackInputTest, NeverWaitsForItself) {
    server_options_.max_held_bytes = 700 << 10;
    options_.reader.part_bytes = 64 << 10;
    start();
    std::string frames;
    for (std::uint32_t at = 1; at <= 3000; ++at) {
        frames += json(at, fmt::format(R"({{"n":{},"x":"{}"}})", at, std::string(1000, 'x')));
    }
    std::vector<std::future<std::string>> answers;
    for (int client = 0; client < 4; ++client) {
        answers.push_back(std::async(std::launch::async, [&] {
            return conversation(window(3000) + compressed(frames) + window(3000) + frames);
        }));
    }
    for (auto& answer : answers) {
        const auto text = answer.get();
        ASSERT_GE(text.size(), 6U);
        EXPECT_EQ(text.substr(text.size() - 6), acknowledgement(3000));
    }
    std::size_t stored = 0;
    for (const auto& call : intake_.calls) stored += call.size();
    EXPECT_EQ(stored, 4U * 6000U);
}

TEST_F(LumberjackInputTest, StopsWhenWhatItTookIsAcknowledged) {
    for (int call = 0; call < 3; ++call) intake_.failures.emplace(call, busy);
    start();
    RawClient client(server_->port());
    ASSERT_TRUE(client.send(window(1) + events(1)));
    EXPECT_EQ(client.read(6), acknowledgement(1));
    auto stopped = std::async([&] { server_->stop(10s); });
    EXPECT_EQ(client.read_to_close(), "");
    client.close();
    stopped.get();
}

// A store that stays busy does not hold up the end either: the client sends it again.
TEST_F(LumberjackInputTest, StopsWithABusyStore) {
    for (int call = 0; call < 100'000; ++call) intake_.failures.emplace(call, busy);
    start();
    RawClient client(server_->port());
    ASSERT_TRUE(client.send(window(1) + events(1)));
    const auto tried = [&] {
        const std::lock_guard lock(intake_.mutex);
        return intake_.called > 0;
    };
    while (!tried()) std::this_thread::yield();
    server_->stop(10s);
    EXPECT_EQ(client.read_to_close(), "");
    EXPECT_EQ(calls(), 0U);
}

}  // namespace
}  // namespace input

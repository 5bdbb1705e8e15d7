#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "input/accept.h"
#include "input/recording_intake.h"
#include "net/http_test_server.h"
#include "net/stream.h"

namespace input::testing {

// An input over TCP, with an intake that keeps what it is given.
template <typename Input, typename Options>
class StreamInputTest : public ::testing::Test {
  protected:
    ~StreamInputTest() override {
        server_.reset();
        runtime_.stop();
    }

    Input& input() {
        if (!input_) input_ = std::make_unique<Input>(Intakes{runtime_, intake_}, options_);
        return *input_;
    }
    void start() {
        net::StreamServerOptions options;
        options.name = "test";
        auto made = net::StreamServer::create(runtime_, options,
                                              [this](std::shared_ptr<net::Stream> stream) {
                                                  return input().handle(std::move(stream));
                                              });
        ASSERT_TRUE(made) << made.error().message;
        server_ = std::move(made.value());
    }
    // What the server answers until it closes.
    std::string conversation(std::string_view sent) {
        if (!server_) start();
        net::testing::RawClient client(server_->port());
        EXPECT_TRUE(client.send(sent));
        client.end_sending();
        return client.read_to_close();
    }
    std::vector<std::string> taken() {
        const std::lock_guard lock(intake_.mutex);
        std::vector<std::string> texts;
        for (const auto& call : intake_.calls) {
            for (const auto& record : call) texts.push_back(record.text);
        }
        return texts;
    }

    // Outlives the threads of the intake.
    net::Runtime runtime_{1, 2, 1};
    RecordingIntake intake_;
    Options options_;
    std::unique_ptr<net::StreamServer> server_;

  private:
    std::unique_ptr<Input> input_;
};

}  // namespace input::testing

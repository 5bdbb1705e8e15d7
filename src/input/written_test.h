#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "input/accept.h"
#include "input/json_events.h"
#include "input/recording_intake.h"
#include "net/http_message.h"
#include "net/testing/wait_for.h"

// For tests of inputs that write their events.

namespace input::testing {

// The events that `write` writes, one text each; "refused: …" when it fails.
inline std::vector<std::string> written(const std::function<base::Status(JsonEvents&)>& write,
                                        EventLimits limits = {}) {
    JsonEvents events(limits);
    const auto status = write(events);
    if (!status) return {"refused: " + status.error().message};
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < events.size(); ++at) texts.emplace_back(events.at(at));
    return texts;
}

// An HTTP input over an intake that keeps what it is given.
template <typename Input, typename Options>
class HttpInputTest : public ::testing::Test {
  protected:
    net::HttpResponse send(std::string method, std::string_view target, std::string body,
                           net::Headers headers = {}) {
        net::HttpRequest request;
        request.method = std::move(method);
        EXPECT_TRUE(net::parse_target(target, request)) << target;
        request.body = std::move(body);
        request.headers = std::move(headers);
        request.hold = hold_;
        if (!input_) input_ = std::make_unique<Input>(Intakes{runtime_, intake_}, options_);
        return net::testing::wait_for(input_->handle(std::move(request)));
    }
    std::vector<std::string> taken() {
        const std::lock_guard lock(intake_.mutex);
        std::vector<std::string> texts;
        for (const auto& call : intake_.calls) {
            for (const auto& record : call) texts.push_back(record.text);
        }
        return texts;
    }
    void TearDown() override { runtime_.stop(); }

    // Outlives the threads of the intake.
    net::Runtime runtime_{1, 1, 1};
    RecordingIntake intake_;
    Options options_;
    std::function<bool(std::size_t)> hold_;

  private:
    std::unique_ptr<Input> input_;
};

}  // namespace input::testing

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "input/elasticsearch/elasticsearch_input.h"
#include "input/ingest/ingest_input.h"
#include "input/recording_intake.h"
#include "net/http_message.h"
#include "net/testing/wait_for.h"

namespace input::testing {

// Sends requests to both inputs without a socket between.
class InputTest : public ::testing::Test {
  protected:
    net::HttpRequest request(std::string method, std::string_view target, std::string body = {},
                             net::Headers headers = {}) {
        net::HttpRequest made;
        made.method = std::move(method);
        EXPECT_TRUE(net::parse_target(target, made)) << target;
        made.body = std::move(body);
        made.headers = std::move(headers);
        made.headers.emplace_back("Host", "127.0.0.1:9200");
        return made;
    }

    net::HttpResponse send(net::HttpRequest made) {
        auto task = made.path.rfind("/ingest", 0) == 0 ? ingest().handle(std::move(made))
                                                       : elasticsearch().handle(std::move(made));
        return net::testing::wait_for(std::move(task));
    }
    net::HttpResponse send(std::string method, std::string_view target, std::string body = {},
                           net::Headers headers = {}) {
        return send(request(std::move(method), target, std::move(body), std::move(headers)));
    }

    ElasticsearchInput& elasticsearch() {
        if (!elasticsearch_) {
            elasticsearch_ =
                std::make_unique<ElasticsearchInput>(Intakes{runtime_, intake_}, options_);
        }
        return *elasticsearch_;
    }
    IngestInput& ingest() {
        if (!ingest_)
            ingest_ = std::make_unique<IngestInput>(Intakes{runtime_, intake_}, ingest_options_);
        return *ingest_;
    }

    void TearDown() override { runtime_.stop(); }

    // Outlives the threads of the intake.
    net::Runtime runtime_{1, 2, 1};
    RecordingIntake intake_;
    ElasticsearchOptions options_;
    IngestOptions ingest_options_;

  private:
    std::unique_ptr<ElasticsearchInput> elasticsearch_;
    std::unique_ptr<IngestInput> ingest_;
};

}  // namespace input::testing

// A request's way: outcomes, routes, levels, violations.

#include "pipeline/pipeline.h"

#include <fmt/format.h>

#include <atomic>
#include <set>
#include <thread>

#include "pipeline/test_pipeline.h"

namespace pipeline {
namespace {

using event::RowOperation;
using event::Type;
using Status = event::RecordOutcome::Status;

class AcceptTest : public PipelineTest {
  protected:
    std::vector<Status> statuses(const event::RecordsOutcome& outcome) {
        std::vector<Status> all;
        all.reserve(outcome.items.size());
        for (const auto& item : outcome.items) all.push_back(item.status);
        return all;
    }
    std::string event_of(std::string_view service, std::string_view environment,
                         std::string_view level = "INFO") {
        return fmt::format(R"({{"service_name":"{}","environment":"{}","level":"{}"}})", service,
                           environment, level);
    }
};

TEST_F(AcceptTest, RoutesFiveServicesAndTwoEnvironmentsToTenIndices) {
    std::vector<event::Record> records;
    for (int round = 0; round < 3; ++round) {
        for (const char* service : {"Shop API", "CRM API", "MES API", "RabbitMQ", "S3"}) {
            for (const char* environment : {"prod", "Test"})
                records.push_back(record(event_of(service, environment)));
        }
    }
    const auto result = send(records);
    ASSERT_TRUE(result);
    const auto& append = sink_.appends.at(0);
    std::set<std::string> names;
    for (const auto& part : append.batches) {
        names.insert(part.index);
        EXPECT_EQ(part.batch.rows(), 3U) << part.index;
    }
    EXPECT_EQ(names, (std::set<std::string>{"shop-prod", "shop-test", "crm-prod", "crm-test",
                                            "mes-prod", "mes-test", "rabbitmq-prod",
                                            "rabbitmq-test", "s3-prod", "s3-test"}));
    for (std::size_t at = 0; at < records.size(); ++at) {
        const auto& item = result.value().items[at];
        EXPECT_EQ(item.status, Status::created);
        const std::string& index = result.value().indices.at(item.index);
        // The sequence number leads to the same event.
        std::uint64_t sequence = 1;
        for (const auto& part : append.batches) {
            if (item.sequence < sequence + part.batch.rows()) {
                EXPECT_EQ(part.index, index);
                EXPECT_EQ(source(part.batch, static_cast<std::uint32_t>(item.sequence - sequence)),
                          records[at].text);
                break;
            }
            sequence += part.batch.rows();
        }
    }
}

TEST_F(AcceptTest, RoutesByTheClientsIndexFirst) {
    const auto result =
        send({record(event_of("Shop API", "prod"), "mine"),
              record(event_of("Shop API", "prod"), "other-dev"), record(R"({"a":1})"),
              record(R"({"service_name":"Billing Engine"})"), record(R"({"service_name":"!?"})"),
              record(R"({"service_name":"x","environment":"!"})"),
              record(R"({"service_name":")" + std::string(300, 'x') + R"("})")});
    ASSERT_TRUE(result);
    std::vector<std::string> indices;
    for (const auto& item : result.value().items)
        indices.push_back(result.value().indices.at(item.index));
    EXPECT_EQ(indices, (Texts{"mine", "other-dev", "unsorted-prod", "billing-engine-prod",
                              "unsorted-prod", "x", "unsorted-prod"}));
}

TEST_F(AcceptTest, CopiesNothingForOneIndex) {
    ASSERT_TRUE(send({record(event_of("Shop API", "test")), record(event_of("Shop API", "test"))}));
    ASSERT_EQ(sink_.appends.at(0).batches.size(), 1U);
    EXPECT_TRUE(sink_.appends[0].batches[0].operations.empty());
    EXPECT_EQ(sink_.appends[0].batches[0].batch.rows(), 2U);
}

TEST_F(AcceptTest, KeepsInfoAndAboveInProduction) {
    const base::Labels labels = {{"index", "shop-production"}, {"level", "DEBUG"}};
    const auto before = counted("ordertrail_filtered_events_total", labels);
    const auto result = send({record(event_of("Shop API", "production", "debug")),
                              record(event_of("Shop API", "Production", "INFO")),
                              record(event_of("Shop API", "production", "TRACE")),
                              record(event_of("Shop API", "test", "DEBUG")),
                              record(event_of("Shop API", "production", "odd")),
                              record(R"({"service_name":"Shop API","environment":"production"})")});
    ASSERT_TRUE(result);
    EXPECT_EQ(statuses(result.value()),
              (std::vector<Status>{Status::filtered, Status::created, Status::filtered,
                                   Status::created, Status::created, Status::created}));
    EXPECT_EQ(result.value().indices.at(result.value().items[0].index), "shop-production");
    EXPECT_EQ(counted("ordertrail_filtered_events_total", labels) - before, 1U);
    std::size_t rows = 0;
    for (const auto& part : sink_.appends.at(0).batches) rows += part.batch.rows();
    EXPECT_EQ(rows, 4U);
}

TEST_F(AcceptTest, TakesTheEnvironmentFromEventIndexOrOrigin) {
    const std::string debug = R"({"level":"DEBUG"})";
    origin_.environment = "prod";
    const auto result =
        send({record(debug, "shop-prod"), record(debug, "shop-test"), record(debug, "logs"),
              record(debug), record(R"({"level":"DEBUG","environment":"dev"})", "shop-prod")});
    ASSERT_TRUE(result);
    EXPECT_EQ(statuses(result.value()),
              (std::vector<Status>{Status::filtered, Status::created, Status::filtered,
                                   Status::filtered, Status::created}));
    origin_.environment = "stage";
    const auto stage = send({record(debug, "logs"), record(debug)});
    ASSERT_TRUE(stage);
    EXPECT_EQ(stage.value().indices.at(stage.value().items[1].index), "unsorted-stage");
    EXPECT_EQ(texts(sink_.appends.back().batches.at(0).batch, "environment"), Texts{"stage"});
}

TEST_F(AcceptTest, FiltersByTheFirstRuleThatFits) {
    restart({.levels = {{"*", event::IndexPattern("noisy-*"), Level::error},
                        {"d*", event::IndexPattern(), Level::warn}}});
    const auto result = send(
        {record(R"({"level":"WARN"})", "noisy-prod"), record(R"({"level":"ERROR"})", "noisy-prod"),
         record(R"({"level":"INFO"})", "shop-dev"), record(R"({"level":"DEBUG"})", "shop-prod")});
    ASSERT_TRUE(result);
    EXPECT_EQ(statuses(result.value()), (std::vector<Status>{Status::filtered, Status::created,
                                                             Status::filtered, Status::created}));
}

TEST_F(AcceptTest, AnswersAtOnceWhenNothingIsKept) {
    const auto result = send({record(event_of("Shop API", "prod", "DEBUG")), record("{broken")});
    ASSERT_TRUE(result);
    EXPECT_EQ(statuses(result.value()), (std::vector<Status>{Status::filtered, Status::rejected}));
    EXPECT_TRUE(sink_.appends.empty());
    ASSERT_TRUE(send({}));
    EXPECT_TRUE(sink_.appends.empty());
}

TEST_F(AcceptTest, RejectsBadRecordsAlone) {
    const auto result =
        send({record(R"({"a":1})", "test"), record("{", "test"), record(R"({"a":2})", "test")});
    ASSERT_TRUE(result);
    const auto& outcome = result.value();
    EXPECT_EQ(statuses(outcome),
              (std::vector<Status>{Status::created, Status::rejected, Status::created}));
    ASSERT_EQ(outcome.items[1].error, 0);
    EXPECT_EQ(outcome.errors[0].code, base::Code::invalid_argument);
    EXPECT_EQ(outcome.items[0].sequence + 1, outcome.items[2].sequence);
    EXPECT_EQ(outcome.items[1].sequence, 0U);
    EXPECT_EQ(outcome.indices.at(outcome.items[1].index), "test");
}

TEST_F(AcceptTest, BoundsErrorTexts) {
    std::vector<event::Record> records(5000, record("{", "test"));
    const auto result = send(records);
    ASSERT_TRUE(result);
    EXPECT_LE(result.value().errors.size(), 1001U);
    for (const auto& item : result.value().items) {
        ASSERT_EQ(item.status, Status::rejected);
        ASSERT_LT(static_cast<std::size_t>(item.error), result.value().errors.size());
    }
}

TEST_F(AcceptTest, PassesOperationsAndIds) {
    auto create = record(R"({"a":1})", "test");
    create.operation = RowOperation::create;
    create.id = "one";
    auto index = record(R"({"a":2})", "test");
    event::Record removal{.index = "test", .id = "gone", .operation = RowOperation::remove};
    event::Record nameless{.index = "test", .operation = RowOperation::remove};
    sink_.answer = {{event::RowOutcome::duplicate, event::RowOutcome::updated}};
    const auto result = send({removal, nameless, create, index});
    ASSERT_TRUE(result);
    const auto& append = sink_.appends.at(0);
    ASSERT_EQ(append.deletions.size(), 1U);
    EXPECT_EQ(append.deletions[0].id, "gone");
    EXPECT_EQ(append.batches.at(0).operations,
              (std::vector<RowOperation>{RowOperation::create, RowOperation::index}));
    EXPECT_EQ(texts(append.batches[0].batch, "_id", 0), Texts{"one"});
    EXPECT_EQ(texts(append.batches[0].batch, "_id", 1), Texts{});
    EXPECT_EQ(statuses(result.value()), (std::vector<Status>{Status::deleted, Status::rejected,
                                                             Status::duplicate, Status::updated}));
    EXPECT_EQ(result.value().items[2].sequence, 0U);
    EXPECT_EQ(result.value().items[3].sequence, 2U);
}

TEST_F(AcceptTest, HandsOnTheStoresFailure) {
    sink_.failure = base::Error(base::Code::busy, "full");
    const auto result = send({record(R"({"a":1})")});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, base::Code::busy);
}

TEST_F(AcceptTest, ComparesEventsWithTheCatalog) {
    const base::Labels labels = {{"service_name", "Shop API"}, {"event_type", "FILE_UPLOADED"}};
    const auto before = counted("ordertrail_catalog_violations_total", labels);
    ASSERT_TRUE(send({
        record(
            R"({"service_name":"Shop API","event_type":"FILE_UPLOADED","order_id":"o","user_id":"u","file_name":"f","file_size":1})",
            "test"),
        record(
            R"({"service_name":"Shop API","event_type":"FILE_UPLOADED","order_id":null,"file_name":"f","file_size":"big"})",
            "test"),
        record(R"({"service_name":"S3","event_type":"FILE_UPLOADED","file_name":"f"})", "test"),
        record(R"({"service_name":"Nobody","event_type":"FILE_UPLOADED"})", "test"),
        record(R"({"service_name":"MES API","event_type":"MESSAGE_SENT","queue_name":"q"})",
               "test"),
    }));
    const auto& batch = sink_.appends.at(0).batches.at(0).batch;
    EXPECT_EQ(texts(batch, "_violations", 0), Texts{});
    EXPECT_EQ(texts(batch, "_violations", 1),
              (Texts{"file_size: expected integer, found string", "order_id: required, missing",
                     "user_id: required, missing"}));
    EXPECT_EQ(texts(batch, "_violations", 2), Texts{});
    EXPECT_EQ(texts(batch, "_violations", 3), Texts{});
    EXPECT_EQ(texts(batch, "_violations", 4), Texts{"order_id: required, missing"});
    EXPECT_EQ(counted("ordertrail_catalog_violations_total", labels) - before, 3U);
}

TEST_F(AcceptTest, CountsWhatComesAndWhatIsRefused) {
    const base::Labels labels = {{"input", "test"}};
    const auto received_before = counted("ordertrail_received_events_total", labels);
    const auto rejected_before = counted("ordertrail_rejected_events_total", labels);
    ASSERT_TRUE(send({record(R"({"a":1})"), record("x"), record("y")}));
    EXPECT_EQ(counted("ordertrail_received_events_total", labels) - received_before, 3U);
    EXPECT_EQ(counted("ordertrail_rejected_events_total", labels) - rejected_before, 2U);
}

TEST_F(AcceptTest, TakesRequestsFromSeveralThreads) {
    class CountingSink : public event::Sink {
      public:
        void append(event::Append request, event::AppendDone done) override {
            for (const auto& part : request.batches) rows += part.batch.rows();
            done(event::AppendOutcome{});
        }
        std::atomic<std::uint64_t> rows{0};
    } sink;
    Pipeline shared(event::Catalog::built_in(), sink);
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&shared, this, thread] {
            for (int round = 0; round < 50; ++round) {
                const std::string text =
                    fmt::format(R"({{"t{}":{},"service_name":"Shop API"}})", thread, round);
                event::Records records;
                records.items = {{.text = text}, {.text = text}};
                records.origin = &origin_;
                shared.accept(std::move(records), [](const auto& result) { EXPECT_TRUE(result); });
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(sink.rows, 400U);
}

}  // namespace
}  // namespace pipeline

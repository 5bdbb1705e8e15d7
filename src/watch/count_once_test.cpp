#include "watch/count_once.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <map>
#include <random>

#include "event/catalog.h"
#include "event/schema.h"
#include "query/value.h"
#include "storage/engine/engine_store.h"
#include "watch/order_events.h"

namespace watch {
namespace {

using storage::Predicate;

constexpr base::Nanos start = 1'795'996'800 * base::second;
constexpr base::Nanos window = base::minute;

struct Report {
    std::string type = "MESSAGE_SENT";
    base::Nanos at = 0;
    bool by_broker = false;
    std::string order = "ORD-1";
    std::string message;
    std::string queue = "orders.pricing";
    std::string routed;  // the broker's: a further queue
    bool late = false;
    std::string environment = "prod";
};

class CountOnceTest : public testing::Test {
  protected:
    void SetUp() override {
        directory_ = std::filesystem::temp_directory_path() /
                     ("ordertrail-count-once-" + std::to_string(::getpid()));
        std::filesystem::remove_all(directory_);
        open();
    }
    void TearDown() override {
        count_once_.reset();
        store_.reset();
        std::filesystem::remove_all(directory_);
    }

    void open() {
        count_once_.reset();
        store_.reset();
        storage::engine::EngineOptions options;
        options.directory = directory_.string();
        options.id_fields = {"order_id", "message_id"};
        store_ = std::move(storage::engine::EngineStore::open(std::move(options)).value());
        count_once_ = std::make_unique<CountOnce>(*store_, CountOnceOptions{window, {}});
    }

    // A report of the broker that is stored again has the same id, and is stored once.
    std::string store(const Report& report, std::string id = "") {
        event::IndexBatch batch;
        batch.index = (report.by_broker ? "rabbitmq-" : "shop-") + report.environment;
        event::Batch& rows = batch.batch;
        rows.time.push_back(start + report.at);
        const auto put = [&](std::string_view name, const std::string& value) {
            if (value.empty()) return;
            rows.at(rows.column(name, event::Type::string)).add_text(0, value);
        };
        put("service_name", report.by_broker ? "RabbitMQ" : "Shop API");
        put("event_type", report.type);
        put("order_id", report.order);
        put("message_id", report.message);
        put("queue_name", report.queue);
        put("routed_queues", report.routed);
        if (report.by_broker) {
            if (id.empty()) id = "rabbitmq-" + std::to_string(next_id_++);
            put("_id", id);
            put("reported_by", "broker");
            if (report.late) {
                rows.at(rows.column("received_late", event::Type::boolean)).add_integer(0, 1);
            }
            batch.operations.push_back(event::RowOperation::create);
        }
        event::Append request;
        request.batches.push_back(std::move(batch));
        std::promise<bool> stored;
        store_->append(std::move(request),
                       [&](const auto& outcome) { stored.set_value(outcome.has_value()); });
        EXPECT_TRUE(stored.get_future().get());
        return id;
    }

    void settle() {
        while (count_once_->round().value()) {
        }
    }

    // "MESSAGE_SENT of Shop API" → how many are stored.
    std::map<std::string, int> counts() const {
        std::map<std::string, int> made;
        storage::ScanRequest request;
        EXPECT_TRUE(store_->snapshot()->scan(request, [&](const event::Batch& rows) {
            for (std::uint32_t row = 0; row < rows.rows(); ++row) {
                ++made[query::text_of(query::value_of(rows, "event_type", row)) + " of " +
                       query::text_of(query::value_of(rows, "service_name", row))];
            }
            return true;
        }));
        return made;
    }
    using Counts = std::map<std::string, int>;

    std::filesystem::path directory_;
    std::unique_ptr<storage::engine::EngineStore> store_;
    std::unique_ptr<CountOnce> count_once_;
    int next_id_ = 0;
};

const std::map<std::string, int> once = {{"MESSAGE_SENT of Shop API", 1},
                                         {"MESSAGE_SENT_TRACED of RabbitMQ", 1}};

TEST_F(CountOnceTest, WhicheverComesFirst) {
    store({.at = 0});
    settle();
    store({.at = 5, .by_broker = true});
    settle();
    EXPECT_EQ(counts(), once);
}

TEST_F(CountOnceTest, TheServicesLogComesADayLater) {
    store({.at = 5, .by_broker = true});
    settle();
    EXPECT_EQ(counts(), (Counts{{"MESSAGE_SENT of RabbitMQ", 1}}));
    store({.at = 0});
    settle();
    EXPECT_EQ(counts(), once);
    // The broker delivers its report again.
    store({.at = 5, .by_broker = true}, "rabbitmq-0");
    settle();
    EXPECT_EQ(counts(), once);
}

TEST_F(CountOnceTest, TwoSendsOfWhichTheServiceLogsOneAreTwo) {
    store({.at = 0});
    store({.at = 1, .by_broker = true});
    store({.at = 2, .by_broker = true});
    settle();
    EXPECT_EQ(counts(), (Counts{{"MESSAGE_SENT of Shop API", 1},
                                {"MESSAGE_SENT of RabbitMQ", 1},
                                {"MESSAGE_SENT_TRACED of RabbitMQ", 1}}));
}

TEST_F(CountOnceTest, WhatDiffersIsNotTheSame) {
    store({.at = 0});
    store({.type = "MESSAGE_RECEIVED", .at = 0, .by_broker = true});
    store({.at = 0, .by_broker = true, .order = "ORD-2"});
    store({.at = 0, .by_broker = true, .queue = "orders.approval"});
    store({.at = 0, .by_broker = true, .environment = "test"});
    store({.at = window + 1, .by_broker = true});
    settle();
    EXPECT_EQ(counts(), (Counts{{"MESSAGE_SENT of Shop API", 1},
                                {"MESSAGE_SENT of RabbitMQ", 4},
                                {"MESSAGE_RECEIVED of RabbitMQ", 1}}));
}

TEST_F(CountOnceTest, AMessageIdTellsMoreThanTheTime) {
    store({.at = 0, .message = "m-1"});
    store({.at = 0, .by_broker = true, .message = "m-2"});
    store({.at = base::hour, .by_broker = true, .message = "m-1"});
    settle();
    EXPECT_EQ(counts(), (Counts{{"MESSAGE_SENT of Shop API", 1},
                                {"MESSAGE_SENT of RabbitMQ", 1},
                                {"MESSAGE_SENT_TRACED of RabbitMQ", 1}}));
}

TEST_F(CountOnceTest, AMessageIdIsEnoughWhereTheOrderIsNotKnown) {
    store({.at = 0, .by_broker = true, .order = "", .message = "m-1"});
    store({.at = 1, .order = "ORD-1", .message = "m-1", .queue = "pricing"});
    settle();
    EXPECT_EQ(counts(), once);
}

TEST_F(CountOnceTest, AMessageInTwoQueuesIsReceivedTwice) {
    const auto received = [](std::string queue, bool by_broker) {
        return Report{.type = "MESSAGE_RECEIVED",
                      .by_broker = by_broker,
                      .message = "m-1",
                      .queue = std::move(queue)};
    };
    store(received("audit", true));
    store(received("orders.pricing", true));
    store(received("orders.pricing", false));
    settle();
    EXPECT_EQ(counts(), (Counts{{"MESSAGE_RECEIVED of Shop API", 1},
                                {"MESSAGE_RECEIVED of RabbitMQ", 1},
                                {"MESSAGE_RECEIVED_TRACED of RabbitMQ", 1}}));
    const auto& catalog = event::Catalog::built_in();
    const query::Searcher searcher(store_->snapshot(), catalog, query::Scope::everything());
    const auto journey = find_journey(searcher, catalog, "ORD-1", "", start + base::hour).value();
    EXPECT_EQ(journey.events.size(), 2u);
}

TEST_F(CountOnceTest, WhatWaitedInTheBrokerIsFoundByOrderAndQueue) {
    store({.at = 0});
    store({.at = 5 * base::hour, .by_broker = true, .late = true});
    store({.at = 5 * base::hour, .by_broker = true, .routed = "audit"});
    settle();
    EXPECT_EQ(counts(), (Counts{{"MESSAGE_SENT of Shop API", 1},
                                {"MESSAGE_SENT of RabbitMQ", 1},
                                {"MESSAGE_SENT_TRACED of RabbitMQ", 1}}));
}

TEST_F(CountOnceTest, AServiceMayNameAnyQueueOfASend) {
    store({.at = 0, .queue = "audit"});
    store({.at = 1, .by_broker = true, .routed = "audit"});
    settle();
    EXPECT_EQ(counts(), once);
}

// Messages that happened, each told by its service, by the broker, or by both, in any order, with
// the sender looking between; whatever the order, each counts once, and all looks end alike.
TEST_F(CountOnceTest, EachMessageCountsOnceInAnyOrderOfArrival) {
    for (unsigned seed = 0; seed < 12; ++seed) {
        std::mt19937 random(seed);
        const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
        std::vector<Report> reports;
        Counts expected;
        for (int message = 0; message < 40; ++message) {
            Report one;
            one.type = below(2) == 0 ? "MESSAGE_SENT" : "MESSAGE_RECEIVED";
            one.order = "ORD-" + std::to_string(below(4)) + "-" + std::to_string(seed);
            one.queue = below(2) == 0 ? "orders.pricing" : "orders.approval";
            // Messages of one order are further apart than the window, or have ids.
            const bool has_id = below(2) == 0;
            one.at = has_id ? below(60) * base::second : (10 + message * 3) * base::minute;
            if (has_id) one.message = std::to_string(seed) + "-" + std::to_string(message);
            const unsigned told = 1 + below(3);
            if ((told & 1) != 0) {
                reports.push_back(one);
                ++expected[one.type + " of Shop API"];
            }
            if ((told & 2) != 0) {
                one.by_broker = true;
                one.at +=
                    static_cast<base::Nanos>(below(100)) * base::second / 2 - 25 * base::second;
                reports.push_back(one);
                ++expected[one.type + (told == 3 ? "_TRACED" : "") + " of RabbitMQ"];
            }
        }
        const Counts before = counts();
        std::shuffle(reports.begin(), reports.end(), random);
        for (const auto& report : reports) {
            store(report);
            if (below(3) == 0) settle();
            if (below(40) == 0) {
                settle();
                open();  // as after a restart
            }
        }
        settle();
        Counts made = counts();
        for (const auto& [name, count] : before) made[name] -= count;
        std::erase_if(made, [](const auto& entry) { return entry.second == 0; });
        EXPECT_EQ(made, expected) << "seed " << seed;
    }
}

TEST(MessageReports, TheOutcomeDoesNotDependOnTheOrder) {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::vector<MessageReport> reports;
        for (unsigned at = 0; at < 2 + random() % 8; ++at) {
            MessageReport report;
            report.is_broker = random() % 2 == 0;
            report.order_id = "ORD-1";
            if (random() % 3 == 0) report.message_id = std::to_string(random() % 3);
            report.places = {std::string(1, static_cast<char>('a' + random() % 2))};
            report.time = static_cast<base::Nanos>(random() % 4) * (window / 2);
            report.id = std::to_string(at);
            reports.push_back(report);
        }
        const auto outcome = [&](const std::vector<MessageReport>& given) {
            std::map<std::string, bool> made;
            const auto repeats = repeated(given, window);
            for (std::size_t at = 0; at < given.size(); ++at) {
                EXPECT_FALSE(repeats[at] && !given[at].is_broker);
                made[given[at].id] = repeats[at];
            }
            return made;
        };
        const auto first = outcome(reports);
        std::shuffle(reports.begin(), reports.end(), random);
        EXPECT_EQ(outcome(reports), first);
    }
}

}  // namespace
}  // namespace watch

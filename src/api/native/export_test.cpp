#include "api/native/export_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "storage/testing/memory_snapshot.h"

namespace api {
namespace {

using storage::testing::MemorySnapshot;
using storage::testing::Row;
using testing::HasSubstr;

class ExportTest : public testing::Test {
  protected:
    void store(int rows) {
        auto snapshot = std::make_shared<MemorySnapshot>();
        std::vector<Row> made;
        for (int at = 1; at <= rows; ++at) {
            Row row;
            row.time = 1'764'000'000 * base::second;  // all the same: the number decides
            row.sequence = static_cast<std::uint64_t>(at);
            row.index = at % 2 == 0 ? "shop-prod" : "mes-prod";
            row.with("message", "n" + std::to_string(at)).with("level", "INFO");
            row.with("price", std::int64_t{-at});
            made.push_back(std::move(row));
        }
        snapshot->add(made);
        snapshot_ = std::move(snapshot);
    }

    std::string whole(ExportPlan plan) {
        ExportStream stream(snapshot_, event::Catalog::built_in(), std::move(plan));
        std::string all;
        pieces_ = 0;
        for (;;) {
            auto piece = stream.next({});
            EXPECT_TRUE(piece);
            if (!piece || piece.value().empty()) return all;
            all += piece.value();
            ++pieces_;
        }
    }

    static std::size_t lines(const std::string& text) {
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    std::shared_ptr<const storage::Snapshot> snapshot_;
    int pieces_ = 0;
};

TEST_F(ExportTest, EveryRowOnceInManyPieces) {
    store(1700);
    ExportPlan plan;
    plan.order = storage::Order::oldest_first;
    const auto text = whole(plan);
    EXPECT_EQ(lines(text), 1700u);
    EXPECT_GT(pieces_, 1);
    for (int at = 1; at < 1700; ++at) {
        const auto one = text.find("\"n" + std::to_string(at) + "\"");
        ASSERT_NE(one, std::string::npos) << at;
        ASSERT_LT(one, text.find("\"n" + std::to_string(at + 1) + "\"")) << at;
    }
    plan.order = storage::Order::newest_first;
    plan.limit = 701;
    const auto newest = whole(plan);
    EXPECT_EQ(lines(newest), 701u);
    EXPECT_LT(newest.find("\"n1700\""), newest.find("\"n1000\""));
}

TEST_F(ExportTest, CsvHasAHeaderAndTheColumnsAskedFor) {
    store(2);
    ExportPlan plan;
    plan.format = ExportFormat::csv;
    plan.columns = {"timestamp", "index", "message", "price", "id", "nothing"};
    plan.order = storage::Order::oldest_first;
    plan.style.offset_minutes = 180;
    EXPECT_EQ(whole(plan),
              "timestamp,index,message,price,id,nothing\r\n"
              "2025-11-24T19:00:00+03:00,mes-prod,n1,-1," +
                  event::id_of(1) +
                  ",\r\n"
                  "2025-11-24T19:00:00+03:00,shop-prod,n2,-2," +
                  event::id_of(2) + ",\r\n");
}

TEST_F(ExportTest, NothingIsAnEmptyAnswerOrAHeaderAlone) {
    store(0);
    ExportPlan plan;
    EXPECT_EQ(whole(plan), "");
    plan.format = ExportFormat::csv;
    plan.columns = {"level"};
    EXPECT_EQ(whole(plan), "level\r\n");
}

TEST_F(ExportTest, WhatIsStoppedFails) {
    store(10);
    ExportStream stream(snapshot_, event::Catalog::built_in(), {});
    std::stop_source stop;
    stop.request_stop();
    const auto piece = stream.next(stop.get_token());
    ASSERT_FALSE(piece);
    EXPECT_EQ(piece.error().code, base::Code::cancelled);
}

}  // namespace
}  // namespace api

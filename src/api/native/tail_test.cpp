#include "api/native/tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

#include "api/request_test.h"
#include "net/testing/wait_for.h"
#include "storage/testing/memory_snapshot.h"

namespace api {
namespace {

namespace json = boost::json;
using storage::testing::MemorySnapshot;
using storage::testing::Row;
using testing::HasSubstr;

// A store in memory that grows.
class GrowingStore final : public storage::Store {
  public:
    // Rows get the next sequence numbers.
    void grow(std::vector<Row> rows) {
        const std::lock_guard lock(mutex_);
        for (Row& row : rows) {
            row.sequence = rows_.size() + 1;
            rows_.push_back(std::move(row));
        }
        changed_.notify_all();
    }

    void append(event::Append, event::AppendDone) override {}
    std::shared_ptr<const storage::Snapshot> snapshot() const override {
        const std::lock_guard lock(mutex_);
        auto made = std::make_shared<CountedSnapshot>();
        made->last = rows_.size();
        if (rows_.size() < 30) made->rows.add(rows_);
        return made;
    }
    std::unique_ptr<storage::Subscription> subscribe(std::uint64_t from) override {
        return std::make_unique<Reader>(*this, from);
    }
    std::string trouble() const override { return ""; }

  private:
    struct CountedSnapshot final : storage::Snapshot {
        MemorySnapshot rows;
        std::uint64_t last = 0;
        base::Status scan(const storage::ScanRequest& request, const ScanSink& sink,
                          std::stop_token stop) const override {
            return rows.scan(request, sink, std::move(stop));
        }
        base::Result<event::Batch> aggregate(const storage::AggregateRequest& request,
                                             std::stop_token stop) const override {
            return rows.aggregate(request, std::move(stop));
        }
        base::Result<event::Batch> lookup(const std::string& index,
                                          const std::vector<std::string>& ids) const override {
            return rows.lookup(index, ids);
        }
        std::vector<storage::IndexInfo> indices() const override { return rows.indices(); }
        base::Result<std::vector<storage::FieldInfo>> fields(
            const event::IndexPattern& indices) const override {
            return rows.fields(indices);
        }
        std::uint64_t last_sequence() const override { return last; }
    };

    class Reader final : public storage::Subscription {
      public:
        Reader(GrowingStore& store, std::uint64_t from) : store_(store), next_(from) {}
        base::Result<event::Batch> next(std::size_t limit) override {
            const std::lock_guard lock(store_.mutex_);
            std::vector<Row> rows;
            while (next_ <= store_.rows_.size() && rows.size() < limit)
                rows.push_back(store_.rows_[next_++ - 1]);
            event::Batch batch = storage::testing::batch_of(rows);
            for (std::uint32_t row = 0; row < rows.size(); ++row) {
                batch.at(batch.column("_index", event::Type::string))
                    .add_text(row, rows[row].index);
            }
            return batch;
        }
        void wait(base::Nanos at_most, std::stop_token stop) override {
            std::unique_lock lock(store_.mutex_);
            store_.changed_.wait_for(lock, stop, std::chrono::nanoseconds(at_most),
                                     [&] { return store_.rows_.size() >= next_; });
        }
        std::uint64_t position() const override { return next_; }

      private:
        GrowingStore& store_;
        std::uint64_t next_;
    };

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<Row> rows_;
};

struct Frame {
    std::uint64_t id = 0;
    std::string event;
    json::value data;
};

class TailTest : public testing::Test {
  protected:
    void SetUp() override { tails_ = make({10, base::millisecond, base::hour}); }
    ~TailTest() override {
        tails_->stop();
        runtime_.stop();
    }

    std::unique_ptr<Tails> make(TailOptions options) {
        return std::make_unique<Tails>(store_, event::Catalog::built_in(), runtime_, options);
    }

    static Row line(const std::string& text, const char* index = "shop-prod") {
        Row row;
        row.time = 1'764'000'000 * base::second;
        row.index = index;
        row.with("message", text).with("level", "INFO");
        return row;
    }
    std::vector<Row> lines(int from, int to) {
        std::vector<Row> rows;
        for (int at = from; at <= to; ++at)
            rows.push_back(line("n" + std::to_string(at), at % 3 == 0 ? "mes-prod" : "shop-prod"));
        return rows;
    }

    net::HttpResponse open(net::Headers query, net::Headers headers = {},
                           std::stop_token gone = {}) {
        auto request = request_of("GET", "/_trail/v1/tail", std::move(headers));
        request.query = std::move(query);
        request.gone = std::move(gone);
        return net::testing::wait_for(tails_->answer(std::move(request)));
    }

    static net::Task<std::string> next_of(net::HttpResponse& response) {
        auto piece = co_await response.stream();
        EXPECT_TRUE(piece);
        co_return std::move(piece.value());
    }
    static std::string piece(net::HttpResponse& response) {
        return net::testing::wait_for(next_of(response));
    }

    static std::vector<Frame> frames_of(std::string_view text) {
        std::vector<Frame> frames;
        while (!text.empty()) {
            const auto end = text.find("\n\n");
            EXPECT_NE(end, std::string_view::npos) << text;
            if (end == std::string_view::npos) break;
            Frame frame;
            auto lines = text.substr(0, end + 1);
            text.remove_prefix(end + 2);
            while (!lines.empty()) {
                const auto line = lines.substr(0, lines.find('\n'));
                lines.remove_prefix(line.size() + 1);
                if (line.starts_with("id: ")) frame.id = std::stoull(std::string(line.substr(4)));
                if (line.starts_with("event: ")) frame.event = line.substr(7);
                if (line.starts_with("data: ")) {
                    const auto data = line.substr(6);
                    frame.data = json::parse(json::string_view(data.data(), data.size()));
                }
            }
            frames.push_back(std::move(frame));
        }
        return frames;
    }

    // What the stream tells until so many messages were seen or left out; the last id is kept.
    std::vector<std::string> messages(net::HttpResponse& response, std::size_t wanted) {
        std::vector<std::string> seen;
        while (seen.size() + skipped_ < wanted) {
            const auto text = piece(response);
            if (text.empty()) break;
            for (const auto& frame : frames_of(text)) {
                if (frame.event == "skipped")
                    skipped_ += frame.data.at("count").to_number<std::size_t>();
                if (frame.id != 0) last_id_ = frame.id;
                if (frame.event != "rows") continue;
                EXPECT_LE(frame.data.at("rows").as_array().size(), 500u);
                for (const auto& row : frame.data.at("rows").as_array())
                    seen.emplace_back(row.at("fields").at("message").as_string().c_str());
            }
        }
        return seen;
    }

    net::Runtime runtime_{1, 1, 1};
    GrowingStore store_;
    std::unique_ptr<Tails> tails_;
    std::size_t skipped_ = 0;
    std::uint64_t last_id_ = 0;
};

TEST_F(TailTest, NewestRowsFirstThenLiveOnesInTheirOrder) {
    store_.grow(lines(1, 10));
    auto stream = open({{"back", "2"}});
    ASSERT_EQ(stream.status, 200);
    EXPECT_EQ(stream.content_type, "text/event-stream");
    EXPECT_THAT(messages(stream, 2), testing::ElementsAre("n9", "n10"));
    store_.grow(lines(11, 14));
    EXPECT_THAT(messages(stream, 4), testing::ElementsAre("n11", "n12", "n13", "n14"));
}

TEST_F(TailTest, OnlyWhatFits) {
    auto stream = open({{"query", "message: n3 or message: n5"}, {"index", "shop-*"}});
    while (frames_of(piece(stream)).back().event != "state") {
    }
    store_.grow(lines(1, 9));
    EXPECT_THAT(messages(stream, 1), testing::ElementsAre("n5"));  // n3 is of another index
}

TEST_F(TailTest, ResumingLosesNothingAndRepeatsNothing) {
    auto first = open({{"after", "1"}});
    store_.grow(lines(1, 3000));
    auto seen = messages(first, 1000);
    EXPECT_GE(last_id_, 1001u);
    first = {};
    store_.grow(lines(3001, 4000));
    auto second = open({{"after", "1"}}, {{"Last-Event-ID", std::to_string(last_id_)}});
    for (auto& each : messages(second, 4000 - seen.size())) seen.push_back(std::move(each));
    ASSERT_EQ(seen.size(), 4000u);
    for (int at = 0; at < 4000; ++at) ASSERT_EQ(seen[at], "n" + std::to_string(at + 1));
    EXPECT_EQ(skipped_, 0u);
}

TEST_F(TailTest, WhoIsTooSlowIsToldHowMuchIsLeftOut) {
    tails_->stop();
    tails_ = make({10, base::millisecond, base::hour, 20});
    auto slow = open({});
    while (frames_of(piece(slow)).back().event != "state") {
    }
    auto other = open({{"query", "message: last"}});
    for (int at = 0; at < 60; ++at) store_.grow({line(std::string(1 << 20, 'x'))});
    store_.grow({line("last")});
    messages(other, 1);  // told or left out: the feed is far ahead of the slow one
    skipped_ = 0;
    const auto seen = messages(slow, 61);
    EXPECT_GT(skipped_, 0u);
    EXPECT_EQ(seen.size() + skipped_, 61u);
}

TEST_F(TailTest, AnIdleStreamBeats) {
    tails_->stop();
    tails_ = make({10, base::millisecond, 20 * base::millisecond});
    auto stream = open({});
    int beats = 0;
    while (beats < 3) {
        for (const auto& frame : frames_of(piece(stream))) {
            if (frame.event != "state") continue;
            EXPECT_EQ(json::serialize(frame.data), R"({"state":"live"})");
            ++beats;
        }
    }
}

TEST_F(TailTest, WrongParametersAreRefusedBeforeTheStream) {
    EXPECT_EQ(open({{"query", "level: ("}}).status, 400);
    EXPECT_EQ(open({{"back", "1001"}}).status, 400);
    EXPECT_EQ(open({{"from", "now"}}).status, 400);
    const auto response = open({}, {{"Last-Event-ID", "12x"}});
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("after: expected the id of a frame"));
}

TEST_F(TailTest, AnIdOfAnotherStoreBeginsWithTheNewest) {
    store_.grow(lines(1, 3));
    auto stream = open({{"after", "18446744073709551615"}});
    while (frames_of(piece(stream)).back().event != "state") {
    }
    store_.grow(lines(4, 4));
    EXPECT_THAT(messages(stream, 1), testing::ElementsAre("n4"));
}

TEST_F(TailTest, TooManyAreSentAwayUntilOneGoes) {
    tails_->stop();
    tails_ = make({1, base::millisecond, base::hour});
    auto first = open({});
    EXPECT_EQ(open({}).status, 429);
    first = {};
    EXPECT_EQ(open({}).status, 200);
}

TEST_F(TailTest, StreamsEndWhenTheServerStopsOrTheClientGoes) {
    std::stop_source gone;
    auto left = open({}, {}, gone.get_token());
    auto stream = open({});
    while (frames_of(piece(left)).back().event != "state") {
    }
    gone.request_stop();
    EXPECT_EQ(piece(left), "");
    tails_->stop();
    while (!piece(stream).empty()) {
    }
    EXPECT_EQ(open({}).status, 503);
}

}  // namespace
}  // namespace api

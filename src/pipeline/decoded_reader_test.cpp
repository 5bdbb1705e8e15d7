#include "pipeline/decoded_reader.h"

#include <cmath>
#include <functional>
#include <limits>

#include "pipeline/test_pipeline.h"

namespace pipeline {
namespace {

using Telling = std::function<base::Status(event::EventBuilder&)>;

class ListOfTellings : public event::DecodedRecords {
  public:
    base::Status tell(std::size_t at, event::EventBuilder& to) const override {
        return tellings[at](to);
    }
    std::size_t size(std::size_t) const override { return bytes; }

    std::vector<Telling> tellings;
    std::size_t bytes = 1000;
};

class DecodedReaderTest : public PipelineTest {
  protected:
    // Sends events to the index "test"; the batch of those that were kept.
    const event::Batch& tell(std::vector<Telling> tellings, Settings settings = {}) {
        static const event::Batch none;
        restart(std::move(settings));
        records_.tellings = std::move(tellings);
        event::Records records;
        records.items.resize(records_.tellings.size(), {.index = "test"});
        records.format = event::Format::decoded;
        records.decoded = &records_;
        records.origin = &origin_;
        records.received = received;
        sink_.appends.clear();
        pipeline_->accept(std::move(records), [this](base::Result<event::RecordsOutcome> outcome) {
            ASSERT_TRUE(outcome);
            outcome_ = std::move(outcome).value();
        });
        return sink_.appends.empty() ? none : sink_.appends.back().batches.at(0).batch;
    }

    // One object with one member.
    const event::Batch& member(const std::string& name,
                               const std::function<void(event::EventBuilder&)>& value) {
        return tell({[&](event::EventBuilder& to) -> base::Status {
            EXPECT_TRUE(to.open_object());
            to.key(name);
            value(to);
            to.close_object();
            return base::ok();
        }});
    }

    ListOfTellings records_;
};

TEST_F(DecodedReaderTest, KeepsEveryKindOfValue) {
    const auto& batch = tell({[](event::EventBuilder& to) -> base::Status {
        EXPECT_TRUE(to.open_object());
        to.key("t");
        to.text("a \"b\"\n");
        to.key("i");
        to.integer(std::numeric_limits<std::int64_t>::min());
        to.key("n");
        to.number(2.0);
        to.key("b");
        to.boolean(true);
        to.key("z");
        to.null();
        to.key("o");
        EXPECT_TRUE(to.open_object());
        to.key("in.ner");
        EXPECT_TRUE(to.open_array());
        to.integer(1);
        to.text("x");
        to.close_array();
        to.close_object();
        to.close_object();
        return base::ok();
    }});
    EXPECT_EQ(
        source(batch),
        R"({"t":"a \"b\"\n","i":-9223372036854775808,"n":2,"b":true,"z":null,"o":{"in.ner":[1,"x"]}})");
    EXPECT_EQ(texts(batch, "t"), Texts{"a \"b\"\n"});
    EXPECT_EQ(numbers(batch, "n"), std::vector<double>{2.0});
    EXPECT_EQ(integers(batch, "o.in.ner"), std::vector<std::int64_t>{1});
    EXPECT_EQ(texts(batch, "o.in.ner"), Texts{"x"});
    EXPECT_EQ(batch.time, std::vector<base::Nanos>{received});
}

TEST_F(DecodedReaderTest, TakesTheTime) {
    const base::Nanos time = 1'764'000'000'123'456'789;
    const auto& batch = member("@timestamp", [&](auto& to) { to.time(time); });
    EXPECT_EQ(batch.time, std::vector<base::Nanos>{time});
    EXPECT_EQ(source(batch), R"({"@timestamp":"2025-11-24T16:00:00.123456789Z"})");
    EXPECT_EQ(source(member("@timestamp", [&](auto& to) { to.time(time - 456'789); })),
              R"({"@timestamp":"2025-11-24T16:00:00.123Z"})");
    // Elsewhere it is a text.
    EXPECT_EQ(texts(member("when", [&](auto& to) { to.time(time); }), "when"),
              Texts{"2025-11-24T16:00:00.123456789Z"});
}

TEST_F(DecodedReaderTest, NumbersAreWhatTheCatalogWants) {
    EXPECT_EQ(texts(member("order_id", [](auto& to) { to.integer(417); }), "order_id"),
              Texts{"417"});
    EXPECT_EQ(
        numbers(member("price_calculated", [](auto& to) { to.integer(5); }), "price_calculated"),
        std::vector<double>{5});
    EXPECT_EQ(texts(member("message", [](auto& to) { to.number(0.5); }), "message"), Texts{"0.5"});
    EXPECT_EQ(texts(member("level", [](auto& to) { to.text("warning"); }), "level"), Texts{"WARN"});
}

TEST_F(DecodedReaderTest, WritesNumbersThatJsonDoesNotHave) {
    const auto source_of = [this](double value) {
        return source(member("x", [&](auto& to) { to.number(value); }));
    };
    EXPECT_EQ(source_of(std::nan("")), R"({"x":"NaN"})");
    EXPECT_EQ(source_of(std::numeric_limits<double>::infinity()), R"({"x":"Infinity"})");
    EXPECT_EQ(source_of(-std::numeric_limits<double>::infinity()), R"({"x":"-Infinity"})");
    EXPECT_EQ(source_of(-0.0), R"({"x":-0})");
    EXPECT_EQ(source_of(1e300), R"({"x":1e+300})");
}

TEST_F(DecodedReaderTest, MendsTextsThatAreNotUtf8) {
    const auto& batch = member("k\xFF", [](auto& to) { to.text("a\xC3"); });
    EXPECT_EQ(source(batch), "{\"k\xEF\xBF\xBD\":\"a\xEF\xBF\xBD\"}");
}

TEST_F(DecodedReaderTest, KeysNeedNotBeSpelledInJson) {
    // The second is told after the first, whose JSON spelling it is.
    const auto with_key = [](std::string name) -> Telling {
        return [name](event::EventBuilder& to) -> base::Status {
            EXPECT_TRUE(to.open_object());
            to.key(name);
            to.integer(1);
            to.close_object();
            return base::ok();
        };
    };
    const auto& batch =
        tell({with_key("a\\b"), with_key("a\\\\b"), with_key("q\"\n"), with_key("")});
    EXPECT_EQ(source(batch, 0), R"({"a\\b":1})");
    EXPECT_EQ(source(batch, 1), R"({"a\\\\b":1})");
    EXPECT_EQ(source(batch, 2), R"({"q\"\n":1})");
    EXPECT_EQ(source(batch, 3), R"({"":1})");
    EXPECT_NE(batch.find("a\\b", event::Type::integer), nullptr);
    EXPECT_NE(batch.find("a\\\\b", event::Type::integer), nullptr);
}

TEST_F(DecodedReaderTest, RejectsSingleEvents) {
    const Telling good = [](event::EventBuilder& to) -> base::Status {
        EXPECT_TRUE(to.open_object());
        to.close_object();
        return base::ok();
    };
    const Telling half = [](event::EventBuilder& to) -> base::Status {
        EXPECT_TRUE(to.open_object());
        to.key("secret");
        to.text("x");
        return base::invalid("no more");
    };
    const Telling deep = [](event::EventBuilder& to) -> base::Status {
        EXPECT_TRUE(to.open_object());
        to.key("a");
        while (to.open_array()) {
        }
        return base::invalid("too deep");
    };
    const auto& batch = tell({good, half, deep, good});
    EXPECT_EQ(batch.rows(), 2U);
    EXPECT_EQ(outcome_.errors.size(), 2U);
    EXPECT_EQ(outcome_.items[1].status, event::RecordOutcome::Status::rejected);
    EXPECT_EQ(outcome_.items[2].status, event::RecordOutcome::Status::rejected);
    EXPECT_EQ(batch.find("secret", event::Type::string), nullptr);

    records_.bytes = 10'000;
    Settings settings;
    settings.max_record_bytes = 9'999;
    EXPECT_EQ(tell({good}, settings).rows(), 0U);
    EXPECT_EQ(outcome_.errors.at(0).code, base::Code::too_large);
}

}  // namespace
}  // namespace pipeline

#include "input/json_events.h"

#include "input/embedded_json.h"
#include "input/written_test.h"

namespace input::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(JsonEvents, WritesMembersOfEveryKind) {
    EXPECT_THAT(written([](JsonEvents& to) {
                    to.begin();
                    to.text("a\"", "\n\xff");
                    to.integer("b", -3);
                    to.number("c", 1.5);
                    to.boolean("d", true);
                    to.time("e", 1'795'546'689'780'000'000);
                    to.json("f", "[1]");
                    to.members(" { \"g\" : {} } \n");
                    return to.end();
                }),
                ElementsAre("{\"a\\\"\":\"\\n\xEF\xBF\xBD\",\"b\":-3,\"c\":1.5,\"d\":true,"
                            "\"e\":\"2026-11-24T18:58:09.780Z\",\"f\":[1], \"g\" : {} }"));
}

TEST(JsonEvents, LeavesOutEmptyObjectsAndWhatIsAbandoned) {
    EXPECT_THAT(written([](JsonEvents& to) {
                    to.begin();
                    to.text("never", "seen");
                    to.abandon();
                    to.begin();
                    to.members("{ }");
                    to.integer("a", 1);
                    to.members("{}");
                    return to.end();
                }),
                ElementsAre("{\"a\":1}"));
}

TEST(JsonEvents, MakesRecordsWithIndexAndId) {
    const auto events = std::make_shared<JsonEvents>();
    for (const char* id : {"", "x-1"}) {
        events->begin();
        events->text("id", id);
        EXPECT_TRUE(events->end("shop-prod", id));
    }
    const event::Origin origin{"test"};
    const auto records = JsonEvents::records(events, origin, 7);
    ASSERT_EQ(records.items.size(), 2U);
    EXPECT_EQ(records.items[0].text, "{\"id\":\"\"}");
    EXPECT_EQ(records.items[0].index, "shop-prod");
    EXPECT_EQ(records.items[0].operation, event::RowOperation::index);
    EXPECT_EQ(records.items[1].id, "x-1");
    EXPECT_EQ(records.items[1].operation, event::RowOperation::create);
    EXPECT_EQ(records.received, 7);
}

TEST(JsonEvents, KeepsItsLimits) {
    const auto three = [](JsonEvents& to) {
        for (int at = 0; at < 3; ++at) {
            to.begin();
            to.text("a", "0123456789");
            if (auto status = to.end(); !status) return status;
        }
        return base::ok();
    };
    EXPECT_EQ(written(three, {.most_events = 3}).size(), 3U);
    EXPECT_THAT(written(three, {.most_events = 2})[0], HasSubstr("refused: expected at most 2"));
    EXPECT_THAT(written(three, {.most_bytes = 50})[0], HasSubstr("refused: expected at most"));
}

TEST(JsonEvents, ChargesForItsMemory) {
    std::size_t held = 0;
    JsonEvents events({}, [&held](std::size_t bytes) {
        if (held + bytes > 4 << 20) return false;
        held += bytes;
        return true;
    });
    base::Status status = base::ok();
    std::size_t written = 0;
    while (status && written < 100'000) {
        events.begin();
        events.text("a", std::string(1000, 'x'));
        status = events.end();
        ++written;
    }
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, base::Code::busy);
    EXPECT_LT(written, 6000U);
}

TEST(EmbeddedJson, TellsObjectsFromOtherTexts) {
    EmbeddedJson json;
    EXPECT_TRUE(json.is_object(R"( {"a":1,"b":{"c":2}} )"
                               "\n"));
    EXPECT_TRUE(json.has("a"));
    EXPECT_FALSE(json.has("c"));
    for (const char* text : {"", "a", "{", "}{", "[{}]", "{\"a\":}", "{\"a\":1}}", "{} {}",
                             "{\"a\":\"\xff\"}", "12", "\"{}\""}) {
        EXPECT_FALSE(json.is_object(text)) << text;
    }
    EXPECT_TRUE(json.is_object("{}"));
    std::string deep;
    for (int at = 0; at < 2000; ++at) deep += "{\"a\":";
    deep += "1" + std::string(2000, '}');
    EXPECT_FALSE(json.is_object(deep));
    EXPECT_FALSE(json.is_object("{\"a\":\"" + std::string(5 << 20, 'x') + "\"}"));
}

}  // namespace
}  // namespace input::testing

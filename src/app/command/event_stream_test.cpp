#include "app/command/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "app/command/tail.h"

namespace app {
namespace {

std::vector<std::string> events_of(std::string_view text, std::size_t piece) {
    EventStream stream;
    std::vector<std::string> seen;
    while (!text.empty()) {
        EXPECT_TRUE(stream.add(text.substr(0, piece), [&](const EventStream::Event& event) {
            seen.push_back(event.name + "|" + event.data + "|" + stream.last_id());
            return true;
        }));
        text.remove_prefix(std::min(piece, text.size()));
    }
    return seen;
}

TEST(EventStreamTest, EventsAreCutWhateverThePieces) {
    constexpr auto text =
        "retry: 2000\n\n: comment\nid: 7\nevent: rows\ndata: {\"a\":1}\n\n"
        "data:x\r\ndata: y\r\n\r\nevent: state\ndata: live\rid: 9\r\rdata: cut off";
    for (std::size_t piece = 1; piece < 40; ++piece) {
        EXPECT_THAT(events_of(text, piece),
                    testing::ElementsAre("rows|{\"a\":1}|7", "message|x\ny|7", "state|live|9"))
            << piece;
    }
}

TEST(EventStreamTest, EndsWhereItsUserEnds) {
    EventStream stream;
    int seen = 0;
    EXPECT_FALSE(stream.add("data: 1\n\ndata: 2\n\n",
                            [&](const EventStream::Event&) { return ++seen < 1; }));
    EXPECT_EQ(seen, 1);
}

TEST(TailTest, WhatIsLeftOutIsSaidAsTheBoundThatItIs) {
    constexpr auto why = " left out: they come faster than they are read";
    EXPECT_EQ(left_out_text(R"({"count":60000})"), std::string("up to 60000 events were") + why);
    EXPECT_EQ(left_out_text(R"({"count":1})"), std::string("up to 1 event was") + why);
    for (const auto* odd :
         {"", "7", "{}", "{\"count\":-1}", "{\"count\":\"7\"}", "{\"count\":1.5}", "{"})
        EXPECT_EQ(left_out_text(odd), std::string("some events were") + why) << odd;
}

}  // namespace
}  // namespace app

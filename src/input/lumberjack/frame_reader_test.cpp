#include "input/lumberjack/frame_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "input/lumberjack/frame_writer.h"

namespace input::lumberjack {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::string_literals;

class FrameReaderTest : public ::testing::Test {
  protected:
    // Everything that comes of these bytes, sent in pieces of a size.
    std::vector<EventBatch> read(std::string_view bytes, std::size_t piece = 1 << 20) {
        FrameReader reader(limits_);
        std::vector<EventBatch> batches;
        failure_.clear();
        while (!bytes.empty()) {
            // Bytes that are gone when they are used up.
            const std::string sent(bytes.substr(0, piece));
            bytes.remove_prefix(sent.size());
            reader.feed(sent);
            for (;;) {
                auto next = reader.next();
                if (!next) {
                    failure_ = next.error().message;
                    return batches;
                }
                if (!next.value()) break;
                batches.push_back(std::move(*next.value()));
            }
            most_held_ = std::max(most_held_, reader.held());
        }
        midway_ = reader.is_midway();
        return batches;
    }
    static std::vector<std::string> events(const EventBatch& batch) {
        std::vector<std::string> texts;
        for (const auto& place : batch.events) {
            texts.push_back(batch.text.substr(place.offset, place.size));
        }
        return texts;
    }
    std::string failure(std::string_view bytes) {
        read(bytes);
        return failure_;
    }

    ReaderLimits limits_;
    std::string failure_;
    std::size_t most_held_ = 0;
    bool midway_ = false;
};

// As go-lumber's client writes a window of two events at compression level 3.
TEST_F(FrameReaderTest, ReadsAWindowHoweverItIsCut) {
    const auto frames = json(1, R"({"a":1})") + json(2, R"({"b":"two"})");
    for (const auto& sent :
         {window(2) + frames, window(2) + compressed(frames),
          window(2) + json(1, R"({"a":1})") + compressed(json(2, R"({"b":"two"})"))}) {
        for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U}) {
            const auto batches = read(sent, piece);
            ASSERT_EQ(batches.size(), 1U) << failure_;
            EXPECT_THAT(events(batches[0]), ElementsAre(R"({"a":1})", R"({"b":"two"})"));
            EXPECT_EQ(batches[0].sequence, 2U);
            EXPECT_TRUE(batches[0].ends_window);
            EXPECT_GE(batches[0].text.capacity(), batches[0].text.size() + 64);
            EXPECT_FALSE(midway_);
        }
    }
}

TEST_F(FrameReaderTest, ReadsWindowsBehindEachOther) {
    const auto batches = read(window(1) + json(1, "{}") + window(0) + window(2) +
                              compressed(json(1, "[1]") + json(2, "[2]")) + window(5));
    ASSERT_EQ(batches.size(), 3U) << failure_;
    EXPECT_EQ(batches[0].sequence, 1U);
    EXPECT_THAT(events(batches[1]), IsEmpty());
    EXPECT_EQ(batches[1].sequence, 0U);
    EXPECT_THAT(events(batches[2]), ElementsAre("[1]", "[2]"));
    EXPECT_TRUE(midway_);
}

TEST_F(FrameReaderTest, AWindowThatIsNotFullEndsWithTheNext) {
    const auto batches =
        read(window(3) + json(1, "{}") + json(2, "{}") + window(9) + window(1) + json(1, "[]"));
    ASSERT_EQ(batches.size(), 2U) << failure_;
    EXPECT_EQ(batches[0].events.size(), 2U);
    EXPECT_EQ(batches[0].sequence, 2U);
    EXPECT_TRUE(batches[0].ends_window);
    EXPECT_THAT(events(batches[1]), ElementsAre("[]"));
}

// The Ruby client of logstash-output-lumberjack counts on; go-lumber begins with 1 each time.
TEST_F(FrameReaderTest, TheClientsNumberIsWhatAcknowledges) {
    const auto batches =
        read(window(1) + json(7001, "{}") + window(2) + json(0, "{}") + json(0, "{}"));
    ASSERT_EQ(batches.size(), 2U);
    EXPECT_EQ(batches[0].sequence, 7001U);
    EXPECT_EQ(batches[1].sequence, 2U);
}

TEST_F(FrameReaderTest, HandsALargeWindowOverInParts) {
    limits_.part_bytes = 100;
    std::string frames;
    for (std::uint32_t at = 1; at <= 50; ++at) frames += json(at, fmt::format("{{\"n\":{}}}", at));
    std::uint32_t events_seen = 0;
    const auto batches = read(window(50) + compressed(frames), 10);
    ASSERT_GT(batches.size(), 3U) << failure_;
    for (const auto& batch : batches) {
        for (const auto& text : events(batch)) {
            EXPECT_EQ(text, fmt::format("{{\"n\":{}}}", ++events_seen));
        }
        EXPECT_EQ(batch.sequence, events_seen);
        EXPECT_EQ(batch.ends_window, events_seen == 50);
        EXPECT_LE(batch.text.size(), 110U);
    }
    EXPECT_EQ(events_seen, 50U);
}

TEST_F(FrameReaderTest, TakesAPartOfWhatCame) {
    FrameReader reader(limits_);
    const auto sent = window(3) + json(1, "[1]") + json(2, "[22]").substr(0, 12);
    reader.feed(sent);
    ASSERT_FALSE(reader.next().value());
    const auto part = reader.take_part();
    ASSERT_TRUE(part);
    EXPECT_THAT(events(*part), ElementsAre("[1]"));
    EXPECT_EQ(part->sequence, 1U);
    EXPECT_FALSE(part->ends_window);
    EXPECT_FALSE(reader.take_part());
    const auto rest = json(2, "[22]").substr(12) + json(3, "[3]");
    reader.feed(rest);
    const auto next = reader.next();
    ASSERT_TRUE(next && next.value());
    EXPECT_THAT(events(*next.value()), ElementsAre("[22]", "[3]"));
    EXPECT_EQ(next.value()->sequence, 3U);
    EXPECT_TRUE(next.value()->ends_window);
}

TEST_F(FrameReaderTest, PassesOverEventsThatAreTooLong) {
    limits_.event_bytes = 10;
    const auto batches = read(
        window(3) + compressed(json(1, "[1]") + json(2, std::string(5000, 'x')) + json(3, "[3]")),
        100);
    ASSERT_EQ(batches.size(), 1U) << failure_;
    EXPECT_THAT(events(batches[0]), ElementsAre("[1]", "[3]"));
    EXPECT_EQ(batches[0].too_long, 1U);
    const auto last = read(window(2) + json(1, "[1]") + json(2, std::string(5000, 'x')));
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].sequence, 2U);
}

TEST_F(FrameReaderTest, ACompressedBombTakesNoMemory) {
    limits_.window_bytes = 1 << 30;
    const std::string zeros(100 << 20, '0');
    const auto batches = read(window(1) + compressed(json(1, zeros), 9), 4096);
    ASSERT_EQ(batches.size(), 1U) << failure_;
    EXPECT_EQ(batches[0].too_long, 1U);
    EXPECT_LT(most_held_, 1U << 20);
    limits_.window_bytes = 1 << 20;
    EXPECT_THAT(failure(window(1) + compressed(json(1, zeros), 9)),
                HasSubstr("lumberjack.window_bytes"));
}

TEST_F(FrameReaderTest, RefusesWhatIsNoConversation) {
    EXPECT_THAT(failure(window(100'001)), HasSubstr("lumberjack.window_events"));
    EXPECT_THAT(failure(window(0xffffffff)), HasSubstr("a window of 4294967295 events"));
    EXPECT_THAT(failure(json(1, "{}")), HasSubstr("before a window"));
    EXPECT_THAT(failure(compressed(json(1, "{}"))), HasSubstr("outside of a window"));
    EXPECT_THAT(failure(window(1) + json(1, "")), HasSubstr("an event's length is 0"));
    EXPECT_THAT(failure(window(1) + "2J\0\0\0\1\xff\xff\xff\xff"s), HasSubstr("4294967295"));
    EXPECT_THAT(failure(window(1) + json(1, "{}") + json(2, "{}")), HasSubstr("more events"));
    EXPECT_THAT(failure(window(1) + "2C\0\0\0\0"s), HasSubstr("is empty"));
    EXPECT_THAT(failure(window(1) + "2X"), HasSubstr("found 32 58"));
    EXPECT_THAT(failure("1W\0\0\0\1"s), HasSubstr("version 1"));
    EXPECT_THAT(failure("GET / HTTP/1.1\r\n"), HasSubstr("HTTP"));
    EXPECT_THAT(failure("\x16\x03\x01"), HasSubstr("lumberjack.tls.certificate"));
}

TEST_F(FrameReaderTest, RefusesCompressedFramesThatAreWrong) {
    const auto good = compressed(json(1, R"({"message":"a text of some length"})"));
    auto damaged = good;
    damaged[9] = static_cast<char>(damaged[9] ^ 0x55);
    EXPECT_NE(failure(window(1) + damaged), "");
    // A length that ends before zlib's data do.
    auto cut = good.substr(0, good.size() - 8);
    cut[5] = static_cast<char>(cut.size() - 6);
    EXPECT_NE(failure(window(2) + cut + window(1)), "");
    EXPECT_THAT(failure(window(1) + compressed(json(1, "[1,2,3]").substr(0, 12))),
                HasSubstr("within an event"));
    EXPECT_THAT(failure(window(1) + compressed(window(1))), HasSubstr("something else"));
    EXPECT_THAT(failure(window(1) + compressed(good)), HasSubstr("something else"));
    // More behind its end is read over, as go-lumber does.
    auto longer = good + "rest";
    longer[5] = static_cast<char>(longer.size() - 6);
    EXPECT_EQ(read(window(1) + longer + window(0)).size(), 2U) << failure_;
}

TEST_F(FrameReaderTest, WhatCameInWholeBeforeAnErrorIsThere) {
    const auto batches = read(window(1) + json(1, "{}") + "junk");
    EXPECT_EQ(batches.size(), 1U);
    EXPECT_NE(failure_, "");
}

}  // namespace
}  // namespace input::lumberjack

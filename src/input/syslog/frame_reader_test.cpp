#include "input/syslog/frame_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace input::syslog {
namespace {

using ::testing::ElementsAre;

// The messages of a stream that comes in pieces of `piece` bytes.
std::vector<std::string> messages(std::string_view stream, std::size_t piece,
                                  std::size_t most = 1000, std::size_t* too_long = nullptr) {
    FrameReader reader(most);
    std::vector<std::string> found;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        const std::string bytes(stream.substr(at, piece));
        reader.feed(bytes);
        for (;;) {
            std::string_view message;
            const auto next = reader.next(message);
            if (!next) {
                found.push_back("refused: " + next.error().message);
                return found;
            }
            if (!next.value()) break;
            found.emplace_back(message);
        }
    }
    if (const auto last = reader.last(); !last.empty()) found.emplace_back(last);
    if (too_long != nullptr) *too_long = reader.take_too_long();
    return found;
}

TEST(SyslogFrames, AreCutHoweverTheyCome) {
    const std::string stream("<13>one\n<13>two\r\n\n7 <13>a\nb4 x\n\n123 days\n<13>zero\0<13>end",
                             57);
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        // What begins with a number and a space is taken for a length.
        const auto found = messages(stream.substr(0, 33), piece);
        EXPECT_THAT(found, ElementsAre("<13>one", "<13>two", "<13>a\nb", "x\n\n1")) << piece;
    }
    const std::string lines("0 x\n12ab\n<13>zero\0<13>end", 26);
    for (std::size_t piece = 1; piece <= lines.size(); ++piece) {
        EXPECT_THAT(messages(lines, piece), ElementsAre("0 x", "12ab", "<13>zero", "<13>end"))
            << piece;
    }
    EXPECT_TRUE(messages("\n\r\n\n", 2).empty());
    EXPECT_THAT(messages("12", 1), ElementsAre("12"));
}

TEST(SyslogFrames, AreLimited) {
    EXPECT_THAT(messages("11 01234567890", 4, 10)[0], ::testing::HasSubstr("found a length of 11"));
    for (std::size_t piece : {1U, 5U, 100U}) {
        std::size_t too_long = 0;
        EXPECT_THAT(messages("short\n01234567890\nnext\nx12345678901", piece, 10, &too_long),
                    ElementsAre("short", "next"));
        EXPECT_EQ(too_long, 2U);
    }
    EXPECT_THAT(messages("99999999999999999999 x\ny\n", 3),
                ElementsAre("99999999999999999999 x", "y"));
}

}  // namespace
}  // namespace input::syslog

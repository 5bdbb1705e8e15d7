#include "app/demo/progress.h"

#include <gtest/gtest.h>

namespace app {
namespace {

TEST(Progress, NumbersAreGrouped) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(Progress, TheBarFillsUpAndFits) {
    EXPECT_EQ(progress_line(1000, 0.5, 42),
              "[" + std::string(10, '#') + std::string(10, ' ') + "]  50 %  1,000 events");
    for (const double share : {-1.0, 0.0, 0.333, 1.0, 7.0}) {
        EXPECT_LE(progress_line(123456, share, 60).size(), 60u);
    }
    EXPECT_EQ(progress_line(5, 1, 10), " 100 %  5 events");
}

}  // namespace
}  // namespace app

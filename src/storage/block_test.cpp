#include "storage/block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace storage {
namespace {

TEST(BatchBlock, ShowsColumnsOfEveryTypeAndEachNameOnce) {
    event::Batch batch;
    batch.time = {1, 2};
    batch.sequence = {7, 8};
    batch.at(batch.column("status", event::Type::string)).add_text(0, "ok");
    batch.at(batch.column("status", event::Type::integer)).add_integer(1, 200);
    batch.at(batch.column("_shape", event::Type::string)).add_text(0, "{}");

    BatchBlock block(batch, "shop-prod");
    EXPECT_EQ(block.rows(), 2u);
    EXPECT_EQ(block.index(), "shop-prod");
    EXPECT_THAT(block.names(), testing::UnorderedElementsAre("status", "_shape"));
    EXPECT_EQ(block.columns("status").value().size(), 2u);
    EXPECT_TRUE(block.columns("nothing").value().empty());
    EXPECT_EQ(block.time().value()[1], 2);
    EXPECT_EQ(block.sequence().value()[0], 7u);
}

}  // namespace
}  // namespace storage

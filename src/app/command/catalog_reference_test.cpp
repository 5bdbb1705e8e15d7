#include "app/command/catalog_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace app {
namespace {

using testing::HasSubstr;

TEST(CatalogReference, NamesEveryEventStateAndField) {
    const auto& catalog = event::Catalog::built_in();
    const auto page = catalog_reference(catalog);
    for (const auto& type : catalog.event_types())
        EXPECT_THAT(page, HasSubstr("| `" + type.event_type + "` | " + type.title.en));
    for (const auto& state : catalog.states())
        EXPECT_THAT(page,
                    HasSubstr("| `" + state.id + "` | " + state.title.en + " | " + state.title.ru));
    for (const auto& field : catalog.fields())
        EXPECT_THAT(page, HasSubstr("| `" + field.name + "` | " + field.title.en));
    EXPECT_THAT(page, HasSubstr("pseudonym: user"));
}

TEST(CatalogReference, ReferencePageIsUpToDate) {
    const auto page = base::system_files().read_file(std::string(ORDERTRAIL_SOURCE_DIR) +
                                                     "/docs/reference/events.md");
    ASSERT_TRUE(page);
    EXPECT_EQ(page.value(), catalog_reference(event::Catalog::built_in()))
        << "make it anew: ./dev docs";
}

}  // namespace
}  // namespace app

#include "api/native/endpoint.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/file.h"

namespace api {
namespace {

std::string page_path() { return std::string(ORDERTRAIL_SOURCE_DIR) + "/docs/reference/api.md"; }

// The page with every endpoint's table as the program has it.
std::string renewed(std::string page) {
    for (const auto& each : endpoints()) {
        const auto table = parameter_table(each);
        if (table.empty()) continue;
        const std::string begin = fmt::format("<!-- parameters of {} -->\n", each.name);
        const std::string end = "<!-- end -->\n";
        const auto from = page.find(begin);
        EXPECT_NE(from, std::string::npos)
            << "docs/reference/api.md has no place for " << each.name;
        if (from == std::string::npos) continue;
        const auto to = page.find(end, from);
        EXPECT_NE(to, std::string::npos);
        page.replace(from + begin.size(), to - from - begin.size(), table);
    }
    return page;
}

TEST(EndpointTest, ReferencePageIsUpToDate) {
    const auto page = base::system_files().read_file(page_path());
    ASSERT_TRUE(page);
    const auto wanted = renewed(page.value());
    if (std::getenv("ORDERTRAIL_WRITE_DOCS") != nullptr) {
        std::ofstream(page_path(), std::ios::binary) << wanted;
        return;
    }
    EXPECT_EQ(page.value(), wanted) << "make it anew: ./dev docs";
}

TEST(EndpointTest, EveryEndpointIsDescribed) {
    for (const auto& each : endpoints()) {
        EXPECT_FALSE(each.summary.empty()) << each.name;
        EXPECT_EQ(each.schema.empty(), each.answer == nullptr) << each.name;
        for (const auto& parameter : each.parameters)
            EXPECT_FALSE(parameter.description.empty()) << each.name << " " << parameter.name;
    }
}

}  // namespace
}  // namespace api

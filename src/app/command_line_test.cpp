#include "app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/exit_code.h"
#include "base/file.h"

namespace app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

template <typename Options>
Options parsed(std::vector<std::string> arguments) {
    const auto result = parse_command_line(std::move(arguments));
    if (const auto* answered = std::get_if<Answered>(&result)) {
        ADD_FAILURE() << answered->out << answered->err;
        return {};
    }
    const auto* options = std::get_if<Options>(&std::get<Command>(result));
    EXPECT_NE(options, nullptr);
    return options == nullptr ? Options{} : *options;
}

Answered answered(std::vector<std::string> arguments) {
    const auto result = parse_command_line(std::move(arguments));
    const auto* found = std::get_if<Answered>(&result);
    EXPECT_NE(found, nullptr);
    return found == nullptr ? Answered{-1, "", ""} : *found;
}

TEST(CommandLine, QueryHasItsFixedNames) {
    const auto query = parsed<QueryOptions>({"query", "--server", "http://h:1", "--index", "shop-*",
                                             "--from", "15m", "--to", "now", "--limit", "0",
                                             "--count", "--format", "csv", "level: ERROR"});
    EXPECT_EQ(query.server, "http://h:1");
    EXPECT_EQ(query.index, "shop-*");
    EXPECT_EQ(query.from, "15m");
    EXPECT_EQ(query.to, "now");
    EXPECT_EQ(query.limit, 0u);
    EXPECT_TRUE(query.count);
    EXPECT_EQ(query.format, RowFormat::csv);
    EXPECT_EQ(query.query, "level: ERROR");
}

TEST(CommandLine, QueryDefaults) {
    const auto query = parsed<QueryOptions>({"query"});
    EXPECT_EQ(query.limit, 100u);
    EXPECT_EQ(query.index, "*");
    EXPECT_FALSE(query.format.has_value());
    EXPECT_THAT(query.query, IsEmpty());
}

TEST(CommandLine, AQueryMayBeginWithNot) {
    EXPECT_EQ(parsed<QueryOptions>({"query", "--", "-1"}).query, "-1");
    EXPECT_EQ(parsed<QueryOptions>({"query", "not level: INFO"}).query, "not level: INFO");
}

TEST(CommandLine, OrderHasItsFixedNames) {
    const auto order =
        parsed<OrderOptions>({"order", "--server", "http://h:1", "--format", "json", "ORD-1"});
    EXPECT_EQ(order.server, "http://h:1");
    EXPECT_EQ(order.format, OrderFormat::json);
    EXPECT_EQ(order.id, "ORD-1");
    EXPECT_EQ(parsed<OrderOptions>({"order", "x"}).format, OrderFormat::text);
}

TEST(CommandLine, ServeHandsItsFlagsToTheConfiguration) {
    const auto serve = parsed<ServeOptions>(
        {"serve", "--data", "d", "--http", "127.0.0.1:1", "--config", "c.yaml"});
    EXPECT_EQ(serve.configuration.file, "c.yaml");
    EXPECT_THAT(serve.configuration.flags,
                testing::UnorderedElementsAre(
                    std::pair<std::string, std::string>("data", "d"),
                    std::pair<std::string, std::string>("http.address", "127.0.0.1:1")));
}

TEST(CommandLine, DemoOptions) {
    const auto demo = parsed<DemoOptions>({"demo", "--orders", "5", "--no-live", "--seed", "7"});
    EXPECT_EQ(demo.orders, 5u);
    EXPECT_EQ(demo.seed, 7u);
    EXPECT_FALSE(demo.live);
    EXPECT_FALSE(demo.data.has_value());
}

TEST(CommandLine, WrongUsageIsTwo) {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                      {"nonsense"},
                                                      {"query", "--nonsense"},
                                                      {"query", "a", "b"},
                                                      {"order"},
                                                      {"query", "--format", "xml"},
                                                      {"query", "--limit", "many"},
                                                      {"completion", "tcsh"}}) {
        const auto answer = answered(arguments);
        EXPECT_EQ(answer.exit_code, exit_code::usage);
        EXPECT_THAT(answer.out, IsEmpty());
        EXPECT_THAT(answer.err, HasSubstr("--help' for its usage"));
    }
}

TEST(CommandLine, HelpHasExamplesAndIsData) {
    for (const auto& shape : command_shapes()) {
        if (shape.name == "version") continue;
        const auto answer = answered({shape.name, "--help"});
        EXPECT_EQ(answer.exit_code, exit_code::done);
        EXPECT_THAT(answer.out, HasSubstr("Examples:\n  ordertrail " + shape.name));
        EXPECT_THAT(answer.err, IsEmpty());
    }
}

TEST(Completion, NamesEveryCommandAndOption) {
    const auto shapes = command_shapes();
    for (const char* shell : {"bash", "zsh", "fish"}) {
        const auto script = completion_script(shell, shapes);
        for (const auto& shape : shapes) {
            EXPECT_THAT(script, HasSubstr(shape.name)) << shell;
            for (const auto& option : shape.options) {
                if (!option.name.starts_with("--")) continue;
                EXPECT_THAT(script, HasSubstr(option.name.substr(2))) << shell;
            }
        }
    }
}

TEST(Completion, ReferencePageIsUpToDate) {
    const auto page = base::system_files().read_file(std::string(ORDERTRAIL_SOURCE_DIR) +
                                                     "/docs/reference/cli.md");
    ASSERT_TRUE(page);
    EXPECT_EQ(page.value(), completion_script("markdown", command_shapes()))
        << "make it anew: ordertrail completion markdown > docs/reference/cli.md";
}

}  // namespace
}  // namespace app

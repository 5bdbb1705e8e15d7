#include "api/native/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http.h"

namespace api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Parameters from_body(std::string body) {
    net::HttpRequest request;
    request.body = std::move(body);
    return Parameters::read(request).value();
}

Parameters from_query(net::Headers query) {
    net::HttpRequest request;
    request.query = std::move(query);
    return Parameters::read(request).value();
}

TEST(Parameters, TextsAndNumbersOfBothForms) {
    for (const auto& parameters :
         {from_body(R"({"query":"a: b","from":1732400000000,"limit":5,"none":null})"),
          from_query({{"query", "a: b"}, {"from", "1732400000000"}, {"limit", "5"}})}) {
        EXPECT_EQ(parameters.text("query").value(), "a: b");
        EXPECT_EQ(parameters.text("from").value(), "1732400000000");
        EXPECT_EQ(parameters.text("to", "now").value(), "now");
        EXPECT_EQ(parameters.count("limit", 100, 0, 10).value(), 5u);
        EXPECT_EQ(parameters.count("size", 100, 0, 10).value(), 100u);
        EXPECT_FALSE(parameters.has("none"));
    }
}

TEST(Parameters, ListsOfAllForms) {
    EXPECT_THAT(from_body(R"({"fields":["a","b,c"]})").list("fields").value(),
                ElementsAre("a", "b,c"));
    EXPECT_THAT(from_body(R"({"fields":"a,b,,c,"})").list("fields").value(),
                ElementsAre("a", "b", "c"));
    EXPECT_THAT(from_query({{"fields", "a,b"}}).list("fields").value(), ElementsAre("a", "b"));
    EXPECT_THAT(
        from_query({{"fields", "a"}, {"fields", "b"}, {"fields", "c"}}).list("fields").value(),
        ElementsAre("a", "b", "c"));
    EXPECT_THAT(from_query({}).list("fields").value(), IsEmpty());
}

TEST(Parameters, WhatDoesNotFitIsNamed) {
    const auto parameters = from_body(
        R"({"limit":-1,"size":"ten","query":[],"fields":[1],"big":99999999999999999999})");
    EXPECT_THAT(parameters.count("limit", 0, 0, 10).error().message,
                HasSubstr("parameter 'limit': expected a whole number from 0 to 10, found -1"));
    EXPECT_FALSE(parameters.count("size", 0, 0, 10));
    EXPECT_FALSE(parameters.count("big", 0, 0, 10));
    EXPECT_THAT(parameters.text("query").error().message,
                HasSubstr("parameter 'query': expected a text"));
    EXPECT_FALSE(parameters.list("fields"));
    EXPECT_THAT(parameters.only({"limit", "size", "query", "fields"}).error().message,
                HasSubstr("there is no parameter 'big' here"));
    EXPECT_TRUE(parameters.only({"limit", "size", "query", "fields", "big"}));
}

TEST(Parameters, BodiesThatAreNone) {
    for (const std::string body : {"[", "[]", "1", "{\"a\":}", "{\"a\":1}x", "{\"a\":\"\xff\"}"}) {
        net::HttpRequest request;
        request.body = body;
        EXPECT_EQ(Parameters::read(request).error().code, base::Code::invalid_argument) << body;
    }
    net::HttpRequest deep;
    deep.body = "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
    EXPECT_FALSE(Parameters::read(deep));
}

TEST(Parameters, Metrics) {
    const std::string text =
        R"([{"op":"count"},{"op":"percentiles","field":"t","percents":[50,99.9]},{"op":"avg","field":"t"}])";
    for (const auto& parameters :
         {from_body("{\"metrics\":" + text + "}"), from_query({{"metrics", text}})}) {
        const auto metrics = parameters.metrics("metrics").value();
        ASSERT_EQ(metrics.size(), 3u);
        EXPECT_EQ(metrics[0].operation, storage::Metric::Operation::count);
        EXPECT_THAT(metrics[1].percents, ElementsAre(50, 99.9));
        EXPECT_EQ(metrics[2].field, "t");
    }
    for (const char* wrong :
         {"{}", "[1]", R"([{"op":"mode","field":"t"}])", R"([{"op":"avg"}])",
          R"([{"op":"percentiles","field":"t","percents":[101]}])",
          R"([{"op":"percentiles","field":"t","percents":[]}])", R"([{"op":"avg","field":1}])"}) {
        EXPECT_FALSE(from_query({{"metrics", wrong}}).metrics("metrics")) << wrong;
    }
}

}  // namespace
}  // namespace api

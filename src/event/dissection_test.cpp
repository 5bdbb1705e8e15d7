#include "event/dissection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace event {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> cut(std::string_view mapping,
                                                     std::string_view text) {
    const auto made = Dissection::parse(mapping);
    EXPECT_TRUE(made);
    if (!made) return {};
    Dissection::Fields fields;
    std::vector<std::string> scratch;
    if (!made.value().cut(text, fields, scratch)) return {{"", "no match"}};
    return {fields.begin(), fields.end()};
}

std::string refusal(std::string_view mapping) {
    const auto made = Dissection::parse(mapping);
    return made ? "" : made.error().message;
}

TEST(Dissect, CutsAtDelimiters) {
    EXPECT_THAT(cut("%{a} %{b}", "1 2 3"), ElementsAre(Pair("a", "1"), Pair("b", "2 3")));
    EXPECT_THAT(cut("[%{a}] <%{[b][c]}>", "[x] <y>"),
                ElementsAre(Pair("a", "x"), Pair("b.c", "y")));
    EXPECT_THAT(cut("%{a},%{b},%{c}", "1,,3"),
                ElementsAre(Pair("a", "1"), Pair("b", ""), Pair("c", "3")));
    EXPECT_THAT(cut("%{a}.", "x."), ElementsAre(Pair("a", "x")));
}

TEST(Dissect, AnotherFormDoesNotMatch) {
    EXPECT_THAT(cut("%{a} - %{b}", "1 2"), ElementsAre(Pair("", "no match")));
    EXPECT_THAT(cut("[%{a}]", "x]"), ElementsAre(Pair("", "no match")));
    EXPECT_THAT(cut("[%{a}]", ""), ElementsAre(Pair("", "no match")));
}

TEST(Dissect, SkipsPadsAndAppends) {
    EXPECT_THAT(cut("%{a} %{} %{?x} %{b}", "1 2 3 4"), ElementsAre(Pair("a", "1"), Pair("b", "4")));
    EXPECT_THAT(cut("%{a->} %{b}", "1    2"), ElementsAre(Pair("a", "1"), Pair("b", "2")));
    EXPECT_THAT(cut("%{t} %{+t} %{+t} %{h}", "Nov 24 10:15 host"),
                ElementsAre(Pair("t", "Nov 24 10:15"), Pair("h", "host")));
    EXPECT_THAT(cut("%{+n/2}-%{+n/1} %{x}", "b-a c"),
                ElementsAre(Pair("n", "a-b"), Pair("x", "c")));
}

TEST(Dissect, NamesAFieldByTheText) {
    EXPECT_THAT(cut("%{?k}: %{&k}, %{rest}", "user: anna, more"),
                ElementsAre(Pair("user", "anna"), Pair("rest", "more")));
}

TEST(Dissect, MistakesAreTold) {
    EXPECT_THAT(refusal("plain"), HasSubstr("at least one"));
    EXPECT_THAT(refusal("%{a"), HasSubstr("not closed"));
    EXPECT_THAT(refusal("%{a}%{b}"), HasSubstr("side by side"));
    EXPECT_THAT(refusal("%{&k} x"), HasSubstr("%{?k}"));
    EXPECT_THAT(refusal("%{+a/x}"), HasSubstr("expected a number"));
}

}  // namespace
}  // namespace event

#include "query/scope.h"

#include <gtest/gtest.h>

namespace query {
namespace {

using storage::Predicate;

const std::vector<std::string> names = {"level", "user_id", "user_name", "_violations"};

TEST(Scope, EverythingChangesNothing) {
    const Predicate limited = Scope::everything().limit(Predicate::exists("user_id"), names);
    EXPECT_EQ(limited.kind, Predicate::Kind::exists);
    EXPECT_FALSE(Scope::everything().hides("user_id"));
}

TEST(Scope, HiddenFieldsDoNotExist) {
    const Scope scope = Scope::limited({}, {"user_*"});
    EXPECT_TRUE(scope.hides("user_id"));
    EXPECT_EQ(scope.limit(Predicate::exists("user_id"), names).kind, Predicate::Kind::nothing);
    // Also below "not": without the field, every row fits.
    const Predicate negated = scope.limit(Predicate::none_of(Predicate::exists("user_id")), names);
    ASSERT_EQ(negated.kind, Predicate::Kind::none_of);
    EXPECT_EQ(negated.children.at(0).kind, Predicate::Kind::nothing);
    // Patterns stand for what is visible only.
    const Predicate any = scope.limit(Predicate::equals_text("*", "x"), names);
    EXPECT_EQ(any.kind, Predicate::Kind::equals);
    EXPECT_EQ(any.field, "level");
    EXPECT_EQ(scope.limit(Predicate::exists("user_*"), names).kind, Predicate::Kind::nothing);
}

TEST(Scope, RowFilterIsAlwaysThere) {
    const Scope scope = Scope::limited(Predicate::equals_text("level", "INFO"), {});
    const Predicate limited =
        scope.limit(Predicate::any_of({Predicate::exists("a"), Predicate::exists("b")}), names);
    ASSERT_EQ(limited.kind, Predicate::Kind::all_of);
    EXPECT_EQ(limited.children.at(0).field, "level");
    EXPECT_EQ(limited.children.at(1).kind, Predicate::Kind::any_of);
}

}  // namespace
}  // namespace query

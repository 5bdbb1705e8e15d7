#include "query/cursor.h"

#include <gtest/gtest.h>

namespace query {
namespace {

Cursor sample() {
    Cursor cursor;
    cursor.after = {-1'732'400'000'123'456'789, 0xfedcba9876543210ULL};
    cursor.order = storage::Order::oldest_first;
    cursor.fingerprint = 42;
    return cursor;
}

TEST(Cursor, SurvivesItsText) {
    const std::string text = sample().text();
    const Cursor back = Cursor::parse(text).value();
    EXPECT_EQ(back.after, sample().after);
    EXPECT_EQ(back.order, sample().order);
    EXPECT_EQ(back.fingerprint, 42u);
    // The form outlives versions: people keep links.
    EXPECT_EQ(text, back.text());
    EXPECT_EQ(
        text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string::npos);
}

TEST(Cursor, RefusesEverythingElse) {
    const std::string text = sample().text();
    for (const std::string& bad :
         {std::string(), std::string("AAAA"), std::string(100000, 'A'), text + "A", text.substr(1),
          std::string("%%%"), std::string(40, 'A')}) {
        const auto refused = Cursor::parse(bad);
        ASSERT_FALSE(refused) << bad;
        EXPECT_EQ(refused.error().code, base::Code::invalid_argument);
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string changed = text;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(Cursor::parse(changed)) << at;
    }
}

}  // namespace
}  // namespace query

#include "api/native/csv.h"

#include <gtest/gtest.h>

namespace api {
namespace {

std::string cell(std::string_view text, bool raw = false) {
    CsvStyle style;
    style.raw = raw;
    std::string out;
    append_csv_text(text, style, out);
    return out;
}

TEST(CsvTest, CellsAreQuotedWhereTheyMustBe) {
    EXPECT_EQ(cell("plain text"), "plain text");
    EXPECT_EQ(cell(""), "");
    EXPECT_EQ(cell("a,b"), "\"a,b\"");
    EXPECT_EQ(cell("say \"no\""), "\"say \"\"no\"\"\"");
    EXPECT_EQ(cell("two\r\nlines"), "\"two\r\nlines\"");
    EXPECT_EQ(cell("\xff"), "\xef\xbf\xbd");
}

TEST(CsvTest, FormulasAreTakenTheirPower) {
    for (const char* text : {"=1+1", "+1", "-cmd", "@x", "\tx"})
        EXPECT_EQ(cell(text), std::string("'") + text) << text;
    EXPECT_EQ(cell("=a,\"b\""), "\"'=a,\"\"b\"\"\"");
    EXPECT_EQ(cell("\r=x"), "\"'\r=x\"");
    EXPECT_EQ(cell("=1+1", true), "=1+1");
}

TEST(CsvTest, TimesAreWrittenInTheZone) {
    const auto time = [](base::Nanos at, int minutes) {
        std::string out;
        append_csv_time(at, {false, minutes}, out);
        return out;
    };
    EXPECT_EQ(time(0, 0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(time(1'500'000'000, 180), "1970-01-01T03:00:01.500+03:00");
    EXPECT_EQ(time(1, -210), "1969-12-31T20:30:00.000000001-03:30");
}

TEST(CsvTest, ZonesAreOffsets) {
    EXPECT_EQ(read_zone("UTC").value(), 0);
    EXPECT_EQ(read_zone("+03:00").value(), 180);
    EXPECT_EQ(read_zone("-0330").value(), -210);
    for (const char* text : {"", "+", "3", "+3", "+03:0", "+15:00", "+01:60", "Europe/Moscow",
                             "+0:300", "++300", "+-300"})
        EXPECT_FALSE(read_zone(text)) << text;
}

}  // namespace
}  // namespace api

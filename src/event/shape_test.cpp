#include "event/shape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace event {
namespace {

using namespace std::string_literals;

// One row with a shape.
class ShapeTest : public testing::Test {
  protected:
    ShapeTest() { batch_.time.push_back(1'732'443'300'123'456'789); }

    void shape(std::string_view text) {
        batch_.at(batch_.column("_shape", Type::string)).add_text(0, text);
    }
    void add(std::string_view name, std::string_view text) {
        batch_.at(batch_.column(name, Type::string)).add_text(0, text);
    }
    void add(std::string_view name, std::int64_t value) {
        batch_.at(batch_.column(name, Type::integer)).add_integer(0, value);
    }
    void add(std::string_view name, double value) {
        batch_.at(batch_.column(name, Type::number)).add_number(0, value);
    }
    void overflow(std::string_view name, Type type, std::string_view text) {
        std::string entry;
        write_overflow(name, type, text, entry);
        add("_overflow", entry);
    }
    std::string source() {
        std::string out;
        SourceWriter(batch_).append(0, out);
        return out;
    }

    Batch batch_;
};

TEST_F(ShapeTest, PutsValuesInTheirPlaces) {
    shape("{\"a\":\x01,\"b\":{\"c\":\x02,\"d\":null},\"e\":[]}");
    add("a", "x\"y");
    add("b.c", std::int64_t{7});
    EXPECT_EQ(source(), R"({"a":"x\"y","b":{"c":7,"d":null},"e":[]})");
}

TEST_F(ShapeTest, TakesSeveralValuesOfAColumnInOrder) {
    shape("{\"a\":[\x01,\x01,\x02],\"a\":\x01,\"l\":[{\"k\":\x02},{\"k\":\x02}]}");
    for (const char* text : {"1", "2", "3"}) add("a", text);
    for (const std::int64_t value : {9, 4, 5}) add(value == 9 ? "a" : "l.k", value);
    EXPECT_EQ(source(), R"({"a":["1","2",9],"a":"3","l":[{"k":4},{"k":5}]})");
}

TEST_F(ShapeTest, NamesColumnsThatAreNotThePath) {
    shape(
        "{\"traceId\":\x11trace_id\x12\x01,\"additional_data\":{\"x\":\x11x\x12[\x02,{\"x\":"
        "\x11x.x\x12\x02},\x02]}}");
    add("trace_id", "t");
    add("x", std::int64_t{1});
    add("x", std::int64_t{3});
    add("x.x", std::int64_t{2});
    EXPECT_EQ(source(), R"({"traceId":"t","additional_data":{"x":[1,{"x":2},3]}})");
}

TEST_F(ShapeTest, WritesNumbersAsTheyWere) {
    shape("{\"a\":\x03,\"b\":\x04"s + "2,\"c\":\"\x04" + "1\",\"d\":\x13*4,\"e\":\x13" +
          "2\x33,\"f\":\x08,\"g\":\x0b}");
    add("a", 0.1);
    add("b", 1.5);
    add("c", 12.0);
    add("d", 5e-7);
    add("e", 1.25e10);
    add("f", "007");
    add("g", std::int64_t{-5});
    EXPECT_EQ(source(), R"({"a":0.1,"b":1.50,"c":"12.0","d":5e-07,"e":1.25E+10,"f":007,"g":"-5"})");
}

TEST_F(ShapeTest, GoesOnAfterALeafInQuotes) {
    shape("{\"a\":\"\x03\",\"b\":\"\x03\",\"c\":\x01}");
    add("a", 1.5);
    add("b", 2.5);
    add("c", "d");
    EXPECT_EQ(source(), R"({"a":"1.5","b":"2.5","c":"d"})");
}

TEST_F(ShapeTest, PassesOverValuesWhoseTextIsInTheSkeleton) {
    shape("{\"n\":[\x10n1e3,\x03],\"level\":\x10s\"warn\"}");
    add("n", 1000.0);
    add("n", 2.5);
    add("level", "WARN");
    EXPECT_EQ(source(), R"({"n":[1e3,2.5],"level":"warn"})");
}

TEST_F(ShapeTest, WritesTimes) {
    shape(
        "[\x06T9Z,\x06 3+03:00,\x06\x43"
        "3b-03:30,\x06"
        "c2n+01:00,\x06t0z,\x07m0,\"\x07s6\",\x07u3]");
    EXPECT_EQ(source(),
              R"(["2024-11-24T10:15:00.123456789Z","2024-11-24 13:15:00.123+03:00",)"
              R"("2024-11-24T06:45:00,123-0330","2024-11-24 11:15:00,12","2024-11-24t10:15:00z",)"
              R"(1732443300123,"1732443300.123456",1732443300123456.789])");
}

TEST_F(ShapeTest, LooksIntoOverflowThenWritesNull) {
    shape("{\"z\":\x03,\"a\":\x01,\"b\":[\x02,\x02],\"c\":\x05,\"gone\":\x01,\"b\":\x02}");
    overflow("a", Type::string, "text");
    overflow("b", Type::integer, "1");
    overflow("b", Type::integer, "2");
    overflow("c", Type::boolean, "true");
    overflow("z", Type::number, "1.5");
    EXPECT_EQ(source(), R"({"z":1.5,"a":"text","b":[1,2],"c":true,"gone":null,"b":null})");
}

TEST_F(ShapeTest, WritesRowsWithoutShapeFromColumns) {
    add("a", "x");
    add("b", std::int64_t{1});
    add("b", std::int64_t{2});
    add("a", 2.5);
    add("_id", "hidden");
    EXPECT_EQ(source(),
              R"({"timestamp":"2024-11-24T10:15:00.123456789Z","a":[2.5,"x"],"b":[1,2]})");
}

TEST_F(ShapeTest, SurvivesDamage) {
    std::mt19937 random(7);
    const std::string good =
        "{\"a\":\x11n\x12[\x01,{\"k\":\x04"
        "2}],\"t\":\x06T3+03:00,\"e\":\"\x07s6\",\"p\":\x10s\"x\",\"s\":\x13*3}";
    for (int round = 0; round < 20'000; ++round) {
        std::string bad = good.substr(0, random() % (good.size() + 1));
        for (int change = static_cast<int>(random() % 4); change > 0 && !bad.empty(); --change) {
            bad[random() % bad.size()] = static_cast<char>(random() % 128);
        }
        Batch batch;
        batch.time.push_back(static_cast<base::Nanos>(random()) << 31);
        batch.at(batch.column("_shape", Type::string)).add_text(0, bad);
        batch.at(batch.column("_overflow", Type::string)).add_text(0, "a\0s\0x"s);
        batch.at(batch.column("_overflow", Type::string)).add_text(0, bad);
        std::string out;
        SourceWriter(batch).append(0, out);
        EXPECT_LT(out.size(), 4000U);
    }
}

TEST(JsonText, ReplacesWhatIsNotUtf8) {
    const auto written = [](std::string_view text) {
        std::string out;
        append_json_string(text, out);
        return out;
    };
    EXPECT_EQ(written("a\tb\x01\\\""), R"("a\tb\u0001\\\"")");
    EXPECT_EQ(written("Заказ 🎉"), "\"Заказ 🎉\"");
    EXPECT_EQ(written("\xff|\xc3|\xe2\x82|\xed\xa0\x80|\xf0\x9f\x8e"),
              "\"\uFFFD|\uFFFD|\uFFFD|\uFFFD\uFFFD\uFFFD|\uFFFD\"");
    EXPECT_EQ(written("\xc0\xaf"), "\"\uFFFD\uFFFD\"");
}

TEST(JsonText, WritesNumbersShortAndPlain) {
    const auto written = [](double value) {
        std::string out;
        append_number(value, out);
        return out;
    };
    EXPECT_EQ(written(100000), "100000");
    EXPECT_EQ(written(0.000001), "0.000001");
    EXPECT_EQ(written(1e-7), "1e-7");
    EXPECT_EQ(written(1e21), "1e+21");
    EXPECT_EQ(written(0.1 + 0.2), "0.30000000000000004");
    EXPECT_EQ(written(5e-324), "5e-324");
    EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(written(std::nan("")), "null");
}

TEST(JsonText, WritesTimesOfAnyYear) {
    EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999999999Z");
    EXPECT_EQ(rfc3339(1'709'164'800'000'000'000), "2024-02-29T00:00:00Z");
    EXPECT_EQ(rfc3339(1'709'164'800'120'000'000), "2024-02-29T00:00:00.120Z");
    EXPECT_EQ(rfc3339(std::numeric_limits<base::Nanos>::max()), "2262-04-11T23:47:16.854775807Z");
    EXPECT_EQ(rfc3339(std::numeric_limits<base::Nanos>::min()), "1677-09-21T00:12:43.145224192Z");
    EXPECT_EQ(days_of_date(1970, 1, 1), 0);
    EXPECT_EQ(days_of_date(2000, 3, 1), 11017);
}

}  // namespace
}  // namespace event

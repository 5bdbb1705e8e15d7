#include "api/json_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace api {
namespace {

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
    JsonWriter json;
    json.begin_object()
        .key("a")
        .begin_array()
        .integer(-1)
        .string("x\"\n")
        .begin_object()
        .end_object();
    json.begin_array().end_array().end_array().key("b").null().key("c").boolean(true).end_object();
    EXPECT_EQ(json.take(), R"({"a":[-1,"x\"\n",{},[]],"b":null,"c":true})");
}

TEST(JsonWriter, NumbersReadBackTheSame) {
    JsonWriter json;
    json.begin_array().number(0.1).number(1520.5).number(1e300);
    json.number(std::numeric_limits<double>::infinity())
        .number(std::numeric_limits<double>::quiet_NaN());
    json.unsigned_integer(std::numeric_limits<std::uint64_t>::max()).end_array();
    EXPECT_EQ(json.take(), "[0.1,1520.5,1e+300,null,null,18446744073709551615]");
}

TEST(JsonWriter, EveryKindOfValue) {
    JsonWriter json;
    json.begin_array();
    for (const query::Value& value : std::vector<query::Value>{
             std::monostate{}, true, std::int64_t{7}, 0.5, query::Time{1'500'000'000},
             *event::Ip::parse("10.0.0.1"), std::string("text"), std::vector<double>{1, 2.5}}) {
        json.value(value);
    }
    json.end_array();
    EXPECT_EQ(json.take(),
              R"([null,true,7,0.5,"1970-01-01T00:00:01.500Z","10.0.0.1","text",[1,2.5]])");
}

TEST(JsonWriter, RawTextIsAValue) {
    JsonWriter json;
    json.begin_object().key("source").raw() += R"({"x":1})";
    json.key("y").integer(2).end_object();
    EXPECT_EQ(json.take(), R"({"source":{"x":1},"y":2})");
}

}  // namespace
}  // namespace api

// Events come back as they were sent.

#include <random>

#include "event/json_string.h"
#include "pipeline/test_pipeline.h"

namespace pipeline {
namespace {

// A JSON text without white space and with strings spelled in one way, so that equal events are
// equal texts and keys' order and numbers' spelling still count.
std::string spelled_once(std::string_view json) {
    std::string out;
    for (std::size_t at = 0; at < json.size(); ++at) {
        if (json[at] == ' ' || json[at] == '\n' || json[at] == '\t' || json[at] == '\r') continue;
        if (json[at] != '"') {
            out.push_back(json[at]);
            continue;
        }
        std::size_t end = at + 1;
        while (json[end] != '"') end += json[end] == '\\' ? 2 : 1;
        const std::string_view inside = json.substr(at + 1, end - at - 1);
        std::string meaning;
        if (event::unescape(inside, meaning) == event::Unescaped::whole) {
            event::append_json_string(meaning, out);
        } else {
            out.append(json.substr(at, end + 1 - at));
        }
        at = end;
    }
    return out;
}

// Random JSON, with what trips up parsers more often than in life.
class Maker {
  public:
    explicit Maker(unsigned seed) : random_(seed) {}

    std::string event() { return object(0); }

  private:
    unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
    std::string one_of(std::initializer_list<const char*> choices) {
        return *(choices.begin() + below(static_cast<unsigned>(choices.size())));
    }
    std::string space() { return below(4) == 0 ? one_of({" ", "\n", "\t ", "\r\n"}) : ""; }

    std::string key() {
        if (below(3) == 0) return "\"k" + std::to_string(below(30)) + "\"";
        return one_of({R"("a")",
                       R"("b")",
                       R"("")",
                       R"("a.b")",
                       R"("@timestamp")",
                       R"("timestamp")",
                       R"("time")",
                       R"("ts")",
                       R"("level")",
                       R"("severity")",
                       R"("service_name")",
                       R"("service")",
                       R"("name")",
                       R"("event_type")",
                       R"("event")",
                       R"("order_id")",

                       R"("file_size")",
                       R"("price_calculated")",
                       R"("client")",

                       R"("returned_from_cache")",
                       R"("additional_data")",
                       R"("message")",
                       R"("traceId")",
                       R"("trace_id")",
                       R"("_id")",
                       R"("_shape")",
                       R"("_source")",
                       R"("environment")",
                       R"("ключ")",
                       R"("\u0061")",
                       R"("\u0001x")",
                       R"("\ud800")",
                       R"("q\"uote")",
                       R"("back\\")",
                       R"("date")",
                       R"("queue_name")"});
    }

    // Personal fields get simple values only: odd spellings of theirs are not kept.
    std::string member(unsigned depth) {
        if (below(12) == 0) {
            return one_of({R"("client.ip":"10.0.0.1")", R"("client":{"ip":"::1"})",
                           R"("client.ip":"::FFFF")", R"("user_id":"u-1")", R"("user_id":17)",
                           R"("client.ip":[1.5,"::2"])"});
        }
        return key() + space() + ":" + space() + value(depth);
    }

    std::string number() {
        std::string digits = std::to_string(random_() % 1'000'000);
        switch (below(9)) {
            case 0:
                return digits;
            case 1:
                return "-" + digits;
            case 2:
                return digits + "." + std::to_string(random_() % 10'000);
            case 3:
                return "0." + std::string(below(12), '0') + digits;
            case 4:
                return std::to_string(random_()) + "." + std::to_string(random_());
            case 5:
                return digits + one_of({"e", "E"}) + one_of({"", "+", "-"}) +
                       one_of({"0", "3", "07", "12", "300", "999"});
            case 6:
                return std::to_string(1 + below(9)) + "." + digits +
                       one_of({"e-05", "E+10", "e7", "e-7"});
            case 7:
                return one_of({"0",
                               "-0",
                               "-0.0",
                               "0.0",
                               "0e0",
                               "1.50",
                               "1.0E+2",
                               "1e3",
                               "30",
                               "12345678901234567890",
                               "9223372036854775807",
                               "-9223372036854775808",
                               "9223372036854775808",
                               "18446744073709551615",
                               "1e400",
                               "-1e400",
                               "1e-400",
                               "5e-324",
                               "1e21",
                               "1e-7",
                               "0.30000000000000004",
                               "100000000000000000000000",
                               "1700000000",
                               "1700000000123",
                               "1700000000123456",
                               "1700000000123456789",
                               "1700000000.25",
                               "1700000000.1234567891",
                               "1700000000123.5"});
            default:
                return std::to_string(static_cast<std::int64_t>(random_()));
        }
    }

    std::string string() {
        switch (below(4)) {
            case 0: {
                std::string text = "\"";
                for (unsigned length = below(20); length > 0; --length) {
                    text += one_of({"a", "Z", "7", " ", "ю", "🎉", "\\n", "\\\"", "\\\\", "\\/",
                                    "\\u0000", "\\u001f", "\\u042e", "\\ud83c\\udf89", "\\t", "e",
                                    "\\ud83c", "\\udf89"});
                }
                return text + "\"";
            }
            case 1:
                return "\"" + number() + "\"";
            default:
                return one_of({R"("")",
                               R"("INFO")",
                               R"("info")",
                               R"("Warning")",
                               R"(" ERROR ")",
                               R"("odd")",
                               R"("2026-11-24T10:15:00.123456789Z")",
                               R"("2026-11-24 10:15:00,123")",
                               R"("2026-11-24t10:15:00.5z")",
                               R"("2026-11-24T10:15:00+03:00")",
                               R"("2026-11-24T10:15:60Z")",
                               R"("2026-11-24T10:15:00.1234567890Z")",
                               R"("2026-11-24T10:15:00-0330")",
                               R"("2026-11-24T10:15:00+03")",
                               R"("not a time")",
                               R"("10.0.0.1")",
                               R"("::1")",
                               R"("::FFFF")",
                               R"("true")",
                               R"("false")",
                               R"("12.50")",
                               R"("007")",
                               R"("1e3")",
                               R"("Shop API")",
                               R"("MES API")",
                               R"("prod")",
                               R"("\ud800x")"});
        }
    }

    std::string value(unsigned depth) {
        const unsigned choice = below(depth > 5 ? 8 : 11);
        if (choice < 3) return number();
        if (choice < 6) return string();
        if (choice == 6) return one_of({"true", "false"});
        if (choice == 7) return one_of({"null", "[]", "{}", "[null]", "[[]]", "[{}]"});
        return choice == 8 ? array(depth + 1) : object(depth + 1);
    }

    std::string array(unsigned depth) {
        std::string text = "[";
        const unsigned kind = below(4);
        for (unsigned count = below(5); count > 0; --count) {
            if (text.size() > 1) text += space() + ",";
            text += space() + (kind == 0   ? number()
                               : kind == 1 ? string()
                               : kind == 2 ? object(depth + 1)
                                           : value(depth));
        }
        return text + space() + "]";
    }

    std::string object(unsigned depth) {
        std::string text = "{";
        for (unsigned count = below(depth == 0 ? 12 : 5); count > 0; --count) {
            if (text.size() > 1) text += ",";
            text += space() + member(depth);
        }
        return text + space() + "}";
    }

    std::mt19937_64 random_;
};

class SourceTest : public PipelineTest {
  protected:
    // Sends events in requests of several and compares each with what comes back.
    void expect_same(std::string_view index, unsigned seed, unsigned requests) {
        Maker maker(seed);
        for (unsigned request = 0; request < requests; ++request) {
            std::vector<event::Record> records;
            records.reserve(20);
            for (int event = 0; event < 20; ++event)
                records.push_back(record(maker.event(), index));
            sink_.appends.clear();
            const auto result = send(records);
            ASSERT_TRUE(result) << result.error().message;
            std::size_t at = 0;
            compare(records, result.value(), at);
            if (HasFailure()) return;
            texts_.clear();
        }
    }

    void compare(const std::vector<event::Record>& records, const event::RecordsOutcome& outcome,
                 std::size_t at) {
        std::map<std::uint64_t, std::string> by_sequence;
        std::uint64_t sequence = 0;
        for (const auto& item : outcome.items) {
            if (item.sequence != 0)
                sequence = sequence == 0 ? item.sequence : std::min(sequence, item.sequence);
        }
        ASSERT_EQ(sink_.appends.size(), 1U);
        for (const auto& part : sink_.appends.back().batches) {
            event::SourceWriter writer(part.batch);
            for (std::uint32_t row = 0; row < part.batch.rows(); ++row) {
                writer.append(row, by_sequence[sequence++]);
            }
        }
        for (; at < records.size(); ++at) {
            const auto& item = outcome.items[at];
            if (item.status == event::RecordOutcome::Status::filtered) continue;
            ASSERT_EQ(item.status, event::RecordOutcome::Status::created)
                << records[at].text << "\n"
                << outcome.errors.at(static_cast<std::size_t>(item.error)).message;
            ASSERT_EQ(spelled_once(by_sequence[item.sequence]), spelled_once(records[at].text))
                << records[at].text;
        }
    }
};

TEST_F(SourceTest, ComesBackAsItWasSent) { expect_same("test", 1, 1000); }

TEST_F(SourceTest, ComesBackFromSeveralIndices) { expect_same("", 2, 500); }

TEST_F(SourceTest, ComesBackFromOverflow) {
    restart({.max_columns = 3});
    expect_same("test", 3, 500);
    expect_same("", 4, 200);
}

TEST_F(SourceTest, ComesBackWithAnotherTimeZone) {
    origin_.time_zone = "America/St_Johns";
    expect_same("test", 5, 300);
}

TEST_F(SourceTest, KeepsKeysAndNumbersAsTheyAre) {
    for (
        const char* text : {
            R"({"b":1,"a":2,"b":3})",
            R"({"n":[1.50,1e3,2.5,-0,12345678901234567890,0.1]})",
            R"({"items":[{"sku":"a","n":1},{"sku":"b"},{"n":2,"sku":null}],"e":{},"l":[]})",
            R"({"additional_data":{"x":1,"deep":{"y":[1,"2",true]}},"x":2})",
            R"({"level":"warning","severity":30,"lvl":["err","x"]})",
            R"({"file_size":"123","price_calculated":"12.50","order_id":7,"returned_from_cache":"true"})",
            R"({"time":"2026-11-24T10:15:00Z","@timestamp":1700000000123,"ts":1700000000.25})",
        }) {
        EXPECT_EQ(source(take(text)), text);
    }
}

}  // namespace
}  // namespace pipeline

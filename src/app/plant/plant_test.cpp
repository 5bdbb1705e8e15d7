#include "app/plant/plant.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "event/catalog.h"
#include "event/schema.h"

namespace plant {
namespace {

namespace json = boost::json;

constexpr base::Nanos monday = 1'795'996'800 * base::second;  // 2026-11-30T00:00:00Z

Options two_weeks(std::uint64_t seed = 1) {
    Options options;
    options.seed = seed;
    options.start = monday;
    options.end = monday + 14 * base::day;
    options.orders_per_day = 300;
    return options;
}

std::string everything(Plant plant) {
    std::string text;
    plant.fill(text, std::string::npos / 2);
    return text;
}

std::vector<json::object> parsed(const std::string& text) {
    std::vector<json::object> events;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        events.push_back(json::parse(text.substr(begin, end - begin)).as_object());
        begin = end + 1;
    }
    return events;
}

std::string text_of(const json::object& event, std::string_view name) {
    const auto* value = event.if_contains(name);
    return value == nullptr || !value->is_string() ? "" : std::string(value->as_string());
}

// The unified names of all that an event says.
void collect(const json::object& object, const std::string& prefix,
             std::map<std::string, json::value>& into) {
    for (const auto& [key, value] : object) {
        const std::string name = prefix + std::string(key);
        if (value.is_object()) {
            collect(value.as_object(), name + '.', into);
        } else {
            into[std::string(event::unified_name(name))] = value;
        }
    }
}

// Two weeks of orders, made and parsed once for all tests.
class TwoWeeks : public testing::Test {
  protected:
    struct Log {
        std::string text;
        std::vector<json::object> events;
        Figures figures;
    };
    static const Log& log() {
        static const Log made = [] {
            Plant plant(two_weeks());
            Log log;
            plant.fill(log.text, std::string::npos / 2);
            log.figures = plant.figures();
            log.events = parsed(log.text);
            return log;
        }();
        return made;
    }

    static std::size_t count(std::string_view event_type) {
        return static_cast<std::size_t>(std::count_if(
            log().events.begin(), log().events.end(),
            [&](const auto& event) { return text_of(event, "event_type") == event_type; }));
    }
    static std::map<std::string, std::vector<const json::object*>> by_order() {
        std::map<std::string, std::vector<const json::object*>> orders;
        for (const json::object& event : log().events) {
            if (event.contains("order_id")) orders[text_of(event, "order_id")].push_back(&event);
        }
        return orders;
    }
};

TEST_F(TwoWeeks, AreTheSameForTheSameSeed) {
    EXPECT_EQ(everything(Plant(two_weeks())), log().text);
    EXPECT_NE(everything(Plant(two_weeks(2))), log().text);
}

TEST_F(TwoWeeks, ComeInTheOrderOfTime) {
    std::string last;
    for (const json::object& event : log().events) {
        const std::string time = text_of(event, "@timestamp");
        ASSERT_EQ(time.size(), 24U) << time;
        ASSERT_GE(time, last);
        last = time;
    }
    EXPECT_GE(text_of(log().events.front(), "@timestamp"), "2026-11-30T00:00:00.000Z");
    EXPECT_LT(last, "2026-12-14T00:00:00.000Z");
}

TEST_F(TwoWeeks, SayWhatTheCatalogWants) {
    const auto& catalog = event::Catalog::built_in();
    for (const json::object& event : log().events) {
        std::map<std::string, json::value> fields;
        collect(event, "", fields);
        const auto* type =
            catalog.event_type(text_of(event, "service_name"), text_of(event, "event_type"));
        ASSERT_NE(type, nullptr) << json::serialize(event);
        ASSERT_EQ(type->level, text_of(event, "level")) << json::serialize(event);
        for (const std::string& name : type->required) {
            ASSERT_TRUE(fields.contains(name)) << name << " in " << json::serialize(event);
        }
        for (const auto& [name, value] : fields) {
            const auto* field = catalog.field(name);
            ASSERT_NE(field, nullptr) << name << " in " << json::serialize(event);
            const bool fits =
                field->type == event::Type::string || field->type == event::Type::timestamp
                    ? value.is_string()
                : field->type == event::Type::boolean ? value.is_bool()
                : field->type == event::Type::integer ? value.is_int64()
                                                      : value.is_number();
            ASSERT_TRUE(fits) << name << " in " << json::serialize(event);
        }
    }
}

TEST_F(TwoWeeks, HaveEveryKindOfEvent) {
    std::map<std::string, std::size_t> kinds;
    for (const json::object& event : log().events) {
        ++kinds[text_of(event, "service_name") + ' ' + text_of(event, "event_type")];
    }
    // Ordertrail makes these itself, from what a broker tells.
    const std::set<std::string> of_the_broker = {"MESSAGE_SENT_TRACED", "MESSAGE_RECEIVED_TRACED",
                                                 "QUEUE_METRICS", "BROKER_LOST", "BROKER_BACK"};
    for (const auto& type : event::Catalog::built_in().event_types()) {
        if (of_the_broker.contains(type.event_type)) continue;
        const bool made = std::any_of(kinds.begin(), kinds.end(), [&](const auto& kind) {
            return type.service_name == "*"
                       ? kind.first.ends_with(' ' + type.event_type)
                       : kind.first == type.service_name + ' ' + type.event_type;
        });
        EXPECT_TRUE(made) << type.service_name << ' ' << type.event_type;
    }
}

TEST_F(TwoWeeks, FollowTheLifecycle) {
    const auto& catalog = event::Catalog::built_in();
    std::map<std::string, std::size_t> final_states;
    for (const auto& [id, events] : by_order()) {
        std::string state;
        for (const json::object* event : events) {
            const auto* type =
                catalog.event_type(text_of(*event, "service_name"), text_of(*event, "event_type"));
            std::string next = type->state;
            const auto by_queue = type->state_by_queue.find(text_of(*event, "queue_name"));
            if (by_queue != type->state_by_queue.end()) next = by_queue->second;
            if (next.empty() || next == state) continue;
            if (state.empty()) {
                ASSERT_EQ(next, "created") << id;
            } else {
                ASSERT_THAT(catalog.state(state)->successors, testing::Contains(next))
                    << id << " in " << state;
            }
            state = next;
        }
        ++final_states[state];
    }
    EXPECT_GT(final_states["closed"], 2500U);
    EXPECT_EQ(final_states["closed"], log().figures.closed);
    EXPECT_GE(final_states["pricing_queued"], 1U);     // lost
    EXPECT_GE(final_states["pricing"], 1U);            // hangs
    EXPECT_GE(final_states["awaiting_approval"], 1U);  // forgotten
    EXPECT_GE(final_states["created"], 50U);           // abandoned
}

TEST_F(TwoWeeks, TellASendThatTheBrokerTellsToo) {
    for (const auto& [id, events] : by_order()) {
        std::map<std::string, std::vector<std::string>> services;
        for (const json::object* event : events) {
            if (text_of(*event, "event_type") != "MESSAGE_SENT") continue;
            services[text_of(*event, "queue_name")].push_back(text_of(*event, "service_name"));
        }
        const auto pricing = services.find("orders.pricing");
        if (pricing == services.end()) continue;
        ASSERT_THAT(pricing->second, testing::ElementsAre("Shop API", "RabbitMQ"));
    }
}

TEST_F(TwoWeeks, AreRealistic) {
    const double orders = static_cast<double>(count("ORDER_CREATED"));
    EXPECT_EQ(orders, static_cast<double>(log().figures.created));
    EXPECT_NEAR(orders, 14 * 300, 14 * 300 * 0.12);  // bursts included
    const double per_order = static_cast<double>(log().events.size()) / orders;
    EXPECT_GT(per_order, 25.5);
    EXPECT_LT(per_order, 28.5);
    const double bytes =
        static_cast<double>(log().text.size()) / static_cast<double>(log().events.size());
    EXPECT_GT(bytes, 300);
    EXPECT_LT(bytes, 340);
    EXPECT_GE(log().figures.lost, 3U);
    EXPECT_GE(log().figures.stuck, 2U);
    EXPECT_GE(log().figures.late, 5U);
    EXPECT_GE(log().figures.retried, 20U);
    EXPECT_GE(log().figures.mismatched, 2U);
    EXPECT_GT(log().figures.in_flight, 20U);
}

TEST_F(TwoWeeks, AreBusyByDayAndQuietByNight) {
    std::map<std::string, int> by_hour;
    for (const json::object& event : log().events) {
        if (text_of(event, "event_type") == "ORDER_CREATED")
            ++by_hour[text_of(event, "@timestamp").substr(11, 2)];
    }
    EXPECT_GT(by_hour["10"], 5 * by_hour["00"]);  // 13 and 3 o'clock where the plant is
    for (const json::object& event : log().events) {
        if (text_of(event, "event_type") != "MANUFACTURING_APPROVED") continue;
        const std::string hour = text_of(event, "@timestamp").substr(11, 2);
        ASSERT_GE(hour, "06");  // managers begin at nine
        ASSERT_LT(hour, "16");
    }
}

TEST_F(TwoWeeks, HaveAnOutageWithErrorsAndABacklogBehindIt) {
    std::map<std::string, int> errors;
    std::string backlog;
    for (const json::object& event : log().events) {
        const std::string type = text_of(event, "event_type");
        const std::string minutes = text_of(event, "@timestamp").substr(0, 15);  // tens of minutes
        if (type == "DATABASE_EXCEPTION") ++errors[minutes];
        if (type == "QUEUE_BACKLOG" && backlog.empty()) backlog = minutes;
    }
    const auto worst = std::max_element(
        errors.begin(), errors.end(),
        [](const auto& one, const auto& other) { return one.second < other.second; });
    ASSERT_NE(worst, errors.end());
    EXPECT_GT(worst->second, 20);
    EXPECT_FALSE(backlog.empty());
}

TEST_F(TwoWeeks, KeepDebugOutOfProduction) {
    std::size_t debug = 0;
    for (const json::object& event : log().events) {
        if (text_of(event, "level") != "DEBUG") continue;
        ++debug;
        ASSERT_EQ(text_of(event, "environment"), "test");
    }
    EXPECT_GT(debug, 100U);
}

TEST_F(TwoWeeks, ShareSomeFileNamesBetweenOrders) {
    std::map<std::string, std::set<std::string>> orders;
    for (const json::object& event : log().events) {
        if (event.contains("file_name") && event.contains("order_id")) {
            orders[text_of(event, "file_name")].insert(text_of(event, "order_id"));
        }
    }
    const auto alone = static_cast<std::size_t>(std::count_if(
        orders.begin(), orders.end(), [](const auto& file) { return file.second.size() == 1; }));
    EXPECT_GT(orders["model.stl"].size(), 3U);
    EXPECT_GT(alone, 3000U);
}

TEST(Plant, GoesOnLive) {
    Options options;
    options.start = monday;
    options.orders_per_day = 2000;
    Plant plant(options);
    std::string history;
    EXPECT_GT(plant.until(monday + base::day, history), 20'000U);
    EXPECT_GE(plant.next_time().value_or(0), monday + base::day);
    plant.set_orders_per_day(20'000);
    base::Nanos now = monday + base::day;
    std::size_t created = 0;
    for (int minute = 0; minute < 6 * 60; ++minute) {
        now += base::minute;
        std::string live;
        plant.until(now, live);
        for (std::size_t at = live.find("ORDER_CREATED"); at != std::string::npos;
             at = live.find("ORDER_CREATED", at + 1)) {
            ++created;
        }
        ASSERT_GE(plant.next_time().value_or(0), now);
    }
    EXPECT_GT(created, 1000U);
}

// The spans of all orders of two weeks, by their id; and the log lines that were made beside them.
class Traces : public testing::Test {
  protected:
    struct Log {
        std::string text;
        std::vector<json::object> events;
        std::map<std::string, json::object> spans;
        std::map<std::string, std::string> services;  // by span id
        std::uint64_t made = 0;
    };
    static const Log& log() {
        static const Log made = [] {
            auto options = two_weeks();
            options.traces = true;
            Plant plant(options);
            Log log;
            while (plant.fill(log.text, 100'000) > 0) {
                std::string request;
                const auto count = plant.take_traces(request);
                EXPECT_EQ(count == 0, request.empty());
                if (count > 0) add(json::parse(request), log);
            }
            log.made = plant.figures().spans;
            log.events = parsed(log.text);
            return log;
        }();
        return made;
    }
    static void add(const json::value& request, Log& log) {
        for (const auto& resource : request.at("resourceSpans").as_array()) {
            const auto& service = resource.at("resource").at("attributes").at(0);
            for (const auto& span : resource.at("scopeSpans").at(0).at("spans").as_array()) {
                const std::string id(span.at("spanId").as_string());
                EXPECT_TRUE(log.spans.emplace(id, span.as_object()).second) << id;
                log.services[id] = service.at("value").at("stringValue").as_string();
            }
        }
    }
    static std::int64_t time_of(const json::object& span, const char* name) {
        return std::stoll(std::string(span.at(name).as_string()));
    }
};

TEST_F(Traces, LeaveTheLinesAsTheyAre) { EXPECT_EQ(log().text, everything(Plant(two_weeks()))); }

TEST_F(Traces, AreTreesWithinTheirTraces) {
    EXPECT_EQ(log().made, log().spans.size());
    EXPECT_GT(log().spans.size(), 50'000U);
    std::size_t orphans = 0;
    for (const auto& [id, span] : log().spans) {
        EXPECT_LE(time_of(span, "startTimeUnixNano"), time_of(span, "endTimeUnixNano"));
        if (!span.contains("parentSpanId")) {
            EXPECT_EQ(text_of(span, "name"), "POST /orders");
            continue;
        }
        const auto parent = log().spans.find(text_of(span, "parentSpanId"));
        if (parent == log().spans.end()) {
            ++orphans;
            continue;
        }
        EXPECT_EQ(text_of(parent->second, "traceId"), text_of(span, "traceId"));
        EXPECT_LE(time_of(parent->second, "startTimeUnixNano"), time_of(span, "startTimeUnixNano"))
            << text_of(span, "name");
        const auto kind = span.at("kind").as_int64();
        if (kind == 5) {
            EXPECT_EQ(parent->second.at("kind"), 4) << text_of(span, "name");
        }
    }
    // Of calculations that hang, whose consumer never ends.
    EXPECT_LT(orphans, log().spans.size() / 500);
}

TEST_F(Traces, HaveTheIdsOfTheLines) {
    std::size_t joined = 0;
    for (const json::object& event : log().events) {
        const auto span = log().spans.find(text_of(event, "span_id"));
        if (span == log().spans.end()) continue;
        ++joined;
        EXPECT_EQ(text_of(span->second, "traceId"), text_of(event, "trace_id"));
        EXPECT_EQ(log().services.at(span->first), text_of(event, "service_name"));
    }
    EXPECT_GT(joined, 10'000U);
}

TEST_F(Traces, FailWhereTheLinesSaySo) {
    const auto lines = [](std::string_view type) {
        return std::count_if(log().events.begin(), log().events.end(), [&](const auto& event) {
            return text_of(event, "event_type") == type;
        });
    };
    std::map<std::string, std::int64_t> failed;
    for (const auto& [id, span] : log().spans) {
        if (span.contains("status")) ++failed[text_of(span, "name")];
    }
    EXPECT_EQ(failed.size(), 2U);
    EXPECT_EQ(failed["calculate price"], lines("PRICE_CALCULATION_FAILED"));
    EXPECT_EQ(failed["orders.pricing publish"], lines("MESSAGE_PUBLISH_FAILED"));
    EXPECT_GT(failed["calculate price"], 0);
}

TEST(Plant, EndsWhenItsTimeIsOver) {
    Options options = two_weeks();
    options.end = options.start + base::hour;
    Plant plant(options);
    std::string text;
    while (plant.next(text)) {
        ASSERT_TRUE(text.ends_with("}\n"));
    }
    EXPECT_FALSE(plant.next_time());
    EXPECT_EQ(plant.fill(text, 100), 0U);
    EXPECT_EQ(plant.figures().events,
              static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')));
}

}  // namespace
}  // namespace plant

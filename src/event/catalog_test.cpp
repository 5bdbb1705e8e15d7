#include "event/catalog.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace event {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// A small catalog in which every section is used once. `edited` replaces one piece of it.
constexpr std::string_view small = R"(catalog: small
format: 1
systems:
  shop: {services: [Shop API], title: {en: Shop, ru: Магазин}}
lanes: [Shop API, RabbitMQ]
fields:
  timestamp: {type: timestamp, title: {en: Time, ru: Время}}
  level: {type: string, title: {en: Level, ru: Уровень}}
  service_name: {type: string, title: {en: Service, ru: Сервис}}
  event_type: {type: string, title: {en: Event, ru: Событие}}
  order_id: {type: string, kind: id, title: {en: Order, ru: Заказ}}
  user_id: {type: string, personal: {class: user, treatment: pseudonym}, title: {en: User, ru: Клиент}}
  queue_name: {type: string, title: {en: Queue, ru: Очередь}}
states:
  created:
    title: {en: Created, ru: Создан}
    waits_for: {service: Shop API, title: {en: a message, ru: сообщение}}
    next: [done]
    deadline: 90s
  done: {title: {en: Done, ru: Готов}}
facts:
  user_id: {field: user_id, events: [ORDER_CREATED], title: {en: User, ru: Клиент}}
  order: {field: order_id, title: {en: Order, ru: Заказ}}
agreements:
  odd: {facts: [user_id, order], title: {en: Odd, ru: Странно}}
events:
  - service: Shop API
    event: ORDER_CREATED
    level: INFO
    state: created
    title: {en: Created, ru: Создан}
    sentence: {en: '{user_id} created {order_id}', ru: '{user_id} создал {order_id}'}
    required: [order_id, user_id]
  - service: '*'
    event: MESSAGE_SENT
    level: INFO
    lane: RabbitMQ
    state_by_queue: {orders: done}
    title: {en: Sent, ru: Отправлено}
    sentence: {en: Sent, ru: Отправлено}
    required: [queue_name]
    optional: [order_id]
)";

std::string edited(std::string_view piece, std::string_view replacement) {
    std::string text(small);
    const std::size_t at = text.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    return text.replace(at, piece.size(), replacement);
}

std::string problem_of(const std::string& yaml) {
    const auto catalog = Catalog::parse(yaml, "c.yaml");
    EXPECT_FALSE(catalog);
    if (catalog) return "";
    return catalog.error().message;
}

TEST(Catalog, ReadsEverySection) {
    const auto parsed = Catalog::parse(small, "c.yaml");
    ASSERT_TRUE(parsed) << parsed.error().message;
    const Catalog& catalog = parsed.value();
    EXPECT_EQ(catalog.name(), "small");
    EXPECT_EQ(catalog.field("user_id")->personal, PersonalData::pseudonym);
    EXPECT_EQ(catalog.field("user_id")->personal_class, "user");
    EXPECT_EQ(catalog.field("order_id")->kind, FieldKind::id);
    EXPECT_EQ(catalog.field("order_id")->personal, PersonalData::none);
    EXPECT_EQ(catalog.field("timestamp")->type, Type::timestamp);
    EXPECT_EQ(catalog.field("nothing"), nullptr);
    EXPECT_EQ(catalog.state("created")->deadline_floor, 90 * base::second);
    EXPECT_EQ(catalog.state("created")->waits_for.ru, "сообщение");
    EXPECT_THAT(catalog.state("created")->awaited_events, ElementsAre("MESSAGE_SENT"));
    EXPECT_FALSE(catalog.state("created")->final);
    EXPECT_TRUE(catalog.state("done")->final);
    EXPECT_EQ(catalog.position_of("done"), 1U);
    EXPECT_EQ(catalog.position_of("nothing"), 2U);
    EXPECT_THAT(catalog.lanes(), ElementsAre("Shop API", "RabbitMQ"));
    ASSERT_EQ(catalog.facts().size(), 2U);
    EXPECT_THAT(catalog.facts()[0].events, ElementsAre("ORDER_CREATED"));
    EXPECT_THAT(catalog.agreements()[0].facts, ElementsAre("user_id", "order"));
}

TEST(Catalog, FindsEventTypesOfAnyService) {
    const auto parsed = Catalog::parse(small, "c.yaml");
    ASSERT_TRUE(parsed);
    const Catalog& catalog = parsed.value();
    ASSERT_NE(catalog.event_type("Shop API", "ORDER_CREATED"), nullptr);
    EXPECT_EQ(catalog.event_type("CRM API", "ORDER_CREATED"), nullptr);
    ASSERT_NE(catalog.event_type("Anything", "MESSAGE_SENT"), nullptr);
    EXPECT_EQ(catalog.event_type("Anything", "MESSAGE_SENT")->state_by_queue.at("orders"), "done");
    EXPECT_EQ(catalog.event_type("Anything", "OTHER"), nullptr);
    EXPECT_EQ(catalog.system_of("Shop API"), "shop");
    EXPECT_EQ(catalog.system_of("Mail Service"), "mail-service");
}

struct Mistake {
    const char* piece;
    const char* replacement;
    const char* message;
};

TEST(Catalog, NamesTheLineAndWhatWasExpected) {
    const Mistake mistakes[] = {
        {"format: 1", "format: 2", "c.yaml:2: format: expected one of 1, found '2'"},
        {"format: 1\n", "", "the catalog: 'format' is missing"},
        {"lanes: [", "lane: [",
         "c.yaml:5: the catalog: unknown key 'lane', expected one of catalog, format"},
        {"  shop: {services", "  Shop: {services", "c.yaml:4: system 'Shop'"},
        {"services: [Shop API]", "services: []",
         "c.yaml:4: system 'shop': expected at least one service"},
        {"services: [Shop API]", "services: Shop API",
         "c.yaml:4: system 'shop', services: expected a list, found text"},
        {"{type: timestamp, ", "{type: time, ",
         "c.yaml:7: field 'timestamp', type: expected one of string, integer"},
        {"  level: {type", "  lvl: {type", "c.yaml:8: field 'lvl': is another spelling of 'level'"},
        {"  user_id: {type", "  _user: {type", "c.yaml:12: field '_user': names that begin with _"},
        {"kind: id", "kind: key",
         "c.yaml:11: field 'order_id', kind: expected one of id, enumeration, text, found 'key'"},
        {"type: string, kind: id", "type: integer, kind: text", "kind text is for strings"},
        {"treatment: pseudonym", "treatment: hash",
         "expected one of keep, pseudonym, mask, drop, found 'hash'"},
        {"{type: string, personal", "{type: integer, personal",
         "only strings and addresses can be masked"},
        {"next: [done]", "next: [finished]",
         "c.yaml:18: state 'created', next: 'finished' is not among 'states'"},
        {"next: [done]", "next: []",
         "c.yaml:18: state 'created', next: expected at least one state"},
        {"    next: [done]\n", "", "has no 'next', so the order ends in it and waits for nothing"},
        {"deadline: 90s", "deadline: 90",
         "c.yaml:19: state 'created', deadline: expected a duration such as 90s"},
        {"deadline: 90s", "deadline: -3d", "expected a duration"},
        {"deadline: 90s", "deadline: 99999999999999999999d", "expected a duration"},
        {"deadline: 90s", "deadline: 3651d", "expected a duration"},
        {"deadline: 90s", "deadline: [90s]",
         "expected a duration such as 90s, 15m, 4h or 3d of at most 3650d, found a list"},
        {"waits_for: {service: Shop API", "waits_for: {service: MES",
         "'MES' is not among 'systems'"},
        {"state: created", "state: creating",
         "c.yaml:30: event 'ORDER_CREATED', state: 'creating' is not among 'states'"},
        {"state: created\n", "\n", "c.yaml:15: state 'created': no event leads to it"},
        {"{orders: done}", "{orders: gone}",
         "c.yaml:38: event 'MESSAGE_SENT', queue 'orders': 'gone' is not among 'states'"},
        {"required: [queue_name]", "required: []", "state_by_queue needs 'queue_name'"},
        {"  - service: Shop API", "  - service: CRM API", "service 'CRM API' is in no system"},
        {"level: INFO", "level: info",
         "c.yaml:29: event 'ORDER_CREATED', level: expected one of TRACE, DEBUG, INFO"},
        {"lane: RabbitMQ", "lane: Rabbit",
         "c.yaml:37: event 'MESSAGE_SENT': lane 'Rabbit' is not among 'lanes'"},
        {"required: [order_id, user_id]", "required: [order_id, user]",
         "c.yaml:33: event 'ORDER_CREATED', required: 'user' is not among 'fields'"},
        {"required: [order_id, user_id]", "required: [order_id, user_id, level]",
         "every event has 'level', do not list it"},
        {"required: [order_id, user_id]", "required: [order_id, user_id, user_id]",
         "'user_id' is there twice"},
        {"optional: [order_id]", "optional: [order_id, queue_name]",
         "'queue_name' is both required and optional"},
        {"{user_id} created", "{user} created",
         "sentence, en: 'user' is neither among the event's required nor"},
        {"{user_id} created", "{user_id created",
         "c.yaml:32: event 'ORDER_CREATED', sentence, en: braces do not match"},
        {", ru: Создан}", "}", "'ru' is missing"},
        {"ru: Магазин", "ru: ''", "title, ru: expected one line of 1 to 300 bytes"},
        {"ru: Магазин", "ru: {a: b}", "title, ru: expected text, found a map"},
        {"{field: user_id, ", "{field: user, ",
         "c.yaml:22: fact 'user_id', field: 'user' is not among 'fields'"},
        {"events: [ORDER_CREATED]", "events: [ORDER]",
         "fact 'user_id', events: 'ORDER' is not among 'events'"},
        {"facts: [user_id, order]", "facts: [user_id]",
         "c.yaml:25: agreement 'odd', facts: expected at least two"},
        {"facts: [user_id, order]", "facts: [user_id, file]", "'file' is not among 'facts'"},
        {"event: MESSAGE_SENT", "evnt: MESSAGE_SENT", "unknown key 'evnt'"},
        {"  done: {title", "  created: {title", "c.yaml:20: 'created' is there twice in one map"},
    };
    for (const Mistake& mistake : mistakes) {
        const std::string message = problem_of(edited(mistake.piece, mistake.replacement));
        EXPECT_THAT(message, StartsWith("c.yaml:")) << mistake.replacement;
        EXPECT_THAT(message, HasSubstr(mistake.message));
    }
}

TEST(Catalog, RefusesAnEventTypeThatIsThereTwice) {
    std::string twice(small);
    twice += twice.substr(twice.find("  - service: '*'"));
    EXPECT_THAT(problem_of(twice),
                HasSubstr("event 'MESSAGE_SENT' of service '*' is in line 34 already"));
}

TEST(Catalog, ReportsAllProblemsInTheFilesOrder) {
    std::string yaml = edited("format: 1", "format: one");
    yaml.replace(yaml.find("state: created"), 14, "state: creating");
    yaml.replace(yaml.find("deadline: 90s"), 13, "deadline: soon");
    const std::string message = problem_of(yaml);
    const auto first = message.find("c.yaml:2: ");
    const auto second = message.find("c.yaml:19: ");
    const auto third = message.find("c.yaml:30: ");
    ASSERT_NE(third, std::string::npos) << message;
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
}

TEST(Catalog, RefusesHostileYaml) {
    std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
    for (char name = 'b'; name < 'z'; ++name) {
        bomb += fmt::format("{0}: &{0} [*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1}]\n", name,
                            char(name - 1));
    }
    EXPECT_THAT(problem_of(bomb),
                HasSubstr("c.yaml:1: anchor '&a': anchors and aliases are not supported"));
    EXPECT_THAT(problem_of("a: *b"), HasSubstr("c.yaml:1: "));

    EXPECT_THAT(problem_of(std::string(200'000, '[')),
                HasSubstr("nested more than 32 levels deep"));
    EXPECT_THAT(problem_of(std::string(200'000, '{')), HasSubstr("c.yaml:1: "));
    std::string deep;
    for (int level = 0; level < 600; ++level)
        deep += std::string(static_cast<std::size_t>(level), ' ') + "a:\n";
    EXPECT_THAT(problem_of(deep), HasSubstr("c.yaml:32: nested more than 32 levels deep"));
    std::string dashes;
    for (int level = 0; level < 100'000; ++level) dashes += "- ";
    EXPECT_THAT(problem_of(dashes), HasSubstr("nested more than 32 levels deep"));

    EXPECT_THAT(problem_of(std::string(2 << 20, 'a')), HasSubstr("expected at most 1048576"));
    std::string many = "[";
    for (int item = 0; item < 110'000; ++item) many += "a,";
    EXPECT_THAT(problem_of(many + "]"), HasSubstr("more than 100000 values"));

    EXPECT_THAT(problem_of(""), HasSubstr("the file is empty"));
    EXPECT_THAT(problem_of("# nothing\n"), HasSubstr("c.yaml:"));
    EXPECT_THAT(problem_of("a: b\n---\nc: d\n"), HasSubstr("a second document"));
    EXPECT_THAT(problem_of("- a\n- b\n"),
                HasSubstr("c.yaml:1: the catalog: expected a map, found a list"));
    EXPECT_THAT(problem_of("a: [never, closed\n"), HasSubstr("not YAML"));
    EXPECT_THAT(problem_of("a: b\n\tc: d\n"), HasSubstr("c.yaml:"));
    EXPECT_THAT(problem_of("a: !!binary aGVsbG8=\n"), HasSubstr("tags are not supported"));
    EXPECT_THAT(problem_of("[a, b]: c\n"), HasSubstr("c.yaml:1: "));
    EXPECT_THAT(problem_of("a: b\nc: \xff\xfe\n"), HasSubstr("c.yaml:2: byte 0xff is no UTF-8"));
    EXPECT_THAT(problem_of("a: \xed\xa0\x80"), HasSubstr("is no UTF-8"));
    EXPECT_THAT(problem_of(std::string("a: b\0c", 6)), HasSubstr("control character 0x00"));
}

// Damage of any kind gives a catalog or a message, and never anything else.
TEST(Catalog, SurvivesDamage) {
    const std::string whole(Catalog::built_in_yaml());
    for (std::size_t length = 0; length < whole.size(); length += 397) {
        EXPECT_FALSE(Catalog::parse(std::string_view(whole).substr(0, length), "c.yaml"));
    }
    std::uint32_t random = 12345;
    for (int round = 0; round < 150; ++round) {
        std::string damaged(small);
        for (int change = 0; change < 3; ++change) {
            random = random * 1664525 + 1013904223;
            damaged[(random >> 8) % damaged.size()] =
                "{}[]:,-'\"&*!|>%@\n\t #a"[(random >> 3) % 21];
        }
        const auto catalog = Catalog::parse(damaged, "c.yaml");
        if (!catalog) {
            EXPECT_THAT(catalog.error().message, StartsWith("c.yaml:"));
        }
    }
}

TEST(Catalog, SaysThatAFileIsMissing) {
    const auto catalog = Catalog::load("/nowhere/catalog.yaml");
    ASSERT_FALSE(catalog);
    EXPECT_THAT(catalog.error().message, HasSubstr("/nowhere/catalog.yaml"));
}

TEST(BuiltInCatalog, IsTheFileOfTheRepository) {
    const auto file =
        base::system_files().read_file(ORDERTRAIL_SOURCE_DIR "/catalog/made-to-order.yaml");
    ASSERT_TRUE(file);
    EXPECT_EQ(file.value(), Catalog::built_in_yaml());
    const auto parsed = Catalog::parse(Catalog::built_in_yaml(), "made-to-order.yaml");
    ASSERT_TRUE(parsed) << parsed.error().message;
}

TEST(BuiltInCatalog, NamesEveryEventOfTheMission) {
    struct Row {
        const char* service;
        const char* event;
        std::vector<std::string> required;
    };
    const Row rows[] = {
        {"Shop API", "ORDER_CREATED", {"order_id", "user_id"}},
        {"Shop API", "FILE_UPLOADED", {"order_id", "user_id", "file_name", "file_size"}},
        {"Shop API", "SUBMITTED", {"order_id", "user_id", "file_name", "file_size"}},
        {"CRM API", "MANUFACTURING_APPROVED", {"order_id", "user_id", "manager_id"}},
        {"CRM API", "CLOSED", {"order_id", "user_id", "manager_id"}},
        {"MES API", "PRICE_CALCULATION_START", {"order_id", "user_id", "file_name", "file_size"}},
        {"MES API", "PRICE_CALCULATED", {"order_id", "user_id", "file_name", "price_calculated"}},
        {"MES API", "MANUFACTURING_STARTED", {"order_id", "operator_id", "file_name"}},
        {"MES API", "MANUFACTURING_COMPLETED", {"order_id", "operator_id", "file_name"}},
        {"MES API", "PACKAGING", {"order_id", "operator_id"}},
        {"MES API", "SHIPPED", {"order_id", "operator_id"}},
        {"MES API",
         "GET_ORDERS",
         {"operator_id", "filters", "orders_returned", "page_number", "response_time",
          "returned_from_cache"}},
        {"Shop API", "MESSAGE_SENT", {"queue_name", "order_id"}},
        {"CRM API", "MESSAGE_RECEIVED", {"queue_name", "order_id"}},
        {"S3", "FILE_UPLOADED", {"file_name"}},
        {"S3", "FILE_DOWNLOADED", {"file_name"}},
        {"MES DB", "SLOW_QUERY", {"statement", "duration_ms"}},
        {"CRM DB", "SLOW_QUERY", {"statement", "duration_ms"}},
    };
    const Catalog& catalog = Catalog::built_in();
    for (const Row& row : rows) {
        const EventType* type = catalog.event_type(row.service, row.event);
        ASSERT_NE(type, nullptr) << row.service << ' ' << row.event;
        EXPECT_EQ(type->required, row.required) << row.service << ' ' << row.event;
    }
    for (const auto& [level, event] :
         std::vector<std::pair<std::string, std::string>>{{"DEBUG", "PRICE_CALCULATION_STEP"},
                                                          {"DEBUG", "MESSAGE_TIMING"},
                                                          {"WARN", "PRICE_CALCULATION_SLOW"},
                                                          {"WARN", "QUEUE_BACKLOG"},
                                                          {"WARN", "QUERY_FAILED"},
                                                          {"ERROR", "DATABASE_EXCEPTION"},
                                                          {"ERROR", "MESSAGE_PUBLISH_FAILED"},
                                                          {"ERROR", "HTTP_500"},
                                                          {"ERROR", "CONSISTENCY_BROKEN"}}) {
        const EventType* type = catalog.event_type("MES API", event);
        ASSERT_NE(type, nullptr) << event;
        EXPECT_EQ(type->level, level) << event;
    }
}

TEST(BuiltInCatalog, LeadsFromCreatedToClosed) {
    const Catalog& catalog = Catalog::built_in();
    EXPECT_EQ(catalog.states().front().id, "created");
    std::string way;
    const CatalogState* state = &catalog.states().front();
    while (!state->final) {
        way += state->id + ' ';
        EXPECT_FALSE(state->awaited_events.empty()) << state->id;
        EXPECT_GT(state->deadline_floor, 0) << state->id;
        state = catalog.state(state->successors.front());
    }
    EXPECT_EQ(way,
              "created submitted pricing_queued awaiting_pricing pricing priced approval_queued "
              "awaiting_approval "
              "approved manufacturing_queued awaiting_operator manufacturing made packaged shipped "
              "closing_queued "
              "awaiting_closing ");
    EXPECT_EQ(state->id, "closed");
    EXPECT_THAT(catalog.state("awaiting_approval")->awaited_events,
                ElementsAre("MANUFACTURING_APPROVED"));
    EXPECT_THAT(catalog.state("pricing")->awaited_events,
                ElementsAre("PRICE_CALCULATED", "PRICE_CALCULATION_FAILED"));
}

TEST(BuiltInCatalog, KnowsPersonalData) {
    const Catalog& catalog = Catalog::built_in();
    EXPECT_EQ(catalog.field("user_id")->personal, PersonalData::pseudonym);
    EXPECT_EQ(catalog.field("user_id")->personal_class, "user");
    EXPECT_EQ(catalog.field("manager_id")->personal_class, "employee");
    EXPECT_EQ(catalog.field("operator_id")->personal_class, "employee");
    EXPECT_EQ(catalog.field("customer.email")->personal, PersonalData::mask);
    EXPECT_EQ(catalog.field("delivery.address")->personal, PersonalData::drop);
    EXPECT_EQ(catalog.field("order_id")->personal, PersonalData::none);
    EXPECT_EQ(catalog.system_of("MES DB"), "mes-db");
    EXPECT_EQ(catalog.system_of("Shop API"), "shop");
}

}  // namespace
}  // namespace event

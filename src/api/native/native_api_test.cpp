#include "api/native/native_api.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <condition_variable>
#include <functional>

#include "api/native/endpoint.h"
#include "api/native/error_answer.h"
#include "api/request_test.h"
#include "api/store_test.h"
#include "event/schema.h"
#include "net/testing/wait_for.h"
#include "storage/testing/memory_snapshot.h"

namespace api {
namespace {

namespace json = boost::json;
using storage::testing::MemorySnapshot;
using storage::testing::Row;
using testing::HasSubstr;

constexpr base::Nanos noon = 1'764'000'000 * base::second;  // 2025-11-24T16:00:00Z

// A snapshot whose scans end only when they are asked to.
class EndlessSnapshot final : public storage::Snapshot {
  public:
    std::function<void()> on_scan = [] {};

    base::Status scan(const storage::ScanRequest&, const ScanSink&,
                      std::stop_token stop) const override {
        on_scan();
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        stopped.wait(lock, stop, [] { return false; });
        return base::Error(base::Code::cancelled, "the query was cancelled");
    }
    base::Result<event::Batch> aggregate(const storage::AggregateRequest&,
                                         std::stop_token) const override {
        return event::Batch{};
    }
    base::Result<event::Batch> lookup(const std::string&,
                                      const std::vector<std::string>&) const override {
        return event::Batch{};
    }
    std::vector<storage::IndexInfo> indices() const override { return {}; }
    base::Result<std::vector<storage::FieldInfo>> fields(
        const event::IndexPattern&) const override {
        return std::vector<storage::FieldInfo>{};
    }
    std::uint64_t last_sequence() const override { return 0; }
};

Row event_row(std::uint64_t sequence, const char* index, const char* service, const char* level) {
    Row row;
    row.time = noon + static_cast<base::Nanos>(sequence) * base::minute;
    row.sequence = sequence;
    row.index = index;
    row.with("service_name", service).with("level", level);
    return row;
}

class NativeApiTest : public testing::Test {
  protected:
    ~NativeApiTest() override { runtime_.stop(); }

    void serve_rows() {
        auto snapshot = std::make_shared<MemorySnapshot>();
        std::vector<Row> rows;
        rows.push_back(event_row(1, "shop-prod", "Shop API", "INFO").with("order_id", "ORD-1"));
        rows.push_back(event_row(2, "shop-prod", "Shop API", "ERROR")
                           .with("took", 2.5)
                           .with("took", std::int64_t{3}));
        rows.push_back(
            event_row(3, "mes-prod", "MES API", "INFO").with("tags", "b").with("tags", "a"));
        rows.push_back(event_row(4, "mes-test", "MES API", "INFO")
                           .with("_id", "client-id")
                           .with("_violations", "user_id: required, missing"));
        snapshot->add(rows);
        serve(std::move(snapshot));
    }

    void serve(std::shared_ptr<const storage::Snapshot> snapshot, NativeOptions options = {}) {
        store_ = std::make_unique<FixedStore>(std::move(snapshot));
        api_ = std::make_unique<NativeApi>(*store_, event::Catalog::built_in(), runtime_, options);
        api_->add_to(router_);
    }

    net::HttpResponse send(net::HttpRequest request) {
        return net::testing::wait_for(router_.handle(std::move(request)));
    }

    net::HttpResponse post(const std::string& name, std::string body) {
        auto request = request_of("POST", "/_trail/v1/" + name);
        request.body = std::move(body);
        return send(std::move(request));
    }

    json::object answer(const std::string& name, std::string body) {
        const auto response = post(name, std::move(body));
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_EQ(net::header(response.headers, "cache-control"), "no-store");
        return json::parse(response.body).as_object();
    }

    // Status, then code and message of an error.
    std::string error(const std::string& name, std::string body) {
        const auto response = post(name, std::move(body));
        const auto found = json::parse(response.body).as_object();
        if (!found.contains("error")) return response.body;
        const auto& object = found.at("error").as_object();
        return std::to_string(response.status) + " " +
               std::string(object.at("code").as_string().c_str()) + " " +
               object.at("message").as_string().c_str();
    }

    net::Runtime runtime_{1, 1, 2};
    Router router_{refuse_native};
    std::unique_ptr<FixedStore> store_;
    std::unique_ptr<NativeApi> api_;
};

TEST_F(NativeApiTest, OrdersTellsWhereTheOrdersOfARangeAre) {
    auto snapshot = std::make_shared<MemorySnapshot>();
    std::vector<Row> rows;
    rows.push_back(event_row(1, "shop-prod", "Shop API", "INFO")
                       .with("event_type", "ORDER_CREATED")
                       .with("order_id", "ORD-1"));
    rows.push_back(event_row(2, "shop-prod", "Shop API", "INFO")
                       .with("event_type", "ORDER_CREATED")
                       .with("order_id", "ORD-2"));
    rows.push_back(event_row(3, "crm-prod", "CRM API", "INFO")
                       .with("event_type", "CLOSED")
                       .with("order_id", "ORD-2"));
    snapshot->add(rows);
    serve(std::move(snapshot));
    const auto found = answer("orders", R"({"from":"2025-11-24","to":"2025-11-26"})");
    EXPECT_EQ(found.at("created"), 2);
    EXPECT_EQ(found.at("closed"), 1);
    EXPECT_EQ(found.at("open"), 1);
    const auto& recent = found.at("recent").as_array();
    ASSERT_EQ(recent.size(), 1u);
    EXPECT_EQ(recent[0].at("order_id"), "ORD-1");
    EXPECT_EQ(recent[0].at("state").at("id"), "created");
    EXPECT_EQ(answer("orders", R"({"environment":"test","from":"2025-11-24"})").at("created"), 0);
    EXPECT_THAT(error("orders", R"({"limit":3})"), HasSubstr("400 invalid_argument"));
}

TEST_F(NativeApiTest, SourcesTellsWhoSends) {
    serve_rows();
    const auto found =
        answer("sources", R"({"from":"2025-11-24","to":"2025-11-26"})").at("sources").as_array();
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].at("index"), "mes-prod");
    EXPECT_EQ(found[1].at("index"), "mes-test");
    EXPECT_EQ(found[1].at("violations"), 1);
    EXPECT_EQ(found[2].at("service_name"), "Shop API");
    EXPECT_EQ(found[2].at("events"), 2);
    EXPECT_EQ(found[2].at("errors"), 1);
    EXPECT_EQ(answer("sources", "{}").at("sources").as_array().size(), 0u);
}

TEST_F(NativeApiTest, StoreTellsItsSizes) {
    serve_rows();
    const auto found = answer("store", "{}");
    EXPECT_EQ(found.at("status"), "ok");
    EXPECT_EQ(found.at("rows"), 4);
    EXPECT_EQ(found.at("indices").as_array().size(), 3u);
    EXPECT_GT(found.at("memory_resident_bytes").as_int64(), 0);
}

TEST_F(NativeApiTest, SearchGivesRowsNewestFirst) {
    serve_rows();
    const auto found = answer("search", R"({"query":"level: INFO","index":"*-prod"})");
    const auto& rows = found.at("rows").as_array();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_TRUE(found.at("next_cursor").is_null());
    const auto& first = rows[0].as_object();
    EXPECT_EQ(first.at("index").as_string(), "mes-prod");
    EXPECT_EQ(first.at("seq").as_int64(), 3);
    EXPECT_EQ(first.at("timestamp").as_string(), "2025-11-24T16:03:00Z");
    EXPECT_EQ(json::serialize(first.at("fields").at("tags")), R"(["b","a"])");
    EXPECT_FALSE(first.contains("violations"));
    EXPECT_TRUE(first.at("source").is_object());
}

TEST_F(NativeApiTest, ARowHasItsIdItsViolationsAndNoOwnFields) {
    serve_rows();
    const auto found = answer("search", R"({"index":"mes-test"})");
    const auto& row = found.at("rows").as_array().at(0).as_object();
    EXPECT_EQ(row.at("id").as_string(), "client-id");
    EXPECT_EQ(json::serialize(row.at("violations")), R"(["user_id: required, missing"])");
    for (const auto& field : row.at("fields").as_object())
        EXPECT_NE(field.key().front(), '_') << field.key();
}

TEST_F(NativeApiTest, ValuesOfSeveralTypesAreOneField) {
    serve_rows();
    const auto found = answer("search", R"({"query":"level: ERROR"})");
    const auto& took = found.at("rows").as_array().at(0).at("fields").at("took").as_array();
    ASSERT_EQ(took.size(), 2u);
    EXPECT_EQ(took[0].to_number<double>() + took[1].to_number<double>(), 5.5);
}

TEST_F(NativeApiTest, GetAndPostAreTheSame) {
    serve_rows();
    auto request = request_of("GET", "/_trail/v1/count");
    request.query = {{"query", "service_name: \"MES API\""}};
    EXPECT_EQ(send(std::move(request)).body, R"({"count":2})");
    EXPECT_EQ(post("count", R"({"query":"service_name: \"MES API\""})").body, R"({"count":2})");
    EXPECT_EQ(send(request_of("DELETE", "/_trail/v1/count")).status, 405);
}

TEST_F(NativeApiTest, SortsByAField) {
    serve_rows();
    for (const char* const order : {"asc", "desc"}) {
        std::vector<std::string> seen;
        std::string cursor;
        do {
            const auto found = answer(
                "search",
                fmt::format(R"({{"limit":2,"sort":"service_name","order":"{}","cursor":"{}"}})",
                            order, cursor));
            for (const auto& row : found.at("rows").as_array())
                seen.emplace_back(row.at("fields").at("service_name").as_string());
            const auto& next = found.at("next_cursor");
            cursor = next.is_null() ? "" : next.as_string().c_str();
        } while (!cursor.empty());
        EXPECT_GT(seen.size(), 2U);
        EXPECT_NE(seen.front(), seen.back());
        if (std::string_view(order) == "desc") std::reverse(seen.begin(), seen.end());
        EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    }
}

TEST_F(NativeApiTest, PagesFollowEachOther) {
    serve_rows();
    std::vector<std::int64_t> seen;
    std::string cursor;
    for (int page = 0; page < 4; ++page) {
        const auto found =
            answer("search", R"({"limit":2,"order":"asc","cursor":")" + cursor + "\"}");
        for (const auto& row : found.at("rows").as_array())
            seen.push_back(row.at("seq").as_int64());
        if (found.at("next_cursor").is_null()) break;
        cursor = found.at("next_cursor").as_string().c_str();
    }
    EXPECT_THAT(seen, testing::ElementsAre(1, 2, 3, 4));
}

TEST_F(NativeApiTest, APageOfLargeRowsEndsEarly) {
    auto snapshot = std::make_shared<MemorySnapshot>();
    std::vector<Row> rows;
    // A value is twice in the answer. The fourth row alone is more than a page.
    for (const std::size_t kilobytes : {800, 800, 800, 5000, 1, 1, 1300, 900}) {
        rows.push_back(event_row(rows.size() + 1, "shop-prod", "Shop API", "INFO"));
        rows.back().with("text", std::string(kilobytes << 10, 'x'));
    }
    snapshot->add(rows);
    serve(std::move(snapshot));
    std::vector<std::vector<std::int64_t>> pages;
    std::string cursor;
    do {
        const auto response =
            post("search", R"({"limit":6,"order":"asc","cursor":")" + cursor + "\"}");
        const auto page = json::parse(response.body).as_object();
        pages.emplace_back();
        for (const auto& row : page.at("rows").as_array())
            pages.back().push_back(row.at("seq").as_int64());
        EXPECT_TRUE(pages.back().size() == 1 || response.body.size() < (4 << 20) + 1000);
        const auto* next = page.at("next_cursor").if_string();
        cursor = next == nullptr ? "" : std::string(*next);
    } while (!cursor.empty());
    EXPECT_THAT(pages, testing::ElementsAre(testing::ElementsAre(1, 2), testing::ElementsAre(3),
                                            testing::ElementsAre(4), testing::ElementsAre(5, 6, 7),
                                            testing::ElementsAre(8)));
}

TEST_F(NativeApiTest, ErrorsPointIntoTheQuery) {
    serve_rows();
    const auto response = post("search", R"({"query":"level: INFO and )"
                                         R"((level:"})");
    EXPECT_EQ(response.status, 400);
    const auto error = json::parse(response.body).at("error").as_object();
    EXPECT_EQ(error.at("code").as_string(), "invalid_argument");
    EXPECT_GE(error.at("position").at("offset").as_int64(), 16);
    EXPECT_GE(error.at("position").at("length").as_int64(), 1);
}

TEST_F(NativeApiTest, WrongParametersAreRefused) {
    serve_rows();
    EXPECT_THAT(error("search", R"({"qery":"x"})"),
                HasSubstr("400 invalid_argument there is no parameter 'qery'"));
    EXPECT_THAT(error("search", R"({"limit":10001})"), HasSubstr("a whole number from 0 to 10000"));
    EXPECT_THAT(error("search", R"({"order":"up"})"), HasSubstr("expected desc or asc"));
    EXPECT_THAT(error("search", R"({"cursor":"x"})"), HasSubstr("400 invalid_argument"));
    EXPECT_THAT(error("search", R"({"from":"soon"})"), HasSubstr("400 invalid_argument"));
    EXPECT_THAT(error("search", "["), HasSubstr("this is not JSON"));
    EXPECT_THAT(error("histogram", R"({"interval":"often"})"), HasSubstr("parameter 'interval'"));
    EXPECT_THAT(error("facets", "{}"), HasSubstr("expected 1 to 100 field names, found 0"));
    EXPECT_THAT(error("aggregate", R"({"order_by":1})"), HasSubstr("400 invalid_argument"));
    EXPECT_THAT(error("catalog", R"({"x":1})"), HasSubstr("400 invalid_argument"));
}

TEST_F(NativeApiTest, HistogramCountsEveryBucket) {
    serve_rows();
    const auto found =
        answer("histogram", R"({"interval":"1m","by":"level","from":"2025-11-24T16:00:00Z",)"
                            R"("to":"2025-11-24T16:10:00Z"})");
    EXPECT_EQ(found.at("total").as_int64(), 4);
    EXPECT_EQ(found.at("interval_ms").as_int64(), 60'000);
    EXPECT_EQ(found.at("from").as_int64(), noon / base::millisecond);
    EXPECT_EQ(json::serialize(found.at("series")), R"(["INFO","ERROR"])");
    const auto& buckets = found.at("buckets").as_array();
    ASSERT_EQ(buckets.size(), 10u);
    EXPECT_EQ(json::serialize(buckets[2]),
              R"({"start":1764000120000,"count":1,"by":{"INFO":0,"ERROR":1}})");
    EXPECT_EQ(buckets[9].at("count").as_int64(), 0);
}

TEST_F(NativeApiTest, FacetsCountValues) {
    serve_rows();
    const auto found = answer("facets", R"({"fields":"service_name,order_id","size":1})");
    EXPECT_EQ(found.at("total").as_int64(), 4);
    const auto& service = found.at("facets").at(0).as_object();
    EXPECT_EQ(service.at("field").as_string(), "service_name");
    EXPECT_EQ(service.at("distinct").as_int64(), 2);
    EXPECT_EQ(service.at("other").as_int64(), 2);
    EXPECT_EQ(json::serialize(service.at("values")), R"([{"value":"MES API","count":2}])");
    EXPECT_EQ(found.at("facets").at(1).at("missing").as_int64(), 3);
}

TEST_F(NativeApiTest, ValuesBeginWithThePrefixInAnyCase) {
    serve_rows();
    EXPECT_EQ(post("values", R"({"field":"service_name","prefix":"mES"})").body,
              R"({"field":"service_name","values":[{"value":"MES API","count":2}],"more":false})");
    const auto first = answer("values", R"({"field":"level","size":1})");
    EXPECT_EQ(json::serialize(first.at("values")), R"([{"value":"INFO","count":3}])");
    EXPECT_TRUE(first.at("more").as_bool());
    EXPECT_EQ(post("values", R"({"field":"took","prefix":"2."})").body,
              R"({"field":"took","values":[{"value":2.5,"count":1}],"more":false})");
    EXPECT_EQ(json::serialize(answer("values", R"({"field":"level","index":"none"})").at("values")),
              "[]");
    EXPECT_THAT(error("values", "{}"), HasSubstr("field: expected the name of a field"));
    EXPECT_THAT(error("values", R"({"field":"level","size":101})"), HasSubstr("from 1 to 100"));
}

TEST_F(NativeApiTest, ContextIsWhatLiesAroundAnEvent) {
    auto snapshot = std::make_shared<MemorySnapshot>();
    std::vector<Row> rows;
    for (std::uint64_t at = 1; at <= 30; ++at) {
        rows.push_back(event_row(at, "shop-prod", at % 2 == 0 ? "Shop API" : "Cart", "INFO"));
        rows.back().time = noon;  // ties: the sequence number decides
    }
    snapshot->add(rows);
    serve(std::move(snapshot));
    const auto sequences = [](const json::value& list) {
        std::vector<std::int64_t> found;
        for (const auto& row : list.as_array()) found.push_back(row.at("seq").as_int64());
        return found;
    };
    const std::string id = event::id_of(14);
    auto found =
        answer("context", R"({"index":"shop-prod","id":")" + id + R"(","before":3,"after":2})");
    EXPECT_THAT(sequences(found.at("before")), testing::ElementsAre(8, 10, 12));
    EXPECT_EQ(found.at("event").at("seq").as_int64(), 14);
    EXPECT_THAT(sequences(found.at("after")), testing::ElementsAre(16, 18));
    EXPECT_EQ(json::serialize(found.at("by")), R"({"service_name":"Shop API"})");
    found = answer("context", R"({"index":"shop-prod","id":")" + id + R"(","before":2,"by":""})");
    EXPECT_THAT(sequences(found.at("before")), testing::ElementsAre(12, 13));
    EXPECT_EQ(found.at("after").as_array().size(), 16u);
    EXPECT_THAT(error("context", R"({"index":"shop-prod","id":"gone"})"),
                HasSubstr("404 not_found there is no event 'gone'"));
    EXPECT_THAT(error("context", R"({"id":"x"})"), HasSubstr("400 invalid_argument"));
}

TEST_F(NativeApiTest, AggregateGroups) {
    serve_rows();
    const auto found =
        answer("aggregate", R"({"group_by":["service_name"],"metrics":[{"op":"count"}]})");
    EXPECT_EQ(json::serialize(found.at("columns")), R"(["service_name","count"])");
    EXPECT_EQ(found.at("rows").as_array().size(), 2u);
    EXPECT_EQ(found.at("groups").as_int64(), 2);
}

TEST_F(NativeApiTest, FieldsIndicesAndCatalog) {
    serve_rows();
    const auto fields = answer("fields", R"({"index":"shop-*"})").at("fields").as_array();
    bool found = false;
    for (const auto& field : fields) {
        EXPECT_NE(field.at("name").as_string(), "tags");
        if (field.at("name").as_string() != "order_id") continue;
        found = true;
        EXPECT_EQ(json::serialize(field),
                  R"({"name":"order_id","types":["string"],"kind":"keyword"})");
    }
    EXPECT_TRUE(found);

    const auto indices = answer("indices", R"({"index":"mes-*"})").at("indices").as_array();
    ASSERT_EQ(indices.size(), 2u);
    EXPECT_EQ(indices[0].at("name").as_string(), "mes-prod");
    EXPECT_EQ(indices[0].at("rows").as_int64(), 1);
    EXPECT_EQ(indices[0].at("from").as_int64(), noon / base::millisecond + 3 * 60'000);

    const auto catalog = answer("catalog", "");
    EXPECT_EQ(catalog.at("name").as_string(), "made-to-order");
    EXPECT_FALSE(catalog.at("event_types").as_array().empty());
    EXPECT_FALSE(catalog.at("states").as_array().empty());
    EXPECT_FALSE(catalog.at("fields").as_array().empty());
}

TEST_F(NativeApiTest, TheDocumentNamesEveryPathThatAnswers) {
    serve_rows();
    const auto response = send(request_of("GET", "/_trail/v1/openapi.json"));
    ASSERT_EQ(response.status, 200);
    const auto document = json::parse(response.body).as_object();
    EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
    EXPECT_EQ(document.at("paths").as_object().size(), endpoints().size());
    for (const auto& path : document.at("paths").as_object()) {
        std::string address(path.key());
        for (std::size_t open; (open = address.find('{')) != std::string::npos;)
            address.replace(open, address.find('}') - open + 1, "ORD-1");
        // Traces are not there: trace_test.cpp.
        const bool missing = address.find("/traces/ORD-1") != std::string::npos;
        EXPECT_EQ(send(request_of("GET", address)).status == 404, missing) << address;
        const bool posts = path.value().as_object().contains("post");
        EXPECT_EQ(send(request_of("POST", address)).status == 405, !posts) << address;
        const auto& get = path.value().at("get");
        for (const auto& parameter : get.at("parameters").as_array()) {
            const auto* schema = parameter.as_object().if_contains("schema");
            if (schema == nullptr) continue;
            const auto* fallback = schema->as_object().if_contains("default");
            if (fallback == nullptr || !schema->as_object().contains("minimum")) continue;
            EXPECT_TRUE(fallback->is_int64()) << json::serialize(parameter);
        }
    }
    for (const auto& each : endpoints()) EXPECT_EQ(&endpoint(each.name), &each) << each.name;
}

TEST_F(NativeApiTest, AQueryThatTakesTooLongIsStopped) {
    serve(std::make_shared<EndlessSnapshot>(), {100, 10 * base::millisecond, 10});
    EXPECT_THAT(error("search", "{}"), HasSubstr("504 timeout the query took longer than 10 ms"));
}

TEST_F(NativeApiTest, AQueryWhoseClientGoesAwayIsStopped) {
    auto snapshot = std::make_shared<EndlessSnapshot>();
    std::stop_source gone;
    snapshot->on_scan = [&gone] { gone.request_stop(); };
    serve(snapshot, {100, base::hour, 10});
    auto request = request_of("GET", "/_trail/v1/search");
    request.gone = gone.get_token();
    EXPECT_EQ(send(std::move(request)).status, 499);
}

TEST_F(NativeApiTest, TooManyQueriesAreSentAway) {
    serve(std::make_shared<MemorySnapshot>(), {100, base::second, 0});
    const auto response = post("search", "{}");
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(net::header(response.headers, "retry-after"), "1");
}

}  // namespace
}  // namespace api

#include "query/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/testing/memory_snapshot.h"
#include "storage/testing/random_rows.h"

namespace query {
namespace {

using storage::testing::MemorySnapshot;
using storage::testing::Row;
using testing::ElementsAre;

constexpr base::Nanos now = 1'795'515'330'000'000'000;  // 2026-11-24T10:15:30Z

const event::Catalog& catalog() {
    static const event::Catalog loaded =
        event::Catalog::load(ORDERTRAIL_SOURCE_DIR "/catalog/made-to-order.yaml").value();
    return loaded;
}

Selection selected(const std::string& query, const std::string& index = "") {
    Question question;
    question.query = query;
    question.index = index;
    return select(question, catalog(), now).value();
}

Searcher searcher(const std::vector<Row>& rows, Scope scope = Scope::everything(),
                  std::stop_token stop = {}) {
    auto snapshot = std::make_shared<MemorySnapshot>();
    snapshot->add(rows);
    return {snapshot, catalog(), std::move(scope), std::move(stop)};
}

// An event a minute, three levels in turn, in two indices.
std::vector<Row> minutes(std::size_t count) {
    std::vector<Row> rows(count);
    for (std::size_t at = 0; at < count; ++at) {
        rows[at].sequence = at + 1;
        rows[at].time = now - now % base::hour + static_cast<base::Nanos>(at) * base::minute;
        rows[at].index = at % 2 == 0 ? "shop-prod" : "mes-prod";
        const char* const levels[] = {"INFO", "WARN", "INFO", "ERROR"};
        rows[at].with("level", levels[at % 4]);
        rows[at].with("user_id", ("u-" + std::to_string(at % 3)).c_str());
        if (at % 5 != 0) rows[at].with("response_time", static_cast<double>(at));
    }
    return rows;
}

TEST(Search, PagesThroughEverythingOnce) {
    std::vector<Row> rows = minutes(103);
    for (std::size_t at = 0; at < rows.size(); ++at)
        rows[at].time -= rows[at].time % (10 * base::minute);  // ties
    const Searcher search = searcher(rows);
    for (const storage::Order order :
         {storage::Order::newest_first, storage::Order::oldest_first}) {
        for (const std::size_t limit : {1U, 7U, 50U, 103U, 200U}) {
            SearchRequest request;
            request.selection = selected("level: INFO or level: ERROR");
            request.limit = limit;
            request.order = order;
            std::vector<std::uint64_t> seen;
            for (int page = 0; page < 200; ++page) {
                const SearchAnswer answer = search.search(request).value();
                ASSERT_LE(answer.rows.rows(), limit);
                for (const std::uint64_t sequence : answer.rows.sequence) seen.push_back(sequence);
                if (!answer.next_cursor) break;
                ASSERT_EQ(answer.rows.rows(), limit);
                request.cursor = *answer.next_cursor;
            }
            std::vector<std::uint64_t> expected;
            for (const Row& row : rows) {
                if (row.sequence % 4 != 2) expected.push_back(row.sequence);
            }
            if (order == storage::Order::newest_first)
                std::reverse(expected.begin(), expected.end());
            ASSERT_EQ(seen, expected) << limit;
        }
    }
}

TEST(Search, RefusesForeignCursors) {
    const Searcher search = searcher(minutes(20));
    SearchRequest request;
    request.selection = selected("level: INFO");
    request.limit = 2;
    request.cursor = search.search(request).value().next_cursor.value_or("none");
    EXPECT_TRUE(search.search(request));
    request.order = storage::Order::oldest_first;
    EXPECT_FALSE(search.search(request));
    request.order = storage::Order::newest_first;
    request.selection = selected("level: WARN");
    EXPECT_FALSE(search.search(request));
    request.selection = selected("level: INFO", "shop-*");
    EXPECT_FALSE(search.search(request));
    request.cursor = "garbage";
    const auto refused = search.search(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Code::invalid_argument);
}

TEST(Search, KnowsItsLimits) {
    const Searcher search = searcher(minutes(5));
    SearchRequest request;
    request.limit = 10'001;
    EXPECT_FALSE(search.search(request));
    request.limit = 0;
    EXPECT_EQ(search.search(request).value().rows.rows(), 0u);
    EXPECT_FALSE(search.search(request).value().next_cursor);
    request.limit = 1;
    request.order = storage::Order::any;
    EXPECT_FALSE(search.search(request));
}

TEST(Search, TellsIndexAndId) {
    std::vector<Row> rows = minutes(2);
    rows[1].with("_id", "mine");
    SearchRequest request;
    const SearchAnswer answer = searcher(rows).search(request).value();
    ASSERT_EQ(answer.rows.rows(), 2u);
    EXPECT_EQ(row_id(answer.rows, 0), "mine");
    EXPECT_EQ(row_id(answer.rows, 1), "~1");
    EXPECT_EQ(text_of(value_of(answer.rows, "_index", 0)), "mes-prod");
}

TEST(Search, StopsWhenTold) {
    std::stop_source source;
    source.request_stop();
    const Searcher search = searcher(minutes(5), Scope::everything(), source.get_token());
    EXPECT_EQ(search.search({}).error().code, base::Code::cancelled);
    EXPECT_EQ(search.count({}).error().code, base::Code::cancelled);
    EXPECT_EQ(search.histogram({}).error().code, base::Code::cancelled);
    FacetsRequest facets;
    facets.fields = {"level"};
    EXPECT_EQ(search.facets(facets).error().code, base::Code::cancelled);
    EXPECT_EQ(search.aggregate({}).error().code, base::Code::cancelled);
}

TEST(Histogram, FillsWithZerosAndTakesRoundIntervals) {
    std::vector<Row> rows = minutes(120);
    rows.erase(rows.begin() + 30, rows.begin() + 60);
    HistogramRequest request;
    request.buckets = 12;
    const HistogramAnswer answer = searcher(rows).histogram(request).value();
    EXPECT_EQ(answer.interval, 10 * base::minute);
    EXPECT_EQ(answer.from, now - now % base::hour);
    EXPECT_EQ(answer.to, answer.from + 2 * base::hour);
    EXPECT_EQ(answer.total, 90u);
    EXPECT_THAT(answer.counts, ElementsAre(10, 10, 10, 0, 0, 0, 10, 10, 10, 10, 10, 10));
}

TEST(Histogram, StacksTheMostFrequent) {
    HistogramRequest request;
    request.interval = base::hour;
    request.by = "log.level";
    request.series = 2;
    const HistogramAnswer answer = searcher(minutes(120)).histogram(request).value();
    ASSERT_EQ(answer.series.size(), 2u);
    EXPECT_EQ(text_of(answer.series[0].value), "INFO");
    EXPECT_THAT(answer.series[0].counts, ElementsAre(30, 30));
    EXPECT_EQ(text_of(answer.series[1].value), "ERROR");  // as frequent as WARN: by value
    EXPECT_THAT(answer.counts, ElementsAre(60, 60));
}

TEST(Histogram, KeepsTheRangeThatIsAskedFor) {
    HistogramRequest request;
    Question question;
    question.from = "2026-11-24T09:55:00Z";
    question.to = "2026-11-24T10:10:00Z";
    request.selection = select(question, catalog(), now).value();
    request.interval = 10 * base::minute;
    const HistogramAnswer answer = searcher(minutes(60)).histogram(request).value();
    EXPECT_THAT(answer.counts, ElementsAre(0, 10));  // 09:50, 10:00
    request.interval = base::millisecond;
    EXPECT_EQ(searcher(minutes(1)).histogram(request).error().code, base::Code::invalid_argument);
    request.interval = 5;
    EXPECT_FALSE(searcher(minutes(1)).histogram(request));
}

TEST(Histogram, NothingAndTheEndsOfTime) {
    const HistogramAnswer empty = searcher({}).histogram({}).value();
    EXPECT_EQ(empty.total, 0u);
    EXPECT_EQ(empty.from, empty.to);
    EXPECT_TRUE(empty.counts.empty());
    std::vector<Row> rows(2);
    rows[0].sequence = 1;
    rows[0].time = INT64_MIN;
    rows[1].sequence = 2;
    rows[1].time = INT64_MAX - 1;
    const HistogramAnswer wide = searcher(rows).histogram({}).value();
    EXPECT_EQ(wide.total, 2u);
    EXPECT_LE(wide.counts.size(), 62u);
}

TEST(Facets, CountValuesOthersAndMissing) {
    FacetsRequest request;
    request.fields = {"user_id", "level", "response_time", "nothing"};
    request.size = 2;
    const FacetsAnswer answer = searcher(minutes(100)).facets(request).value();
    EXPECT_EQ(answer.total, 100u);
    ASSERT_EQ(answer.facets.size(), 4u);
    const auto& users = answer.facets[0];
    EXPECT_EQ(users.distinct, 3u);
    EXPECT_EQ(users.missing, 0u);
    EXPECT_EQ(text_of(users.values[0].value), "u-0");
    EXPECT_EQ(users.values[0].count, 34u);
    EXPECT_EQ(text_of(users.values[1].value), "u-1");
    EXPECT_EQ(users.other, 33u);
    EXPECT_EQ(answer.facets[1].values[0].count, 50u);
    EXPECT_EQ(answer.facets[2].missing, 20u);
    EXPECT_EQ(answer.facets[2].distinct, 80u);
    EXPECT_EQ(answer.facets[3].missing, 100u);
    EXPECT_EQ(answer.facets[3].distinct, 0u);
    request.fields = {"us*"};
    EXPECT_FALSE(searcher(minutes(1)).facets(request));
}

TEST(AggregateQuery, GroupsSortsAndCuts) {
    AggregateQuery request;
    request.selection = selected("user_id: (u-0 or u-1)");
    request.group_by = {"level", "user_id"};
    request.metrics = {{},
                       {storage::Metric::Operation::max, "response_time", {}},
                       {storage::Metric::Operation::percentiles, "response_time", {50, 100}}};
    request.size = 3;
    const AggregateAnswer answer = searcher(minutes(120)).aggregate(request).value();
    EXPECT_THAT(answer.columns, ElementsAre("level", "user_id", "count", "max(response_time)",
                                            "percentiles(response_time)"));
    ASSERT_EQ(answer.rows.size(), 3u);
    EXPECT_EQ(answer.groups, 6u);
    EXPECT_EQ(text_of(answer.rows[0][0]), "INFO");
    EXPECT_EQ(std::get<std::int64_t>(answer.rows[0][2]), 20);
    EXPECT_EQ(std::get<std::vector<double>>(answer.rows[0][4]).size(), 2u);

    request.order_by = 1;
    const AggregateAnswer by_max = searcher(minutes(120)).aggregate(request).value();
    EXPECT_EQ(std::get<double>(by_max.rows[0][3]), 118.0);
}

TEST(AggregateQuery, GroupsByTime) {
    AggregateQuery request;
    request.interval = base::hour;
    request.group_by = {"_index"};
    const AggregateAnswer answer = searcher(minutes(90)).aggregate(request).value();
    EXPECT_THAT(answer.columns, ElementsAre("_index", "timestamp", "count"));
    ASSERT_EQ(answer.rows.size(), 4u);
    EXPECT_EQ(std::get<Time>(answer.rows[0][1]).nanos, now - now % base::hour);
    EXPECT_EQ(std::get<std::int64_t>(answer.rows[0][2]), 30);
    EXPECT_EQ(std::get<std::int64_t>(answer.rows[3][2]), 15);
}

TEST(AggregateQuery, RefusesWhatMakesNoSense) {
    using Operation = storage::Metric::Operation;
    const Searcher search = searcher(minutes(1));
    const auto refused = [&](auto change) {
        AggregateQuery request;
        change(request);
        const auto answer = search.aggregate(request);
        return !answer && answer.error().code == base::Code::invalid_argument;
    };
    EXPECT_TRUE(refused([](AggregateQuery& request) { request.size = 100'001; }));
    EXPECT_TRUE(refused([](AggregateQuery& request) { request.order_by = 1; }));
    EXPECT_TRUE(refused([](AggregateQuery& request) { request.group_by = {"a*"}; }));
    EXPECT_TRUE(refused([](AggregateQuery& request) { request.group_by = {""}; }));
    EXPECT_TRUE(refused([](AggregateQuery& request) { request.group_by.assign(17, "a"); }));
    EXPECT_TRUE(
        refused([](AggregateQuery& request) { request.metrics = {{Operation::sum, "", {}}}; }));
    EXPECT_TRUE(refused(
        [](AggregateQuery& request) { request.metrics = {{Operation::percentiles, "a", {}}}; }));
    EXPECT_FALSE(refused([](AggregateQuery&) {}));
}

TEST(Fields, AreSortedAndClassed) {
    std::vector<Row> rows(1);
    rows[0]
        .with("order_id", "x")
        .with("message", "x")
        .with("file_size", std::int64_t{1})
        .with("odd", true);
    rows[0]
        .with("odd2", 1.5)
        .with("odd2", "x")
        .with("peer", storage::testing::ip_of("::1"))
        .with("_shape", "{}");
    std::vector<std::string> found;
    const auto fields = searcher(rows).fields({}).value();
    for (const Field& field : fields) {
        found.push_back(field.name + " " + std::string(name_of(field.kind)));
    }
    EXPECT_THAT(found, ElementsAre("file_size number", "message text", "odd boolean", "odd2 text",
                                   "order_id keyword", "peer ip", "timestamp date"));
}

// --- the scope
// ------------------------------------------------------------------------------------------------------

Scope support() {
    return Scope::limited(storage::Predicate::equals_text("_index", "shop-prod"), {"user_*"});
}

TEST(Scope, LimitsEveryQuestion) {
    std::vector<Row> rows = minutes(100);
    rows[0].with("_id", "a").with("_shape", "{\"user_id\":\x01}").with("message", "u-0");
    rows[1].with("_id", "b");
    const Searcher limited = searcher(rows, support());
    EXPECT_EQ(limited.count({}).value(), 50u);
    EXPECT_EQ(limited.count(selected("user_id: *")).value(), 0u);
    EXPECT_EQ(limited.count(selected("not user_id: *")).value(), 50u);
    EXPECT_EQ(limited.count(selected("*: u-1")).value(), 0u);
    EXPECT_EQ(limited.count(selected("u-0")).value(), 1u);
    EXPECT_EQ(limited.count(selected("not level: *")).value(), 0u);

    SearchRequest request;
    request.limit = 1000;
    const SearchAnswer answer = limited.search(request).value();
    EXPECT_EQ(answer.rows.rows(), 50u);
    for (const event::Column& column : answer.rows.columns()) {
        EXPECT_FALSE(column.name.starts_with("user")) << column.name;
        EXPECT_NE(column.name, "_shape");
    }

    FacetsRequest facets;
    facets.fields = {"user_id", "_shape"};
    EXPECT_EQ(limited.facets(facets).value().facets[0].distinct, 0u);
    EXPECT_EQ(limited.facets(facets).value().facets[0].missing, 50u);
    EXPECT_EQ(limited.facets(facets).value().facets[1].distinct, 0u);
    HistogramRequest histogram;
    histogram.by = "user_id";
    EXPECT_TRUE(limited.histogram(histogram).value().series.empty());
    EXPECT_EQ(limited.histogram(histogram).value().total, 50u);
    AggregateQuery aggregate;
    aggregate.metrics = {{storage::Metric::Operation::count_distinct, "user_id", {}}};
    EXPECT_EQ(std::get<std::int64_t>(limited.aggregate(aggregate).value().rows[0][0]), 0);
    const auto fields = limited.fields({}).value();
    for (const Field& field : fields) EXPECT_FALSE(field.name.starts_with("user"));
    const auto indices = limited.indices({}).value();
    ASSERT_EQ(indices.size(), 1u);
    EXPECT_EQ(indices[0].rows, 50u);
    EXPECT_EQ(limited.lookup("shop-prod", {"a"}).value().rows(), 1u);
    EXPECT_TRUE(limited.lookup("shop-prod", {"a"}).value().named("user_id").empty());
    EXPECT_EQ(limited.lookup("mes-prod", {"b"}).value().rows(), 0u);
}

// --- the whole against the plain way
// --------------------------------------------------------------------------------

TEST(Search, AgreesWithThePlainWay) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        storage::testing::Random random(seed);
        const std::vector<Row> rows = random.rows(1 + random.below(120));
        const Searcher search = searcher(rows);
        Selection selection;
        selection.predicate = random.predicate();
        if (random.chance(50))
            selection.range.from = static_cast<base::Nanos>(random.below(4)) * base::hour;
        if (random.chance(50))
            selection.range.to = static_cast<base::Nanos>(2 + random.below(5)) * base::hour;
        if (random.chance(30)) selection.indices = event::IndexPattern("shop-*");

        std::vector<storage::Position> expected;
        std::map<std::string, std::uint64_t> services;
        for (const Row& row : rows) {
            const bool in = row.time >= selection.range.from && row.time < selection.range.to &&
                            selection.indices.matches(row.index) &&
                            storage::testing::fits(selection.predicate, row);
            if (!in) continue;
            expected.push_back({row.time, row.sequence});
            ++services[std::get<std::string>(row.fields.at("area").front())];
        }
        std::sort(expected.rbegin(), expected.rend());

        SearchRequest request;
        request.selection = selection;
        request.limit = 1 + random.below(30);
        std::vector<storage::Position> found;
        for (bool more = true; more;) {
            const SearchAnswer answer = search.search(request).value();
            for (std::uint32_t row = 0; row < answer.rows.rows(); ++row) {
                found.push_back({answer.rows.time[row], answer.rows.sequence[row]});
            }
            more = answer.next_cursor.has_value();
            if (more) request.cursor = *answer.next_cursor;
        }
        ASSERT_EQ(found, expected) << "seed " << seed;
        ASSERT_EQ(search.count(selection).value(), expected.size()) << "seed " << seed;

        HistogramRequest histogram;
        histogram.selection = selection;
        histogram.by = "area";
        const HistogramAnswer buckets = search.histogram(histogram).value();
        ASSERT_EQ(buckets.total, expected.size());
        for (std::size_t at = 0; at < buckets.counts.size(); ++at) {
            const base::Nanos begin =
                buckets.from + static_cast<base::Nanos>(at) * buckets.interval;
            const auto count = std::count_if(
                expected.begin(), expected.end(), [&](const storage::Position& position) {
                    return position.time >= begin && position.time < begin + buckets.interval;
                });
            ASSERT_EQ(buckets.counts[at], static_cast<std::uint64_t>(count)) << "seed " << seed;
            std::uint64_t stacked = 0;
            for (const auto& series : buckets.series) stacked += series.counts[at];
            ASSERT_EQ(stacked, buckets.counts[at]);
        }

        FacetsRequest facets;
        facets.selection = selection;
        facets.fields = {"area"};
        const FacetsAnswer answer = search.facets(facets).value();
        ASSERT_EQ(answer.facets[0].values.size(), services.size());
        for (const auto& entry : answer.facets[0].values)
            ASSERT_EQ(entry.count, services[text_of(entry.value)]);
    }
}

}  // namespace
}  // namespace query

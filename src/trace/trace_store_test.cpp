// Questions about traces, over a store.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trace/service_graph.h"
#include "trace/span_log.h"
#include "trace/trace_finder.h"
#include "trace/trace_search.h"

namespace trace {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TraceStore : public ::testing::Test {
  protected:
    void SetUp() override { snapshot_->add(".spans-prod", order_spans().rows()); }

    query::Searcher searcher(query::Scope scope = query::Scope::everything()) const {
        return {snapshot_, event::Catalog::built_in(), std::move(scope)};
    }
    static query::Selection all_spans(std::string kql = "") {
        query::Question question;
        question.query = std::move(kql);
        question.index = event::span::indices;
        return query::select(question, event::Catalog::built_in(), SpanLog::start).value();
    }
    std::vector<std::string> found(TraceQuery query) const {
        return search_trace_ids(searcher(), query).value();
    }
    static TraceQuery query_of(std::string kql = "") {
        TraceQuery query;
        query.selection = all_spans(std::move(kql));
        return query;
    }

    std::shared_ptr<storage::testing::MemorySnapshot> snapshot_ =
        std::make_shared<storage::testing::MemorySnapshot>();
};

TEST_F(TraceStore, FollowsLinksInBothDirections) {
    for (const char* id : {"t1", "t2"}) {
        const auto trace = find_trace(searcher(), id, true);
        ASSERT_TRUE(trace) << trace.error().message;
        EXPECT_EQ(trace.value().spans.size(), 5U) << id;
        EXPECT_EQ(trace.value().trace_ids.size(), 2U);
        EXPECT_EQ(trace.value().trace_ids[0], id);
        EXPECT_EQ(trace.value().waits.size(), 2U);
        EXPECT_FALSE(trace.value().truncated);
    }
    const auto alone = find_trace(searcher(), "t1", false);
    ASSERT_TRUE(alone);
    EXPECT_EQ(alone.value().spans.size(), 2U);
    EXPECT_THAT(alone.value().trace_ids, ElementsAre("t1"));
}

TEST_F(TraceStore, FollowsSoFarOnly) {
    SpanLog log;
    for (int at = 0; at < 20; ++at) {
        MadeSpan span{.trace_id = "x" + std::to_string(at), .span_id = std::to_string(at)};
        span.links = {{"x" + std::to_string(at + 1), std::to_string(at + 1)}};
        log.add(span);
    }
    auto other = std::make_shared<storage::testing::MemorySnapshot>();
    other->add(".spans-prod", log.rows());
    const query::Searcher asked(other, event::Catalog::built_in(), query::Scope::everything());
    const auto few = find_trace(asked, "x0", true, {.spans = 100, .traces = 4});
    EXPECT_EQ(few.value().trace_ids.size(), 5U);
    EXPECT_TRUE(few.value().truncated);
    const auto all = find_trace(asked, "x10", true);
    EXPECT_EQ(all.value().spans.size(), 20U);  // the goal of the last link was never sent
    EXPECT_FALSE(all.value().truncated);
    EXPECT_TRUE(find_trace(asked, "x0", true, {.spans = 3, .traces = 50}).value().truncated);
}

TEST_F(TraceStore, UnknownTraces) {
    const auto trace = find_trace(searcher(), "t9", true);
    ASSERT_FALSE(trace);
    EXPECT_EQ(trace.error().code, base::Code::not_found);
    EXPECT_THAT(trace.error().message, HasSubstr("'t9'"));
    EXPECT_EQ(normal_trace_id("ABC"), "00000000000000000000000000000abc");
    EXPECT_EQ(normal_trace_id("t9"), "t9");
    EXPECT_EQ(normal_trace_id(std::string(33, 'a')), std::string(33, 'a'));
}

TEST_F(TraceStore, SearchesNewestFirst) {
    EXPECT_THAT(found(query_of()), ElementsAre("t3", "t2", "t1"));
    TraceQuery query = query_of();
    query.limit = 1;
    EXPECT_THAT(found(query), ElementsAre("t3"));
    query = query_of();
    query.service = "MES API";
    EXPECT_THAT(found(query), ElementsAre("t2"));
    query = query_of();
    query.operation = "send";
    query.least_duration = 2 * base::millisecond;
    EXPECT_THAT(found(query), ElementsAre("t1"));
    query.most_duration = 2 * base::millisecond - 1;
    EXPECT_THAT(found(query), IsEmpty());
    EXPECT_THAT(found(query_of("queue_name: orders.approval or span_status: error")),
                ElementsAre("t2"));
}

TEST_F(TraceStore, SummarisesWholeTraces) {
    const auto summaries = summarise(searcher(), {"t2", "t1", "t9"}).value();
    ASSERT_EQ(summaries.size(), 2U);
    EXPECT_EQ(summaries[0].trace_id, "t2");
    EXPECT_EQ(summaries[0].root_service, "MES API");
    EXPECT_EQ(summaries[0].root_name, "process");
    EXPECT_EQ(summaries[0].spans, 3U);
    EXPECT_EQ(summaries[0].errors, 1U);
    EXPECT_EQ(summaries[0].start, SpanLog::start + 812 * base::millisecond);
    EXPECT_EQ(summaries[0].end, SpanLog::start + 1010 * base::millisecond);
    ASSERT_EQ(summaries[0].services.size(), 2U);
    EXPECT_EQ(summaries[0].services[0].name, "CRM API");
    EXPECT_EQ(summaries[1].root_name, "POST /orders");
}

TEST_F(TraceStore, ServicesAndOperations) {
    const auto shares = services(searcher(), all_spans()).value();
    ASSERT_EQ(shares.size(), 3U);
    EXPECT_EQ(shares[1].name, "MES API");
    EXPECT_EQ(shares[1].spans, 2U);
    EXPECT_EQ(shares[1].errors, 1U);
    const auto all = operations(searcher(), all_spans(), "Shop API").value();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[1].name, "POST /orders");
    EXPECT_EQ(all[1].kind, "server");
    EXPECT_EQ(all[1].spans, 1U);
    EXPECT_EQ(all[1].p95, 50.0 * base::millisecond);
    EXPECT_EQ(operations(searcher(), all_spans(), "").value().size(), 4U);
}

TEST_F(TraceStore, GraphOfServices) {
    const auto graph = service_graph(searcher(), all_spans()).value();
    EXPECT_EQ(graph.services.size(), 3U);
    ASSERT_EQ(graph.edges.size(), 2U);
    EXPECT_EQ(graph.edges[0].from, "MES API");
    EXPECT_EQ(graph.edges[0].to, "CRM API");
    EXPECT_EQ(graph.edges[0].queue, "orders.approval");
    EXPECT_EQ(graph.edges[1].from, "Shop API");
    EXPECT_EQ(graph.edges[1].queue, "orders.pricing");
    EXPECT_EQ(graph.edges[1].calls, 1U);
    EXPECT_EQ(graph.edges[1].errors, 1U);
    EXPECT_EQ(graph.edges[1].wait_p95, 800 * base::millisecond);
    EXPECT_FALSE(graph.truncated);
    EXPECT_TRUE(service_graph(searcher(), all_spans(), {.spans = 2}).value().truncated);
}

TEST_F(TraceStore, CountsLogsOfSpans) {
    event::Batch logs;
    const auto add = [&](std::string_view trace_id, std::string_view span_id) {
        const std::uint32_t row = logs.rows();
        logs.time.push_back(SpanLog::start);
        logs.sequence.push_back(100 + row);
        logs.at(logs.column(event::field::trace_id, event::Type::string)).add_text(row, trace_id);
        if (span_id.empty()) return;
        logs.at(logs.column(event::field::span_id, event::Type::string)).add_text(row, span_id);
    };
    add("t1", "a");
    add("t1", "a");
    add("t1", "");
    add("t3", "f");
    snapshot_->add("shop-prod", std::move(logs));
    std::map<std::string, std::uint64_t> counts;
    const auto counted = count_logs(searcher(), {"t1", "t2"});
    for (const auto& each : counted.value()) {
        counts[each.span_id] = each.count;
    }
    EXPECT_EQ(counts, (std::map<std::string, std::uint64_t>{{"", 1}, {"a", 2}}));
}

TEST_F(TraceStore, ShowsOnlyWhatTheAskerMaySee) {
    auto shop = storage::Predicate::equals_text("service_name", "Shop API");
    const auto asked = searcher(query::Scope::limited(std::move(shop), {}));
    EXPECT_EQ(find_trace(asked, "t1", true).value().spans.size(), 2U);
    EXPECT_FALSE(find_trace(asked, "t2", true));
    EXPECT_EQ(services(asked, all_spans()).value().size(), 1U);
    EXPECT_THAT(service_graph(asked, all_spans()).value().edges, IsEmpty());
}

}  // namespace
}  // namespace trace

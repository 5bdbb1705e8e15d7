#include "trace/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "trace/span_log.h"

namespace trace {
namespace {

using ::testing::ElementsAre;

std::vector<Span> spans_of(const SpanLog& log) {
    std::vector<Span> spans;
    read_spans(log.rows(), spans);
    return spans;
}

// "a", "  b": ids, two blanks for each depth.
std::vector<std::string> picture(const Trace& trace) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < trace.spans.size(); ++at) {
        lines.push_back(std::string(2 * trace.depths[at], ' ') + trace.spans[at].span_id);
    }
    return lines;
}

TEST(Trace, PutsChildrenBehindTheirParents) {
    SpanLog log;
    log.add({.trace_id = "t", .span_id = "late", .parent = "root", .start = 30});
    log.add({.trace_id = "t", .span_id = "inner", .parent = "early", .start = 25, .duration = 100});
    log.add({.trace_id = "t", .span_id = "root", .start = 10, .duration = 50});
    log.add({.trace_id = "t", .span_id = "early", .parent = "root", .start = 20});
    log.add({.trace_id = "t", .span_id = "lost", .parent = "unknown", .start = 5});
    const Trace trace = arrange("t", spans_of(log));
    EXPECT_THAT(picture(trace), ElementsAre("lost", "root", "  early", "    inner", "  late"));
    EXPECT_THAT(trace.parents, ElementsAre(-1, -1, 1, 2, 1));
    EXPECT_EQ(trace.start, SpanLog::start + 5);
    EXPECT_EQ(trace.end, SpanLog::start + 125);
}

TEST(Trace, HangsReceiversOnTheirSenders) {
    const Trace trace = arrange("t1", spans_of(order_spans()));
    EXPECT_THAT(picture(trace), ElementsAre("a", "  b", "    c", "      d", "        e", "f"));
    ASSERT_EQ(trace.waits.size(), 2U);
    EXPECT_EQ(trace.waits[0].queue, "orders.pricing");
    EXPECT_EQ(trace.waits[0].from, 1U);
    EXPECT_EQ(trace.waits[0].to, 2U);
    EXPECT_EQ(trace.waits[0].start, SpanLog::start + 12 * base::millisecond);
    EXPECT_EQ(trace.waits[0].duration, 800 * base::millisecond);
    EXPECT_TRUE(trace.waits[0].by_link);
    // The receiver did not say which queue it was: the sender did.
    EXPECT_EQ(trace.waits[1].queue, "orders.approval");
    EXPECT_EQ(trace.waits[1].duration, 99 * base::millisecond);
    EXPECT_FALSE(trace.waits[1].by_link);
}

TEST(Trace, ClocksThatDisagreeGiveNoNegativeWaits) {
    SpanLog log;
    log.add({"t", "a", "", "S", "send", "producer", 100, 50});
    log.add({"t", "b", "a", "M", "process", "consumer", 90, 5});
    const Trace trace = arrange("t", spans_of(log));
    ASSERT_EQ(trace.waits.size(), 1U);
    EXPECT_EQ(trace.waits[0].duration, 0);
}

TEST(Trace, BothSidesOfACallMayShareAnId) {
    SpanLog log;
    log.add({"t", "x", "", "Shop API", "call", "client", 0, 50});
    log.add({"t", "x", "", "CRM API", "answer", "server", 5, 40});
    log.add({"t", "y", "x", "CRM API", "query", "client", 10, 20});
    const Trace trace = arrange("t", spans_of(log));
    EXPECT_THAT(picture(trace), ElementsAre("x", "  x", "    y"));
    EXPECT_EQ(trace.spans[1].service, "CRM API");
}

TEST(Trace, OpensRings) {
    SpanLog log;
    log.add({.trace_id = "t", .span_id = "a", .parent = "b", .start = 1});
    log.add({.trace_id = "t", .span_id = "b", .parent = "c", .start = 2});
    log.add({.trace_id = "t", .span_id = "c", .parent = "a", .start = 3});
    log.add({.trace_id = "t", .span_id = "self", .parent = "self", .start = 4});
    const Trace trace = arrange("t", spans_of(log));
    EXPECT_EQ(trace.spans.size(), 4U);
    EXPECT_EQ(std::count(trace.parents.begin(), trace.parents.end(), Trace::none), 2);
    for (std::size_t at = 0; at < trace.parents.size(); ++at) {
        EXPECT_LT(trace.parents[at], static_cast<std::int32_t>(at));
    }
}

TEST(Trace, ManyAndDeepSpans) {
    SpanLog log;
    constexpr int count = 80'000;
    for (int at = 0; at < count; ++at) {
        log.add({.trace_id = "t",
                 .span_id = std::to_string(at),
                 .parent = at == 0 ? "" : std::to_string(at - 1),
                 .start = at});
    }
    const Trace trace = arrange("t", spans_of(log));
    ASSERT_EQ(trace.spans.size(), std::size_t{count});
    EXPECT_EQ(trace.depths.back(), std::uint32_t{count - 1});
}

TEST(Trace, OfNoSpans) {
    const Trace trace = arrange("t", {});
    EXPECT_TRUE(trace.spans.empty());
    EXPECT_EQ(trace.start, 0);
}

TEST(Span, OnlyItsFirstValueOfAFieldCounts) {
    SpanLog log;
    log.add({.trace_id = "t", .span_id = "a", .duration = 7});
    event::Batch rows = log.rows();
    for (const auto name : {event::field::trace_id, event::span::name}) {
        rows.at(rows.column(name, event::Type::string)).add_text(0, "an attribute");
    }
    rows.at(rows.column(event::span::duration, event::Type::integer)).add_integer(0, 99);
    std::vector<Span> spans;
    read_spans(rows, spans);
    ASSERT_EQ(spans.size(), 1U);
    EXPECT_EQ(spans[0].trace_id, "t");
    EXPECT_EQ(spans[0].name, "work");
    EXPECT_EQ(spans[0].duration, 7);
}

}  // namespace
}  // namespace trace

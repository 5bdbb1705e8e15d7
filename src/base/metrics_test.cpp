#include "base/metrics.h"

#include <gmock/gmock.h>

namespace base {
namespace {

using testing::HasSubstr;

TEST(Metrics, PrintsPrometheusText) {
    Metrics registry;
    registry.counter("events_total", "Events.", {{"index", "shop-\"prod\""}}).add(3);
    registry.counter("events_total", "Events.", {{"index", "shop-\"prod\""}}).add(2);
    registry.gauge("rows", "Rows.", {}, [] { return 7.5; });
    registry.duration("wait_seconds", "Wait.").observe(0.003);

    const std::string text = registry.prometheus_text();
    EXPECT_THAT(
        text,
        HasSubstr("# TYPE events_total counter\nevents_total{index=\"shop-\\\"prod\\\"\"} 5\n"));
    EXPECT_THAT(text, HasSubstr("rows 7.5\n"));
    EXPECT_THAT(text, HasSubstr("wait_seconds_bucket{le=\"0.0025\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("wait_seconds_bucket{le=\"0.005\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("wait_seconds_bucket{le=\"+Inf\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("wait_seconds_count 1\n"));
}

}  // namespace
}  // namespace base

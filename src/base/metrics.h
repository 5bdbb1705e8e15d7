#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// A number that only grows. Thread-safe.
class Counter {
  public:
    void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

// Durations in seconds, counted into fixed buckets from 100 µs to 10 s. Thread-safe.
class DurationHistogram {
  public:
    static constexpr double bounds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                        0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
    void observe(double seconds);

  private:
    friend class Metrics;
    std::atomic<std::uint64_t> buckets_[std::size(bounds) + 1]{};
    std::atomic<std::uint64_t> nanos_{0};
};

using Labels = std::vector<std::pair<std::string, std::string>>;

// The program's own figures, printed in Prometheus' text format. Thread-safe. References stay valid
// for the program's life: look a series up once and keep it, not per event.
class Metrics {
  public:
    // Same name and labels give the same series. `help` is kept from the first call.
    Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
    DurationHistogram& duration(std::string_view name, std::string_view help,
                                const Labels& labels = {});
    // `read` is called at every scrape, for values that live elsewhere; it replaces an earlier one.
    void gauge(std::string_view name, std::string_view help, const Labels& labels,
               std::function<double()> read);
    // Series that are made at each scrape, e.g. one per index.
    using Emit = std::function<void(const Labels&, double)>;
    void gauges(std::string_view name, std::string_view help,
                std::function<void(const Emit&)> read);

    std::string prometheus_text() const;
    // The values of a counter's series added up by one of their labels; empty for unknown ones.
    std::map<std::string, std::uint64_t> sums(std::string_view name, std::string_view label) const;

  private:
    struct Family {
        std::string help;
        std::string type;
        std::map<std::string, std::pair<Labels, std::unique_ptr<Counter>>> counters;
        std::map<std::string, std::unique_ptr<DurationHistogram>> durations;
        std::map<std::string, std::function<double()>> gauges;
        std::function<void(const Emit&)> collect;
    };
    Family& family(std::string_view name, std::string_view help, std::string_view type);

    mutable std::mutex mutex_;
    std::map<std::string, Family> families_;
};

// The program's one registry.
Metrics& metrics();

}  // namespace base

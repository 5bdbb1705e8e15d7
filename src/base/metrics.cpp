#include "base/metrics.h"

#include <fmt/format.h>

#include <iterator>

namespace base {

namespace {

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '\\' || c == '"') out.push_back('\\');
        if (c == '\n') {
            out += "\\n";
        } else {
            out.push_back(c);
        }
    }
}

std::string label_text(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        if (!text.empty()) text.push_back(',');
        text += name;
        text += "=\"";
        append_escaped(text, value);
        text.push_back('"');
    }
    return text;
}

void append_line(std::string& out, std::string_view name, std::string_view labels, double value) {
    if (labels.empty()) {
        out += fmt::format("{} {}\n", name, value);
    } else {
        out += fmt::format("{}{{{}}} {}\n", name, labels, value);
    }
}

}  // namespace

void DurationHistogram::observe(double seconds) {
    std::size_t at = 0;
    while (at < std::size(bounds) && seconds > bounds[at]) ++at;
    buckets_[at].fetch_add(1, std::memory_order_relaxed);
    nanos_.fetch_add(static_cast<std::uint64_t>(seconds * 1e9), std::memory_order_relaxed);
}

Metrics::Family& Metrics::family(std::string_view name, std::string_view help,
                                 std::string_view type) {
    auto& found = families_[std::string(name)];
    if (found.type.empty()) {
        found.help = help;
        found.type = type;
    }
    return found;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
    const std::lock_guard lock(mutex_);
    auto& [kept, series] = family(name, help, "counter").counters[label_text(labels)];
    if (!series) {
        kept = labels;
        series = std::make_unique<Counter>();
    }
    return *series;
}

DurationHistogram& Metrics::duration(std::string_view name, std::string_view help,
                                     const Labels& labels) {
    const std::lock_guard lock(mutex_);
    auto& series = family(name, help, "histogram").durations[label_text(labels)];
    if (!series) series = std::make_unique<DurationHistogram>();
    return *series;
}

void Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels,
                    std::function<double()> read) {
    const std::lock_guard lock(mutex_);
    family(name, help, "gauge").gauges[label_text(labels)] = std::move(read);
}

void Metrics::gauges(std::string_view name, std::string_view help,
                     std::function<void(const Emit&)> read) {
    const std::lock_guard lock(mutex_);
    family(name, help, "gauge").collect = std::move(read);
}

std::string Metrics::prometheus_text() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const auto& [name, family] : families_) {
        out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, family.type);
        for (const auto& [labels, series] : family.counters) {
            append_line(out, name, labels, static_cast<double>(series.second->value()));
        }
        for (const auto& [labels, read] : family.gauges) append_line(out, name, labels, read());
        if (family.collect) {
            family.collect([&out, &name = name](const Labels& labels, double value) {
                append_line(out, name, label_text(labels), value);
            });
        }
        for (const auto& [labels, histogram] : family.durations) {
            std::uint64_t total = 0;
            const std::string comma = labels.empty() ? "" : ",";
            for (std::size_t at = 0; at <= std::size(DurationHistogram::bounds); ++at) {
                total += histogram->buckets_[at].load(std::memory_order_relaxed);
                const std::string bound = at < std::size(DurationHistogram::bounds)
                                              ? fmt::format("{}", DurationHistogram::bounds[at])
                                              : "+Inf";
                append_line(out, name + "_bucket",
                            fmt::format("{}{}le=\"{}\"", labels, comma, bound),
                            static_cast<double>(total));
            }
            append_line(
                out, name + "_sum", labels,
                static_cast<double>(histogram->nanos_.load(std::memory_order_relaxed)) / 1e9);
            append_line(out, name + "_count", labels, static_cast<double>(total));
        }
    }
    return out;
}

std::map<std::string, std::uint64_t> Metrics::sums(std::string_view name,
                                                   std::string_view label) const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::uint64_t> found;
    const auto known = families_.find(std::string(name));
    if (known == families_.end()) return found;
    for (const auto& [text, series] : known->second.counters) {
        for (const auto& [key, value] : series.first) {
            if (key == label) found[value] += series.second->value();
        }
    }
    return found;
}

Metrics& metrics() {
    static Metrics registry;
    return registry;
}

}  // namespace base

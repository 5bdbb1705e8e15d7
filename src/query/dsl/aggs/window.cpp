#include "query/dsl/aggs/window.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace query::dsl {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double mean(std::span<const double> window) {
    return std::accumulate(window.begin(), window.end(), 0.0) / static_cast<double>(window.size());
}

double deviation(std::span<const double> window) {
    const double average = mean(window);
    double squares = 0;
    for (const double value : window) squares += (value - average) * (value - average);
    return std::sqrt(squares / static_cast<double>(window.size()));
}

// Value i of n weighs i; that the weights' sum is one too high is Elasticsearch's way.
double linear(std::span<const double> window) {
    double sum = 0;
    double weights = 1;
    double weight = 1;
    for (const double value : window) {
        sum += value * weight;
        weights += weight;
        ++weight;
    }
    return sum / weights;
}

double exponential(std::span<const double> window, double alpha) {
    double average = window.front();
    for (const double value : window.subspan(1)) average = value * alpha + average * (1 - alpha);
    return average;
}

// Holt's double exponential smoothing: a level and a trend, which begins flat.
double holt(std::span<const double> window, double alpha, double beta) {
    double level = window.front();
    double trend = 0;
    for (std::size_t at = 1; at < window.size(); ++at) {
        const double before = level;
        level = alpha * window[at] + (1 - alpha) * (before + trend);
        trend = beta * (level - before) + (1 - beta) * trend;
    }
    return level;
}

}  // namespace

double window_value(const std::string& function, std::span<const double> window,
                    const std::vector<double>& arguments) {
    if (function == "sum") return std::accumulate(window.begin(), window.end(), 0.0);
    if (window.empty()) return none;
    if (function == "max") return *std::max_element(window.begin(), window.end());
    if (function == "min") return *std::min_element(window.begin(), window.end());
    if (function == "stdDev") return deviation(window);
    if (function == "linearWeightedAvg") return linear(window);
    if (function == "ewma") return exponential(window, arguments[0]);
    if (function == "holt") return holt(window, arguments[0], arguments[1]);
    return mean(window);
}

}  // namespace query::dsl

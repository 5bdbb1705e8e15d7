#include "storage/percentiles.h"

#include <algorithm>
#include <cmath>

namespace storage {

namespace {

// Bucket i holds the values in (growth^(i-1), growth^i]; its middle is within `accuracy` of each.
constexpr double accuracy = 0.005;
constexpr double growth = (1 + accuracy) / (1 - accuracy);
const double log_growth = std::log(growth);

std::int32_t bucket_of(double value) {
    return static_cast<std::int32_t>(std::ceil(std::log(value) / log_growth));
}

// So many percentiles are found faster one by one than by sorting.
constexpr int partial_limit = 4;

double middle_of(std::int32_t bucket) { return 2 * std::exp(bucket * log_growth) / (growth + 1); }

}  // namespace

void Percentiles::Side::add(std::int32_t bucket, std::uint64_t count) {
    if (counts.empty()) {
        first = bucket;
    } else if (bucket < first) {
        counts.insert(counts.begin(), static_cast<std::size_t>(first - bucket), 0);
        first = bucket;
    }
    const auto at = static_cast<std::size_t>(bucket - first);
    if (at >= counts.size()) counts.resize(at + 1, 0);
    counts[at] += count;
}

void Percentiles::add(double value) {
    if (!std::isfinite(value)) return;
    least_ = count_ == 0 ? value : std::min(least_, value);
    most_ = count_ == 0 ? value : std::max(most_, value);
    ++count_;
    if (!sketch_ && values_.size() < exact_limit) {
        values_.push_back(value);
        sorted_ = false;
        return;
    }
    begin_sketch();
    add_to_sketch(value);
}

void Percentiles::add_to_sketch(double value) {
    if (value > 0) {
        positive_.add(bucket_of(value), 1);
    } else if (value < 0) {
        negative_.add(bucket_of(-value), 1);
    } else {
        ++zeros_;
    }
}

void Percentiles::begin_sketch() {
    if (sketch_) return;
    sketch_ = true;
    for (const double value : values_) add_to_sketch(value);
    std::vector<double>().swap(values_);
}

void Percentiles::compact(std::size_t limit) {
    if (values_.size() > limit) begin_sketch();
}

void Percentiles::merge(const Percentiles& other) {
    if (!other.sketch_) {
        for (const double value : other.values_) add(value);
        return;
    }
    begin_sketch();
    least_ = count_ == 0 ? other.least_ : std::min(least_, other.least_);
    most_ = count_ == 0 ? other.most_ : std::max(most_, other.most_);
    count_ += other.count_;
    zeros_ += other.zeros_;
    const auto merge_side = [](Side& to, const Side& from) {
        for (std::size_t at = 0; at < from.counts.size(); ++at) {
            if (from.counts[at] != 0)
                to.add(from.first + static_cast<std::int32_t>(at), from.counts[at]);
        }
    };
    merge_side(negative_, other.negative_);
    merge_side(positive_, other.positive_);
}

double Percentiles::at(double percent) {
    percent = std::clamp(percent, 0.0, 100.0);
    if (sketch_) return sketched(percent);
    const double rank = percent / 100 * static_cast<double>(values_.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const double part = rank - static_cast<double>(below);
    if (!sorted_ && ++asked_ > partial_limit) {
        std::sort(values_.begin(), values_.end());
        sorted_ = true;
    }
    const auto place = values_.begin() + static_cast<std::ptrdiff_t>(below);
    if (!sorted_) std::nth_element(values_.begin(), place, values_.end());
    if (part == 0 || below + 1 == values_.size()) return *place;
    const double above = sorted_ ? *(place + 1) : *std::min_element(place + 1, values_.end());
    return *place + part * (above - *place);
}

double Percentiles::sketched(double percent) const {
    const double rank = percent / 100 * static_cast<double>(count_ - 1);
    const auto within = [this](double value) { return std::clamp(value, least_, most_); };
    double passed = 0;
    for (std::size_t at = negative_.counts.size(); at-- > 0;) {
        passed += static_cast<double>(negative_.counts[at]);
        if (passed > rank)
            return within(-middle_of(negative_.first + static_cast<std::int32_t>(at)));
    }
    passed += static_cast<double>(zeros_);
    if (passed > rank) return 0;
    for (std::size_t at = 0; at < positive_.counts.size(); ++at) {
        passed += static_cast<double>(positive_.counts[at]);
        if (passed > rank)
            return within(middle_of(positive_.first + static_cast<std::int32_t>(at)));
    }
    return most_;
}

}  // namespace storage

#include "storage/aggregate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "storage/group_keys.h"
#include "storage/percentiles.h"
#include "storage/testing/random_rows.h"

namespace storage {
namespace {

using testing::Random;
using testing::Row;
using testing::Stamp;
using testing::Value;
using Operation = Metric::Operation;

// An answer in a form that sorts and compares: keys (nothing: no value), then metrics as texts.
using Group = std::vector<std::string>;

std::string text_of(const Value& value) {
    std::string text = testing::overflow_text(value);
    if (const auto* number = std::get_if<double>(&value))
        text = std::to_string(*number == 0 ? 0.0 : *number);
    return std::string(event::name_of(testing::type_of(value))) + " " + text;
}

std::string cell(const event::Batch& batch, const std::string& name, std::uint32_t row) {
    std::string text;
    for (const std::size_t position : batch.named(name)) {
        const event::Column& column = batch.columns()[position];
        const auto [first, last] = column.values_of(row);
        for (std::size_t value = first; value < last; ++value) {
            if (!text.empty()) text += ", ";
            switch (column.type) {
                case event::Type::string:
                    text += text_of(std::string(column.text(value)));
                    break;
                case event::Type::number:
                    text += text_of(column.numbers[value]);
                    break;
                case event::Type::ip:
                    text += text_of(column.ips[value]);
                    break;
                case event::Type::boolean:
                    text += text_of(column.integers[value] != 0);
                    break;
                case event::Type::timestamp:
                    text += text_of(Stamp{column.integers[value]});
                    break;
                default:
                    text += text_of(column.integers[value]);
            }
        }
    }
    return text.empty() ? "-" : text;
}

std::vector<Group> groups_of(const event::Batch& batch, const AggregateSpec& spec) {
    std::vector<Group> groups;
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        Group group;
        for (std::size_t key = 0; key < spec.keys.size(); ++key) {
            group.push_back(cell(batch, "key" + std::to_string(key), row));
        }
        for (std::size_t metric = 0; metric < spec.metrics.size(); ++metric) {
            group.push_back(cell(batch, "metric" + std::to_string(metric), row));
        }
        groups.push_back(std::move(group));
    }
    std::sort(groups.begin(), groups.end());
    return groups;
}

// --- the plain way
// --------------------------------------------------------------------------------------------------

std::vector<Value> values_of(const Row& row, const std::string& field) {
    if (field == "timestamp") return {Stamp{row.time}};
    if (field == "_index") return {Value(row.index)};
    const auto found = row.fields.find(field);
    return found == row.fields.end() ? std::vector<Value>() : found->second;
}

std::vector<std::string> keys_of(const Row& row, const GroupKey& key) {
    std::set<std::string> keys;
    for (const Value& value : values_of(row, key.field)) {
        const auto* stamp = std::get_if<Stamp>(&value);
        if (!key.borders.empty()) {
            for (std::size_t at = key.borders.size(); stamp != nullptr && at-- > 0;) {
                if (key.borders[at] > stamp->nanos) continue;
                keys.insert(text_of(Stamp{key.borders[at]}));
                break;
            }
        } else if (key.step > 0) {
            if (!std::holds_alternative<std::int64_t>(value) &&
                !std::holds_alternative<double>(value))
                continue;
            const auto number = static_cast<double>(storage::testing::naive::number_of(value));
            keys.insert(
                text_of(std::floor((number - key.origin) / key.step) * key.step + key.origin));
        } else if (key.as_numbers && std::holds_alternative<std::int64_t>(value)) {
            keys.insert(text_of(static_cast<double>(std::get<std::int64_t>(value))));
        } else if (key.interval == 0) {
            keys.insert(text_of(value));
        } else if (stamp != nullptr) {
            const auto bucket = static_cast<base::Nanos>(
                std::floor(static_cast<long double>(stamp->nanos - key.offset) / key.interval));
            keys.insert(text_of(Stamp{bucket * key.interval + key.offset}));
        }
    }
    if (keys.empty() && key.missing_group) {
        const auto* text = std::get_if<std::string>(&key.instead);
        const auto* integer = std::get_if<std::int64_t>(&key.instead);
        const auto* number = std::get_if<double>(&key.instead);
        const auto* truth = std::get_if<bool>(&key.instead);
        keys.insert(text != nullptr      ? text_of(*text)
                    : integer != nullptr ? text_of(Stamp{*integer})
                    : number != nullptr  ? text_of(*number)
                    : truth != nullptr   ? text_of(*truth)
                                         : "-");
    }
    return {keys.begin(), keys.end()};
}

std::string naive_metric(const Metric& metric, const std::vector<const Row*>& rows) {
    if (metric.operation == Operation::count && metric.field.empty()) {
        return text_of(static_cast<std::int64_t>(rows.size()));
    }
    std::vector<Value> values;
    for (const Row* row : rows) {
        for (const Value& value : values_of(*row, metric.field)) values.push_back(value);
    }
    if (metric.operation == Operation::count)
        return text_of(static_cast<std::int64_t>(values.size()));
    if (metric.operation == Operation::count_distinct) {
        std::set<std::string> distinct;
        for (const Value& value : values) distinct.insert(text_of(value));
        return text_of(static_cast<std::int64_t>(distinct.size()));
    }
    std::vector<double> numbers;
    std::vector<base::Nanos> times;
    for (const Value& value : values) {
        if (const auto* integer = std::get_if<std::int64_t>(&value))
            numbers.push_back(static_cast<double>(*integer));
        if (const auto* number = std::get_if<double>(&value)) numbers.push_back(*number);
        if (const auto* stamp = std::get_if<Stamp>(&value)) times.push_back(stamp->nanos);
    }
    std::sort(numbers.begin(), numbers.end());
    std::sort(times.begin(), times.end());
    const bool maximum = metric.operation == Operation::max;
    if (numbers.empty()) {
        if (times.empty() || !(maximum || metric.operation == Operation::min)) return "-";
        return text_of(Stamp{maximum ? times.back() : times.front()});
    }
    if (metric.operation == Operation::percentiles) {
        std::string text;
        for (const double percent : metric.percents) {
            const double rank = percent / 100 * static_cast<double>(numbers.size() - 1);
            const auto below = static_cast<std::size_t>(rank);
            const double above = numbers[std::min(below + 1, numbers.size() - 1)];
            text += (text.empty() ? "" : ", ") +
                    text_of(numbers[below] +
                            (rank - static_cast<double>(below)) * (above - numbers[below]));
        }
        return text;
    }
    long double sum = 0;
    for (const double number : numbers) sum += number;
    if (metric.operation == Operation::sum) return text_of(static_cast<double>(sum));
    if (metric.operation == Operation::sum_of_squares) {
        sum = 0;
        for (const double number : numbers) sum += static_cast<long double>(number) * number;
        return text_of(static_cast<double>(sum));
    }
    if (metric.operation == Operation::avg)
        return text_of(static_cast<double>(sum / numbers.size()));
    return text_of(maximum ? numbers.back() : numbers.front());
}

void naive_groups(const AggregateSpec& spec, const std::vector<Row>& rows, const Group& before,
                  std::size_t key, std::map<Group, std::vector<const Row*>>& groups,
                  const Row& row) {
    if (key == spec.keys.size()) {
        groups[before].push_back(&row);
        return;
    }
    for (const std::string& one : keys_of(row, spec.keys[key])) {
        Group next = before;
        next.push_back(one);
        naive_groups(spec, rows, next, key + 1, groups, row);
    }
}

std::vector<Group> naive(const AggregateSpec& spec, const std::vector<Row>& rows) {
    std::map<Group, std::vector<const Row*>> groups;
    if (spec.keys.empty()) groups[{}] = {};
    for (const Row& row : rows) naive_groups(spec, rows, {}, 0, groups, row);
    std::vector<Group> answer;
    for (const auto& [keys, members] : groups) {
        Group group = keys;
        for (const Metric& metric : spec.metrics) group.push_back(naive_metric(metric, members));
        answer.push_back(std::move(group));
    }
    std::sort(answer.begin(), answer.end());
    return answer;
}

// --- random requests
// ------------------------------------------------------------------------------------------------

AggregateSpec random_spec(Random& random) {
    static const std::vector<std::string> fields = {"level",     "message", "status", "price",
                                                    "tags",      "peer",    "area",   "_index",
                                                    "timestamp", "nothing"};
    AggregateSpec spec;
    for (std::size_t count = random.below(4); count > 0; --count) {
        GroupKey key;
        key.field = random.one_of(fields);
        key.missing_group = random.chance(40);
        if (random.chance(30)) {
            key.field = random.chance(80) ? "timestamp" : "at";
            key.interval = base::hour * static_cast<base::Nanos>(1 + random.below(3));
            key.offset = static_cast<base::Nanos>(random.below(3)) * base::minute;
            if (random.chance(30)) {
                key.interval = 0;
                key.borders = {-base::hour, 0, base::hour, 30 * base::hour, 31 * base::hour};
            }
        } else if (random.chance(20)) {
            key.field = random.one_of(std::vector<std::string>{"small", "status", "message"});
            key.step = 2.5;
            key.origin = 0.5;
        } else if (random.chance(20)) {
            key.field = random.one_of(std::vector<std::string>{"small", "status", "level"});
            key.as_numbers = true;
        }
        if (key.missing_group && random.chance(50)) {
            // Values that rows have too.
            if (key.step > 0) {
                key.instead = 8.0;
            } else if (key.interval > 0 || !key.borders.empty()) {
                key.instead = std::int64_t{base::hour};
            } else if (random.chance(50)) {
                key.instead = std::string("created");
            } else if (!key.as_numbers) {
                key.instead = random.chance(50);
            } else {
                key.instead = 3.0;
            }
        }
        spec.keys.push_back(key);
    }
    for (std::size_t count = 1 + random.below(3); count > 0; --count) {
        Metric metric;
        metric.operation = static_cast<Operation>(random.below(8));
        // Sums of huge numbers of both signs depend on their order.
        metric.field = random.one_of(fields);
        if (metric.operation == Operation::sum || metric.operation == Operation::avg ||
            metric.operation == Operation::sum_of_squares)
            metric.field = "small";
        if (metric.operation == Operation::count && random.chance(60)) metric.field.clear();
        if (metric.operation == Operation::percentiles) metric.percents = {0, 33, 50, 99, 100};
        spec.metrics.push_back(metric);
    }
    return spec;
}

// min and max of integers and numbers answer in the value's type; the plain way only knows numbers.
std::vector<Group> without_types(std::vector<Group> groups, const AggregateSpec& spec) {
    for (Group& group : groups) {
        for (std::size_t at = 0; at < spec.metrics.size(); ++at) {
            const Operation operation = spec.metrics[at].operation;
            std::string& text = group[spec.keys.size() + at];
            if ((operation == Operation::min || operation == Operation::max) &&
                text.starts_with("integer ")) {
                text = "number " + std::to_string(static_cast<double>(std::stoll(text.substr(8))));
            }
        }
    }
    std::sort(groups.begin(), groups.end());
    return groups;
}

TEST(Aggregate, AgreesWithThePlainWay) {
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        Random random(seed);
        const AggregateSpec spec = random_spec(random);
        std::vector<Row> all;
        Aggregator total(spec);
        for (int part = 0; part < 3; ++part) {
            // Two blocks per part: one goes straight into the total, one by way of a merge.
            Aggregator partial(spec);
            for (Aggregator* target : {&total, &partial}) {
                std::vector<Row> rows = random.rows(1 + random.below(80));
                for (Row& row : rows) {
                    row.index = "shop-prod";
                    if (random.chance(70))
                        row.with("small", static_cast<double>(random.below(100)) / 4);
                    if (random.chance(20))
                        row.with("small", static_cast<std::int64_t>(random.below(100)));
                }
                const std::vector<std::string> overflow =
                    random.chance(20) ? std::vector<std::string>{"status", "small", "at"}
                                      : std::vector<std::string>{};
                const event::Batch batch = testing::batch_of(rows, overflow);
                BatchBlock block(batch, "shop-prod");
                RowSet chosen(block.rows());
                for (std::uint32_t at = 0; at < rows.size(); ++at) {
                    if (!random.chance(70)) continue;
                    chosen.add(at);
                    all.push_back(rows[at]);
                }
                ASSERT_TRUE(target->add(block, chosen));
            }
            ASSERT_TRUE(total.merge(std::move(partial)));
        }
        const event::Batch answer = total.finish().value();
        const auto found = without_types(groups_of(answer, spec), spec);
        const auto expected = without_types(naive(spec, all), spec);
        ASSERT_EQ(found.size(), expected.size()) << "seed " << seed;
        for (std::size_t at = 0; at < found.size(); ++at)
            ASSERT_EQ(found[at], expected[at]) << "seed " << seed;
    }
}

TEST(Aggregate, OneRowWithoutKeys) {
    AggregateSpec spec;
    spec.metrics = {{}, {Operation::avg, "price", {}}, {Operation::count_distinct, "price", {}}};
    const event::Batch answer = Aggregator(spec).finish().value();
    ASSERT_EQ(answer.rows(), 1u);
    EXPECT_EQ(groups_of(answer, spec), (std::vector<Group>{{"integer 0", "-", "integer 0"}}));
}

TEST(Aggregate, CountsFromHeadersJoinThoseOfRows) {
    AggregateSpec spec;
    spec.keys = {{"timestamp", base::hour, 0, false}};
    spec.metrics = {{}};
    Aggregator aggregator(spec);
    aggregator.add_count(5, 1000);
    aggregator.add_count(-5, 7);
    std::vector<Row> rows(2);
    rows[0].time = 3;
    rows[1].time = base::hour;
    const event::Batch batch = testing::batch_of(rows);
    BatchBlock block(batch, "shop-prod");
    ASSERT_TRUE(aggregator.add(block, RowSet(2, true)));
    EXPECT_EQ(groups_of(aggregator.finish().value(), spec),
              (std::vector<Group>{{"timestamp -3600000000000", "integer 7"},
                                  {"timestamp 0", "integer 1001"},
                                  {"timestamp 3600000000000", "integer 1"}}));
}

TEST(Aggregate, RefusesMoreGroupsThanAllowed) {
    AggregateSpec spec;
    spec.keys = {{"timestamp", 0, 0, false}};
    spec.metrics = {{}};
    spec.group_limit = 10;
    std::vector<Row> rows(11);
    for (std::size_t at = 0; at < rows.size(); ++at) rows[at].time = static_cast<base::Nanos>(at);
    const event::Batch batch = testing::batch_of(rows);
    BatchBlock block(batch, "shop-prod");
    Aggregator aggregator(spec);
    const auto refused = aggregator.add(block, RowSet(11, true));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Code::too_large);
}

TEST(Aggregate, BucketsAtTheEndsOfTime) {
    EXPECT_EQ(bucket_of(-1, 10, 0), -10);
    EXPECT_EQ(bucket_of(-10, 10, 0), -10);
    EXPECT_EQ(bucket_of(7, 10, 8), -2);
    EXPECT_EQ(bucket_of(INT64_MIN, 10, 5), INT64_MIN);
    EXPECT_LE(bucket_of(INT64_MAX, base::day, -base::hour), INT64_MAX);
}

TEST(Percentiles, StayWithinHalfAPercentBeyondTheExactLimit) {
    std::mt19937_64 engine(3);
    std::lognormal_distribution<double> distribution(2, 3);
    Percentiles whole;
    Percentiles other;
    std::vector<double> values;
    for (int at = 0; at < 300'000; ++at) {
        double value = distribution(engine);
        if (at % 5 == 0) value = -value;
        if (at % 50 == 0) value = 0;
        values.push_back(value);
        (at % 3 == 0 ? other : whole).add(value);
    }
    whole.merge(other);
    std::sort(values.begin(), values.end());
    for (const double percent : {0.0, 1.0, 10.0, 18.0, 21.0, 50.0, 90.0, 99.0, 99.9, 100.0}) {
        const double exact = values[static_cast<std::size_t>(
            percent / 100 * static_cast<double>(values.size() - 1))];
        EXPECT_NEAR(whole.at(percent), exact, std::abs(exact) * 0.00501 + 1e-12) << percent;
    }
}

}  // namespace
}  // namespace storage

#include "query/esql/gathering.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "storage/percentiles.h"

namespace query::esql {

namespace {

// Calls `use` with each value's group and position.
template <typename Use>
void for_each_value(std::span<const Assignment> rows, const Vector& values, Use use) {
    for (const Assignment& one : rows) {
        const auto [first, last] = values.values_of(one.row);
        for (std::uint32_t at = first; at < last; ++at) use(one.group, at);
    }
}

// A state a group.
template <typename State>
class Grouped : public Gathering {
  protected:
    base::Status grow(std::uint32_t groups, Execution& run) {
        if (groups <= states_.size()) return base::ok();
        TRY(run.hold((groups - states_.size()) * sizeof(State)));
        states_.resize(groups);
        return base::ok();
    }
    std::vector<State> states_;
};

class Count final : public Grouped<std::int64_t> {
  public:
    Count(bool rows, bool nothing) : rows_(rows), nothing_(nothing) {}
    base::Status add(std::span<const Assignment> rows, std::uint32_t groups, const Vector* values,
                     Execution& run) override {
        TRY(grow(groups, run));
        if (nothing_) return base::ok();
        for (const Assignment& one : rows) {
            if (rows_) {
                ++states_[one.group];
                continue;
            }
            const auto [first, last] = values->values_of(one.row);
            states_[one.group] += last - first;
        }
        return base::ok();
    }
    void write(std::uint32_t group, Vector& out, Execution&) override {
        if (!(nothing_ && rows_)) out.add_integer(group < states_.size() ? states_[group] : 0);
        out.end_row();
    }

  private:
    bool rows_;
    bool nothing_;
};

class Distinct final : public Grouped<std::vector<std::uint32_t>> {
  public:
    Distinct(bool which, Type type) : which_(which), type_(type), values_(type) {}
    base::Status add(std::span<const Assignment> rows, std::uint32_t groups, const Vector* values,
                     Execution& run) override {
        TRY(grow(groups, run));
        counts_.resize(states_.size());
        std::size_t bytes = 0;
        for_each_value(rows, *values, [&](std::uint32_t group, std::uint32_t at) {
            const Cell cell = values->at(at);
            key_.assign(reinterpret_cast<const char*>(&group), sizeof(group));
            append_key(type_, cell, key_);
            if (!seen_.insert(key_).second) return;
            bytes += key_.size() + sizeof(std::string) + 2 * sizeof(std::uint64_t);
            ++counts_[group];
            if (!which_) return;
            states_[group].push_back(values_.size());
            values_.add(cell);
            bytes += cell.text.size() + sizeof(Cell);
        });
        return run.hold(bytes);
    }
    void write(std::uint32_t group, Vector& out, Execution&) override {
        const bool known = group < states_.size();
        if (!which_) {
            out.add_integer(known ? counts_[group] : 0);
        } else if (known) {
            for (const std::uint32_t at : states_[group]) out.add_from(values_, at);
        }
        out.end_row();
    }

  private:
    bool which_;
    Type type_;
    Vector values_;
    std::vector<std::int64_t> counts_;
    absl::flat_hash_set<std::string> seen_;
    std::string key_;
};

struct Kept {
    Cell cell;
    std::string text;
};

class Top final : public Grouped<std::vector<Kept>> {
  public:
    Top(std::size_t limit, bool falling, Type type)
        : limit_(limit), falling_(falling), type_(type) {}
    base::Status add(std::span<const Assignment> rows, std::uint32_t groups, const Vector* values,
                     Execution& run) override {
        TRY(grow(groups, run));
        std::size_t bytes = 0;
        for_each_value(rows, *values, [&](std::uint32_t group, std::uint32_t at) {
            const Cell cell = values->at(at);
            auto& kept = states_[group];
            const auto before = [&](const Kept& one, const Cell& other) {
                Cell own = one.cell;
                own.text = one.text;
                const int order = compare(type_, own, other);
                return falling_ ? order >= 0 : order <= 0;
            };
            if (kept.size() == limit_) {
                if (before(kept.back(), cell)) return;
                bytes -= std::min(bytes, kept.back().text.size());
                kept.pop_back();
            } else {
                bytes += sizeof(Kept);
            }
            const auto place = std::partition_point(
                kept.begin(), kept.end(), [&](const Kept& one) { return before(one, cell); });
            kept.insert(place, Kept{cell, std::string(cell.text)});
            bytes += cell.text.size();
        });
        return run.hold(bytes);
    }
    void write(std::uint32_t group, Vector& out, Execution&) override {
        if (group < states_.size()) {
            for (const Kept& one : states_[group]) {
                Cell cell = one.cell;
                cell.text = one.text;
                out.add(cell);
            }
        }
        out.end_row();
    }

  private:
    std::size_t limit_;
    bool falling_;
    Type type_;
};

class Percentile final : public Grouped<storage::Percentiles> {
  public:
    explicit Percentile(double percent) : percent_(percent) {}
    base::Status add(std::span<const Assignment> rows, std::uint32_t groups, const Vector* values,
                     Execution& run) override {
        TRY(grow(groups, run));
        std::size_t added = 0;
        for_each_value(rows, *values, [&](std::uint32_t group, std::uint32_t at) {
            const std::size_t before = states_[group].held();
            states_[group].add(values->number(at));
            if (states_[group].held() > before) ++added;
        });
        return run.hold(added * sizeof(double));
    }
    void write(std::uint32_t group, Vector& out, Execution&) override {
        if (group < states_.size() && !states_[group].empty())
            out.add_number(states_[group].at(percent_));
        out.end_row();
    }

  private:
    double percent_;
};

struct Total {
    std::int64_t integer = 0;
    double number = 0;
    bool any = false;
    bool overflow = false;
};

class Sum final : public Grouped<Total> {
  public:
    Sum(Type type, Place place) : type_(type), place_(place) {}
    base::Status add(std::span<const Assignment> rows, std::uint32_t groups, const Vector* values,
                     Execution& run) override {
        TRY(grow(groups, run));
        for_each_value(rows, *values, [&](std::uint32_t group, std::uint32_t at) {
            Total& total = states_[group];
            total.any = true;
            if (type_ == Type::number) {
                total.number += values->number(at);
            } else if (__builtin_add_overflow(total.integer, values->integer(at), &total.integer)) {
                total.overflow = true;
            }
        });
        return base::ok();
    }
    void write(std::uint32_t group, Vector& out, Execution& run) override {
        if (group < states_.size() && states_[group].any) {
            const Total& total = states_[group];
            const bool infinite = type_ == Type::number && !std::isfinite(total.number);
            if (total.overflow || infinite) {
                run.warn(place_, "java.lang.ArithmeticException: long overflow");
            } else if (type_ == Type::number) {
                out.add_number(total.number);
            } else {
                out.add_integer(total.integer);
            }
        }
        out.end_row();
    }

  private:
    Type type_;
    Place place_;
};

// By Welford's method.
struct Moments {
    double count = 0;
    double sum = 0;
    double mean = 0;
    double squares = 0;
};

class Mean final : public Grouped<Moments> {
  public:
    explicit Mean(bool deviation) : deviation_(deviation) {}
    base::Status add(std::span<const Assignment> rows, std::uint32_t groups, const Vector* values,
                     Execution& run) override {
        TRY(grow(groups, run));
        for_each_value(rows, *values, [&](std::uint32_t group, std::uint32_t at) {
            Moments& state = states_[group];
            const double value = values->number(at);
            state.count += 1;
            state.sum += value;
            const double off = value - state.mean;
            state.mean += off / state.count;
            state.squares += off * (value - state.mean);
        });
        return base::ok();
    }
    void write(std::uint32_t group, Vector& out, Execution&) override {
        if (group < states_.size() && states_[group].count > 0) {
            const Moments& state = states_[group];
            const double result = deviation_ ? std::sqrt(std::max(state.squares, 0.0) / state.count)
                                             : state.sum / state.count;
            if (std::isfinite(result)) out.add_number(result);
        }
        out.end_row();
    }

  private:
    bool deviation_;
};

}  // namespace

std::unique_ptr<Gathering> count_gathering(bool rows, bool nothing) {
    return std::make_unique<Count>(rows, nothing);
}
std::unique_ptr<Gathering> distinct_gathering(bool which, Type type) {
    return std::make_unique<Distinct>(which, type);
}
std::unique_ptr<Gathering> top_gathering(std::size_t limit, bool falling, Type type) {
    return std::make_unique<Top>(limit, falling, type);
}
std::unique_ptr<Gathering> percentile_gathering(double percent) {
    return std::make_unique<Percentile>(percent);
}
std::unique_ptr<Gathering> sum_gathering(Type type, Place place) {
    return std::make_unique<Sum>(type, place);
}
std::unique_ptr<Gathering> moments_gathering(bool deviation) {
    return std::make_unique<Mean>(deviation);
}

void append_key(Type type, const Cell& cell, std::string& key) {
    const auto append = [&key](const auto& value) {
        key.append(reinterpret_cast<const char*>(&value), sizeof(value));
    };
    switch (form_of(type)) {
        case Form::integers:
            return append(cell.integer);
        case Form::numbers:
            return append(cell.number == 0 ? 0.0 : cell.number);  // -0 is 0
        case Form::texts:
            append(cell.text.size());
            key.append(cell.text);
            return;
        case Form::addresses:
            key.append(reinterpret_cast<const char*>(cell.ip.bytes.data()), cell.ip.bytes.size());
            return;
        case Form::none:
            return;
    }
}

}  // namespace query::esql

#include <algorithm>
#include <numeric>

#include "query/esql/stage.h"

namespace query::esql {

namespace {

class Filter final : public Stage {
  public:
    explicit Filter(NodePtr condition) : condition_(std::move(condition)) {}
    base::Result<bool> push(Page page) override {
        Vector scratch(Type::boolean);
        const Vector& fits = condition_->evaluate(page, *run, scratch);
        TRY(run->check());
        kept_.clear();
        for (std::uint32_t row = 0; row < page.rows; ++row) {
            const auto [first, last] = fits.values_of(row);
            if (last - first == 1 && fits.type() == Type::boolean && fits.integer(first) != 0)
                kept_.push_back(row);
        }
        if (kept_.empty()) return true;
        if (kept_.size() == page.rows) return next->push(std::move(page));
        return next->push(page.gather(kept_));
    }

  private:
    NodePtr condition_;
    std::vector<std::uint32_t> kept_;
};

class Eval final : public Stage {
  public:
    explicit Eval(std::vector<Evaluation> columns) : columns_(std::move(columns)) {}
    base::Result<bool> push(Page page) override {
        std::size_t held = 0;
        for (const Evaluation& column : columns_) {
            Vector scratch(column.value->type());
            const Vector& values = column.value->evaluate(page, *run, scratch);
            Vector own = &values == &scratch ? std::move(scratch) : values;
            held += own.memory();
            TRY(run->hold(own.memory()));
            page.columns[column.slot] = std::move(own);
        }
        TRY(const bool more, next->push(std::move(page)));
        run->release(held);
        return more;
    }

  private:
    std::vector<Evaluation> columns_;
};

class Limit final : public Stage {
  public:
    explicit Limit(std::uint64_t limit) : left_(limit) {}
    base::Result<bool> push(Page page) override {
        if (left_ == 0) return false;
        if (page.rows > left_) {
            std::vector<std::uint32_t> first(left_);
            std::iota(first.begin(), first.end(), 0);
            page = page.gather(first);
        }
        left_ -= page.rows;
        TRY(const bool more, next->push(std::move(page)));
        return more && left_ > 0;
    }

  private:
    std::uint64_t left_;
};

class Expand final : public Stage {
  public:
    Expand(std::size_t from, std::size_t to) : from_(from), to_(to) {}
    base::Result<bool> push(Page page) override {
        // In pieces: a row may have many values.
        constexpr std::size_t piece = 1024;
        const Vector values = page.columns[from_];
        std::vector<std::uint32_t> rows;
        Vector own(values.type());
        bool more = true;
        const auto send = [&]() -> base::Status {
            Page one = page.gather(rows);
            one.columns[to_] = std::exchange(own, Vector(values.type()));
            const std::size_t held = one.memory();
            TRY(run->expand(rows.size()));
            TRY(run->hold(held));
            rows.clear();
            TRY(more, next->push(std::move(one)));
            run->release(held);
            return base::ok();
        };
        for (std::uint32_t row = 0; row < page.rows && more; ++row) {
            const auto [first, last] = values.values_of(row);
            if (first == last) {
                rows.push_back(row);
                own.add_null();
            }
            for (std::uint32_t at = first; at < last && more; ++at) {
                rows.push_back(row);
                own.add_from(values, at);
                own.end_row();
                if (rows.size() == piece) TRY(send());
            }
        }
        if (!rows.empty() && more) TRY(send());
        return more;
    }

  private:
    std::size_t from_;
    std::size_t to_;
};

}  // namespace

StagePtr filter_stage(NodePtr condition) { return std::make_unique<Filter>(std::move(condition)); }
StagePtr eval_stage(std::vector<Evaluation> columns) {
    return std::make_unique<Eval>(std::move(columns));
}
StagePtr limit_stage(std::uint64_t limit) { return std::make_unique<Limit>(limit); }
StagePtr expand_stage(std::size_t from, std::size_t to) {
    return std::make_unique<Expand>(from, to);
}

}  // namespace query::esql

#include <algorithm>
#include <limits>
#include <numeric>

#include "query/esql/stage.h"

namespace query::esql {

namespace {

constexpr std::uint32_t page_rows = 8192;

// Gathers pages, and from time to time keeps no more than the first `limit` rows of them.
class Sort final : public Stage {
  public:
    Sort(std::vector<SortColumn> columns, std::optional<std::uint64_t> limit)
        : columns_(std::move(columns)),
          limit_(limit.value_or(std::numeric_limits<std::uint64_t>::max())) {}

    base::Result<bool> push(Page page) override {
        if (limit_ == 0) return false;
        Piece piece;
        for (const SortColumn& column : columns_) {
            Vector scratch(column.value->type());
            const Vector& values = column.value->evaluate(page, *run, scratch);
            piece.keys.push_back(&values == &scratch ? std::move(scratch) : values);
            TRY(run->check());
        }
        piece.page = std::move(page);
        TRY(keep(std::move(piece)));
        if (rows_ > most_rows()) TRY(shrink());
        return true;
    }

    base::Status finish() override {
        const std::vector<At> order = sorted();
        for (std::size_t begin = 0; begin < order.size(); begin += page_rows) {
            const std::size_t end = std::min<std::size_t>(begin + page_rows, order.size());
            Piece piece = gathered({order.begin() + static_cast<std::ptrdiff_t>(begin),
                                    order.begin() + static_cast<std::ptrdiff_t>(end)});
            TRY(const bool more, next->push(std::move(piece.page)));
            if (!more) break;
        }
        pieces_.clear();
        run->release(held_);
        return next->finish();
    }

  private:
    struct Piece {
        Page page;
        std::vector<Vector> keys;
    };
    struct At {
        std::uint32_t piece = 0;
        std::uint32_t row = 0;
    };

    // Sorting twice the limit now and then costs less than a heap of rows.
    std::uint64_t most_rows() const {
        const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
        return limit_ > most / 4 ? most : limit_ * 2 + page_rows;
    }

    base::Status keep(Piece piece) {
        std::size_t bytes = piece.page.memory();
        for (const Vector& key : piece.keys) bytes += key.memory();
        rows_ += piece.page.rows;
        held_ += bytes;
        pieces_.push_back(std::move(piece));
        return run->hold(bytes);
    }

    base::Status shrink() {
        const std::vector<At> order = sorted();
        Piece piece = gathered(order);
        pieces_.clear();
        rows_ = 0;
        run->release(std::exchange(held_, 0));
        return keep(std::move(piece));
    }

    // < 0: `one` comes first.
    int order_of(const At& one, const At& other) const {
        for (std::size_t at = 0; at < columns_.size(); ++at) {
            const SortColumn& column = columns_[at];
            const Vector& left = pieces_[one.piece].keys[at];
            const Vector& right = pieces_[other.piece].keys[at];
            const bool left_null = left.is_null(one.row);
            const bool right_null = right.is_null(other.row);
            if (left_null != right_null) return left_null == column.nulls_first ? -1 : 1;
            if (left_null) continue;
            const Type type = left.type();
            const int order = compare(type, key_of(left, one.row, column.descending),
                                      key_of(right, other.row, column.descending));
            if (order != 0) return column.descending ? -order : order;
        }
        return 0;
    }

    // Of several values the least counts, or the greatest where falling.
    static Cell key_of(const Vector& values, std::uint32_t row, bool descending) {
        const auto [first, last] = values.values_of(row);
        Cell best = values.at(first);
        for (std::uint32_t at = first + 1; at < last; ++at) {
            const Cell one = values.at(at);
            if ((compare(values.type(), one, best) < 0) != descending) best = one;
        }
        return best;
    }

    // The first rows, in order; equal ones as they came.
    std::vector<At> sorted() const {
        std::vector<At> order;
        order.reserve(rows_);
        for (std::uint32_t piece = 0; piece < pieces_.size(); ++piece) {
            for (std::uint32_t row = 0; row < pieces_[piece].page.rows; ++row)
                order.push_back({piece, row});
        }
        const auto before = [this](const At& one, const At& other) {
            const int by_keys = order_of(one, other);
            if (by_keys != 0) return by_keys < 0;
            return one.piece != other.piece ? one.piece < other.piece : one.row < other.row;
        };
        if (limit_ < order.size()) {
            const auto middle = order.begin() + static_cast<std::ptrdiff_t>(limit_);
            std::partial_sort(order.begin(), middle, order.end(), before);
            order.erase(middle, order.end());
        } else {
            std::sort(order.begin(), order.end(), before);
        }
        return order;
    }

    Piece gathered(const std::vector<At>& order) const {
        Piece made;
        made.page.rows = static_cast<std::uint32_t>(order.size());
        const auto gather = [&](auto column_of, std::size_t count, std::vector<Vector>& to) {
            for (std::size_t column = 0; column < count; ++column) {
                to.push_back(gathered_column(order, [&](std::uint32_t piece) -> const Vector& {
                    return column_of(pieces_[piece])[column];
                }));
            }
        };
        if (pieces_.empty()) return made;
        gather([](const Piece& piece) -> const auto& { return piece.page.columns; },
               pieces_.front().page.columns.size(), made.page.columns);
        gather([](const Piece& piece) -> const auto& { return piece.keys; }, columns_.size(),
               made.keys);
        return made;
    }

    template <typename ColumnOf>
    static Vector gathered_column(const std::vector<At>& order, ColumnOf column_of) {
        if (order.empty()) return {};
        Vector made(column_of(order.front().piece).type());
        for (const At& at : order) {
            const Vector& from = column_of(at.piece);
            if (from.rows() == 0) continue;  // not there yet
            made.add_row(from, at.row);
        }
        return made;
    }

    std::vector<SortColumn> columns_;
    std::uint64_t limit_;
    std::vector<Piece> pieces_;
    std::uint64_t rows_ = 0;
    std::size_t held_ = 0;
};

}  // namespace

StagePtr sort_stage(std::vector<SortColumn> columns, std::optional<std::uint64_t> limit) {
    return std::make_unique<Sort>(std::move(columns), limit);
}

}  // namespace query::esql

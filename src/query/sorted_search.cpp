#include <map>
#include <unordered_map>
#include <utility>

#include "event/schema.h"
#include "query/first_rows.h"
#include "query/page_cursor.h"
#include "query/search.h"

// Searches whose rows stand in the order of a field's values. The store knows the order of time
// alone: all fitting rows are looked at, and no more of them kept than a page has.

namespace query {

namespace {

// Values of unlike types stand in this order; integers and doubles are one type.
int rank_of(const Value& value) {
    constexpr int ranks[] = {7, 0, 1, 1, 2, 3, 4, 5};
    return ranks[value.index()];
}

long double number_of(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return static_cast<long double>(*integer);
    return std::get<double>(value);
}

// < 0: `one` is less. NaN is not stored.
int compare(const Value& one, const Value& other) {
    if (rank_of(one) != rank_of(other)) return rank_of(one) < rank_of(other) ? -1 : 1;
    if (rank_of(one) == 1) {
        const long double left = number_of(one);
        const long double right = number_of(other);
        return left < right ? -1 : static_cast<int>(left > right);
    }
    if (one == other) return 0;
    return one < other ? -1 : 1;
}

struct SortedRow {
    Value value;  // none: behind all others, in both orders
    storage::Position at;
    std::string index;
    std::string id;
};

class SortOrder {
  public:
    explicit SortOrder(storage::Order order) : falling_(order == storage::Order::newest_first) {}

    // Of several values the least counts, or the greatest when falling.
    Value key_of(const event::Batch& batch, std::uint32_t row, std::string_view field) const {
        Value best;
        for (const std::size_t position : batch.named(field)) {
            const event::Column& column = batch.columns()[position];
            const auto [first, last] = column.values_of(row);
            for (std::size_t at = first; at < last; ++at) {
                Value one = value_at(column, at);
                if (best.index() == 0 || (compare(one, best) < 0) != falling_)
                    best = std::move(one);
            }
        }
        return best;
    }
    bool operator()(const SortedRow& one, const SortedRow& other) const {
        const bool none = one.value.index() == 0;
        const bool other_none = other.value.index() == 0;
        if (none != other_none) return other_none;
        if (const int order = compare(one.value, other.value); order != 0)
            return falling_ ? order > 0 : order < 0;
        const auto place = std::pair(one.at.time, one.at.sequence);
        const auto other_place = std::pair(other.at.time, other.at.sequence);
        return falling_ ? place > other_place : place < other_place;
    }

  private:
    bool falling_;
};

// The first `size` rows behind `after`.
class TopRows {
  public:
    TopRows(SortOrder order, std::string_view field, std::size_t size,
            std::optional<SortedRow> after)
        : order_(order), field_(field), after_(std::move(after)), rows_(size, order) {}

    void add(const event::Batch& batch) {
        const event::Column* indices = batch.find(event::field::index, event::Type::string);
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            SortedRow found;
            found.value = order_.key_of(batch, row, field_);
            found.at = {batch.time[row], batch.sequence[row]};
            if (after_ && !order_(*after_, found)) continue;
            if (!rows_.takes(found)) continue;
            const auto [first, last] = indices->values_of(row);
            if (first < last) found.index = indices->text(first);
            found.id = row_id(batch, row);
            rows_.add(std::move(found));
        }
    }

    std::vector<SortedRow> take() { return rows_.take(); }

  private:
    SortOrder order_;
    std::string_view field_;
    std::optional<SortedRow> after_;
    FirstRows<SortedRow, SortOrder> rows_;
};

// The rows in full and in this order.
base::Result<event::Batch> whole_rows(const Searcher& searcher,
                                      const std::vector<SortedRow>& rows) {
    std::map<std::string, std::vector<std::string>> ids;
    for (const SortedRow& row : rows) ids[row.index].push_back(row.id);
    event::Batch found;
    for (const auto& [index, own] : ids) {
        TRY(const event::Batch batch, searcher.lookup(index, own));
        found.append(batch);
    }
    std::unordered_map<std::uint64_t, std::uint32_t> places;
    for (std::uint32_t row = 0; row < found.rows(); ++row) places[found.sequence[row]] = row;
    std::vector<std::uint32_t> order;
    for (const SortedRow& row : rows) {
        if (const auto place = places.find(row.at.sequence); place != places.end())
            order.push_back(place->second);
    }
    return found.gather(order);
}

}  // namespace

// The row that a page ended with; its value is not in the cursor, because cursors hold no data.
base::Result<event::Batch> Searcher::row_at(const Selection& selection, storage::Position at,
                                            const std::string& field) const {
    storage::ScanRequest scan;
    scan.indices = selection.indices;
    scan.range = {at.time, at.time + 1};
    scan.predicate = selection.predicate;
    scan.columns = {field};
    event::Batch found;
    TRY(rows(std::move(scan), [&](event::Batch batch) {
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            if (batch.sequence[row] == at.sequence) found = batch.gather(std::span(&row, 1));
        }
        return found.rows() == 0;
    }));
    if (found.rows() == 0) {
        return base::invalid(
            "cursor: the row that the page before ended with is gone; ask without a cursor for "
            "the first page");
    }
    return found;
}

base::Result<SearchAnswer> Searcher::sorted_search(const SearchRequest& request) const {
    const std::string field = visible_field(request.sort_by);
    const SortOrder order(request.order);
    std::optional<SortedRow> after;
    if (!request.cursor.empty()) {
        TRY(const Cursor cursor, page_cursor_of(request));
        TRY(const event::Batch row, row_at(request.selection, cursor.after, field));
        after = SortedRow{order.key_of(row, 0, field), cursor.after, "", ""};
    }
    storage::ScanRequest scan;
    scan.indices = request.selection.indices;
    scan.range = request.selection.range;
    scan.predicate = request.selection.predicate;
    scan.columns = {field, std::string(event::field::id)};
    // One more tells whether there is another page.
    TopRows top(order, field, request.limit + 1, std::move(after));
    TRY(rows(std::move(scan), [&top](event::Batch batch) {
        top.add(batch);
        return true;
    }));
    std::vector<SortedRow> sorted = top.take();
    SearchAnswer answer;
    if (sorted.size() > request.limit) {
        sorted.resize(request.limit);
        if (!sorted.empty()) answer.next_cursor = page_cursor_behind(sorted.back().at, request);
    }
    TRY(answer.rows, whole_rows(*this, sorted));
    return answer;
}

}  // namespace query

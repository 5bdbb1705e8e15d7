#include "storage/column_scan.h"
#include "storage/field_condition.h"

namespace storage {

using event::Column;
using event::StringPool;

bool DictionaryCondition::fits_entry(const StringPool& pool, Memo& memo, std::uint32_t code) {
    std::uint8_t& fits = memo.fits[code];
    if (fits == unknown) fits = condition_->fits(pool[code]) ? 1 : 0;
    return fits != 0;
}

void DictionaryCondition::complete(const StringPool& pool, Memo& memo) {
    memo.fits.assign(pool.size(), 0);
    condition_->fits_all(pool, memo.fits);
    memo.complete = true;
    memo.count = 0;
    for (std::uint32_t code = 0; code < pool.size(); ++code) {
        if (memo.fits[code] == 0) continue;
        ++memo.count;
        memo.only = code;
    }
}

void DictionaryCondition::find_completed(const Column& column, const Memo& memo,
                                         const RowSet& wanted, RowSet& found) {
    if (memo.count == 0) return;
    const std::uint32_t* codes = column.codes.data();
    if (memo.count == 1) {
        const std::uint32_t only = memo.only;
        scan(column, wanted, found,
             [codes, only](std::size_t value) { return codes[value] == only; });
        return;
    }
    const std::uint8_t* fits = memo.fits.data();
    scan(column, wanted, found,
         [codes, fits](std::size_t value) { return fits[codes[value]] != 0; });
}

void DictionaryCondition::find(const Column& column, const RowSet& wanted, RowSet& found) {
    if (column.empty()) return;
    const StringPool& pool = *column.pool;
    Memo& memo = memos_.at(column.pool);
    if (const auto exact = condition_->exact(); exact && pool.is_sorted()) {
        if (!memo.complete) {
            const auto code = pool.find_sorted(*exact);
            memo.count = code ? 1 : 0;
            memo.only = code.value_or(0);
            memo.complete = true;
        }
        find_completed(column, memo, wanted, found);
        return;
    }
    if (memo.fits.size() != pool.size()) {
        memo.fits.resize(pool.size(), unknown);  // a dictionary that grew since
        memo.complete = false;
    }
    // To search all entries at once is several times cheaper than one after the other.
    if (!memo.complete) {
        memo.asked += wanted.count();
        if (pool.size() <= 64 + 4 * memo.asked) complete(pool, memo);
    }
    if (memo.complete) {
        find_completed(column, memo, wanted, found);
        return;
    }
    if (column.rows.empty()) {
        wanted.for_each([&](std::uint32_t row) {
            if (row < column.codes.size() && fits_entry(pool, memo, column.codes[row]))
                found.add(row);
        });
        return;
    }
    scan(column, wanted, found,
         [&](std::size_t value) { return fits_entry(pool, memo, column.codes[value]); });
}

}  // namespace storage

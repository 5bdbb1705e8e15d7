#include "query/page_cursor.h"

#include "base/hash.h"

namespace query {

namespace {

std::uint64_t fingerprint_of(const SearchRequest& request) {
    const std::uint64_t question = request.selection.fingerprint;
    return request.sort_by.empty() ? question : question * 31 + base::hash_of(request.sort_by);
}

}  // namespace

base::Result<Cursor> page_cursor_of(const SearchRequest& request) {
    TRY(const Cursor cursor, Cursor::parse(request.cursor));
    if (cursor.order != request.order || cursor.fingerprint != fingerprint_of(request)) {
        return base::invalid(
            "cursor: expected next_cursor of the same query, index and order, found another one's; "
            "ask without a cursor "
            "for the first page");
    }
    return cursor;
}

std::string page_cursor_behind(storage::Position row, const SearchRequest& request) {
    Cursor cursor;
    cursor.after = row;
    cursor.order = request.order;
    cursor.fingerprint = fingerprint_of(request);
    return cursor.text();
}

}  // namespace query

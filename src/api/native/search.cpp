#include "api/json_writer.h"
#include "api/native/answers.h"
#include "api/native/row_writer.h"
#include "query/page_cursor.h"

namespace api {

namespace {

// A row that would take an answer beyond this begins the next page: rows may be megabytes each, and
// a browser reads a whole page at once. The first row is given whatever its size.
constexpr std::size_t page_bytes = 4 << 20;

}  // namespace

base::Result<query::Selection> selection_of(const NativeContext& context,
                                            const Parameters& parameters) {
    query::Question question;
    TRY(question.query, parameters.text("query"));
    TRY(question.index, parameters.text("index", "*"));
    TRY(question.from, parameters.text("from"));
    TRY(question.to, parameters.text("to"));
    return query::select(question, context.catalog, context.now);
}

base::Result<std::string> answer_search(const NativeContext& context,
                                        const Parameters& parameters) {
    query::SearchRequest request;
    TRY(request.selection, selection_of(context, parameters));
    TRY(request.limit, parameters.count("limit", 100, 0, context.row_limit));
    TRY(request.cursor, parameters.text("cursor"));
    TRY(const auto order, parameters.text("order", "desc"));
    if (order != "desc" && order != "asc") {
        return base::invalid("parameter 'order': expected desc or asc, found '" + order + "'");
    }
    request.order = order == "asc" ? storage::Order::oldest_first : storage::Order::newest_first;
    TRY(request.sort_by, parameters.text("sort"));
    if (request.sort_by == "timestamp") request.sort_by.clear();
    TRY(const auto answer, context.searcher.search(request));

    JsonWriter json;
    json.begin_object();
    json.key("took_ms").integer((base::steady_now() - context.started) / base::millisecond);
    json.key("rows").begin_array();
    RowWriter rows(answer.rows);
    auto next = answer.next_cursor;
    for (std::uint32_t row = 0; row < answer.rows.rows(); ++row) {
        const std::size_t before = json.size();
        rows.write(row, json);
        if (row > 0 && json.size() > page_bytes) {
            json.cut(before);
            next = query::page_cursor_behind(
                {answer.rows.time[row - 1], answer.rows.sequence[row - 1]}, request);
            break;
        }
    }
    json.end_array().key("next_cursor");
    next ? json.string(*next) : json.null();
    json.end_object();
    return json.take();
}

base::Result<std::string> answer_count(const NativeContext& context, const Parameters& parameters) {
    TRY(const auto selection, selection_of(context, parameters));
    TRY(const auto count, context.searcher.count(selection));
    JsonWriter json;
    json.begin_object().key("count").unsigned_integer(count).end_object();
    return json.take();
}

}  // namespace api

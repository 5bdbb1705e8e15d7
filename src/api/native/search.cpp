#include "api/json_writer.h"
#include "api/native/answers.h"
#include "api/native/row_writer.h"

namespace api {

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
    TRY(parameters.only({"query", "index", "from", "to", "limit", "order", "cursor"}));
    query::SearchRequest request;
    TRY(request.selection, selection_of(context, parameters));
    TRY(request.limit, parameters.count("limit", 100, 0, context.row_limit));
    TRY(request.cursor, parameters.text("cursor"));
    TRY(const auto order, parameters.text("order", "desc"));
    if (order != "desc" && order != "asc") {
        return base::invalid("parameter 'order': expected desc or asc, found '" + order + "'");
    }
    request.order = order == "asc" ? storage::Order::oldest_first : storage::Order::newest_first;
    TRY(const auto answer, context.searcher.search(request));

    JsonWriter json;
    json.begin_object();
    json.key("took_ms").integer((base::steady_now() - context.started) / base::millisecond);
    json.key("rows").begin_array();
    RowWriter rows(answer.rows);
    for (std::uint32_t row = 0; row < answer.rows.rows(); ++row) {
        json.begin_object();
        rows.write_identity(row, json);
        json.key("seq").unsigned_integer(answer.rows.sequence[row]);
        rows.write_fields(row, json);
        rows.write_source(row, json);
        rows.write_violations(row, json);
        json.end_object();
    }
    json.end_array().key("next_cursor");
    answer.next_cursor ? json.string(*answer.next_cursor) : json.null();
    json.end_object();
    return json.take();
}

base::Result<std::string> answer_count(const NativeContext& context, const Parameters& parameters) {
    TRY(parameters.only({"query", "index", "from", "to"}));
    TRY(const auto selection, selection_of(context, parameters));
    TRY(const auto count, context.searcher.count(selection));
    JsonWriter json;
    json.begin_object().key("count").unsigned_integer(count).end_object();
    return json.take();
}

}  // namespace api

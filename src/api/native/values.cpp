#include <algorithm>

#include "api/json_writer.h"
#include "api/native/answers.h"

// values: what a field may be compared with, for completing what somebody types.

namespace api {

namespace {

// Without a range the last day that has data: completion wants to be quick, and to know what is
// there now.
base::Status prefer_recent(const NativeContext& context, const Parameters& parameters,
                           query::Selection& selection) {
    if (parameters.has("from") || parameters.has("to")) return base::ok();
    TRY(const auto indices, context.searcher.indices(selection.indices));
    base::Nanos last = 0;
    for (const auto& index : indices) last = std::max(last, index.last);
    const base::Nanos from = std::min(last, context.now) - base::day;
    selection.range.from = std::max(selection.range.from, from);
    return base::ok();
}

}  // namespace

base::Result<std::string> answer_values(const NativeContext& context,
                                        const Parameters& parameters) {
    query::ValuesRequest request;
    TRY(request.selection, selection_of(context, parameters));
    TRY(request.field, parameters.text("field"));
    TRY(request.prefix, parameters.text("prefix"));
    TRY(request.size, parameters.count("size", 20, 1, 100));
    TRY(prefer_recent(context, parameters, request.selection));
    TRY(const auto answer, context.searcher.values(request));

    JsonWriter json;
    json.begin_object();
    json.key("field").string(request.field);
    json.key("values").begin_array();
    for (const auto& entry : answer.values) {
        json.begin_object();
        json.key("value").value(entry.value);
        json.key("count").unsigned_integer(entry.count);
        json.end_object();
    }
    json.end_array().key("more").boolean(answer.more).end_object();
    return json.take();
}

}  // namespace api

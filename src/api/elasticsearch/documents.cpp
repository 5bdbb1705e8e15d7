#include <fmt/format.h>

#include <algorithm>

#include "api/elasticsearch/read_context.h"
#include "api/json_writer.h"
#include "event/shape.h"

// Single documents by their ids: _doc, _source, _mget.

namespace api::elasticsearch {

namespace {

using query::dsl::SourceFilter;

Parsed<SourceFilter> filter_of(const ReadContext& context) {
    SourceFilter made;
    const auto add = [&](std::string_view name, bool included) {
        std::string_view names = context.request.parameter(name);
        while (!names.empty()) {
            const std::string_view part = names.substr(0, names.find(','));
            names.remove_prefix(std::min(part.size() + 1, names.size()));
            included ? made.include(std::string(part)) : made.exclude(std::string(part));
        }
    };
    const std::string_view source = context.request.parameter("_source");
    if (source == "true" || source == "false") {
        TRY(made, SourceFilter::of(json::string(source.data(), source.size())));
    } else {
        add("_source", true);
    }
    add("_source_includes", true);
    add("_source_excludes", false);
    return made;
}

// The event's source, filtered; nothing when there is no such event.
Parsed<std::optional<std::string>> source_of(const ReadContext& context, const std::string& index,
                                             const std::string& id, std::uint64_t& sequence) {
    TRY(const event::Batch batch, context.searcher.lookup(index, {id}));
    if (batch.rows() == 0) return std::optional<std::string>();
    // Of several days' rows of one id the latest counts.
    const auto latest = std::max_element(batch.sequence.begin(), batch.sequence.end());
    sequence = *latest;
    std::string text;
    event::SourceWriter(batch).append(static_cast<std::uint32_t>(latest - batch.sequence.begin()),
                                      text);
    return std::optional(std::move(text));
}

// {"_index":…,"_id":…,"found":…}
Parsed<std::string> document(const ReadContext& context, const std::string& index,
                             const std::string& id, const SourceFilter& filter, bool& found) {
    std::uint64_t sequence = 0;
    TRY(const auto source, source_of(context, index, id, sequence));
    found = source.has_value();
    JsonWriter out;
    out.begin_object().key("_index").string(index).key("_id").string(id);
    if (!source) {
        out.key("found").boolean(false).end_object();
        return out.take();
    }
    out.key("_version").integer(1).key("_seq_no").unsigned_integer(sequence);
    out.key("_primary_term").integer(1).key("found").boolean(true);
    if (!filter.shows_none())
        out.key("_source").raw() += filter.shows_all() ? *source : filter.apply(*source);
    out.end_object();
    return out.take();
}

Parsed<std::string> one_index(const ReadContext& context) {
    std::string index(context.path["index"]);
    TRY(indices_of(context, index));
    if (index.find_first_of("*,") != std::string::npos || index == "_all")
        return query::dsl::illegal("expected the name of one index, found [" + index + "]");
    return index;
}

}  // namespace

Parsed<Answer> answer_document(const ReadContext& context) {
    TRY(const std::string index, one_index(context));
    TRY(const SourceFilter filter, filter_of(context));
    bool found = false;
    TRY(std::string text, document(context, index, std::string(context.path["id"]), filter, found));
    return Answer{found ? 200 : 404, std::move(text)};
}

Parsed<Answer> answer_source(const ReadContext& context) {
    TRY(const std::string index, one_index(context));
    TRY(const SourceFilter filter, filter_of(context));
    const std::string id(context.path["id"]);
    std::uint64_t sequence = 0;
    TRY(const auto source, source_of(context, index, id, sequence));
    if (!source) {
        return Failure{404, "resource_not_found_exception",
                       fmt::format("Document not found [{}]/[{}]", index, id)};
    }
    return Answer{200, filter.shows_all() ? *source : filter.apply(*source)};
}

namespace {

struct Wanted {
    std::string index;
    std::string id;
    SourceFilter source;
};

Parsed<Wanted> wanted_of(const json::value& value, const ReadContext& context) {
    Wanted wanted;
    wanted.index = context.path["index"];
    TRY(wanted.source, filter_of(context));
    const auto* object = value.if_object();
    if (object == nullptr) {
        TRY(wanted.id, query::dsl::scalar(value, "ids"));
        return wanted;
    }
    if (const auto* index = object->if_contains("_index")) {
        TRY(wanted.index, query::dsl::scalar(*index, "_index"));
    }
    if (const auto* id = object->if_contains("_id")) {
        TRY(wanted.id, query::dsl::scalar(*id, "_id"));
    }
    if (const auto* source = object->if_contains("_source")) {
        TRY(wanted.source, SourceFilter::of(*source));
    }
    return wanted;
}

}  // namespace

Parsed<Answer> answer_mget(const ReadContext& context) {
    constexpr std::size_t most = 10'000;
    constexpr std::size_t most_bytes = 64 << 20;
    TRY(const json::value body, query::dsl::parse_json(context.request.body));
    const auto* object = body.if_object();
    const json::value* list = object == nullptr ? nullptr : object->if_contains("docs");
    if (list == nullptr && object != nullptr) list = object->if_contains("ids");
    if (list == nullptr || !list->is_array() || list->get_array().empty() ||
        list->get_array().size() > most) {
        return Failure{400, "action_request_validation_exception",
                       fmt::format("Validation Failed: 1: expected [docs] or [ids], 1 to {} of "
                                   "them;",
                                   most)};
    }
    std::string out = R"({"docs":[)";
    for (const json::value& each : list->get_array()) {
        TRY(const Wanted wanted, wanted_of(each, context));
        if (wanted.index.empty() || wanted.id.empty()) {
            return Failure{400, "action_request_validation_exception",
                           "Validation Failed: 1: index or id is missing;"};
        }
        if (out.back() != '[') out += ",";
        bool found = false;
        TRY(const std::string text,
            document(context, wanted.index, wanted.id, wanted.source, found));
        out += text;
        if (out.size() > most_bytes) return query::dsl::illegal("the answer takes too much memory");
    }
    return Answer{200, out + "]}"};
}

}  // namespace api::elasticsearch

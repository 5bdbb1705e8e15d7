#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/elasticsearch/read_context.h"
#include "api/json_writer.h"
#include "query/dsl/aggs/aggregate.h"
#include "query/dsl/hits.h"
#include "query/time_text.h"

namespace api::elasticsearch {

namespace {

using query::dsl::Hits;
using query::dsl::SearchBody;

json::string json_text(std::string_view text) { return json::string(text.data(), text.size()); }

// "a,b" as ["a","b"].
json::array list_of(std::string_view text) {
    json::array list;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        if (!part.empty()) list.push_back(json_text(part));
    }
    return list;
}

json::object query_of_parameters(const net::HttpRequest& request) {
    json::object query;
    query["query"] = json_text(request.parameter("q"));
    if (request.has_parameter("df")) query["default_field"] = json_text(request.parameter("df"));
    for (const char* name : {"default_operator", "lenient", "analyzer"}) {
        if (request.has_parameter(name)) query[name] = json_text(request.parameter(name));
    }
    json::object made;
    made["query_string"] = std::move(query);
    return made;
}

// Parameters of the query string count as members of the body.
void add_parameters(const net::HttpRequest& request, json::object& body) {
    if (request.has_parameter("q")) body["query"] = query_of_parameters(request);
    for (const char* name : {"from", "size", "track_total_hits", "version", "min_score",
                             "seq_no_primary_term", "terminate_after"}) {
        if (request.has_parameter(name)) body[name] = json_text(request.parameter(name));
    }
    if (request.has_parameter("sort"))
        body["sort"] = query::dsl::sort_parameter(request.parameter("sort"));
    if (request.has_parameter("docvalue_fields"))
        body["docvalue_fields"] = list_of(request.parameter("docvalue_fields"));
    const bool includes = request.has_parameter("_source_includes");
    const bool excludes = request.has_parameter("_source_excludes");
    if (includes || excludes) {
        json::object source;
        if (includes) source["includes"] = list_of(request.parameter("_source_includes"));
        if (excludes) source["excludes"] = list_of(request.parameter("_source_excludes"));
        body["_source"] = std::move(source);
    } else if (request.has_parameter("_source")) {
        const std::string_view source = request.parameter("_source");
        body["_source"] = source == "true" || source == "false" || source.empty()
                              ? json::value(source != "false")
                              : json::value(list_of(source));
    }
}

Parsed<json::object> object_in(std::string_view text) {
    TRY(json::value value, query::dsl::parse_json(text));
    if (!value.is_object())
        return query::dsl::parsing("expected an object as the body of a request");
    return std::move(value.get_object());
}

Parsed<base::Nanos> keep_alive_of(std::string_view text) {
    const auto interval = query::parse_interval(text);
    if (!interval) {
        return query::dsl::illegal(fmt::format("failed to parse a time value [{}]: {}",
                                               text.substr(0, 100), interval.error().message));
    }
    if (interval.value() > OpenContexts::longest) {
        return query::dsl::illegal(fmt::format(
            "Keep alive for request ({}) is too large. It must be less than (1d).", text));
    }
    return interval.value();
}

// One search, whoever asked for it.
struct Run {
    const ReadContext& context;
    std::shared_ptr<const storage::Snapshot> snapshot;
    event::IndexPattern indices;
    const json::object& body;
    bool paged = false;  // of a scroll
    std::string last = {};
    std::optional<storage::Position> position = {};
};

struct Ran {
    std::string text;  // members behind "took"
    Hits hits;
};

// A scroll's pages need an order in which no two rows are equal.
Parsed<void> prepare_page(const Run& run, SearchBody& body) {
    if (!run.paged) return base::outcome::success();
    const bool by_place = std::all_of(body.sort.begin(), body.sort.end(),
                                      [](const auto& key) { return key.field.name == "_doc"; });
    if (by_place) {
        body.sort.clear();
        return base::outcome::success();
    }
    query::dsl::SortKey place;
    place.field.name = "_doc";
    body.sort.push_back(std::move(place));
    body.last_key_is_hidden = true;
    if (run.last.empty()) return base::outcome::success();
    TRY(const json::value values, query::dsl::parse_json(run.last));
    body.search_after.emplace(values.get_array().begin(), values.get_array().end());
    return base::outcome::success();
}

Parsed<Ran> run_search(const Run& run) {
    const query::Searcher searcher = searcher_of(run.context, run.snapshot);
    TRY(const auto mapping, mapping_of(searcher, run.context.catalog, run.indices));
    TRY(SearchBody body, query::dsl::read_search(run.body, mapping, run.context.now));
    TRY(prepare_page(run, body));
    query::Selection selection;
    selection.indices = run.indices;
    selection.predicate = body.query;
    query::take_times(selection);
    Ran ran;
    query::dsl::HitsRequest request{body, mapping, selection, run.position};
    TRY(ran.hits, query::dsl::find_hits(searcher, request));
    ran.text = fmt::format(R"("timed_out":false,{},"hits":)", shards_text);
    ran.text += query::dsl::hits_object(ran.hits, body);
    // A pattern that no index fits has no aggregations, not empty ones.
    bool wanted = body.aggregations != nullptr;
    if (wanted && run.indices.text().find('*') != std::string::npos) {
        TRY(const auto infos, searcher.indices(run.indices));
        wanted = !infos.empty();
    }
    if (wanted) {
        const bool typed = flag(run.context, "typed_keys");
        TRY(const std::string text,
            query::dsl::answer_aggregations(
                searcher, {*body.aggregations, mapping, selection, run.context.now, typed}));
        ran.text += R"(,"aggregations":)" + text;
    }
    return ran;
}

Failure too_many_contexts() {
    return {429, "es_rejected_execution_exception",
            fmt::format("Trying to create too many scroll contexts. Must be less than or equal to: "
                        "[{}].",
                        OpenContexts::most)};
}

Parsed<Answer> first_page(const ReadContext& context, const event::IndexPattern& indices,
                          const json::object& body) {
    TRY(const base::Nanos keep_alive, keep_alive_of(context.request.parameter("scroll")));
    const json::value* from = body.if_contains("from");
    const bool at_start = from == nullptr || query::dsl::text_of_scalar(*from) == "0";
    if (!at_start || body.contains("search_after"))
        return query::dsl::illegal("using [from] or [search_after] is not allowed in a scroll");
    constexpr std::size_t most_bytes = 1 << 20;
    if (context.request.body.size() > most_bytes)
        return query::dsl::illegal("expected a scroll's search of at most 1 MiB");
    TRY(const Ran ran, run_search({context, context.snapshot, indices, body, true}));
    OpenContext opened;
    opened.snapshot = context.snapshot;
    opened.indices = indices.text();
    opened.body = json::serialize(body);
    opened.keep_alive = keep_alive;
    opened.position = ran.hits.position;
    if (!ran.hits.last.empty())
        opened.last = json::serialize(json::array(ran.hits.last.begin(), ran.hits.last.end()));
    const auto id = context.open.open(std::move(opened));
    if (!id) return too_many_contexts();
    return Answer{
        200, fmt::format(R"({{"_scroll_id":"{}","took":{},{}}})", *id, took(context), ran.text)};
}

Failure no_context(const std::string& id) {
    return {404, "search_context_missing_exception",
            fmt::format("No search context found for id [{}]", id.substr(0, 100)), true};
}

// A search over a point in time that was opened before.
Parsed<Answer> search_point(const ReadContext& context, json::object& body) {
    const auto* point = body["pit"].if_object();
    const auto* id = point == nullptr ? nullptr : point->if_contains("id");
    if (id == nullptr || !id->is_string())
        return query::dsl::illegal("point in time id is missing");
    base::Nanos keep_alive = 0;
    if (const auto* keep = point->if_contains("keep_alive")) {
        TRY(const std::string text, query::dsl::scalar(*keep, "keep_alive"));
        TRY(keep_alive, keep_alive_of(text));
    }
    const std::string name(id->get_string());
    const auto opened = context.open.find(name, keep_alive);
    if (!opened) return no_context(name);
    // The last key keeps pages apart, as Elasticsearch's own _shard_doc.
    if (auto* sort = body.if_contains("sort")) {
        if (!sort->is_array()) *sort = json::array{*sort};
        const std::string keys = json::serialize(*sort);
        if (keys.find("_shard_doc") == std::string::npos) sort->get_array().push_back("_shard_doc");
    } else if (body.contains("search_after")) {
        body["sort"] = json::array{"_shard_doc"};
    }
    TRY(const Ran ran,
        run_search({context, opened->snapshot, event::IndexPattern(opened->indices), body}));
    return Answer{200,
                  fmt::format(R"({{"pit_id":"{}","took":{},{}}})", name, took(context), ran.text)};
}

}  // namespace

Parsed<Answer> answer_search(const ReadContext& context) {
    TRY(json::object body, object_in(context.request.body));
    add_parameters(context.request, body);
    const std::string names(context.path["index"]);
    if (body.contains("pit")) {
        if (!names.empty())
            return query::dsl::illegal(
                "[indices] cannot be used with point in time. Do not specify any index with point "
                "in time.");
        return search_point(context, body);
    }
    TRY(const event::IndexPattern indices, indices_of(context, names));
    if (context.request.has_parameter("scroll")) return first_page(context, indices, body);
    TRY(const Ran ran, run_search({context, context.snapshot, indices, body}));
    return Answer{200, fmt::format(R"({{"took":{},{}}})", took(context), ran.text)};
}

namespace {

Parsed<std::string> one_of_many(const ReadContext& context, std::string_view header_line,
                                std::string_view body_line) {
    TRY(const json::object header, object_in(header_line));
    TRY(json::object body, object_in(body_line));
    std::string names(context.path["index"]);
    if (const auto* named = header.if_contains("index")) {
        names.clear();
        const json::array list = named->is_array() ? named->get_array() : json::array{*named};
        for (const json::value& each : list) {
            TRY(const std::string name, query::dsl::scalar(each, "index"));
            names += (names.empty() ? "" : ",") + name;
        }
    }
    const auto* lenient = header.if_contains("ignore_unavailable");
    Parsed<event::IndexPattern> indices = indices_of(context, names);
    if (!indices && lenient != nullptr && query::dsl::text_of_scalar(*lenient) == "true")
        indices = event::IndexPattern(names);
    if (!indices) return indices.error();
    TRY(Ran ran, run_search({context, context.snapshot, indices.value(), body}));
    return fmt::format(R"({{"took":{},{},"status":200}})", took(context), ran.text);
}

}  // namespace

Parsed<Answer> answer_msearch(const ReadContext& context) {
    constexpr std::size_t most_searches = 1000;
    constexpr std::size_t most_bytes = 128 << 20;
    std::vector<std::string_view> lines;
    std::string_view rest = context.request.body;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        lines.push_back(line);
    }
    while (!lines.empty() && lines.back().find_first_not_of(" \r\t") == std::string_view::npos &&
           lines.size() % 2 == 1)
        lines.pop_back();
    if (lines.empty() || lines.size() % 2 != 0 || lines.size() > 2 * most_searches) {
        return Failure{400, "action_request_validation_exception",
                       fmt::format("Validation Failed: 1: expected pairs of lines, a header and a "
                                   "search, 1 to {} of them;",
                                   most_searches)};
    }
    std::string out;
    for (std::size_t at = 0; at < lines.size(); at += 2) {
        if (at > 0) out += ",";
        auto one = one_of_many(context, lines[at], lines[at + 1]);
        out += one ? one.value() : failure_text(one.error());
        if (out.size() > most_bytes) return query::dsl::illegal("the answers take too much memory");
    }
    return Answer{200, fmt::format(R"({{"took":{},"responses":[{}]}})", took(context), out)};
}

Parsed<Answer> answer_scroll(const ReadContext& context) {
    std::string id(context.path["id"]);
    std::string keep(context.request.parameter("scroll"));
    if (id.empty()) id = context.request.parameter("scroll_id");
    if (!context.request.body.empty()) {
        TRY(const json::object body, object_in(context.request.body));
        if (const auto* given = body.if_contains("scroll_id")) {
            TRY(id, query::dsl::scalar(*given, "scroll_id"));
        }
        if (const auto* given = body.if_contains("scroll")) {
            TRY(keep, query::dsl::scalar(*given, "scroll"));
        }
    }
    if (id.empty()) return query::dsl::illegal("scrollId is missing");
    base::Nanos keep_alive = 0;
    if (!keep.empty()) {
        TRY(keep_alive, keep_alive_of(keep));
    }
    const auto opened = context.open.find(id, keep_alive);
    if (!opened) return no_context(id);
    TRY(json::object body, object_in(opened->body));
    body.erase("aggs");
    body.erase("aggregations");
    Run run{context, opened->snapshot, event::IndexPattern(opened->indices), body, true};
    run.last = opened->last;
    run.position = opened->position;
    TRY(const Ran ran, run_search(run));
    if (ran.hits.shown > 0) {
        std::string last;
        if (!ran.hits.last.empty())
            last = json::serialize(json::array(ran.hits.last.begin(), ran.hits.last.end()));
        context.open.update(id, std::move(last), ran.hits.position);
    }
    return Answer{
        200, fmt::format(R"({{"_scroll_id":"{}","took":{},{}}})", id, took(context), ran.text)};
}

Parsed<Answer> answer_clear_scroll(const ReadContext& context) {
    std::string id(context.path["id"]);
    json::array ids;
    if (!context.request.body.empty()) {
        TRY(const json::object body, object_in(context.request.body));
        if (const auto* given = body.if_contains("scroll_id"))
            ids = given->is_array() ? given->get_array() : json::array{*given};
    } else {
        ids = list_of(id);
    }
    std::size_t freed = 0;
    for (const json::value& each : ids) {
        TRY(const std::string name, query::dsl::scalar(each, "scroll_id"));
        freed += name == "_all" ? context.open.close_all() : context.open.close(name) ? 1 : 0;
    }
    return Answer{freed > 0 ? 200 : 404,
                  fmt::format(R"({{"succeeded":true,"num_freed":{}}})", freed)};
}

Parsed<Answer> answer_open_point(const ReadContext& context) {
    if (!context.request.has_parameter("keep_alive")) {
        return Failure{400, "action_request_validation_exception",
                       "Validation Failed: 1: [keep_alive] is not specified;"};
    }
    TRY(const base::Nanos keep_alive, keep_alive_of(context.request.parameter("keep_alive")));
    TRY(const event::IndexPattern indices, indices_of(context, std::string(context.path["index"])));
    OpenContext opened;
    opened.snapshot = context.snapshot;
    opened.indices = indices.text();
    opened.keep_alive = keep_alive;
    const auto id = context.open.open(std::move(opened));
    if (!id) return too_many_contexts();
    return Answer{200, fmt::format(R"({{"id":"{}",{}}})", *id, shards_text)};
}

Parsed<Answer> answer_close_point(const ReadContext& context) {
    TRY(const json::object body, object_in(context.request.body));
    const auto* id = body.if_contains("id");
    if (id == nullptr || !id->is_string()) return query::dsl::illegal("expected an [id]");
    const bool closed = context.open.close(std::string(id->get_string()));
    return Answer{closed ? 200 : 404,
                  fmt::format(R"({{"succeeded":{},"num_freed":{}}})", closed, closed ? 1 : 0)};
}

Parsed<Answer> answer_count(const ReadContext& context) {
    TRY(json::object body, object_in(context.request.body));
    for (const auto& [name, value] : body) {
        if (name != "query")
            return query::dsl::parsing(
                fmt::format("request does not support [{}]", std::string_view(name)));
    }
    if (context.request.has_parameter("q")) body["query"] = query_of_parameters(context.request);
    TRY(const event::IndexPattern indices, indices_of(context, std::string(context.path["index"])));
    TRY(const auto mapping, mapping_of(context.searcher, context.catalog, indices));
    TRY(const SearchBody search, query::dsl::read_search(body, mapping, context.now));
    query::Selection selection;
    selection.indices = indices;
    selection.predicate = search.query;
    query::take_times(selection);
    TRY(const std::uint64_t count, context.searcher.count(selection));
    return Answer{200, fmt::format(R"({{"count":{},{}}})", count, shards_text)};
}

}  // namespace api::elasticsearch

#include "api/elasticsearch/read_context.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/json_writer.h"

namespace api::elasticsearch {

query::Searcher searcher_of(const ReadContext& context,
                            std::shared_ptr<const storage::Snapshot> snapshot) {
    return {std::move(snapshot), context.catalog, query::Scope::everything(), context.stop};
}

bool flag(const ReadContext& context, std::string_view name) {
    return context.request.has_parameter(name) && context.request.parameter(name) != "false";
}

std::int64_t took(const ReadContext& context) {
    return (base::steady_now() - context.started) / base::millisecond;
}

Parsed<event::IndexPattern> indices_of(const ReadContext& context, const std::string& names) {
    const auto no_such = [](std::string_view name) {
        Failure failure{404, "index_not_found_exception", fmt::format("no such index [{}]", name)};
        failure.index = name;
        return failure;
    };
    TRY(const auto infos, context.searcher.indices(event::IndexPattern()));
    const bool lenient = flag(context, "ignore_unavailable");
    std::string_view rest = names;
    while (!rest.empty()) {
        const std::string_view name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        const bool plain = name.find('*') == std::string_view::npos && name != "_all" &&
                           !name.starts_with('-') && !name.empty();
        if (!plain || lenient) continue;
        const bool there =
            std::any_of(infos.begin(), infos.end(),
                        [&](const storage::IndexInfo& info) { return info.name == name; }) ||
            (context.index_known && context.index_known(name));
        if (!there) return no_such(name);
    }
    event::IndexPattern pattern(names == "_all" ? "" : names);
    if (context.request.parameter("allow_no_indices") == "false" &&
        std::none_of(infos.begin(), infos.end(),
                     [&](const storage::IndexInfo& info) { return pattern.matches(info.name); }))
        return no_such(names);
    return pattern;
}

Parsed<std::vector<storage::IndexInfo>> index_list(const ReadContext& context,
                                                   const event::IndexPattern& pattern) {
    TRY(auto infos, context.searcher.indices(pattern));
    std::sort(infos.begin(), infos.end(),
              [](const auto& one, const auto& other) { return one.name < other.name; });
    return infos;
}

Parsed<query::dsl::Mapping> mapping_of(const query::Searcher& searcher,
                                       const event::Catalog& catalog,
                                       const event::IndexPattern& indices) {
    TRY(auto fields, searcher.fields(indices));
    return query::dsl::Mapping(catalog, std::move(fields));
}

std::string failure_text(const Failure& failure) {
    const auto cause = [&](JsonWriter& out) {
        out.key("type").string(failure.type).key("reason").string(failure.reason);
        if (!failure.index.empty())
            out.key("resource.type").string("index_or_alias").key("index").string(failure.index);
    };
    JsonWriter out;
    out.begin_object().key("error").begin_object().key("root_cause").begin_array();
    if (!failure.in_reduce) {
        out.begin_object();
        cause(out);
        out.end_object();
    }
    out.end_array();
    if (failure.in_reduce) {
        out.key("type").string("search_phase_execution_exception").key("reason").string("");
        out.key("phase").string("fetch").key("grouped").boolean(true);
        out.key("failed_shards").begin_array().end_array().key("caused_by").begin_object();
        cause(out);
        out.end_object();
    } else if (failure.in_shard) {
        out.key("type").string("search_phase_execution_exception");
        out.key("reason").string("all shards failed").key("phase").string("query");
        out.key("grouped").boolean(true).key("failed_shards").begin_array().begin_object();
        out.key("shard").integer(0).key("index").null().key("node").string("ordertrail");
        out.key("reason").begin_object();
        cause(out);
        out.end_object().end_object().end_array();
    } else {
        cause(out);
    }
    out.end_object().key("status").integer(failure.status).end_object();
    return out.take();
}

}  // namespace api::elasticsearch

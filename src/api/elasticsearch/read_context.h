#pragma once

#include <memory>
#include <string>

#include "api/elasticsearch/open_contexts.h"
#include "api/path_parameters.h"
#include "event/catalog.h"
#include "net/http.h"
// Behind Asio: its headers cannot be read after the namespace `query` is known.
#include "query/dsl/search_body.h"
#include "query/search.h"

namespace api::elasticsearch {

using query::dsl::Failure;
using query::dsl::Parsed;
namespace json = boost::json;

struct Answer {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    net::Headers headers = {};
};

// What a handler of a read request has. One request's.
struct ReadContext {
    std::shared_ptr<const storage::Snapshot> snapshot;
    const query::Searcher& searcher;
    const event::Catalog& catalog;
    const net::HttpRequest& request;
    const PathParameters& path;
    base::Nanos now;
    base::Nanos started;  // steady
    std::stop_token stop;
    OpenContexts& open;
    const std::function<bool(std::string_view)>& index_known;
    std::size_t esql_memory;  // bytes that an ES|QL query may hold
};

// Another snapshot's context beside this one: for scrolls and points in time.
query::Searcher searcher_of(const ReadContext& context,
                            std::shared_ptr<const storage::Snapshot> snapshot);

// The indices that a path or a parameter names; "" and "_all" are all. 404 for a name without `*`
// that is no index, unless the request says ignore_unavailable.
Parsed<event::IndexPattern> indices_of(const ReadContext& context, const std::string& names);
// Their names, in order, of those that hold rows.
Parsed<std::vector<storage::IndexInfo>> index_list(const ReadContext& context,
                                                   const event::IndexPattern& pattern);
Parsed<query::dsl::Mapping> mapping_of(const query::Searcher& searcher,
                                       const event::Catalog& catalog,
                                       const event::IndexPattern& indices);
bool flag(const ReadContext& context, std::string_view name);
std::int64_t took(const ReadContext& context);

// {"error":{…},"status":…} as Elasticsearch has it.
std::string failure_text(const Failure& failure);

inline constexpr std::string_view shards_text =
    R"("_shards":{"total":1,"successful":1,"skipped":0,"failed":0})";

// Handlers, a group per file.
Parsed<Answer> answer_search(const ReadContext& context);
Parsed<Answer> answer_msearch(const ReadContext& context);
Parsed<Answer> answer_scroll(const ReadContext& context);
Parsed<Answer> answer_clear_scroll(const ReadContext& context);
Parsed<Answer> answer_open_point(const ReadContext& context);
Parsed<Answer> answer_close_point(const ReadContext& context);
Parsed<Answer> answer_count(const ReadContext& context);
Parsed<Answer> answer_document(const ReadContext& context);
Parsed<Answer> answer_source(const ReadContext& context);
Parsed<Answer> answer_mget(const ReadContext& context);
Parsed<Answer> answer_mapping(const ReadContext& context);
// Fields are mapped by what comes: the request is checked and has no effect.
Parsed<Answer> answer_put_mapping(const ReadContext& context);
// Settings of Elasticsearch's own mean nothing here: checked, too, and without an effect.
Parsed<Answer> answer_put_settings(const ReadContext& context);
Parsed<Answer> answer_stats(const ReadContext& context);
Parsed<Answer> answer_index(const ReadContext& context);
Parsed<Answer> answer_field_caps(const ReadContext& context);
Parsed<Answer> answer_cat_indices(const ReadContext& context);
Parsed<Answer> answer_cat_count(const ReadContext& context);
Parsed<Answer> answer_resolve(const ReadContext& context);
Parsed<Answer> answer_esql(const ReadContext& context);
Parsed<Answer> answer_aliases(const ReadContext& context);

}  // namespace api::elasticsearch

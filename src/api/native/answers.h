#pragma once

#include <span>
#include <string>

#include "api/native/entrance.h"
#include "api/native/parameters.h"
#include "api/path_parameters.h"
#include "base/clock.h"
#include "base/result.h"
#include "event/catalog.h"
#include "query/search.h"
#include "storage/store.h"

// The endpoints of the native API (docs/reference/api.md) as plain functions: parameters in, JSON
// text out. They run on the query pool, one thread at a time each.

namespace api {

// What an endpoint may look at.
struct NativeContext {
    const query::Searcher& searcher;
    const event::Catalog& catalog;
    const PathParameters& path;
    base::Nanos now = 0;      // the wall clock when the request came
    base::Nanos started = 0;  // the steady clock then
    std::size_t row_limit = 10'000;
    const storage::Store& store;
    std::string_view version;
    base::Nanos since = 0;              // when the server started
    std::string_view environment = {};  // of events that name none
    std::span<const Entrance> entrances = {};
};

base::Result<std::string> answer_search(const NativeContext& context, const Parameters& parameters);
base::Result<std::string> answer_histogram(const NativeContext& context,
                                           const Parameters& parameters);
base::Result<std::string> answer_facets(const NativeContext& context, const Parameters& parameters);
base::Result<std::string> answer_values(const NativeContext& context, const Parameters& parameters);
// NotFound when the event is not, or no longer, there.
base::Result<std::string> answer_context(const NativeContext& context,
                                         const Parameters& parameters);
base::Result<std::string> answer_aggregate(const NativeContext& context,
                                           const Parameters& parameters);
base::Result<std::string> answer_count(const NativeContext& context, const Parameters& parameters);
base::Result<std::string> answer_fields(const NativeContext& context, const Parameters& parameters);
base::Result<std::string> answer_indices(const NativeContext& context,
                                         const Parameters& parameters);
base::Result<std::string> answer_catalog(const NativeContext& context,
                                         const Parameters& parameters);
// How the orders of a range are, who sends, and the store itself.
base::Result<std::string> answer_orders(const NativeContext& context, const Parameters& parameters);
base::Result<std::string> answer_sources(const NativeContext& context,
                                         const Parameters& parameters);
// The ways in, what came by each, and what was in the way.
base::Result<std::string> answer_inputs(const NativeContext& context, const Parameters& parameters);
base::Result<std::string> answer_store(const NativeContext& context, const Parameters& parameters);
class JsonWriter;
// Writes the member "title" in both languages.
void write_title(const event::Title& title, JsonWriter& json);
// Writes an array of indices with their sizes.
void write_indices(const std::vector<storage::IndexInfo>& indices, JsonWriter& json);
// The path's {id}. NotFound; Conflict when it leads to several orders.
base::Result<std::string> answer_order(const NativeContext& context, const Parameters& parameters);

// Traces. The path's {id} and {span_id}: NotFound.
base::Result<std::string> answer_traces(const NativeContext& context, const Parameters& parameters);
base::Result<std::string> answer_trace(const NativeContext& context, const Parameters& parameters);
base::Result<std::string> answer_span(const NativeContext& context, const Parameters& parameters);
base::Result<std::string> answer_trace_services(const NativeContext& context,
                                                const Parameters& parameters);
base::Result<std::string> answer_trace_operations(const NativeContext& context,
                                                  const Parameters& parameters);
base::Result<std::string> answer_trace_graph(const NativeContext& context,
                                             const Parameters& parameters);

// The shared parameters: query, index, from, to.
base::Result<query::Selection> selection_of(const NativeContext& context,
                                            const Parameters& parameters);

}  // namespace api

#include "trace/trace_search.h"

#include <algorithm>
#include <map>

#include "base/hash.h"
#include "base/string_map.h"
#include "event/schema.h"
#include "event/span.h"
#include "trace/trace_finder.h"

namespace trace {

namespace {

using storage::Predicate;

// Different services and operations that are told, at most.
constexpr std::size_t most_groups = 10'000;
// Ids of spans that one answer remembers, 16 bytes each.
constexpr std::size_t most_ids = 4'000'000;

storage::Literal literal_of(base::Nanos value) {
    storage::Literal literal;
    literal.text = std::to_string(value);
    literal.integer = value;
    literal.number = static_cast<double>(value);
    return literal;
}

Predicate predicate_of(const TraceQuery& query) {
    std::vector<Predicate> all = {query.selection.predicate};
    const auto text = [&](std::string_view field, const std::string& value) {
        if (!value.empty()) all.push_back(Predicate::equals_text(std::string(field), value));
    };
    text(event::field::service_name, query.service);
    text(event::span::name, query.operation);
    std::optional<storage::Bound> least;
    std::optional<storage::Bound> most;
    if (query.least_duration > 0) least = storage::Bound{literal_of(query.least_duration), true};
    if (query.most_duration > 0) most = storage::Bound{literal_of(query.most_duration), true};
    if (least || most) {
        all.push_back(Predicate::between(std::string(event::span::duration), least, most));
    }
    all.push_back(Predicate::exists(std::string(event::field::trace_id)));
    return Predicate::all_of(std::move(all));
}

// One trace, span by span.
class Summary {
  public:
    explicit Summary(std::string trace_id) { summary_.trace_id = std::move(trace_id); }

    // `ids`: of so many spans more it may remember the ids.
    void add(const Span& span, std::size_t& ids) {
        if (summary_.spans == 0) {
            summary_.start = span.start;
            summary_.end = span.end();
        }
        summary_.start = std::min(summary_.start, span.start);
        summary_.end = std::max(summary_.end, span.end());
        ++summary_.spans;
        summary_.errors += span.error ? 1 : 0;
        ServiceShare& share = shares_[span.service];
        ++share.spans;
        share.errors += span.error ? 1 : 0;
        const bool root = span.parent_span_id.empty();
        if (ids > 0) {
            --ids;
            ids_.push_back(base::hash_of(span.span_id));
            if (!root) parents_.push_back(base::hash_of(span.parent_span_id));
        }
        const bool better = root != summary_.has_root ? root : span.start < root_start_;
        if (summary_.spans == 1 || better) {
            summary_.has_root = root;
            summary_.root_service = span.service;
            summary_.root_name = span.name;
            root_start_ = span.start;
        }
    }

    TraceSummary finish() {
        std::sort(ids_.begin(), ids_.end());
        // Where not all ids are remembered, it is not known.
        const bool known = ids_.size() == summary_.spans;
        for (std::size_t at = 0; known && at < parents_.size(); ++at) {
            const std::uint64_t parent = parents_[at];
            summary_.orphans += std::binary_search(ids_.begin(), ids_.end(), parent) ? 0 : 1;
        }
        for (auto& [name, share] : shares_) {
            share.name = name;
            summary_.services.push_back(std::move(share));
        }
        return std::move(summary_);
    }

  private:
    TraceSummary summary_;
    std::map<std::string, ServiceShare> shares_;
    std::vector<std::uint64_t> ids_;  // of spans, hashed
    std::vector<std::uint64_t> parents_;
    base::Nanos root_start_ = 0;
};

std::uint64_t count_of(const query::Value& value) {
    const auto* const count = std::get_if<std::int64_t>(&value);
    return count == nullptr ? 0 : static_cast<std::uint64_t>(*count);
}

}  // namespace

base::Result<std::vector<std::string>> search_trace_ids(const query::Searcher& searcher,
                                                        const TraceQuery& query) {
    std::vector<std::string> found;
    if (query.limit == 0) return found;
    base::StringSet seen;
    storage::ScanRequest request;
    request.indices = query.selection.indices;
    request.range = query.selection.range;
    request.predicate = predicate_of(query);
    request.columns = {std::string(event::field::trace_id)};
    request.order = storage::Order::newest_first;
    TRY(searcher.rows(std::move(request), [&](const event::Batch& batch) {
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            const std::string_view id = text_of(batch, event::field::trace_id, row);
            if (id.empty() || !seen.emplace(id).second) continue;
            found.emplace_back(id);
            if (found.size() == query.limit) return false;
        }
        return true;
    }));
    return found;
}

base::Result<std::vector<TraceSummary>> summarise(const query::Searcher& searcher,
                                                  const std::vector<std::string>& trace_ids) {
    std::vector<TraceSummary> made;
    if (trace_ids.empty()) return made;
    base::StringMap<Summary> summaries;
    for (const std::string& id : trace_ids) summaries.emplace(id, Summary(id));
    storage::ScanRequest request;
    request.indices = event::IndexPattern(event::span::indices);
    request.predicate = Predicate::one_of(event::field::trace_id, trace_ids);
    request.columns = span_columns();
    request.order = storage::Order::any;
    std::vector<Span> spans;
    std::size_t ids = most_ids;
    TRY(searcher.rows(std::move(request), [&](const event::Batch& batch) {
        spans.clear();
        read_spans(batch, spans);
        for (const Span& span : spans) {
            const auto found = summaries.find(span.trace_id);
            if (found != summaries.end()) found->second.add(span, ids);
        }
        return true;
    }));
    for (const std::string& id : trace_ids) {
        TraceSummary summary = summaries.find(id)->second.finish();
        if (summary.spans > 0) made.push_back(std::move(summary));
    }
    return made;
}

base::Result<std::vector<ServiceShare>> services(const query::Searcher& searcher,
                                                 query::Selection selection) {
    query::AggregateQuery request;
    request.selection = std::move(selection);
    request.group_by = {std::string(event::field::service_name), std::string(event::span::status)};
    request.missing = true;
    request.size = most_groups;
    TRY(const auto answer, searcher.aggregate(request));
    std::map<std::string, ServiceShare> shares;
    for (const auto& row : answer.rows) {
        const std::string name = query::text_of(row[0]);
        ServiceShare& share = shares[name];
        share.name = name;
        share.spans += count_of(row[2]);
        if (query::text_of(row[1]) == event::span::status_error) share.errors += count_of(row[2]);
    }
    std::vector<ServiceShare> made;
    for (auto& [name, share] : shares) made.push_back(std::move(share));
    return made;
}

base::Result<std::vector<Operation>> operations(const query::Searcher& searcher,
                                                query::Selection selection,
                                                const std::string& service) {
    query::AggregateQuery request;
    request.selection = std::move(selection);
    if (!service.empty()) {
        std::vector<Predicate> both;
        both.push_back(std::move(request.selection.predicate));
        both.push_back(Predicate::equals_text(std::string(event::field::service_name), service));
        request.selection.predicate = Predicate::all_of(std::move(both));
    }
    request.group_by = {std::string(event::span::name), std::string(event::span::kind)};
    request.missing = true;
    request.size = most_groups;
    using Metric = storage::Metric::Operation;
    request.metrics = {{Metric::count, "", {}},
                       {Metric::percentiles, std::string(event::span::duration), {50, 95}}};
    TRY(const auto answer, searcher.aggregate(request));
    std::vector<Operation> made;
    for (const auto& row : answer.rows) {
        Operation operation{query::text_of(row[0]), query::text_of(row[1]), count_of(row[2])};
        if (const auto* const percentiles = std::get_if<std::vector<double>>(&row[3]);
            percentiles != nullptr && percentiles->size() == 2) {
            operation.median = (*percentiles)[0];
            operation.p95 = (*percentiles)[1];
        }
        made.push_back(std::move(operation));
    }
    std::sort(made.begin(), made.end(), [](const Operation& one, const Operation& other) {
        return std::tie(one.name, one.kind) < std::tie(other.name, other.kind);
    });
    return made;
}

}  // namespace trace

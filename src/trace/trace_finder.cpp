#include "trace/trace_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "event/schema.h"
#include "event/span.h"

namespace trace {

namespace {

using storage::Predicate;

// Gathers traces until no link leads to another one.
class Follower {
  public:
    Follower(const query::Searcher& searcher, const Limits& limits)
        : searcher_(searcher), limits_(limits) {}

    base::Status take(const std::vector<std::string>& trace_ids) {
        storage::ScanRequest request;
        request.indices = event::IndexPattern(event::span::indices);
        request.predicate = Predicate::one_of(event::field::trace_id, trace_ids);
        request.columns = span_columns();
        request.order = storage::Order::any;
        const std::set<std::string, std::less<>> wanted(trace_ids.begin(), trace_ids.end());
        const std::size_t before = spans_.size();
        TRY(searcher_.rows(std::move(request), [&](const event::Batch& batch) {
            const std::size_t first = spans_.size();
            read_spans(batch, spans_);
            // Attributes of that name fit too.
            const auto foreign = [&](const Span& span) { return !wanted.contains(span.trace_id); };
            spans_.erase(std::remove_if(spans_.begin() + static_cast<std::ptrdiff_t>(first),
                                        spans_.end(), foreign),
                         spans_.end());
            if (spans_.size() <= limits_.spans) return true;
            spans_.resize(limits_.spans);
            truncated_ = true;
            return false;
        }));
        newest_ = before;
        return base::ok();
    }

    base::Status follow(const std::string& first) {
        known_.push_back(first);
        std::vector<std::string> now = {first};
        while (!now.empty() && !truncated_) {
            TRY(auto next, neighbours(now));
            std::vector<std::string> chosen;
            for (auto& id : next) {
                if (std::find(known_.begin(), known_.end(), id) != known_.end()) continue;
                if (known_.size() > limits_.traces) {
                    truncated_ = true;
                    break;
                }
                known_.push_back(id);
                chosen.push_back(std::move(id));
            }
            if (!chosen.empty()) TRY(take(chosen));
            now = std::move(chosen);
        }
        return base::ok();
    }

    Trace finish(const std::string& trace_id) {
        Trace trace = arrange(trace_id, std::move(spans_));
        trace.truncated = truncated_;
        // Traces that a link names and nobody sent are not told.
        std::set<std::string_view> there;
        for (const Span& span : trace.spans) there.insert(span.trace_id);
        for (auto& id : known_) {
            if (there.contains(id)) trace.trace_ids.push_back(std::move(id));
        }
        return trace;
    }

    bool empty() const { return spans_.empty(); }

  private:
    // Traces that the spans taken last name, and those that name one of `trace_ids`.
    base::Result<std::set<std::string>> neighbours(
        const std::vector<std::string>& trace_ids) const {
        std::set<std::string> found;
        for (std::size_t at = newest_; at < spans_.size(); ++at) {
            for (const SpanReference& link : spans_[at].links) {
                if (found.size() <= limits_.traces) found.insert(link.trace_id);
            }
        }
        storage::ScanRequest request;
        request.indices = event::IndexPattern(event::span::indices);
        request.predicate = Predicate::one_of(event::span::linked_trace_id, trace_ids);
        request.columns = {std::string(event::field::trace_id)};
        request.order = storage::Order::any;
        TRY(searcher_.rows(std::move(request), [&](const event::Batch& batch) {
            for (std::uint32_t row = 0; row < batch.rows(); ++row) {
                const auto id = text_of(batch, event::field::trace_id, row);
                if (!id.empty()) found.emplace(id);
            }
            return found.size() <= 2 * limits_.traces;
        }));
        return found;
    }

    const query::Searcher& searcher_;
    const Limits limits_;
    std::vector<Span> spans_;
    std::size_t newest_ = 0;  // first of the spans taken last
    std::vector<std::string> known_;
    bool truncated_ = false;
};

}  // namespace

std::string normal_trace_id(std::string_view text) {
    std::string id(text);
    for (char& c : id) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c + ('a' - 'A'));
        const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (!digit) return std::string(text);
    }
    constexpr std::size_t digits = 32;
    if (id.empty() || id.size() > digits) return std::string(text);
    return std::string(digits - id.size(), '0') + id;
}

base::Result<Trace> find_trace(const query::Searcher& searcher, const std::string& trace_id,
                               bool follow, const Limits& limits) {
    const std::string id = normal_trace_id(trace_id);
    Follower follower(searcher, limits);
    TRY(follower.take({id}));
    if (follower.empty()) {
        return base::Error(base::Code::not_found,
                           fmt::format("there are no spans of the trace '{}'", trace_id));
    }
    if (follow) TRY(follower.follow(id));
    Trace trace = follower.finish(id);
    if (trace.trace_ids.empty()) trace.trace_ids.push_back(id);
    return trace;
}

base::Result<std::vector<SpanLogs>> count_logs(const query::Searcher& searcher,
                                               const std::vector<std::string>& trace_ids,
                                               std::size_t most) {
    query::AggregateQuery request;
    request.selection.predicate = Predicate::one_of(event::field::trace_id, trace_ids);
    request.group_by = {std::string(event::field::span_id)};
    request.missing = true;
    request.size = most;
    TRY(const auto answer, searcher.aggregate(request));
    std::vector<SpanLogs> logs;
    for (const auto& row : answer.rows) {
        const auto* const count = std::get_if<std::int64_t>(&row[1]);
        if (count != nullptr && *count > 0) {
            logs.push_back({query::text_of(row[0]), static_cast<std::uint64_t>(*count)});
        }
    }
    return logs;
}

}  // namespace trace

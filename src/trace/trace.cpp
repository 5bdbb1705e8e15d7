#include "trace/trace.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "base/hash.h"

namespace trace {

namespace {

using Key = std::pair<std::string_view, std::string_view>;  // trace id, span id
struct KeyHash {
    std::size_t operator()(const Key& key) const {
        return base::hash_of(key.first) * 31 + base::hash_of(key.second);
    }
};

constexpr std::int32_t none = Trace::none;

// Finds parents of spans that are sorted by their start.
class Family {
  public:
    explicit Family(const std::vector<Span>& spans) : spans_(spans) {
        places_.reserve(spans.size());
        for (std::size_t at = 0; at < spans.size(); ++at) {
            const auto position = static_cast<std::int32_t>(at);
            auto& place = places_[{spans[at].trace_id, spans[at].span_id}];
            if (spans[at].kind == "server") {
                place.server = position;
            } else if (place.other == none) {
                place.other = position;
            }
        }
    }

    std::int32_t parent_of(std::int32_t at) const {
        const Span& span = spans_[static_cast<std::size_t>(at)];
        if (span.kind == "server") {
            const std::int32_t client = places_.at({span.trace_id, span.span_id}).other;
            if (client != none) return client;
        }
        if (!span.parent_span_id.empty()) {
            const std::int32_t parent = find({span.trace_id, span.parent_span_id});
            if (parent != none && parent != at) return parent;
        }
        return linked_of(at);
    }

    // A span that this one names by a link.
    std::int32_t linked_of(std::int32_t at) const {
        for (const SpanReference& link : spans_[static_cast<std::size_t>(at)].links) {
            const std::int32_t linked = find({link.trace_id, link.span_id});
            if (linked != none && linked != at) return linked;
        }
        return none;
    }

    std::int32_t find(const Key& key) const {
        const auto found = places_.find(key);
        if (found == places_.end()) return none;
        return found->second.server != none ? found->second.server : found->second.other;
    }

  private:
    struct Place {
        std::int32_t server = none;
        std::int32_t other = none;
    };
    const std::vector<Span>& spans_;
    std::unordered_map<Key, Place, KeyHash> places_;
};

// Opens rings of parents: one of each becomes a root.
void open_rings(std::vector<std::int32_t>& parents) {
    enum class Seen : std::uint8_t { no, now, done };
    std::vector<Seen> seen(parents.size(), Seen::no);
    std::vector<std::size_t> way;
    for (std::size_t first = 0; first < parents.size(); ++first) {
        way.clear();
        std::size_t at = first;
        while (seen[at] == Seen::no) {
            seen[at] = Seen::now;
            way.push_back(at);
            if (parents[at] == none) break;
            const auto parent = static_cast<std::size_t>(parents[at]);
            if (seen[parent] == Seen::now) {
                parents[at] = none;
                break;
            }
            at = parent;
        }
        for (const std::size_t each : way) seen[each] = Seen::done;
    }
}

// Positions in the order of the picture: a span, its children, the next.
std::vector<std::uint32_t> order_of(const std::vector<std::int32_t>& parents) {
    const std::size_t count = parents.size();
    // Children of each, ascending: by their start. Roots are the children of `count`.
    std::vector<std::uint32_t> first(count + 2, 0);
    const auto slot = [&](std::size_t at) {
        return parents[at] == none ? count : static_cast<std::size_t>(parents[at]);
    };
    for (std::size_t at = 0; at < count; ++at) ++first[slot(at) + 1];
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<std::uint32_t> children(count);
    std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
    for (std::size_t at = 0; at < count; ++at) {
        children[next[slot(at)]++] = static_cast<std::uint32_t>(at);
    }
    std::vector<std::uint32_t> order;
    std::vector<std::uint32_t> open;
    const auto push = [&](std::size_t of) {
        for (std::uint32_t at = first[of + 1]; at > first[of]; --at)
            open.push_back(children[at - 1]);
    };
    push(count);
    while (!open.empty()) {
        const std::uint32_t at = open.back();
        open.pop_back();
        order.push_back(at);
        push(at);
    }
    return order;
}

void find_waits(Trace& trace) {
    const Family family(trace.spans);
    for (std::size_t at = 0; at < trace.spans.size(); ++at) {
        const Span& to = trace.spans[at];
        if (!to.receives()) continue;
        std::int32_t from = trace.parents[at];
        const bool by_parent =
            from != none &&
            to.parent_span_id == trace.spans[static_cast<std::size_t>(from)].span_id;
        if (from == none || !trace.spans[static_cast<std::size_t>(from)].sends()) {
            from = family.linked_of(static_cast<std::int32_t>(at));
        }
        if (from == none || !trace.spans[static_cast<std::size_t>(from)].sends()) continue;
        const Span& sender = trace.spans[static_cast<std::size_t>(from)];
        Wait wait;
        wait.from = static_cast<std::uint32_t>(from);
        wait.to = static_cast<std::uint32_t>(at);
        wait.queue = to.queue.empty() ? sender.queue : to.queue;
        wait.start = sender.end();
        wait.duration = std::max<base::Nanos>(to.start - wait.start, 0);
        wait.by_link = !(by_parent && from == trace.parents[at]);
        trace.waits.push_back(std::move(wait));
    }
}

}  // namespace

Trace arrange(std::string trace_id, std::vector<Span> spans) {
    std::stable_sort(spans.begin(), spans.end(), [](const Span& one, const Span& other) {
        return std::tie(one.start, one.span_id) < std::tie(other.start, other.span_id);
    });
    std::vector<std::int32_t> parents(spans.size());
    {
        const Family family(spans);
        for (std::size_t at = 0; at < spans.size(); ++at) {
            parents[at] = family.parent_of(static_cast<std::int32_t>(at));
        }
    }
    open_rings(parents);
    const std::vector<std::uint32_t> order = order_of(parents);
    std::vector<std::uint32_t> place(order.size());
    for (std::size_t at = 0; at < order.size(); ++at) {
        place[order[at]] = static_cast<std::uint32_t>(at);
    }
    Trace trace;
    trace.trace_id = std::move(trace_id);
    for (const std::uint32_t from : order) {
        const std::int32_t parent =
            parents[from] == none
                ? none
                : static_cast<std::int32_t>(place[static_cast<std::size_t>(parents[from])]);
        trace.parents.push_back(parent);
        trace.depths.push_back(parent == none ? 0
                                              : trace.depths[static_cast<std::size_t>(parent)] + 1);
        trace.spans.push_back(std::move(spans[from]));
    }
    if (!trace.spans.empty()) {
        trace.start = trace.spans.front().start;
        trace.end = trace.start;
    }
    for (const Span& span : trace.spans) {
        trace.start = std::min(trace.start, span.start);
        trace.end = std::max(trace.end, span.end());
    }
    find_waits(trace);
    return trace;
}

}  // namespace trace

#include "trace/service_graph.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "base/hash.h"
#include "base/string_map.h"
#include "trace/span.h"

namespace trace {

namespace {

// Ids of spans by hash: of a million spans none share one but by a chance of 1 in 30 million.
std::uint64_t key_of(std::string_view trace_id, std::string_view span_id) {
    return base::hash_of(trace_id) * 0x9E3779B97F4A7C15ULL + base::hash_of(span_id);
}

class Grapher {
  public:
    explicit Grapher(const GraphLimits& limits) : limits_(limits) {}

    void add(const Span& span) {
        Node node;
        node.service = number_of(span.service);
        node.queue = span.queue.empty() ? 0 : number_of(span.queue);
        node.start = span.start;
        node.duration = span.duration;
        node.error = span.error;
        node.sends = span.sends();
        node.receives = span.receives();
        node.server = span.kind == "server";
        node.key = key_of(span.trace_id, span.span_id);
        if (!span.parent_span_id.empty()) {
            node.parent = key_of(span.trace_id, span.parent_span_id);
        }
        node.first_link = links_.size();
        for (std::size_t at = 0; limits_.links && at < span.links.size(); ++at) {
            const SpanReference& link = span.links[at];
            links_.push_back(key_of(link.trace_id, link.span_id));
        }
        node.last_link = links_.size();
        nodes_.push_back(node);
        ServiceShare& share = shares_[span.service];
        ++share.spans;
        share.errors += span.error ? 1 : 0;
    }

    std::size_t size() const { return nodes_.size(); }

    ServiceGraph finish() {
        // Of two spans of one id the server's is the parent of others.
        std::unordered_map<std::uint64_t, std::size_t> places;
        places.reserve(nodes_.size());
        for (std::size_t at = 0; at < nodes_.size(); ++at) {
            const auto [place, added] = places.try_emplace(nodes_[at].key, at);
            if (added) continue;
            const std::size_t other = place->second;
            if (nodes_[at].server) place->second = at;
            if (nodes_[at].server != nodes_[other].server) {
                connect(nodes_[at].server ? nodes_[other] : nodes_[at],
                        nodes_[at].server ? nodes_[at] : nodes_[other]);
            }
        }
        for (const Node& node : nodes_) {
            const auto connect_with = [&](std::uint64_t key) {
                const auto found = places.find(key);
                if (found != places.end()) connect(nodes_[found->second], node);
            };
            if (node.parent != 0) connect_with(node.parent);
            for (std::size_t at = node.first_link; at < node.last_link; ++at) {
                if (links_[at] != node.parent) connect_with(links_[at]);
            }
        }
        ServiceGraph graph;
        for (auto& [name, share] : shares_) {
            share.name = name;
            graph.services.push_back(std::move(share));
        }
        for (auto& [key, edge] : edges_) graph.edges.push_back(told(key, edge));
        std::sort(graph.edges.begin(), graph.edges.end(), [](const auto& one, const auto& other) {
            return std::tie(one.from, one.to, one.queue) <
                   std::tie(other.from, other.to, other.queue);
        });
        return graph;
    }

  private:
    struct Node {
        std::uint64_t key = 0;
        std::uint64_t parent = 0;  // 0: none
        std::size_t first_link = 0;
        std::size_t last_link = 0;
        base::Nanos start = 0;
        base::Nanos duration = 0;
        std::uint32_t service = 0;
        std::uint32_t queue = 0;
        bool error = false;
        bool sends = false;
        bool receives = false;
        bool server = false;
    };
    using EdgeKey = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
    struct Edge {
        std::uint64_t errors = 0;
        std::vector<base::Nanos> durations;
        std::vector<base::Nanos> waits;
    };

    std::uint32_t number_of(const std::string& name) {
        const auto [found, added] =
            numbers_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
        if (added) names_.push_back(name);
        return found->second;
    }

    void connect(const Node& from, const Node& to) {
        if (from.service == to.service && !limits_.within_services) return;
        const bool message = from.sends && to.receives;
        const std::uint32_t queue = !message ? 0 : to.queue != 0 ? to.queue : from.queue;
        Edge& edge = edges_[{from.service, to.service, queue}];
        edge.errors += to.error ? 1 : 0;
        edge.durations.push_back(to.duration);
        if (message) {
            edge.waits.push_back(std::max<base::Nanos>(to.start - from.start - from.duration, 0));
        }
    }

    static base::Nanos p95_of(std::vector<base::Nanos>& values) {
        if (values.empty()) return 0;
        const std::size_t rank = (values.size() * 95 + 99) / 100 - 1;
        const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank);
        std::nth_element(values.begin(), place, values.end());
        return *place;
    }

    ServiceEdge told(const EdgeKey& key, Edge& edge) const {
        ServiceEdge made;
        made.from = names_[std::get<0>(key)];
        made.to = names_[std::get<1>(key)];
        made.queue = names_[std::get<2>(key)];
        made.calls = edge.durations.size();
        made.errors = edge.errors;
        made.p95 = p95_of(edge.durations);
        made.wait_p95 = p95_of(edge.waits);
        return made;
    }

    const GraphLimits limits_;
    std::vector<Node> nodes_;
    std::vector<std::uint64_t> links_;
    std::vector<std::string> names_ = {""};  // of services and queues; the first is none
    base::StringMap<std::uint32_t> numbers_ = {{"", 0}};
    std::map<std::string, ServiceShare> shares_;
    std::map<EdgeKey, Edge> edges_;
};

}  // namespace

base::Result<ServiceGraph> service_graph(const query::Searcher& searcher,
                                         const query::Selection& selection,
                                         const GraphLimits& limits) {
    storage::ScanRequest request;
    request.indices = selection.indices;
    request.range = selection.range;
    request.predicate = selection.predicate;
    request.columns = span_columns();
    request.order = storage::Order::newest_first;
    Grapher grapher(limits);
    bool truncated = false;
    std::vector<Span> spans;
    TRY(searcher.rows(std::move(request), [&](const event::Batch& batch) {
        spans.clear();
        read_spans(batch, spans);
        for (const Span& span : spans) {
            if (grapher.size() == limits.spans) {
                truncated = true;
                return false;
            }
            grapher.add(span);
        }
        return true;
    }));
    ServiceGraph graph = grapher.finish();
    graph.truncated = truncated;
    return graph;
}

}  // namespace trace

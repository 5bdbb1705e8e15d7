#include "input/elasticsearch/elasticsearch_input.h"

#include <fmt/format.h>

#include <array>

#include "base/clock.h"
#include "input/elasticsearch/bulk_response.h"

namespace input {

using namespace elasticsearch;  // NOLINT(google-build-using-namespace): this is that folder's face

namespace {

// From so many items on the answer is written on an ingest thread.
constexpr std::size_t many_items = 500;

enum class Kind {
    banner,
    bulk,
    document,
    create,
    license,
    xpack,
    health,
    cat_health,
    nodes,
    resource,
    index,
    shards
};

struct Entry {
    Route route;
    Kind kind;
};

// Literal parts before {names}: the first pattern that fits a path counts.
constexpr std::array entries = {
    Entry{{"GET HEAD", "/"}, Kind::banner},
    Entry{{"POST PUT", "/_bulk"}, Kind::bulk},
    Entry{{"GET", "/_license"}, Kind::license},
    Entry{{"GET", "/_xpack"}, Kind::xpack},
    Entry{{"GET", "/_nodes"}, Kind::nodes},
    Entry{{"GET POST", "/_refresh"}, Kind::shards},
    Entry{{"GET POST", "/_flush"}, Kind::shards},
    Entry{{"GET", "/_cluster/health"}, Kind::health},
    Entry{{"GET", "/_cluster/health/{index}"}, Kind::health},
    Entry{{"GET", "/_cat/health"}, Kind::cat_health},
    Entry{{"GET", "/_nodes/{node}"}, Kind::nodes},
    Entry{{"GET", "/_nodes/{node}/{metric}"}, Kind::nodes},
    Entry{{"GET", "/_index_template"}, Kind::resource},
    Entry{{"GET HEAD PUT POST DELETE", "/_index_template/{name}"}, Kind::resource},
    Entry{{"GET", "/_template"}, Kind::resource},
    Entry{{"GET HEAD PUT POST DELETE", "/_template/{name}"}, Kind::resource},
    Entry{{"GET", "/_component_template"}, Kind::resource},
    Entry{{"GET HEAD PUT POST DELETE", "/_component_template/{name}"}, Kind::resource},
    Entry{{"GET", "/_ilm/policy"}, Kind::resource},
    Entry{{"GET HEAD PUT DELETE", "/_ilm/policy/{name}"}, Kind::resource},
    Entry{{"GET", "/_ingest/pipeline"}, Kind::resource},
    Entry{{"GET HEAD PUT DELETE", "/_ingest/pipeline/{name}"}, Kind::resource},
    Entry{{"GET", "/_data_stream"}, Kind::resource},
    Entry{{"GET HEAD PUT DELETE", "/_data_stream/{name}"}, Kind::resource},
    Entry{{"POST PUT", "/{index}/_bulk"}, Kind::bulk},
    Entry{{"POST", "/{index}/_doc"}, Kind::document},
    Entry{{"POST PUT DELETE", "/{index}/_doc/{id}"}, Kind::document},
    Entry{{"POST PUT", "/{index}/_create/{id}"}, Kind::create},
    Entry{{"GET POST", "/{index}/_refresh"}, Kind::shards},
    Entry{{"GET POST", "/{index}/_flush"}, Kind::shards},
    Entry{{"HEAD PUT", "/{index}"}, Kind::index},
};

constexpr auto route_list = [] {
    std::array<Route, entries.size()> routes{};
    for (std::size_t at = 0; at < entries.size(); ++at) routes[at] = entries[at].route;
    return routes;
}();

std::string_view take_part(std::string_view& path) {
    const std::size_t slash = path.find('/');
    const auto part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    return part;
}

// The decoded parts of a path; an encoded slash stays inside its part.
std::vector<std::string> parts_of(std::string_view raw_path) {
    std::vector<std::string> parts;
    raw_path.remove_prefix(1);
    while (!raw_path.empty()) {
        auto& part = parts.emplace_back();
        net::url_decode(take_part(raw_path), false, part);
    }
    return parts;
}

bool fits(std::string_view pattern, const std::vector<std::string>& parts) {
    pattern.remove_prefix(1);
    for (const auto& part : parts) {
        if (pattern.empty()) return false;
        const auto wanted = take_part(pattern);
        const bool name = wanted.front() == '{' && !part.empty() && part.front() != '_';
        if (!name && wanted != part) return false;
    }
    return pattern.empty();
}

bool has_method(std::string_view methods, std::string_view method) {
    const std::size_t at = methods.find(method);
    return at != std::string_view::npos && !method.empty() && (at == 0 || methods[at - 1] == ' ') &&
           (at + method.size() == methods.size() || methods[at + method.size()] == ' ');
}

std::string uri_of(const net::HttpRequest& request) {
    std::string uri = request.raw_path;
    for (const auto& [name, value] : request.query) {
        uri += uri.size() == request.raw_path.size() ? '?' : '&';
        uri += net::url_encode(name);
        if (!value.empty()) uri += "=" + net::url_encode(value);
    }
    return uri;
}

net::HttpResponse no_handler(const net::HttpRequest& request) {
    const auto text = fmt::format("no handler found for uri [{}] and method [{}]", uri_of(request),
                                  request.method);
    return json_answer(fmt::format(R"({{"error":{}}})", quoted(text)), 400);
}

net::HttpResponse wrong_method(const net::HttpRequest& request, std::string_view methods) {
    std::string allowed;
    while (!methods.empty()) {
        const std::size_t space = methods.find(' ');
        if (!allowed.empty()) allowed += ", ";
        allowed += methods.substr(0, space);
        methods.remove_prefix(space == std::string_view::npos ? methods.size() : space + 1);
    }
    const auto text =
        fmt::format("Incorrect HTTP method for uri [{}] and method [{}], allowed: [{}]",
                    uri_of(request), request.method, allowed);
    auto response = json_answer(fmt::format(R"({{"error":{},"status":405}})", quoted(text)), 405);
    response.headers.emplace_back("Allow", allowed);
    return response;
}

Failure too_many_at_once() {
    return {
        429, "es_rejected_execution_exception",
        "too many actions of requests are under way; try again in a second, with smaller requests"};
}

std::int64_t milliseconds_since(base::Nanos began) {
    return (base::steady_now() - began) / base::millisecond;
}

}  // namespace

// What a request asks for.
struct ElasticsearchInput::Target {
    const Entry* entry = nullptr;      // nullptr: no such path
    const Entry* path_only = nullptr;  // the path is there, the method is not
    std::vector<std::string> parts;
};

// A bulk request that went through the intake.
struct ElasticsearchInput::Passed {
    std::optional<Failure> failure;  // of the whole request; what follows is empty then
    std::shared_ptr<BulkRequest> request;
    std::vector<PartOutcome> outcomes;
};

ElasticsearchInput::ElasticsearchInput(Intakes intakes, ElasticsearchOptions options)
    : intakes_(intakes),
      options_(std::move(options)),
      cluster_(options_.identity),
      resources_(options_.index_exists) {}

std::span<const Route> ElasticsearchInput::routes() { return route_list; }

net::HttpResponse ElasticsearchInput::refuse(int status, const base::Error& why,
                                             const std::string& path, const std::string&) {
    return elasticsearch::refuse(status, why, path);
}

void ElasticsearchInput::finish(const net::HttpRequest& request, net::HttpResponse& response) {
    const FilterPath filter(request.parameter("filter_path"));
    if (!filter.takes_all() && response.content_type == "application/json")
        response.body = filter.apply(response.body);
    elasticsearch::finish(response, request.header("accept"), request.header("x-opaque-id"));
}

net::Task<net::HttpResponse> ElasticsearchInput::handle(net::HttpRequest request) {
    const std::string accept(request.header("accept"));
    const std::string opaque_id(request.header("x-opaque-id"));
    auto response = co_await answer(std::move(request));
    elasticsearch::finish(response, accept, opaque_id);
    co_return response;
}

net::Task<net::HttpResponse> ElasticsearchInput::answer(net::HttpRequest request) {
    Target target;
    target.parts = parts_of(request.raw_path);
    for (const auto& entry : entries) {
        if (target.entry != nullptr || !fits(entry.route.pattern, target.parts)) continue;
        (has_method(entry.route.methods, request.method) ? target.entry : target.path_only) =
            &entry;
    }
    if (target.entry == nullptr) {
        if (target.path_only == nullptr) co_return no_handler(request);
        co_return wrong_method(request, target.path_only->route.methods);
    }
    const bool in_index = target.parts.size() > 1;
    auto index = target.parts.empty() ? std::string() : target.parts[0];
    Action action;
    switch (target.entry->kind) {
        case Kind::bulk:
            if (!in_index) index.clear();
            co_return co_await bulk(std::move(request), std::move(index));
        case Kind::create:
            action = {Verb::create, event::RowOperation::create, true, {}, {}};
            break;
        case Kind::document:
            if (request.method == "DELETE") {
                action = {Verb::remove, event::RowOperation::remove, true, {}, {}};
            } else if (request.parameter("op_type") == "create") {
                action = {Verb::create, event::RowOperation::create, false, {}, {}};
            }
            action.has_id = target.parts.size() > 2;
            break;
        default:
            co_return about_cluster(target, request);
    }
    auto id = target.parts.size() > 2 ? std::move(target.parts[2]) : std::string();
    co_return co_await document(std::move(request), std::move(index), action, std::move(id));
}

net::HttpResponse ElasticsearchInput::about_cluster(const Target& target,
                                                    const net::HttpRequest& request) const {
    const auto answer = [&]() -> net::HttpResponse {
        const auto& parts = target.parts;
        switch (target.entry->kind) {
            case Kind::banner:
                return cluster_.banner();
            case Kind::license:
                return cluster_.license();
            case Kind::xpack:
                return cluster_.xpack();
            case Kind::health:
                return ClusterAnswers::health();
            case Kind::cat_health:
                return ClusterAnswers::cat_health(request);
            case Kind::nodes:
                return cluster_.nodes(request);
            case Kind::shards:
                return json_answer(R"({"_shards":{"total":1,"successful":1,"failed":0}})");
            case Kind::index:
                return resources_.index(parts[0], request);
            case Kind::resource: {
                const bool two = !ResourceAnswers::is_kind(parts[0]);
                const std::string kind = two ? parts[0] + "/" + parts[1] : parts[0];
                const std::size_t at = two ? 2 : 1;
                return resources_.resource(kind, parts.size() > at ? parts[at] : "", request);
            }
            default:
                return no_handler(request);
        }
    };
    auto response = answer();
    const FilterPath filter(request.parameter("filter_path"));
    if (!filter.takes_all() && response.content_type == "application/json") {
        response.body = filter.apply(response.body);
    }
    return response;
}

net::Task<ElasticsearchInput::Passed> ElasticsearchInput::pass(std::function<BulkResult()> make) {
    Passed passed;
    const auto* origin = &options_.origin;
    const base::Nanos received = base::now();
    std::size_t part = 0;
    // Each call comes when the one before it has ended.
    const std::function<std::optional<event::Records>()> next = [&] {
        if (part == 0) {
            auto made = make();
            if (!made) {
                passed.failure = std::move(made).error();
                return std::optional<event::Records>();
            }
            passed.request = std::move(made).value();
        }
        event::Records records;
        records.owner = passed.request;
        records.items = passed.request->take_records(part);
        records.origin = origin;
        records.received = received;
        return std::optional(std::move(records));
    };
    do {
        // Named, since g++ 12 destroys a temporary of a co_await expression twice (GCC bug 99576).
        std::function<std::optional<event::Records>()> make_part = next;
        auto outcome = co_await accept(intakes_, std::move(make_part));
        if (passed.failure) co_return passed;
        if (!outcome && part == 0) {
            passed.failure = failure_of(outcome.error());
            co_return passed;
        }
        const bool failed = !outcome;
        passed.outcomes.push_back(std::move(outcome));
        if (failed) break;
    } while (++part < passed.request->parts());
    co_return passed;
}

net::Task<net::HttpResponse> ElasticsearchInput::bulk(net::HttpRequest request, std::string index) {
    const base::Nanos began = base::steady_now();
    const FilterPath filter(request.parameter("filter_path"));
    // The body is moved once, by the first and only call.
    const auto body = std::make_shared<std::string>(std::move(request.body));
    std::function<BulkResult()> make = [body, index = std::move(index), limits = options_.limits,
                                        hold = std::move(request.hold)]() -> BulkResult {
        auto parsed = BulkRequest::parse(std::move(*body), index, limits);
        if (parsed && hold && !hold(parsed.value()->bookkeeping_bytes())) return too_many_at_once();
        return parsed;
    };
    auto passed = co_await pass(std::move(make));
    if (passed.failure) co_return answer_of(*passed.failure);
    const auto write = [&] {
        return write_bulk_response(*passed.request, passed.outcomes, milliseconds_since(began),
                                   filter);
    };
    if (passed.request->items().size() < many_items) co_return json_answer(write());
    auto text = co_await net::run_on(intakes_.runtime.ingest(), write);
    co_return json_answer(std::move(text));
}

net::Task<net::HttpResponse> ElasticsearchInput::document(net::HttpRequest request,
                                                          std::string index, Action action,
                                                          std::string id) {
    const FilterPath filter(request.parameter("filter_path"));
    const auto body = std::make_shared<std::string>(std::move(request.body));
    std::function<BulkResult()> make = [body, index = std::move(index), id = std::move(id),
                                        action] {
        return BulkRequest::of_document(std::move(*body), index, id, action);
    };
    auto passed = co_await pass(std::move(make));
    if (passed.failure) co_return answer_of(*passed.failure);
    auto answer = write_single_response(*passed.request, passed.outcomes.front());
    co_return json_answer(filter.takes_all() ? std::move(answer.body) : filter.apply(answer.body),
                          answer.status);
}

}  // namespace input

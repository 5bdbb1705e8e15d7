#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <vector>

#include "base/clock.h"
#include "net/http.h"
#include "ordertrail_bench.h"
#include "ordertrail_bench_report.h"
#include "ordertrail_bench_server.h"

namespace bench {

namespace json = boost::json;

namespace {

constexpr std::size_t orders_asked = 20;
constexpr base::Nanos settle_limit = 10 * base::minute;

// One question; asked in turn with each of its variants.
struct Question {
    std::string key;
    std::string label;
    std::string path;  // below the base path
    std::vector<std::string> bodies;
    std::vector<std::string> paths;  // instead, for GET requests: one per variant
    const char* counted;             // the answer's member whose size or value tells what was found
};

struct Answer {
    double milliseconds = 0;
    std::size_t bytes = 0;
    std::uint64_t found = 0;
};

struct Timings {
    double cold = 0;
    std::vector<double> warm;
    Answer last;
};

// Asks over one connection. One thread at a time.
class Asker {
  public:
    explicit Asker(const std::string& url) : base_(url + "/_trail/v1/") {}

    base::Result<json::value> ask(const std::string& path, const std::string& body) {
        TRY(const std::string text, exchange(path, body));
        json::error_code error;
        json::value answer = json::parse(text, error);
        if (error) {
            return base::Error(base::Code::internal,
                               fmt::format("{} answered no JSON: {}", path, error.message()));
        }
        return answer;
    }

    // Measures one asking of a question's variant.
    base::Result<Answer> measure(const Question& question, std::size_t variant) {
        const bool by_path = !question.paths.empty();
        const std::string& path =
            by_path ? question.paths[variant % question.paths.size()] : question.path;
        const std::string body = by_path ? "" : question.bodies[variant % question.bodies.size()];
        const base::Nanos begin = base::steady_now();
        TRY(const std::string text, exchange(path, body));
        Answer answer;
        answer.milliseconds = static_cast<double>(base::steady_now() - begin) / base::millisecond;
        answer.bytes = text.size();
        TRY(answer.found, found_in(text, question));
        return answer;
    }

  private:
    base::Result<std::string> exchange(const std::string& path, const std::string& body) {
        net::HttpClientRequest request;
        request.url = base_ + path;
        request.headers = {{"Accept-Encoding", "identity"}};
        if (!body.empty()) {
            request.method = "POST";
            request.headers.emplace_back("Content-Type", "application/json");
            request.body = body;
        }
        TRY(auto answer, client_->send(request));
        if (answer.status != 200) {
            return base::Error(base::Code::internal,
                               fmt::format("{} {} answered {}: {}", path, body, answer.status,
                                           answer.body.substr(0, 500)));
        }
        return std::move(answer.body);
    }

    // What an answer says was found: rows, a total, or the single value of an aggregate.
    static base::Result<std::uint64_t> found_in(const std::string& text, const Question& question) {
        const json::value answer = json::parse(text);
        const json::value* member = answer.as_object().if_contains(question.counted);
        if (member == nullptr) {
            return base::Error(base::Code::internal,
                               fmt::format("the answer to '{}' has no member '{}': {}",
                                           question.label, question.counted, text.substr(0, 300)));
        }
        if (!member->is_array()) return member->to_number<std::uint64_t>();
        const json::array& rows = member->as_array();
        // A single count.
        if (rows.size() == 1 && rows[0].is_array() && rows[0].as_array().size() == 1) {
            return rows[0].as_array()[0].to_number<std::uint64_t>();
        }
        return rows.size();
    }

    std::string base_;
    std::unique_ptr<net::HttpClient> client_ = net::HttpClient::create();
};

std::string body_of(json::object values) { return json::serialize(values); }

std::string count_of(const char* query) {
    return body_of({{"query", query}, {"metrics", {{{"op", "count"}}}}});
}

std::string newest(const char* query) {
    return body_of({{"query", query}, {"limit", 100}, {"order", "desc"}});
}

std::vector<Question> questions_about(const std::vector<std::string>& orders) {
    std::vector<std::string> searches;
    std::vector<std::string> journeys;
    for (const std::string& order : orders) {
        searches.push_back(body_of({{"query", fmt::format("order_id: \"{}\"", order)},
                                    {"limit", 1000},
                                    {"order", "asc"}}));
        journeys.push_back("orders/" + net::url_encode(order));
    }
    const std::string groups = body_of({{"group_by", {"service_name", "event_type"}},
                                        {"metrics", {{{"op", "count"}}}},
                                        {"size", 1000}});
    const auto per = [](const char* interval) {
        return body_of({{"query", "event_type: ORDER_CREATED"}, {"interval", interval}});
    };
    const std::string response_times = body_of(
        {{"query", "event_type: GET_ORDERS"},
         {"group_by", {"operator_id"}},
         {"metrics", {{{"op", "percentiles"}, {"field", "response_time"}, {"percents", {95}}}}},
         {"size", 10'000}});
    const std::string distinct =
        body_of({{"metrics", {{{"op", "count_distinct"}, {"field", "order_id"}}}}});
    return {
        {"order", "all events of one order", "search", searches, {}, "rows"},
        {"event_type",
         "count of one event type",
         "aggregate",
         {count_of("event_type: SHIPPED")},
         {},
         "rows"},
        {"word",
         "count of a common word",
         "aggregate",
         {count_of("message: received")},
         {},
         "rows"},
        {"phrase",
         "phrase, newest 100",
         "search",
         {newest("message: \"calculation started for\"")},
         {},
         "rows"},
        {"errors", "newest 100 errors", "search", {newest("level: ERROR")}, {}, "rows"},
        {"groups", "group by service and event type", "aggregate", {groups}, {}, "rows"},
        {"per_hour", "orders created per hour", "histogram", {per("1h")}, {}, "total"},
        {"per_minute", "orders created per minute", "histogram", {per("1m")}, {}, "total"},
        {"percentile",
         "p95 of response time by operator",
         "aggregate",
         {response_times},
         {},
         "rows"},
        {"distinct", "distinct orders (exact)", "aggregate", {distinct}, {}, "rows"},
        {"wildcard",
         "count of a wildcard over messages",
         "aggregate",
         {count_of("message: *ublishin*")},
         {},
         "rows"},
        {"journey", "order journey", "", {}, journeys, "events"},
        {"page", "first page of everything", "search", {newest("")}, {}, "rows"},
    };
}

// Orders spread over the whole time, so that they lie in different parts.
base::Result<std::vector<std::string>> find_orders(Asker& asker) {
    TRY(const auto answer, asker.ask("indices", ""));
    std::int64_t first = 0;
    std::int64_t last = 0;
    for (const json::value& index : answer.at("indices").as_array()) {
        if (index.at("name").as_string() != "shop-prod") continue;
        first = index.at("from").to_number<std::int64_t>();
        last = index.at("to").to_number<std::int64_t>();
    }
    std::vector<std::string> orders;
    for (std::size_t at = 0; at < orders_asked; ++at) {
        const auto step = static_cast<std::int64_t>(at);
        const std::int64_t from =
            first + (last - first) / static_cast<std::int64_t>(orders_asked) * step;
        TRY(const auto found, asker.ask("search", body_of({{"query", "event_type: ORDER_CREATED"},
                                                           {"index", "shop-prod"},
                                                           {"from", std::to_string(from)},
                                                           {"order", "asc"},
                                                           {"limit", 1}})));
        for (const json::value& row : found.at("rows").as_array()) {
            orders.emplace_back(row.at("fields").at("order_id").as_string());
        }
    }
    if (orders.size() != orders_asked) {
        return base::Error(base::Code::not_found,
                           fmt::format("expected {} orders in shop-prod, found {}: was the data "
                                       "made by `ordertrail_bench ingest --keep`?",
                                       orders_asked, orders.size()));
    }
    return orders;
}

double at_quantile(std::vector<double> values, double quantile) {
    std::sort(values.begin(), values.end());
    const auto last = static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(quantile * last + 0.5)];
}

// A server that has just started, nothing of its files in memory.
base::Result<std::unique_ptr<Server>> start_cold(const QueryOptions& options) {
    forget_cached(options.data);
    return Server::start({options.binary, options.data, options.core});
}

void report_question(const Question& question, const Timings& timings, Report& report) {
    const double median = at_quantile(timings.warm, 0.5);
    const double p95 = at_quantile(timings.warm, 0.95);
    report.add(question.key, question.label,
               {{"cold_ms", timings.cold},
                {"median_ms", median},
                {"p95_ms", p95},
                {"bytes", timings.last.bytes},
                {"found", timings.last.found}},
               fmt::format("{:>9.2f} {:>9.2f} {:>9.2f} {:>11} {:>11}", timings.cold, median, p95,
                           grouped(timings.last.found), grouped(timings.last.bytes)));
}

base::Status check_everything(Asker& asker, const QueryOptions& options) {
    if (!options.expected) return base::ok();
    const Question everything{"", "everything", "aggregate", {count_of("")}, {}, "rows"};
    TRY(const Answer answer, asker.measure(everything, 0));
    if (answer.found != *options.expected) {
        return base::Error(base::Code::internal, fmt::format("{} events were sent, {} are found",
                                                             *options.expected, answer.found));
    }
    return base::ok();
}

// First answers of a server that has just started, one start per question.
base::Status ask_cold(const std::vector<Question>& questions, const QueryOptions& options,
                      std::vector<Timings>& timings, Report& report) {
    std::vector<double> starts;
    for (std::size_t at = 0; at < questions.size(); ++at) {
        TRY(const auto server, start_cold(options));
        starts.push_back(server->start_seconds() * 1000);
        Asker asker(server->url());
        TRY(const Answer answer, asker.measure(questions[at], 0));
        timings[at].cold = answer.milliseconds;
        TRY(server->stop());
    }
    const double median = at_quantile(starts, 0.5);
    report.number("start_ms", "start until /health is 200", median, "ms, median, cold", 0);
    return base::ok();
}

base::Status ask_warm(const std::vector<Question>& questions, const QueryOptions& options,
                      std::vector<Timings>& timings, Report& report) {
    TRY(const auto server, Server::start({options.binary, options.data, options.core}));
    TRY(server->settle(settle_limit));
    Asker asker(server->url());
    TRY(check_everything(asker, options));
    TRY(const Usage before, server->usage());
    fmt::print("{:<36} {:>9} {:>9} {:>9} {:>11} {:>11}\n", "ms", "cold", "median", "p95", "found",
               "bytes");
    for (std::size_t at = 0; at < questions.size(); ++at) {
        const Question& question = questions[at];
        const std::size_t variants = std::max(question.bodies.size(), question.paths.size());
        for (std::size_t variant = 0; variant < variants; ++variant) {
            TRY(timings[at].last, asker.measure(question, variant));
        }
        for (std::size_t round = 0; round < variants * static_cast<std::size_t>(options.rounds);
             ++round) {
            TRY(timings[at].last, asker.measure(question, round));
            timings[at].warm.push_back(timings[at].last.milliseconds);
        }
        if (timings[at].last.found == 0) {
            return base::Error(base::Code::internal,
                               fmt::format("'{}' found nothing", question.label));
        }
        report_question(question, timings[at], report);
    }
    TRY(const Usage after, server->usage());
    report.bytes("resident_before_bytes", "resident memory before", before.resident_bytes);
    report.bytes("resident_bytes", "resident memory afterwards", after.resident_bytes);
    report.bytes("peak_bytes", "peak resident memory", after.peak_bytes);
    return server->stop();
}

}  // namespace

base::Status run_query(const QueryOptions& options) {
    Report report;
    report.machine(options.data);
    std::vector<std::string> orders;
    {
        TRY(const auto server, start_cold(options));
        TRY(server->settle(settle_limit));
        Asker asker(server->url());
        TRY(orders, find_orders(asker));
        TRY(server->stop());
    }
    const auto questions = questions_about(orders);
    std::vector<Timings> timings(questions.size());
    TRY(ask_cold(questions, options, timings, report));
    TRY(ask_warm(questions, options, timings, report));
    return report.write(options.json);
}

}  // namespace bench

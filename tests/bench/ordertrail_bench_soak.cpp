#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "net/http.h"
#include "ordertrail_bench.h"
#include "ordertrail_bench_report.h"
#include "ordertrail_bench_server.h"

namespace bench {

namespace json = boost::json;

namespace {

constexpr const char* tailed = "event_type: ORDER_CREATED";
constexpr std::chrono::milliseconds between_searches{200};
constexpr base::Nanos settle_limit = 10 * base::minute;

base::Result<json::value> post(net::HttpClient& client, const std::string& url, json::object body) {
    net::HttpClientRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = json::serialize(body);
    TRY(const auto answer, client.send(request));
    json::error_code error;
    json::value value = json::parse(answer.body, error);
    if (answer.status != 200 || error) {
        return base::Error(
            base::Code::internal,
            fmt::format("{} answered {}: {}", url, answer.status, answer.body.substr(0, 300)));
    }
    return value;
}

// Says once that it is over, to all who wait. Thread-safe.
class End {
  public:
    // True when it is over.
    bool wait(std::chrono::milliseconds at_most) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, at_most, [this] { return over_; });
    }
    void say() {
        const std::lock_guard lock(mutex_);
        over_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool over_ = false;
};

// An open tail in a thread of its own: counts what comes and what is left out.
class OpenTail {
  public:
    explicit OpenTail(std::string url) : url_(std::move(url)), thread_([this] { run(); }) {}

    std::uint64_t rows() const { return rows_; }
    std::uint64_t skipped() const { return skipped_; }
    // Why it ended before it was asked to; empty while it goes on.
    std::string failure() {
        const std::lock_guard lock(mutex_);
        return failure_;
    }
    void stop() { stopping_ = true; }

  private:
    void run() {
        const auto client = net::HttpClient::create();
        net::HttpClientRequest request;
        request.url = url_ + "/_trail/v1/tail?query=" + net::url_encode(tailed);
        request.timeout = std::chrono::seconds(60);
        request.on_body = [this](std::string_view piece) {
            for (const char c : piece) {
                if (c != '\n') {
                    line_.push_back(c);
                    continue;
                }
                take_line();
                line_.clear();
            }
            return !stopping_;
        };
        const auto ended = client->send(request);
        if (stopping_) return;
        const std::lock_guard lock(mutex_);
        failure_ = ended ? fmt::format("a tail ended with status {}", ended.value().status)
                         : "a tail ended: " + ended.error().message;
    }

    void take_line() {
        constexpr std::string_view event = "event: ";
        constexpr std::string_view count = R"(data: {"count":)";
        const std::string_view line = line_;
        if (line.starts_with(event)) event_ = line.substr(event.size());
        if (event_ == "rows" && line.starts_with("data: ")) {
            constexpr std::string_view mark = R"("seq":)";  // once a row
            for (auto at = line.find(mark); at != std::string_view::npos;
                 at = line.find(mark, at + 1)) {
                ++rows_;
            }
        }
        if (event_ == "skipped" && line.starts_with(count)) {
            std::uint64_t number = 0;
            std::from_chars(line.data() + count.size(), line.data() + line.size(), number);
            skipped_ += number;
        }
    }

    const std::string url_;
    std::string line_;
    std::string event_;
    std::atomic<std::uint64_t> rows_{0};
    std::atomic<std::uint64_t> skipped_{0};
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::string failure_;
    std::jthread thread_;
};

// Searches the newest quarter of an hour again and again, in a thread of its own.
class Searches {
  public:
    Searches(std::string url, End& end)
        : url_(std::move(url)), end_(end), thread_([this] { run(); }) {}

    // REQUIRES: it is over. Milliseconds, sorted.
    base::Result<std::vector<double>> finish() {
        thread_.join();
        if (failure_) return *failure_;
        std::sort(milliseconds_.begin(), milliseconds_.end());
        return std::move(milliseconds_);
    }

  private:
    void run() {
        const auto client = net::HttpClient::create();
        while (!end_.wait(between_searches)) {
            if (const auto done = search(*client); !done) {
                failure_ = done.error();
                return;
            }
        }
    }

    base::Status search(net::HttpClient& client) {
        const std::string path = url_ + "/_trail/v1/search";
        TRY(const auto newest, post(client, path, {{"limit", 1}}));
        const auto& rows = newest.at("rows").as_array();
        if (rows.empty()) return base::ok();
        const std::string to(rows[0].at("timestamp").as_string());
        const base::Nanos begin = base::steady_now();
        TRY(post(client, path,
                 {{"query", "level: ERROR"}, {"from", to + "||-15m"}, {"to", to}, {"limit", 100}}));
        milliseconds_.push_back(static_cast<double>(base::steady_now() - begin) /
                                base::millisecond);
        return base::ok();
    }

    const std::string url_;
    End& end_;
    std::vector<double> milliseconds_;
    std::optional<base::Error> failure_;
    std::jthread thread_;
};

struct MemorySample {
    double resident_bytes = 0;
    double index_bytes = 0;  // of parts, which grows with their number
    double parts = 0;
};

// Samples the server's memory in a thread of its own.
class MemoryCurve {
  public:
    MemoryCurve(const Server& server, End& end)
        : server_(server), end_(end), thread_([this] { run(); }) {}

    // REQUIRES: it is over.
    std::vector<MemorySample> finish() {
        thread_.join();
        return std::move(samples_);
    }

  private:
    void run() {
        while (!end_.wait(std::chrono::seconds(2))) {
            const auto usage = server_.usage();
            const auto index = server_.metric("ordertrail_store", "part_index_bytes");
            const auto parts = server_.metric("ordertrail_store", "\"parts\"");
            if (usage && index && parts) {
                samples_.push_back({static_cast<double>(usage.value().resident_bytes),
                                    index.value(), parts.value()});
            }
        }
    }

    const Server& server_;
    End& end_;
    std::vector<MemorySample> samples_;
    std::jthread thread_;
};

// The mean of samples [begin, end).
std::uint64_t mean(const std::vector<MemorySample>& samples, double MemorySample::* what,
                   std::size_t begin, std::size_t end) {
    double sum = 0;
    for (std::size_t at = begin; at < end; ++at) sum += samples[at].*what;
    return end > begin ? static_cast<std::uint64_t>(sum / static_cast<double>(end - begin)) : 0;
}

void report_memory(const std::vector<MemorySample>& samples, Report& report) {
    const std::size_t count = samples.size();
    const auto quarter = [&](const std::string& name, const std::string& title, std::size_t begin,
                             std::size_t end) {
        report.bytes("resident_" + name, "resident, " + title,
                     mean(samples, &MemorySample::resident_bytes, begin, end));
        report.bytes("index_" + name, "of it indices of parts",
                     mean(samples, &MemorySample::index_bytes, begin, end));
        report.count("parts_" + name, "parts", mean(samples, &MemorySample::parts, begin, end));
    };
    quarter("second_quarter", "second quarter of the time", count / 4, count / 2);
    quarter("last_quarter", "last quarter", count - count / 4, count);
}

base::Result<std::uint64_t> count_of(const std::string& url, const char* query) {
    const auto client = net::HttpClient::create();
    TRY(const auto answer, post(*client, url + "/_trail/v1/count", {{"query", query}}));
    return answer.at("count").to_number<std::uint64_t>();
}

// Waits until every tail has had all that fits: rows, or that they were left out.
base::Status check_tails(std::vector<std::unique_ptr<OpenTail>>& tails, std::uint64_t expected,
                         Report& report) {
    const base::Nanos limit = base::steady_now() + base::minute;
    std::uint64_t rows = 0;
    std::uint64_t skipped = 0;
    for (const auto& tail : tails) {
        while (tail->rows() + tail->skipped() < expected && base::steady_now() < limit &&
               tail->failure().empty()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        if (!tail->failure().empty()) return base::Error(base::Code::internal, tail->failure());
        if (tail->rows() + tail->skipped() < expected || tail->rows() > expected) {
            return base::Error(base::Code::internal,
                               fmt::format("a tail had {} rows and {} were left out, of {}",
                                           tail->rows(), tail->skipped(), expected));
        }
        rows += tail->rows();
        skipped += tail->skipped();
    }
    report.count("tail_rows", "rows that the tails had", rows);
    report.count("tail_skipped", "rows left out for them, and said so", skipped);
    return base::ok();
}

}  // namespace

base::Status run_soak(const SoakOptions& options) {
    Report report;
    report.machine(options.data);
    TRY(const auto server, Server::start({options.binary, options.data, std::nullopt}));
    std::vector<std::unique_ptr<OpenTail>> tails;
    for (int at = 0; at < options.tails; ++at)
        tails.push_back(std::make_unique<OpenTail>(server->url()));
    while (true) {
        TRY(const double open, server->metric("ordertrail_tails"));
        if (open >= options.tails) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    End end;
    Searches searches(server->url(), end);
    MemoryCurve memory(*server, end);

    LoadOptions load;
    load.events = static_cast<std::uint64_t>(options.minutes * 60 * most_events_per_second);
    load.days = static_cast<double>(load.events) / events_per_plant_day;
    load.until = base::steady_now() + static_cast<base::Nanos>(options.minutes * base::minute);
    Generator generator(load);
    const auto sent = send_all(generator, server->url(), options.connections);
    end.say();
    TRY(const auto latencies, searches.finish());
    const auto samples = memory.finish();
    if (!sent) return sent.error();
    report.count("events", "events", sent.value().events);
    report.number("seconds", "wall time", sent.value().seconds, "s", 1);
    report.count("events_per_second", "events/s",
                 static_cast<std::uint64_t>(static_cast<double>(sent.value().events) /
                                            sent.value().seconds));
    report.count("refused_requests", "refused with 429, sent again", sent.value().refused);
    report_memory(samples, report);
    if (!latencies.empty()) {
        const auto at = [&latencies](double quantile) {
            return latencies[static_cast<std::size_t>(quantile *
                                                      static_cast<double>(latencies.size() - 1))];
        };
        report.count("searches", "searches of the newest 15 minutes", latencies.size());
        report.number("search_ms_median", "their median", at(0.5), "ms", 1);
        report.number("search_ms_p99", "their p99", at(0.99), "ms", 1);
    }
    TRY(const auto created, count_of(server->url(), tailed));
    TRY(check_tails(tails, created, report));
    TRY(const auto stored, count_of(server->url(), ""));
    report.count("stored_events", "events stored", stored);
    for (const auto& tail : tails) tail->stop();
    TRY(server->settle(settle_limit));
    TRY(server->stop());
    tails.clear();
    if (stored != sent.value().events) {
        return base::Error(
            base::Code::internal,
            fmt::format("{} events were acknowledged, {} are stored", sent.value().events, stored));
    }
    return report.write(options.json);
}

}  // namespace bench

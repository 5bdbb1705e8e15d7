#include <fmt/format.h>

#include "base/clock.h"
#include "ordertrail_bench.h"
#include "ordertrail_bench_report.h"
#include "ordertrail_bench_server.h"

namespace bench {

namespace {

constexpr base::Nanos settle_limit = 10 * base::minute;

double percent(std::uint64_t part, std::uint64_t whole) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

double at_quantile(const std::vector<double>& sorted, double quantile) {
    if (sorted.empty()) return 0;
    const auto last = static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(quantile * last + 0.5)];
}

void report_sending(const SendFigures& sent, std::uint64_t orders, Report& report) {
    const auto events = static_cast<double>(sent.events);
    const auto raw = static_cast<double>(sent.raw_bytes);
    report.count("events", "events", sent.events);
    report.count("orders", "orders", orders);
    report.bytes("raw_bytes", "raw (documents alone)", sent.raw_bytes);
    report.number("bytes_per_event", "raw per event", raw / events, "bytes", 1);
    report.number("seconds", "wall time until acknowledged", sent.seconds, "s", 2);
    report.add("events_per_second", "events/s", events / sent.seconds,
               grouped(static_cast<std::uint64_t>(events / sent.seconds)));
    report.number("raw_megabytes_per_second", "raw MB/s", raw / sent.seconds / 1e6, "MB/s", 1);
    report.count("requests", "requests", sent.requests);
    report.count("refused_requests", "refused with 429, sent again", sent.refused);
    const double median = at_quantile(sent.answer_milliseconds, 0.5);
    const double p99 = at_quantile(sent.answer_milliseconds, 0.99);
    report.add("answer_ms_median", "answer to a request", median,
               fmt::format("median {:.1f} ms, p99 {:.1f} ms", median, p99));
    report.keep("answer_ms_p99", p99);
}

void report_cpu(const std::string& key, const std::string& label, double seconds,
                std::uint64_t events, Report& report) {
    const double per_second = static_cast<double>(events) / seconds;
    report.add(key + "_cpu_seconds", "server's CPU " + label, seconds,
               fmt::format("{:.2f} s, {} events per CPU second", seconds,
                           grouped(static_cast<std::uint64_t>(per_second))));
    report.keep(key + "_events_per_cpu_second", per_second);
}

void report_disk(const DiskUse& disk, std::uint64_t raw, Report& report) {
    const auto line = [&](const char* key, const char* label, std::uint64_t bytes) {
        report.add(key, label, bytes,
                   fmt::format("{:.1f} MB, {:.2f} % of raw", static_cast<double>(bytes) / 1e6,
                               percent(bytes, raw)));
    };
    line("disk_parts_bytes", "on disk: parts", disk.parts);
    line("disk_log_bytes", "on disk: log", disk.log);
    line("disk_bytes", "on disk: everything", disk.total());
    report.keep("disk_percent_of_raw", percent(disk.total(), raw));
}

}  // namespace

base::Status run_generate(const LoadOptions& options) {
    Generator generator(options);
    Body body;
    std::uint64_t events = 0;
    std::uint64_t raw = 0;
    std::uint64_t bodies = 0;
    const base::Nanos begin = base::steady_now();
    while (generator.next(body)) {
        events += body.events;
        raw += body.raw_bytes;
        ++bodies;
    }
    const double seconds = static_cast<double>(base::steady_now() - begin) / base::second;
    Report report;
    report.count("events", "events", events);
    report.count("orders", "orders", generator.orders());
    report.count("requests", "requests", bodies);
    report.number("seconds", "wall time", seconds, "s", 2);
    report.count("events_per_second", "events/s",
                 static_cast<std::uint64_t>(static_cast<double>(events) / seconds));
    report.number("bytes_per_event", "raw per event",
                  static_cast<double>(raw) / static_cast<double>(events), "bytes", 1);
    return base::ok();
}

base::Status run_ingest(const IngestOptions& options) {
    Report report;
    report.machine(options.data);
    stay_off(options.core);
    TRY(const auto server, Server::start({options.binary, options.data, options.core}));
    TRY(const Usage before, server->usage());

    Generator generator(options.load);
    TRY(const SendFigures sent, send_all(generator, server->url(), options.connections));
    TRY(const Usage acknowledged, server->usage());
    report_sending(sent, generator.orders(), report);
    report_cpu("acknowledged", "until acknowledged", acknowledged.cpu_seconds - before.cpu_seconds,
               sent.events, report);

    const base::Nanos begin = base::steady_now();
    TRY(server->settle(settle_limit));
    const double settled_after = static_cast<double>(base::steady_now() - begin) / base::second;
    TRY(const Usage settled, server->usage());
    report_cpu("settled", "with background work", settled.cpu_seconds - before.cpu_seconds,
               sent.events, report);
    report.number("settle_seconds", "background work over after", settled_after, "s (3 s quiet)",
                  1);
    report.bytes("resident_bytes", "resident memory", settled.resident_bytes);
    report.bytes("peak_bytes", "peak resident memory", settled.peak_bytes);

    TRY(const double rows, server->metric("ordertrail_index_rows"));
    TRY(const double written, server->metric("ordertrail_part_rows_written_total"));
    TRY(const double parts, server->metric("ordertrail_store", "\"parts\""));
    report.count("stored_events", "events stored", static_cast<std::uint64_t>(rows));
    report.number("rows_written_per_event", "rows written into parts", written / rows, "per event",
                  2);
    report.count("parts", "parts", static_cast<std::uint64_t>(parts));
    TRY(server->stop());
    TRY(const DiskUse disk, disk_use(options.data));
    report_disk(disk, sent.raw_bytes, report);
    if (static_cast<std::uint64_t>(rows) != sent.events) {
        return base::Error(base::Code::internal,
                           fmt::format("{} events were acknowledged, {} are stored", sent.events,
                                       static_cast<std::uint64_t>(rows)));
    }
    return report.write(options.json);
}

}  // namespace bench

// The way of events inside the program, without a network: the simulated plant's lines through the
// pipeline into the engine, one request at a time, then what the parts weigh, column by column.
//
//   engine_bench [events] [directory]

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <map>
#include <string>

#include "app/plant/plant.h"
#include "base/clock.h"
#include "event/catalog.h"
#include "pipeline/pipeline.h"
#include "storage/engine/engine_store.h"

namespace {

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

std::vector<event::Record> records_of(std::string_view lines) {
    std::vector<event::Record> records;
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        records.push_back({.text = lines.substr(0, end)});
        lines.remove_prefix(std::min(lines.size(), end + 1));
    }
    return records;
}

void weigh(const std::string& directory, std::uint64_t events) {
    std::map<std::string, std::uint64_t> weights;
    std::uint64_t parts = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory + "/parts")) {
        if (entry.path().filename() != "meta") continue;
        ++parts;
        const auto bytes = base::system_files().read_file(entry.path()).value();
        weights["(meta files)"] += bytes.size();
        const auto meta = storage::engine::decode_meta(bytes).value();
        for (const auto& column : meta.columns) {
            for (const auto& chunk : column.chunks)
                weights[column.name + " values"] += chunk.region.length;
            weights[column.name + " dictionary"] += column.dictionary.length;
            weights[column.name + " postings"] += column.postings.length;
            weights[column.name + " filter"] += column.filter.length;
            weights[column.name + " counts"] += column.shape_counts.length;
        }
    }
    std::vector<std::pair<std::uint64_t, std::string>> sorted;
    std::uint64_t total = 0;
    for (const auto& [name, weight] : weights) {
        sorted.emplace_back(weight, name);
        total += weight;
    }
    std::sort(sorted.rbegin(), sorted.rend());
    fmt::print("{} parts, {} bytes, {:.2f} bytes an event\n", parts, total,
               static_cast<double>(total) / static_cast<double>(events));
    for (std::size_t at = 0; at < std::min<std::size_t>(sorted.size(), 40); ++at) {
        fmt::print("  {:7.3f} bytes an event  {}\n",
                   static_cast<double>(sorted[at].first) / static_cast<double>(events),
                   sorted[at].second);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t wanted = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const std::string directory =
        argc > 2 ? argv[2] : std::filesystem::temp_directory_path() / "ordertrail-engine-bench";
    std::filesystem::remove_all(directory);
    storage::engine::EngineOptions options;
    options.directory = directory;
    for (const event::CatalogField& field : event::Catalog::built_in().fields()) {
        if (field.kind == event::FieldKind::id) options.id_fields.insert(field.name);
    }
    auto opened = storage::engine::EngineStore::open(std::move(options));
    if (!opened) {
        fmt::print(stderr, "{}\n", opened.error().message);
        return 1;
    }
    auto& store = *opened.value();
    pipeline::Pipeline pipeline(event::Catalog::built_in(), store);
    static const event::Origin origin{.name = "bench"};
    plant::Plant plant({.start = base::now() - 30 * base::day, .orders_per_day = 60'000});

    std::uint64_t events = 0;
    std::uint64_t raw = 0;
    double cpu = 0;
    const base::Nanos begin = base::steady_now();
    base::Nanos making = 0;
    while (events < wanted) {
        const base::Nanos before = base::steady_now();
        auto body = std::make_shared<std::string>();
        body->reserve((4 << 20) + 64);
        plant.fill(*body, 4 << 20);
        event::Records records;
        records.items = records_of(*body);
        making += base::steady_now() - before;
        events += records.items.size();
        raw += body->size();
        records.owner = body;
        records.origin = &origin;
        records.received = base::now();
        const double cpu_before = cpu_seconds();
        std::promise<bool> promise;
        pipeline.accept(std::move(records),
                        [&promise](base::Result<event::RecordsOutcome> outcome) {
                            promise.set_value(outcome.has_value());
                        });
        if (!promise.get_future().get()) {
            fmt::print(stderr, "a request was refused\n");
            return 1;
        }
        cpu += cpu_seconds() - cpu_before;
    }
    const double wall = static_cast<double>(base::steady_now() - begin - making) / 1e9;
    const double cpu_before = cpu_seconds();
    (void)store.flush();
    (void)store.merge();
    const double after = cpu_seconds() - cpu_before;
    fmt::print("{} events, {} bytes raw ({:.0f} an event)\n", events, raw,
               static_cast<double>(raw) / static_cast<double>(events));
    fmt::print(
        "{:.2f} s wall, {:.2f} s CPU while taking, {:.2f} s CPU after: {:.0f} events a CPU "
        "second\n",
        wall, cpu, after, static_cast<double>(events) / (cpu + after));
    weigh(directory, events);
    return 0;
}

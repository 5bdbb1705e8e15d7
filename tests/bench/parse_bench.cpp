// Events per second of one thread from records to what the store gets: parse, normalise, check,
// filter, route.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "event/catalog.h"
#include "pipeline/pipeline.h"

namespace {

constexpr std::size_t request_events = 2000;
constexpr std::size_t requests = 10;

// The store's place: takes everything at once.
class NullSink : public event::Sink {
  public:
    void append(event::Append request, event::AppendDone done) override {
        for (const auto& part : request.batches) rows += part.batch.rows();
        last = std::move(request);
        done(event::AppendOutcome{});
    }
    std::uint64_t rows = 0;
    event::Append last;
};

struct Step {
    const char* service;
    const char* type;
    const char* fields;  // with {0} a number, {1} a file name
};

constexpr Step steps[] = {
    {"Shop API", "ORDER_CREATED",
     R"("quantity":{0},"material":"PLA","delivery":{{"city":"Kazan","method":"courier"}})"},
    {"Shop API", "FILE_UPLOADED", R"("file_name":"{1}","file_size":{0})"},
    {"Shop API", "SUBMITTED", R"("file_name":"{1}","file_size":{0})"},
    {"S3", "FILE_UPLOADED", R"("file_name":"{1}","bucket":"models")"},
    {"RabbitMQ", "MESSAGE_SENT", R"("queue_name":"mes.calculate","message_id":"m-{0}")"},
    {"MES API", "PRICE_CALCULATION_START", R"("file_name":"{1}","file_size":{0})"},
    {"MES API", "PRICE_CALCULATED",
     R"("file_name":"{1}","price_calculated":{0}.25,"duration_ms":812.5)"},
    {"CRM API", "MANUFACTURING_APPROVED", R"("manager_id":"m-17","comment":"approved")"},
    {"MES API", "MANUFACTURING_STARTED",
     R"("operator_id":"op-4","file_name":"{1}","machine":"printer-7")"},
    {"MES API", "SHIPPED", R"("operator_id":"op-4","tracking_number":"TRK{0}","weight_g":{0})"},
    {"CRM API", "CLOSED", R"("manager_id":"m-17")"},
};

struct Workload {
    std::deque<std::string> texts;
    std::vector<std::vector<event::Record>> batches;
    std::size_t bytes = 0;
};

Workload make_workload(std::string_view index) {
    Workload made;
    std::mt19937_64 random(3);
    base::Nanos time = 1'764'000'000'000'000'000;
    for (std::size_t request = 0; request < requests; ++request) {
        auto& batch = made.batches.emplace_back();
        for (std::size_t event = 0; event < request_events; ++event) {
            const Step& step = steps[random() % std::size(steps)];
            const std::uint64_t order = random() % 5000;
            time += static_cast<base::Nanos>(random() % 2'000'000);
            std::string text;
            event::append_time(time, {.decimals = 6}, text);
            text = fmt::format(
                R"({{"@timestamp":"{}","level":"INFO","service_name":"{}","event_type":"{}",)"
                R"("order_id":"ORD-2026-{:07}","user_id":"user-{:05}","trace_id":"{:016x}{:016x}",)"
                R"("span_id":"{:016x}","host":"node-{}","message":"Order {}","additional_data":{{)",
                text, step.service, step.type, order, order * 7 % 50000,
                order * 0x9E3779B97F4A7C15ULL, ~order * 0xC2B2AE3D27D4EB4FULL, random(), order % 4,
                step.type);
            text += fmt::format(fmt::runtime(step.fields), 100 + random() % 900000,
                                fmt::format("model-{:07}.stl", order));
            text += "}}";
            made.bytes += text.size();
            made.texts.push_back(std::move(text));
            batch.push_back({.text = made.texts.back(), .index = index});
        }
    }
    return made;
}

void run(benchmark::State& state, std::string_view index) {
    static const event::Origin origin{.name = "bench"};
    const Workload workload = make_workload(index);
    NullSink sink;
    pipeline::Pipeline pipeline(event::Catalog::built_in(), sink);
    std::size_t at = 0;
    for (auto _ : state) {
        event::Records records;
        records.items = workload.batches[at++ % requests];
        records.origin = &origin;
        records.received = 1'764'000'000'000'000'000;
        pipeline.accept(std::move(records), [](base::Result<event::RecordsOutcome> outcome) {
            benchmark::DoNotOptimize(outcome);
        });
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(sink.rows));
    state.counters["bytes/event"] =
        static_cast<double>(workload.bytes) / (request_events * requests);
}

void one_index(benchmark::State& state) { run(state, "orders-prod"); }
void index_per_system(benchmark::State& state) { run(state, ""); }

BENCHMARK(one_index)->Unit(benchmark::kMicrosecond);
BENCHMARK(index_per_system)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();

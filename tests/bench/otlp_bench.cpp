// Events per second of one thread from a body of POST /v1/logs to what the store gets, and the same
// events as lines of JSON beside it.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "event/catalog.h"
#include "input/otlp/export_request.h"
#include "input/otlp/fields.h"
#include "input/otlp/protobuf_writer.h"
#include "pipeline/pipeline.h"

namespace {

using namespace input::otlp;  // NOLINT(google-build-using-namespace): a benchmark of it

constexpr std::size_t request_events = 2000;
constexpr base::Nanos start = 1'764'000'000'000'000'000;
constexpr std::array services = {"Shop API", "MES API", "CRM API"};

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

struct Event {
    std::uint64_t time;
    std::string message;
    std::string trace_id;  // bytes
    std::string span_id;
    std::vector<std::pair<std::string, std::string>> texts;
    std::int64_t file_size;
    double seconds;
};

std::vector<Event> make_events() {
    std::mt19937_64 random(3);
    std::vector<Event> events;
    const auto id = [](std::uint64_t value) {
        return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
    };
    for (std::size_t at = 0; at < request_events; ++at) {
        const std::uint64_t order = random() % 5000;
        events.push_back({start + at * 1'000'000,
                          "Order file uploaded",
                          id(order * 0x9E3779B97F4A7C15ULL + 1) + id(~order),
                          id(random()),
                          {{"event_type", "FILE_UPLOADED"},
                           {"order_id", fmt::format("ORD-2026-{:07}", order)},
                           {"user_id", fmt::format("user-{:05}", order * 7)},
                           {"file_name", fmt::format("model-{:07}.stl", order)},
                           {"material", "PLA"},
                           {"host", fmt::format("node-{}", order % 4)}},
                          static_cast<std::int64_t>(100 + random() % 900'000),
                          static_cast<double>(random() % 1000) / 8});
    }
    return events;
}

std::string hex_of(const std::string& bytes) {
    std::string hex;
    for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return hex;
}

// One resource for each third of the events, as a collector sends them.
template <typename Each>
void by_service(const std::vector<Event>& events, const Each& each) {
    const std::size_t part = events.size() / services.size() + 1;
    for (std::size_t at = 0; at < events.size(); ++at) {
        each(services[at / part], events[at], at % part == 0);
    }
}

std::string message(const auto& write) {
    std::string out;
    ProtobufWriter writer(out);
    write(writer);
    return out;
}

std::string attribute(std::string_view key, const auto& write_value) {
    return message([&](auto& to) {
        to.bytes(key_value::key, key);
        to.bytes(key_value::value, message(write_value));
    });
}

std::string record_of(const Event& event) {
    return message([&](auto& to) {
        to.fixed64(log_record::time_unix_nano, event.time);
        to.fixed64(log_record::observed_time_unix_nano, event.time);
        to.varint(log_record::severity_number, 9);
        to.bytes(log_record::severity_text, "INFO");
        to.bytes(log_record::body,
                 message([&](auto& body) { body.bytes(any_value::string_value, event.message); }));
        for (const auto& [key, text] : event.texts) {
            to.bytes(log_record::attributes, attribute(key, [&text = text](auto& value) {
                         value.bytes(any_value::string_value, text);
                     }));
        }
        to.bytes(log_record::attributes, attribute("file_size", [&](auto& value) {
                     value.varint(any_value::int_value,
                                  static_cast<std::uint64_t>(event.file_size));
                 }));
        to.bytes(log_record::attributes, attribute("seconds", [&](auto& value) {
                     value.number(any_value::double_value, event.seconds);
                 }));
        to.bytes(log_record::trace_id, event.trace_id);
        to.bytes(log_record::span_id, event.span_id);
    });
}

std::string protobuf_of(const std::vector<Event>& events) {
    std::string out;
    ProtobufWriter writer(out);
    std::vector<std::size_t> open;
    const auto close = [&] {
        for (; !open.empty(); open.pop_back()) writer.end(open.back());
    };
    by_service(events, [&](const char* service, const Event& event, bool first) {
        if (first) {
            close();
            open.push_back(writer.begin(request::resources));
            writer.bytes(of_resource::resource, message([&](auto& to) {
                             to.bytes(resource::attributes,
                                      attribute("service.name", [&](auto& value) {
                                          value.bytes(any_value::string_value, service);
                                      }));
                         }));
            open.push_back(writer.begin(of_resource::scopes));
        }
        writer.bytes(of_scope::records, record_of(event));
    });
    close();
    return out;
}

std::string json_of(const std::vector<Event>& events) {
    std::string out;
    by_service(events, [&](const char* service, const Event& event, bool first) {
        if (first) {
            out += out.empty() ? R"({"resourceLogs":[)" : "]}]},";
            out += fmt::format(
                R"({{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{}"}}}}]}},"scopeLogs":[{{"logRecords":[)",
                service);
        } else {
            out += ',';
        }
        out += fmt::format(
            R"({{"timeUnixNano":"{0}","observedTimeUnixNano":"{0}","severityNumber":9,"severityText":"INFO","body":{{"stringValue":"{1}"}},"attributes":[)",
            event.time, event.message);
        for (const auto& [key, text] : event.texts) {
            out += fmt::format(R"({{"key":"{}","value":{{"stringValue":"{}"}}}},)", key, text);
        }
        out += fmt::format(
            R"({{"key":"file_size","value":{{"intValue":{}}}}},{{"key":"seconds","value":{{"doubleValue":{}}}}}],"traceId":"{}","spanId":"{}"}})",
            event.file_size, event.seconds, hex_of(event.trace_id), hex_of(event.span_id));
    });
    return out + "]}]}]}";
}

std::deque<std::string> lines_of(const std::vector<Event>& events) {
    std::deque<std::string> lines;
    by_service(events, [&](const char* service, const Event& event, bool) {
        std::string line = R"({"@timestamp":")" +
                           event::rfc3339(static_cast<base::Nanos>(event.time)) +
                           R"(","level":"INFO","severity_number":9,"message":")" + event.message;
        line += fmt::format(R"(","trace_id":"{}","span_id":"{}")", hex_of(event.trace_id),
                            hex_of(event.span_id));
        for (const auto& [key, text] : event.texts) {
            line += fmt::format(R"(,"{}":"{}")", key, text);
        }
        line += fmt::format(R"(,"file_size":{},"seconds":{},"service.name":"{}"}})",
                            event.file_size, event.seconds, service);
        lines.push_back(std::move(line));
    });
    return lines;
}

void run(benchmark::State& state, std::size_t bytes, const auto& make) {
    static const event::Origin origin{.name = "bench"};
    NullSink sink;
    pipeline::Pipeline pipeline(event::Catalog::built_in(), sink);
    for (auto _ : state) {
        event::Records records = make();
        records.origin = &origin;
        records.received = start;
        pipeline.accept(std::move(records), [](base::Result<event::RecordsOutcome> outcome) {
            benchmark::DoNotOptimize(outcome);
        });
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(sink.rows));
    state.counters["bytes/event"] = static_cast<double>(bytes) / request_events;
}

event::Records records_of(base::Result<std::shared_ptr<const ExportRequest>> request) {
    event::Records records;
    records.items.resize(request.value()->records());
    records.format = event::Format::decoded;
    records.decoded = request.value().get();
    records.owner = std::move(request).value();
    return records;
}

void lines(benchmark::State& state) {
    const auto texts = lines_of(make_events());
    std::size_t bytes = 0;
    for (const auto& text : texts) bytes += text.size();
    run(state, bytes, [&] {
        event::Records records;
        for (const auto& text : texts) records.items.push_back({.text = text});
        return records;
    });
}

void protobuf(benchmark::State& state) {
    const std::string body = protobuf_of(make_events());
    run(state, body.size(), [&] { return records_of(ExportRequest::parse(Signal::logs, body)); });
}

void json(benchmark::State& state) {
    const std::string body = json_of(make_events());
    run(state, body.size(),
        [&] { return records_of(ExportRequest::parse_json(Signal::logs, body)); });
}

BENCHMARK(lines)->Unit(benchmark::kMicrosecond);
BENCHMARK(protobuf)->Unit(benchmark::kMicrosecond);
BENCHMARK(json)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();

#include "app/server/server.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/elasticsearch/reader.h"
#include "api/health.h"
#include "api/jaeger/jaeger_api.h"
#include "api/native/error_answer.h"
#include "api/native/native_api.h"
#include "api/router.h"
#include "api/web_ui.h"
#include "app/configuration/configured_files.h"
#include "app/server/entrances.h"
#include "app/server/input_options.h"
#include "app/server/input_ports.h"
#include "app/server/lumberjack_port.h"
#include "app/server/process_metrics.h"
#include "app/server/refused_request.h"
#include "app/version.h"
#include "base/log.h"
#include "event/catalog.h"
#include "event/span.h"
#include "input/elasticsearch/elasticsearch_input.h"
#include "input/ingest/ingest_input.h"
#include "input/journald/journald_input.h"
#include "input/loki/loki_input.h"
#include "input/otlp/otlp_input.h"
#include "input/s3/s3_input.h"
#include "input/splunk/splunk_input.h"
#include "net/http.h"
#include "pipeline/pipeline.h"
#include "storage/engine/engine_store.h"
#include "watch/count_once.h"

namespace app {

namespace {

storage::engine::EngineOptions engine_options(const Configuration& configuration,
                                              const event::Catalog& catalog) {
    storage::engine::EngineOptions options;
    options.directory = configuration.data;
    options.memtable_bytes = configuration.memtable_bytes;
    options.cache_bytes = configuration.cache_bytes;
    options.part_columns = configuration.part_columns;
    for (const auto& field : catalog.fields()) {
        if (field.kind == event::FieldKind::id) options.id_fields.insert(field.name);
    }
    options.id_fields.emplace(event::span::linked_trace_id);
    return options;
}

// The configuration's rules of indices, then those of environments.
std::vector<pipeline::LevelRule> level_rules(const Configuration& configuration) {
    std::vector<pipeline::LevelRule> rules;
    for (const auto& rule : configuration.index_levels) {
        rules.push_back({"*", event::IndexPattern(rule.pattern), *pipeline::level_of(rule.level)});
    }
    for (const auto& rule : configuration.environment_levels) {
        rules.push_back({rule.pattern, event::IndexPattern(), *pipeline::level_of(rule.level)});
    }
    return rules;
}

pipeline::Settings pipeline_settings(const Configuration& configuration,
                                     std::shared_ptr<const pipeline::Transforms> transforms) {
    pipeline::Settings settings;
    settings.transforms = std::move(transforms);
    settings.max_record_bytes = configuration.record_bytes;
    settings.max_json_depth = static_cast<unsigned>(configuration.json_depth);
    settings.max_columns = configuration.columns_per_batch;
    settings.levels = level_rules(configuration);
    return settings;
}

net::HttpServerOptions http_options(const Configuration& configuration) {
    net::HttpServerOptions options;
    options.address = configuration.http.host;
    options.port = configuration.http.port;
    options.max_body_bytes = configuration.body_bytes;
    options.max_inflight_bytes = configuration.inflight_bytes;
    options.max_connections = configuration.connections;
    return options;
}

api::NativeOptions native_options(const Configuration& configuration) {
    api::NativeOptions options;
    options.row_limit = configuration.query_limit;
    options.timeout = configuration.query_timeout;
    options.version = version;
    options.environment = configuration.environment;
    return options;
}

api::JaegerOptions jaeger_options(const Configuration& configuration) {
    api::JaegerOptions options;
    options.timeout = configuration.query_timeout;
    return options;
}

input::ElasticsearchOptions elasticsearch_options(const Configuration& configuration,
                                                  const storage::engine::EngineStore& store) {
    input::ElasticsearchOptions options;
    options.identity = {configuration.elasticsearch_version, store.cluster_id()};
    options.limits.items = configuration.elasticsearch_bulk_actions;
    options.origin.environment = configuration.environment;
    options.origin.time_zone = configuration.time_zone;
    options.index_exists = [&store](std::string_view name) {
        const auto indices = store.snapshot()->indices();
        return std::any_of(indices.begin(), indices.end(),
                           [&](const storage::IndexInfo& index) { return index.name == name; });
    };
    return options;
}

api::ElasticsearchReaderOptions reader_options(const Configuration& configuration,
                                               const input::ElasticsearchInput& input) {
    api::ElasticsearchReaderOptions options;
    options.timeout = configuration.query_timeout;
    options.esql_memory = configuration.query_esql_memory;
    options.index_known = [&input](std::string_view name) { return input.index_is_there(name); };
    options.finish = input::ElasticsearchInput::finish;
    return options;
}

input::IngestOptions ingest_options(const Configuration& configuration) {
    input::IngestOptions options;
    options.environment = configuration.environment;
    options.time_zone = configuration.time_zone;
    return options;
}

input::LokiOptions loki_options(const Configuration& configuration) {
    auto options = options_of<input::LokiOptions>(configuration);
    options.body_bytes = configuration.body_bytes;
    return options;
}

std::string url_of(const Configuration& configuration, std::uint16_t port) {
    const auto& host = configuration.http.host;
    if (host == "0.0.0.0") return fmt::format("http://127.0.0.1:{}", port);
    if (host == "::") return fmt::format("http://[::1]:{}", port);
    if (host.find(':') != std::string::npos) return fmt::format("http://[{}]:{}", host, port);
    return fmt::format("http://{}:{}", host, port);
}

class WiredServer final : public Server {
  public:
    WiredServer(const Configuration& configuration, event::Catalog catalog,
                std::shared_ptr<const pipeline::Transforms> transforms,
                std::unique_ptr<storage::engine::EngineStore> store)
        : configuration_(configuration),
          catalog_(std::move(catalog)),
          store_(std::move(store)),
          runtime_(
              std::make_unique<net::Runtime>(static_cast<unsigned>(configuration.io_threads),
                                             static_cast<unsigned>(configuration.ingest_threads),
                                             static_cast<unsigned>(configuration.query_threads))),
          pipeline_(catalog_, *store_, pipeline_settings(configuration, std::move(transforms))),
          health_(*store_, std::string(version)),
          native_(*store_, catalog_, *runtime_, native_options(configuration)),
          jaeger_(*store_, catalog_, *runtime_, jaeger_options(configuration)),
          ui_(api::web_assets()),
          intakes_{*runtime_, pipeline_},
          elasticsearch_(intakes_, elasticsearch_options(configuration, *store_)),
          reader_(*store_, catalog_, *runtime_, reader_options(configuration, elasticsearch_)),
          ingest_(intakes_, ingest_options(configuration)),
          otlp_(intakes_, input::OtlpOptions{configuration.environment, {}}),
          loki_(intakes_, loki_options(configuration)),
          splunk_(intakes_, options_of<input::SplunkOptions>(configuration)),
          journald_(intakes_, options_of<input::JournaldOptions>(configuration)),
          s3_(intakes_, options_of<input::S3Options>(configuration)),
          lumberjack_(intakes_, lumberjack_options(configuration)),
          ports_(intakes_, configuration_, catalog_, entrances_),
          router_(input::ElasticsearchInput::refuse) {
        for (const char* prefix : {"/_trail/", "/health", "/metrics", "/ingest", "/assets/"}) {
            router_.dialect(prefix, api::refuse_native);
        }
        add_dialect<input::OtlpInput>();
        add_dialect<input::LokiInput>();
        add_dialect<input::SplunkInput>();
        add_dialect<input::JournaldInput>();
        add_dialect<input::S3Input>();
        health_.add_to(router_);
        native_.add_to(router_);
        jaeger_.add_to(router_);
        router_.dialect("/api/", api::JaegerApi::refuse);
        ui_.add_to(router_, handler_of(elasticsearch_));
        add_routes(ingest_);
        add_routes(otlp_);
        add_routes(loki_);
        add_routes(splunk_);
        add_routes(journald_);
        add_routes(s3_);
        add_routes(elasticsearch_);
        reader_.add_to(router_);
    }

    ~WiredServer() override { stop_within(std::chrono::milliseconds(0)); }

    base::Status listen(unsigned further_ports) {
        auto options = http_options(configuration_);
        for (unsigned tried = 0;; ++tried) {
            auto made = net::HttpServer::create(
                *runtime_, options,
                [this](net::HttpRequest request) { return handle(std::move(request)); },
                [this](int status, const base::Error& why, const std::string& path,
                       const std::string& content_type) {
                    note_refused(path, why);
                    return router_.refuse(status, why, path, content_type);
                });
            if (made) {
                http_ = std::move(made.value());
                break;
            }
            const bool again = made.error().code == base::Code::io && tried < further_ports &&
                               options.port < 65535;
            if (!again) return made.error();
            ++options.port;
        }
        url_ = url_of(configuration_, http_->port());
        TRY(lumberjack_port_, open_lumberjack_port(*runtime_, configuration_, lumberjack_));
        if (!configuration_.rabbitmq_brokers.empty()) count_once();
        TRY(ports_.open());
        tell_entrances();
        health_.set_ready(true);
        if (!is_loopback(configuration_.http.host)) {
            base::log().warn(
                "listening on {} without TLS: anyone on the network can read and write",
                configuration_.http.host);
        }
        return base::ok();
    }

    const std::string& url() const override { return url_; }

    void stop() override {
        stop_within(std::chrono::milliseconds(configuration_.shutdown_timeout / base::millisecond));
    }

  private:
    template <typename Input>
    static api::RouteHandler handler_of(Input& input) {
        return [&input](net::HttpRequest request, api::PathParameters) {
            return input.handle(std::move(request));
        };
    }

    net::Task<net::HttpResponse> handle(net::HttpRequest request) {
        const RequestMark mark(request);
        net::HttpResponse response = co_await router_.handle(std::move(request));
        mark.note(response);
        co_return response;
    }

    void tell_entrances() {
        entrances_.open("http.address", "http", "tcp", configuration_.http.host, http_->port());
        if (lumberjack_port_) {
            entrances_.open("lumberjack.address", "lumberjack", "tcp",
                            configuration_.lumberjack->host, lumberjack_port_->port(),
                            configuration_.lumberjack_tls);
        }
        native_.tell_entrances(entrances_.all());
    }

    // An index may be called "uploads": its paths are Elasticsearch's.
    template <typename Input>
    void add_dialect() {
        for (const auto& route : Input::routes()) {
            const std::string own(route.pattern);
            router_.dialect(own, [own](int status, const base::Error& why, const std::string& path,
                                       const std::string& content_type) {
                const bool is_own = path == own || path.starts_with(own + "/");
                return is_own ? Input::refuse(status, why, path, content_type)
                              : input::ElasticsearchInput::refuse(status, why, path, content_type);
            });
        }
    }

    // "/" is the web UI's, which hands on what is not for browsers.
    template <typename Input>
    void add_routes(Input& input) {
        for (const auto& route : Input::routes()) {
            if (route.pattern != "/") router_.add(route.methods, route.pattern, handler_of(input));
        }
    }

    // Messages that brokers report as well as their services.
    void count_once() {
        watch::CountOnceOptions options;
        options.window = configuration_.rabbitmq_report_window;
        options.position = configuration_.data + "/rabbitmq-reports";
        count_once_ = std::make_unique<watch::CountOnce>(*store_, std::move(options));
        count_once_->start();
    }

    // First the requests, then the store, which calls back for what it took, then the threads,
    // whose coroutines may still hold on to the members below.
    void stop_within(std::chrono::milliseconds limit) {
        health_.set_ready(false);
        native_.stop_streams();
        const auto end = std::chrono::steady_clock::now() + limit;
        const auto left = [end] {
            const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
                end - std::chrono::steady_clock::now());
            return std::max(rest, std::chrono::milliseconds(0));
        };
        if (lumberjack_port_) lumberjack_port_->stop(limit);
        ports_.stop(left());
        if (http_) http_->stop(left());
        lumberjack_port_.reset();
        ports_.close();
        http_.reset();
        if (runtime_) runtime_->stop();
        count_once_.reset();
        store_.reset();
        runtime_.reset();
    }

    const Configuration configuration_;
    const event::Catalog catalog_;
    std::unique_ptr<storage::engine::EngineStore> store_;
    std::unique_ptr<net::Runtime> runtime_;
    pipeline::Pipeline pipeline_;
    api::Health health_;
    api::NativeApi native_;
    api::JaegerApi jaeger_;
    api::WebUi ui_;
    input::Intakes intakes_;
    input::ElasticsearchInput elasticsearch_;
    api::ElasticsearchReader reader_;
    input::IngestInput ingest_;
    input::OtlpInput otlp_;
    input::LokiInput loki_;
    input::SplunkInput splunk_;
    input::JournaldInput journald_;
    input::S3Input s3_;
    input::LumberjackInput lumberjack_;
    Entrances entrances_;
    InputPorts ports_;
    api::Router router_;
    std::unique_ptr<net::HttpServer> http_;
    std::unique_ptr<net::StreamServer> lumberjack_port_;
    std::unique_ptr<watch::CountOnce> count_once_;
    std::string url_;
};

}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(const Configuration& configuration,
                                                    unsigned further_ports) {
    TRY(auto catalog, load_catalog(configuration));
    TRY(auto pipelines, load_pipelines(configuration));
    auto transforms = std::make_shared<const pipeline::Transforms>(std::move(pipelines));
    auto store = storage::engine::EngineStore::open(engine_options(configuration, catalog));
    if (!store) {
        auto error = store.error();
        error.message =
            fmt::format("cannot open the data directory {}: {}", configuration.data, error.message);
        return error;
    }
    register_process_metrics();
    auto server = std::make_unique<WiredServer>(configuration, std::move(catalog),
                                                std::move(transforms), std::move(store.value()));
    TRY(server->listen(further_ports));
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace app

#include "api/health.h"

#include "api/json_writer.h"
#include "api/native/error_answer.h"
#include "base/metrics.h"

namespace api {

Health::Health(const storage::Store& store, std::string version)
    : store_(store), version_(std::move(version)), started_(base::steady_now()) {}

net::HttpResponse Health::health() const {
    const bool ready = ready_.load();
    const std::string trouble = ready ? store_.trouble() : "the server is stopping";
    JsonWriter json;
    json.begin_object();
    json.key("status").string(!ready ? "stopping" : trouble.empty() ? "ok" : "trouble");
    json.key("version").string(version_);
    json.key("uptime_seconds").integer((base::steady_now() - started_) / base::second);
    if (!trouble.empty()) json.key("trouble").string(trouble);
    // Writes are taken all the same: that is for people to look at, not for a balancer.
    if (const auto damage = store_.damage(); !damage.empty()) {
        json.key("damage").begin_array();
        for (const std::string& each : damage) json.string(each);
        json.end_array();
    }
    json.end_object();
    auto response = json_answer(json.take());
    response.status = trouble.empty() ? 200 : 503;
    return response;
}

void Health::add_to(Router& router) const {
    router.add("GET", "/health",
               [this](net::HttpRequest, PathParameters) -> net::Task<net::HttpResponse> {
                   co_return health();
               });
    router.add("GET", "/metrics",
               [](net::HttpRequest, PathParameters) -> net::Task<net::HttpResponse> {
                   net::HttpResponse response;
                   response.content_type = "text/plain; version=0.0.4; charset=utf-8";
                   response.headers.emplace_back("Cache-Control", "no-store");
                   response.body = base::metrics().prometheus_text();
                   co_return response;
               });
}

}  // namespace api

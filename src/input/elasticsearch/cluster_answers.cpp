#include "input/elasticsearch/cluster_answers.h"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

#include "base/clock.h"
#include "input/elasticsearch/answer.h"

namespace input::elasticsearch {

namespace {

constexpr std::string_view cluster_name = "ordertrail";
// Of no build of Elasticsearch: clients only print it.
constexpr std::string_view build_hash = "0000000000000000000000000000000000000000";
constexpr std::string_view build_date = "2024-08-05T10:05:34.233336849Z";

}  // namespace

int ClusterAnswers::major() const { return std::atoi(identity_.version.c_str()); }

net::HttpResponse ClusterAnswers::banner() const {
    const bool nine = major() >= 9;
    return json_answer(fmt::format(
        R"({{"name":"ordertrail","cluster_name":"{}","cluster_uuid":{},"version":{{"number":{},)"
        R"("build_flavor":"default","build_type":"tar","build_hash":"{}","build_date":"{}",)"
        R"("build_snapshot":false,"lucene_version":"{}","minimum_wire_compatibility_version":"{}",)"
        R"("minimum_index_compatibility_version":"{}"}},"tagline":"You Know, for Search"}})",
        cluster_name, quoted(identity_.cluster_uuid), quoted(identity_.version), build_hash,
        build_date, nine ? "10.2.2" : "9.11.1", nine ? "8.19.0" : "7.17.0",
        nine ? "8.0.0" : "7.0.0"));
}

net::HttpResponse ClusterAnswers::health() {
    return json_answer(fmt::format(
        R"({{"cluster_name":"{}","status":"green","timed_out":false,"number_of_nodes":1,)"
        R"("number_of_data_nodes":1,"active_primary_shards":1,"active_shards":1,)"
        R"("relocating_shards":0,"initializing_shards":0,"unassigned_shards":0,)"
        R"("unassigned_primary_shards":0,"delayed_unassigned_shards":0,)"
        R"("number_of_pending_tasks":0,"number_of_in_flight_fetch":0,)"
        R"("task_max_waiting_in_queue_millis":0,"active_shards_percent_as_number":100.0}})",
        cluster_name));
}

net::HttpResponse ClusterAnswers::cat_health(const net::HttpRequest& request) {
    const auto seconds = base::now() / base::second;
    const std::string time =
        fmt::format("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    if (request.parameter("format") == "json" ||
        request.header("accept").find("json") != std::string_view::npos) {
        return json_answer(fmt::format(
            R"([{{"epoch":"{}","timestamp":"{}","cluster":"{}","status":"green","node.total":"1",)"
            R"("node.data":"1","shards":"1","pri":"1","relo":"0","init":"0","unassign":"0",)"
            R"("pending_tasks":"0","max_task_wait_time":"-","active_shards_percent":"100.0%"}}])",
            seconds, time, cluster_name));
    }
    net::HttpResponse response;
    response.content_type = "text/plain; charset=UTF-8";
    if (request.has_parameter("v") && request.parameter("v") != "false") {
        response.body =
            "epoch      timestamp cluster    status node.total node.data shards pri relo init "
            "unassign pending_tasks max_task_wait_time active_shards_percent\n";
    }
    response.body += fmt::format(
        "{} {}  {} green           1         1      1   1    0    0        0             0        "
        "          -                100.0%\n",
        seconds, time, cluster_name);
    return response;
}

net::HttpResponse ClusterAnswers::license() const {
    return json_answer(fmt::format(
        R"({{"license":{{"status":"active","uid":{},"type":"basic",)"
        R"("issue_date":"2024-01-01T00:00:00.000Z","issue_date_in_millis":1704067200000,)"
        R"("max_nodes":1000,"max_resource_units":null,"issued_to":"{}","issuer":"elasticsearch",)"
        R"("start_date_in_millis":-1}}}})",
        quoted(identity_.cluster_uuid), cluster_name));
}

net::HttpResponse ClusterAnswers::xpack() const {
    return json_answer(fmt::format(
        R"({{"build":{{"hash":"{}","date":"{}"}},"license":{{"uid":{},"type":"basic",)"
        R"("mode":"basic","status":"active"}},"features":{{)"
        R"("data_streams":{{"available":true,"enabled":true}},)"
        R"("ilm":{{"available":true,"enabled":true}},)"
        R"("ml":{{"available":false,"enabled":false}},)"
        R"("security":{{"available":true,"enabled":false}}}},"tagline":"You know, for X"}})",
        build_hash, build_date, quoted(identity_.cluster_uuid)));
}

net::HttpResponse ClusterAnswers::nodes(const net::HttpRequest& request) const {
    const auto address = quoted(request.header("host"));
    return json_answer(fmt::format(
        R"({{"_nodes":{{"total":1,"successful":1,"failed":0}},"cluster_name":"{}","nodes":{{)"
        R"("ordertrail":{{"name":"ordertrail","host":{},"ip":{},"version":{},)"
        R"("build_flavor":"default","build_type":"tar","build_hash":"{}",)"
        R"("roles":["data","ingest","master"],"http":{{"bound_address":[{}],)"
        R"("publish_address":{},"max_content_length_in_bytes":104857600}}}}}}}})",
        cluster_name, address, address, quoted(identity_.version), build_hash, address, address));
}

}  // namespace input::elasticsearch

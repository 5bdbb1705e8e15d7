#include "input/elasticsearch/resource_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "event/index_name.h"
#include "input/elasticsearch/answer.h"

namespace input::elasticsearch {

namespace {

constexpr std::string_view acknowledged = R"({"acknowledged":true})";
constexpr std::string_view index_kind = "index";

// How the answer to a GET of each kind looks.
struct Kind {
    std::string_view path;
    std::string_view list;     // {"<list>":[…]}; empty: an object with the names as keys
    std::string_view element;  // {"name":…,"<element>":…}
    std::string_view missing;  // reason of the 404, with the name in it; empty: 404 with {}
};

constexpr std::array kinds = {
    Kind{"_index_template", "index_templates", "index_template",
         "index template matching [{}] not found"},
    Kind{"_component_template", "component_templates", "component_template",
         "component template matching [{}] not found"},
    Kind{"_template", "", "", ""},
    Kind{"_ilm/policy", "", "", "Lifecycle policy not found: {}"},
    Kind{"_ingest/pipeline", "", "", ""},
    Kind{"_data_stream", "data_streams", "", "no such index [{}]"},
};

const Kind& kind_of(std::string_view path) {
    return *std::find_if(kinds.begin(), kinds.end(),
                         [path](const Kind& kind) { return kind.path == path; });
}

net::HttpResponse not_found(const Kind& kind, std::string_view name) {
    if (kind.missing.empty()) return json_answer("{}", 404);
    const bool stream = kind.path == "_data_stream";
    return answer_of({404, stream ? "index_not_found_exception" : "resource_not_found_exception",
                      fmt::format(fmt::runtime(kind.missing), name)});
}

// One kept resource as its GET shows it.
std::string shown(const Kind& kind, const std::string& name, const std::string& body) {
    if (kind.path == "_data_stream") {
        return fmt::format(R"({{"name":{0},"timestamp_field":{{"name":"@timestamp"}},"indices":[],)"
                           R"("generation":1,"status":"GREEN","template":{0}}})",
                           quoted(name));
    }
    if (!kind.list.empty()) {
        return fmt::format(R"({{"name":{},"{}":{}}})", quoted(name), kind.element, body);
    }
    if (kind.path == "_ilm/policy") {
        // The body is {"policy":{…}}, the answer adds to it.
        return fmt::format(
            R"({}:{{"version":1,"modified_date":"2024-01-01T00:00:00.000Z",{},)"
            R"("in_use_by":{{"indices":[],"data_streams":[],"composable_templates":[]}}}})",
            quoted(name), body == "{}" ? R"("policy":{})" : body.substr(1, body.size() - 2));
    }
    return fmt::format("{}:{}", quoted(name), body);
}

// A JSON object's text in its compact form; nothing for anything else.
std::optional<std::string> compact_object(const std::string& text) {
    if (text.empty()) return "{}";
    boost::system::error_code error;
    boost::json::parse_options options;
    options.max_depth = 64;
    const auto value = boost::json::parse(text, error, {}, options);
    if (error || !value.is_object()) return std::nullopt;
    return boost::json::serialize(value);
}

net::HttpResponse no_object() {
    return answer_of({400, "parse_exception", "request body must be a JSON object"});
}

net::HttpResponse invalid_index(const std::string& name, const base::Error& why) {
    std::string reason = why.message;
    if (!reason.empty() && reason[0] == 'i') reason[0] = 'I';
    return answer_of({400, "invalid_index_name_exception", std::move(reason)},
                     fmt::format(R"(,"index_uuid":"_na_","index":{})", quoted(name)));
}

}  // namespace

bool ResourceAnswers::is_kind(std::string_view text) {
    return std::any_of(kinds.begin(), kinds.end(),
                       [text](const Kind& kind) { return kind.path == text; });
}

net::HttpResponse ResourceAnswers::resource(std::string_view kind, std::string_view name,
                                            const net::HttpRequest& request) {
    if (request.method == "PUT" || request.method == "POST") return put(kind, name, request.body);
    if (request.method == "DELETE") {
        if (!kept_.remove(kind, name)) return not_found(kind_of(kind), name);
        return json_answer(std::string(acknowledged));
    }
    return show(kind, name);
}

net::HttpResponse ResourceAnswers::put(std::string_view kind, std::string_view name,
                                       const std::string& body) {
    auto object = compact_object(body);
    if (!object) return no_object();
    if (const auto kept = kept_.put(kind, name, std::move(*object)); !kept) {
        return answer_of({400, "illegal_argument_exception", kept.error().message});
    }
    return json_answer(std::string(acknowledged));
}

net::HttpResponse ResourceAnswers::show(std::string_view kind_path, std::string_view name) const {
    const Kind& kind = kind_of(kind_path);
    const auto found = kept_.find(kind_path, name);
    const bool one = !name.empty() && name.find_first_of("*,") == std::string_view::npos;
    if (found.empty() && one) return not_found(kind, name);
    std::string members;
    for (const auto& [key, body] : found) {
        if (!members.empty()) members.push_back(',');
        members += shown(kind, key, body);
    }
    if (kind.list.empty()) return json_answer("{" + members + "}");
    return json_answer(fmt::format(R"({{"{}":[{}]}})", kind.list, members));
}

bool ResourceAnswers::index_is_there(std::string_view name) const {
    return kept_.has(index_kind, name) || kept_.has("_data_stream", name) ||
           (index_exists_ && index_exists_(name));
}

net::HttpResponse ResourceAnswers::index(const std::string& name, const net::HttpRequest& request) {
    if (request.method == "HEAD") return json_answer("", index_is_there(name) ? 200 : 404);
    if (const auto good = event::check_index_name(name); !good) {
        return invalid_index(name, good.error());
    }
    if (!compact_object(request.body)) return no_object();
    if (index_is_there(name)) {
        return answer_of({400, "resource_already_exists_exception",
                          fmt::format("index [{}/_na_] already exists", name)},
                         fmt::format(R"(,"index_uuid":"_na_","index":{})", quoted(name)));
    }
    if (const auto kept = kept_.put(index_kind, name, {}); !kept) {
        return answer_of({400, "illegal_argument_exception", kept.error().message});
    }
    return json_answer(fmt::format(
        R"({{"acknowledged":true,"shards_acknowledged":true,"index":{}}})", quoted(name)));
}

}  // namespace input::elasticsearch

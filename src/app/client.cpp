#include "app/client.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace app {

namespace {

namespace json = boost::json;

base::Code code_named(std::string_view name) {
    using base::Code;
    for (const Code code :
         {Code::invalid_argument, Code::not_found, Code::conflict, Code::denied, Code::too_large,
          Code::busy, Code::timeout, Code::cancelled, Code::corrupt, Code::io}) {
        if (base::name_of(code) == name) return code;
    }
    return Code::internal;
}

std::string_view text_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

std::size_t size_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() && value->get_int64() >= 0
               ? static_cast<std::size_t>(value->get_int64())
               : 0;
}

std::string normal_form(std::string server) {
    while (server.ends_with('/')) server.pop_back();
    return server.find("://") == std::string::npos ? "http://" + server : server;
}

}  // namespace

base::Error error_of(int status, std::string_view body) {
    json::error_code failed;
    const auto value = json::parse(json::string_view(body.data(), body.size()), failed);
    const auto* root = failed ? nullptr : value.if_object();
    const auto* found = root == nullptr ? nullptr : root->if_contains("error");
    const auto* object = found == nullptr ? nullptr : found->if_object();
    // Of Elasticsearch's API.
    if (object != nullptr && !text_of(*object, "reason").empty()) {
        const bool wrong = status >= 400 && status < 500 && status != 429;
        return {wrong ? base::Code::invalid_argument : base::Code::internal,
                std::string(text_of(*object, "reason"))};
    }
    if (object == nullptr || text_of(*object, "code").empty()) {
        return {base::Code::internal,
                fmt::format("the server answered with HTTP status {}; is it an Ordertrail server?",
                            status)};
    }
    base::Error error(code_named(text_of(*object, "code")),
                      std::string(text_of(*object, "message")));
    if (const auto* position = object->if_contains("position");
        position != nullptr && position->is_object()) {
        error.offset = size_of(position->get_object(), "offset");
        error.length = size_of(position->get_object(), "length");
    }
    return error;
}

Client::Client(std::string server)
    : server_(normal_form(std::move(server))), http_(net::HttpClient::create()) {}

base::Result<std::string> Client::get(std::string_view path) {
    net::HttpClientRequest request;
    request.url = fmt::format("{}{}", server_, path);
    return send(std::move(request));
}

base::Result<std::string> Client::post(std::string_view path, std::string json) {
    net::HttpClientRequest request;
    request.method = "POST";
    request.url = fmt::format("{}{}", server_, path);
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(json);
    return send(std::move(request));
}

base::Status Client::stream(std::string_view path, std::chrono::milliseconds silence,
                            std::function<bool(std::string_view)> take) {
    net::HttpClientRequest request;
    request.url = fmt::format("{}{}", server_, path);
    request.timeout = silence;
    request.on_body = std::move(take);
    TRY(send(std::move(request)));
    return base::ok();
}

base::Result<std::string> Client::send(net::HttpClientRequest request) {
    request.headers.emplace_back("Accept", "application/json");
    auto response = http_->send(request);
    if (!response) {
        auto error = response.error();
        if (error.code == base::Code::io) {
            error.message +=
                fmt::format("; is a server running at {}? (--server names another one)", server_);
        }
        return error;
    }
    if (response.value().status != 200)
        return error_of(response.value().status, response.value().body);
    return std::move(response.value().body);
}

}  // namespace app

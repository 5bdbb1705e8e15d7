#include "api/native/error_answer.h"

#include "api/json_writer.h"

namespace api {

net::HttpResponse error_answer(int status, const base::Error& error) {
    JsonWriter json;
    json.begin_object().key("error").begin_object();
    json.key("code").string(base::name_of(error.code));
    json.key("message").string(error.message);
    if (error.length > 0) {
        json.key("position").begin_object();
        json.key("offset").unsigned_integer(error.offset);
        json.key("length").unsigned_integer(error.length);
        json.end_object();
    }
    json.end_object().end_object();
    auto response = json_answer(json.take());
    response.status = status;
    if (error.code == base::Code::busy) response.headers.emplace_back("Retry-After", "1");
    return response;
}

net::HttpResponse error_answer(const base::Error& error) {
    return error_answer(net::status_of(error.code), error);
}

net::HttpResponse refuse_native(int status, const base::Error& why, const std::string&,
                                const std::string&) {
    return error_answer(status, why);
}

net::HttpResponse json_answer(std::string json) {
    net::HttpResponse response;
    response.headers.emplace_back("Cache-Control", "no-store");
    response.body = std::move(json);
    return response;
}

}  // namespace api

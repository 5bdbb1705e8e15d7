#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "input/elasticsearch/kept_resources.h"
#include "net/http.h"

namespace input::elasticsearch {

// Answers to what clients set up before they write. Thread-safe.
class ResourceAnswers {
  public:
    // `index_exists` says whether the store has an index; may be empty.
    explicit ResourceAnswers(std::function<bool(std::string_view)> index_exists)
        : index_exists_(std::move(index_exists)) {}

    // `kind` is the path before the name: "_index_template", "_ilm/policy" … REQUIRES: one of
    // kinds().
    net::HttpResponse resource(std::string_view kind, std::string_view name,
                               const net::HttpRequest& request);
    // HEAD and PUT of an index.
    net::HttpResponse index(const std::string& name, const net::HttpRequest& request);

    static bool is_kind(std::string_view text);

    // The store has it, or a client made it.
    bool index_is_there(std::string_view name) const;

  private:
    net::HttpResponse put(std::string_view kind, std::string_view name, const std::string& body);
    net::HttpResponse show(std::string_view kind, std::string_view name) const;

    KeptResources kept_;
    std::function<bool(std::string_view)> index_exists_;
};

}  // namespace input::elasticsearch

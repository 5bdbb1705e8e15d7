#pragma once

#include <vector>

#include "api/router.h"
#include "api/web_assets.h"

namespace api {

// Serves the embedded web UI: its files by their names, index.html for the UI's own paths. A build
// without the UI serves a page that says how to build it. Immutable, thread-safe. REQUIRES:
// outlives the router.
class WebUi {
  public:
    explicit WebUi(std::vector<WebAsset> assets);

    // `otherwise` answers `/` for clients that do not ask for HTML (Elasticsearch's banner).
    void add_to(Router& router, RouteHandler otherwise) const;

  private:
    net::HttpResponse page(const net::HttpRequest& request) const;
    net::HttpResponse file(const net::HttpRequest& request) const;

    std::vector<WebAsset> assets_;
};

// Whether an Accept header names HTML, as browsers do and API clients do not.
bool wants_html(const net::HttpRequest& request);

}  // namespace api

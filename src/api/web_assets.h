#pragma once

#include <string_view>
#include <vector>

namespace api {

// A file of the built web UI, embedded in the binary. The views live as long as the program.
struct WebAsset {
    std::string_view path;  // "/assets/index-C51GmDAH.js"
    std::string_view content_type;
    std::string_view etag;  // with its quotes
    bool hashed = false;    // the name changes with the content: may be cached for ever
    std::string_view bytes;
    std::string_view gzip;
};

// Empty when the binary was built without the UI. The definition is made by cmake/embed_web.py.
std::vector<WebAsset> web_assets();

}  // namespace api

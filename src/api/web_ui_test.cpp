#include "api/web_ui.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/native/error_answer.h"
#include "api/request_test.h"
#include "net/testing/wait_for.h"

namespace api {
namespace {

using testing::HasSubstr;

class WebUiTest : public testing::Test {
  protected:
    void serve(std::vector<WebAsset> assets) {
        ui_ = std::make_unique<WebUi>(std::move(assets));
        ui_->add_to(router_, [](net::HttpRequest, PathParameters) -> net::Task<net::HttpResponse> {
            net::HttpResponse banner;
            banner.body = "banner";
            co_return banner;
        });
    }
    void serve_built() {
        serve(
            {{"/index.html", "text/html; charset=utf-8", "\"i1\"", false, "<html>", "zipped html"},
             {"/assets/index-C51GmDAH.js", "text/javascript", "\"j1\"", true, "script",
              "zipped script"}});
    }
    net::HttpResponse ask(const std::string& path, net::Headers headers = {}) {
        return net::testing::wait_for(router_.handle(request_of("GET", path, std::move(headers))));
    }

    const net::Headers browser_ = {{"Accept", "text/html,application/xhtml+xml"},
                                   {"Accept-Encoding", "gzip, br"}};
    Router router_{refuse_native};
    std::unique_ptr<WebUi> ui_;
};

TEST_F(WebUiTest, TheRootDependsOnWhatIsAccepted) {
    serve_built();
    EXPECT_EQ(ask("/", browser_).body, "zipped html");
    EXPECT_EQ(ask("/", {{"Accept", "application/json"}}).body, "banner");
    EXPECT_EQ(ask("/").body, "banner");
}

TEST_F(WebUiTest, UiPathsAreThePage) {
    serve_built();
    for (const char* path :
         {"/search", "/sources", "/sources/filebeat", "/order/ORD-1", "/order/a%2Fb"}) {
        const auto response = ask(path, browser_);
        EXPECT_EQ(response.body, "zipped html") << path;
        EXPECT_EQ(net::header(response.headers, "cache-control"), "no-cache") << path;
        EXPECT_EQ(net::header(response.headers, "content-encoding"), "gzip") << path;
    }
}

TEST_F(WebUiTest, HashedNamesAreKeptForEver) {
    serve_built();
    const auto response = ask("/assets/index-C51GmDAH.js");
    EXPECT_EQ(response.body, "script");
    EXPECT_EQ(response.content_type, "text/javascript");
    EXPECT_EQ(net::header(response.headers, "content-encoding"), "");
    EXPECT_THAT(std::string(net::header(response.headers, "cache-control")),
                HasSubstr("immutable"));
    EXPECT_EQ(ask("/assets/index-OTHER000.js").status, 404);
}

TEST_F(WebUiTest, WhatTheBrowserHasIsNotSentAgain) {
    serve_built();
    const auto response =
        ask("/search", {{"Accept", "text/html"}, {"If-None-Match", "W/\"i1\", \"x\""}});
    EXPECT_EQ(response.status, 304);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(net::header(response.headers, "etag"), "\"i1\"");
    EXPECT_EQ(ask("/search", {{"If-None-Match", "\"i2\""}}).status, 200);
}

TEST_F(WebUiTest, WithoutABuiltUiAPageSaysHowToBuildIt) {
    serve({});
    const auto response = ask("/search", browser_);
    EXPECT_EQ(response.status, 200);
    EXPECT_THAT(response.body, HasSubstr("npm run build"));
}

}  // namespace
}  // namespace api

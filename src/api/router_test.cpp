#include "api/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/native/error_answer.h"
#include "api/request_test.h"
#include "net/testing/wait_for.h"

namespace api {
namespace {

using testing::HasSubstr;

class RouterTest : public testing::Test {
  protected:
    RouterTest()
        : router_([](int status, const base::Error& why, const std::string&, const std::string&) {
              net::HttpResponse response;
              response.status = status;
              response.body = "other dialect: " + why.message;
              return response;
          }) {
        router_.dialect("/_trail/", refuse_native);
    }

    // A route that answers with its own name and the value of {id}, if it has one.
    void route(const char* methods, const char* pattern) {
        router_.add(
            methods, pattern,
            [pattern](net::HttpRequest, PathParameters path) -> net::Task<net::HttpResponse> {
                net::HttpResponse response;
                response.body = std::string(pattern) + " " + std::string(path["id"]);
                co_return response;
            });
    }

    net::HttpResponse ask(const std::string& method, const std::string& path) {
        return net::testing::wait_for(router_.handle(request_of(method, path)));
    }

    Router router_;
};

TEST_F(RouterTest, LiteralsGoBeforeNames) {
    route("GET", "/{id}/_bulk");
    route("GET", "/_trail/{id}");
    route("GET", "/_trail/search");
    route("GET", "/{id}");
    EXPECT_EQ(ask("GET", "/_trail/search").body, "/_trail/search ");
    EXPECT_EQ(ask("GET", "/_trail/x").body, "/_trail/{id} x");
    EXPECT_EQ(ask("GET", "/shop/_bulk").body, "/{id}/_bulk shop");
    EXPECT_EQ(ask("GET", "/shop").body, "/{id} shop");
}

TEST_F(RouterTest, PartsAreDecodedAfterTheyAreCut) {
    route("GET", "/orders/{id}");
    EXPECT_EQ(ask("GET", "/orders/a%2Fb%20%D0%B6").body, "/orders/{id} a/b ж");
    EXPECT_EQ(ask("GET", "/orders/a/b").status, 404);
    EXPECT_EQ(ask("GET", "/orders/x/").body, "/orders/{id} x");
    EXPECT_EQ(ask("GET", "/orders//").status, 404);
    EXPECT_EQ(ask("GET", "/orders/a?x=1").body, "/orders/{id} a");
}

TEST_F(RouterTest, TheRestOfAPath) {
    route("GET", "/order/{id...}");
    EXPECT_EQ(ask("GET", "/order/a/b/c").body, "/order/{id...} a/b/c");
    EXPECT_EQ(ask("GET", "/order").status, 404);
}

TEST_F(RouterTest, TheRootIsARoute) {
    route("GET", "/");
    EXPECT_EQ(ask("GET", "/").body, "/ ");
}

TEST_F(RouterTest, WhatIsNotThereIsRefusedInThePathsDialect) {
    route("GET", "/_trail/search");
    EXPECT_EQ(ask("GET", "/_trail/nothing").status, 404);
    EXPECT_THAT(ask("GET", "/_trail/nothing").body, HasSubstr("\"code\":\"not_found\""));
    EXPECT_EQ(ask("GET", "/nothing").status, 404);
    EXPECT_THAT(ask("GET", "/nothing").body,
                HasSubstr("other dialect: there is nothing at /nothing"));
}

TEST_F(RouterTest, AWrongMethodNamesTheRightOnes) {
    route("GET POST", "/_trail/search");
    const auto response = ask("DELETE", "/_trail/search");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(net::header(response.headers, "allow"), "GET, POST");
    EXPECT_THAT(response.body, HasSubstr("DELETE is not possible at /_trail/search"));
    EXPECT_EQ(ask("HEAD", "/_trail/search").status, 200);
}

TEST_F(RouterTest, AMethodMayBeAnsweredByALessExactRoute) {
    route("GET", "/shop/_bulk");
    route("POST", "/{id}/_bulk");
    EXPECT_EQ(ask("POST", "/shop/_bulk").body, "/{id}/_bulk shop");
}

TEST_F(RouterTest, AMalformedEscapeIsRefused) {
    route("GET", "/{id}");
    EXPECT_EQ(ask("GET", "/%zz").status, 400);
}

TEST_F(RouterTest, EveryAnswerHasTheSecurityHeaders) {
    route("GET", "/ui");
    for (const char* path : {"/ui", "/nothing", "/%zz"}) {
        const auto headers = ask("GET", path).headers;
        EXPECT_THAT(std::string(net::header(headers, "content-security-policy")),
                    HasSubstr("default-src 'self'"));
        EXPECT_THAT(std::string(net::header(headers, "content-security-policy")),
                    HasSubstr("frame-ancestors 'none'"));
        EXPECT_EQ(net::header(headers, "x-content-type-options"), "nosniff");
        EXPECT_EQ(net::header(headers, "referrer-policy"), "no-referrer");
    }
}

}  // namespace
}  // namespace api

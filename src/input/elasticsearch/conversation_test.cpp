#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "input/input_test.h"

// What clients say before they write, in the order in which they say it.

namespace input::testing {
namespace {

using ::testing::HasSubstr;

class ConversationTest : public InputTest {
  protected:
    boost::json::value get(std::string_view target) {
        const auto answer = send("GET", target);
        EXPECT_EQ(answer.status, 200) << target << answer.body;
        boost::system::error_code error;
        auto value = boost::json::parse(answer.body, error);
        EXPECT_FALSE(error) << target << answer.body;
        return value;
    }
    int status(std::string method, std::string_view target, std::string body = {}) {
        return send(std::move(method), target, std::move(body)).status;
    }
};

TEST_F(ConversationTest, Banner) {
    options_.identity = {"8.15.0", "abcdefghijklmnopqrstuv"};
    const auto banner = get("/");
    EXPECT_EQ(banner.at("tagline"), "You Know, for Search");
    EXPECT_EQ(banner.at("cluster_uuid"), "abcdefghijklmnopqrstuv");
    EXPECT_EQ(banner.at("version").at("number"), "8.15.0");
    EXPECT_EQ(banner.at("version").at("build_flavor"), "default");
    EXPECT_EQ(banner.at("version").at("lucene_version"), "9.11.1");
    EXPECT_EQ(banner.at("version").at("minimum_wire_compatibility_version"), "7.17.0");
    EXPECT_EQ(send("GET", "/?filter_path=version.number").body,
              R"({"version":{"number":"8.15.0"}})");
    EXPECT_EQ(status("HEAD", "/"), 200);
}

TEST_F(ConversationTest, BannerOfNine) {
    options_.identity.version = "9.1.0";
    const auto banner = get("/");
    EXPECT_EQ(banner.at("version").at("minimum_index_compatibility_version"), "8.0.0");
}

TEST_F(ConversationTest, Filebeat) {
    EXPECT_EQ(get("/_license").at("license").at("status"), "active");
    EXPECT_EQ(get("/_license").at("license").at("type"), "basic");
    EXPECT_EQ(get("/_xpack").at("features").at("ilm").at("enabled"), true);
    EXPECT_EQ(status("GET", "/_ilm/policy/filebeat"), 404);
    EXPECT_EQ(status("PUT", "/_ilm/policy/filebeat", R"({"policy":{"phases":{}}})"), 200);
    EXPECT_EQ(get("/_ilm/policy/filebeat").at("filebeat").at("policy"),
              boost::json::parse(R"({"phases":{}})"));
    EXPECT_EQ(status("HEAD", "/_index_template/filebeat-8.1.3"), 404);
    EXPECT_EQ(
        send("PUT", "/_index_template/filebeat-8.1.3", R"({ "index_patterns": ["f*"] })").body,
        R"({"acknowledged":true})");
    EXPECT_EQ(status("HEAD", "/_index_template/filebeat-8.1.3"), 200);
    const auto missing = send("GET", "/_data_stream/filebeat-8.1.3");
    EXPECT_EQ(missing.status, 404);
    EXPECT_THAT(
        missing.body,
        HasSubstr(
            R"("type":"index_not_found_exception","reason":"no such index [filebeat-8.1.3]")"));
    EXPECT_EQ(status("PUT", "/_data_stream/filebeat-8.1.3"), 200);
    EXPECT_EQ(get("/_data_stream/filebeat-8.1.3").at("data_streams").at(0).at("name"),
              "filebeat-8.1.3");
    EXPECT_EQ(status("GET", "/_ingest/pipeline/filebeat-8.1.3-system"), 404);
    EXPECT_EQ(status("PUT", "/_ingest/pipeline/filebeat-8.1.3-system", R"({"processors":[]})"),
              200);
    EXPECT_EQ(send("GET", "/_ingest/pipeline/filebeat*").body,
              R"({"filebeat-8.1.3-system":{"processors":[]}})");
}

TEST_F(ConversationTest, Logstash) {
    EXPECT_EQ(status("HEAD", "/"), 200);
    EXPECT_EQ(get("/_nodes/http").at("nodes").at("ordertrail").at("http").at("publish_address"),
              "127.0.0.1:9200");
    EXPECT_EQ(send("GET", "/_template/logstash").body, "{}");
    EXPECT_EQ(status("PUT", "/_template/logstash", R"({"order":1})"), 200);
    EXPECT_EQ(send("GET", "/_template/logstash").body, R"({"logstash":{"order":1}})");
}

TEST_F(ConversationTest, WinstonAndRsyslog) {
    EXPECT_EQ(get("/_cluster/health?wait_for_status=yellow&timeout=5s").at("status"), "green");
    EXPECT_EQ(status("HEAD", "/_index_template/template_logs"), 404);
    EXPECT_EQ(status("PUT", "/_index_template/template_logs", "{}"), 200);
    const auto text = send("GET", "/_cat/health");
    EXPECT_EQ(text.status, 200);
    EXPECT_THAT(text.content_type, HasSubstr("text/plain"));
    EXPECT_THAT(text.body, HasSubstr("ordertrail green"));
    EXPECT_EQ(get("/_cat/health?format=json").at(0).at("status"), "green");
}

TEST_F(ConversationTest, Templates) {
    const auto missing = send("GET", "/_index_template/a");
    EXPECT_EQ(missing.status, 404);
    EXPECT_THAT(
        missing.body,
        HasSubstr(
            R"("type":"resource_not_found_exception","reason":"index template matching [a] not found")"));
    EXPECT_EQ(send("GET", "/_index_template").body, R"({"index_templates":[]})");
    EXPECT_EQ(send("GET", "/_index_template/a*").body, R"({"index_templates":[]})");
    status("PUT", "/_index_template/a", R"({"priority":1})");
    status("PUT", "/_index_template/b", "{}");
    EXPECT_EQ(send("GET", "/_index_template/a").body,
              R"({"index_templates":[{"name":"a","index_template":{"priority":1}}]})");
    EXPECT_EQ(get("/_index_template").at("index_templates").as_array().size(), 2U);
    EXPECT_EQ(status("DELETE", "/_index_template/a"), 200);
    EXPECT_EQ(status("DELETE", "/_index_template/a"), 404);
    EXPECT_EQ(status("PUT", "/_component_template/c", "{}"), 200);
    EXPECT_EQ(get("/_component_template/c").at("component_templates").at(0).at("name"), "c");
    EXPECT_EQ(send("PUT", "/_index_template/d", "[1]").status, 400);
    EXPECT_EQ(send("PUT", "/_index_template/d", std::string(10'000, '{')).status, 400);
}

TEST_F(ConversationTest, Indices) {
    options_.index_exists = [](std::string_view name) { return name == "stored"; };
    EXPECT_EQ(status("HEAD", "/stored"), 200);
    EXPECT_EQ(status("HEAD", "/new"), 404);
    EXPECT_EQ(send("PUT", "/new").body,
              R"({"acknowledged":true,"shards_acknowledged":true,"index":"new"})");
    EXPECT_EQ(status("HEAD", "/new"), 200);
    const auto again = send("PUT", "/new", "{}");
    EXPECT_EQ(again.status, 400);
    EXPECT_THAT(again.body, HasSubstr("resource_already_exists_exception"));
    EXPECT_THAT(send("PUT", "/New").body, HasSubstr("Invalid index name [New], must be lowercase"));
    EXPECT_EQ(send("POST", "/new/_refresh").body,
              R"({"_shards":{"total":1,"successful":1,"failed":0}})");
    EXPECT_EQ(status("POST", "/_refresh"), 200);
}

TEST_F(ConversationTest, KeepsNoMoreThanItsBounds) {
    elasticsearch::KeptResources kept(100, 3);
    EXPECT_TRUE(kept.put("k", "a", std::string(50, 'x')));
    EXPECT_FALSE(kept.put("k", "b", std::string(50, 'x')));
    EXPECT_TRUE(kept.put("k", "a", std::string(90, 'x')));
    EXPECT_TRUE(kept.remove("k", "a"));
    EXPECT_TRUE(kept.put("k", "b", std::string(90, 'x')));
    EXPECT_TRUE(kept.put("k", "c", ""));
    EXPECT_TRUE(kept.put("k", "d", ""));
    EXPECT_FALSE(kept.put("k", "e", ""));
    EXPECT_TRUE(kept.put("k", "d", ""));
}

}  // namespace
}  // namespace input::testing

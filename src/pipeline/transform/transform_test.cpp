#include "pipeline/transform/transform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/json_text.h"
#include "pipeline/test_pipeline.h"

namespace pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class TransformTest : public PipelineTest {
  protected:
    // The steps as a list in YAML, each line two spaces in.
    void steps(const std::string& list, const std::string& more = "") {
        std::string indented;
        for (std::size_t at = 0; at < list.size();) {
            const std::size_t end = list.find('\n', at);
            indented += "      " + list.substr(at, end - at) + "\n";
            if (end == std::string::npos) break;
            at = end + 1;
        }
        auto made = Transforms::parse(
            "format: 1\npipelines:\n  - name: own\n" + more + "    steps:\n" + indented,
            "own.yaml");
        ASSERT_TRUE(made) << made.error().message;
        Settings settings;
        settings.transforms = std::make_shared<Transforms>(std::move(made.value()));
        settings.levels.clear();
        restart(std::move(settings));
    }

    // The event as it is stored.
    std::string after(std::string text, event::Format format = event::Format::json) {
        return source(take(std::move(text), format));
    }

    static std::string problems(const std::string& yaml) {
        const auto made = Transforms::parse(yaml, "own.yaml");
        return made ? "" : made.error().message;
    }
};

TEST_F(TransformTest, WithoutPipelinesNothingChanges) {
    EXPECT_EQ(after(R"({"b":1.50,"a":{"x":null}})"), R"({"b":1.50,"a":{"x":null}})");
}

TEST_F(TransformTest, AnEventThatNoStepTouchesStaysAsItWasSent) {
    steps("- when: {level: NEVER}\n  remove: [a]");
    for (const char* text :
         {R"({"b":1.50,"a":{"x":null,"y":[1,"2",{"z":true}]},"e":[],"o":{}})",
          R"({"n":12345678901234567890,"f":1e-7,"s":"\u00e9\n"})",
          R"({"@timestamp":"2026-11-24T10:15:00.123Z","level":"warn"})", R"({})"}) {
        const std::string expected = std::string(text).find("\\u00e9") == std::string::npos
                                         ? text
                                         : R"({"n":12345678901234567890,"f":1e-7,"s":"é\n"})";
        EXPECT_EQ(after(text), expected);
    }
}

TEST_F(TransformTest, FieldsAreSetRenamedCopiedAndRemoved) {
    steps(R"(- set: {site: 'plant-%{host.name}', '[a][b]': x, none: '%{nowhere}'}
- rename: {old: new, 'nested.deep': deep, gone: never}
- copy: {new: '[copied][new]'}
- remove: [secret, 'nested.rest', absent])");
    EXPECT_EQ(
        after(
            R"({"old":1,"host":{"name":"h1"},"secret":"s","nested":{"deep":{"x":[1,2]},"rest":0}})"),
        R"({"new":1,"host":{"name":"h1"},"nested":{},"site":"plant-h1","a":{"b":"x"},"none":"%{nowhere}","deep":{"x":[1,2]},"copied":{"new":1}})");
}

TEST_F(TransformTest, FlatNamesAndNestedOnesAreTheSame) {
    steps("- set: {http.status: '200'}\n- rename: {trace.id: trace_id}");
    EXPECT_EQ(after(R"({"http.status":1,"trace":{"id":"t"}})"),
              R"({"http.status":"200","trace":{},"trace_id":"t"})");
    EXPECT_EQ(after(R"({"http":{"status":1},"trace.id":"t"})"),
              R"({"http":{"status":"200"},"trace_id":"t"})");
}

TEST_F(TransformTest, ConvertSplitJoinAndCase) {
    steps(R"(- convert: {i: integer, f: float, b: boolean, s: string, k: integer}
- split: {list: ','}
- join: {many: '-'}
- lowercase: [up]
- uppercase: [low]
- strip: [padded]
- gsub: {field: path, pattern: '/\d+', with: '/N'})");
    EXPECT_EQ(
        after(
            R"({"i":"17.9","f":"3","b":"yes","s":5,"k":"1,234","list":"a,,b","many":["x",1],"up":"ЁЖ","low":"ss","padded":" a ","path":"/o/1/2"})"),
        R"({"i":17,"f":3.0,"b":true,"s":"5","k":1234,"list":["a","","b"],"many":"x-1","up":"ёж","low":"SS","padded":"a","path":"/o/N/N"})");
    EXPECT_EQ(after(R"({"i":"many"})"), R"({"i":"many","tags":["_convertfailure"]})");
}

TEST_F(TransformTest, JsonAndKvAreReadOutOfAField) {
    steps(
        "- json: {}\n- json: {field: inner, target: '[in][side]'}\n- kv: {field: pairs, target: "
        "p}");
    EXPECT_EQ(
        after(
            R"({"message":"{\"a\":{\"b\":1.0}}","inner":"{\"x\":[true]}","pairs":"k=v q=\"a b\" bare k=w"})"),
        R"({"message":"{\"a\":{\"b\":1.0}}","inner":"{\"x\":[true]}","pairs":"k=v q=\"a b\" bare k=w","a":{"b":1.0},"in":{"side":{"x":[true]}},"p":{"k":["v","w"],"q":"a b"}})");
    EXPECT_EQ(
        after(R"({"message":"{\"a\":","inner":"{}","pairs":"k=v"})"),
        R"({"message":"{\"a\":","inner":"{}","pairs":"k=v","tags":["_jsonparsefailure"],"in":{"side":{}},"p":{"k":"v"}})");
}

TEST_F(TransformTest, ConditionsChoose) {
    steps(R"(- when: {level: [DEBUG, TRACE], not: {keep: {exists: true}}}
  drop: true
- when: {any: [{status: {above: 499}}, {message: {contains: timeout}}]}
  then: [{tag: [bad]}]
  else:
    - when: {path: {starts_with: /health, ends_with: z}, host: {matches: '^h\d$'}}
      tag: [probe])");
    EXPECT_EQ(after(R"({"level":"DEBUG"})"), "");
    EXPECT_EQ(outcome_.items.at(0).status, event::RecordOutcome::Status::filtered);
    EXPECT_EQ(after(R"({"level":"DEBUG","keep":0})"), R"({"level":"DEBUG","keep":0})");
    EXPECT_EQ(after(R"({"status":503})"), R"({"status":503,"tags":["bad"]})");
    EXPECT_EQ(after(R"({"status":499,"tags":"old","message":"a timeout"})"),
              R"({"status":499,"tags":["old","bad"],"message":"a timeout"})");
    EXPECT_EQ(after(R"({"path":"/healthz","host":["x","h2"]})"),
              R"({"path":"/healthz","host":["x","h2"],"tags":["probe"]})");
}

TEST_F(TransformTest, DroppedEventsAreCounted) {
    steps("- drop: true");
    const auto before = counted("ordertrail_pipeline_dropped_events_total", {{"pipeline", "own"}});
    EXPECT_EQ(after("{}"), "");
    EXPECT_EQ(counted("ordertrail_pipeline_dropped_events_total", {{"pipeline", "own"}}),
              before + 1);
}

TEST_F(TransformTest, APipelineChoosesTheIndexAndItsEnvironment) {
    steps("- index: 'Nginx-%{site}'");
    const auto& batch = take(R"({"site":"test"})");
    EXPECT_EQ(sink_.appends.back().batches.at(0).index, "nginx-test");
    EXPECT_THAT(texts(batch, "environment"), ElementsAre("test"));
    EXPECT_EQ(after(R"({"site":"a/b"})"), R"({"site":"a/b","tags":["_indexfailure"]})");
    EXPECT_EQ(sink_.appends.back().batches.at(0).index, "test");
}

TEST_F(TransformTest, OnlyTheEventsOfItsInputsAndIndices) {
    steps("- set: {seen: yes}", "    inputs: [test]\n    indices: 'nginx-*'\n");
    EXPECT_EQ(after("{}"), "{}");
    const auto sent =
        send({record("{}", "nginx-a"), record("{}", "other"), record("{}", "nginx-b")});
    ASSERT_TRUE(sent);
    ASSERT_EQ(sink_.appends.back().batches.size(), 3U);
    EXPECT_EQ(source(sink_.appends.back().batches[0].batch), R"({"seen":"yes"})");
    EXPECT_EQ(source(sink_.appends.back().batches[1].batch), "{}");
    steps("- set: {seen: yes}", "    inputs: [lumberjack]\n");
    EXPECT_EQ(after("{}"), "{}");
}

TEST_F(TransformTest, WhatAStepFindsIsNormalisedAndHasItsTime) {
    steps(
        "- dissect: {mapping: '%{date} %{time} %{level} [%{service_name}] %{msg}'}\n"
        "- set: {when: '%{date} %{time}'}\n"
        "- date: {field: when, formats: ['yyyy-MM-dd HH:mm:ss,SSS'], timezone: Europe/Moscow}\n"
        "- remove: [when, date, time, message]");
    const auto& batch =
        take("2026-11-24 10:15:00,250 warning [MES API] started", event::Format::plain);
    EXPECT_THAT(texts(batch, "level"), ElementsAre("WARN"));
    EXPECT_THAT(texts(batch, "service_name"), ElementsAre("MES API"));
    ASSERT_EQ(batch.rows(), 1U);
    EXPECT_EQ(event::rfc3339(batch.time[0]), "2026-11-24T07:15:00.250Z");
}

TEST_F(TransformTest, FailuresTagAndBranch) {
    steps(R"(- grok: {match: '^%{INT:n:int}$'}
  on_success: [{set: {good: yes}}]
  on_failure: [{set: {bad: yes}}]
  tag_on_failure: odd)");
    EXPECT_EQ(after(R"({"message":"12"})"), R"({"message":"12","n":12,"good":"yes"})");
    EXPECT_EQ(after(R"({"message":"x"})"), R"({"message":"x","tags":["odd"],"bad":"yes"})");
}

TEST_F(TransformTest, HostileEventsAreRefusedAloneOrTakenWhole) {
    steps("- json: {target: j}\n- set: {x: '%{message}'}");
    EXPECT_THAT(refusal("{\"a\":"), HasSubstr("malformed JSON"));
    std::string deep;
    for (int at = 0; at < 70; ++at) deep += "{\"a\":";
    EXPECT_THAT(refusal(deep + "1" + std::string(70, '}')), HasSubstr("nested too deeply"));
    // What a step puts one level further down may be too deep as well.
    std::string inner;
    for (int at = 0; at < 64; ++at) inner += "{\\\"a\\\":";
    EXPECT_THAT(refusal("{\"message\":\"" + inner + "1" + std::string(64, '}') + "\"}"),
                HasSubstr("nested too deeply"));
    EXPECT_EQ(
        after(R"({"message":"\ud800"})"),
        "{\"message\":\"\xEF\xBF\xBD\",\"tags\":[\"_jsonparsefailure\"],\"x\":\"\xEF\xBF\xBD\"}");
    const std::string large(1 << 20, 'x');
    EXPECT_EQ(after("{\"message\":\"" + large + "\"}").size(), 2 * large.size() + 50);
}

TEST_F(TransformTest, MistakesAreToldWithTheirLines) {
    EXPECT_EQ(problems("format: 1\npipelines: []\n"), "");
    EXPECT_THAT(problems("format: 2\npipelines: []\n"), StartsWith("own.yaml:1: "));
    const auto text = problems(R"(format: 1
pipelines:
  - name: a
    steps:
      - gork: {match: x}
      - grok: {match: '%{NOPE:x}'}
      - grok: {match: '(?=x)'}
      - dissect: {mapping: '%{a}%{b}'}
      - date: {field: t, formats: ['yyyy-QQ']}
      - set: {a: 1}
        remove: [b]
      - when: {a: {near: 1}}
        tag: [x]
      - convert: {a: money}
      - when: {a: b}
      - {set: {a: b}, then: []}
  - name: a
    steps: [{index: ''}]
)");
    for (const char* expected :
         {"own.yaml:5: there is no step 'gork'; expected one of add, convert",
          "own.yaml:6: there is no pattern named 'NOPE'", "own.yaml:7: '(?=' (lookaround",
          "own.yaml:8: 'mapping': two fields stand side by side",
          "own.yaml:9: 'Q' in the form 'yyyy-QQ' is not taken",
          "own.yaml:11: one step an item: 'set' and 'remove' are two",
          "own.yaml:12: expected exists, contains", "own.yaml:14: 'convert': expected string",
          "own.yaml:15: expected a step, or 'when' with 'then'",
          "own.yaml:16: 'then' goes with 'when' alone", "own.yaml:17: two pipelines are named 'a'",
          "own.yaml:18: 'index': expected a name"}) {
        EXPECT_THAT(text, HasSubstr(expected));
    }
}

}  // namespace
}  // namespace pipeline

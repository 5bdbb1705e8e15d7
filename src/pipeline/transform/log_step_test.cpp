#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/test_pipeline.h"

namespace pipeline {
namespace {

using testing::HasSubstr;

class LogStepTest : public PipelineTest {
  protected:
    static base::Result<Transforms> parse(const std::string& step) {
        return Transforms::parse(
            "format: 1\npipelines:\n  - name: own\n    steps:\n      - " + step + "\n", "own.yaml");
    }
    void step(const std::string& text) {
        auto made = parse(text);
        ASSERT_TRUE(made) << made.error().message;
        Settings settings;
        settings.transforms = std::make_shared<Transforms>(std::move(made.value()));
        settings.levels.clear();
        restart(std::move(settings));
    }
    std::string after(std::string text) { return source(take(std::move(text))); }
};

TEST_F(LogStepTest, ReadsAnEventOfADatabase) {
    step("log: {kind: postgresql, line_prefix: '%m [%p] %q%u@%d '}");
    EXPECT_EQ(
        after(
            R"({"service_name":"MES DB","@timestamp":"2026-11-24T23:00:00Z","message":"2026-11-24 22:47:10.559 UTC [4711] mes@mesdb LOG:  duration: 120.5 ms  statement: SELECT 1,\n\t'x'"})"),
        R"({"service_name":"MES DB","@timestamp":"2026-11-24T22:47:10.559Z","message":"duration: 120.5 ms  statement: SELECT 1,\n'x'",)"
        R"("event_type":"SLOW_QUERY","level":"WARN","db_severity":"LOG","duration_ms":120.5,"statement_phase":"statement",)"
        R"("statement":"SELECT 1,\n'x'","statement_pattern":"SELECT ?, ?","database":"mesdb","db_user":"mes","process_id":4711})");
    EXPECT_EQ(after(R"({"message":"text"})"), R"({"message":"text","tags":["_logparsefailure"]})");
    EXPECT_EQ(after(R"({"a":1})"), R"({"a":1,"tags":["_logparsefailure"]})");
}

TEST_F(LogStepTest, ReadsOtherFieldsAndKinds) {
    step("log: {kind: s3-access, field: line}");
    EXPECT_THAT(
        after(
            R"({"line":"79a5 models [06/Feb/2026:00:00:38 +0000] 192.0.2.3 u 3E57 REST.PUT.OBJECT a.stl \"PUT /a.stl HTTP/1.1\" 200 - - 10 7 5 \"-\" \"-\" -"})"),
        AllOf(HasSubstr(R"("event_type":"FILE_UPLOADED")"), HasSubstr(R"("file_size":10)"),
              HasSubstr(R"("service_name":"S3")")));
}

TEST_F(LogStepTest, SaysWhatIsWrong) {
    EXPECT_THAT(parse("log: {kind: oracle}").error().message, HasSubstr("own.yaml:5: expected"));
    EXPECT_THAT(parse("log: {field: x}").error().message, HasSubstr("'kind'"));
    EXPECT_THAT(parse("log: {kind: postgresql, pattern: x}").error().message, HasSubstr("pattern"));
}

}  // namespace
}  // namespace pipeline

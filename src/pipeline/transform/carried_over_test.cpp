// Filters of Logstash, from its documentation and from what people commonly run, carried over: the
// same fields must come out. Written as steps; what Logstash adds by itself (host, path, @version)
// is not here.
#include <gtest/gtest.h>

#include "pipeline/test_pipeline.h"
#include "pipeline/transform/transform.h"

namespace pipeline {
namespace {

struct Filter {
    const char* name;
    const char* steps;  // each line six spaces in
    const char* line;
    const char* expected;
};

const Filter filters[] = {
    {"grok: a request", R"(
      - grok: {match: '%{IP:client} %{WORD:method} %{URIPATHPARAM:request} %{NUMBER:bytes} %{NUMBER:duration}'}
)",
     "55.3.244.1 GET /index.html 15824 0.043",
     R"({"message":"55.3.244.1 GET /index.html 15824 0.043","client":"55.3.244.1","method":"GET","request":"/index.html","bytes":"15824","duration":"0.043"})"},
    {"grok and date: Apache's combined log", R"(
      - grok: {match: '%{COMBINEDAPACHELOG}'}
      - date: {field: timestamp, formats: ['dd/MMM/yyyy:HH:mm:ss Z']}
      - remove: [message, timestamp]
)",
     R"(127.0.0.1 - - [11/Dec/2013:00:01:45 -0800] "GET /xampp/status.php HTTP/1.1" 200 3891 "http://cadenza/xampp/navi.php" "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.9; rv:25.0) Gecko/20100101 Firefox/25.0")",
     R"({"clientip":"127.0.0.1","ident":"-","auth":"-","verb":"GET","request":"/xampp/status.php","httpversion":"1.1","response":"200","bytes":"3891","referrer":"\"http://cadenza/xampp/navi.php\"","agent":"\"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.9; rv:25.0) Gecko/20100101 Firefox/25.0\"","@timestamp":"2013-12-11T08:01:45.000Z"})"},
    {"grok, add_field and date: syslog", R"(
      - grok:
          match: '%{SYSLOGTIMESTAMP:syslog_timestamp} %{SYSLOGHOST:syslog_hostname} %{DATA:syslog_program}(?:\[%{POSINT:syslog_pid}\])?: %{GREEDYDATA:syslog_message}'
        on_success: [{add: {received_from: '%{syslog_hostname}'}}]
      - date: {field: syslog_timestamp, formats: ['MMM  d HH:mm:ss', 'MMM dd HH:mm:ss']}
      - remove: [message, '@timestamp']
)",
     "Dec 23 12:11:43 louis postfix/smtpd[31499]: connect from unknown[95.75.93.154]",
     R"({"syslog_timestamp":"Dec 23 12:11:43","syslog_hostname":"louis","syslog_program":"postfix/smtpd","syslog_pid":"31499","syslog_message":"connect from unknown[95.75.93.154]","received_from":"louis"})"},
    {"grok: own patterns, message overwritten", R"(
      - grok:
          match: '%{SYSLOGBASE} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:message}'
          names: {POSTFIX_QUEUEID: '[0-9A-F]{10,11}'}
          overwrite: [message]
)",
     "Jan  1 06:25:43 mailserver14 postfix/cleanup[21403]: BEF25A72965: "
     "message-id=<20130101142543.5828399CCAF@mailserver14.example.com>",
     R"({"message":"message-id=<20130101142543.5828399CCAF@mailserver14.example.com>","timestamp":"Jan  1 06:25:43","logsource":"mailserver14","program":"postfix/cleanup","pid":"21403","queue_id":"BEF25A72965"})"},
    {"grok: the first of several patterns", R"(
      - grok:
          match: ['Duration: %{NUMBER:duration:float}', 'Speed: %{NUMBER:speed:int}']
)",
     "Speed: 25.9", R"({"message":"Speed: 25.9","speed":25})"},
    {"dissect: a journal's line", R"(
      - dissect: {mapping: '%{ts} %{+ts} %{+ts} %{src} %{prog}[%{pid}]: %{msg}'}
      - convert: {pid: integer}
      - remove: [message]
)",
     "Apr 26 12:20:02 localhost systemd[1]: Starting system activity accounting tool...",
     R"({"ts":"Apr 26 12:20:02","src":"localhost","prog":"systemd","pid":1,"msg":"Starting system activity accounting tool..."})"},
    {"dissect: a Java application's line", R"(
      - dissect: {mapping: '%{date} %{+date} %{level->} %{thread} %{logger} - %{text}'}
      - date: {field: date, formats: ['yyyy-MM-dd HH:mm:ss.SSS'], timezone: Europe/Moscow}
      - lowercase: [logger]
      - remove: [message, date]
)",
     "2026-11-24 10:15:00.250 INFO   [http-1] com.example.Orders - order ORD-1 created",
     R"({"level":"INFO","thread":"[http-1]","logger":"com.example.orders","text":"order ORD-1 created","@timestamp":"2026-11-24T07:15:00.250Z"})"},
    {"kv: pairs", R"(
      - kv: {}
)",
     "ip=1.2.3.4 error=REFUSED why=\"not allowed\"",
     R"({"message":"ip=1.2.3.4 error=REFUSED why=\"not allowed\"","ip":"1.2.3.4","error":"REFUSED","why":"not allowed"})"},
    {"kv: a query string", R"(
      - kv: {field_split: '&?', prefix: arg_, exclude: [ss]}
      - remove: [message]
)",
     "?pin=12345~0&d=123&e=foo@bar.com&oq=bobo&ss=12345",
     R"({"arg_pin":"12345~0","arg_d":"123","arg_e":"foo@bar.com","arg_oq":"bobo"})"},
    {"json and mutate: rename, convert, split, gsub", R"(
      - json: {}
      - rename: {'[req][id]': request_id}
      - convert: {took: integer, ok: boolean}
      - split: {roles: ','}
      - gsub: {field: path, pattern: '[\\?#]', with: '-'}
      - uppercase: [method]
      - remove: [message, req]
      - tag: [carried]
)",
     R"({"req":{"id":"r-1","x":2},"took":"17","ok":"true","roles":"a,b","path":"/p?q#f","method":"get"})",
     R"({"took":17,"ok":true,"roles":["a","b"],"path":"/p-q-f","method":"GET","request_id":"r-1","tags":["carried"]})"},
    {"conditions: drop, tags and branches", R"(
      - grok: {match: '%{LOGLEVEL:level}: %{GREEDYDATA:text}'}
      - when: {level: DEBUG}
        drop: true
      - when: {tags: _grokparsefailure}
        then: [{set: {kind: unknown}}]
        else:
          - when: {text: {matches: '(?i)timed? ?out'}}
            then: [{add: {kind: timeout}}]
            else: [{add: {kind: other}}]
)",
     "ERROR: connection timed out",
     R"({"message":"ERROR: connection timed out","level":"ERROR","text":"connection timed out","kind":"timeout"})"},
};

class CarriedOverTest : public PipelineTest {};

TEST_F(CarriedOverTest, TheSameFieldsComeOut) {
    for (const Filter& filter : filters) {
        SCOPED_TRACE(filter.name);
        auto transforms = Transforms::parse(
            std::string("format: 1\npipelines:\n  - name: carried\n    steps:") + filter.steps,
            "carried.yaml");
        ASSERT_TRUE(transforms) << transforms.error().message;
        Settings settings;
        settings.transforms = std::make_shared<Transforms>(std::move(transforms.value()));
        settings.levels.clear();
        restart(std::move(settings));
        EXPECT_EQ(source(take(filter.line, event::Format::plain)), filter.expected);
    }
}

}  // namespace
}  // namespace pipeline

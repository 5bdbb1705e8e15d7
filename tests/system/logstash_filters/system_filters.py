"""Filters for logs of systems and applications, in the shapes in which people run them with Logstash, and what they are here."""

POSTFIX = {
    "logstash": r"""
filter {
  grok {
    patterns_dir => [ "/etc/logstash/patterns" ]   # POSTFIX_QUEUEID ([0-9A-F]{6,}|[0-9a-zA-Z]{12,})
    match => { "message" => "%{SYSLOGBASE} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:keyvalue}" }
    tag_on_failure => [ "_postfix_unknown" ]
    add_tag => [ "postfix" ]
  }
  if "postfix" in [tags] {
    kv { source => "keyvalue"  field_split => ","  trim_key => " "  trim_value => "<>"  prefix => "postfix_"  remove_field => [ "keyvalue" ] }
    mutate { convert => { "postfix_delay" => "float" }  rename => { "program" => "[process][name]" "pid" => "[process][pid]" } }
    grok { match => { "postfix_status" => "%{WORD:postfix_status} \(%{GREEDYDATA:postfix_answer}\)" }  overwrite => [ "postfix_status" ] }
    date { match => [ "timestamp", "MMM dd HH:mm:ss", "MMM  d HH:mm:ss" ] }
  }
  mutate { remove_field => [ "message" ] }
}""",
    "steps": r"""
      - grok:
          names: {POSTFIX_QUEUEID: '(?:[0-9A-F]{6,}|[0-9a-zA-Z]{12,})'}
          match: '%{SYSLOGBASE} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:keyvalue}'
        tag_on_failure: _postfix_unknown
        on_success: [{tag: [postfix]}]
      - when: {tags: postfix}
        then:
          - gsub: {field: keyvalue, pattern: ', ', with: ','}
          - gsub: {field: keyvalue, pattern: '[<>]', with: ''}
          - kv: {field: keyvalue, field_split: ',', prefix: postfix_}
            on_success: [{remove: [keyvalue]}]
          - convert: {postfix_delay: float}
          - rename: {program: '[process][name]', pid: '[process][pid]'}
          - grok: {field: postfix_status, match: '%{WORD:postfix_status} \(%{GREEDYDATA:postfix_answer}\)', overwrite: [postfix_status]}
          - date: {field: timestamp, formats: ['MMM dd HH:mm:ss', 'MMM  d HH:mm:ss'], target: sent_at}
      - remove: [message, sent_at]
""",
    "lines": [
        ("Mar 29 13:08:01 mail postfix/smtp[7841]: 3kBnT81ZkzTz: to=<anna@example.com>, relay=mx.example.com[10.1.1.1]:25, delay=0.35, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued)",
         {"timestamp": "Mar 29 13:08:01", "logsource": "mail", "queue_id": "3kBnT81ZkzTz", "tags": ["postfix"],
          "process": {"name": "postfix/smtp", "pid": "7841"}, "postfix_to": "anna@example.com",
          "postfix_relay": "mx.example.com[10.1.1.1]:25", "postfix_delay": 0.35, "postfix_dsn": "2.0.0",
          "postfix_status": "sent", "postfix_answer": "250 2.0.0 Ok: queued"}),
        ("Mar 29 13:08:02 mail postfix/smtpd[7842]: connect from unknown[10.0.0.9]",
         {"tags": ["_postfix_unknown"]})],
}

FIREWALL = {
    "logstash": r"""
filter {
  if "%ASA-" not in [message] { drop { } }
  grok {
    match => { "message" => ["<%{POSINT:syslog_pri:int}>%{MONTH} %{MONTHDAY} %{YEAR} %{TIME}: %%{NOTSPACE:ciscotag}: %{GREEDYDATA:cisco_message}"] }
    remove_field => [ "message" ]
  }
  grok {
    match => { "cisco_message" => [
      "%{WORD:action} %{WORD:protocol} src %{DATA:src_interface}:%{IP:src_ip}(/%{INT:src_port:int})? dst %{DATA:dst_interface}:%{IP:dst_ip}(/%{INT:dst_port:int})? by access-group \"%{NOTSPACE:policy_id}\"",
      "%{WORD:action}(?: %{WORD:direction})? %{WORD:protocol} connection %{INT:connection_id} for %{DATA:src_interface}:%{IP:src_ip}/%{INT:src_port:int}" ] }
    remove_field => [ "cisco_message" ]
  }
  mutate { lowercase => [ "action", "protocol" ]  add_field => { "rule" => "%{action}/%{protocol}" } }
}""",
    "steps": r"""
      - when: {not: {message: {contains: '%ASA-'}}}
        drop: true
      - grok: {match: '<%{POSINT:syslog_pri:int}>%{MONTH} %{MONTHDAY} %{YEAR} %{TIME}: %%{NOTSPACE:ciscotag}: %{GREEDYDATA:cisco_message}'}
        on_success: [{remove: [message]}]
      - grok:
          field: cisco_message
          match:
            - '%{WORD:action} %{WORD:protocol} src %{DATA:src_interface}:%{IP:src_ip}(/%{INT:src_port:int})? dst %{DATA:dst_interface}:%{IP:dst_ip}(/%{INT:dst_port:int})? by access-group "%{NOTSPACE:policy_id}"'
            - '%{WORD:action}(?: %{WORD:direction})? %{WORD:protocol} connection %{INT:connection_id} for %{DATA:src_interface}:%{IP:src_ip}/%{INT:src_port:int}'
        on_success: [{remove: [cisco_message]}]
      - lowercase: [action, protocol]
      - add: {rule: '%{action}/%{protocol}'}
""",
    "lines": [
        ('<166>May 31 2013 10:23:34: %ASA-4-106023: Deny tcp src outside:192.0.2.7/62018 dst inside:10.1.0.5/23 by access-group "OUTSIDE"',
         {"syslog_pri": 166, "ciscotag": "ASA-4-106023", "action": "deny", "protocol": "tcp", "src_interface": "outside",
          "src_ip": "192.0.2.7", "src_port": 62018, "dst_interface": "inside", "dst_ip": "10.1.0.5", "dst_port": 23,
          "policy_id": "OUTSIDE", "rule": "deny/tcp"}),
        ("<166>May 31 2013 10:23:35: %ASA-6-302013: Built outbound TCP connection 447235 for outside:192.0.2.8/80 (192.0.2.8/80)",
         {"syslog_pri": 166, "ciscotag": "ASA-6-302013", "action": "built", "direction": "outbound", "protocol": "tcp",
          "connection_id": "447235", "src_interface": "outside", "src_ip": "192.0.2.8", "src_port": 80, "rule": "built/tcp"}),
        ("<166>May 31 2013 10:23:36: something else", None)],
}

SPRING = {
    "logstash": r"""
filter {
  if [message] =~ "\tat" {
    grok { match => { "message" => "^(\tat)" }  add_tag => [ "stacktrace" ] }
  }
  grok {
    match => { "message" => "(?m)^%{TIMESTAMP_ISO8601:timestamp}%{SPACE}%{LOGLEVEL:level} %{NUMBER:pid:int} --- \[%{SPACE}%{DATA:thread}\] %{DATA:class}%{SPACE}: (?<text>[^\n]*)(?:\n%{GREEDYDATA:stack})?$" }
  }
  date { match => [ "timestamp", "yyyy-MM-dd HH:mm:ss.SSS" ]  timezone => "Europe/Moscow" }
  mutate { replace => { "message" => "%{text}" }  remove_field => [ "timestamp", "text" ]  copy => { "class" => "logger" } }
}""",
    "steps": r"""
      - when: {message: {matches: '\tat'}}
        tag: [stacktrace]
      - grok: {match: '(?m)^%{TIMESTAMP_ISO8601:timestamp}%{SPACE}%{LOGLEVEL:level} %{NUMBER:pid:int} --- \[%{SPACE}%{DATA:thread}\] %{DATA:class}%{SPACE}: (?<text>[^\n]*)(?:\n%{GREEDYDATA:stack})?$'}
      - date: {field: timestamp, formats: ['yyyy-MM-dd HH:mm:ss.SSS'], timezone: Europe/Moscow}
      - set: {message: '%{text}'}
      - copy: {class: logger}
      - remove: [timestamp, text]
""",
    "lines": [
        ("2026-11-24 12:40:11.512  INFO 4711 --- [  nio-8080-exec-1] c.e.orders.OrderController               : order ORD-1 created",
         {"message": "order ORD-1 created", "level": "INFO", "pid": 4711, "thread": "nio-8080-exec-1",
          "class": "c.e.orders.OrderController", "logger": "c.e.orders.OrderController", "@timestamp": "2026-11-24T09:40:11.512Z"}),
        ("2026-11-24 12:40:12.000 ERROR 4711 --- [main] c.e.Mes : failed\njava.lang.IllegalStateException: no file\n\tat c.e.Mes.price(Mes.java:17)",
         {"message": "failed", "tags": ["stacktrace"], "level": "ERROR", "pid": 4711, "thread": "main", "class": "c.e.Mes",
          "stack": "java.lang.IllegalStateException: no file\n\tat c.e.Mes.price(Mes.java:17)", "logger": "c.e.Mes",
          "@timestamp": "2026-11-24T09:40:12.000Z"})],
}

POSTGRESQL = {
    "logstash": r"""
filter {
  grok {
    match => { "message" => "^%{TIMESTAMP_ISO8601:ts} %{TZ:[postgresql][timezone]} \[%{NUMBER:[postgresql][thread_id]:int}\] %{USERNAME:user}@%{WORD:[postgresql][database]} %{WORD:[postgresql][level]}:  (duration: %{NUMBER:[postgresql][duration]:float} ms  statement: %{GREEDYDATA:[postgresql][query]}|%{GREEDYDATA:[postgresql][message]})" }
  }
  mutate { gsub => [ "[postgresql][query]", "[\n\t ]+", " " ]  strip => [ "[postgresql][query]" ] }
  if [postgresql][duration] and [postgresql][duration] > 1000 { mutate { add_tag => [ "slow" ] } }
  if [user] == "monitoring" { drop { } }
  date { match => [ "ts", "yyyy-MM-dd HH:mm:ss.SSS" ]  timezone => "UTC"  remove_field => [ "ts", "message" ] }
}""",
    "steps": r"""
      - grok: {match: '^%{TIMESTAMP_ISO8601:ts} %{TZ:[postgresql][timezone]} \[%{NUMBER:[postgresql][thread_id]:int}\] %{USERNAME:user}@%{WORD:[postgresql][database]} %{WORD:[postgresql][level]}:  (duration: %{NUMBER:[postgresql][duration]:float} ms  statement: %{GREEDYDATA:[postgresql][query]}|%{GREEDYDATA:[postgresql][message]})'}
      - gsub: {field: '[postgresql][query]', pattern: '[\n\t ]+', with: ' '}
      - strip: ['[postgresql][query]']
      - when: {'[postgresql][duration]': {above: 1000}}
        tag: [slow]
      - when: {user: monitoring}
        drop: true
      - date: {field: ts, formats: ['yyyy-MM-dd HH:mm:ss.SSS'], timezone: UTC}
        on_success: [{remove: [ts, message]}]
""",
    "lines": [
        ("2017-04-03 22:32:14.322 UTC [31225] shop@orders LOG:  duration: 2037.118 ms  statement: SELECT *\n\tFROM orders\n\tWHERE id = 7 ",
         {"postgresql": {"timezone": "UTC", "thread_id": 31225, "database": "orders", "level": "LOG", "duration": 2037.118,
                         "query": "SELECT * FROM orders WHERE id = 7"},
          "user": "shop", "tags": ["slow"], "@timestamp": "2017-04-03T22:32:14.322Z"}),
        ("2017-04-03 22:32:15.000 UTC [31226] shop@orders ERROR:  relation \"x\" does not exist",
         {"postgresql": {"timezone": "UTC", "thread_id": 31226, "database": "orders", "level": "ERROR",
                         "message": "relation \"x\" does not exist"},
          "user": "shop", "@timestamp": "2017-04-03T22:32:15.000Z"}),
        ("2017-04-03 22:32:16.000 UTC [31227] monitoring@orders LOG:  duration: 1.0 ms  statement: SELECT 1", None)],
}

SERVICE_IN_JSON = {
    "logstash": r"""
filter {
  dissect { mapping => { "message" => "%{[@metadata][day]} %{+[@metadata][day]} %{host} %{?program}: %{payload}" } }
  json { source => "payload"  target => "app"  remove_field => [ "payload", "message" ] }
  if "_jsonparsefailure" in [tags] { mutate { add_field => { "kind" => "broken" } } }
  else {
    date { match => [ "[app][ts]", "UNIX_MS" ]  remove_field => [ "[app][ts]", "[@metadata][day]" ] }
    mutate {
      rename => { "[app][lvl]" => "level" "[app][msg]" => "message" }
      split => { "[app][roles]" => "," }
      convert => { "[app][took]" => "float" "[app][cached]" => "boolean" }
      join => { "[app][path]" => "/" }
    }
    mutate { copy => { "[app][order]" => "order_id" }  uppercase => [ "level" ] }
  }
}""",
    "steps": r"""
      - dissect: {mapping: '%{day} %{+day} %{host} %{?program}: %{payload}'}
      - json: {field: payload, target: app}
        on_success: [{remove: [payload, message]}]
      - when: {tags: _jsonparsefailure}
        then: [{add: {kind: broken}}]
        else:
          - date: {field: '[app][ts]', formats: [UNIX_MS]}
            on_success: [{remove: ['[app][ts]', day]}]
          - rename: {'[app][lvl]': level, '[app][msg]': message}
          - convert: {'[app][took]': float, '[app][cached]': boolean}
          - split: {'[app][roles]': ','}
          - join: {'[app][path]': /}
          - copy: {'[app][order]': order_id}
          - uppercase: [level]
""",
    "lines": [
        ('Nov 24 mes-1 mes[7]: {"ts":1795521600123,"lvl":"warn","msg":"slow","roles":"a,b","took":"17.5","cached":"yes","path":["x","y"],"order":"ORD-1"}',
         {"host": "mes-1", "app": {"roles": ["a", "b"], "took": 17.5, "cached": True, "path": "x/y", "order": "ORD-1"},
          "level": "WARN", "message": "slow", "order_id": "ORD-1", "@timestamp": "2026-11-24T12:00:00.123Z"}),
        ("Nov 24 mes-1 mes[7]: {broken", {"day": "Nov 24", "host": "mes-1", "payload": "{broken", "kind": "broken",
                                          "message": "Nov 24 mes-1 mes[7]: {broken", "tags": ["_jsonparsefailure"]})],
}

SESSIONS = {
    "logstash": r"""
filter {
  dissect { mapping => { "message" => "[%{level->}] %{?skipped} user=%{user} %{key}=%{&key} at %{+when/2} %{+when/1}" } }
  mutate { lowercase => [ "level" ]  gsub => [ "user", "@.*$", "" ] }
  date { match => [ "when", "yyyy/MM/dd HH:mm" ]  target => "logged_in"  timezone => "UTC" }
  mutate { remove_field => [ "message", "when" ]  update => { "absent" => "no" }  add_field => { "who" => "%{user} (%{level})" } }
}""",
    "steps": r"""
      - dissect: {mapping: '[%{level->}] %{?skipped} user=%{user} %{?key}=%{&key} at %{+when/2} %{+when/1}'}
      - lowercase: [level]
      - gsub: {field: user, pattern: '@.*$', with: ''}
      - date: {field: when, formats: ['yyyy/MM/dd HH:mm'], target: logged_in, timezone: UTC}
      - remove: [message, when]
      - when: {absent: {exists: true}}
        set: {absent: 'no'}
      - add: {who: '%{user} (%{level})'}
""",
    "lines": [("[INFO] login user=anna@example.com session=s-77 at 10:15 2026/11/24",
               {"level": "info", "user": "anna", "session": "s-77", "logged_in": "2026-11-24T10:15:00.000Z",
                "who": "anna (info)"})],
}

FILTERS = {"Postfix": POSTFIX, "a firewall": FIREWALL, "Spring Boot": SPRING, "PostgreSQL": POSTGRESQL,
           "a service that logs JSON": SERVICE_IN_JSON, "sessions": SESSIONS}

"""Filters for logs of servers of the web, in the shapes in which people run them with Logstash, and what they are here."""

NGINX = {
    "logstash": r"""
filter {
  grok {
    match => { "message" => ["%{IPORHOST:[nginx][access][remote_ip]} - %{DATA:[nginx][access][user_name]} \[%{HTTPDATE:[nginx][access][time]}\] \"%{WORD:[nginx][access][method]} %{DATA:[nginx][access][url]} HTTP/%{NUMBER:[nginx][access][http_version]}\" %{NUMBER:[nginx][access][response_code]:int} %{NUMBER:[nginx][access][body_sent][bytes]:int} \"%{DATA:[nginx][access][referrer]}\" \"%{DATA:[nginx][access][agent]}\""] }
    remove_field => "message"
  }
  date {
    match => [ "[nginx][access][time]", "dd/MMM/YYYY:H:m:s Z" ]
    remove_field => "[nginx][access][time]"
  }
}""",
    "steps": r"""
      - grok: {match: '%{IPORHOST:[nginx][access][remote_ip]} - %{DATA:[nginx][access][user_name]} \[%{HTTPDATE:[nginx][access][time]}\] "%{WORD:[nginx][access][method]} %{DATA:[nginx][access][url]} HTTP/%{NUMBER:[nginx][access][http_version]}" %{NUMBER:[nginx][access][response_code]:int} %{NUMBER:[nginx][access][body_sent][bytes]:int} "%{DATA:[nginx][access][referrer]}" "%{DATA:[nginx][access][agent]}"'}
        on_success: [{remove: [message]}]
      - date: {field: '[nginx][access][time]', formats: ['dd/MMM/YYYY:H:m:s Z']}
        on_success: [{remove: ['[nginx][access][time]']}]
""",
    "lines": [(
        r'77.179.66.156 - - [25/Oct/2016:14:49:33 +0200] "GET /orders/42?full=1 HTTP/1.1" 200 612 "-" "Mozilla/5.0 (X11; Linux)"',
        {"nginx": {"access": {"remote_ip": "77.179.66.156", "user_name": "-", "method": "GET", "url": "/orders/42?full=1",
                              "http_version": "1.1", "response_code": 200, "body_sent": {"bytes": 612}, "referrer": "-",
                              "agent": "Mozilla/5.0 (X11; Linux)"}},
         "@timestamp": "2016-10-25T12:49:33.000Z"})],
}

APACHE_ERRORS = {
    "logstash": r"""
filter {
  grok {
    match => { "message" => ["\[%{HTTPDERROR_DATE:timestamp}\] \[%{LOGLEVEL:loglevel}\]( \[client %{IPORHOST:clientip}\])? %{GREEDYDATA:errormsg}",
      "\[%{HTTPDERROR_DATE:timestamp}\] \[%{DATA:module}:%{LOGLEVEL:loglevel}\] \[pid %{POSINT:pid:int}(:tid %{NUMBER:tid:int})?\]( \[client %{IPORHOST:clientip}(:%{POSINT:clientport:int})?\])? %{GREEDYDATA:errormsg}"] }
  }
  mutate { uppercase => [ "loglevel" ]  remove_field => [ "message" ] }
  date {
    match => [ "timestamp", "EEE MMM dd H:m:s YYYY", "EEE MMM dd H:m:s.SSSSSS YYYY" ]
    timezone => "Europe/Moscow"
    remove_field => [ "timestamp" ]
  }
}""",
    "steps": r"""
      - grok:
          match:
            - '\[%{HTTPDERROR_DATE:timestamp}\] \[%{LOGLEVEL:loglevel}\]( \[client %{IPORHOST:clientip}\])? %{GREEDYDATA:errormsg}'
            - '\[%{HTTPDERROR_DATE:timestamp}\] \[%{DATA:module}:%{LOGLEVEL:loglevel}\] \[pid %{POSINT:pid:int}(:tid %{NUMBER:tid:int})?\]( \[client %{IPORHOST:clientip}(:%{POSINT:clientport:int})?\])? %{GREEDYDATA:errormsg}'
      - uppercase: [loglevel]
      - remove: [message]
      - date: {field: timestamp, formats: ['EEE MMM dd H:m:s YYYY', 'EEE MMM dd H:m:s.SSSSSS YYYY'], timezone: Europe/Moscow}
        on_success: [{remove: [timestamp]}]
""",
    "lines": [
        ("[Mon Dec 26 16:22:08 2016] [error] [client 192.168.33.1] File does not exist: /var/www/favicon.ico",
         {"loglevel": "ERROR", "clientip": "192.168.33.1", "errormsg": "File does not exist: /var/www/favicon.ico",
          "@timestamp": "2016-12-26T13:22:08.000Z"}),
        ("[Mon Dec 26 16:15:55.103786 2016] [core:notice] [pid 11379] AH00094: Command line: '/usr/local/bin/httpd'",
         {"module": "core", "loglevel": "NOTICE", "pid": 11379, "errormsg": "AH00094: Command line: '/usr/local/bin/httpd'",
          "@timestamp": "2016-12-26T13:15:55.103786Z"}),
        ("[Fri Sep 09 10:42:29.902022 2011] [authz:error] [pid 35708:tid 4328636416] [client 72.15.99.187:51021] denied",
         {"module": "authz", "loglevel": "ERROR", "pid": 35708, "tid": 4328636416, "clientip": "72.15.99.187",
          "clientport": 51021, "errormsg": "denied", "@timestamp": "2011-09-09T06:42:29.902022Z"})],
}

HAPROXY = {
    "logstash": r"""
filter {
  grok {
    pattern_definitions => { "HAPROXYTIME" => "(?!<[0-9])%{HOUR}:%{MINUTE}(?::%{SECOND})(?![0-9])"
                             "HAPROXYDATE" => "%{MONTHDAY}/%{MONTH}/%{YEAR}:%{HAPROXYTIME}" }
    match => { "message" => "haproxy\[%{POSINT:pid}\]: %{IP:client_ip}:%{INT:client_port} \[%{HAPROXYDATE:accept_date}\] %{NOTSPACE:frontend_name} %{NOTSPACE:backend_name}/%{NOTSPACE:server_name} %{INT:time_request}/%{INT:time_queue}/%{INT:time_backend_connect}/%{INT:time_backend_response}/%{NOTSPACE:time_duration} %{INT:http_status_code} %{NOTSPACE:bytes_read} %{DATA:captured_request_cookie} %{DATA:captured_response_cookie} %{NOTSPACE:termination_state} %{INT:actconn}/%{INT:feconn}/%{INT:beconn}/%{INT:srvconn}/%{NOTSPACE:retries} %{INT:srv_queue}/%{INT:backend_queue} \"(<BADREQ>|(%{WORD:http_verb} (%{URIPATHPARAM:http_request}))( HTTP/%{NUMBER:http_version})?)?\"" }
  }
  mutate { convert => { "time_duration" => "integer" "http_status_code" => "integer" "bytes_read" => "integer" } }
  if [backend_name] =~ "^static" { drop { } }
  date { match => [ "accept_date", "dd/MMM/yyyy:HH:mm:ss.SSS" ] }
  mutate { remove_field => [ "message", "accept_date", "captured_request_cookie", "captured_response_cookie" ] }
}""",
    "steps": r"""
      - grok:
          names:
            HAPROXYTIME: '%{HOUR}:%{MINUTE}(?::%{SECOND})'
            HAPROXYDATE: '%{MONTHDAY}/%{MONTH}/%{YEAR}:%{HAPROXYTIME}'
          match: 'haproxy\[%{POSINT:pid}\]: %{IP:client_ip}:%{INT:client_port} \[%{HAPROXYDATE:accept_date}\] %{NOTSPACE:frontend_name} %{NOTSPACE:backend_name}/%{NOTSPACE:server_name} %{INT:time_request}/%{INT:time_queue}/%{INT:time_backend_connect}/%{INT:time_backend_response}/%{NOTSPACE:time_duration} %{INT:http_status_code} %{NOTSPACE:bytes_read} %{DATA:captured_request_cookie} %{DATA:captured_response_cookie} %{NOTSPACE:termination_state} %{INT:actconn}/%{INT:feconn}/%{INT:beconn}/%{INT:srvconn}/%{NOTSPACE:retries} %{INT:srv_queue}/%{INT:backend_queue} "(<BADREQ>|(%{WORD:http_verb} (%{URIPATHPARAM:http_request}))( HTTP/%{NUMBER:http_version})?)?"'
      - convert: {time_duration: integer, http_status_code: integer, bytes_read: integer}
      - when: {backend_name: {matches: '^static'}}
        drop: true
      - date: {field: accept_date, formats: ['dd/MMM/yyyy:HH:mm:ss.SSS']}
      - remove: [message, accept_date, captured_request_cookie, captured_response_cookie]
""",
    "lines": [
        ('haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in orders/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /index.html HTTP/1.1"',
         {"pid": "14389", "client_ip": "10.0.1.2", "client_port": "33317", "frontend_name": "http-in", "backend_name": "orders",
          "server_name": "srv1", "time_request": "10", "time_queue": "0", "time_backend_connect": "30",
          "time_backend_response": "69", "time_duration": 109, "http_status_code": 200, "bytes_read": 2750,
          "termination_state": "----", "actconn": "1", "feconn": "1", "beconn": "1", "srvconn": "1", "retries": "0",
          "srv_queue": "0", "backend_queue": "0", "http_verb": "GET", "http_request": "/index.html", "http_version": "1.1",
          "@timestamp": "2009-02-06T12:14:14.655Z"}),
        ('haproxy[14389]: 10.0.1.2:33318 [06/Feb/2009:12:14:15.000] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /a.css HTTP/1.1"',
         None)],
}

IIS = {
    "logstash": r"""
filter {
  if [message] =~ "^#" { drop {} }
  grok {
    match => { "message" => "%{TIMESTAMP_ISO8601:log_timestamp} %{IPORHOST:[site][ip]} %{WORD:method} %{URIPATH:page} %{NOTSPACE:querystring} %{NUMBER:port} %{NOTSPACE:username} %{IPORHOST:clienthost} %{NOTSPACE:useragent} %{NUMBER:status} %{NUMBER:substatus} %{NUMBER:scstatus} %{NUMBER:time_taken:int}" }
  }
  date { match => [ "log_timestamp", "YYYY-MM-dd HH:mm:ss" ]  timezone => "Etc/UTC" }
  if [querystring] == "-" { mutate { remove_field => ["querystring"] } }
  if [username] == "-" { mutate { remove_field => ["username"] } }
  mutate { gsub => [ "useragent", "\+", " " ]  remove_field => [ "log_timestamp", "message" ] }
}""",
    "steps": r"""
      - when: {message: {matches: '^#'}}
        drop: true
      - grok: {match: '%{TIMESTAMP_ISO8601:log_timestamp} %{IPORHOST:[site][ip]} %{WORD:method} %{URIPATH:page} %{NOTSPACE:querystring} %{NUMBER:port} %{NOTSPACE:username} %{IPORHOST:clienthost} %{NOTSPACE:useragent} %{NUMBER:status} %{NUMBER:substatus} %{NUMBER:scstatus} %{NUMBER:time_taken:int}'}
      - date: {field: log_timestamp, formats: ['YYYY-MM-dd HH:mm:ss'], timezone: Etc/UTC}
      - when: {querystring: '-'}
        remove: [querystring]
      - when: {username: '-'}
        remove: [username]
      - gsub: {field: useragent, pattern: '\+', with: ' '}
      - remove: [log_timestamp, message]
""",
    "lines": [
        ("#Fields: date time s-ip cs-method cs-uri-stem", None),
        ("2015-02-24 13:52:45 10.2.0.7 POST /crm/orders.aspx - 443 - 62.210.1.9 Mozilla/5.0+(Windows+NT+6.1) 500 0 0 1463",
         {"site": {"ip": "10.2.0.7"}, "method": "POST", "page": "/crm/orders.aspx", "port": "443", "clienthost": "62.210.1.9",
          "useragent": "Mozilla/5.0 (Windows NT 6.1)", "status": "500", "substatus": "0", "scstatus": "0", "time_taken": 1463,
          "@timestamp": "2015-02-24T13:52:45.000Z"})],
}

BALANCER = {
    "logstash": r"""
filter {
  dissect {
    mapping => { "message" => '%{timestamp} %{elb} %{client}:%{clientport} %{backend}:%{backendport} %{request_time} %{backend_time} %{response_time} %{elb_status} %{backend_status} %{received} %{sent} "%{verb} %{url} HTTP/%{httpversion}" "%{agent}" %{?cipher} %{?protocol}' }
    convert_datatype => { "elb_status" => "int" "backend_status" => "int" "received" => "int" "sent" => "int" "backend_time" => "float" }
  }
  grok { match => { "url" => "%{URIPROTO:scheme}://%{URIHOST}%{URIPATH:path}(?:%{URIPARAM:params})?" } }
  date { match => [ "timestamp", "ISO8601" ] }
  if [elb_status] >= 500 { mutate { add_tag => [ "failed" ]  add_field => { "alert" => "%{elb} answered %{elb_status} to %{verb} %{path}" } } }
  mutate { remove_field => [ "message", "timestamp", "request_time", "response_time" ] }
}""",
    "steps": r"""
      - dissect: {mapping: '%{timestamp} %{elb} %{client}:%{clientport} %{backend}:%{backendport} %{request_time} %{backend_time} %{response_time} %{elb_status} %{backend_status} %{received} %{sent} "%{verb} %{url} HTTP/%{httpversion}" "%{agent}" %{?cipher} %{?protocol}'}
        on_success: [{convert: {elb_status: integer, backend_status: integer, received: integer, sent: integer, backend_time: float}}]
      - grok: {field: url, match: '%{URIPROTO:scheme}://%{URIHOST}%{URIPATH:path}(?:%{URIPARAM:params})?'}
      - date: {field: timestamp, formats: [ISO8601]}
      - when: {elb_status: {above: 499}}
        then:
          - tag: [failed]
          - add: {alert: '%{elb} answered %{elb_status} to %{verb} %{path}'}
      - remove: [message, timestamp, request_time, response_time]
""",
    "lines": [(
        '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 502 502 0 29 "GET http://www.example.com:80/orders/7?x=1 HTTP/1.1" "curl/7.38.0" - -',
        {"elb": "my-loadbalancer", "client": "192.168.131.39", "clientport": "2817", "backend": "10.0.0.1", "backendport": "80",
         "backend_time": 0.001048, "elb_status": 502, "backend_status": 502, "received": 0, "sent": 29, "verb": "GET",
         "url": "http://www.example.com:80/orders/7?x=1", "httpversion": "1.1", "agent": "curl/7.38.0", "scheme": "http",
         "path": "/orders/7", "params": "?x=1", "tags": ["failed"],
         "alert": "my-loadbalancer answered 502 to GET /orders/7", "@timestamp": "2015-05-13T23:39:43.945958Z"})],
}

FILTERS = {"nginx": NGINX, "Apache's errors": APACHE_ERRORS, "HAProxy": HAPROXY, "IIS": IIS, "a load balancer": BALANCER}

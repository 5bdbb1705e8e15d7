"""What the differential test asks: (method, path, body) by name. Names are the keys of the recorded answers."""

import aggregations
from documents import INDEX


def queries() -> list[dict]:
    """One search each, the first ones of its hits by their number, and a count."""
    term = [{"term": {field: value}} for field, value in [
        ("level", "ERROR"), ("level", "error"), ("service_name", "Shop API"), ("service_name", "shop"),
        ("order_id", "ORD-17"), ("message", "order"), ("message", "Retry"), ("message", "retry"), ("message", "заказ"),
        ("message", "payment failed"), ("status_code", 404), ("status_code", "404"), ("response_time", 100),
        ("returned_from_cache", True), ("returned_from_cache", "false"), ("sequence", 7), ("tags", "rush"),
        ("tags.keyword", "Fragile goods"), ("tags.keyword", "fragile goods"), ("tags", "fragile"),
        ("details.colour", "blue"), ("details.colour.keyword", "Dark blue"), ("details.layers", 3), ("nothing", "x"),
        ("timestamp", "2026-11-21"), ("timestamp", "2026-11-21T10"), ("_id", "doc-5"), ("_index", INDEX)]]
    term += [{"term": {"level": {"value": "error", "case_insensitive": True}}},
             {"term": {"message": {"value": "RETRY", "case_insensitive": True}}},
             {"terms": {"level": ["WARN", "ERROR"]}}, {"terms": {"status_code": [404, 500]}},
             {"terms": {"order_id": []}}, {"terms": {"message": ["queue", "Retry"]}},
             {"ids": {"values": ["doc-1", "doc-2", "unknown"]}}]
    exists = [{"exists": {"field": field}} for field in
              ["response_time", "details", "details.colour", "tags", "nothing", "timestamp", "level"]]
    ranges = [{"range": body} for body in [
        {"response_time": {"gte": 100, "lt": 200.5}}, {"response_time": {"gt": "850"}}, {"status_code": {"lte": 200}},
        {"status_code": {"gt": 200, "lt": 500}}, {"sequence": {"gte": 10, "lte": 20}}, {"file_size": {"from": 4000000}},
        {"timestamp": {"gte": "2026-11-21", "lte": "2026-11-21"}}, {"timestamp": {"gt": "2026-11-21"}},
        {"timestamp": {"lt": "2026-11-21"}}, {"timestamp": {"gte": "2026-11-21T10:00:00Z", "lt": "2026-11-21T12:00:00Z"}},
        {"timestamp": {"gte": "2026-11-22||/d", "lt": "2026-11-22||+1d/d"}}, {"timestamp": {"gte": "2026-11-22||-12h"}},
        {"timestamp": {"gte": 1795176000000, "lte": 1795262400000, "format": "epoch_millis"}},
        {"timestamp": {"gte": 1795176000000}}, {"timestamp": {"gte": "1795176000", "format": "epoch_second"}},
        {"timestamp": {"gte": "21/11/2026", "lte": "22/11/2026", "format": "dd/MM/yyyy"}},
        {"timestamp": {"gte": "2026-11-21", "lte": "2026-11-21", "time_zone": "+03:00"}},
        {"timestamp": {"gte": "2026-11-21T10:00:00", "lt": "2026-11-21T14:00:00", "time_zone": "Europe/Berlin"}},
        {"timestamp": {"gte": "2026-11-21||/d", "lt": "2026-11-22||/d", "time_zone": "-05:00"}},
        {"timestamp": {"gte": "2026-11"}}, {"timestamp": {"lt": "now"}}, {"timestamp": {"gt": "now+10y"}},
        {"level": {"gte": "INFO", "lt": "WARN"}}, {"order_id": {"gte": "ORD-10", "lte": "ORD-12"}},
        {"nothing": {"gte": 1}}, {"tags.keyword": {"gt": "rush"}}]]
    patterns = []
    for kind, cases in {
        "wildcard": [("order_id", "ORD-1?"), ("order_id", "*-99"), ("order_id", "ord-1*"), ("message", "pay*"),
                     ("message", "*ETR*"), ("message", "*etr*"), ("message", "cre?ted"), ("tags.keyword", "F*s"),
                     ("tags", "f*s"), ("service_name", "*A*I"), ("nothing", "*"), ("message", "order*created")],
        "prefix": [("order_id", "ORD-14"), ("message", "conn"), ("message", "Conn"), ("service_name", "S"),
                   ("details.colour.keyword", "Dark"), ("message", "зак")],
        "regexp": [("order_id", "ORD-[0-9]"), ("order_id", "ORD-(1|2)5"), ("message", "t.*t"), ("message", "pric.?"),
                   ("level", "W.*|E.*"), ("message", "Pric.*"), ("order_id", "ORD-1.{2}")],
    }.items():
        patterns += [{kind: {field: value}} for field, value in cases]
        patterns += [{kind: {field: {"value": value.upper(), "case_insensitive": True}}} for field, value in cases[:2]]
    match = [{"match": body} for body in [
        {"message": "payment failed"}, {"message": {"query": "payment failed", "operator": "and"}},
        {"message": "PAYMENT-failed!"}, {"message": {"query": "payment failed timeout", "minimum_should_match": 2}},
        {"message": {"query": "payment failed timeout queue", "minimum_should_match": "75%"}},
        {"message": {"query": "payment failed timeout queue", "minimum_should_match": "-1"}},
        {"message": {"query": "order price queue", "minimum_should_match": "2<-1 5<80%"}},
        {"message": ""}, {"message": {"query": "!!", "zero_terms_query": "all"}}, {"message": "ЗАКАЗ принят"},
        {"service_name": "Shop API"}, {"service_name": "Shop"}, {"status_code": "500"}, {"status_code": 500},
        {"returned_from_cache": True}, {"details.colour": "blue"}, {"nothing": "x"},
        {"status_code": {"query": "many", "lenient": True}}, {"timestamp": "2026-11-22"}]]
    phrase = [{"match_phrase": body} for body in [
        {"message": "payment failed"}, {"message": "failed payment"}, {"message": "price"}, {"message": "заказ принят"},
        {"message": {"query": "database connection", "slop": 0}}, {"order_id": "ORD-17"}, {"tags": "fragile goods"}]]
    phrase += [{"match_phrase": {"message": {"query": text, "slop": slop}}} for text, slop in [
        ("database connection", 1), ("connection database", 1), ("connection database", 2), ("payment failed timeout", 1),
        ("payment failed timeout", 2), ("payment failed timeout", 3), ("timeout payment failed", 4), ("order queue", 9)]]
    phrase += [{"match_phrase_prefix": body} for body in [
        {"message": "payment fa"}, {"message": "conn"}, {"message": "order cre"}, {"message": {"query": "заказ при"}}]]
    phrase += [{"match_bool_prefix": {"message": "payment conn"}},
               {"match_bool_prefix": {"message": {"query": "payment conn", "operator": "and"}}}]
    multi = [{"multi_match": body} for body in [
        {"query": "blue", "fields": ["message", "details.colour"]}, {"query": "timeout", "fields": ["mess*"]},
        {"query": "payment failed", "fields": ["message^3", "tags"], "operator": "and"},
        {"query": "fragile goods", "fields": ["tags", "message"], "type": "phrase"},
        {"query": "fragile goo", "fields": ["tags", "message"], "type": "phrase_prefix"},
        {"query": "rush", "fields": ["tags", "message"], "type": "most_fields"}]]
    error, shop = {"term": {"level": "ERROR"}}, {"term": {"service_name": "Shop API"}}
    slow = {"range": {"response_time": {"gt": 500}}}
    booleans = [{"bool": body} for body in [
        {"must": [error, shop]}, {"filter": error}, {"should": [error, shop]}, {"must": shop, "should": [error]},
        {"must_not": [error]}, {"must_not": error, "filter": shop}, {"should": [error, shop], "minimum_should_match": 2},
        {"should": [error, shop, slow], "minimum_should_match": 2}, {"should": [error, shop, slow], "minimum_should_match": "67%"},
        {"filter": [shop], "should": [error, slow], "minimum_should_match": 1},
        {"filter": [shop], "should": [error, slow], "minimum_should_match": 0}, {},
        {"should": [error, slow], "minimum_should_match": 0}, {"should": [error, slow], "minimum_should_match": -7},
        {"should": [error], "minimum_should_match": 5}, {"must": [{"bool": {"should": [error, slow]}}, {"bool": {"must_not": shop}}]},
        {"must": [{"match_all": {}}], "must_not": [{"match_none": {}}]}]]
    others = [{"match_all": {}}, {"match_none": {}}, {"constant_score": {"filter": error}},
              {"dis_max": {"queries": [error, slow], "tie_breaker": 0.5}},
              {"nested": {"path": "details", "query": error, "ignore_unmapped": True}}]
    strings = [{"query_string": {"query": text}} for text in [
        'message:"payment timeout"~2', 'message:"timeout payment"~2',
        "level:ERROR", "level:(ERROR OR WARN)", "level:ERROR AND service_name:S3", "level:ERROR && NOT service_name:S3",
        "level:ERROR -service_name:S3", "+level:WARN +message:order", "message:payment", "message:(payment failed)",
        "message:\"payment failed\"", "message:pay*", "message:*ETR*", "message:cre?ted", "order_id:ORD\\-17", "order_id:ORD-17",
        "order_id:ORD-1?", "response_time:[100 TO 200]", "response_time:{100 TO 200}", "response_time:[800 TO *]",
        "response_time:>800", "response_time:<=50", "status_code:404", "status_code:[400 TO 499] OR level:ERROR",
        "timestamp:[2026-11-21 TO 2026-11-22]", "timestamp:>=2026-11-23", "_exists_:tags", "NOT _exists_:tags", "tags:*",
        "*:*", "*", "message:/pric.*/", "service_name:\"Shop API\"", "service_name:Shop\\ API", "level:WARN^3 OR level:ERROR^2",
        "(level:WARN OR level:ERROR) AND (service_name:S3 OR service_name:\"MES API\")", "level:WARN OR level:ERROR AND service_name:S3",
        "payment AND timeout AND queue", "details.colour:blue", "details.layers:(1 2)", "nothing:x", "returned_from_cache:true",
        "!level:INFO", "message:payment message:failed", "fragile", "rush AND vip", "_id:doc-3", "message:(+payment -failed)"]]
    strings += [{"query_string": body} for body in [
        {"query": "payment", "fields": "message"}, {"query": "payment", "fields": ["message"], "default_field": "tags"},
        {"query": "payment failed", "default_field": "message"}, {"query": "payment failed", "default_field": "message", "default_operator": "AND"},
        {"query": "payment OR queue timeout", "default_field": "message", "default_operator": "and"},
        {"query": "blue OR timeout", "fields": ["message", "details.*"]}, {"query": "level:ERROR", "analyze_wildcard": True},
        {"query": "rush", "fields": ["tags^2", "message"]}]]
    strings += [{"simple_query_string": body} for body in [
        {"query": "payment failed", "fields": ["message"]}, {"query": "payment + failed", "fields": ["message"]},
        {"query": "payment + -failed", "fields": ["message"]}, {"query": "\"payment failed\"", "fields": ["message"]},
        {"query": "pay*", "fields": ["message"]}, {"query": "payment + (failed | queue)", "fields": ["message"]},
        {"query": "payment failed", "fields": ["message"], "default_operator": "and"}, {"query": "((payment", "fields": ["message"]},
        {"query": "timeout | queue", "fields": ["message", "tags"]}]]
    return term + exists + ranges + patterns + match + phrase + multi + booleans + others + strings


WRONG = [
    {"unknown_query": {}}, {"term": {"level": "A", "order_id": "B"}}, {"term": {}}, {"bool": {"unknown": []}}, {"match": {}},
    {"range": {"response_time": {"gte": "many"}}}, {"range": {"timestamp": {"gte": "yesterday"}}},
    {"range": {"timestamp": {"near": 1}}}, {"term": {"status_code": "many"}}, {"term": {"returned_from_cache": "perhaps"}},
    {"wildcard": {"status_code": "4*"}}, {"prefix": {"sequence": "1"}}, {"terms": {"level": "ERROR"}},
    {"query_string": {"query": "level:(ERROR"}}, {"query_string": {"query": "level:\"ERROR"}}, {"query_string": {"query": "AND"}},
    {"query_string": {"query": "response_time:[1 TO"}}, {"query_string": {}}, {"exists": {}}, {"exists": {"field": ""}},
    {"nested": {"path": "details", "query": {"match_all": {}}}}, {"match_all": {"x": 1}}, {"constant_score": {}},
    {"match": {"status_code": "many"}}, {"term": {"level": ["A"]}}, {"match": {"message": {"query": "x", "operator": "xor"}}}]

BY_NUMBER = {"sort": ["sequence"], "_source": False, "size": 12}


def searches() -> list[dict]:
    """Whole bodies: order, paging, what is shown."""
    error = {"query": {"term": {"level": "ERROR"}}}
    bodies = [{"sort": sort, "_source": False, "size": 9} for sort in [
        ["timestamp"], [{"timestamp": "desc"}], [{"timestamp": {"order": "desc"}}, {"sequence": "asc"}],
        [{"order_id": "asc"}, {"timestamp": "desc"}], [{"response_time": "desc"}, "sequence"], [{"response_time": "asc"}, "sequence"],
        [{"response_time": {"order": "asc", "missing": "_first"}}, "sequence"], [{"file_size": {"order": "desc", "missing": "_first"}}, "sequence"],
        [{"details.layers": "desc"}, {"sequence": "desc"}], [{"tags.keyword": "asc"}, "sequence"], [{"tags.keyword": "desc"}, "sequence"],
        [{"nothing": {"order": "asc", "unmapped_type": "long"}}, "sequence"], [{"timestamp": {"order": "asc", "format": "epoch_second"}}],
        [{"timestamp": {"order": "asc", "format": "yyyy-MM-dd HH:mm"}}], ["level", "sequence"], [{"status_code": "desc"}, {"timestamp": "asc"}]]]
    bodies += [{**BY_NUMBER, **body} for body in [
        {"from": 5, "size": 3}, {"from": 4999, "size": 10}, {"from": 5000}, {"size": 0}, {"track_total_hits": True, "size": 1},
        {"track_total_hits": False, "size": 1}, {"track_total_hits": 50, "size": 1}, {"search_after": [7], "size": 3},
        {"search_after": [4995]}, {"size": 3, "_source": True}, {"size": 3, "_source": "details"}, {"size": 3, "_source": ["details.*", "level"]},
        {"size": 3, "_source": {"includes": ["*e*"], "excludes": ["message", "details.layers"]}}, {"size": 3, "_source": {"excludes": "t*"}},
        {"size": 4, "fields": ["timestamp", "order_id", "details.layers", "tags", "nothing"]}, {"size": 4, "fields": ["d*", "tags.keyword"]},
        {"size": 4, "docvalue_fields": ["level", {"field": "timestamp", "format": "epoch_millis"}, "response_time"]},
        {"size": 4, "fields": [{"field": "timestamp", "format": "yyyy/MM/dd"}]}, {"size": 2, "version": True}, {**error, "size": 3},
        {**error, "sort": [{"timestamp": "desc"}, "sequence"], "search_after": [1795262400000, 0], "size": 4}]]
    return bodies


WRONG_SEARCHES = [
    {"sort": ["message"]}, {"sort": ["unknown"]}, {"from": -1}, {"size": -2}, {"from": 9990, "size": 20}, {"size": "many"},
    {"search_after": [1]}, {"sort": ["sequence"], "search_after": ["x"]}, {"sort": [{"level": "up"}]}, {"unknown": 1},
    {"sort": ["sequence"], "search_after": [1], "from": 3}]


def requests() -> dict[str, tuple[str, str, object]]:
    made = {}
    for number, query in enumerate(queries()):
        made[f"query {number}"] = ("POST", f"/{INDEX}/_search", {**BY_NUMBER, "query": query})
    for number, query in enumerate(WRONG):
        made[f"wrong query {number}"] = ("POST", f"/{INDEX}/_search", {"query": query})
    for number, body in enumerate(searches()):
        made[f"search {number}"] = ("POST", f"/{INDEX}/_search", body)
    for number, body in enumerate(WRONG_SEARCHES):
        made[f"wrong search {number}"] = ("POST", f"/{INDEX}/_search", body)
    plain = "_source=false&sort=sequence&size=7"
    for number, path in enumerate([
            f"/{INDEX}/_search?q=level:ERROR&{plain}", f"/orders-*/_search?q=payment+AND+queue&{plain}", f"/_all/_search?q=*&{plain}",
            f"/{INDEX}/_search?q=payment&df=message&{plain}", f"/{INDEX}/_search?q=payment+failed&df=message&default_operator=AND&{plain}",
            "/unknown/_search", f"/unknown,{INDEX}/_search?ignore_unavailable=true&{plain}", "/unknown-*/_search",
            "/unknown-*/_search?allow_no_indices=false", f"/{INDEX}/_search?sort=sequence:desc&size=2&_source=level,order_id",
            f"/{INDEX}/_search?sort=sequence&size=2&_source_excludes=message,details", f"/{INDEX}/_count",
            f"/{INDEX}/_count?q=level:WARN", "/unknown/_count", f"/{INDEX}/_doc/doc-3", f"/{INDEX}/_doc/unknown", "/unknown/_doc/1",
            f"/{INDEX}/_doc/doc-3?_source=false", f"/{INDEX}/_doc/doc-3?_source_includes=level,details.colour", f"/{INDEX}/_source/doc-4",
            f"/{INDEX}/_source/unknown", f"/{INDEX}/_field_caps?fields=level,message*,details.*", f"/{INDEX}/_field_caps?fields=sequence",
            "/_cat/count?h=count", f"/_cat/indices/{INDEX}?h=index,docs.count&format=json",
            f"/{INDEX}/_search?filter_path=hits.total&size=0", f"/{INDEX}/_search?filter_path=hits.hits._id&size=2&sort=sequence"]):
        made[f"get {number}"] = ("GET", path, None)
    made["count body"] = ("POST", f"/{INDEX}/_count", {"query": {"range": {"response_time": {"gt": 300}}}})
    made["count wrong"] = ("POST", f"/{INDEX}/_count", {"size": 3})
    made["mget ids"] = ("POST", f"/{INDEX}/_mget", {"ids": ["doc-1", "unknown"]})
    made["mget docs"] = ("POST", "/_mget", {"docs": [{"_index": INDEX, "_id": "doc-2", "_source": ["level"]}]})
    made["msearch"] = ("POST", "/_msearch", [
        {"index": INDEX}, {**BY_NUMBER, "query": {"term": {"level": "ERROR"}}}, {"index": "unknown"}, {"query": {"match_all": {}}},
        {"index": ["orders-*"]}, {"size": 0, "query": {"match": {"message": "queue"}}}, {"index": INDEX}, {"query": {"nonsense": {}}}])
    return {**made, **aggregations.requests()}

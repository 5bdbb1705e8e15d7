"""Aggregations that the differential test asks for: bodies of `aggs`, by kind.

Only what Elasticsearch's own core answers is here: it comes without derivative, moving_fn, top_metrics and scripts.
"""

from documents import INDEX

TIME = "timestamp"


def by_time(**options: object) -> dict:
    return {"date_histogram": {"field": TIME, **options}}


def terms(field: str, **options: object) -> dict:
    return {"terms": {"field": field, **options}}


METRICS = [{kind: {"field": field}} for field in ["response_time", "sequence", "details.layers", "file_size", "nothing"]
           for kind in ["avg", "sum", "min", "max", "stats", "extended_stats", "value_count"]]
METRICS += [{kind: {"field": TIME}} for kind in ["min", "max", "value_count"]]
METRICS += [{"value_count": {"field": field}} for field in ["level", "tags.keyword", "returned_from_cache"]]
METRICS += [{"cardinality": {"field": field}} for field in ["level", "order_id", "tags.keyword", "status_code", "nothing",
                                                            "returned_from_cache"]]
# So large a compression makes Elasticsearch exact too.
EXACT = {"tdigest": {"compression": 1000}}
METRICS += [{"percentiles": body} for body in [
    {"field": "response_time", **EXACT}, {"field": "response_time", "percents": [50, 90.5, 99.9]}, {"field": "nothing"},
    {"field": "details.layers", "percents": [50], "keyed": False}, {"field": "file_size", "percents": [1, 99], **EXACT}]]
METRICS += [{"extended_stats": {"field": "response_time", "sigma": 3}},
            {"min": {"field": TIME, "format": "yyyy-MM-dd"}}]

BUCKETS = [by_time(**options) for options in [
    {"fixed_interval": "6h"}, {"fixed_interval": "1d"}, {"calendar_interval": "day"}, {"calendar_interval": "1d", "time_zone": "+03:00"},
    {"calendar_interval": "day", "time_zone": "Europe/Berlin"}, {"calendar_interval": "week"}, {"calendar_interval": "month"},
    {"calendar_interval": "quarter", "time_zone": "America/New_York"}, {"calendar_interval": "1y"}, {"calendar_interval": "hour", "min_doc_count": 50},
    {"fixed_interval": "90m", "offset": "+15m"}, {"fixed_interval": "12h", "offset": "-1h", "time_zone": "-05:00"},
    {"calendar_interval": "day", "offset": "+6h"}, {"calendar_interval": "month", "offset": "+2d", "time_zone": "Asia/Tokyo"},
    {"fixed_interval": "1d", "format": "yyyy/MM/dd"}, {"fixed_interval": "1d", "format": "epoch_millis"},
    {"fixed_interval": "1d", "keyed": True}, {"fixed_interval": "1d", "order": {"_key": "desc"}},
    {"fixed_interval": "1d", "order": {"_count": "asc"}},
    {"fixed_interval": "1d", "extended_bounds": {"min": "2026-11-18", "max": "2026-11-25"}},
    {"fixed_interval": "1d", "extended_bounds": {"min": 1795000000000, "max": 1795300000000}, "min_doc_count": 0},
    {"fixed_interval": "12h", "hard_bounds": {"min": "2026-11-21", "max": "2026-11-22"}},
    {"fixed_interval": "12h", "time_zone": "Europe/Berlin", "hard_bounds": {"min": "2026-11-21T12:00:00", "max": "2026-11-22T12:00:00"}},
    {"fixed_interval": "1h", "time_zone": "Asia/Kathmandu", "min_doc_count": 60}]]
BUCKETS += [{"date_histogram": {"field": "nothing", "fixed_interval": "1d"}}]
BUCKETS += [{"histogram": body} for body in [
    {"field": "response_time", "interval": 100}, {"field": "response_time", "interval": 250, "offset": 30}, {"field": "details.layers", "interval": 2},
    {"field": "response_time", "interval": 300, "keyed": True}, {"field": "response_time", "interval": 0.5, "min_doc_count": 8},
    {"field": "response_time", "interval": 300, "extended_bounds": {"min": -300, "max": 1500}},
    {"field": "response_time", "interval": 100, "hard_bounds": {"min": 200, "max": 500}}, {"field": "sequence", "interval": 2000},
    {"field": "response_time", "interval": 300, "missing": 450}, {"field": "status_code", "interval": 100, "order": {"_count": "desc"}},
    {"field": "nothing", "interval": 5}]]
BUCKETS += [terms(field, **options) for field, options in [
    ("level", {}), ("service_name", {}), ("order_id", {}), ("order_id", {"size": 3}), ("order_id", {"size": 5, "order": {"_key": "asc"}}),
    ("order_id", {"size": 5, "order": {"_count": "asc"}}), ("order_id", {"size": 4, "order": [{"_count": "desc"}, {"_key": "desc"}]}),
    ("tags.keyword", {}), ("status_code", {}), ("response_time", {"size": 4}), ("returned_from_cache", {}), ("details.layers", {"size": 2}),
    ("details.colour.keyword", {"missing": "none"}), ("details.layers", {"missing": 9}), ("details.layers", {"missing": 3}),
    ("returned_from_cache", {"missing": False}), ("nothing", {}), ("nothing", {"missing": "x"}), ("order_id", {"min_doc_count": 45, "size": 100}),
    ("order_id", {"include": "ORD-1.", "size": 20}), ("order_id", {"include": ["ORD-3", "ORD-17", "no"]}), ("level", {"exclude": "W.*"}),
    ("level", {"exclude": ["INFO"], "include": "I.*|E.*"}), ("status_code", {"include": [200, 404]}), (TIME, {"size": 2, "order": {"_key": "asc"}}),
    ("level", {"show_term_doc_count_error": True}), ("service_name", {"size": 1})]]
BUCKETS += [{"range": body} for body in [
    {"field": "response_time", "ranges": [{"to": 100}, {"from": 100, "to": 500}, {"from": 500}]},
    {"field": "response_time", "ranges": [{"from": 400, "key": "slow"}, {"to": 400.5, "key": "fast"}], "keyed": True},
    {"field": "nothing", "ranges": [{"from": 1}]}, {"field": "file_size", "ranges": [{"to": 2000000}, {"from": 10000000}]}]]
BUCKETS += [{"date_range": {"field": TIME, **body}} for body in [
    {"ranges": [{"to": "2026-11-21"}, {"from": "2026-11-21", "to": "2026-11-22||+12h"}]},
    {"ranges": [{"from": "21/11/2026", "key": "late"}], "format": "dd/MM/yyyy", "keyed": True},
    {"ranges": [{"from": "2026-11-21", "to": "2026-11-22"}], "time_zone": "+03:00"}, {"ranges": [{"from": 1795262400000}]}]]
BUCKETS += [
    {"filter": {"term": {"level": "ERROR"}}}, {"filter": {"match_all": {}}}, {"missing": {"field": "response_time"}},
    {"missing": {"field": "nothing"}}, {"missing": {"field": "tags.keyword"}}, {"global": {}},
    {"filters": {"filters": {"slow": {"range": {"response_time": {"gt": 500}}}, "errors": {"term": {"level": "ERROR"}}}}},
    {"filters": {"filters": [{"match": {"message": "queue"}}, {"match_all": {}}]}},
    {"filters": {"filters": {"a": {"query_string": {"query": "level:INFO"}}}, "other_bucket": True}},
    {"filters": {"filters": {"a": {"term": {"level": "WARN"}}}, "other_bucket_key": "rest"}}]
COMPOSITE = [{"composite": body} for body in [
    {"sources": [{"s": {"terms": {"field": "service_name"}}}]},
    {"size": 5, "sources": [{"s": {"terms": {"field": "service_name", "order": "desc"}}}, {"l": {"terms": {"field": "level"}}}]},
    {"size": 5, "sources": [{"s": {"terms": {"field": "service_name"}}}, {"l": {"terms": {"field": "level"}}}], "after": {"s": "MES API", "l": "INFO"}},
    {"size": 3, "sources": [{"d": by_time(calendar_interval="1d")}, {"c": {"terms": {"field": "status_code"}}}]},
    {"size": 3, "sources": [{"d": by_time(fixed_interval="1d", format="yyyy-MM-dd")}, {"n": {"histogram": {"field": "response_time", "interval": 300}}}]},
    {"size": 3, "sources": [{"d": by_time(fixed_interval="1d", format="yyyy-MM-dd")}], "after": {"d": "2026-11-21"}},
    {"size": 4, "sources": [{"c": {"terms": {"field": "details.colour.keyword", "missing_bucket": True}}}]},
    {"size": 4, "sources": [{"r": {"terms": {"field": "returned_from_cache"}}}, {"t": {"terms": {"field": "tags.keyword"}}}]}]]

AVERAGE = {"m": {"avg": {"field": "response_time"}}}
NESTED = [
    {**by_time(fixed_interval="1d"), "aggs": {"s": {**terms("service_name"), "aggs": AVERAGE}}},
    {**by_time(fixed_interval="12h", min_doc_count=1), "aggs": {"l": terms("level", size=1), "p": {"percentiles": {"field": "response_time", "percents": [50, 95]}}}},
    {**by_time(fixed_interval="1h"), "aggs": {"e": {"filter": {"term": {"level": "ERROR"}}, "aggs": AVERAGE}}},
    {**terms("service_name"), "aggs": {"t": {**terms("event_type"), "aggs": {"l": {**terms("level"), "aggs": AVERAGE}}}}},
    {**terms("order_id", size=4, order={"m": "desc"}), "aggs": AVERAGE},
    {**terms("order_id", size=4, order={"s.max": "asc"}), "aggs": {"s": {"stats": {"field": "response_time"}}}},
    {**terms("order_id", size=4, order=[{"e": "desc"}, {"_key": "desc"}]), "aggs": {"e": {"filter": {"term": {"level": "ERROR"}}}}},
    {**terms("order_id", size=4, order={"e>m": "desc"}), "aggs": {"e": {"filter": {"term": {"level": "ERROR"}}, "aggs": AVERAGE}}},
    {**terms("order_id", size=4, order={"x.std_deviation": "desc"}), "aggs": {"x": {"extended_stats": {"field": "response_time"}}}},
    {**terms("level"), "aggs": {"h": by_time(fixed_interval="1d", extended_bounds={"min": "2026-11-19", "max": "2026-11-24"})}},
    {**terms("tags.keyword"), "aggs": {"h": {"histogram": {"field": "response_time", "interval": 400}, "aggs": {"c": {"cardinality": {"field": "order_id"}}}}}},
    {"filters": {"filters": {"a": {"term": {"level": "WARN"}}, "b": {"match_all": {}}}}, "aggs": {"s": terms("service_name", size=2), **AVERAGE}},
    {"range": {"field": "response_time", "ranges": [{"to": 300}, {"from": 300}]}, "aggs": {"l": {**terms("level"), "aggs": AVERAGE}}},
    {"global": {}, "aggs": {"l": terms("level")}}, {"missing": {"field": "tags.keyword"}, "aggs": {"s": terms("service_name")}},
    {"composite": {"size": 3, "sources": [{"s": {"terms": {"field": "service_name"}}}]}, "aggs": {**AVERAGE, "l": terms("level")}},
    {**terms("level"), "aggs": {"t": {"top_hits": {"size": 2, "sort": [{TIME: "desc"}, "sequence"], "_source": ["level", "order_id"]}}}},
    {**by_time(fixed_interval="2d"), "aggs": {"t": {"top_hits": {"size": 1, "sort": ["sequence"], "from": 1, "_source": False}}}},
    {**terms("level", min_doc_count=0), "aggs": AVERAGE, "meta": {"colour": "red"}}]
# Along a histogram's buckets, and from a list of them.
PIPELINES = [
    {"h": {**by_time(fixed_interval="1d"), "aggs": {"s": {"sum": {"field": "response_time"}}, "c": {"cumulative_sum": {"buckets_path": "s"}}}}},
    {"h": {**by_time(fixed_interval="1d"), "aggs": {"c": {"cumulative_sum": {"buckets_path": "_count"}}}}},
    *[{"h": {**by_time(fixed_interval="12h"), "aggs": AVERAGE}, "x": {kind: {"buckets_path": "h>m"}}}
      for kind in ["avg_bucket", "sum_bucket", "min_bucket", "max_bucket", "stats_bucket"]],
    {"h": {**by_time(fixed_interval="1d"), "aggs": {"l": {**terms("level"), "aggs": AVERAGE}, "x": {"max_bucket": {"buckets_path": "l>m"}}}}},
    {"t": {**terms("level"), "aggs": AVERAGE}, "x": {"max_bucket": {"buckets_path": "t._count"}}}]
WRONG = [
    {"a": {"nonsense": {}}}, {"a": {}}, {"a": {"terms": {}}}, {"a": terms("message")}, {"a": {"avg": {"field": "level"}}}, {"a": {"avg": {"field": "message"}}},
    {"a": {"terms": {"field": "level", "unknown": 1}}}, {"a": {**AVERAGE["m"], "aggs": AVERAGE}}, {"a": {"date_histogram": {"field": TIME}}},
    {"a": by_time(fixed_interval="1M")}, {"a": by_time(calendar_interval="2d")}, {"a": by_time(fixed_interval="1d", calendar_interval="day")},
    {"a": {"histogram": {"field": "response_time"}}}, {"a": {"histogram": {"field": "response_time", "interval": -1}}},
    {"a": {"histogram": {"field": "response_time", "interval": 0.001}}}, {"a": terms("level", size=0)}, {"a": terms("level", order={"nothing": "asc"})},
    {"a": terms("level", order={"_count": "up"})}, {"a[b]": AVERAGE["m"]}, {"a": {"percentiles": {"field": "response_time", "percents": [200]}}},
    {"a": {"range": {"field": "response_time"}}}, {"a": {"filters": {}}}, {"a": {"composite": {"sources": []}}}, {"a": {"histogram": {"field": "level", "interval": 1}}},
    {"a": {"date_histogram": {"field": "level", "fixed_interval": "1d"}}}, {"a": {"cumulative_sum": {"buckets_path": "x"}}},
    {"h": {**terms("level"), "aggs": {**AVERAGE, "c": {"cumulative_sum": {"buckets_path": "m"}}}}}, {"x": {"avg_bucket": {"buckets_path": "nothing>m"}}},
    {"g": {**terms("level"), "aggs": {"g": {"global": {}}}}}, {"a": by_time(fixed_interval="1d", time_zone="Mars/Base")}]


def requests() -> dict[str, tuple[str, str, object]]:
    made = {}
    lists = {"metric": METRICS, "buckets": BUCKETS, "composite": COMPOSITE, "nested": NESTED}
    for kind, bodies in lists.items():
        for number, body in enumerate(bodies):
            made[f"{kind} {number}"] = ("POST", f"/{INDEX}/_search", {"size": 0, "aggs": {"a": body}})
    few = {"range": {"sequence": {"lt": 60}}}
    for number, order in enumerate([{"m": "desc"}, {"m": "asc"}, {"e>m": "desc"}, {"e>m": "asc"}, {"s.avg": "desc"}]):
        body = {**terms("order_id", size=40, order=order), "aggs": {
            **AVERAGE, "s": {"stats": {"field": "response_time"}}, "e": {"filter": {"term": {"level": "ERROR"}}, "aggs": AVERAGE}}}
        made[f"order {number}"] = ("POST", f"/{INDEX}/_search", {"size": 0, "query": few, "aggs": {"a": body}})
    for number, body in enumerate(PIPELINES):
        made[f"pipeline {number}"] = ("POST", f"/{INDEX}/_search", {"size": 0, "aggs": body})
    for number, body in enumerate(WRONG):
        made[f"wrong aggs {number}"] = ("POST", f"/{INDEX}/_search", {"size": 0, "aggs": body})
    some = {"range": {"response_time": {"gte": 300, "lt": 320}}}
    for number, body in enumerate([BUCKETS[0], BUCKETS[6], NESTED[0], NESTED[3], METRICS[4], {"global": {}, "aggs": AVERAGE}, METRICS[-7]]):
        made[f"aggs of some {number}"] = ("POST", f"/{INDEX}/_search", {"size": 1, "sort": ["sequence"], "query": some, "aggs": {"a": body}})
        made[f"aggs of none {number}"] = ("POST", f"/{INDEX}/_search", {"size": 0, "query": {"match_none": {}}, "aggs": {"a": body}})
    every = {str(number): body for number, body in enumerate([*METRICS[:7], *METRICS[-3:], BUCKETS[0], BUCKETS[25], *BUCKETS[37:40],
                                                              *BUCKETS[44:48], *BUCKETS[-14:], COMPOSITE[0], *NESTED[:3]])}
    made["typed keys"] = ("POST", f"/{INDEX}/_search?typed_keys=true", {"size": 0, "aggs": every})
    for number, body in enumerate(PIPELINES):
        made[f"typed pipeline {number}"] = ("POST", f"/{INDEX}/_search?typed_keys=true", {"size": 0, "aggregations": body})
    return made

"""What is asked of Jaeger and of Ordertrail, and answers brought to a form in which order does not count."""

import json
import urllib.parse

import spans

US = 1000
WARNINGS = "@jaeger@warnings"
FIRST, LAST = spans.START // US - 60_000_000, spans.START // US + 3_600_000_000


def v1(path: str, **parameters) -> str:
    return f"/api/{path}" + ("?" + urllib.parse.urlencode(parameters, doseq=True) if parameters else "")


def search(**parameters) -> str:
    return v1("traces", **{"start": FIRST, "end": LAST, "limit": 200, **parameters})


def v3(path: str, **parameters) -> str:
    asked = {f"query.{name}": each for name, each in
             {"startTimeMin": "2026-11-24T10:14:00Z", "startTimeMax": "2026-11-24T11:15:00Z", **parameters}.items()}
    return f"/api/v3/{path}?" + urllib.parse.urlencode(asked)


def tags(**of) -> str:
    return json.dumps({key.replace("__", "."): each for key, each in of.items()})


def v1_questions() -> list[str]:
    ids = spans.trace_ids()
    shop = {"service": "Shop API"}
    asked = [v1("services"), v1("services/Shop%20API/operations"), v1("services/unknown/operations"),
             v1("operations", service="MES API"), v1("operations", service="MES API", spanKind="consumer"),
             v1("operations"), v1("dependencies", endTs=LAST // US, lookback=7_200_000),
             v1("dependencies", endTs=LAST // US, lookback=7_200_000, service="CRM API"),
             v1("dependencies", endTs=LAST // US - 86_400_000, lookback=3_600_000),
             v1("traces/" + "1" * 32), v1("traces/xyz"), v1("traces/" + ids[0].upper()), v1("traces"),
             v1("traces", **shop, start="x"), v1("traces", **shop, minDuration="x"), v1("traces", **shop, tags="x"),
             v1("traces", **shop, tag="x"), v1("traces", **shop, limit="x"),
             v1("traces", **shop, minDuration="2s", maxDuration="1s"),
             v1("traces", traceID=[ids[0], "1" * 32])]
    asked += [v1(f"traces/{each}") for each in ids]
    asked.append(v1("traces/" + ids[-1].lstrip("0")))
    asked += [search(service=each) for each in ("Shop API", "MES API", "CRM API", "unknown")]
    asked += [search(**shop, operation=each) for each in ("POST /orders", "INSERT orders", "GET /old", "unknown")]
    asked += [search(**shop, **each) for each in (
        {"minDuration": "95ms"}, {"maxDuration": "2ms"}, {"minDuration": "7.123456ms", "maxDuration": "7.123456ms"},
        {"minDuration": "7123457ns", "maxDuration": "8ms"}, {"minDuration": "1m30s"},
        {"operation": "POST /orders", "minDuration": "95ms", "maxDuration": "99ms"},
        {"start": spans.START // US + 5_000_000, "end": spans.START // US + 8_000_000},
        {"start": spans.START // US + 5_000_000, "end": spans.START // US + 5_000_000},
        {"tags": tags(order_id="ORD-7")}, {"tags": tags(http__response__status_code="201")},
        {"tags": tags(price="12.5")}, {"tags": tags(price="5")}, {"tags": tags(urgent="true")},
        {"tags": tags(urgent="false", order_id="ORD-4")}, {"tags": tags(host__name="host-of-shop")},
        {"tags": tags(host__name="elsewhere")}, {"tags": tags(process__pid="17")}, {"tag": "order_id:ORD-3"},
        {"tag": ["order_id:ORD-3", "urgent:true"]}, {"tag": ["order_id:ORD-3", "urgent:false"]},
        {"tags": tags(db__query__text="INSERT INTO orders")}, {"tags": tags(unknown="x")})]
    asked += [search(service="MES API", **each) for each in (
        {"tags": tags(exception__type="NoPrice")}, {"tags": tags(attempt="2")},
        {"tags": tags(exception__escaped="false")}, {"operation": "calculate price", "tags": tags(attempt="2")},
        {"tags": tags(messaging__destination__name="orders.pricing")})]
    # Not asked: tags error=true, by which Jaeger 2.9's store in memory finds spans whose status is ok.
    asked.append(search(service="CRM API", tags=tags(scope__kind="hand-made")))
    return asked


def v3_questions() -> list[str]:
    ids = spans.trace_ids()
    asked = ["/api/v3/services", "/api/v3/operations?service=Shop%20API", "/api/v3/operations?service=unknown",
             "/api/v3/operations?service=MES%20API&spanKind=consumer", "/api/v3/traces/" + "1" * 32]
    asked += [f"/api/v3/traces/{each}" for each in ids]
    for path in ("traces", "trace-summaries"):
        asked += [v3(path, serviceName=each) for each in ("Shop API", "MES API", "CRM API", "unknown")]
        asked += [v3(path, serviceName="Shop API", **each) for each in (
            {"operationName": "POST /orders"}, {"operationName": "unknown"}, {"durationMin": "95ms"},
            {"durationMin": "0.095s", "durationMax": "99ms"}, {"durationMin": "x"}, {"startTimeMin": "x"},
            {"startTimeMin": "2026-11-24T11:15:00Z"}, {"searchDepth": "x"},
            {"startTimeMin": "2026-11-24T10:15:05Z", "startTimeMax": "2026-11-24T10:15:08.5Z"},
            {"attributes": tags(order_id="ORD-7")}, {"attributes": tags(urgent="true")}, {"attributes": "x"})]
        asked.append(v3(path, serviceName="MES API", attributes=tags(error="true")))
        asked.append(f"/api/v3/{path}")
    return asked


def by_json(of: list) -> list:
    return sorted(of, key=lambda each: json.dumps(each, sort_keys=True))


def calm_v1_trace(trace: dict) -> dict:
    processes = {name: {**process, "tags": by_json(process["tags"])} for name, process in trace["processes"].items()}
    for span in trace["spans"]:
        # Ordertrail adjusts no clocks, and so has nothing to say of where it did not.
        if all("clock skew" in warning for warning in span["warnings"] or []):
            span["warnings"] = None
        span["processID"] = processes[span["processID"]]
    return {**trace, "spans": by_json(trace["spans"]), "processes": by_json(list(processes.values()))}


def calm_attributes(of):
    """Attributes are a set of pairs, whoever has them. Jaeger's warnings, among them, are about clocks that it did not
    adjust; Ordertrail adjusts none."""
    if isinstance(of, list):
        return [calm_attributes(each) for each in of if not isinstance(each, dict) or each.get("key") != WARNINGS]
    if isinstance(of, dict):
        inner = {key: calm_attributes(each) for key, each in of.items()}
        if "attributes" in inner:
            inner["attributes"] = by_json(inner["attributes"])
            if not inner["attributes"]:
                del inner["attributes"]
        return inner
    return of


def calm_v3_spans(result: dict) -> list:
    """Spans with their resource and scope beside them: how these are grouped does not count."""
    flat = []
    for resource in result["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            around = {"resource": resource.get("resource", {}), "scope": scope.get("scope", {})}
            flat += [calm_attributes({**around, "span": span}) for span in scope["spans"]]
    return by_json(flat)


def calm(path: str, status: int, body: bytes):
    """An answer as it is compared. Texts of errors are each server's own."""
    found = json.loads(body)
    if status != 200:
        if "errors" in found:
            return {"status": status, **found, "errors": [{"code": each["code"]} for each in found["errors"]]}
        return {"status": status, "error": {"httpCode": found["error"]["httpCode"]}}
    if "result" in found:
        return {"status": status, "spans": calm_v3_spans(found["result"])}
    for name in ("summaries", "services", "operations"):
        if path.startswith("/api/v3/"):
            found = {name: by_json(found[name])} if found.get(name) else found
    data = found.get("data")
    if isinstance(data, list):
        if path.startswith("/api/traces"):
            data = [calm_v1_trace(each) for each in data]
        found["data"] = by_json(data)
    return {"status": status, **found}

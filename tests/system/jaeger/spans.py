"""The spans of the comparison with Jaeger: a day of orders as several services would send them, always the same."""

import random

START = 1_795_515_300_000_000_000  # 2026-11-24T10:15:00Z, ns
MS = 1_000_000
KINDS = {"internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5}


def value(of) -> dict:
    if isinstance(of, bool):
        return {"boolValue": of}
    if isinstance(of, int):
        return {"intValue": str(of)}
    if isinstance(of, float):
        return {"doubleValue": of}
    if isinstance(of, list):
        return {"arrayValue": {"values": [value(each) for each in of]}}
    if isinstance(of, dict):
        return {"kvlistValue": {"values": attributes(of)}}
    return {"stringValue": of}


def attributes(of: dict) -> list:
    return [{"key": key, "value": value(each)} for key, each in of.items()]


class Sender:
    """Gathers spans by service, and gives them as OTLP requests."""

    def __init__(self):
        self.random = random.Random(417)
        self.spans: dict[str, list] = {}

    def new_id(self, size: int) -> str:
        return "".join(self.random.choice("0123456789abcdef") for _ in range(2 * size - 1)) + "1"

    def span(self, service, trace, name, start, duration, kind=None, parent="", **more) -> str:
        """Times in ms behind START; a duration may have decimals."""
        span = {"traceId": trace, "spanId": self.new_id(8), "name": name,
                "startTimeUnixNano": str(START + int(start * MS)),
                "endTimeUnixNano": str(START + int(start * MS) + int(duration * MS)), **more}
        if parent:
            span["parentSpanId"] = parent
        if kind:
            span["kind"] = KINDS[kind]
        self.spans.setdefault(service, []).append(span)
        return span["spanId"]

    def requests(self) -> list[dict]:
        made = []
        for service, spans in self.spans.items():
            resource = {"service.name": service, "host.name": f"host-of-{service.split()[0].lower()}",
                        "process.pid": 17, "deployment.environment.name": "prod"}
            scope = {"name": f"{service} instrumentation", "version": "1.2.3"}
            if service == "CRM API":
                scope = {"name": "crm", "attributes": attributes({"scope.kind": "hand-made"})}
            if service == "MES API":
                scope = {}
            made.append({"resourceSpans": [{"resource": {"attributes": attributes(resource)},
                                            "scopeSpans": [{"scope": scope, "spans": spans}]}]})
        return made


def order(sender: Sender, number: int) -> None:
    at = number * 1000
    trace = sender.new_id(16)
    tags = {"order_id": f"ORD-{number}", "http.request.method": "POST", "http.response.status_code": 201,
            "price": 12.5 if number % 2 else 5.0, "urgent": number % 3 == 0}
    root = sender.span("Shop API", trace, "POST /orders", at, 90 + number, "server", attributes=attributes(tags))
    database = {"db.system.name": "postgresql", "db.query.text": "INSERT INTO orders"}
    sender.span("Shop API", trace, "INSERT orders", at + 5, 7.123456, "client", root, attributes=attributes(database))
    queue = {"messaging.system": "rabbitmq", "messaging.destination.name": "orders.pricing"}
    sent = sender.span("Shop API", trace, "orders.pricing publish", at + 20, 1.5, "producer", root,
                       attributes=attributes(queue))
    if number % 2:  # a child of the sender
        taken = sender.span("MES API", trace, "orders.pricing process", at + 300, 120, "consumer", sent,
                            attributes=attributes(queue))
        work = trace
    else:  # a trace of its own that names the sender
        work = sender.new_id(16)
        link = {"traceId": trace, "spanId": sent, "attributes": attributes({"link.kind": "message"})}
        taken = sender.span("MES API", work, "orders.pricing process", at + 300, 120, "consumer", links=[link],
                            attributes=attributes(queue))
    more = {"status": {"code": 1}}
    if number % 4 == 1:
        more = {"status": {"code": 2, "message": "no price"},
                "events": [{"timeUnixNano": str(START + (at + 350) * MS + 1), "name": "exception",
                            "attributes": attributes({"exception.type": "NoPrice", "exception.escaped": False,
                                                      "attempt": 2})}]}
    sender.span("MES API", work, "calculate price", at + 310, 90 + number / 10, "internal", taken,
                attributes=attributes({"model.triangles": 9_007_199_254_740_993 + number, "steps": ["read", "cut"],
                                       "model": {"volume": 1.5, "name": "a.stl"}}), **more)
    sender.span("CRM API", work, "GET /prices", at + 340, 3, "server", taken, traceState="shop=1",
                events=[{"timeUnixNano": str(START + (at + 341) * MS), "name": "cache miss"}])
    if number == 5:
        sender.span("CRM API", work, "orphan", at + 345, 2, parent="00000000000000aa")


def requests() -> list[dict]:
    sender = Sender()
    for number in range(1, 13):
        order(sender, number)
    low = "0000000000000000" + sender.new_id(8)  # an id of 64 bits
    sender.span("Shop API", low, "GET /old", 20_000, 1)
    return sender.requests()


def trace_ids() -> list[str]:
    ids = []
    for request in requests():
        for span in request["resourceSpans"][0]["scopeSpans"][0]["spans"]:
            if span["traceId"] not in ids:
                ids.append(span["traceId"])
    return ids

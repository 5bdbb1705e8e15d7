"""The OpenTelemetry collector's exporter `elasticsearch`: its side of the conversation, and its cases.

Written down from its behaviour: bulk requests of `create` into data streams with `require_data_stream`, `dynamic_templates`
in the action lines, compressed; of the answer it asks for indices, statuses and errors alone, not for `errors`. An item fails
when it has an error or a status above 201; those with 429 are sent again, at most twice. Requests that fail as a whole are
sent again by its queue.
"""

import time

from stage import Stage, expect, line, verify
from wire import Connection, Unreachable, lines

FILTER = "items.*._index,items.*.status,items.*.failure_store,items.*.error.type,items.*.error.reason"
PATIENCE = 60  # seconds


class Exporter:
    def __init__(self, url: str, pipeline: str = ""):
        more = {"User-Agent": "OpenTelemetry Collector Contrib/0.140.0 (linux/amd64)", "Content-Type": "application/json",
                "Accept": "application/vnd.elasticsearch+json;compatible-with=8"}
        self.connection = Connection(url, more)
        self.pipeline = pipeline
        self.indexed = 0
        self.failed: list[dict] = []
        self.attempts = 0

    def export(self, index: str, documents: list[tuple[str, dict]]) -> None:
        actions: list[dict] = []
        for identity, document in documents:
            head = ({"_id": identity} if identity else {}) | {"_index": index, "dynamic_templates": {"took": "gauge_double"}}
            if self.pipeline:
                head["pipeline"] = self.pipeline
            actions += [{"create": head}, document]
        body = lines(actions)
        # As its library writes a query: sorted by name, commas encoded.
        path = f"/_bulk?filter_path={FILTER.replace(',', '%2C').replace('*', '%2A')}&require_data_stream=true"
        headers = {"X-Elastic-Event-Count": str(len(documents)), "X-Elastic-Uncompressed-Request-Length": str(len(body))}
        end = time.monotonic() + PATIENCE
        while True:
            self.attempts += 1
            try:
                answer = self.connection.ask("POST", path, body, headers, zipped=True)
                if answer.ok():
                    return self.count(answer.json(), len(documents))
                expect(answer.status == 429 or answer.status >= 500, f"HTTP {answer.status}: the batch is dropped")
            except Unreachable:
                pass
            expect(time.monotonic() < end, "a batch is not taken")
            time.sleep(0.05)

    def count(self, told: dict, sent: int) -> None:
        expect(set(told) == {"items"}, f"asked for items, it gets {sorted(told)}")
        expect(len(told["items"]) == sent, f"{len(told['items'])} answers to {sent} documents")
        for item in told["items"]:
            (result,) = item.values()
            if "error" in result or result["status"] > 201:
                expect(set(result) == {"_index", "status", "error"}, f"of a failed item it gets {result}")
                self.failed.append(result)
            else:
                expect(set(result) == {"_index", "status"}, f"of an item it gets {result}")
                self.indexed += 1


def of_mode_otel(n: int) -> dict:
    """A log record as its mode `otel` writes it."""
    record = line(n)
    return {"@timestamp": "1795521600.000001", "data_stream": {"type": "logs", "dataset": "generic.otel", "namespace": "default"},
            "observed_timestamp": record["timestamp"], "severity_text": "INFO", "severity_number": 9,
            "trace_id": f"{n:032x}", "span_id": f"{n:016x}", "body": {"text": record["message"]},
            "attributes": {"order_id": record["order_id"], "n": n},
            "resource": {"attributes": {"service.name": "shop-api", "deployment.environment": "prod"}},
            "scope": {"name": "orders"}}


def stores(stage: Stage) -> None:
    exporter = Exporter(stage.server.url)
    for first in range(1, 1001, 250):
        exporter.export("logs-generic.otel-default", [("", line(n)) for n in range(first, first + 250)])
    expect(exporter.indexed == 1000 and exporter.attempts == 4, f"{exporter.indexed} indexed, {exporter.failed[:2]}")
    verify(stage.rows("logs-generic.otel-default"), 1000)


def mode_otel(stage: Stage) -> None:
    exporter = Exporter(stage.server.url)
    exporter.export("logs-generic.otel-default", [("", of_mode_otel(n)) for n in range(1, 101)])
    expect(exporter.indexed == 100, f"failed: {exporter.failed[:2]}")
    rows = {row["attributes"]["n"]: row for row in stage.rows("logs-generic.otel-default")}
    expect(sorted(rows) == list(range(1, 101)), f"{len(rows)} of 100 records are there")
    for n, row in rows.items():
        wanted = of_mode_otel(n)
        for name in ("trace_id", "span_id", "attributes", "resource", "body", "severity_text"):
            expect(row.get(name) == wanted[name], f"record {n}: {name} is {row.get(name)!r}, expected {wanted[name]!r}")


def sent_again(stage: Stage) -> None:
    """What is there already fails with 409, which is counted and not sent again."""
    exporter = Exporter(stage.server.url, pipeline="orders")
    documents = [(f"id-{n}", line(n)) for n in range(1, 101)]
    exporter.export("logs-shop-prod", documents)
    exporter.export("logs-shop-prod", documents)
    expect(exporter.indexed == 100, f"{exporter.indexed} of 100 are indexed")
    kinds = {(one["status"], one["error"]["type"]) for one in exporter.failed}
    expect(len(exporter.failed) == 100 and kinds == {(409, "version_conflict_engine_exception")}, f"failed: {kinds}")
    verify(stage.rows("logs-shop-prod"), 100)


def server_killed(stage: Stage) -> None:
    exporter = Exporter(stage.server.url)
    for at in range(6):
        if at % 2:
            stage.server.kill()
            stage.server.launch()
        exporter.export("logs-shop-prod", [(f"id-{n}", line(n)) for n in range(at * 500 + 1, at * 500 + 501)])
    expect(exporter.attempts > 6, "the server was not missed")
    verify(stage.rows("logs-shop-prod"), 3000)


CASES = {
    "OpenTelemetry's elasticsearch exporter": (stores, {}),
    "OpenTelemetry's elasticsearch exporter, mode otel": (mode_otel, {}),
    "OpenTelemetry's elasticsearch exporter, sent again": (sent_again, {}),
    "server killed under OpenTelemetry's elasticsearch exporter": (server_killed, {}),
}

"""Vector's sink `elasticsearch`: its side of the conversation, written down from its behaviour, and its cases.

Health is `GET /_cluster/health` with status 200. A batch is one bulk request; 429 and 5xx are sent again, other 4xx are
dropped; of an answer with 200 the text `"errors":true` means that the batch failed, and by default it is not sent again.
"""

import time

from stage import Stage, expect, line, verify
from wire import Connection, Unreachable, lines

PATIENCE = 60  # seconds; its own number of attempts has no end


class Vector:
    def __init__(self, url: str, index: str = "shop-prod", action: str = "index", id_key: str = "", data_stream: bool = False,
                 typed: bool = False, zipped: bool = False):
        self.connection = Connection(url, {"Accept-Encoding": "gzip" if zipped else "identity"})
        self.index = "logs-generic-default" if data_stream else index
        self.action = "create" if data_stream else action
        self.id_key, self.typed, self.zipped = id_key, typed, zipped
        self.version = 0
        self.attempts = 0

    def start(self) -> "Vector":
        health = self.connection.ask("GET", "/_cluster/health")
        expect(health.status == 200, f"it is not healthy: HTTP {health.status}")
        # `api_version: auto`
        self.version = int(self.connection.ask("GET", "/").json()["version"]["number"].split(".")[0])
        self.typed = self.typed and self.version < 7
        return self

    def send(self, events: list[dict]) -> str:
        """What became of a batch: `delivered` or `rejected`."""
        actions: list[dict] = []
        for event in events:
            head = {"_index": self.index} | ({"_type": "_doc"} if self.typed else {})
            if self.id_key:
                head["_id"] = str(event[self.id_key])
            actions += [{self.action: head}, event]
        body = lines(actions)
        end = time.monotonic() + PATIENCE
        while True:
            self.attempts += 1
            try:
                answer = self.connection.ask("POST", "/_bulk?timeout=60s", body, {"Content-Type": "application/x-ndjson"},
                                             zipped=self.zipped)
                if answer.ok():
                    return "rejected" if '"errors":true' in answer.text() else "delivered"
                if answer.status != 429 and answer.status < 500:
                    return "rejected"
                why = f"HTTP {answer.status}"
            except Unreachable as broken:
                why = str(broken)
            expect(time.monotonic() < end, f"a batch is not taken: {why}")
            time.sleep(0.05)


def events(first: int, last: int) -> list[dict]:
    return [line(n) for n in range(first, last + 1)]


def stores(stage: Stage) -> None:
    for at, options in enumerate(({}, {"zipped": True, "id_key": "n"}, {"action": "create", "id_key": "n"})):
        shipper = Vector(stage.server.url, **options).start()
        expect(shipper.version == 8, f"it takes the server for version {shipper.version}")
        for first in range(at * 1000 + 1, at * 1000 + 1001, 250):
            expect(shipper.send(events(first, first + 249)) == "delivered", "a good batch is rejected")
    verify(stage.rows("shop-prod"), 3000)


def data_stream(stage: Stage) -> None:
    shipper = Vector(stage.server.url, data_stream=True, zipped=True).start()
    expect(shipper.send(events(1, 500)) == "delivered", "a good batch is rejected")
    verify(stage.rows("logs-generic-default"), 500)


def told_of_errors(stage: Stage) -> None:
    """It looks for one spelling of the error alone."""
    shipper = Vector(stage.server.url).start()
    expect(shipper.send(events(1, 10) + [{"text": "x" * (5 << 20)}]) == "rejected", "it is not told of a bad event")
    expect(shipper.attempts == 1, "a bad event is sent for ever")
    verify(stage.rows("shop-prod"), 10)


def server_killed(stage: Stage) -> None:
    shipper = Vector(stage.server.url, id_key="n").start()
    for at in range(6):
        if at % 2:
            stage.server.kill()
            stage.server.launch()
        expect(shipper.send(events(at * 500 + 1, at * 500 + 500)) == "delivered", "a good batch is rejected")
    expect(shipper.attempts > 6, "the server was not missed")
    verify(stage.rows("shop-prod"), 3000)


CASES = {
    "Vector": (stores, {}),
    "Vector, a data stream": (data_stream, {}),
    "Vector is told of errors": (told_of_errors, {}),
    "server killed under Vector": (server_killed, {}),
}

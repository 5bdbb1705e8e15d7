"""Fluent Bit's output `es` (5.1): its side of the conversation, written down from its behaviour, and its cases.

It asks nothing when it starts. A chunk goes as one bulk request with `_type` in its action lines (unless that is
suppressed). Whether it is done, it reads off the answer's text: `"errors":false`, or at least one item of status 200 or 201,
looked for in the first 512 KiB. Else the whole chunk is sent again.
"""

import hashlib
import json
import time

from stage import Stage, expect, line, verify
from wire import Connection, Unreachable, lines

BUFFER = 512 << 10  # bytes of an answer that it reads
PATIENCE = 60  # seconds; its own number of attempts is bounded


class FluentBit:
    def __init__(self, url: str, index: str = "shop-prod", operation: str = "create", typed: bool = True,
                 generated_id: bool = False, zipped: bool = False):
        self.connection = Connection(url, {"User-Agent": "Fluent-Bit", "Content-Type": "application/x-ndjson"})
        self.index, self.operation, self.typed = index, operation, typed
        self.generated_id, self.zipped = generated_id, zipped
        self.attempts = 0

    def body(self, records: list[dict]) -> bytes:
        actions: list[dict] = []
        for record in records:
            head = {"_index": self.index} | ({"_type": "_doc"} if self.typed else {})
            if self.generated_id:
                digest = hashlib.md5(json.dumps(record).encode()).hexdigest()
                head["_id"] = "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:]))
            actions += [{self.operation: head}, record]
        return lines(actions)

    def flush(self, records: list[dict]) -> None:
        """One chunk, until it is done."""
        body = self.body(records)
        end = time.monotonic() + PATIENCE
        while True:
            self.attempts += 1
            try:
                answer = self.connection.ask("POST", "/_bulk", body, zipped=self.zipped)
                if answer.status in (200, 201) and self.is_success(answer.body[:BUFFER]):
                    return
                why = f"HTTP {answer.status}: {answer.body[:300]!r}"
            except Unreachable as broken:
                why = str(broken)
            expect(time.monotonic() < end, f"a chunk is not taken: {why}")
            time.sleep(0.05)

    @staticmethod
    def is_success(text: bytes) -> bool:
        try:
            told = json.loads(text)
        except ValueError:  # cut off by its buffer
            return b'"errors":false,"items":[' in text
        for name, value in told.items():  # in the order of the text
            if name == "errors" and value is False:
                return True
            if name == "items":
                expect(all(len(item) == 1 for item in value), "an item has more than one key")
                return any(one["status"] in (200, 201) for item in value for one in item.values())
        return False


def records(first: int, last: int) -> list[dict]:
    # Its time comes first, under the name that it gives it.
    return [{"@timestamp": line(n)["timestamp"]} | line(n) for n in range(first, last + 1)]


def stores(stage: Stage) -> None:
    for at, options in enumerate(({}, {"typed": False, "zipped": True}, {"operation": "index", "generated_id": True})):
        shipper = FluentBit(stage.server.url, **options)
        for first in range(at * 1000 + 1, at * 1000 + 1001, 500):
            shipper.flush(records(first, first + 499))
        expect(shipper.attempts == 2, f"{options}: {shipper.attempts} attempts for two chunks")
    verify(stage.rows("shop-prod"), 3000)


def long_answer(stage: Stage) -> None:
    """The answer to 20,000 events is longer than its buffer: it has to see at the beginning that all is well."""
    shipper = FluentBit(stage.server.url)
    shipper.flush(records(1, 20_000))
    expect(shipper.attempts == 1, f"{shipper.attempts} attempts: the beginning of the answer does not say that all is well")
    expect(stage.count() == 20_000, f"{stage.count()} of 20000 events are there")


def some_refused(stage: Stage) -> None:
    """One event that cannot be stored does not bring the others a second time; the same chunk again is done by 409s."""
    shipper = FluentBit(stage.server.url, generated_id=True)
    shipper.flush(records(1, 50) + [{"text": "x" * (5 << 20)}] + records(51, 100))
    expect(shipper.attempts == 1, f"{shipper.attempts} attempts for a chunk with one bad event")
    verify(stage.rows("shop-prod"), 100)
    shipper.flush(records(1, 100) + records(101, 101))
    expect(shipper.attempts == 2, "a chunk of duplicates and one new event is not done at once")
    verify(stage.rows("shop-prod"), 101)


def server_killed(stage: Stage) -> None:
    shipper = FluentBit(stage.server.url, generated_id=True)
    for at in range(6):
        if at % 2:
            stage.server.kill()
            stage.server.launch()
        shipper.flush(records(at * 500 + 1, at * 500 + 500))
    expect(shipper.attempts > 6, "the server was not missed")
    verify(stage.rows("shop-prod"), 3000)


CASES = {
    "Fluent Bit": (stores, {}),
    "Fluent Bit, a long answer": (long_answer, {}),
    "Fluent Bit, some refused": (some_refused, {}),
    "server killed under Fluent Bit": (server_killed, {}),
}

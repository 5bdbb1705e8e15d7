"""The events of the crash test, and what is known of each of them."""

import dataclasses
import datetime
import hashlib
import random
import threading

INDICES = ("crash-shop-test", "crash-mes-test")
LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclasses.dataclass
class Event:
    n: int                       # unique over all rounds
    round: int
    id: str | None               # the `_id` it is sent with; None: the server makes one
    index: str
    document: dict
    acknowledged: bool = False   # 201, or 409: it is there
    shared: bool = False         # sent by more than one request

    def check(self, row: dict) -> str | None:
        """What is wrong with the row that it came back as, if anything."""
        if row["index"] != self.index:
            return f"is in the index {row['index']}, expected {self.index}"
        if self.id is not None and row["id"] != self.id:
            return f"has the id {row['id']}, expected {self.id}"
        if row["source"] != self.document:
            return f"came back changed: {row['source']}, expected {self.document}"
        return None


@dataclasses.dataclass
class Request:
    """One `_bulk` request: what was new in it is stored as a whole or not at all."""

    events: list[Event]          # in the order of the body
    fresh: list[Event]           # those never sent before
    known: set[int]              # those acknowledged when it was made, by n
    outcome: str = "unknown"     # unknown (no whole answer), stored, refused


class Ledger:
    """Every event ever sent. Thread-safe."""

    def __init__(self, seed: int):
        self.lock = threading.Lock()
        self.events: dict[int, Event] = {}
        self.requests: list[Request] = []     # of the current round
        self.unacknowledged: list[Event] = []  # of earlier rounds, with an `_id`: to be sent again
        self.seed = seed
        self.begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)

    def make(self, round_number: int, rng: random.Random) -> Event:
        with self.lock:
            n = len(self.events)
            event = Event(n, round_number, None, rng.choice(INDICES), {})
            self.events[n] = event
        # Three days, so that one request goes to several partitions.
        time = self.begin - datetime.timedelta(days=rng.randrange(3), milliseconds=n)
        event.document.update({
            "@timestamp": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": "INFO", "service_name": "Crash test", "order_id": f"ORD-{self.seed}-{n % 1000}",
            "n": n, "round": round_number, "text": payload(n, rng),
        })
        if rng.random() < 0.7:
            event.id = f"crash-{self.seed}-{n}"
        return event

    def end_round(self) -> None:
        """What was sent without an answer is sent again in later rounds."""
        self.requests = []
        self.unacknowledged = [event for event in self.events.values() if event.id and not event.acknowledged]

    def acknowledged(self) -> int:
        return sum(event.acknowledged for event in self.events.values())


def payload(n: int, rng: random.Random) -> str:
    """Mostly short, sometimes long; compresses badly. Letters only: nothing in it looks like personal data."""
    length = rng.randrange(30_000, 60_000) if rng.random() < 0.002 else rng.randrange(400)
    words = []
    size = 0
    while size < length:
        word = hashlib.sha256(f"{n} {size}".encode()).hexdigest().translate(LETTERS)
        words.append(word)
        size += len(word) + 1
    return " ".join(words)

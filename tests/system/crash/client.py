"""A client of the crash test: sends `_bulk` requests until the server is gone."""

import http.client
import json
import random
import threading

from events import Event, Ledger, Request


class WrongAnswer(Exception):
    """The server answered what it must not."""


class Client(threading.Thread):
    """Sends new events and repeated ones; what the answers say is written into the ledger."""

    def __init__(self, ledger: Ledger, round_number: int, port: int, stop: threading.Event, seed: str):
        super().__init__(daemon=True)
        self.ledger = ledger
        self.round = round_number
        self.port = port
        self.stopping = stop
        self.rng = random.Random(seed)
        self.problem: Exception | None = None

    def run(self) -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            while not self.stopping.is_set():
                self.send(connection)
            connection.close()
        except (OSError, http.client.HTTPException):
            # The server was killed. That it died by itself is seen by the round.
            pass
        except Exception as problem:  # pylint: disable=broad-except
            self.problem = problem

    def send(self, connection: http.client.HTTPConnection) -> None:
        request = self.make_request()
        with self.ledger.lock:
            self.ledger.requests.append(request)
        body = "".join(f"{json.dumps(action(event))}\n{json.dumps(event.document)}\n" for event in request.events)
        connection.request("POST", "/_bulk", body.encode(), {"content-type": "application/x-ndjson"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status == 429:
            request.outcome = "refused"
        elif answer.status != 200:
            raise WrongAnswer(f"_bulk answered {answer.status}: {text[:500]!r}")
        else:
            note_items(request, json.loads(text)["items"])
            request.outcome = "stored"

    def make_request(self) -> Request:
        rng = self.rng
        fresh = [self.ledger.make(self.round, rng) for _ in range(rng.choice((1, 5, 20, 100)))]
        repeats = self.repeats()
        if fresh[0].id is not None and rng.random() < 0.1:
            repeats.append(fresh[0])  # twice in one body
        for event in repeats:
            event.shared = True
        events = fresh + repeats
        rng.shuffle(events)
        return Request(events, fresh, {event.n for event in repeats if event.acknowledged})

    def repeats(self) -> list[Event]:
        """Events to send once more: unacknowledged of earlier rounds, acknowledged ones, ones on their way."""
        rng, repeats = self.rng, []
        with self.ledger.lock:
            waiting = self.ledger.unacknowledged
            for _ in range(min(len(waiting), rng.randrange(30))):
                repeats.append(waiting.pop(rng.randrange(len(waiting))))
            for _ in range(rng.randrange(4)):
                event = self.ledger.events[rng.randrange(len(self.ledger.events))]
                if event.id is not None and event.acknowledged:
                    repeats.append(event)
            if self.ledger.requests and rng.random() < 0.2:
                on_their_way = self.ledger.requests[-1].fresh
                repeats += [event for event in on_their_way if event.id is not None][:3]
        return repeats


def action(event: Event) -> dict:
    if event.id is not None:
        return {"create": {"_index": event.index, "_id": event.id}}
    return {"index" if event.n % 2 else "create": {"_index": event.index}}


def note_items(request: Request, items: list[dict]) -> None:
    if len(items) != len(request.events):
        raise WrongAnswer(f"_bulk answered {len(items)} items for {len(request.events)} events")
    for event, item in zip(request.events, items):
        (operation, result), = item.items()
        if operation not in action(event):
            raise WrongAnswer(f"expected an item for {action(event)}, found {item}")
        check_status(event, result, event.n in request.known)
        event.acknowledged = True


def check_status(event: Event, result: dict, known: bool) -> None:
    expected = (409,) if known else (201, 409) if event.shared else (201,)
    if result["status"] not in expected:
        raise WrongAnswer(f"event {event.n}: expected the status {expected}, found {result}")
    if event.id is not None and result.get("_id") != event.id:
        raise WrongAnswer(f"event {event.n}: expected the _id {event.id}, found {result}")

"""Everything at once, at random, from many clients; and what is left of it."""

import random
import threading

from document_cases import BAD, GOOD
from healthy import peak_memory
from http_cases import BOMB
from stage import Stage
from wire import chunk, connect, exchange, gzip, head, post_for_status, request

ATTACKERS = 8
ROUNDS = 25
# The default of elasticsearch.bulk_actions.
MOST_ACTIONS = 200_000
BAD_ITEMS = (b'{"index":{}}\n{x\n', b'{"index":{"_index":"U"}}\n{}\n', b'{"index":{"_id":""}}\n{}\n')


class Attacker(threading.Thread):
    """Sends one bad thing after the other, and counts the good events that were acknowledged to it."""

    def __init__(self, stage: "Storm", number: int):
        super().__init__(daemon=True)
        self.stage = stage
        self.rng = random.Random(number)
        self.stored = 0
        self.problem: Exception | None = None

    def run(self) -> None:
        try:
            for _ in range(ROUNDS):
                self.rng.choice((self.mix, self.mix, self.mix, self.damage, self.bomb, self.stop, self.large))()
        except Exception as problem:  # pylint: disable=broad-except
            self.problem = problem

    def whole(self, path: str, body: bytes) -> bytes:
        form = self.rng.randrange(3)
        if form == 0:
            return head(path, f"Content-Length: {len(body)}") + body
        if form == 1:
            packed = gzip(body)
            return head(path, "Content-Encoding: gzip", f"Content-Length: {len(packed)}") + packed
        return head(path, "Transfer-Encoding: chunked") + chunk(body) + b"0\r\n\r\n"

    def documents(self) -> list[bytes]:
        return [GOOD if self.rng.random() < 0.7 else self.rng.choice(list(BAD.values())) for _ in range(50)]

    # Good and bad documents: each good one is stored, unless the server is busy with all the others.
    def mix(self) -> None:
        path = self.rng.choice(self.stage.paths()[:2])
        documents = self.documents()
        (answer,) = exchange(self.stage.port, self.whole(path, self.stage.body_of(path, *documents)))
        if answer.status == 429:
            return
        statuses = [next(iter(item.values()))["status"] for item in answer.body["items"]]
        expected = [201 if document == GOOD else 400 for document in documents]
        if statuses != expected:
            raise AssertionError(f"expected {expected}, found {statuses}")
        self.stored += expected.count(201)

    # Any byte changed: any answer or none, but of a 200 what it says is true.
    def damage(self) -> None:
        path = self.stage.paths()[1]
        data = bytearray(self.whole(path, self.stage.body_of(path, *self.documents())))
        for _ in range(self.rng.randrange(1, 5)):
            data[self.rng.randrange(len(path) + 20, len(data))] = self.rng.randrange(256)
        for answer in exchange(self.stage.port, bytes(data)):
            if answer.status == 200:
                results = [next(iter(item.values())) for item in answer.body["items"]]
                self.stored += sum(result["status"] == 201 and result["_index"] == self.stage.index
                                   for result in results)

    def bomb(self) -> None:
        path = self.rng.choice(self.stage.paths())
        for answer in exchange(self.stage.port, head(path, "Content-Encoding: gzip", f"Content-Length: {len(BOMB)}")
                               + BOMB):
            if answer.status not in (413, 429):
                raise AssertionError(f"expected 413 or 429 for a bomb, found {answer}")

    def stop(self) -> None:
        path = self.rng.choice(self.stage.paths())
        data = self.whole(path, self.stage.body_of(path, *self.documents()))
        with connect(self.stage.port) as client:
            client.sendall(data[:self.rng.randrange(len(data) - 1)])

    def large(self) -> None:
        body = self.stage.body_of("/_bulk", b'{"message":"' + b"x" * 90_000_000 + b'"}')
        for answer in exchange(self.stage.port, head("/_bulk", f"Content-Length: {len(body)}") + body):
            if answer.status not in (200, 429):
                raise AssertionError(f"expected 200 with its item refused, or 429, found {answer}")


class Storm(Stage):
    """Good, bad, damaged, huge and half requests from eight clients."""

    def test_a_storm(self):
        attackers = [Attacker(self, number) for number in range(ATTACKERS)]
        for attacker in attackers:
            attacker.start()
        for attacker in attackers:
            attacker.join(240)
            self.assertFalse(attacker.is_alive(), "an attacker still waits for an answer")
            if attacker.problem:
                raise attacker.problem
        self.assertGreater(sum(attacker.stored for attacker in attackers), 0)
        self.assertEqual(self.count(), sum(attacker.stored for attacker in attackers))


class Amplification(Stage):
    """Small requests that ask for large answers."""

    def send_together(self, body: bytes) -> set[int]:
        """Six clients send it at once; the statuses they got."""
        statuses: list[int] = []
        path = self.paths()[1]
        threads = [threading.Thread(target=lambda: statuses.append(post_for_status(
            self.port, path, body, {"content-encoding": "gzip"}))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(240)
        self.assertEqual(len(statuses), 6)
        return set(statuses)

    def test_many_bad_items_in_a_few_kilobytes(self):
        for item in BAD_ITEMS:
            statuses = self.send_together(gzip(item * MOST_ACTIONS))
            self.assertLessEqual(statuses, {200, 429})
            self.assertIn(200, statuses)
        self.assertEqual(self.count(), 0)

    def test_more_items_than_a_request_may_have(self):
        for item in BAD_ITEMS:
            statuses = self.send_together(gzip(item * (MOST_ACTIONS + 1)))
            self.assertLessEqual(statuses, {413, 429})
            self.assertIn(413, statuses)
        self.assertEqual(self.count(), 0)


class TheEnd(Stage):
    """After all of it."""

    def test_the_healthy_client_lost_nothing(self):
        self.healthy.stop()
        self.assertGreater(self.healthy.acknowledged, 0)
        self.assertEqual(self.count("healthy-test"), self.healthy.acknowledged)
        in_all = self.count("*")
        print(f"{self.healthy.acknowledged} events of the healthy client, {self.healthy.busy} of its requests refused "
              f"as busy; peak of memory {peak_memory(self.server.process.pid)} MiB; ", end="")
        self.server.stop()
        self.server.start(60)
        self.assertEqual(self.count("healthy-test"), self.healthy.acknowledged)
        self.assertEqual(self.count("*"), in_all)

    def tearDown(self) -> None:
        """The healthy client has ended: only the server itself is left to look at."""
        self.assertEqual(request(self.port, "GET", "/health").status, 200)
        self.server.stop()

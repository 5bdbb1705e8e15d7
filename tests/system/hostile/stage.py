"""What every hostile test stands on: one server for all of them, an index for each."""

import os
import pathlib
import tempfile
import unittest

from healthy import HealthyClient, peak_memory
from server import Server
from wire import Answer, post, request, until

# Bodies under way may hold 256 MiB (limits.inflight_bytes); the rest is the server itself. A sanitizer needs more.
MOST_MEMORY = int(os.environ.get("HOSTILE_MEMORY_MIB", "400"))


class Stage(unittest.TestCase):
    """A running server, a healthy client at work, and this test's index."""

    server: Server
    healthy: HealthyClient
    binary = ""
    number = 0

    @classmethod
    def open(cls, binary: str) -> None:
        cls.folder = tempfile.TemporaryDirectory(prefix="ordertrail-hostile-")
        folder = pathlib.Path(cls.folder.name)
        cls.server = Server(binary, folder / "data", folder / "server.log")
        cls.server.start(60)
        cls.healthy = HealthyClient(cls.server.port)
        cls.healthy.start()

    @classmethod
    def close(cls) -> None:
        if cls.server.running():
            cls.server.kill()
        cls.folder.cleanup()

    def setUp(self) -> None:
        Stage.number += 1
        self.index = f"hostile-{Stage.number}-test"
        self.port = self.server.port
        self.acknowledged_before = self.healthy.acknowledged

    def tearDown(self) -> None:
        """After every test: alive, ready, small, nothing held for the bad client, and the good one goes on."""
        if not self.server.running():
            raise self.server.failure("the server died")
        self.assertEqual(request(self.port, "GET", "/health").status, 200)
        self.assertLess(peak_memory(self.server.process.pid), MOST_MEMORY)
        until("the bytes of requests under way are given back", lambda: self.gauge("inflight_bytes") < 1 << 20)
        until("the healthy client goes on", lambda: self.healthy.problem or
              self.healthy.acknowledged > self.acknowledged_before)
        self.assertIsNone(self.healthy.problem)

    def post(self, path: str, body: bytes, headers: dict | None = None) -> Answer:
        return post(self.port, path, body, headers)

    def count(self, index: str | None = None) -> int:
        answer = request(self.port, "GET", f"/_trail/v1/count?index={index or self.index}")
        self.assertEqual(answer.status, 200, answer.body)
        return answer.body["count"]

    def gauge(self, name: str) -> float:
        text = request(self.port, "GET", "/metrics").body
        for line in text.splitlines():
            if line.startswith(f"ordertrail_http_{name} "):
                return float(line.split()[1])
        raise AssertionError(f"no ordertrail_http_{name} in /metrics")

    # --- the two forms of errors

    def assert_elasticsearch_error(self, answer: Answer, status: int, kind: str, reason: str = "") -> None:
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.body["status"], status)
        self.assertEqual(answer.body["error"]["type"], kind)
        self.assertEqual(answer.body["error"]["root_cause"][0]["type"], kind)
        self.assertIn(reason, answer.body["error"]["reason"])

    def assert_native_error(self, answer: Answer, status: int, code: str, message: str = "") -> None:
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.body["error"]["code"], code)
        self.assertIn(message, answer.body["error"]["message"])

    def assert_refused(self, path: str, answer: Answer, status: int) -> None:
        """A refusal of the whole request in the form of the path's protocol."""
        if path.startswith("/ingest"):
            self.assert_native_error(answer, status, {400: "invalid_argument", 413: "too_large"}[status])
            return
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.body["status"], status)
        self.assertTrue(answer.body["error"]["type"].endswith("exception"))

    # --- the three ways in

    def paths(self) -> tuple[str, ...]:
        return "/_bulk", f"/{self.index}/_bulk", f"/ingest/{self.index}"

    def body_of(self, path: str, *documents: bytes) -> bytes:
        """Documents in the form that a path takes."""
        if path.startswith("/ingest"):
            return b"".join(document + b"\n" for document in documents)
        action = b'{"index":{"_index":"%s"}}\n' % self.index.encode() if path == "/_bulk" else b'{"create":{}}\n'
        return b"".join(action + document + b"\n" for document in documents)

    def send_documents(self, path: str, *documents: bytes) -> list[bool]:
        """Sends documents in one request, and returns which of them were taken. Errors have to be the protocol's."""
        headers = {"content-type": "application/x-ndjson"}
        answer = self.post(path, self.body_of(path, *documents), headers)
        self.assertEqual(answer.status, 200, answer.body)
        if path.startswith("/ingest"):
            bad = {line["line"] for line in answer.body["rejected"] if line["error"]}
            self.assertEqual(answer.body["stored"], len(documents) - len(bad))
            return [line not in bad for line in range(1, len(documents) + 1)]
        taken = []
        for item in answer.body["items"]:
            (result,) = item.values()
            self.assertIn(result["status"], (201, 400), result)
            if result["status"] == 400:
                self.assertEqual(result["error"]["type"], "document_parsing_exception")
                self.assertTrue(result["error"]["reason"])
            taken.append(result["status"] == 201)
        self.assertEqual(answer.body["errors"], not all(taken))
        return taken

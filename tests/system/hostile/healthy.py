"""A well-behaved client that works all the while, and what must hold of the server afterwards."""

import http.client
import json
import pathlib
import threading

INDEX = "healthy-test"
EVENTS = 20  # in a request


class HealthyClient(threading.Thread):
    """Sends `_bulk` requests one after the other and repeats what is refused as busy, as real clients do."""

    def __init__(self, port: int):
        super().__init__(daemon=True)
        self.port = port
        self.stopping = threading.Event()
        self.acknowledged = 0
        self.busy = 0
        self.problem: Exception | None = None

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            # Not as fast as it can: it is to be there, the others are to work too.
            while not self.stopping.wait(0.01):
                self.send(connection)
        except Exception as problem:  # pylint: disable=broad-except
            self.problem = problem
        finally:
            connection.close()

    def send(self, connection: http.client.HTTPConnection) -> None:
        lines = []
        for number in range(self.acknowledged, self.acknowledged + EVENTS):
            lines.append(json.dumps({"create": {"_id": str(number)}}))
            lines.append(json.dumps({"level": "INFO", "message": f"event {number}", "number": number}))
        body = ("\n".join(lines) + "\n").encode()
        while True:
            connection.request("POST", f"/{INDEX}/_bulk", body, {"content-type": "application/x-ndjson"})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 429:
                break
            self.busy += 1
            if self.stopping.wait(0.05):
                return
        statuses = [item["create"]["status"] for item in json.loads(text)["items"]] if answer.status == 200 else []
        if statuses != [201] * EVENTS:
            raise AssertionError(f"expected 200 and {EVENTS} times 201, found {answer.status}: {text[:500]!r}")
        self.acknowledged += EVENTS

    def stop(self) -> None:
        self.stopping.set()
        self.join(70)
        if self.is_alive():
            raise AssertionError("the healthy client still waits for an answer")
        if self.problem:
            raise self.problem


def peak_memory(pid: int) -> int:
    """The most that the process ever had resident, in MiB."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) >> 10
    raise AssertionError("no VmHWM in /proc/<pid>/status")

"""Elastic's own client of the lumberjack port, go-lumber: what Filebeat's and Logstash's outputs are built on or like."""

import json
import pathlib
import subprocess

from stage import CannotBeHad, Stage, expect, line, verify

PEER = pathlib.Path(__file__).resolve().parent.parent / "peers" / "golumber.sh"
EVENTS = 5000


def find() -> str:
    found = subprocess.run([str(PEER)], capture_output=True, text=True, check=False, timeout=600)
    if found.returncode != 0:
        raise CannotBeHad(found.stderr.strip().splitlines()[-1] if found.stderr else "no reason given")
    return found.stdout.strip()


def events(first: int, last: int, with_ids: bool = False) -> bytes:
    def one(n: int) -> dict:
        return line(n) | ({"@metadata": {"beat": "golumber", "_id": f"id-{n}"}} if with_ids else {})
    return b"".join(json.dumps(one(n), ensure_ascii=False).encode() + b"\n" for n in range(first, last + 1))


class Client:
    """One run of the program; `told` after it ended."""

    def __init__(self, stage: Stage, sent: bytes, **options: object):
        words = [find(), "-address", f"127.0.0.1:{stage.lumberjack}"]
        words += [word for name, value in options.items() for word in (f"-{name}", str(value))]
        source = stage.folder / "events.ndjson"
        source.write_bytes(sent)
        with source.open("rb") as lines:
            self.process = subprocess.Popen(words, stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def told(self) -> dict:
        try:
            output, errors = self.process.communicate(timeout=90)
        finally:
            if self.process.poll() is None:
                self.process.kill()
        expect(self.process.returncode == 0, f"the client ended with {self.process.returncode}: {errors.decode()[:1000]}")
        return json.loads(output)


def windows(stage: Stage) -> None:
    """Windows of one event, of some, and of all that there are; every level of compression."""
    last = 0
    for size, level, inflight, count in ((1, 0, 0, 50), (7, 9, 0, 500), (2048, 3, 0, 4450), (20_000, 1, 0, EVENTS),
                                         (1, 3, 8, 200), (333, 0, 4, EVENTS), (2048, 6, 2, EVENTS)):
        told = Client(stage, events(last + 1, last + count), window=size, compression=level, inflight=inflight).told()
        last += count
        expect(told == {"windows": -(-count // size), "connections": 1, "partial": 0, "last": ""},
               f"windows of {size}, level {level}, {inflight} under way: {told}")
    verify(stage.rows("shop-prod"), last)


def with_tls(stage: Stage) -> None:
    files = stage.folder / "tls"
    told = Client(stage, events(1, EVENTS), ca=files / "ca.pem", certificate=files / "client.pem", key=files / "client.key",
                  inflight=2).told()
    expect(told["connections"] == 1, f"it took {told['connections']} connections")
    verify(stage.rows("shop-prod"), EVENTS)


def with_wrong_certificate(stage: Stage) -> None:
    files = stage.folder / "tls"
    client = Client(stage, events(1, 1), ca=files / "ca.pem", certificate=files / "stranger.pem", key=files / "stranger.key",
                    patience="1s")
    _, errors = client.process.communicate(timeout=60)
    expect(client.process.returncode == 1 and b"not acknowledged" in errors, f"it was served: {errors.decode()}")
    expect(stage.count() == 0, "an event of a stranger was stored")


def killed(inflight: int):
    """The server is killed in the midst of batches; what it had not acknowledged comes again, with the same ids."""
    def case(stage: Stage) -> None:
        kills, each = 4, 10_000
        client = Client(stage, events(1, kills * each, with_ids=True), window=500, inflight=inflight, timeout="10s")
        try:
            for at in range(kills):
                stage.wait_for_count(at * each + 1)
                stage.server.kill()
                stage.server.start()
            told = client.told()
        finally:
            if client.process.poll() is None:
                client.process.kill()
        expect(told["connections"] > kills, f"the server was killed {kills} times, the client noticed {told}")
        verify(stage.rows("shop-prod"), kills * each)
    return case


CLIENT_TLS = {"lumberjack__tls__certificate": "{}/tls/server.pem", "lumberjack__tls__key": "{}/tls/server.key",
              "lumberjack__tls__client_ca": "{}/tls/ca.pem"}
CASES = {
    "go-lumber, windows and levels": (windows, {}),
    "go-lumber, TLS and client certificates": (with_tls, CLIENT_TLS),
    "go-lumber, a stranger's certificate": (with_wrong_certificate, CLIENT_TLS),
    "server killed under go-lumber": (killed(0), {}),
    "server killed under go-lumber, windows under way": (killed(3), {}),
}

#!/usr/bin/env python3
"""The real program on a disk of 64 MB, and with 64 file descriptors.

    limits.py --binary PATH [--only WORD]

Full disk: on a tmpfs of its own, events are sent until the server refuses them. Expected: 429 for the request, 503 with
the reason from `/health`, searches that still answer with every acknowledged event; and when room is made, writes go on
by themselves, and a restart finds everything once. Mounting needs root; without it the case is passed over, and that is
said.

Descriptors: parts of more indices than there are descriptors are written and read back; connections that take what is
left are outlived.
"""

import argparse
import collections
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from server import Server, ServerFailed  # noqa: E402

WAIT = 60  # seconds until something that happens by itself has to have happened


class Wrong(Exception):
    """The server did not behave as it should."""


class Skipped(Exception):
    """The case cannot be run here."""


def ask(server: Server, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(server.url + path, body, {"Content-Type": "application/x-ndjson"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class Sender:
    """Sends events with numbers and remembers which were acknowledged."""

    def __init__(self, server: Server):
        self.server = server
        self.next = 0
        self.acknowledged: set[int] = set()

    def send(self, index: str, count: int, padding: int = 0) -> tuple[int, bytes]:
        numbers = range(self.next, self.next + count)
        self.next += count
        lines = []
        for number in numbers:
            noise = os.urandom(padding // 2).hex() if padding else ""
            lines.append(json.dumps({"create": {"_index": index, "_id": f"event-{number}"}}))
            lines.append(json.dumps({"timestamp": "2026-03-01T12:00:00Z", "level": "INFO",
                                     "message": f"event {number}", "noise": noise}))
        status, answer = ask(self.server, "POST", "/_bulk", ("\n".join(lines) + "\n").encode())
        if status == 200:
            for number, item in zip(numbers, json.loads(answer)["items"]):
                if item["create"]["status"] == 201:
                    self.acknowledged.add(number)
                elif item["create"]["status"] != 429:
                    raise Wrong(f"event {number}: {item}")
        return status, answer

    def verify(self, binary: str) -> None:
        listed = subprocess.run(
            [binary, "query", "--server", self.server.url, "--limit", "1000000", "--format", "ndjson", "*"],
            capture_output=True, check=False, timeout=120)
        if listed.returncode != 0:
            raise Wrong(f"a query ended with {listed.returncode}: {listed.stderr.decode()[:500]}")
        rows = [json.loads(line) for line in listed.stdout.splitlines() if line.strip()]
        found = collections.Counter(int((row.get("message") or row["_source"]["message"]).split()[-1]) for row in rows)
        lost = self.acknowledged - found.keys()
        doubled = [number for number, count in found.items() if count > 1]
        if lost or doubled:
            raise Wrong(f"{len(lost)} acknowledged events are lost, {len(doubled)} are there twice")


def health(server: Server) -> tuple[int, dict]:
    status, answer = ask(server, "GET", "/health")
    return status, json.loads(answer)


def wait_healthy(server: Server) -> float:
    begin = time.monotonic()
    state: object = None
    while time.monotonic() - begin < WAIT:
        status, state = health(server)
        if status == 200:
            return time.monotonic() - begin
        time.sleep(0.1)
    raise Wrong(f"writes did not go on within {WAIT} s: {state}")


@contextlib.contextmanager
def small_disk(folder: pathlib.Path, megabytes: int):
    place = folder / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)],
                             capture_output=True, check=False)
    if mounted.returncode != 0:
        raise Skipped(f"a tmpfs cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def fill_until_refused(sender: Sender) -> tuple[int, bytes]:
    for _ in range(4000):
        status, answer = sender.send("shop-prod", 200, padding=1000)
        if status != 200:
            return status, answer
    raise Wrong("a disk of 64 MB took 800 MB")


def full_disk(binary: str, folder: pathlib.Path) -> None:
    with small_disk(folder, 64) as disk:
        server = Server(binary, disk / "data", folder / "server.log")
        server.start()
        try:
            sender = Sender(server)
            status, answer = fill_until_refused(sender)
            if status != 429:
                raise Wrong(f"a full disk was answered with {status}: {answer[:300]!r}")
            print(f"  refused after {len(sender.acknowledged)} events of 1 KB")
            if len(sender.acknowledged) < 20000:
                raise Wrong("far less than the disk holds")
            # The memory is written into parts meanwhile, which may make room: a ballast takes what is left.
            ballast = disk / "ballast"
            for _ in range(30):
                left = os.statvfs(disk)
                with ballast.open("ab") as out:
                    out.write(bytes(max(0, left.f_bavail * left.f_frsize - (256 << 10))))
                status, answer = sender.send("shop-prod", 2000, padding=1000)
                if status == 429:
                    break
            status, state = health(server)
            if status != 503 or "disk" not in state.get("trouble", ""):
                raise Wrong(f"/health says {status} {state}")
            print(f"  /health: {state['trouble']}")
            sender.verify(binary)
            ballast.unlink()
            print(f"  writing went on {wait_healthy(server):.1f} s after room was made")
            if sender.send("shop-prod", 10)[0] != 200:
                raise Wrong("an event was refused after room was made")
            sender.verify(binary)
            server.kill()
            server.start()
            sender.verify(binary)
            server.stop()
        finally:
            if server.running():
                server.kill()


def few_descriptors(binary: str, folder: pathlib.Path) -> None:
    server = Server(binary, folder / "data", folder / "server.log")
    server.command = ["bash", "-c", 'ulimit -n 64; exec "$0" "$@"', *server.command]
    server.start()
    held: list[socket.socket] = []
    try:
        sender = Sender(server)
        for index in range(150):  # an index of its own each: as many parts
            if sender.send(f"service{index}-prod", 20)[0] != 200:
                raise Wrong("events were refused")
        # The memory becomes parts at a restart that finds more in the log than it keeps, or by its size.
        for _ in range(30):
            sender.send("shop-prod", 2000, padding=1000)
        sender.verify(binary)
        # Connections take every descriptor; when they go, all goes on.
        for _ in range(100):
            held.append(socket.create_connection(("127.0.0.1", server.port), timeout=10))
        time.sleep(1)
        for each in held:
            each.close()
        held.clear()
        wait_healthy(server)
        if sender.send("shop-prod", 100)[0] != 200:
            raise Wrong("events were refused after the connections had gone")
        sender.verify(binary)
        descriptors = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        parts = sum(1 for _ in (folder / "data" / "parts").glob("*/*/*/meta"))
        print(f"  {parts} parts, {descriptors} descriptors")
        if parts < 100:
            raise Wrong(f"expected parts of more than a hundred indices, found {parts}")
        server.stop()
        server.start()
        sender.verify(binary)
        server.stop()
    finally:
        for each in held:
            each.close()
        if server.running():
            server.kill()


CASES = {"full disk": full_disk, "few descriptors": few_descriptors}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", default="", help="cases whose name has this word")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    passed = failed = 0
    for name, case in CASES.items():
        if options.only not in name:
            continue
        print(f"{name}:", flush=True)
        with tempfile.TemporaryDirectory(prefix="ordertrail-limits-") as folder:
            try:
                case(binary, pathlib.Path(folder))
                passed += 1
                print("  passed", flush=True)
            except Skipped as why:
                print(f"  PASSED OVER: {why}", flush=True)
            except (Wrong, ServerFailed) as wrong:
                failed += 1
                print(f"  FAILED: {wrong}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

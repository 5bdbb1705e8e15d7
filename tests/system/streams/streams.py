#!/usr/bin/env python3
"""Tails, exports and the OpenAPI document of the real program.

    streams.py --binary PATH [--only WORD]

Tails lose nothing over reconnections while events come in, leave nothing out in silence when their client does not
read, and end when their client goes. An export of 200,000 rows is whole, and the server needs little memory for it.
Every path of the document answers, and answers fit their declared schemas (where python3-jsonschema is there).
"""

import argparse
import csv
import http.client
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from server import Server, ServerFailed  # noqa: E402

WAIT = 60  # seconds until something that happens by itself has to have happened


class Wrong(Exception):
    """The server did not behave as it should."""


def expect(holds: bool, what: str) -> None:
    if not holds:
        raise Wrong(what)


def ask(server: Server, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(server.url + path, body, {"Content-Type": "application/x-ndjson"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def api(server: Server, name: str, **parameters) -> dict:
    status, body = ask(server, f"/_trail/v1/{name}?{urllib.parse.urlencode(parameters)}")
    expect(status == 200, f"{name} {parameters}: HTTP {status}: {body[:300]!r}")
    return json.loads(body)


def send(server: Server, first: int, last: int, pad: int = 0) -> None:
    """Events n=first..last."""
    at = 1_790_000_000_000
    lines = [json.dumps({"@timestamp": at + n, "level": "INFO", "service_name": "Shop API", "n": n,
                         "message": f"event {n} " + "x" * pad}) for n in range(first, last + 1)]
    status, body = ask(server, "/ingest/shop-test", "\n".join(lines).encode())
    expect(status == 200, f"ingest: HTTP {status}: {body[:300]!r}")


def metric(server: Server, name: str) -> float:
    status, body = ask(server, "/metrics")
    expect(status == 200, f"/metrics: HTTP {status}")
    for line in body.decode().splitlines():
        if line.startswith(name + " "):
            return float(line.rsplit(" ", 1)[1])
    raise Wrong(f"/metrics has no {name}")


def wait_until(holds, what: str) -> None:
    end = time.monotonic() + WAIT
    while not holds():
        expect(time.monotonic() < end, f"not within {WAIT} s: {what}")
        time.sleep(0.02)


class Tail:
    """An open tail."""

    def __init__(self, server: Server, last_id: str = "", **parameters):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=WAIT)
        headers = {"Last-Event-ID": last_id} if last_id else {}
        self.connection.request("GET", "/_trail/v1/tail?" + urllib.parse.urlencode(parameters), headers=headers)
        self.answer = self.connection.getresponse()
        self.last_id = last_id
        expect(self.answer.status == 200, f"tail: HTTP {self.answer.status}")

    def frame(self) -> tuple[str, dict]:
        name, data = "", ""
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if line.startswith("id: "):
                self.last_id = line[4:]
            elif line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                data = line[6:]
            elif not line and data:
                return name, json.loads(data)

    def until_live(self) -> None:
        while self.frame()[0] != "state":
            pass

    def close(self) -> None:
        self.connection.close()
        self.answer.close()


def numbers(frame: tuple[str, dict]) -> list[int]:
    return [row["source"]["n"] for row in frame[1]["rows"]] if frame[0] == "rows" else []


def reconnecting_tail(server: Server) -> None:
    send(server, 1, 100)
    tail = Tail(server, back=3)
    seen = []
    while len(seen) < 3:
        seen += numbers(tail.frame())
    expect(seen == [98, 99, 100], f"back=3 gave {seen}")
    total = 20_100
    sender = threading.Thread(target=lambda: [send(server, n, n + 499) for n in range(101, total, 500)])
    sender.start()
    seen, reconnections = [], 0
    while not seen or seen[-1] < total:
        got = tail.frame()
        expect(got[0] in ("rows", "state"), f"unexpected frame {got[0]}: {got[1]}")
        seen += numbers(got)
        if len(seen) > 3000 * (reconnections + 1):
            tail.close()
            reconnections += 1
            tail = Tail(server, last_id=tail.last_id)
    sender.join()
    tail.close()
    expect(reconnections >= 3, f"only {reconnections} reconnections")
    expect(seen == list(range(101, total + 1)), f"lost or doubled: {len(seen)} events, expected {total - 100}")


def filtered_tail(server: Server) -> None:
    tail = Tail(server, query="n: 7 or n: 9", index="shop-*")
    tail.until_live()
    send(server, 1, 20)
    seen = []
    while len(seen) < 2:
        seen += numbers(tail.frame())
    expect(seen == [7, 9], f"expected 7 and 9, found {seen}")
    tail.close()
    status, body = ask(server, "/_trail/v1/tail?query=" + urllib.parse.quote("level: ("))
    expect(status == 400 and b"position" in body, f"a bad query: HTTP {status}: {body[:200]!r}")


def client_that_does_not_read(server: Server) -> None:
    lazy = Tail(server)
    lazy.until_live()
    total = 150_000
    for n in range(1, total, 5000):
        send(server, n, n + 4999, pad=300)
    expect(metric(server, "ordertrail_tails") == 1, "the tail is gone")
    found = skipped = 0
    while found + skipped < total:
        name, data = lazy.frame()
        found += len(data.get("rows", []))
        skipped += data.get("count", 0)
    expect(found + skipped == total, f"{found} shown and {skipped} left out are not {total}")
    expect(skipped > 0, "nothing was left out for a client that read nothing")
    lazy.close()


def client_that_goes(server: Server) -> None:
    tails = [Tail(server) for _ in range(5)]
    wait_until(lambda: metric(server, "ordertrail_tails") == 5, "five tails open")
    for tail in tails:
        tail.close()
    wait_until(lambda: metric(server, "ordertrail_tails") == 0, "the tails of clients that went are gone")


def whole_export(server: Server) -> None:
    total = 200_000
    for n in range(1, total, 10_000):
        send(server, n, n + 9_999, pad=300)
    ask(server, "/_trail/v1/count")
    before = metric(server, "process_resident_memory_bytes")
    most, seen = before, 0
    with urllib.request.urlopen(server.url + "/_trail/v1/export?order=asc", timeout=60) as answer:
        expect(".ndjson" in answer.headers["Content-Disposition"], "no file name")
        for line in answer:
            seen += 1
            expect(json.loads(line)["n"] == seen, f"line {seen} is {line[:100]!r}")
            if seen % 20_000 == 0:
                most = max(most, metric(server, "process_resident_memory_bytes"))
    expect(seen == total, f"{seen} lines of {total}")
    grown = (most - before) / 2**20
    print(f"  200,000 rows exported, resident memory grew by {grown:.0f} MB at most")
    # Decoded blocks stay in the cache, which has a limit; what must not be is the export itself.
    expect(grown < 256, f"resident memory grew by {grown:.0f} MB")
    status, body = ask(server, "/_trail/v1/export?format=csv&columns=n,timestamp&limit=3&order=asc&time_zone=%2B03:00")
    rows = list(csv.reader(io.StringIO(body.decode())))
    expect(status == 200 and [row[0] for row in rows] == ["n", "1", "2", "3"], f"CSV: {rows}")
    expect(rows[1][1].endswith("+03:00"), f"time zone: {rows[1]}")
    # A client that goes in the middle.
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", "/_trail/v1/export")
    connection.getresponse().read(1000)
    connection.close()
    wait_until(lambda: metric(server, "ordertrail_exports") == 0, "the export of a client that went is gone")


def stop_with_streams(server: Server) -> None:
    tails = [Tail(server) for _ in range(3)]
    begin = time.monotonic()
    server.stop()
    expect(time.monotonic() - begin < 5, "open tails hold the server up when it stops")
    for tail in tails:
        tail.close()
    server.start()


def command_line(server: Server) -> None:
    send(server, 1, 50)
    program = server.command[0]
    # As a terminal starts it: whoever runs the tests in the background has SIGINT ignored.
    tail = subprocess.Popen([program, "tail", "--server", server.url, "--back", "2", "level: INFO"],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    first = [json.loads(tail.stdout.readline())["n"] for _ in range(2)]
    expect(first == [49, 50], f"tail --back 2: {first}")
    send(server, 51, 51)
    expect(json.loads(tail.stdout.readline())["n"] == 51, "the live event did not come")
    server.stop()
    server.start()
    send(server, 52, 52)
    expect(json.loads(tail.stdout.readline())["n"] == 52, "the tail did not come back")
    tail.send_signal(signal.SIGINT)
    expect(tail.wait(10) == 130, f"SIGINT: status {tail.returncode}, expected 130")
    # A reader that goes ends it too.
    tail = subprocess.Popen([program, "tail", "--server", server.url, "--back", "2"], stdout=subprocess.PIPE, text=True)
    tail.stdout.readline()
    tail.stdout.close()
    send(server, 52, 52)
    expect(tail.wait(10) == 0, f"without a reader: status {tail.returncode}, expected 0")
    bad = subprocess.run([program, "tail", "--server", server.url, "level: ("], capture_output=True, text=True,
                         timeout=30, check=False)
    expect(bad.returncode == 2 and "^" in bad.stderr, f"a bad query: {bad.returncode} {bad.stderr}")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "all.csv"
        run = subprocess.run([program, "export", "--server", server.url, "--format", "csv", "--columns", "n",
                              "--oldest-first", "--output", str(file)], capture_output=True, text=True, timeout=60,
                             check=False)
        expect(run.returncode == 0, f"export: {run.returncode} {run.stderr}")
        lines = file.read_text().split()
        expect(lines == ["n"] + [str(n) for n in [*range(1, 53), 52]], f"export wrote {lines[:5]} …")
        expect(run.stderr == "", f"no progress where there is no terminal: {run.stderr!r}")


def document(server: Server) -> None:
    send(server, 1, 30)
    found = api(server, "openapi.json")
    row = api(server, "search", limit=1)["rows"][0]
    needed = {"facets": {"fields": "level,service_name"}, "values": {"field": "level"},
              "context": {"index": row["index"], "id": row["id"]}, "histogram": {"by": "level"},
              "aggregate": {"group_by": "level"}}
    try:
        import jsonschema
    except ImportError:
        jsonschema = None
        print("  python3-jsonschema is not there: answers are not validated")
    for path, operations in found["paths"].items():
        name = path.removeprefix("/_trail/v1/")
        if name in ("tail", "export"):
            continue
        if "{id}" in name:
            status, body = ask(server, f"/_trail/v1/{name}".replace("{id}", "nothing").replace("{span_id}", "nothing"))
            expect(status == 404, f"an unknown {name}: HTTP {status}")
            schema = operations["get"]["responses"]["default"]["content"]["application/json"]["schema"]
        else:
            body = json.dumps(api(server, name, **needed.get(name, {}))).encode()
            schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        if jsonschema is not None:
            whole = {**schema, "components": found["components"]}
            jsonschema.Draft202012Validator.check_schema(whole)
            jsonschema.Draft202012Validator(whole).validate(json.loads(body))
        status, _ = ask(server, path.replace("{id}", "x").replace("{span_id}", "x") + "?nonsense=1")
        expect(status == 400, f"{path}: an unknown parameter gives HTTP {status}")
        for parameter in operations["get"]["parameters"]:
            limit = parameter.get("schema", {}).get("maximum")
            if limit is None:
                continue
            query = urllib.parse.urlencode({**needed.get(name, {}), parameter["name"]: limit + 1})
            status, _ = ask(server, f"{path}?{query}")
            expect(status == 400, f"{path}: {parameter['name']}={limit + 1} gives HTTP {status}")


CASES = {"reconnecting tail": reconnecting_tail, "filtered tail": filtered_tail,
         "client that does not read": client_that_does_not_read, "client that goes": client_that_goes,
         "whole export": whole_export, "stop with streams": stop_with_streams, "command line": command_line,
         "document": document}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", default="", help="cases whose name has this word")
    options = parser.parse_args()
    passed = failed = 0
    for name, case in CASES.items():
        if options.only not in name:
            continue
        begin = time.monotonic()
        print(f"{name}:", flush=True)
        with tempfile.TemporaryDirectory(prefix="ordertrail-streams-") as folder:
            place = pathlib.Path(folder)
            server = Server(os.path.abspath(options.binary), place / "data", place / "server.log")
            try:
                server.start()
                case(server)
                server.stop()
                passed += 1
                print(f"  passed in {time.monotonic() - begin:.1f} s", flush=True)
            except Exception as wrong:
                failed += 1
                print(f"  FAILED: {wrong}", flush=True)
            finally:
                if server.running():
                    server.kill()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

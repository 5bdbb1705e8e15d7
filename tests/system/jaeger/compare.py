#!/usr/bin/env python3
"""Jaeger's query APIs, as the program answers them and as a real Jaeger does.

    compare.py --binary PATH               against the answers that are kept beside this file
    compare.py --record v1 --jaeger QUERY --otlp OTLP     asks a running Jaeger instead and keeps its answers

The same spans are sent to both (spans.py), the same is asked (questions.py), and the answers have to be equal. Kept are
those of Jaeger 2.9 for API v1 and of 2.20 for v3; QUERY and OTLP are the addresses of its query port and of its OTLP
receiver over HTTP, with nothing stored yet. Its storage is the one in memory, `max_clock_skew_adjust` 0.
"""

import argparse
import gzip
import json
import os
import pathlib
import sys
import tempfile
import time
import urllib.error
import urllib.request

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here.parent), str(here)]

import questions  # noqa: E402
import spans  # noqa: E402
from server import Server  # noqa: E402

QUESTIONS = {"v1": questions.v1_questions, "v3": questions.v3_questions}


def ask(url: str, body: bytes | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def send(otlp: str) -> None:
    for request in spans.requests():
        status, body = ask(otlp + "/v1/traces", json.dumps(request).encode())
        if status != 200 or b"ejected" in body:
            raise RuntimeError(f"POST /v1/traces: HTTP {status}: {body[:500]!r}")


def kept(version: str) -> pathlib.Path:
    return here / f"answers-{version}.json.gz"


def answers(version: str, url: str) -> dict:
    found = {}
    for path in QUESTIONS[version]():
        status, body = ask(url + path)
        try:
            found[path] = questions.calm(path, status, body)
        except (ValueError, KeyError, TypeError) as wrong:
            found[path] = {"status": status, "unreadable": f"{wrong!r}: {body[:300]!r}"}
    return found


def record(version: str, jaeger: str, otlp: str) -> int:
    send(otlp)
    time.sleep(3)  # Jaeger stores what it took a little later, and says nowhere when
    found = answers(version, jaeger)
    with gzip.GzipFile(kept(version), "wb", mtime=0) as out:
        out.write(json.dumps(found, sort_keys=True).encode())
    print(f"{len(found)} answers are kept in {kept(version)}")
    return 0


def first_difference(wanted, found, place: str = "") -> str:
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted(wanted.keys() | found.keys()):
            if wanted.get(key, "(nothing)") != found.get(key, "(nothing)"):
                return first_difference(wanted.get(key, "(nothing)"), found.get(key, "(nothing)"), f"{place}.{key}")
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for at, (one, other) in enumerate(zip(wanted, found)):
            if one != other:
                return first_difference(one, other, f"{place}[{at}]")
    return f"{place}: Jaeger has {json.dumps(wanted)[:400]}, Ordertrail {json.dumps(found)[:400]}"


def whole_trace(trace: dict) -> dict:
    """Processes by what they are instead of their numbers; spans in an order of their own."""
    processes = {name: json.dumps(process, sort_keys=True) for name, process in trace["processes"].items()}
    spans = [span | {"processID": processes[span["processID"]]} for span in trace["spans"]]
    return {"traceID": trace["traceID"], "spans": sorted(spans, key=lambda span: json.dumps(span, sort_keys=True))}


def transform(url: str) -> tuple[int, int]:
    """What the UI shows of a file has to be what it shows of the same spans when they are stored."""
    file = {"resourceSpans": [each for request in spans.requests() for each in request["resourceSpans"]]}
    status, body = ask(url + "/api/transform", json.dumps(file).encode())
    if status != 200:
        print(f"FAILED POST /api/transform: HTTP {status}: {body[:300]!r}")
        return 0, 1
    found = {trace["traceID"]: whole_trace(trace) for trace in json.loads(body)["data"]}
    equal = different = 0
    for identity in found:
        _, body = ask(f"{url}/api/traces/{identity}")
        stored = whole_trace(json.loads(body)["data"][0])
        if stored == found[identity]:
            equal += 1
            continue
        different += 1
        print(f"FAILED POST /api/transform, {identity}\n  {first_difference(stored, found[identity])}")
    if len(found) != len(spans.trace_ids()):
        different += 1
        print(f"FAILED POST /api/transform: {len(found)} traces of {len(spans.trace_ids())}")
    return equal, different


def compare(url: str) -> tuple[int, int]:
    send(url)
    equal, different = transform(url)
    for version in QUESTIONS:
        if not kept(version).exists():
            print(f"{version}: no answers of a Jaeger are kept")
            continue
        wanted = json.loads(gzip.decompress(kept(version).read_bytes()))
        found = answers(version, url)
        for path in found.keys() | wanted.keys():
            if found.get(path) == wanted.get(path):
                equal += 1
                continue
            different += 1
            print(f"FAILED {path}\n  {first_difference(wanted.get(path), found.get(path))}")
    return equal, different


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary")
    parser.add_argument("--record", choices=QUESTIONS)
    parser.add_argument("--jaeger")
    parser.add_argument("--otlp")
    options = parser.parse_args()
    if options.record:
        return record(options.record, options.jaeger, options.otlp)
    with tempfile.TemporaryDirectory(prefix="ordertrail-jaeger-") as folder:
        place = pathlib.Path(folder)
        server = Server(os.path.abspath(options.binary), place / "data", place / "server.log")
        try:
            server.start()
            passed, failed = compare(server.url)
            server.stop()
        finally:
            if server.running():
                server.kill()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

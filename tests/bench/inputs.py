#!/usr/bin/env python3
"""The same events over each input: how many a second the server takes on one processor.

    inputs.py --binary PATH [--events N] [--connections N] [--only WORD]

Every request is made before the clock runs; the clients only send and read answers, on the other processors. Each
input gets a server of its own with an empty data directory; an event counts when it is acknowledged.
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "system"), str(HERE.parent / "system" / "beats")]

import certificates  # noqa: E402
import input_requests as further  # noqa: E402
from lumberjack import Client, compressed, number, window  # noqa: E402
from stage import Stage, free_port  # noqa: E402

STEPS = [("Shop API", "ORDER_CREATED"), ("MES API", "PRICE_CALCULATION_START"), ("MES API", "PRICE_CALCULATED"),
         ("CRM API", "MANUFACTURING_APPROVED"), ("MES API", "MANUFACTURING_STARTED"), ("MES API", "SHIPPED"),
         ("CRM API", "CLOSED")]


def make_events(count: int) -> list[dict]:
    pick = random.Random(1)
    events = []
    for n in range(count):
        order = n // len(STEPS) + pick.randrange(50)
        service, step = STEPS[n % len(STEPS)]
        at = 1_795_000_000_000 + n * 37
        events.append({
            "@timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at // 1000)) + f".{at % 1000:03}Z",
            "level": "INFO" if n % 97 else "ERROR", "service_name": service, "environment": "prod",
            "event_type": step, "order_id": f"ORD-{order}", "user_id": f"user-{order % 5000}",
            "trace_id": f"{pick.getrandbits(128):032x}", "message": f"{step} of order ORD-{order} took {n % 713} ms",
            "additional_data": {"material": "PLA", "quantity": n % 9, "response_time": n % 713}})
    return events


def lines_of(events: list[dict]) -> list[bytes]:
    return [json.dumps(event, separators=(",", ":")).encode() for event in events]


def bodies(lines: list[bytes], action: bytes = b"", size: int = 4_000_000) -> list[tuple[int, bytes]]:
    made, body, count = [], bytearray(), 0
    for line in lines:
        body += action + line + b"\n"
        count += 1
        if len(body) >= size:
            made.append((count, bytes(body)))
            body, count = bytearray(), 0
    return made + ([(count, bytes(body))] if count else [])


def windows(events: list[dict], level: int) -> list[tuple[int, bytes]]:
    """As Filebeat: 2048 events, metadata behind the time."""
    made = []
    meta = b'"@metadata":{"beat":"filebeat","type":"_doc","version":"8.1.3"},'
    for begin in range(0, len(events), 2048):
        frames = bytearray()
        for at, line in enumerate(lines_of(events[begin:begin + 2048])):
            comma = line.index(b",") + 1
            line = line[:comma] + meta + line[comma:]
            frames += b"2J" + number(at + 1) + number(len(line)) + line
        count = min(2048, len(events) - begin)
        made.append((count, window(count) + (compressed(bytes(frames), level) if level else bytes(frames))))
    return made


def post_all(stage: Stage, path: str, requests: list[tuple[int, bytes]]) -> None:
    client = http.client.HTTPConnection(urllib.parse.urlsplit(stage.server.url).netloc, timeout=120)
    for _, body in requests:
        client.request("POST", path, body, {"Content-Type": "application/x-ndjson"})
        answer = client.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: HTTP {answer.status}: {text[:300]!r}")


def lumber_all(stage: Stage, requests: list[tuple[int, bytes]], tls: bool) -> None:
    """Two windows in flight, as Filebeat."""
    context = ssl.create_default_context(cafile=str(stage.folder / "tls" / "ca.pem")) if tls else None
    with Client(stage.lumberjack, context) as client:
        owed = []
        for count, frames in requests:
            client.send(frames)
            owed.append(count)
            if len(owed) == 2:
                wait_for(client, owed.pop(0))
        for count in owed:
            wait_for(client, count)


def wait_for(client: Client, count: int) -> None:
    acknowledged = 0
    while acknowledged < count:
        acknowledged = client.acknowledged() or sys.exit("the server closed the connection")


def cpu_seconds(stage: Stage) -> float:
    fields = pathlib.Path(f"/proc/{stage.server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(binary: str, name: str, requests: list, send, connections: int, settings: dict) -> float:
    with tempfile.TemporaryDirectory(prefix="ordertrail-inputs-") as text:
        folder = pathlib.Path(text)
        if any("tls" in name for name in settings):
            certificates.make(folder / "tls")
        stage = Stage(binary, folder, **{key: value.replace("{}", text) for key, value in settings.items()})
        try:
            subprocess.run(["taskset", "-a", "-cp", "0", str(stage.server.process.pid)], check=True,
                           stdout=subprocess.DEVNULL)
            total = sum(count for count, _ in requests)
            before = cpu_seconds(stage)
            begin = time.monotonic()
            threads = [threading.Thread(target=send, args=(stage, requests[at::connections]))
                       for at in range(connections)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.monotonic() - begin
            cpu = cpu_seconds(stage) - before
            if stage.count() != total:
                sys.exit(f"{name}: {total} events were acknowledged, {stage.count()} are stored")
            sent = sum(len(body) for _, body in requests) / 1e6
            print(f"{name:42} {total / seconds:9,.0f} events/s  {total / cpu:9,.0f} per CPU second  "
                  f"{sent / seconds:6.1f} MB/s sent", flush=True)
            return total / seconds
        finally:
            stage.server.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--events", type=int, default=500_000)
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--only", default="", help="inputs whose name has this word")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    os.sched_setaffinity(0, set(range(1, os.cpu_count())) or {0})
    events = make_events(options.events)
    lines = lines_of(events)
    print(f"{options.events:,} events of {sum(map(len, lines)) // len(lines)} bytes, {options.connections} connections")
    tls = {"lumberjack__tls__certificate": "{}/tls/server.pem", "lumberjack__tls__key": "{}/tls/server.key"}
    packed = windows(events, 3)
    for name, requests, send, settings in (
            ("NDJSON, /ingest", bodies(lines), lambda stage, part: post_all(stage, "/ingest/auto", part), {}),
            ("NDJSON, /ingest, 2,048 events a request", bodies(lines, size=2048 * len(lines[0])),
             lambda stage, part: post_all(stage, "/ingest/auto", part), {}),
            ("_bulk, create", bodies(lines, b'{"create":{"_index":"shop-prod"}}\n'),
             lambda stage, part: post_all(stage, "/_bulk", part), {}),
            ("lumberjack, not compressed", windows(events, 0), lambda stage, part: lumber_all(stage, part, False), {}),
            ("lumberjack, compressed (level 3)", packed, lambda stage, part: lumber_all(stage, part, False), {}),
            ("lumberjack, compressed, TLS 1.3", packed, lambda stage, part: lumber_all(stage, part, True), tls),
            ("Loki, JSON", further.loki(lines), further.post_all("/loki/api/v1/push", "application/json"), {}),
            ("Splunk HEC", further.splunk(lines), further.post_all("/services/collector", "application/json"), {}),
            ("journald", further.journald(lines), further.post_all("/upload", "application/vnd.fdo.journal"), {}),
            ("syslog, RFC 5424 with JSON, TCP", further.syslog(lines), further.stream_all("syslog.tcp.address"),
             {"syslog__tcp__address": f"127.0.0.1:{free_port()}"}),
            ("Forward, packed, acknowledged", further.forward(events),
             further.stream_all("forward.address", acknowledged=True),
             {"forward__address": f"127.0.0.1:{free_port()}"}),
            ("GELF, TCP", further.gelf(events), further.stream_all("gelf.tcp.address"),
             {"gelf__tcp__address": f"127.0.0.1:{free_port()}"})):
        if options.only not in name:
            continue
        measure(binary, name, requests, send, options.connections, settings)


if __name__ == "__main__":
    main()

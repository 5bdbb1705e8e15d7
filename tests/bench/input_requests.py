"""The benchmark's events as the clients of each further input send them, and how they are sent."""

import http.client
import json
import socket
import struct
import time
import urllib.parse


def chunks(lines: list[bytes], size: int = 4_000_000):
    part, taken = [], 0
    for line in lines:
        part.append(line)
        taken += len(line)
        if taken >= size:
            yield part
            part, taken = [], 0
    if part:
        yield part


def loki(lines: list[bytes]) -> list[tuple[int, bytes]]:
    made = []
    for part in chunks(lines):
        values = [[str(1_795_000_000_000_000_000 + at), line.decode()] for at, line in enumerate(part)]
        push = {"streams": [{"stream": {"job": "orders", "host": "node-7"}, "values": values}]}
        made.append((len(part), json.dumps(push).encode()))
    return made


def splunk(lines: list[bytes]) -> list[tuple[int, bytes]]:
    return [(len(part), b"".join(b'{"host":"node-7","source":"orders","event":' + line + b"}" for line in part))
            for part in chunks(lines)]


def journald(lines: list[bytes]) -> list[tuple[int, bytes]]:
    made, n = [], 0
    for part in chunks(lines):
        body = bytearray()
        for line in part:
            n += 1
            body += (b"__CURSOR=s=1;i=%x\n__REALTIME_TIMESTAMP=%d\n_BOOT_ID=9a\nPRIORITY=6\n_PID=17\n_HOSTNAME=node-7\n"
                     b"_SYSTEMD_UNIT=orders.service\nMESSAGE=" % (n, 1_795_000_000_000_000 + n)) + line + b"\n\n"
        made.append((len(part), bytes(body)))
    return made


def syslog(lines: list[bytes]) -> list[tuple[int, bytes]]:
    head = b"<14>1 2026-11-24T18:58:09.780123Z node-7 orders 17 - - "
    return [(len(part), b"".join(b"%d %s" % (len(head) + len(line), head + line) for line in part))
            for part in chunks(lines)]


def gelf(events: list[dict]) -> list[tuple[int, bytes]]:
    lines = []
    for event in events:
        more = {"_" + name: value for name, value in event.items() if name not in ("@timestamp", "message")}
        lines.append(json.dumps({"version": "1.1", "host": "node-7", "short_message": event["message"],
                                 "timestamp": 1795546689.780} | more).encode() + b"\0")
    return [(len(part), b"".join(part)) for part in chunks(lines)]


def packed(value) -> bytes:
    """MessagePack of what these events hold."""
    if isinstance(value, str):
        text = value.encode()
        return (bytes([0xa0 | len(text)]) if len(text) < 32 else b"\xd9" + bytes([len(text)])) + text
    if isinstance(value, dict):
        return bytes([0x80 | len(value)]) + b"".join(packed(name) + packed(one) for name, one in value.items())
    return b"\xd2" + struct.pack(">i", value)


def forward(events: list[dict]) -> list[tuple[int, bytes]]:
    """2048 events a chunk."""
    made = []
    for begin in range(0, len(events), 2048):
        part = events[begin:begin + 2048]
        entries = b"".join(b"\x92\xd7\x00" + struct.pack(">II", 1795546689, 0) + packed(event) for event in part)
        made.append((len(part), b"\x93" + packed("orders") + b"\xc6" + struct.pack(">I", len(entries)) + entries
                     + packed({"chunk": f"chunk-{begin:022}"})))
    return made


def post_all(path: str, kind: str):
    def send(stage, requests) -> None:
        client = http.client.HTTPConnection(urllib.parse.urlsplit(stage.server.url).netloc, timeout=120)
        for _, body in requests:
            client.request("POST", path, body, {"Content-Type": kind})
            answer = client.getresponse()
            text = answer.read()
            if answer.status // 100 != 2:
                raise RuntimeError(f"{path}: HTTP {answer.status}: {text[:300]!r}")
    return send


def stream_all(setting: str, acknowledged: bool = False):
    """Sends everything; waits for acknowledgements, or until the server has stored all and closed."""
    def send(stage, requests) -> None:
        address = json.loads((stage.folder / "ordertrail.yaml").read_text())[setting]
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=120) as connection:
            for _, body in requests:
                connection.sendall(body)
                if acknowledged:
                    wanted = len(packed({"ack": f"chunk-{0:022}"}))
                    while wanted > 0:
                        wanted -= len(connection.recv(wanted)) or wanted
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                time.sleep(0)
    return send

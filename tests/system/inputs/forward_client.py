"""A client of the Forward protocol as Fluentd's and Fluent Bit's outputs are: a chunk keeps its name until it is acknowledged."""

import base64
import os
import socket
import struct
import time

PATIENCE = 60  # seconds


def packed(value) -> bytes:
    """MessagePack; texts and bytes in their 32-bit forms, which are as good as shorter ones."""
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return struct.pack(">Bq", 0xd3, value)
    if isinstance(value, float):
        return struct.pack(">Bd", 0xcb, value)
    if isinstance(value, str):
        text = value.encode()
        return struct.pack(">BI", 0xdb, len(text)) + text
    if isinstance(value, bytes):
        return struct.pack(">BI", 0xc6, len(value)) + value
    if isinstance(value, dict):
        members = b"".join(packed(key) + packed(each) for key, each in value.items())
        return struct.pack(">BI", 0xdf, len(value)) + members
    return struct.pack(">BI", 0xdd, len(value)) + b"".join(packed(each) for each in value)


def event_time(milliseconds: int) -> bytes:
    """Extension 0: seconds and nanoseconds."""
    return struct.pack(">BBII", 0xd7, 0, milliseconds // 1000, milliseconds % 1000 * 1_000_000)


class ForwardClient:
    def __init__(self, port: int):
        self.port = port
        self.socket: socket.socket | None = None
        self.attempts = 0

    def send(self, tag: str, events: list[tuple[int, dict]]) -> None:
        """One chunk; returns when it is acknowledged, over as many connections as it takes."""
        entries = b"".join(b"\x92" + event_time(when) + packed(record) for when, record in events)
        chunk = base64.b64encode(os.urandom(16)).decode()
        message = b"\x93" + packed(tag) + packed(entries) + packed({"chunk": chunk, "size": len(events)})
        end = time.monotonic() + PATIENCE
        while not self.attempt(message, chunk):
            if time.monotonic() > end:
                raise RuntimeError(f"a chunk is not acknowledged within {PATIENCE} s")
            time.sleep(0.02)

    def attempt(self, message: bytes, chunk: str) -> bool:
        self.attempts += 1
        try:
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=10)
            self.socket.sendall(message)
            answer = b""
            # {"ack": chunk}, however its texts are packed.
            while not answer.endswith(chunk.encode()):
                piece = self.socket.recv(4096)
                if not piece:
                    raise ConnectionError("the server closed")
                answer += piece
            return True
        except OSError:
            self.close()
            return False

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

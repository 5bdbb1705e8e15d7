"""A client of lumberjack version 2 that can also say what no client should."""

import json
import socket
import ssl
import struct
import zlib


def number(value: int) -> bytes:
    return struct.pack(">I", value)


def window(count: int) -> bytes:
    return b"2W" + number(count)


def event(sequence: int, body: dict | bytes) -> bytes:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return b"2J" + number(sequence) + number(len(text)) + text


def compressed(frames: bytes, level: int = 3) -> bytes:
    packed = zlib.compress(frames, level)
    return b"2C" + number(len(packed)) + packed


class Client:
    """One connection. Reads wait for 20 s at most."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, *frames: bytes) -> None:
        self.socket.sendall(b"".join(frames))

    def acknowledged(self) -> int | None:
        """The number of the next acknowledgement that is no sign of life; None when the server closed instead."""
        while True:
            frame = b""
            while len(frame) < 6:
                try:
                    piece = self.socket.recv(6 - len(frame))
                except ConnectionResetError:
                    piece = b""
                if not piece:
                    return None
                frame += piece
            if frame[:2] != b"2A":
                raise ValueError(f"expected an acknowledgement, found {frame!r}")
            count = struct.unpack(">I", frame[2:])[0]
            if count:
                return count

    def is_closed(self) -> bool:
        return self.acknowledged() is None

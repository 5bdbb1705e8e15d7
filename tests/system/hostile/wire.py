"""Requests as bytes on a socket, good and broken ones, and what comes back."""

import dataclasses
import http.client
import json
import socket
import time
import zlib

TIMEOUT = 60  # seconds without a byte, for every socket of the test


@dataclasses.dataclass
class Answer:
    """One HTTP answer; `body` is decoded JSON where it is JSON, else text."""

    status: int
    body: object


def decoded(raw: bytes) -> object:
    text = raw.decode("utf-8")  # whatever was sent, an answer is UTF-8
    try:
        return json.loads(text)
    except ValueError:
        return text


def request(port: int, method: str, path: str, body: bytes | None = None, headers: dict | None = None) -> Answer:
    """A well-formed request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, decoded(answer.read()))
    finally:
        connection.close()


def post(port: int, path: str, body: bytes, headers: dict | None = None) -> Answer:
    return request(port, "POST", path, body, headers)


def post_for_status(port: int, path: str, body: bytes, headers: dict) -> int:
    """For answers that are too large to look at; they are read all the same."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4 * TIMEOUT)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        while answer.read(1 << 20):
            pass
        return answer.status
    finally:
        connection.close()


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: test", *lines, "", ""]).encode("latin-1")


def chunk(piece: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(piece), piece)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)


def read_answers(client: socket.socket) -> list[Answer]:
    """Every answer until the server closes the connection, or has answered all there is to answer."""
    answers = []
    stream = client.makefile("rb")
    try:
        while True:
            answer = http.client.HTTPResponse(NoClose(stream))
            answer.begin()
            answers.append(Answer(answer.status, decoded(answer.read())))
    except (http.client.HTTPException, ConnectionError):
        return answers
    finally:
        stream.close()


class NoClose:
    """Lets HTTPResponse read from a stream that further answers follow in."""

    def __init__(self, stream):
        self.stream = stream

    def makefile(self, _mode):
        return self

    def readline(self, *arguments):
        return self.stream.readline(*arguments)

    def read(self, *arguments):
        return self.stream.read(*arguments)

    def readinto(self, buffer):
        return self.stream.readinto(buffer)

    def flush(self):
        pass

    def close(self):
        pass


def exchange(port: int, data: bytes) -> list[Answer]:
    """Sends bytes as they are, says that no more follow, and reads what is answered."""
    with connect(port) as client:
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before the end; the answer may be there all the same
        return read_answers(client)


def until(what: str, condition, deadline: float = 30):
    """Asks until the condition holds, and returns what it returned."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline:g} s: {what}")
        time.sleep(0.02)


def gzip(data: bytes) -> bytes:
    return zlib.compress(data, 6, 31)


def gzip_bomb(mebibytes: int) -> bytes:
    """A valid gzip stream of so many MiB of newlines, about 1,000 times smaller."""
    piece = b"\n" * (1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)  # stands by itself, so it can be repeated
    checksum = 0
    for _ in range(mebibytes):
        checksum = zlib.crc32(piece, checksum)
    end = packer.flush()
    size = (mebibytes << 20) & 0xFFFFFFFF
    return (b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + packed * mebibytes + end
            + checksum.to_bytes(4, "little") + size.to_bytes(4, "little"))

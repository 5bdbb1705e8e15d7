"""HTTP as the shippers of this folder speak it: one connection that stays, the status and body of each answer."""

import gzip
import http.client
import json
import urllib.parse


class Unreachable(Exception):
    """No answer: the connection was refused or broke off."""


class Answer:
    def __init__(self, status: int, headers: dict[str, str], body: bytes):
        self.status = status
        self.headers = headers  # names in lower case
        self.body = body

    def ok(self) -> bool:
        return 200 <= self.status <= 299

    def json(self) -> dict:
        return json.loads(self.body)

    def text(self) -> str:
        return self.body.decode()


class Connection:
    """A connection to one host, opened again when it broke. For one thread."""

    def __init__(self, url: str, headers: dict[str, str] | None = None):
        self.address = urllib.parse.urlsplit(url).netloc
        self.headers = headers or {}
        self.connection: http.client.HTTPConnection | None = None
        self.sent: list[tuple[str, str, int, int]] = []  # method, path, bytes on the wire, status; 0: no answer

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None,
            zipped: bool = False) -> Answer:
        headers = self.headers | (headers or {})
        if zipped and body is not None:
            body = gzip.compress(body, 1)
            headers = headers | {"Content-Encoding": "gzip"}
        status = 0
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.address, timeout=60)
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            content = response.read()
            status = response.status
            if response.headers.get("Content-Encoding") == "gzip":
                content = gzip.decompress(content)
            return Answer(status, {name.lower(): value for name, value in response.headers.items()}, content)
        except (OSError, http.client.HTTPException) as broken:
            self.close()
            raise Unreachable(f"{method} {path}: {broken!r}") from broken
        finally:
            self.sent.append((method, path, len(body or b""), status))

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def lines(actions: list) -> bytes:
    """The body of a bulk request: what is listed, each compact and on a line of its own."""
    return b"".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for one in actions)

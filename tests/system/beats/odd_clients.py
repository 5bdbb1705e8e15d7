"""Conversations that no good client has. While they go on, a good one has to be served."""

import contextlib
import pathlib
import socket
import ssl

from lumberjack import Client, compressed, event, number, window
from stage import Stage, expect, line, verify


def peak_mib(stage: Stage) -> int:
    text = pathlib.Path(f"/proc/{stage.server.process.pid}/status").read_text()
    return next(int(row.split()[1]) // 1024 for row in text.splitlines() if row.startswith("VmHWM"))


def events(first: int, last: int) -> bytes:
    return b"".join(event(at + 1, line(n)) for at, n in enumerate(range(first, last + 1)))


def windows_in_flight(stage: Stage) -> None:
    with Client(stage.lumberjack) as client:
        for at in range(10):
            client.send(window(200), compressed(events(at * 200 + 1, at * 200 + 200)))
        for _ in range(10):
            expect(client.acknowledged() == 200, "windows are acknowledged in order")
    verify(stage.rows("shop-prod"), 2000)


def byte_by_byte(stage: Stage) -> None:
    with Client(stage.lumberjack) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sent = window(2) + event(1, line(1)) + compressed(event(2, line(2)))
        for at in range(len(sent)):
            client.send(sent[at:at + 1])
        expect(client.acknowledged() == 2, "frames in single bytes are read")
    verify(stage.rows(), 2)


def ids_sent_again(stage: Stage) -> None:
    """A client that never saw its acknowledgement."""
    frames = b"".join(event(n, line(n) | {"@metadata": {"_id": f"id-{n}", "beat": "x"}}) for n in range(1, 501))
    for time in range(3):
        with Client(stage.lumberjack) as client:
            client.send(window(500), compressed(frames))
            # Once it hangs up before the answer.
            if time != 1:
                expect(client.acknowledged() == 500, "duplicates are acknowledged")
    verify(stage.rows(), 500)


def bad_events(stage: Stage) -> None:
    bad = [b"no json", b"[1,2]", b'{"a":', b"\xff\xfe", b'{"a":' * 5000, b"7", b'{"@metadata":{"_id":"' + b"x" * 600 + b'"}']
    frames = b"".join(event(at + 1, body) for at, body in enumerate(bad))
    frames += b"".join(event(len(bad) + n, line(n)) for n in range(1, 11))
    with Client(stage.lumberjack) as client:
        client.send(window(len(bad) + 10), compressed(frames))
        expect(client.acknowledged() == len(bad) + 10, "bad events hold up the others")
    verify(stage.rows(), 10)
    expect(stage.metric("ordertrail_rejected_events_total") == len(bad), "bad events are not counted")


def too_long(stage: Stage) -> None:
    with Client(stage.lumberjack) as client:
        client.send(window(2), compressed(event(1, b'{"x":"' + b"x" * (20 << 20) + b'"}') + event(2, line(1))))
        expect(client.acknowledged() == 2, "an event that is too long holds up the others")
    verify(stage.rows(), 1)
    expect(stage.metric("ordertrail_rejected_events_total") == 1, "an event that is too long is not counted")


def not_a_conversation(stage: Stage) -> None:
    whole = compressed(events(1, 3))
    for what, sent in {
        "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "version 1": b"1W" + number(1),
        "a window of four billion": window(0xFFFFFFFF),
        "an event without a window": event(1, line(1)),
        "an empty event": window(1) + event(1, b""),
        "an event of -1 bytes": window(1) + b"2J" + number(1) + number(0xFFFFFFFF),
        "an event in an empty window": window(0) + event(1, line(1)),
        "cut compressed content": window(3) + b"2C" + number(len(whole) - 14) + whole[6:-8] + window(1),
        "no zlib": window(1) + b"2C" + number(40) + b"x" * 40,
        "a window inside": window(1) + compressed(window(1)),
    }.items():
        with Client(stage.lumberjack) as client:
            client.send(sent)
            expect(client.is_closed(), f"{what}: the connection stays open")
    expect(stage.count() == 0, "something of it was stored")


def compressed_bombs(stage: Stage) -> None:
    """300 MiB of zeros in 300 KB, eight times at once."""
    bomb = compressed(event(1, bytes(300 << 20)), 9)
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(Client(stage.lumberjack)) for _ in range(8)]
        for client in clients:
            client.send(window(1), bomb)
        for client in clients:
            expect(client.is_closed(), "a bomb does not close its connection")
    expect(peak_mib(stage) < 300, f"bombs took memory: {peak_mib(stage)} MiB")


def cut_windows(stage: Stage) -> None:
    with Client(stage.lumberjack) as client:
        client.send(window(5), events(1, 2), window(1), events(3, 3))
        expect(client.acknowledged() == 2, "a window that another one cuts off is not acknowledged as far as it came")
        expect(client.acknowledged() == 1, "the next window is not acknowledged")
        client.send(window(5), events(4, 6))
    with Client(stage.lumberjack) as client:
        client.send(window(1), events(4, 4))
        expect(client.acknowledged() == 1, "a later client is not served")
    verify(stage.rows(), 4)


def slow_readers(stage: Stage) -> None:
    """Clients that take no acknowledgement, and windows that never come in whole, beside a good client."""
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            client = stack.enter_context(Client(stage.lumberjack))
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            client.send(window(0) * 5000)
        for _ in range(100):
            client = stack.enter_context(Client(stage.lumberjack))
            client.send(window(1000), b"".join(event(at, b'{"x":"' + b"x" * 1000 + b'"}') for at in range(1, 500)))
        with Client(stage.lumberjack) as client:
            for at in range(20):
                client.send(window(100), compressed(events(at * 100 + 1, at * 100 + 100)))
                expect(client.acknowledged() == 100, "a good client is not served beside them")
    verify(stage.rows("shop-prod"), 2000)
    expect(peak_mib(stage) < 400, f"half windows took memory: {peak_mib(stage)} MiB")


def tls_only(stage: Stage) -> None:
    files = stage.folder / "tls"
    trusted = ssl.create_default_context(cafile=str(files / "ca.pem"))
    trusted.load_cert_chain(str(files / "client.pem"), str(files / "client.key"))
    with Client(stage.lumberjack, trusted) as client:
        client.send(window(1), events(1, 1))
        expect(client.acknowledged() == 1, "a client with a certificate is not served")
    stranger = ssl.create_default_context(cafile=str(files / "ca.pem"))
    stranger.load_cert_chain(str(files / "stranger.pem"), str(files / "stranger.key"))
    without = ssl.create_default_context(cafile=str(files / "ca.pem"))
    for context in (stranger, without):
        try:
            with Client(stage.lumberjack, context) as client:
                client.send(window(1), events(2, 2))
                expect(client.is_closed(), "a client without a good certificate is served")
        except (ssl.SSLError, ConnectionError):
            pass
    with Client(stage.lumberjack) as client:
        client.send(window(1), events(2, 2))
        # What comes back first is TLS's own alert.
        expect(client.socket.recv(100)[:2] != b"2A", "a client without TLS is served")
    verify(stage.rows(), 1)


CLIENT_TLS = {"lumberjack__tls__certificate": "{}/tls/server.pem", "lumberjack__tls__key": "{}/tls/server.key",
              "lumberjack__tls__client_ca": "{}/tls/ca.pem"}
CASES = {
    "ten windows in flight": (windows_in_flight, {}),
    "byte by byte": (byte_by_byte, {}),
    "ids sent again": (ids_sent_again, {}),
    "bad events among good ones": (bad_events, {}),
    "an event that is too long": (too_long, {}),
    "not a conversation": (not_a_conversation, {}),
    "compressed bombs": (compressed_bombs, {}),
    "windows that are cut off": (cut_windows, {}),
    "slow readers and half windows": (slow_readers, {}),
    "clients' certificates": (tls_only, CLIENT_TLS),
}

"""Requests that are broken below the protocols: bombs, lies about lengths, clients that stop."""

import random
import socket
import struct

from document_cases import GOOD
from stage import Stage
from wire import chunk, connect, exchange, gzip, gzip_bomb, head, until

BOMB = gzip_bomb(2048)


class Bodies(Stage):
    """Compression."""

    def test_a_gzip_bomb_is_refused_whole(self):
        for path in self.paths():
            with self.subTest(path=path):
                self.assert_refused(path, self.post(path, BOMB, {"content-encoding": "gzip"}), 413)
        self.assertEqual(self.count(), 0)

    def test_a_gzip_bomb_behind_good_events_in_chunks_and_in_members(self):
        for path in self.paths():
            with self.subTest(path=path):
                body = gzip(self.body_of(path, GOOD)) + BOMB
                pieces = [body[at:at + 50_000] for at in range(0, len(body), 50_000)]
                data = head(path, "Content-Encoding: gzip", "Transfer-Encoding: chunked")
                answers = exchange(self.port, data + b"".join(map(chunk, pieces)) + b"0\r\n\r\n")
                self.assertEqual(len(answers), 1)
                self.assert_refused(path, answers[0], 413)
                members = gzip(b"\n" * (64 << 20)) * 32
                self.assert_refused(path, self.post(path, members, {"content-encoding": "gzip"}), 413)
        self.assertEqual(self.count(), 0)

    def test_damaged_compression_is_refused_whole(self):
        for path in self.paths():
            packed = gzip(self.body_of(path, *[GOOD] * 1000))
            for bad in (packed[:len(packed) // 2], packed[:-4], packed[:-8] + b"\0" * 8, self.body_of(path, GOOD),
                        packed + b"more", b"\x1f\x8b", b"\x1f"):
                with self.subTest(path=path, body=bad[:20]):
                    self.assert_refused(path, self.post(path, bad, {"content-encoding": "gzip"}), 400)
            answer = self.post(path, packed, {"content-encoding": "br"})
            self.assertEqual(answer.status, 415, answer.body)
        self.assertEqual(self.count(), 0)


class Lengths(Stage):
    """Clients that stop, and that lie."""

    def test_a_client_that_stops_half_way(self):
        for path in self.paths():
            body = self.body_of(path, *[GOOD] * 1000)
            sized = head(path, f"Content-Length: {len(body)}") + body
            chunked = head(path, "Transfer-Encoding: chunked") + chunk(body[:1000]) + chunk(body[1000:]) + b"0\r\n\r\n"
            packed = gzip(body)
            zipped = head(path, "Content-Encoding: gzip", f"Content-Length: {len(packed)}") + packed
            for whole in (sized, chunked, zipped):
                for sent in (10, len(whole) // 2, len(whole) - 1):
                    for abrupt in (False, True):
                        self.stop_after(whole[:sent], abrupt)
        self.assertEqual(self.count(), 0)

    def stop_after(self, data: bytes, abrupt: bool) -> None:
        with connect(self.port) as client:
            client.sendall(data)
            if abrupt:  # a reset instead of an end
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def test_clients_that_fall_silent_half_way_hold_nobody_up(self):
        silent = []
        try:
            # The whole is announced, a little is sent: memory is for what came, not for what was promised.
            for size in (100 << 20, 50 << 20, 5 << 20, 1 << 20, 100_000):
                for path in self.paths() * 3:
                    silent.append(connect(self.port))
                    silent[-1].sendall(head(path, f"Content-Length: {size}") + self.body_of(path, GOOD))
            until("all of them are connected", lambda: self.gauge("connections") > len(silent))
            for path in self.paths():
                self.assertEqual(self.send_documents(path, *[GOOD] * 20_000), [True] * 20_000)
        finally:
            for client in silent:
                client.close()
        self.assertEqual(self.count(), 60_000)

    def test_a_length_that_promises_more_than_is_sent(self):
        for path in self.paths():
            body = self.body_of(path, GOOD)
            self.assertEqual(exchange(self.port, head(path, f"Content-Length: {len(body) + 1}") + body), [])
            self.assertEqual(exchange(self.port, head(path, "Transfer-Encoding: chunked") + b"ffff\r\n" + body), [])
        self.assertEqual(self.count(), 0)

    def test_a_length_that_promises_less_than_is_sent(self):
        for path in self.paths()[:2]:
            body = self.body_of(path, GOOD, GOOD)
            answers = exchange(self.port, head(path, f"Content-Length: {len(body) - 10}") + body)
            self.assertEqual([answer.status for answer in answers], [400, 400])
            self.assert_elasticsearch_error(answers[0], 400, "illegal_argument_exception",
                                            "must be terminated by a newline")
        self.assertEqual(self.count(), 0)

    def test_lengths_that_are_none(self):
        for path in self.paths():
            body = self.body_of(path, GOOD)
            for status, lines in ((413, ["Content-Length: 10000000000000"]),
                                  (413, ["Content-Length: 18446744073709551615"]),
                                  (400, ["Content-Length: 18446744073709551616"]),
                                  (400, ["Content-Length: -1"]), (400, ["Content-Length: 1x"]),
                                  (400, ["Content-Length: "]), (400, ["Content-Length: +5"]),
                                  (400, ["Content-Length: 5", "Content-Length: 6"]),
                                  (400, ["Content-Length: 5, 6"]),
                                  (400, [f"Content-Length: {len(body)}", "Transfer-Encoding: chunked"]),
                                  (501, ["Transfer-Encoding: gzip, chunked"])):
                with self.subTest(path=path, lines=lines):
                    answers = exchange(self.port, head(path, *lines) + body)
                    self.assertEqual([answer.status for answer in answers], [status])
        self.assertEqual(self.count(), 0)

    def test_chunks_that_are_none(self):
        for path in self.paths():
            body = self.body_of(path, GOOD)
            for bad in (b"no number\r\n" + body, b"-1\r\n" + body, b"fffffffffffffffff\r\n" + body,
                        b"%x\r\n" % len(body) + body + b"no end", b"1" * 100_000, b";" * 100_000):
                with self.subTest(path=path, chunk=bad[:20]):
                    answers = exchange(self.port, head(path, "Transfer-Encoding: chunked") + bad)
                    self.assertEqual([answer.status for answer in answers], [400])
            endless = chunk(b"\n" * 65536) * 1700
            answers = exchange(self.port, head(path, "Transfer-Encoding: chunked") + endless + b"0\r\n\r\n")
            self.assert_refused(path, answers[0], 413)
        self.assertEqual(self.count(), 0)


class Heads(Stage):
    """What comes before a body."""

    def test_a_huge_header_is_refused(self):
        for path in self.paths():
            body = self.body_of(path, GOOD)
            length = f"Content-Length: {len(body)}"
            for lines in (["X: " + "y" * 1_000_000], [f"X{number}: y" for number in range(50_000)],
                          ["X" * 100_000 + ": y"]):
                with self.subTest(path=path, line=lines[0][:20]):
                    answers = exchange(self.port, head(path, length, *lines) + body)
                    self.assertEqual([answer.status for answer in answers], [431])
            answers = exchange(self.port, head(path + "?" + "x" * 1_000_000, length) + body)
            self.assertEqual([answer.status for answer in answers], [431])
        self.assertEqual(self.count(), 0)

    def test_bytes_that_are_no_http(self):
        rng = random.Random(3)
        for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rng.randbytes(500), rng.randbytes(100_000),
                     b"\0" * 100_000, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                     b"POST /_bulk HTTP/1.1\r\n\r\n", b"POST /%zz HTTP/1.1\r\nHost: x\r\n\r\n"):
            with self.subTest(data=data[:20]):
                answers = exchange(self.port, data)
                self.assertEqual(len(answers), 1)
                self.assertIn(answers[0].status, (400, 431))

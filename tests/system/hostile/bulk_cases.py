"""Bad action lines of bulk requests: as in Elasticsearch they make the whole request an error, or their item."""

from document_cases import GOOD
from stage import Stage

ILLEGAL = "illegal_argument_exception"
SYNTAX = "x_content_parse_exception"
VALIDATION = "action_request_validation_exception"


class Actions(Stage):
    """Whole requests refused, nothing of them stored; items refused, the others stored."""

    def refuse(self, path: str, body: bytes, kind: str, reason: str) -> None:
        with self.subTest(path=path, body=body[:60]):
            self.assert_elasticsearch_error(self.post(path, body), 400, kind, reason)
            self.assertEqual(self.count(), 0)

    def both(self) -> tuple[str, ...]:
        return self.paths()[:2]

    def test_a_wrong_action_refuses_the_request(self):
        for path in self.both():
            good = self.body_of(path, GOOD)
            for wrong in (b'{"delte":{}}', b'{"INDEX":{}}', b'{"level":"INFO"}', b'{"":{}}'):
                self.refuse(path, good + wrong + b"\n" + GOOD + b"\n" + good, ILLEGAL,
                            "Malformed action/metadata line [3], expected field [create], [delete], [index] or "
                            "[update] but found")

    def test_a_malformed_action_line_refuses_the_request(self):
        for path in self.both():
            good = self.body_of(path, GOOD)
            for wrong, kind in ((b"no json", ILLEGAL), (b"[]", ILLEGAL), (b"null", ILLEGAL), (b"{}", ILLEGAL),
                                (b'{"index":[]}', ILLEGAL), (b'{"index":{"_index":[]}}', ILLEGAL),
                                (b'{"index":{"_unknown":1}}', ILLEGAL),
                                (b'{"index":{}', SYNTAX), (b'{"index":{}}}', SYNTAX), (b'{"index":{"_id":"}}', SYNTAX),
                                (b"{", SYNTAX), (b'{"index"}', SYNTAX), (b'{"index":{}} x', SYNTAX),
                                (b'{"index":{"_id":"\xff"}}', SYNTAX),
                                (b'{"index":{"_source":' + b"[" * 10_000 + b"]" * 10_000 + b"}}", ILLEGAL),
                                (b'{"index":{"_source":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_002, SYNTAX),
                                (b'{"index":{},"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}", SYNTAX)):
                self.refuse(path, good + wrong + b"\n" + GOOD + b"\n" + good, kind, "")

    def test_an_action_line_of_100_megabytes(self):
        for path in self.both():
            good = self.body_of(path, GOOD)
            self.refuse(path, good + b'{"index":{"_id":"' + b"x" * 100_000_000 + b'"}}\n' + GOOD + b"\n", VALIDATION,
                        "is too long, must be no longer than 512 bytes but was: 100000000")
            self.refuse(path, good + b'{"' + b"x" * 100_000_000 + b'":{}}\n' + GOOD + b"\n", ILLEGAL,
                        "Malformed action/metadata line [3]")
            self.refuse(path, good + b'{"index":{"_id":"\\u0041' + b"x" * 100_000_000 + b'"}}\n' + GOOD + b"\n",
                        SYNTAX, "malformed action/metadata line: a string with escapes has")
            self.refuse(path, good + b'{"index":{"' + b"x" * 100_000_000 + b'":1}}\n' + GOOD + b"\n", ILLEGAL,
                        "contains an unknown parameter")
            answer = self.post(path, b'{"index":{"_index":"' + b"x" * 100_000_000 + b'"}}\n' + GOOD + b"\n")
            self.assertEqual(answer.body["items"][0]["index"]["error"]["type"], "invalid_index_name_exception")

    def test_a_missing_index_refuses_the_request(self):
        self.refuse("/_bulk", self.body_of("/_bulk", GOOD) + b'{"index":{}}\n' + GOOD + b'\n{"create":{}}\n{}\n',
                    VALIDATION, "Validation Failed: 1: index is missing;2: index is missing;")

    def test_a_wrong_index_name_refuses_its_item(self):
        names = [b"Upper", b"_begins", b"a b", b"a/b", b"..", b"a,b", b"*", b"x" * 300, b"a\\u0000b"]
        for round_number, path in enumerate(self.both(), 1):
            body = b""
            for name in names:
                body += self.body_of(path, GOOD) + b'{"index":{"_index":"%s"}}\n%s\n' % (name, GOOD)
            answer = self.post(path, body)
            self.assertEqual(answer.status, 200, answer.body)
            results = [next(iter(item.values())) for item in answer.body["items"]]
            self.assertEqual([result["status"] for result in results], [201, 400] * len(names))
            self.assertEqual({result["error"]["type"] for result in results[1::2]}, {"invalid_index_name_exception"})
            self.assertEqual(self.count(), round_number * len(names))

    def test_items_that_cannot_be_done_are_refused_alone(self):
        for path in self.both():
            index = b'"_index":"%s"' % self.index.encode()
            answer = self.post(path, self.body_of(path, GOOD) + b'{"update":{%s,"_id":"1"}}\n{"doc":{}}\n' % index
                               + b'{"index":{%s,"_id":""}}\n{}\n{"index":{%s}}\n\n' % (index, index)
                               + b'{"delete":{%s,"_id":"none"}}\n' % index + self.body_of(path, GOOD))
            self.assertEqual(answer.status, 200, answer.body)
            self.assertEqual([next(iter(item.values()))["status"] for item in answer.body["items"]],
                             [201, 400, 400, 400, 404, 201])
        self.assertEqual(self.count(), 4)

    def test_a_body_without_its_last_newline_or_without_anything(self):
        for path in self.both():
            self.refuse(path, b"", "parse_exception", "request body is required")
            self.refuse(path, b"\n\n\n", VALIDATION, "no requests added")
            self.refuse(path, self.body_of(path, GOOD, GOOD)[:-1], ILLEGAL, "must be terminated by a newline")
            self.refuse(path, bytes(range(255, 0, -1)) * 100, SYNTAX, "invalid UTF-8")

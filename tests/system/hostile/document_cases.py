"""Bad events among good ones: exactly the bad ones are refused, with the protocol's own error."""

from stage import Stage

DEEP_ARRAYS = b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
DEEP_OBJECTS = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
DEEP_AND_OPEN = b'{"a":' * 10_000

BAD = {
    "no JSON": b"no json",
    "an open object": b'{"a":1',
    "an open string": b'{"a":"b}',
    "two objects": b'{"a":1}{"a":2}',
    "a comma too many": b'{"a":1,}',
    "a bare word": b'{"a":yes}',
    "a number that is none": b'{"a":1.}',
    "an array": b"[]",
    "a number": b"17",
    "null": b"null",
    "invalid UTF-8": b'{"a":"\xff\xfe"}',
    "an overlong form": b'{"a":"\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"a":"\xed\xa0\x80"}',
    "a cut character": b'{"a":"\xe2\x82"}',
    "a control character": b'{"a":"\x01"}',
    "a NUL byte": b'{"a":\x00}',
    "a wrong escape": b'{"a":"\\x"}',
    "10,000 arrays": DEEP_ARRAYS,
    "10,000 objects": DEEP_OBJECTS,
    "10,000 open objects": DEEP_AND_OPEN,
}
GOOD = b'{"level":"INFO","message":"good"}'


class Documents(Stage):
    """Each of the three ways in, the same documents."""

    def test_each_bad_document_alone_between_good_ones(self):
        for path in self.paths():
            for name, bad in BAD.items():
                with self.subTest(path=path, document=name):
                    before = self.count()
                    self.assertEqual(self.send_documents(path, GOOD, bad, GOOD), [True, False, True])
                    self.assertEqual(self.count(), before + 2)

    def test_all_bad_documents_mixed_with_good_ones(self):
        documents = [document for bad in BAD.values() for document in (GOOD, bad, bad, GOOD)]
        expected = [True, False, False, True] * len(BAD)
        for round_number, path in enumerate(self.paths(), 1):
            with self.subTest(path=path):
                self.assertEqual(self.send_documents(path, *documents), expected)
                self.assertEqual(self.count(), round_number * 2 * len(BAD))

    def test_nothing_but_bad_documents(self):
        for path in self.paths()[:2]:
            self.assertEqual(self.send_documents(path, *BAD.values()), [False] * len(BAD))
        path = self.paths()[2]
        answer = self.post(path, self.body_of(path, *BAD.values()), {"content-type": "application/x-ndjson"})
        self.assertEqual(answer.status, 400)
        self.assertEqual([line["line"] for line in answer.body["rejected"]], list(range(1, len(BAD) + 1)))
        self.assertEqual(self.count(), 0)

    def test_a_line_of_100_megabytes(self):
        long_line = b'{"message":"' + b"x" * 100_000_000 + b'"}'
        for round_number, path in enumerate(self.paths(), 1):
            with self.subTest(path=path):
                self.assertEqual(self.send_documents(path, GOOD, long_line, GOOD), [True, False, True])
                self.assertEqual(self.count(), round_number * 2)

    def test_100_megabytes_of_one_deep_document(self):
        deep = b'{"a":' + b"[" * 100_000_000
        for round_number, path in enumerate(self.paths(), 1):
            with self.subTest(path=path):
                self.assertEqual(self.send_documents(path, GOOD, deep, GOOD), [True, False, True])
                self.assertEqual(self.count(), round_number * 2)

    def test_a_body_beyond_the_limit_is_refused_whole(self):
        long_line = b'{"message":"' + b"x" * (100 << 20) + b'"}'
        for path in self.paths():
            with self.subTest(path=path):
                answer = self.post(path, self.body_of(path, GOOD, long_line, GOOD))
                self.assert_refused(path, answer, 413)
        self.assertEqual(self.count(), 0)

    def test_lines_that_are_no_json_are_kept_as_text_where_that_was_asked_for(self):
        path = f"/ingest/{self.index}?format=auto"
        answer = self.post(path, b"".join(bad + b"\n" for bad in BAD.values()))
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual((answer.body["stored"], answer.body["rejected"]), (len(BAD), []))
        self.assertEqual(self.count(), len(BAD))

    def test_a_broken_array_is_refused_whole(self):
        headers = {"content-type": "application/json"}
        for bad in (b'[{"a":1},', b'[{"a":1}}', b'[{"a":1}]]', b"[" * 10_000, b'["', b"[,]", b'[{"a":1},]'):
            with self.subTest(array=bad[:20]):
                self.assert_native_error(self.post(f"/ingest/{self.index}", bad, headers), 400, "invalid_argument",
                                         "array is malformed")
        answer = self.post(f"/ingest/{self.index}", b"[%s,17,%s,%s]" % (GOOD, GOOD, DEEP_ARRAYS), headers)
        self.assertEqual((answer.body["stored"], [line["line"] for line in answer.body["rejected"]]), (2, [2, 4]))
        self.assertEqual(self.count(), 2)

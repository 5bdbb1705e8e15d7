#!/usr/bin/env python3
"""Runs scenario files: these lines in, this query, these rows out.

    run.py --binary PATH FILE.trail...

Every file has a server of its own with an empty data directory. A file is a list of steps, blank lines between them;
a line that begins with `#` is a comment. Steps:

    send INDEX              lines that follow are events, sent as one _bulk request; all have to be taken
    create INDEX            the same with `create`; a line may be `ID EVENT`; the answer's statuses are expected by
    statuses 201 409        the step that follows
    ingest TARGET           lines that follow are the body of POST /ingest/TARGET
    query KQL               lines that follow are the rows expected, oldest first: the values of the columns, ` | `
      columns a b c         between them, `-` for none, JSON for what is no string
      in PATTERN            (optional) the indices asked
    count KQL               the number expected follows
      in PATTERN            (optional)
    error KQL               the query has to be refused; a part of the message follows

`{now}` in events and queries is the time at which the file began, as `2026-11-24T10:15:00Z`.
"""

import argparse
import datetime
import json
import os
import pathlib
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))

from server import Server, ServerFailed  # noqa: E402


class Failed(Exception):
    """A step did not come out as expected."""


class Step:
    """A step's verb, its argument, its options (indented lines) and the lines that follow."""

    def __init__(self, number: int, lines: list[str]):
        self.number = number
        self.verb, _, self.argument = lines[0].partition(" ")
        self.options = dict(line.split(maxsplit=1) for line in lines[1:] if line.startswith("  "))
        self.lines = [line for line in lines[1:] if not line.startswith("  ")]


def read_steps(text: str) -> list[Step]:
    steps: list[Step] = []
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.startswith("#"):
            continue
        if line.strip():
            block.append(line.rstrip())
        elif block:
            steps.append(Step(number - len(block), block))
            block = []
    return steps


class Scenario:
    """Carries out the steps of one file against one server."""

    def __init__(self, url: str):
        self.url = url
        self.statuses: list[int] = []

    def run(self, step: Step) -> None:
        verbs = {"send": self.send, "create": self.create, "statuses": self.expect_statuses, "ingest": self.ingest,
                 "query": self.query, "count": self.count, "error": self.error}
        if step.verb not in verbs:
            raise Failed(f"expected one of {', '.join(verbs)}, found: {step.verb}")
        verbs[step.verb](step)

    def post(self, path: str, body: bytes, content_type: str = "application/json") -> tuple[int, bytes]:
        request = urllib.request.Request(self.url + path, body, {"content-type": content_type})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def bulk(self, body: str) -> dict:
        status, answer = self.post("/_bulk", body.encode(), "application/x-ndjson")
        if status != 200:
            raise Failed(f"_bulk answered {status}: {answer[:500]!r}")
        return json.loads(answer)

    def send(self, step: Step) -> None:
        action = json.dumps({"index": {"_index": step.argument}})
        answer = self.bulk("".join(f"{action}\n{line}\n" for line in step.lines))
        if answer["errors"]:
            raise Failed(f"_bulk refused an event: {answer['items']}")

    def create(self, step: Step) -> None:
        body = ""
        for line in step.lines:
            identity, _, event = line.partition("{")
            meta = {"_index": step.argument} | ({"_id": identity.strip()} if identity.strip() else {})
            body += json.dumps({"create": meta}) + "\n{" + event + "\n"
        self.statuses = [item["create"]["status"] for item in self.bulk(body)["items"]]

    def expect_statuses(self, step: Step) -> None:
        expect(step.argument.split(), [str(status) for status in self.statuses])

    def ingest(self, step: Step) -> None:
        status, answer = self.post(f"/ingest/{step.argument}", "".join(f"{line}\n" for line in step.lines).encode(),
                                   "text/plain")
        if status != 200:
            raise Failed(f"/ingest/{step.argument} answered {status}: {answer[:500]!r}")

    def search(self, step: Step) -> tuple[int, dict]:
        asked = {"query": step.argument, "index": step.options.get("in", "*"), "order": "asc", "limit": 1000}
        status, answer = self.post("/_trail/v1/search", json.dumps(asked).encode())
        return status, json.loads(answer)

    def rows(self, step: Step) -> list[dict]:
        status, answer = self.search(step)
        if status != 200:
            raise Failed(f"search answered {status}: {answer}")
        return answer["rows"]

    def query(self, step: Step) -> None:
        columns = step.options["columns"].split()
        found = [" | ".join(shown(row, column) for column in columns) for row in self.rows(step)]
        expect(step.lines, found)

    def count(self, step: Step) -> None:
        expect(step.lines, [str(len(self.rows(step)))])

    def error(self, step: Step) -> None:
        status, answer = self.search(step)
        message = answer.get("error", {}).get("message", "")
        if status != 400 or step.lines[0] not in message:
            raise Failed(f"expected 400 with {step.lines[0]!r}, found {status}: {answer}")


def shown(row: dict, column: str) -> str:
    value = {"_index": row["index"], "timestamp": row["timestamp"]}.get(column, row["fields"].get(column))
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def expect(expected: list[str], found: list[str]) -> None:
    if expected != found:
        raise Failed("\n    ".join(["expected:", *expected, "found:", *found]))


def run_file(binary: str, path: pathlib.Path) -> str | None:
    """What went wrong, if anything."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    steps = read_steps(path.read_text().replace("{now}", now))
    with tempfile.TemporaryDirectory(prefix="ordertrail-scenario-") as folder:
        server = Server(binary, pathlib.Path(folder, "data"), pathlib.Path(folder, "server.log"))
        try:
            server.start()
            scenario = Scenario(server.url)
            for step in steps:
                try:
                    scenario.run(step)
                except Failed as failure:
                    return f"{path}:{step.number}: {step.verb} {step.argument}\n    {failure}"
            server.stop()
        except ServerFailed as failure:
            return f"{path}: {failure}"
        finally:
            if server.running():
                server.kill()
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    failed = 0
    for path in options.files:
        problem = run_file(os.path.abspath(options.binary), path)
        failed += problem is not None
        print(problem or f"{path}: passed", flush=True)
    print(f"{len(options.files) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

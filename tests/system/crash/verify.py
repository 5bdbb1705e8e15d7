"""Compares what the server has with what the ledger knows."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator

from events import Event, Ledger

PAGE = 5000


def stored_rows(url: str, query: str) -> Iterator[dict]:
    """Every row that a query finds in the test's indices, page by page."""
    cursor = None
    while True:
        asked = {"query": query, "index": "crash-*", "limit": PAGE, "order": "asc"}
        if cursor is not None:
            asked["cursor"] = cursor
        request = urllib.request.Request(url + "/_trail/v1/search", json.dumps(asked).encode(),
                                         {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            page = json.load(answer)
        yield from page["rows"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def count_rows(binary: str, url: str) -> int:
    """The same by the command line."""
    run = subprocess.run([binary, "query", "--server", url, "--index", "crash-*", "--count", ""],
                         capture_output=True, check=True, text=True, timeout=120)
    return int(run.stdout)


def find_problems(ledger: Ledger, rows: Iterator[dict], first_round: int) -> list[str]:
    """What is wrong with the rows of all events since a round."""
    times: dict[int, int] = {}
    problems = []
    for row in rows:
        n = row["source"].get("n")
        event = ledger.events.get(n)
        if event is None:
            problems.append(f"a row that nobody sent: {row}")
            continue
        times[n] = times.get(n, 0) + 1
        wrong = event.check(row)
        if wrong:
            problems.append(f"event {n} {wrong}")
    for event in ledger.events.values():
        if event.round >= first_round:
            problems += count_problem(event, times.get(event.n, 0))
    return problems + [problem for request in ledger.requests for problem in request_problem(request, times)]


def count_problem(event: Event, times: int) -> list[str]:
    what = "an acknowledged" if event.acknowledged else "an unacknowledged"
    if times > 1:
        return [f"doubled: {what} event is there {times} times: n {event.n}, id {event.id}, round {event.round}"]
    if event.acknowledged and times == 0:
        return [f"lost: an acknowledged event is not there: n {event.n}, id {event.id}, round {event.round}"]
    return []


def request_problem(request, times: dict[int, int]) -> list[str]:
    """A request is stored as a whole or not at all; a refused one not at all."""
    alone = [event.n for event in request.fresh if not event.shared]
    there = [n for n in alone if times.get(n)]
    if request.outcome == "refused" and there:
        return [f"a request refused with 429 left {len(there)} of its {len(alone)} events: {there[:5]}"]
    if request.outcome == "unknown" and there and len(there) < len(alone):
        return [f"a request without an answer left {len(there)} of its {len(alone)} events: {there[:5]}"]
    return []

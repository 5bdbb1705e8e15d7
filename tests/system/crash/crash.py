#!/usr/bin/env python3
"""Kills the server under load again and again, and looks for lost and doubled events.

    crash.py --binary PATH [--rounds N] [--seed N] [--data FOLDER]

Each round, on the same data directory: start, verify the round before, send `_bulk` requests from several clients
(new events, with and without `_id`; repeated ones, acknowledged or not), SIGKILL at a random moment, sometimes once
more while it starts. Verified: every acknowledged event is there exactly once and unchanged, every unacknowledged one
at most once, a request without an answer as a whole or not at all, and the server always starts. At the end everything
is verified once more, after an ordinary stop too.

SIGKILL ends the program, not the machine: what the kernel holds survives. Lost power is not tested here.
"""

import argparse
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from client import Client, WrongAnswer  # noqa: E402
from events import Ledger  # noqa: E402
from server import Server, ServerFailed  # noqa: E402
from verify import count_rows, find_problems, stored_rows  # noqa: E402

CLIENTS = 4
READY_WITHIN = 60  # seconds for a start, recovery included


class Broken(Exception):
    """The server lost, doubled or changed something."""


class CrashTest:
    """All rounds, over one data directory."""

    def __init__(self, binary: str, seed: int, folder: pathlib.Path):
        self.binary = binary
        self.seed = seed
        self.rng = random.Random(seed)
        self.ledger = Ledger(seed)
        self.server = Server(binary, folder / "data", folder / "server.log")
        self.slowest_start = 0.0

    def start(self) -> None:
        # Sometimes it is killed while it recovers, before it is ready.
        if self.ledger.events and self.rng.random() < 0.2:
            self.server.launch()
            time.sleep(self.rng.uniform(0, 0.15))
            self.server.kill()
        self.slowest_start = max(self.slowest_start, self.server.start(READY_WITHIN))

    def load_and_kill(self, round_number: int) -> None:
        stop = threading.Event()
        clients = [Client(self.ledger, round_number, self.server.port, stop, f"{self.seed} {round_number} {number}")
                   for number in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(self.rng.uniform(0.05, 1.5))
        if not self.server.running():
            raise self.server.failure("died by itself under load")
        self.server.kill()
        stop.set()
        for client in clients:
            client.join(30)
            if client.is_alive():
                raise Broken("a client still waits for an answer 30 s after the server is gone")
            if client.problem:
                raise client.problem

    def verify(self, query: str, first_round: int) -> None:
        problems = find_problems(self.ledger, stored_rows(self.server.url, query), first_round)
        if problems:
            shown = "\n".join(problems[:20])
            raise Broken(f"{len(problems)} problems:\n{shown}")

    def run_round(self, number: int) -> None:
        self.start()
        self.load_and_kill(number)
        self.start()
        # Only events of this round are new, but unacknowledged ones of the round before were sent again.
        self.verify(f"round >= {number - 1}", number - 1)
        self.ledger.end_round()
        self.server.kill()

    def verify_all(self) -> None:
        """Everything, before and after an ordinary stop, and by the command line."""
        self.start()
        self.verify("", 0)
        self.server.stop()
        self.server.start(READY_WITHIN)
        self.verify("", 0)
        by_search = sum(1 for _ in stored_rows(self.server.url, ""))
        by_command = count_rows(self.binary, self.server.url)
        if by_search != by_command:
            raise Broken(f"search finds {by_search} events, `query --count` {by_command}")
        self.server.stop()


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(100_000))
    parser.add_argument("--data", type=pathlib.Path, help="an empty folder to use and keep")
    return parser.parse_args()


def run_rounds(test: CrashTest, rounds: int) -> int:
    """Returns how many rounds passed before a failure, the final verification counted as one more."""
    begin = time.monotonic()
    passed = 0
    try:
        for number in range(1, rounds + 1):
            test.run_round(number)
            passed += 1
            if number % 10 == 0 or number == rounds:
                print(f"round {number} of {rounds}: {len(test.ledger.events)} events sent, "
                      f"{test.ledger.acknowledged()} acknowledged, slowest start {test.slowest_start:.2f} s, "
                      f"{time.monotonic() - begin:.0f} s", flush=True)
        test.verify_all()
        passed += 1
    except (Broken, WrongAnswer, ServerFailed) as problem:
        what = f"round {passed + 1}" if passed < rounds else "the final verification"
        print(f"{what} failed: {problem}", flush=True)
    finally:
        if test.server.running():
            test.server.kill()
    return passed


def main() -> int:
    options = parse()
    if not os.access(options.binary, os.X_OK):
        print(f"expected a program at {options.binary}; ./dev build makes it", file=sys.stderr)
        return 1
    folder = options.data or pathlib.Path(tempfile.mkdtemp(prefix="ordertrail-crash-"))
    print(f"seed {options.seed}, {options.rounds} rounds, {CLIENTS} clients", flush=True)
    passed = run_rounds(CrashTest(os.path.abspath(options.binary), options.seed, folder), options.rounds)
    failed = 0 if passed == options.rounds + 1 else 1
    if failed:
        print(f"seed {options.seed}; data and the server's log are kept in {folder}")
    elif options.data is None:
        shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

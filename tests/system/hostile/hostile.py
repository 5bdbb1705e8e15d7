#!/usr/bin/env python3
"""Sends the server what means harm or was damaged on its way, over HTTP, while a healthy client works.

    hostile.py --binary PATH [--only WORD]

One server for all tests. Each test says what has to be answered: the protocol's own error for exactly the bad items, or
for the whole request. After each one the server is alive and ready, its peak of memory is bounded, what it held for the
bad client is free, and the healthy client goes on; at the end that client has lost nothing.
"""

import argparse
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from bulk_cases import Actions  # noqa: E402
from document_cases import Documents  # noqa: E402
from http_cases import Bodies, Heads, Lengths  # noqa: E402
from stage import Stage  # noqa: E402
from storm_cases import Amplification, Storm, TheEnd  # noqa: E402

CASES = (Documents, Actions, Bodies, Lengths, Heads, Storm, Amplification, TheEnd)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", help="a part of the names of the tests to run")
    return parser.parse_args()


def tests(only: str | None) -> unittest.TestSuite:
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{only}*"] if only else None
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in CASES)


def main() -> int:
    options = parse()
    if not os.access(options.binary, os.X_OK):
        print(f"expected a program at {options.binary}; ./dev build makes it", file=sys.stderr)
        return 1
    try:
        Stage.open(os.path.abspath(options.binary))
        suite = tests(options.only)
        result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    finally:
        Stage.close()
    bad = {case.id().split(" ")[0] for case, _ in result.failures + result.errors}
    print(f"{result.testsRun - len(bad)} passed, {len(bad)} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Prints `PASSED FAILED` of a test run.

count_tests.py gtest FOLDER STATUS   GoogleTest's JSON reports in FOLDER; STATUS is ctest's exit code
count_tests.py tap FILE STATUS       node's TAP report; STATUS is node's exit code
count_tests.py closing FILE STATUS   output whose last `N passed, N failed` line counts

A run that failed without naming a failed test counts as one failure.
"""

import json
import pathlib
import re
import sys


def count_gtest(folder: pathlib.Path) -> tuple[int, int]:
    """A program that failed without a report of failures (it died) counts as one failure."""
    passed = failed = reported = 0
    for path in folder.glob("*.json"):
        suites = json.loads(path.read_text())["testsuites"]
        tests = [test for suite in suites for test in suite["testsuite"]
                 if test["status"] == "RUN" and test.get("result") != "SKIPPED"]
        failures = sum("failures" in test for test in tests)
        passed += len(tests) - failures
        failed += failures
        reported += failures > 0
    log = folder / "ctest.log"
    ended_badly = len(re.findall(r"^\t +\d+ - .*\(.*\)$", log.read_text(), re.MULTILINE)) if log.exists() else 0
    return passed, failed + max(0, ended_badly - reported)


def count_tap(path: pathlib.Path) -> tuple[int, int]:
    text = path.read_text() if path.exists() else ""

    def closing(word: str) -> int:
        found = re.findall(rf"^# {word} (\d+)$", text, re.MULTILINE)
        return int(found[-1]) if found else 0

    return closing("pass"), closing("fail") + closing("cancelled")


def count_closing(path: pathlib.Path) -> tuple[int, int]:
    found = re.findall(r"^(\d+) passed, (\d+) failed$", path.read_text(), re.MULTILINE)
    return (int(found[-1][0]), int(found[-1][1])) if found else (0, 0)


def main(kind: str, path: str, status: str) -> None:
    count = {"gtest": count_gtest, "tap": count_tap, "closing": count_closing}[kind]
    passed, failed = count(pathlib.Path(path))
    if status != "0" and failed == 0:
        failed = 1
    print(passed, failed)


if __name__ == "__main__":
    main(*sys.argv[1:])

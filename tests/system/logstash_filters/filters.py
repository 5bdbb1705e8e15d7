#!/usr/bin/env python3
"""Filters of Logstash, carried over to own pipelines: `ordertrail pipeline test` has to give the fields that Logstash gives.

    filters.py --binary PATH [--only WORD]

Beside each stand the filter as it is written for Logstash and the fields that Logstash documents for its steps. What Logstash
adds by itself (host, path, @version, event.original) is left out. None: the line is dropped.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from system_filters import FILTERS as SYSTEM
from web_filters import FILTERS as WEB

HEAD = "format: 1\npipelines:\n  - name: carried\n    steps:"


def run(binary: str, folder: pathlib.Path, steps: str, line: str) -> dict | None | str:
    """The event as it is after the filter, None when it is dropped, or what is wrong."""
    pipelines = folder / "carried.yaml"
    pipelines.write_text(HEAD + steps)
    # One event a line; a text of several lines comes as JSON, as from a client that joined them.
    several = "\n" in line
    text = json.dumps({"message": line}) if several else line
    done = subprocess.run([binary, "pipeline", "test", "--pipelines", str(pipelines), "--format",
                           "json" if several else "plain"], input=text + "\n", capture_output=True, text=True, check=False,
                          timeout=60)
    if done.returncode != 0:
        return f"it ended with {done.returncode}: {done.stderr.strip()}{done.stdout.strip()}"
    for row in done.stdout.splitlines():
        if row.startswith("  after  {"):
            return json.loads(row.removeprefix("  after"))
        if row.startswith("  ") and "dropped" in row:
            return None
    return f"it says: {done.stdout.strip()}"


def difference(wanted: dict | None, found: dict | None | str) -> str:
    if not isinstance(wanted, dict) or not isinstance(found, dict):
        return "" if wanted == found else f"expected {wanted}, found {found}"
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name, "(nothing)") != found.get(name, "(nothing)"):
            return f"{name} is {found.get(name, '(nothing)')!r}, Logstash gives {wanted.get(name, '(nothing)')!r}"
    return ""


def check(binary: str, folder: pathlib.Path, case: dict) -> list[str]:
    wrong = []
    for line, wanted in case["lines"]:
        what = difference(wanted, run(binary, folder, case["steps"], line))
        if what:
            wrong.append(f"of {line!r}: {what}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", default="", help="filters whose name has this word")
    options = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="ordertrail-filters-") as folder:
        for name, case in (WEB | SYSTEM).items():
            if options.only not in name:
                continue
            wrong = check(options.binary, pathlib.Path(folder), case)
            passed, failed = (passed, failed + 1) if wrong else (passed + 1, failed)
            print(f"{name}: {'FAILED' if wrong else 'passed'}", *wrong, sep="\n  ")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

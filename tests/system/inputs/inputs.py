#!/usr/bin/env python3
"""Real clients of the inputs that are not Elasticsearch, OTLP or Beats, against the real program.

    inputs.py --binary PATH [--only WORD]

Everything is checked by content. Where a client cannot be had, its cases are passed over, and that is said.
"""

import argparse
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE.parent / "beats")]

import databases  # noqa: E402
import files  # noqa: E402
import forward  # noqa: E402
import gelf  # noqa: E402
import journald  # noqa: E402
import killed  # noqa: E402
import rabbitmq  # noqa: E402
import s3  # noqa: E402
import syslog_clients  # noqa: E402
from stage import run_case  # noqa: E402

MODULES = (journald, syslog_clients, forward, gelf, files, databases, rabbitmq, s3, killed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", default="", help="cases whose name has this word")
    options = parser.parse_args()
    cases = {name: case for module in MODULES for name, case in module.CASES.items() if options.only in name}
    results = [run_case(name, os.path.abspath(options.binary), case, settings()) for name, (case, settings) in cases.items()]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 1 if False in results else 0


if __name__ == "__main__":
    sys.exit(main())

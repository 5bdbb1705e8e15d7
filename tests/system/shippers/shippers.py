#!/usr/bin/env python3
"""Shippers that write to Elasticsearch, as their sources have them speak, against the real program.

    shippers.py --binary PATH [--only WORD]

Logstash, Fluent Bit, Vector and the OpenTelemetry collector's exporter cannot be had here as programs; what each asks, sends,
and concludes from an answer is written down beside this file. Asserted is what it would conclude, and every event.
"""

import argparse
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE.parent / "beats")]

import fluent_bit  # noqa: E402
import logstash_cases  # noqa: E402
import otel_exporter  # noqa: E402
import vector  # noqa: E402
from stage import run_case  # noqa: E402

MODULES = (logstash_cases, fluent_bit, vector, otel_exporter)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", default="", help="cases whose name has this word")
    options = parser.parse_args()
    cases = {name: case for module in MODULES for name, case in module.CASES.items() if options.only in name}
    results = [run_case(name, os.path.abspath(options.binary), case, settings) for name, (case, settings) in cases.items()]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 1 if False in results else 0


if __name__ == "__main__":
    sys.exit(main())

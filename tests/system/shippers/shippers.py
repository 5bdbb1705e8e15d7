#!/usr/bin/env python3
"""Shippers that write to Elasticsearch, as their sources have them speak, against the real program.

    shippers.py --binary PATH [--only WORD]

Logstash, Fluent Bit, Vector and the OpenTelemetry collector's exporter cannot be had here as programs; what each asks, sends,
and concludes from an answer is written down beside this file. Asserted is what it would conclude, and every event.
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE.parent / "beats")]

import fluent_bit  # noqa: E402
import logstash_cases  # noqa: E402
import otel_exporter  # noqa: E402
import vector  # noqa: E402
from stage import run_modules  # noqa: E402

MODULES = (logstash_cases, fluent_bit, vector, otel_exporter)

if __name__ == "__main__":
    sys.exit(run_modules(__doc__, MODULES))

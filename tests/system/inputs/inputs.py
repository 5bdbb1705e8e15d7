#!/usr/bin/env python3
"""Real clients of the inputs that are not Elasticsearch, OTLP or Beats, against the real program.

    inputs.py --binary PATH [--only WORD]

Everything is checked by content. Where a client cannot be had, its cases are passed over, and that is said.
"""

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
from stage import run_modules  # noqa: E402

MODULES = (journald, syslog_clients, forward, gelf, files, databases, rabbitmq, s3, killed)

if __name__ == "__main__":
    sys.exit(run_modules(__doc__, MODULES))

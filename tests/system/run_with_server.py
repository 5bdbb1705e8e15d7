#!/usr/bin/env python3
"""Runs a command beside a server of its own.

    run_with_server.py --binary PATH [--demo-orders N] -- COMMAND...

The server has an empty data directory (or demo data), a free port of 127.0.0.1, and is ready when COMMAND starts;
COMMAND finds it in ORDERTRAIL_URL and the program in ORDERTRAIL_BINARY. Afterwards the server is ended by SIGTERM and
has to exit with 0. The exit status is COMMAND's, or 1 when the server failed.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

from server import Server, ServerFailed


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--demo-orders", type=int, help="start `ordertrail demo` with so many orders")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def make_server(options: argparse.Namespace, folder: pathlib.Path) -> Server:
    binary = os.path.abspath(options.binary)
    verb, arguments = "serve", ()
    if options.demo_orders is not None:
        verb, arguments = "demo", ("--orders", str(options.demo_orders), "--no-live")
    return Server(binary, folder / "data", folder / "server.log", verb, arguments)


def run(options: argparse.Namespace, folder: pathlib.Path) -> int:
    server = make_server(options, folder)
    try:
        seconds = server.start(deadline=120)
        print(f"{server.url} is ready after {seconds:.2f} s", flush=True)
        surroundings = os.environ | {"ORDERTRAIL_URL": server.url,
                                     "ORDERTRAIL_BINARY": os.path.abspath(options.binary)}
        status = subprocess.run(options.command, env=surroundings, check=False).returncode
        if not server.running():
            raise server.failure("ended while the tests ran")
        server.stop()
        return status
    finally:
        if server.running():
            server.kill()


def main() -> int:
    options = parse()
    if not os.access(options.binary, os.X_OK):
        print(f"expected a program at {options.binary}; ./dev build makes it", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="ordertrail-test-") as folder:
        try:
            return run(options, pathlib.Path(folder))
        except ServerFailed as failure:
            print(failure, file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())

"""What the cases of this folder share: a server with its lumberjack port, events, and what is found of them."""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import certificates  # noqa: E402
from server import Server, ServerFailed, free_port  # noqa: E402, F401

WAIT = 60  # seconds until something that happens by itself has to have happened


class Wrong(Exception):
    """Something is not as it should be."""


class CannotBeHad(Exception):
    """A client that is not there and cannot be fetched; the text says why."""


def expect(holds: bool, what: str) -> None:
    if not holds:
        raise Wrong(what)


class Stage:
    """A server of a case, in a folder of its own."""

    def __init__(self, binary: str, folder: pathlib.Path, **settings: str):
        self.binary = binary
        self.folder = folder
        self.lumberjack = free_port()
        # JSON is YAML.
        config = folder / "ordertrail.yaml"
        config.write_text(json.dumps({"lumberjack.address": f"127.0.0.1:{self.lumberjack}"} |
                                     {name.replace("__", "."): value for name, value in settings.items()}))
        self.server = Server(binary, folder / "data", folder / "server.log", arguments=("--config", str(config)))
        self.server.start()

    def close(self) -> None:
        if self.server.running():
            self.server.stop()

    def rows(self, index: str = "*") -> list[dict]:
        words = [self.binary, "query", "--server", self.server.url, "--index", index, "--limit", "0", "--format",
                 "ndjson", ""]
        listed = subprocess.run(words, capture_output=True, check=False, timeout=120)
        if listed.returncode != 0:
            raise Wrong(f"a query ended with {listed.returncode}: {listed.stderr.decode()[:500]}")
        return [json.loads(line) for line in listed.stdout.splitlines() if line.strip()]

    def count(self) -> int:
        request = urllib.request.Request(self.server.url + "/_trail/v1/count", b'{"query":""}',
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["count"]

    def metric(self, name: str) -> float:
        """The sum of a metric's series of the lumberjack input."""
        with urllib.request.urlopen(self.server.url + "/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines
                   if line.split("{")[0].split(" ")[0] == name and ("{" not in line or 'input="lumberjack"' in line))

    @staticmethod
    def wait_for(what: str, holds, else_say=lambda: "") -> None:
        end = time.monotonic() + WAIT
        while not holds():
            if time.monotonic() > end:
                raise Wrong(f"expected within {WAIT} s: {what}\n{else_say()}")
            time.sleep(0.02)

    def wait_for_count(self, wanted: int, else_say=lambda: "") -> None:
        found = -1

        def enough() -> bool:
            nonlocal found
            found = self.count()
            return found >= wanted
        self.wait_for(f"{wanted} events", enough, lambda: f"found {found}\n{else_say()}")


def line(n: int) -> dict:
    return {"timestamp": f"2026-11-24T10:{n // 60 % 60:02}:{n % 60:02}.{n % 1000:03}Z", "level": "INFO",
            "service_name": "Shop API", "event_type": "ORDER_CREATED", "order_id": f"ORD-{n}", "user_id": f"user-{n % 7}",
            "message": f"Заказ {n} \"создан\"\twith a tab", "n": n, "additional_data": {"material": "PLA", "quantity": n % 5}}


def write_lines(path: pathlib.Path, first: int, last: int) -> None:
    with path.open("a", encoding="utf-8") as file:
        for n in range(first, last + 1):
            file.write(json.dumps(line(n), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def verify(rows: list[dict], last: int, once: bool = True) -> None:
    """Events 1 to `last` are all there, each as it was written, and once."""
    found = collections.Counter(row.get("n") for row in rows)
    lost = set(range(1, last + 1)) - found.keys()
    doubled = [n for n, times in found.items() if times > 1]
    expect(not lost, f"{len(lost)} of {last} events are lost, such as {sorted(lost)[:5]}")
    expect(not once or not doubled, f"{len(doubled)} events are there twice, such as {sorted(doubled)[:5]}")
    expect(set(found) == set(range(1, last + 1)), "there are events that nobody wrote")
    for row in rows:
        wanted = line(row["n"])
        for name, value in wanted.items():
            # Personal data may come back masked; Filebeat writes its own time beside ours.
            if name not in ("user_id",):
                expect(row.get(name) == value, f"event {row['n']}: {name} is {row.get(name)!r}, expected {value!r}")
        expect("@metadata" not in row, f"event {row['n']} still has its @metadata")


def run_case(name: str, binary: str, case, settings: dict) -> bool | None:
    """Whether it passed; None: passed over. `{}` in a setting is the case's folder."""
    print(f"{name}:", flush=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ordertrail-case-") as text:
        folder = pathlib.Path(text)
        stage = None
        try:
            if any("tls" in setting for setting in settings):
                certificates.make(folder / "tls")
            stage = Stage(binary, folder, **{key: value.replace("{}", text) for key, value in settings.items()})
            case(stage)
            stage.close()
            print(f"  passed ({time.monotonic() - begin:.1f} s)", flush=True)
            return True
        except CannotBeHad as why:
            print(f"  PASSED OVER: {why}", flush=True)
            return None
        except (Wrong, ServerFailed, OSError, RuntimeError, subprocess.SubprocessError) as wrong:
            print(f"  FAILED: {wrong}", flush=True)
            return False
        finally:
            if stage and stage.server.running():
                stage.server.kill()


def options_of(doc: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", default="", help="cases whose name has this word")
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    return options


def run_cases(binary: str, cases: dict) -> int:
    """Runs them, each a case and its settings (or what makes them), and says how many passed; the exit status."""
    results = [run_case(name, binary, case, settings() if callable(settings) else settings)
               for name, (case, settings) in cases.items()]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 1 if False in results else 0


def run_modules(doc: str, modules: tuple) -> int:
    """A suite's main: the cases of its modules that were asked for."""
    options = options_of(doc)
    return run_cases(options.binary, {name: case for module in modules for name, case in module.CASES.items()
                                      if options.only in name})

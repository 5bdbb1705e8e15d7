"""Starts and stops the program for the tests of this folder."""

import pathlib
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request


class ServerFailed(Exception):
    """The program did not do what was asked of it; the text ends with its own log."""


def free_port() -> int:
    """A port outside the range that outgoing connections take, so that it is free after a restart too."""
    for _ in range(200):
        port = random.SystemRandom().randrange(20000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise ServerFailed("no free port between 20000 and 32000")


class Server:
    """`ordertrail VERB --data DATA --http 127.0.0.1:PORT`, started as often as wanted on the same data and port."""

    def __init__(self, binary: str, data: pathlib.Path, log: pathlib.Path, verb: str = "serve",
                 arguments: tuple[str, ...] = ()):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self.out = log.with_suffix(".out")
        self.command = [binary, verb, "--data", str(data), "--http", f"127.0.0.1:{self.port}", *arguments]
        self.process: subprocess.Popen | None = None

    def launch(self) -> None:
        """Starts it, without waiting. Its log goes on over several starts, its output begins anew."""
        with self.log.open("ab") as log, self.out.open("wb") as out:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=log)

    def wait_ready(self, deadline: float) -> float:
        """Returns after how many seconds GET /health answered 200 (a demo: its address was printed too)."""
        begin = time.monotonic()
        is_demo = self.command[1] == "demo"
        state = "nothing"
        while time.monotonic() - begin < deadline:
            if self.process.poll() is not None:
                raise self.failure(f"ended at start with status {self.process.returncode}")
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=2) as answer:
                    state = f"HTTP {answer.status}"
                    if answer.status == 200 and (not is_demo or self.url in self.out.read_text()):
                        return time.monotonic() - begin
            except urllib.error.HTTPError as error:
                state = f"HTTP {error.code}: {error.read(300).decode('utf-8', 'replace')}"
            except OSError as error:
                state = str(error)
            time.sleep(0.01)
        raise self.failure(f"not ready within {deadline:g} s; the last answer of GET /health: {state}")

    def start(self, deadline: float = 30) -> float:
        self.launch()
        return self.wait_ready(deadline)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, deadline: float = 30) -> None:
        """SIGTERM; it has to end by itself, with status 0."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            raise self.failure(f"did not end within {deadline:g} s of SIGTERM") from None
        if status != 0:
            raise self.failure(f"ended with status {status} after SIGTERM, expected 0")

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def failure(self, what: str) -> ServerFailed:
        lines = self.log.read_text(errors="replace").splitlines()[-40:]
        return ServerFailed("\n".join([f"{' '.join(self.command)}: {what}", "its log ends with:", *lines]))

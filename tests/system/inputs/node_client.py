"""Clients from npm that the cases of this folder run as programs of their own."""

import pathlib
import shutil
import subprocess

from stage import CannotBeHad

HERE = pathlib.Path(__file__).resolve().parent


def command(script: str, package: str, *words: str) -> list[str]:
    node = shutil.which("node")
    if node is None or not (HERE.parent / "node_modules" / package).exists():
        raise CannotBeHad(f"{package} is not there; npm ci in tests/system installs it")
    return [node, str(HERE / script), *words]


def run(script: str, package: str, *words: str, timeout: float = 60) -> None:
    ended = subprocess.run(command(script, package, *words), capture_output=True, check=False, timeout=timeout)
    if ended.returncode != 0 or ended.stderr:
        raise RuntimeError(f"{script} ended with {ended.returncode}: {ended.stderr.decode()[:2000]}")

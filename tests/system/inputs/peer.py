"""Programs of Debian packages that the cases of this folder run."""

import os
import pathlib
import subprocess

from stage import CannotBeHad

PEERS = pathlib.Path(__file__).resolve().parent.parent / "peers"


class Peer:
    """The files of peers/debian.sh NAME, and how to run a program of them."""

    def __init__(self, name: str):
        found = subprocess.run([str(PEERS / "debian.sh"), name], capture_output=True, text=True, check=False)
        if found.returncode == 3:
            raise CannotBeHad(found.stderr.strip())
        if found.returncode != 0:
            raise RuntimeError(f"debian.sh {name} ended with {found.returncode}: {found.stderr}")
        self.folder = pathlib.Path(found.stdout.strip())

    def path(self, program: str) -> str:
        return str(self.folder / program)

    def environment(self, *libraries: str) -> dict[str, str]:
        folders = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", *libraries]
        return os.environ | {"LD_LIBRARY_PATH": ":".join(str(self.folder / folder) for folder in folders)}

    def run(self, program: str, *words: str, libraries: tuple[str, ...] = (), **more) -> subprocess.CompletedProcess:
        return subprocess.run([self.path(program), *words], capture_output=True, check=False, timeout=60,
                              env=self.environment(*libraries), **more)

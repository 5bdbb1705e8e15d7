#!/usr/bin/env python3
"""Checks what is committed: short files, no paths of one machine, lock files without addresses.

    tools/check_files.py [ROOT]

Prints one line per violation and exits 1 when there is one.
"""

import pathlib
import re
import subprocess
import sys

LONGEST = 500
COUNTED = {".h", ".cpp", ".ts", ".tsx", ".py", ".mjs"}
HOME = re.compile(r"(?<![\w.}/-])/(?:root|work|farm|home/\w+|Users/\w+)/\w")
LOCKED_ADDRESS = re.compile(r'"resolved": "https?:')


def committed(root: pathlib.Path) -> list[str]:
    run = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, check=True, text=True,
    )
    return sorted(name for name in set(run.stdout.split("\0")) if name and (root / name).is_file())


def check_file(root: pathlib.Path, name: str) -> list[str]:
    path = root / name
    data = path.read_bytes()
    if b"\0" in data:
        return []
    lines = data.decode("utf-8", "replace").splitlines()
    problems = []
    if path.suffix in COUNTED and len(lines) > LONGEST:
        problems.append(f"{name}: {len(lines)} lines, expected at most {LONGEST}: split it")
    for number, line in enumerate(lines, 1):
        if HOME.search(line):
            problems.append(f"{name}:{number}: a path of one machine: {line.strip()[:80]}")
        if path.name == "package-lock.json" and LOCKED_ADDRESS.search(line):
            problems.append(f"{name}:{number}: an address in the lock file: set omit-lockfile-registry-resolved")
            break
    return problems


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    problems = [problem for name in committed(root) for problem in check_file(root, name)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

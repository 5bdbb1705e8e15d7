#!/usr/bin/env python3
"""Checks that the rooms under src/ use only what cmake/rooms.txt allows.

    tools/check_rooms.py [ROOT]

- the table has no cycle;
- every `#include "room/..."` in src/ is allowed: the own room always, another one by the longest row of the
  table that the file's folder lies in (`storage/opensearch` before `storage`);
- the USES of every src/**/CMakeLists.txt are within the same row;
- headers of libraries that belong to one room are included there only.

Prints one line `file:line: what was found, what was expected` per violation and exits 1 when there is one.
"""

import pathlib
import re
import sys

# Headers (by prefix) and the rooms that may include them; the others go through those rooms' own headers.
LIBRARY_ROOMS = {
    "boost/asio": {"net"},
    "boost/beast": {"net"},
    "grpc/": {"net", "input"},
    "grpcpp/": {"net", "input"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
SOURCES = {".h", ".cpp"}

Table = dict[str, set[str]]


def read_table(path: pathlib.Path) -> Table:
    """Row by room or sub-folder: what it may use, beside its own room."""
    table: Table = {}
    for line in path.read_text().splitlines():
        line = line.split("#", 1)[0].strip()
        if line:
            row, _, rooms = line.partition(":")
            table[row.strip()] = set(rooms.split())
    return table


def room_of(row: str) -> str:
    return row.split("/", 1)[0]


def row_of(folder: str, table: Table) -> str | None:
    """The longest row that a folder below src/ lies in."""
    parts = folder.split("/")
    for length in range(len(parts), 0, -1):
        row = "/".join(parts[:length])
        if row in table:
            return row
    return None


def find_cycle(table: Table) -> list[str] | None:
    """A cycle over whole rooms, a sub-folder's row counted as its room's."""
    uses: dict[str, set[str]] = {}
    for row, rooms in table.items():
        uses.setdefault(room_of(row), set()).update(room_of(room) for room in rooms)
    done: set[str] = set()

    def visit(room: str, way: list[str]) -> list[str] | None:
        if room in way:
            return way[way.index(room) :] + [room]
        if room in done:
            return None
        for used in sorted(uses.get(room, ())):
            cycle = visit(used, way + [room]) if used != room else None
            if cycle:
                return cycle
        done.add(room)
        return None

    for room in sorted(uses):
        cycle = visit(room, [])
        if cycle:
            return cycle
    return None


def check_table(table: Table, rooms_file: str) -> list[str]:
    problems = []
    known = {room_of(row) for row in table}
    for row, rooms in table.items():
        for unknown in sorted(rooms - known):
            problems.append(f"{rooms_file}: {row} names {unknown}, which has no row of its own")
    cycle = find_cycle(table)
    if cycle:
        problems.append(f"{rooms_file}: rooms use each other in a circle: {' -> '.join(cycle)}")
    return problems


def allowed(row: str, table: Table) -> set[str]:
    return table[row] | {room_of(row)}


def check_include(path: str, row: str, table: Table) -> str | None:
    """What is wrong with including `path` from a folder of `row`, if anything."""
    room = room_of(path)
    for prefix, rooms in LIBRARY_ROOMS.items():
        if path.startswith(prefix) and room_of(row) not in rooms:
            return f"includes {path}, which only {', '.join(sorted(rooms))} may"
    if ".." in path.split("/"):
        return f"includes {path}: expected a path from src/, such as base/result.h"
    if "/" in path and room in {room_of(known) for known in table} and room not in allowed(row, table):
        return f"{row} includes {path}; it may use {' '.join(sorted(allowed(row, table)))}"
    return None


def check_file(file: pathlib.Path, name: str, row: str, table: Table) -> list[str]:
    problems = []
    for number, line in enumerate(file.read_text().splitlines(), 1):
        found = INCLUDE.match(line)
        problem = found and check_include(found[2], row, table)
        if problem:
            problems.append(f"{name}:{number}: {problem}")
    return problems


def uses_of(text: str) -> list[tuple[int, str]]:
    """The words after USES in every ordertrail_room(...), with their line numbers."""
    uses = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        for word in re.findall(r"[\w/${}.:-]+", line.split("#", 1)[0]):
            if re.fullmatch(r"[A-Z_]+", word):
                inside = word == "USES"
            elif inside:
                uses.append((number, word))
    return uses


def check_cmake(file: pathlib.Path, name: str, row: str, table: Table) -> list[str]:
    problems = []
    for number, library in uses_of(file.read_text()):
        # A room may be several libraries: storage_engine belongs to storage.
        room = library.split("_", 1)[0]
        if room not in allowed(row, table):
            may = " ".join(sorted(allowed(row, table)))
            problems.append(f"{name}:{number}: {row} USES {library}; it may use {may}")
    return problems


def check(root: pathlib.Path) -> list[str]:
    table = read_table(root / "cmake" / "rooms.txt")
    problems = check_table(table, "cmake/rooms.txt")
    for file in sorted((root / "src").rglob("*")):
        is_cmake = file.name == "CMakeLists.txt"
        if not is_cmake and file.suffix not in SOURCES:
            continue
        name = file.relative_to(root).as_posix()
        folder = file.parent.relative_to(root / "src").as_posix()
        row = row_of(folder, table)
        if row is None:
            problems.append(f"{name}: expected a room of cmake/rooms.txt, found the folder {folder}")
            continue
        problems += (check_cmake if is_cmake else check_file)(file, name, row, table)
    return problems


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    problems = check(root)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

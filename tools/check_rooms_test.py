#!/usr/bin/env python3
"""Tests of check_rooms.py, each on a small tree of its own."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).with_name("check_rooms.py")

TABLE = """\
# a comment
base:
net: base
event: base
storage: base event
storage/opensearch: base event net   # its own row
input: base event net
"""


class CheckRoomsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("cmake/rooms.txt", TABLE)
        self.write("src/base/result.h", "#pragma once\n")
        self.write("src/net/http.h", '#include <boost/asio.hpp>\n#include "base/result.h"\n')
        self.write("src/event/batch.h", '#pragma once\n\n#include "base/result.h"\n')
        self.write("src/event/CMakeLists.txt", "ordertrail_room(NAME event\n    USES base\n    SOURCES a.cpp)\n")

    def write(self, name: str, text: str):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run_check(self) -> tuple[int, str]:
        run = subprocess.run([sys.executable, TOOL, self.root], capture_output=True, text=True)
        self.assertEqual(run.stderr, "")
        return run.returncode, run.stdout

    def expect_passes(self):
        self.assertEqual(self.run_check(), (0, ""))

    def expect_fails(self, *texts: str):
        status, output = self.run_check()
        self.assertEqual(status, 1)
        for text in texts:
            self.assertIn(text, output)
        self.assertEqual(len(output.splitlines()), 1, output)

    def test_passes_when_every_include_is_allowed(self):
        self.expect_passes()

    def test_fails_with_file_and_line_of_a_forbidden_include(self):
        self.write("src/event/batch.cpp", '#include "event/batch.h"\n\n#include "net/http.h"\n')
        self.expect_fails("src/event/batch.cpp:3:", "net/http.h")

    def test_a_forbidden_include_in_angle_brackets_fails_too(self):
        self.write("src/event/batch.cpp", "#include <net/http.h>\n")
        self.expect_fails("src/event/batch.cpp:1:")

    def test_the_longest_row_wins(self):
        self.write("src/storage/opensearch/bulk.cpp", '#include "net/http.h"\n#include "storage/store.h"\n')
        self.expect_passes()
        self.write("src/storage/engine/part.cpp", '#include "net/http.h"\n')
        self.expect_fails("src/storage/engine/part.cpp:1:", "storage includes net/http.h")

    def test_a_path_with_dots_fails(self):
        self.write("src/event/batch.cpp", '#include "../net/http.h"\n')
        self.expect_fails("src/event/batch.cpp:1:", "expected a path from src/")

    def test_library_headers_stay_in_their_room(self):
        self.write("src/input/server.cpp", "#include <boost/beast/http.hpp>\n")
        self.expect_fails("src/input/server.cpp:1:", "only net may")

    def test_uses_outside_the_row_fail(self):
        self.write("src/event/CMakeLists.txt", "ordertrail_room(NAME event\n    USES base net\n    SOURCES net.cpp)\n")
        self.expect_fails("src/event/CMakeLists.txt:2:", "event USES net")

    def test_a_room_made_of_several_libraries_may_use_its_own(self):
        self.write("src/storage/CMakeLists.txt", "ordertrail_room(NAME storage USES storage_engine event)\n")
        self.expect_passes()

    def test_a_circle_in_the_table_fails(self):
        self.write("cmake/rooms.txt", TABLE.replace("base:\n", "base: event\n"))
        self.expect_fails("circle", "base -> event -> base")

    def test_a_room_without_a_row_fails(self):
        self.write("src/utils/strings.h", "#pragma once\n")
        self.expect_fails("src/utils/strings.h", "expected a room")


if __name__ == "__main__":
    unittest.main()

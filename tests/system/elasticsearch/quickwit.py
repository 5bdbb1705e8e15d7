#!/usr/bin/env python3
"""Quickwit's scenarios of Elasticsearch's API, run by their own runner against the real program.

    quickwit.py --binary PATH --scenarios FOLDER [--verbose]

FOLDER is `quickwit/rest-api-tests` of a copy of the public repository quickwit-oss/quickwit. The runner ends a file at its
first failure; here every step is run, as --engine elasticsearch, and counted. `OUT_OF_SCOPE` lists the steps that do not
hold here, each with its reason; one that is not listed, or listed and holding, fails.
"""

import argparse
import contextlib
import importlib.util
import io
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from server import Server  # noqa: E402

FOLDERS = ("es_compatibility", "es_compatibility_info", "es_field_capabilities")

# A reason, and the steps of each file that it holds for.
REASONS = {
    "fields are mapped by what comes: a client's own mapping (dates and keywords in fields of its own, addresses, fielddata "
    "of a text, a date that has to be one) has no effect": {
        "es_compatibility/0004-term_aggregations.yaml": [1],
        "es_compatibility/0007-range_queries.yaml": [11, 12, 13, 14, 15, 16, 17, 18, 20, 21],
        "es_compatibility/0012-scroll-api.yaml": [2, 3, 4, 6, 7, 8, 9, 10],
        "es_compatibility/0018-search_after.yaml": [6, 7, 8],
        "es_compatibility/bulk/0005-document-parsing-exception.yaml": [1],
        "es_compatibility/multi-indices/0001-muti_indices_query.yaml": [5, 10],
        "es_field_capabilities/0001-field-capabilities.yaml": [8, 9, 12],
    },
    "a client does not delete an index: events stay for as long as their retention says": {
        "es_compatibility/0024-delete_indices.yaml": [5, 6, 7, 8],
        "es_compatibility/_teardown.elasticsearch.yaml": [1, 2],
        "es_compatibility/multi-indices/_teardown.elasticsearch.yaml": [1, 2],
        "es_field_capabilities/_teardown.elasticsearch.yaml": [1, 2],
    },
    "a cluster's settings (which indices may come into being) are not a client's": {
        "es_compatibility/bulk/_setup.elasticsearch.yaml": [3],
        "es_compatibility/bulk/_teardown.elasticsearch.yaml": [1],
        "es_compatibility/bulk/0006-partial-index-not-found.yaml": [1],
    },
    "max_expansions is passed over: all words that begin so are found": {
        "es_compatibility/0010-match_phrase_prefix_query.yaml": [6],
    },
    "asks for segments and for the size of an index that is not compressed": {
        "es_compatibility/0020-stats.yaml": [1, 2],
    },
    "parameters that are not known are passed over": {"es_compatibility/0021-cat-indices.yaml": [9]},
    "$ is a character in Lucene's expressions; newer versions take it for an anchor": {
        "es_compatibility/0031-regex.yaml": [6],
    },
    "a field is a text with a keyword twin, not both under one name, as in Elasticsearch": {
        "es_field_capabilities/0001-field-capabilities.yaml": [16, 17, 18],
    },
}
OUT_OF_SCOPE = {(file, step): reason for reason, files in REASONS.items() for file, steps in files.items() for step in steps}


class Steps:
    """Walks through the scenarios with the runner's own visitor, step by step."""

    def __init__(self, runner: object, url: str, verbose: bool):
        self.runner, self.url, self.verbose = runner, url, verbose
        self.passed, self.wrong = 0, []
        self.visitor = runner.Visitor(engine="elasticsearch")
        self.visitor.run_scenario = self.run_scenario

    def run(self, paths: list[str]) -> None:
        self.runner.build_path_tree(paths).visit_nodes(self.visitor)

    def run_scenario(self, path: list[str], script: str) -> bool:
        file = "/".join([*path[1:], script])
        previous: object = {}
        for number, step in enumerate(self.runner.open_scenario("/".join([*path, script])), 1):
            if "elasticsearch" not in step.get("engines", ["elasticsearch"]):
                continue
            step = {**self.visitor.context, **step, "api_root": self.url}
            said = io.StringIO()
            try:
                with contextlib.redirect_stdout(said):
                    previous = self.runner.run_step(step, previous)
                failure = ""
            except Exception as error:  # noqa: BLE001: the runner raises whatever happens in a step
                failure = str(error) or type(error).__name__
            self.count(file, number, failure, step, said.getvalue())
        return True

    def count(self, file: str, number: int, failure: str, step: dict, said: str) -> None:
        reason = OUT_OF_SCOPE.get((file, number))
        if bool(failure) == (reason is not None):
            self.passed += 1
            if failure:
                print(f"{file}, step {number}: out of scope: {reason}")
            return
        self.wrong.append((file, number))
        print(f"FAILED {file}, step {number}: {failure or 'is listed as out of scope, and passes'}")
        if self.verbose and failure:
            shown = {key: step[key] for key in ("method", "endpoint", "params", "json", "ndjson", "expected") if key in step}
            print(f"    {str(shown)[:1500]}\n    {said[:1500]}")


def runner_of(folder: pathlib.Path) -> object:
    spec = importlib.util.spec_from_file_location("run_tests", folder / "run_tests.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("--scenarios", required=True, type=pathlib.Path)
    arguments.add_argument("--verbose", action="store_true")
    options = arguments.parse_args()
    binary, scenarios = os.path.abspath(options.binary), options.scenarios.resolve()
    runner = runner_of(scenarios)
    os.chdir(scenarios)
    paths = [str(path) for folder in FOLDERS for path in pathlib.Path("scenarii", folder).rglob("*.yaml")]
    if not paths:
        print(f"{scenarios}/scenarii has none of {', '.join(FOLDERS)}")
        return 2
    with tempfile.TemporaryDirectory(prefix="ordertrail-quickwit-") as folder:
        server = Server(binary, pathlib.Path(folder, "data"), pathlib.Path(folder, "log"))
        server.start()
        try:
            steps = Steps(runner, server.url, options.verbose)
            steps.run(paths)
        finally:
            server.stop()
    print(f"{steps.passed} steps as expected, {len(OUT_OF_SCOPE)} of them out of scope; {len(steps.wrong)} failed")
    return 1 if steps.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

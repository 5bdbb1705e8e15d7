#!/usr/bin/env python3
"""Programs that read from Elasticsearch, unchanged, against the real program: elasticdump and ElastAlert2.

    readers.py --binary PATH [--only WORD]

What cannot be had here is passed over, and that is said.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from differential import ask, store  # noqa: E402
from documents import INDEX, documents  # noqa: E402
from server import Server  # noqa: E402


class CannotBeHad(Exception):
    """The program is not here; the text says why."""


class Wrong(Exception):
    """It did something else than it should; the text says what."""


def peer(name: str) -> pathlib.Path:
    found = subprocess.run([HERE.parent / "peers" / f"{name}.sh"], capture_output=True, text=True, check=False, timeout=600)
    if found.returncode != 0:
        raise CannotBeHad(found.stderr.strip().splitlines()[-1] if found.stderr else "no reason given")
    return pathlib.Path(found.stdout.strip())


def run(*command: object) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=120)
    text = done.stdout + done.stderr
    if done.returncode != 0:
        raise Wrong(f"{' '.join(map(str, command))} ended with {done.returncode}: {text[-2000:]}")
    return text


def expect(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise Wrong(f"{what}: expected {str(wanted)[:500]}, found {str(found)[:500]}")


def dump(url: str, folder: pathlib.Path) -> None:
    """An index out to a file, and from there into another index: nothing is lost or changed."""
    program = peer("elasticdump")
    copy = folder / "dump.ndjson"
    run(program, f"--input={url}/{INDEX}", f"--output={copy}", "--type=data", "--limit=700")
    lines = [json.loads(line) for line in copy.read_text().splitlines()]
    expect({line["_id"]: line["_source"] for line in lines}, dict(documents()), "the dump")
    mapping = folder / "mapping.json"
    run(program, f"--input={url}/{INDEX}", f"--output={mapping}", "--type=mapping")
    expect(INDEX in json.loads(mapping.read_text()), True, "the mapping")
    run(program, f"--input={copy}", f"--output={url}/orders-copy", "--type=data", "--limit=700")
    expect(ask(url, "GET", "/orders-copy/_count")[1]["count"], len(lines), "what came back")
    expect(ask(url, "GET", "/orders-copy/_source/doc-7")[1], dict(documents())["doc-7"], "one that came back")


RULES = {
    "frequency": {"type": "frequency", "num_events": 5, "timeframe": {"hours": 1},
                  "filter": [{"query": {"query_string": {"query": "level: ERROR"}}}]},
    "any": {"type": "any", "filter": [{"term": {"status_code": 500}}, {"range": {"response_time": {"gte": 800}}}]},
    "cardinality": {"type": "cardinality", "cardinality_field": "order_id", "max_cardinality": 20, "timeframe": {"hours": 2},
                    "query_key": "service_name"},
    "flatline": {"type": "flatline", "threshold": 1000, "timeframe": {"hours": 6}, "use_count_query": True,
                 "doc_type": "_doc"},
    "metric_aggregation": {"type": "metric_aggregation", "metric_agg_key": "response_time", "metric_agg_type": "avg",
                           "query_key": "service_name", "max_threshold": 450, "buffer_time": {"hours": 24},
                           "bucket_interval": {"hours": 1}},
    "spike": {"type": "spike", "spike_height": 1.1, "spike_type": "both", "timeframe": {"hours": 6}, "use_terms_query": True,
              "query_key": "service_name", "doc_type": "_doc", "terms_size": 10},
    "percentage": {"type": "percentage_match", "max_percentage": 8, "buffer_time": {"hours": 12},
                   "match_bucket_filter": [{"term": {"level": "ERROR"}}]}}


def alert(url: str, folder: pathlib.Path) -> None:
    """Rules of each kind find something in two days of orders; its own indices are made."""
    programs = peer("elastalert")
    rules = folder / "rules"
    rules.mkdir()
    settings = {"rules_folder": str(rules), "run_every": {"minutes": 1}, "buffer_time": {"days": 1}, "es_host": "127.0.0.1",
                "es_port": int(url.rsplit(":", 1)[1]), "writeback_index": "elastalert", "alert_time_limit": {"days": 2}}
    config = folder / "config.yaml"
    config.write_text(json.dumps(settings))  # JSON is YAML
    run(programs / "elastalert-create-index", "--config", config, "--host", "127.0.0.1", "--port", settings["es_port"],
        "--no-ssl", "--no-auth", "--no-verify-certs", "--index", "elastalert", "--old-index", "", "--url-prefix", "")
    for name, rule in RULES.items():
        path = rules / f"{name}.yaml"
        path.write_text(json.dumps({"name": name, "index": "orders-*", "timestamp_field": "timestamp", "alert": ["debug"], **rule}))
        text = run(programs / "elastalert-test-rule", "--config", config, path, "--start", "2026-11-21T00:00:00", "--end",
                   "2026-11-23T00:00:00")
        if "Traceback" in text or "ERROR" in text.replace("level: ERROR", "").replace("'ERROR'", ""):
            raise Wrong(f"the rule {name}: {text[-2000:]}")
        matches = text.split("'matches': ")[-1].split(",")[0] if "'matches': " in text else "none"
        expect(matches.isdigit() and int(matches) > 0, True, f"the rule {name} has matches ({matches}); {text[-700:]}")


CASES = {"elasticdump": dump, "ElastAlert2": alert}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    passed = failed = 0
    for name, case in CASES.items():
        if options.only not in name:
            continue
        with tempfile.TemporaryDirectory(prefix="ordertrail-readers-") as made:
            folder = pathlib.Path(made)
            server = Server(os.path.abspath(options.binary), folder / "data", folder / "server.log")
            server.start()
            try:
                store(server.url)
                case(server.url, folder)
                passed += 1
                print(f"{name}: passed")
            except CannotBeHad as why:
                print(f"{name}: passed over: {why}")
            except Wrong as what:
                failed += 1
                print(f"{name}: {what}")
            finally:
                server.kill()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

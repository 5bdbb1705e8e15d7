#!/usr/bin/env python3
"""Asks Ordertrail what a real Elasticsearch was asked before, and compares.

    differential.py --binary PATH [--record] [--only WORD]

The answers of Elasticsearch 8.15.0 are kept in answers.json beside this file; --record makes them anew, from an
Elasticsearch that tests/system/peers/elasticsearch.sh gets and this script starts on loopback. It is given the mapping
that Ordertrail shows, and the same documents. Compared is everything but times, scores, shards and the words of errors
(their status and type are). differences.py lists what differs and why.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from differences import DIFFERENCES  # noqa: E402
from documents import INDEX, bulk_body  # noqa: E402
from questions import requests  # noqa: E402
from server import Server, free_port  # noqa: E402

ANSWERS = HERE / "answers.json"
PASSED_OVER = {"took", "_shards", "max_score", "_score", "_seq_no", "_primary_term", "timed_out", "_version", "uuid"}


def ask(url: str, method: str, path: str, body: object = None) -> tuple[int, object]:
    data, kind = None, "application/json"
    if isinstance(body, bytes):
        data, kind = body, "application/x-ndjson"
    elif isinstance(body, list):
        data, kind = ("\n".join(json.dumps(line) for line in body) + "\n").encode(), "application/x-ndjson"
    elif body is not None:
        data = json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {"Content-Type": kind}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode()
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text.strip()


def plain(value: object) -> object:
    """What of an answer has to be the same on both sides."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, float) and value == int(value):
        return int(value)
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("error"), dict):
        cause = (value["error"].get("root_cause") or [value["error"]])[0]
        return {"error": cause.get("type"), "status": value.get("status")}
    return {key: plain(each) for key, each in sorted(value.items()) if key not in PASSED_OVER}


def same(one: object, other: object, within: float = 1e-9) -> bool:
    """Numbers may differ by so much of themselves: sums in another order; percentiles of more than a few values are
    approximate, there and here."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            same(one[key], other[key], 0.01 if key == "values" else within) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b, within) for a, b in zip(one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)) and not isinstance(one, bool):
        return abs(one - other) <= within * max(abs(one), abs(other))
    return one == other


def answers_of(url: str, only: str) -> dict[str, object]:
    answers = {}
    for name, (method, path, body) in requests().items():
        if only in name:
            status, answer = ask(url, method, path, body)
            answers[name] = {"status": status, "answer": plain(answer)}
    return answers


def store(url: str) -> None:
    status, answer = ask(url, "POST", "/_bulk?refresh=true", bulk_body())
    if status != 200 or answer["errors"]:
        raise SystemExit(f"{url}: the documents were not stored: {status} {str(answer)[:500]}")


def mapping_for_elasticsearch(mapping: dict) -> dict:
    """Ordertrail's mapping, as an index can be made with it."""
    return {"mappings": mapping[INDEX]["mappings"], "settings": {"number_of_shards": 1, "number_of_replicas": 0}}


class Elasticsearch:
    """A real one, as a user that is not root, on loopback, in a folder of its own."""

    def __init__(self, folder: pathlib.Path):
        home = subprocess.run([HERE.parent / "peers" / "elasticsearch.sh"], check=True, capture_output=True,
                              text=True).stdout.strip()
        self.folder = folder
        port, transport = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        config = folder / "config"
        shutil.copytree(pathlib.Path(home) / "config", config)
        (config / "elasticsearch.yml").write_text(
            f"http.port: {port}\ntransport.port: {transport}\nnetwork.host: 127.0.0.1\ndiscovery.type: single-node\n"
            f"path.data: {folder}/data\npath.logs: {folder}/logs\nxpack.security.enabled: false\n"
            "cluster.routing.allocation.disk.threshold_enabled: false\n")
        jvm = config / "jvm.options"
        jvm.write_text("\n".join(line for line in jvm.read_text().splitlines() if "logs/" not in line) + "\n")
        user = {}
        if os.getuid() == 0:
            user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            for path in [folder, *folder.rglob("*")]:
                shutil.chown(path, "nobody", "nogroup")
        self.log = (folder / "output").open("wb")
        java = os.environ.get("JAVA_HOME") or str(pathlib.Path(shutil.which("java")).resolve().parents[1])
        self.process = subprocess.Popen(
            [f"{home}/bin/elasticsearch"], stdout=self.log, stderr=subprocess.STDOUT, cwd=folder,
            env={"PATH": os.environ["PATH"], "ES_JAVA_HOME": java, "ES_PATH_CONF": str(config), "HOME": str(folder),
                 "ES_TMPDIR": str(folder), "ES_JAVA_OPTS": "-Xms512m -Xmx512m"}, **user)

    def wait(self) -> None:
        end = time.monotonic() + 180
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + "/_cluster/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.5)
        raise SystemExit("Elasticsearch did not start:\n" + (self.folder / "output").read_text()[-3000:])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


def record(mapping: dict, folder: pathlib.Path) -> None:
    folder.mkdir()
    peer = Elasticsearch(folder)
    try:
        peer.wait()
        status, answer = ask(peer.url, "PUT", "/" + INDEX, mapping_for_elasticsearch(mapping))
        if status != 200:
            raise SystemExit(f"Elasticsearch refused the mapping: {answer}")
        store(peer.url)
        answers = answers_of(peer.url, "")
    finally:
        peer.stop()
    lines = [f"{json.dumps(name)}: {json.dumps(answer, ensure_ascii=False, separators=(',', ':'))}"
             for name, answer in answers.items()]
    ANSWERS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def compare(found: dict[str, object]) -> int:
    expected = json.loads(ANSWERS.read_text())
    asked = requests()
    failed = 0
    for name, answer in found.items():
        equal = same(expected.get(name), answer)
        if name in DIFFERENCES:
            if equal:
                print(f"{name}: is listed as different, but is not any more")
                failed += 1
            continue
        if equal:
            continue
        failed += 1
        method, path, body = asked[name]
        print(f"{name}: {method} {path} {json.dumps(body, ensure_ascii=False)[:300]}")
        print(f"  Elasticsearch: {json.dumps(expected.get(name), ensure_ascii=False)[:600]}")
        print(f"  Ordertrail:    {json.dumps(answer, ensure_ascii=False)[:600]}")
    print(f"{len(found)} requests, {len(DIFFERENCES)} differ as listed")
    print(f"{len(found) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ordertrail-differential-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        server = Server(os.path.abspath(options.binary), folder / "data", folder / "server.log")
        server.start()
        try:
            store(server.url)
            if options.record:
                record(ask(server.url, "GET", f"/{INDEX}/_mapping")[1], folder / "elasticsearch")
            found = answers_of(server.url, options.only)
            server.stop()
        finally:
            if server.running():
                server.kill()
        return compare(found)


if __name__ == "__main__":
    sys.exit(main())

"""Logstash's output for Elasticsearch (plugin 12.1, as Logstash 8 and 9 ship it): its side of the conversation.

Written down from its behaviour: what it asks when it starts, what makes it take a host for dead, how it fills bulk requests,
and what it does about each answer. Left out are security, proxies and scripts. It waits shorter between two attempts.
"""

import json
import re
import time
import urllib.parse

from wire import Answer, Connection, Unreachable, lines

TARGET_BULK_BYTES = 20 << 20
BULK_PATH = "/_bulk?filter_path=errors,items.*.error,items.*.status"
SUCCESS, CONFLICT, DEAD_LETTER = (200, 201), 409, (400, 404)
POLICY = {"policy": {"phases": {"hot": {"actions": {"rollover": {"max_size": "50gb", "max_age": "30d"}}}}}}
PATIENCE = 60  # seconds; Logstash has no end of it


class Refused(Exception):
    """Logstash stops with an error: what it was told makes no sense to it."""


class BadStatus(Exception):
    def __init__(self, answer: Answer):
        super().__init__(f"HTTP {answer.status}: {answer.text()[:300]}")
        self.answer = answer


def version_of(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


class Logstash:
    """One output with one worker. `alive` is what it thinks of its host; the rest counts what became of events."""

    def __init__(self, url: str, index: str = "", action: str = "index", data_stream: bool = False, ilm: bool = False,
                 document_id: str = "", compression: bool = True, ecs: bool = True):
        agent = "Logstash/8.19.0 (OS=Linux-6.1.0-amd64; JVM=Eclipse Adoptium-21) logstash-output-elasticsearch/12.1.6"
        self.connection = Connection(url, {"User-Agent": agent, "Content-Type": "application/json"})
        name = "ecs-logstash" if ecs else "logstash"
        self.template = name
        self.alias = name
        self.index = index or ("logs-generic-default" if data_stream else f"{name}-2026.11.24")
        self.action = "create" if data_stream else action
        self.data_stream, self.ilm, self.document_id, self.compression = data_stream, ilm, document_id, compression
        self.alive = False
        self.version = ""
        self.cluster_uuid = ""
        self.delivered, self.conflicts, self.retried = 0, 0, 0
        self.dead_letters: list[tuple[int, dict]] = []  # status and event

    # What it asks.

    def ask(self, method: str, path: str, body: bytes | None = None, **more) -> Answer:
        answer = self.connection.ask(method, path, body, **more)
        if not answer.ok():
            raise BadStatus(answer)
        return answer

    def exists(self, path: str, method: str = "HEAD") -> bool:
        try:
            return self.ask(method, path).ok()
        except BadStatus as bad:
            if bad.answer.status == 404:
                return False
            raise

    def check_health(self, first: bool) -> None:
        """At the start; later in the background, as long as the host counts as dead."""
        self.ask("HEAD", "/")
        root = self.ask("GET", "/")
        if first and not self.is_elasticsearch(root):
            raise Refused("Could not connect to a compatible version of Elasticsearch")
        self.version = root.json()["version"]["number"]
        license_found = self.ask("GET", "/_license").json().get("license", {})
        # Without a status the host is dead; with another one it is alive, under protest.
        self.alive = license_found.get("status") is not None
        if license_found.get("status") != "active":
            raise Refused(f"the license is not active: {license_found}")

    @staticmethod
    def is_elasticsearch(root: Answer) -> bool:
        told = root.json().get("version")
        if told is None or version_of(told["number"]) < (7, 0, 0):
            return False
        if version_of(told["number"]) < (7, 14, 0):
            return told.get("build_flavor") == "default" and root.json().get("tagline") == "You Know, for Search"
        return root.headers.get("x-elastic-product") == "Elasticsearch"

    def start(self) -> "Logstash":
        self.check_health(first=True)
        major = version_of(self.version)[0]
        if self.data_stream and version_of(self.version) < (7, 9, 0):
            raise Refused("a data stream needs Elasticsearch 7.9")
        self.cluster_uuid = self.ask("GET", "/").json()["cluster_uuid"]
        if not self.data_stream:
            self.install_template("_index_template" if major >= 8 else "_template")
        if self.ilm:
            self.set_up_lifecycle()
        return self

    def install_template(self, endpoint: str) -> None:
        if self.exists(f"/{endpoint}/{self.template}"):
            return
        settings = {"index.refresh_interval": "5s"}
        if self.ilm:
            settings |= {"index.lifecycle.name": "logstash-policy", "index.lifecycle.rollover_alias": self.alias}
        mappings = {"dynamic_templates": [{"strings": {"match_mapping_type": "string", "mapping": {"type": "text", "norms": False}}}],
                    "properties": {"@timestamp": {"type": "date"}, "@version": {"type": "keyword"}}}
        body = {"index_patterns": [f"{self.template}-*"], "priority": 200, "_meta": {"description": "of Logstash"},
                "template": {"settings": settings, "mappings": mappings}}
        try:
            self.ask("PUT", f"/{endpoint}/{self.template}", json.dumps(body).encode())
        except BadStatus as bad:
            if bad.answer.status != 404:
                raise

    def set_up_lifecycle(self) -> None:
        """The alias that is written to, and the policy; an alias that is there already is told by 400."""
        self.index = self.alias
        if not self.exists(f"/{self.alias}"):
            first = urllib.parse.quote_plus(f"<{self.alias}-{{now/d}}-000001>")
            body = {"aliases": {self.alias: {"is_write_index": True}}}
            try:
                self.ask("PUT", f"/{first}", json.dumps(body).encode())
            except BadStatus as bad:
                if bad.answer.status != 400:
                    raise
        if not self.exists("/_ilm/policy/logstash-policy", "GET"):
            self.ask("PUT", "/_ilm/policy/logstash-policy", json.dumps(POLICY).encode())

    def sniff(self) -> list[str]:
        """The addresses that it would go on with."""
        nodes = self.ask("GET", "/_nodes/http").json().get("nodes") or {}
        found = []
        for node in nodes.values():
            if node.get("roles") == ["master"] or "http" not in node:
                continue
            fits = re.match(r"(?:([^/]*)/)?([^:]*):([0-9]+)", node["http"]["publish_address"])
            if fits:
                found.append(f"{fits[1] or fits[2]}:{fits[3]}")
        return found

    # What it sends.

    def send(self, events: list[dict]) -> None:
        """Returns when every event was stored, dropped, or put among the dead letters."""
        left = [self.action_of(event) for event in events]
        end = time.monotonic() + PATIENCE
        pause = 0.01
        while left:
            left = self.submit(left)
            self.retried += len(left)
            if left:
                pause = self.wait(pause, end, f"{len(left)} actions are not taken")

    def action_of(self, event: dict) -> tuple[str, dict, dict]:
        control = event.get("@metadata", {})
        parameters = {"_id": str(event[self.document_id]) if self.document_id else control.get("id"),
                      "_index": control.get("index", self.index), "routing": None}
        document = {name: value for name, value in event.items() if name != "@metadata"}
        return control.get("action", self.action), parameters, document

    @staticmethod
    def wait(pause: float, end: float, why: str) -> float:
        if time.monotonic() > end:
            raise Refused(f"for {PATIENCE} s {why}")
        time.sleep(pause)
        return min(pause * 2, 0.5)

    def submit(self, actions: list) -> list:
        """One bulk request or several; returns the actions to send again."""
        answer = self.bulk_until_answered(actions)
        if not answer["errors"]:
            self.delivered += len(actions)
            return []
        if len(answer["items"]) != len(actions):
            raise Refused(f"sent {len(actions)} documents, but {len(answer['items'])} responses came back")
        again = []
        for action, item in zip(actions, answer["items"]):
            (_, properties), = item.items()
            status = properties["status"]
            if status in SUCCESS:
                self.delivered += 1
            elif status == CONFLICT:
                self.conflicts += 1
            elif status in DEAD_LETTER:
                self.dead_letters.append((status, action[2]))
            else:
                again.append(action)
        return again

    def bulk_until_answered(self, actions: list) -> dict:
        end = time.monotonic() + PATIENCE
        pause = 0.01
        while True:
            try:
                if not self.alive:
                    self.check_health(first=False)
                return self.bulk(actions)
            except Unreachable as why:
                self.alive = False
                pause = self.wait(pause, end, f"no host answers: {why}")
            except BadStatus as why:
                pause = self.wait(pause, end, f"a request is refused: {why}")

    def bulk(self, actions: list) -> dict:
        """Split so that no request is longer than its target, unless it is one action."""
        joined: dict = {"errors": False, "items": []}
        body, count = bytearray(), 0
        for verb, parameters, document in actions:
            line = lines([{verb: parameters}] if verb == "delete" else [{verb: parameters}, document])
            if body and len(body) + len(line) > TARGET_BULK_BYTES:
                self.bulk_send(bytes(body), count, joined)
                body, count = bytearray(), 0
            body += line
            count += 1
        self.bulk_send(bytes(body), count, joined)
        return joined

    def bulk_send(self, body: bytes, count: int, joined: dict) -> None:
        headers = {"X-Elastic-Event-Count": str(count), "X-Elastic-Uncompressed-Request-Length": str(len(body))}
        try:
            answer = self.ask("POST", BULK_PATH, body, headers=headers, zipped=self.compression).json()
        except BadStatus as bad:
            if bad.answer.status != 413:
                raise
            answer = {"errors": True, "items": [{"index": {"status": 413, "error": {"type": "payload_too_large"}}}] * count}
        joined["errors"] = joined["errors"] or answer["errors"] is True
        joined["items"] += answer.get("items", [])

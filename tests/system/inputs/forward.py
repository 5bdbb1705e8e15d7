"""fluent-logger (npm) over the Forward protocol, with and without acknowledgements and the shared key."""

import json
import subprocess

import node_client
from stage import Stage, expect, free_port

EVENTS = 1000
KEY = {"security": {"clientHostname": "node-7", "sharedKey": "secret"}}
ACKNOWLEDGED = {"requireAckResponse": True}


def settings(**more: str) -> dict[str, str]:
    return {"forward__address": f"127.0.0.1:{free_port()}"} | more


def port_of(stage: Stage) -> str:
    return json.loads((stage.folder / "ordertrail.yaml").read_text())["forward.address"].rsplit(":", 1)[1]


def verify(stage: Stage, last: int) -> None:
    rows = {row["n"]: row for row in stage.rows()}
    expect(len(rows) == stage.count() == last, f"expected {last} events, found {stage.count()}, {len(rows)} different")
    for n, row in rows.items():
        wanted = {"order_id": f"ORD-{n}", "level": "WARN", "message": f"Заказ {n}", "more": {"a": [1, None, 2.5]},
                  "fluent.tag": "shop.api.orders", "service_name": "shop.api.orders"}
        for name, value in wanted.items():
            expect(row.get(name) == value, f"event {n}: {name} is {row.get(name)!r}, expected {value!r}")
        expect(row["@timestamp"].startswith("2026-11-24T18:58:"), f"event {n} has the time {row['@timestamp']}")


def send(options: dict):
    def case(stage: Stage) -> None:
        node_client.run("fluent.mjs", "fluent-logger", port_of(stage), "1", str(EVENTS), json.dumps(options))
        stage.wait_for_count(EVENTS)
        verify(stage, EVENTS)
    return case


def wrong_key(stage: Stage) -> None:
    words = node_client.command("fluent.mjs", "fluent-logger", port_of(stage), "1", "1",
                                json.dumps({"security": {"clientHostname": "node-7", "sharedKey": "guessed"}}))
    try:
        subprocess.run(words, capture_output=True, check=False, timeout=3)
    except subprocess.TimeoutExpired:
        pass
    expect(stage.count() == 0, "a client with a wrong key was let in")


def server_killed(stage: Stage) -> None:
    """What was sent and not acknowledged is sent again, and is there once."""
    options = json.dumps(ACKNOWLEDGED | {"eventMode": "PackedForward", "ackResponseTimeout": 1000})
    for at in range(3):
        first = at * EVENTS + 1
        client = subprocess.Popen(node_client.command("fluent.mjs", "fluent-logger", port_of(stage), str(first),
                                                      str(first + EVENTS - 1), options), stderr=subprocess.DEVNULL)
        try:
            stage.wait_for_count(first)
            stage.server.kill()
            stage.server.start()
            expect(client.wait(60) == 0, "fluent-logger failed")
        finally:
            if client.poll() is None:
                client.kill()
    stage.wait_for_count(3 * EVENTS)
    verify(stage, 3 * EVENTS)


CASES = {
    "fluent-logger, messages": (send({}), settings),
    "fluent-logger, messages, acknowledged": (send(ACKNOWLEDGED), settings),
    "fluent-logger, packed forward, acknowledged": (send(ACKNOWLEDGED | {"eventMode": "PackedForward"}), settings),
    "fluent-logger, compressed, acknowledged": (send(ACKNOWLEDGED | {"eventMode": "CompressedPackedForward"}), settings),
    "fluent-logger, shared key": (send(ACKNOWLEDGED | KEY), lambda: settings(forward__shared_key="secret")),
    "fluent-logger, wrong shared key": (wrong_key, lambda: settings(forward__shared_key="secret")),
    "server killed under fluent-logger": (server_killed, settings),
}

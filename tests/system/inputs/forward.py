"""fluent-logger (npm) over the Forward protocol, with and without acknowledgements and the shared key.

It sends nothing again, and does not outlive every server that is killed: that is tried with forward_client.py.
"""

import json
import subprocess
import threading

import node_client
from forward_client import ForwardClient
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


def record(n: int) -> tuple[int, dict]:
    return 1795546689000 + n, {"n": n, "order_id": f"ORD-{n}", "level": "WARN", "message": f"Заказ {n}",
                               "more": {"a": [1, None, 2.5]}}


def server_killed(stage: Stage) -> None:
    """A chunk that was not acknowledged is sent again under its name, and is there once."""
    rounds, each, size = 4, 2500, 50
    last = rounds * each
    clients = [ForwardClient(int(port_of(stage))) for _ in range(2)]

    def work(client: ForwardClient, first: int) -> None:
        for begin in range(first, last + 1, 2 * size):
            client.send("shop.api.orders", [record(n) for n in range(begin, begin + size)])
    threads = [threading.Thread(target=work, args=(client, 1 + at * size)) for at, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    try:
        for at in range(rounds):
            stage.wait_for_count(at * each + 1)
            stage.server.kill()
            stage.server.start()
    finally:
        for thread in threads:
            thread.join()
        for client in clients:
            client.close()
    chunks = last // size
    attempts = sum(client.attempts for client in clients)
    expect(attempts > chunks, f"{attempts} attempts for {chunks} chunks: the server was not missed")
    verify(stage, last)


CASES = {
    "fluent-logger, messages": (send({}), settings),
    "fluent-logger, messages, acknowledged": (send(ACKNOWLEDGED), settings),
    "fluent-logger, packed forward, acknowledged": (send(ACKNOWLEDGED | {"eventMode": "PackedForward"}), settings),
    "fluent-logger, compressed, acknowledged": (send(ACKNOWLEDGED | {"eventMode": "CompressedPackedForward"}), settings),
    "fluent-logger, shared key": (send(ACKNOWLEDGED | KEY), lambda: settings(forward__shared_key="secret")),
    "fluent-logger, wrong shared key": (wrong_key, lambda: settings(forward__shared_key="secret")),
    "server killed under a Forward client": (server_killed, settings),
}

"""gelf-pro (npm) over UDP, in one datagram and in chunks, and over TCP."""

import json

import node_client
from stage import Stage, expect, free_port

EVENTS = 200


def settings(kind: str):
    return lambda: {f"gelf__{kind}__address": f"127.0.0.1:{free_port()}"}


def send(kind: str, size: int):
    def case(stage: Stage) -> None:
        port = json.loads((stage.folder / "ordertrail.yaml").read_text())[f"gelf.{kind}.address"].rsplit(":", 1)[1]
        node_client.run("gelf.mjs", "gelf-pro", port, kind, str(EVENTS), str(size))
        stage.wait_for_count(EVENTS)
        rows = {int(row["n"]): row for row in stage.rows()}
        expect(len(rows) == EVENTS, f"expected {EVENTS} different events, found {len(rows)}")
        for n, row in rows.items():
            wanted = {"order_id": f"ORD-{n}", "message": f"Заказ {n}", "severity": "4", "service_name": "shop-api"}
            for name, value in wanted.items():
                expect(row.get(name) == value, f"event {n}: {name} is {row.get(name)!r}, expected {value!r}")
            expect(len(row["text"]) == size, f"event {n} has a text of {len(row['text'])} letters")
    return case


CASES = {
    "gelf-pro, UDP": (send("udp", 100), settings("udp")),
    "gelf-pro, UDP in chunks": (send("udp", 20_000), settings("udp")),
    "gelf-pro, TCP": (send("tcp", 5_000), settings("tcp")),
}

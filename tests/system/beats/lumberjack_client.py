"""lumberjack-client (npm): a window for each event, and nobody who reads the acknowledgements."""

import json
import pathlib
import subprocess
import sys

from stage import Stage, line, verify

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "inputs"))

import node_client  # noqa: E402

EVENTS = 3000


def ship(stage: Stage, *more: str) -> None:
    source = stage.folder / "events.ndjson"
    source.write_text("\n".join(json.dumps(line(n), ensure_ascii=False) for n in range(1, EVENTS + 1)), encoding="utf-8")
    words = node_client.command("../beats/lumberjack_client.mjs", "lumberjack-client", str(stage.lumberjack), str(source), *more)
    log = stage.folder / "client.log"
    with log.open("wb") as errors:
        client = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
    try:
        stage.wait_for_count(EVENTS, lambda: log.read_text(errors="replace")[-2000:])
    finally:
        client.kill()
        client.wait()
    verify(stage.rows("shop-prod"), EVENTS)


def with_tls(stage: Stage) -> None:
    ship(stage, str(stage.folder / "tls" / "ca.pem"))


TLS = {"lumberjack__tls__certificate": "{}/tls/server.pem", "lumberjack__tls__key": "{}/tls/server.key"}
CASES = {
    "lumberjack-client": (ship, {}),
    "lumberjack-client, TLS": (with_tls, TLS),
}

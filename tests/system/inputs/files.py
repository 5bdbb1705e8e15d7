"""Log files that grow, are renamed, truncated, split by container runtimes, and the server killed while they do."""

import json
import pathlib
import threading
import time

from stage import Stage, expect, line, verify

EVENTS = 3000


def settings(**more: str):
    return lambda: {"files__paths": "{}/logs/*.log, {}/logs/*.log.1"} | more


def logs(stage: Stage) -> pathlib.Path:
    folder = stage.folder / "logs"
    folder.mkdir(exist_ok=True)
    return folder


def text(n: int) -> str:
    return json.dumps(line(n), ensure_ascii=False) + "\n"


def write_rotated(folder: pathlib.Path, last: int, ended: threading.Event) -> None:
    """As a program with logrotate's `create`: every 400 lines the file is renamed; the program is told 20 lines later."""
    path = folder / "shop.log"
    file = path.open("a", encoding="utf-8")
    for n in range(1, last + 1):
        file.write(text(n))
        if n % 10 == 0:
            file.flush()
            time.sleep(0.005)
        if n % 400 == 0:
            path.rename(folder / "shop.log.1")
        if n > 400 and n % 400 == 20:
            file.close()
            file = path.open("a", encoding="utf-8")
            # Until the next renaming the server has to have seen this file, and read that one.
            time.sleep(1.5)
    file.close()
    ended.set()


def killed(stage: Stage) -> None:
    ended = threading.Event()
    writer = threading.Thread(target=write_rotated, args=(logs(stage), EVENTS, ended))
    writer.start()
    kills = 0
    while not ended.is_set():
        time.sleep(0.7)
        stage.server.kill()
        stage.server.start()
        kills += 1
    writer.join()
    stage.wait_for_count(EVENTS)
    expect(kills >= 5, f"the server was killed {kills} times only")
    rows = stage.rows("shop-prod")
    for row in rows:
        expect(row.pop("log.file.path", "").startswith(str(logs(stage))), "log.file.path is missing")
    verify(rows, EVENTS)


def truncated(stage: Stage) -> None:
    path = logs(stage) / "shop.log"
    for begin in (1, 1001, 2001):
        with path.open("w" if begin > 1 else "a", encoding="utf-8") as file:
            file.write("".join(text(n) for n in range(begin, begin + 1000)))
        # Before the next truncation it was read.
        stage.wait_for_count(begin + 999)
    verify(stage.rows("shop-prod"), EVENTS)


def containers(stage: Stage) -> None:
    folder = logs(stage) / "containers"
    folder.mkdir()
    head = "2026-11-24T18:58:09.780123456Z std"
    name = f"mes-api-7d9_prod_mes-{'a' * 64}.log"
    (folder / name).write_text(f"{head}out P one \n{head}err F failed\n{head}out F event\n")
    docker = [{"log": "first\n", "stream": "stdout", "time": "2026-11-24T18:58:09.1Z"},
              {"log": "Error: x\n", "stream": "stderr", "time": "2026-11-24T18:58:09.2Z"},
              {"log": "    at y\n", "stream": "stderr", "time": "2026-11-24T18:58:09.3Z"}]
    (folder / "ab-json.log").write_text("".join(json.dumps(one) + "\n" for one in docker))
    stage.wait_for_count(4)
    rows = {row["message"]: row for row in stage.rows()}
    expect(set(rows) == {"one event", "failed", "first", "Error: x\n    at y"}, f"found {sorted(rows)}")
    wanted = {"service_name": "mes", "kubernetes.pod.name": "mes-api-7d9", "kubernetes.namespace": "prod",
              "stream": "stdout", "@timestamp": "2026-11-24T18:58:09.780123456Z"}
    for field, value in wanted.items():
        expect(rows["one event"].get(field) == value, f"{field} is {rows['one event'].get(field)!r}")
    expect(rows["failed"]["stream"] == "stderr", "not as it was written")


CASES = {
    "files, renamed, server killed": (killed, settings()),
    "files, truncated": (truncated, settings()),
    "files, Kubernetes and Docker": (containers, lambda: {"files__paths": "{}/logs/containers/*.log",
                                                          "files__begins": "^[^ ]"}),
}

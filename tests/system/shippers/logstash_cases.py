"""Logstash's conversation, replayed: what it asks at its start, and what becomes of events when all goes well and when not."""

import socket
import threading

from logstash import TARGET_BULK_BYTES, Logstash
from stage import Stage, expect, line, verify

EVENTS = 3000


def events(first: int, last: int) -> list[dict]:
    return [line(n) | {"@timestamp": line(n)["timestamp"], "@version": "1"} for n in range(first, last + 1)]


def batches(every: list[dict], size: int = 125):
    return (every[at:at + size] for at in range(0, len(every), size))


def asked(logstash: Logstash, *wanted: tuple[str, str, int]) -> None:
    found = [(method, path, status) for method, path, _, status in logstash.connection.sent]
    expect(found == list(wanted), f"asked and was answered {found}, expected {list(wanted)}")


ALIVE = (("HEAD", "/", 200), ("GET", "/", 200), ("GET", "/_license", 200), ("GET", "/", 200))


def starts(stage: Stage) -> None:
    first = Logstash(stage.server.url).start()
    expect(first.alive and first.version == "8.15.0" and first.cluster_uuid != "", "the host counts as dead")
    template = "/_index_template/ecs-logstash"
    asked(first, *ALIVE, ("HEAD", template, 404), ("PUT", template, 200))
    again = Logstash(stage.server.url).start()
    expect(again.cluster_uuid == first.cluster_uuid, "the cluster's id changes")
    asked(again, *ALIVE, ("HEAD", template, 200))


def starts_with_lifecycle(stage: Stage) -> None:
    """The name of the first index is date math, which is no index here: 400, which Logstash takes for an alias that is there."""
    policy = "/_ilm/policy/logstash-policy"
    first = Logstash(stage.server.url, ilm=True, ecs=False).start()
    asked(first, *ALIVE, ("HEAD", "/_index_template/logstash", 404), ("PUT", "/_index_template/logstash", 200),
          ("HEAD", "/logstash", 404), ("PUT", "/%3Clogstash-%7Bnow%2Fd%7D-000001%3E", 400), ("GET", policy, 404),
          ("PUT", policy, 200))
    first.send(events(1, 10))
    again = Logstash(stage.server.url, ilm=True, ecs=False).start()
    asked(again, *ALIVE, ("HEAD", "/_index_template/logstash", 200), ("HEAD", "/logstash", 200), ("GET", policy, 200))
    verify(stage.rows("logstash"), 10)


def starts_with_data_stream(stage: Stage) -> None:
    logstash = Logstash(stage.server.url, data_stream=True).start()
    asked(logstash, *ALIVE)
    logstash.send(events(1, 100))
    expect(logstash.delivered == 100, f"{logstash.delivered} of 100 events were created")
    verify(stage.rows("logs-generic-default"), 100)


def starts_with_seven(stage: Stage) -> None:
    logstash = Logstash(stage.server.url, ecs=False).start()
    asked(logstash, *ALIVE, ("HEAD", "/_template/logstash", 404), ("PUT", "/_template/logstash", 200))
    logstash.send(events(1, 10))
    verify(stage.rows("logstash-2026.11.24"), 10)


def sniffs(stage: Stage) -> None:
    found = Logstash(stage.server.url).sniff()
    expect(found == [stage.server.url.removeprefix("http://")], f"it would go on with {found}")
    expect(Logstash("http://" + found[0]).start().alive, "what it found is dead")


def stores(stage: Stage) -> None:
    """Four workers, compressed and not, an index of the event."""
    every = events(1, EVENTS)

    def work(at: int) -> None:
        logstash = workers[at]
        for batch in batches(every[at::4]):
            logstash.send([event | {"@metadata": {"index": "shop-prod"}} for event in batch])
    workers = [Logstash(stage.server.url, compression=at % 2 == 0).start() for at in range(4)]
    side_by_side(work, 4)
    expect(sum(one.delivered for one in workers) == EVENTS, "delivered are not all that were sent")
    expect(all(one.retried == 0 and not one.dead_letters for one in workers), "something was refused")
    verify(stage.rows("shop-prod"), EVENTS)


def side_by_side(work, count: int) -> None:
    wrong: list[BaseException] = []

    def run(at: int) -> None:
        try:
            work(at)
        except BaseException as why:  # told by the thread that waits
            wrong.append(why)
    threads = [threading.Thread(target=run, args=(at,)) for at in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(repr(wrong[0])) from wrong[0]


def splits(stage: Stage) -> None:
    """A batch of 50 MB goes as three requests, each just under Logstash's bound."""
    text = "x" * 50_000
    logstash = Logstash(stage.server.url, index="shop-prod", compression=False).start()
    begin = len(logstash.connection.sent)
    logstash.send([event | {"text": text} for event in events(1, 1000)])
    sizes = [size for _, _, size, _ in logstash.connection.sent[begin:]]
    expect(len(sizes) == 3 and all(size <= TARGET_BULK_BYTES for size in sizes), f"requests of {sizes} bytes")
    expect(sizes[0] > TARGET_BULK_BYTES - 60_000, f"the first request has {sizes[0]} bytes only")
    expect(logstash.delivered == 1000, f"{logstash.delivered} of 1000 are delivered")
    verify(stage.rows("shop-prod"), 1000)


def statuses(stage: Stage) -> None:
    """Each action has its own end; those that can be stored are."""
    logstash = Logstash(stage.server.url, index="shop-prod", action="create", document_id="n").start()
    logstash.send(events(1, 20))
    again, new = events(11, 20), events(21, 30)
    broken = [events(31, 31)[0] | {"text": "x" * (5 << 20)}]
    elsewhere = [event | {"@metadata": {"index": "Shop Prod"}} for event in events(32, 33)]
    unknown = [event | {"@metadata": {"action": "delete"}} for event in events(34, 34)]
    changed = [event | {"@metadata": {"action": "update"}} for event in events(1, 1)]
    logstash.send(again + broken + new + elsewhere + unknown + changed)
    expect(logstash.delivered == 30, f"{logstash.delivered} of 30 are delivered")
    expect(logstash.conflicts == 10, f"{logstash.conflicts} of 10 are there already")
    expect(logstash.retried == 0, f"{logstash.retried} would be sent again for ever")
    dead = [(status, event["n"]) for status, event in logstash.dead_letters]
    expect(dead == [(400, 31), (400, 32), (400, 33), (404, 34), (400, 1)], f"among the dead letters are {dead}")
    verify(stage.rows(), 30)


def busy(stage: Stage) -> None:
    """Another client's half request takes nearly all that the server holds: whole requests are refused, and sent again until
    it goes away; without ids everything is there once."""
    logstash = Logstash(stage.server.url, index="shop-prod", compression=False).start()

    def refused() -> int:
        return sum(status == 429 for *_, status in logstash.connection.sent)
    sending = threading.Thread(target=logstash.send, args=([one | {"text": "x" * 20_000} for one in events(1, 200)],))
    with socket.create_connection(("127.0.0.1", stage.server.port)) as other:
        other.sendall(b"POST /_bulk HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                      b"Content-Length: 7800000\r\n\r\n" + b"{" * 7_700_000)
        stage.wait_for("what is held for the other client",
                       lambda: stage.metric("ordertrail_http_inflight_bytes") > 7_000_000)
        sending.start()
        stage.wait_for("three requests that are refused", lambda: refused() >= 3)
    sending.join()
    expect(logstash.delivered == 200, f"{logstash.delivered} of 200 are delivered")
    verify(stage.rows("shop-prod"), 200)


def server_killed(stage: Stage) -> None:
    """Killed while batches are under way: what was not answered is sent again, and by its id it is there once."""
    killed = 0

    def work(at: int) -> None:
        for batch in batches(events(1, EVENTS)[at::2], 100):
            workers[at].send(batch)
    workers = [Logstash(stage.server.url, index="shop-prod", document_id="n") for _ in range(2)]
    for one in workers:
        one.start()
    sending = threading.Thread(target=side_by_side, args=(work, 2))
    sending.start()
    try:
        while sending.is_alive() and killed < 4:
            stage.wait_for_count(killed * 600 + 1)
            stage.server.kill()
            killed += 1
            stage.server.start()
    finally:
        sending.join()
    expect(killed == 4, f"the server was killed {killed} times only")
    broken = sum(status == 0 for one in workers for *_, status in one.connection.sent)
    expect(broken >= killed, "no request broke off")
    expect(sum(one.delivered for one in workers) == EVENTS, "delivered are not all that were sent")
    verify(stage.rows("shop-prod"), EVENTS)


def server_restarted(stage: Stage) -> None:
    """An orderly stop answers what is under way, so nothing is there twice even without ids."""
    logstash = Logstash(stage.server.url, index="shop-prod").start()

    def work(_: int) -> None:
        for batch in batches(events(1, EVENTS), 50):
            logstash.send(batch)
    sending = threading.Thread(target=side_by_side, args=(work, 1))
    sending.start()
    try:
        for at in range(3):
            stage.wait_for_count(at * 800 + 1)
            stage.server.stop()
            stage.server.start()
    finally:
        sending.join()
    expect(logstash.delivered == EVENTS, f"{logstash.delivered} of {EVENTS} are delivered")
    verify(stage.rows("shop-prod"), EVENTS)


CASES = {
    "Logstash starts": (starts, {}),
    "Logstash starts, with a lifecycle": (starts_with_lifecycle, {}),
    "Logstash starts, with a data stream": (starts_with_data_stream, {}),
    "Logstash starts, Elasticsearch 7.17": (starts_with_seven, {"elasticsearch__version": "7.17.9"}),
    "Logstash sniffs": (sniffs, {}),
    "Logstash, four workers": (stores, {}),
    "Logstash splits": (splits, {}),
    "Logstash, conflicts and dead letters": (statuses, {}),
    "Logstash, a busy server": (busy, {"limits__inflight_bytes": "8MiB", "limits__body_bytes": "8MiB"}),
    "server restarted under Logstash": (server_restarted, {}),
    "server killed under Logstash": (server_killed, {}),
}

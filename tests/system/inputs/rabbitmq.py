"""A real RabbitMQ: what is sent and received, kills on both sides, queues' figures, and what services log as well."""

import collections
import contextlib
import json
import random
import threading
import time
import urllib.request

import certificates
from rabbit_node import RabbitNode
from stage import WAIT, Stage, Wrong, expect

QUEUES = ("orders.pricing", "orders.approval", "orders.manufacturing", "orders.closing")
SERVICES = "shop=Shop API, mes-api-1=MES API"


@contextlib.contextmanager
def broker(stage: Stage):
    """A node with queues, and a server that follows it."""
    node = RabbitNode(stage.folder)
    own = None
    try:
        node.start()
        node.prepare()
        for user in ("shop", "mes"):
            node.control("add_user", user, user)
            node.control("set_permissions", user, ".*", ".*", ".*")
        with connected(node, "shop") as channel:
            channel.exchange_declare("orders", "topic", durable=True)
            for queue in QUEUES:
                channel.queue_declare(queue, durable=True)
                channel.queue_bind(queue, "orders", queue)
        folder = stage.folder / "followed"
        folder.mkdir()
        log = f"{node.folder}/log/*.log"
        own = Stage(stage.binary, folder, rabbitmq__brokers=node.url(), rabbitmq__services=SERVICES,
                    rabbitmq__metrics_interval="1s", files__paths=log, files__kinds={log: "rabbitmq"})
        wait_for_connection(own)
        yield node, own
        own.close()
        expect("secret-of-the-test" not in own.server.log.read_text(), "the password is in the log")
    finally:
        if own and own.server.running():
            own.server.kill()
        node.close()


@contextlib.contextmanager
def connected(node: RabbitNode, user: str, name: str = ""):
    import pika  # of the node's package

    credentials = pika.PlainCredentials(user, user)
    properties = {"connection_name": name} if name else None
    connection = pika.BlockingConnection(pika.ConnectionParameters(
        "127.0.0.1", node.port, credentials=credentials, client_properties=properties))
    try:
        yield connection.channel()
    finally:
        with contextlib.suppress(Exception):
            connection.close()


def wait_for(holds, what: str) -> None:
    end = time.monotonic() + WAIT
    while not holds():
        if time.monotonic() > end:
            raise Wrong(f"no {what} within {WAIT} s")
        time.sleep(0.1)


def wait_for_connection(own: Stage) -> None:
    wait_for(lambda: "connected as ordertrail" in own.server.log.read_text(), "connection to the broker")


def publish(channel, queue: str, body: bytes = b"", **properties) -> None:
    import pika

    channel.basic_publish("orders", queue, body, pika.BasicProperties(**properties))


def take_all(node: RabbitNode, queue: str, wanted: int) -> None:
    taken = 0
    with connected(node, "mes", "mes-api-1") as channel:
        for method, _, _ in channel.consume(queue, inactivity_timeout=WAIT):
            expect(method is not None, f"only {taken} of {wanted} messages came from {queue}")
            channel.basic_ack(method.delivery_tag)
            taken += 1
            if taken == wanted:
                break


def of_type(rows: list[dict], event_type: str) -> list[dict]:
    return [row for row in rows if row.get("event_type") == event_type]


def counted(own: Stage, event_type: str) -> int:
    body = json.dumps({"query": f"event_type:{event_type}"}).encode()
    request = urllib.request.Request(own.server.url + "/_trail/v1/count", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["count"]


def wait_for_count(own: Stage, event_type: str, wanted: int) -> None:
    try:
        wait_for(lambda: counted(own, event_type) >= wanted, f"{wanted} events {event_type}")
    except Wrong as wrong:
        raise Wrong(f"{wrong}; the server's log ends with {own.server.log.read_text()[-600:]}") from None


def trace_of(n: int) -> tuple[str, str]:
    return f"{n + 1:032x}", f"{n + 1:016x}"


def found(stage: Stage) -> None:
    with broker(stage) as (node, own):
        with connected(node, "shop") as channel:
            for n in range(200):
                trace, span = trace_of(n)
                parent = f"00-{trace}-{span}-01"
                if n % 2 == 0:
                    publish(channel, "orders.pricing", b"\xff\x00 no JSON", message_id=f"m-{n}",
                            headers={"order_id": f"ORD-{n}", "traceparent": parent})
                else:
                    body = json.dumps({"order": {"id": f"ORD-{n}"}, "traceparent": parent}).encode()
                    publish(channel, "orders.pricing", body)
            publish(channel, "nowhere")
            publish(channel, "orders.closing", b"x" * 6_000_000)
        take_all(node, "orders.pricing", 200)
        wait_for_count(own, "MESSAGE_SENT", 202)
        wait_for_count(own, "MESSAGE_RECEIVED", 200)
        wait_for_count(own, "QUEUE_METRICS", 8)
        rows = own.rows()
        for event_type, service in (("MESSAGE_SENT", "Shop API"), ("MESSAGE_RECEIVED", "MES API")):
            messages = {row["order_id"]: row for row in of_type(rows, event_type) if "order_id" in row}
            expect(len(messages) == 200, f"{len(messages)} orders have {event_type}")
            for n in range(200):
                row = messages[f"ORD-{n}"]
                trace, span = trace_of(n)
                expect(row["queue_name"] == "orders.pricing", f"queue of {row}")
                expect(row["trace_id"] == trace, f"trace of {row}")
                expect(row["span_id" if service == "Shop API" else "parent_span_id"] == span, f"span of {row}")
                expect(row["service_name"] == service, f"service of {row}")
                expect(row["exchange"] == "orders", f"exchange of {row}")
        lost = [row for row in of_type(rows, "MESSAGE_SENT") if row.get("unroutable")]
        expect(len(lost) == 1 and lost[0]["routing_key"] == "nowhere", f"unroutable: {lost}")
        expect(any(row["message_bytes"] == 6_000_000 for row in of_type(rows, "MESSAGE_SENT")), "the large one is missing")
        expect(of_type(rows, "RABBITMQ_CONNECTION_CREATED"), "the broker's events are missing")
        wait_for(lambda: any(row.get("rabbitmq.user") == "mes" and "authenticated" in row["message"]
                             for row in own.rows("rabbitmq-prod") if "log.file.path" in row), "line of the broker's log")
        lines = [row for row in own.rows("rabbitmq-prod") if "log.file.path" in row]
        expect(all(row.get("level") and row["service_name"] == "RabbitMQ" for row in lines), "lines that are not read")
        figures = [row for row in of_type(rows, "QUEUE_METRICS") if row["queue_name"] == "orders.closing"]
        wait_for(lambda: any(row.get("messages_ready") == 1 for row in of_type(own.rows(), "QUEUE_METRICS")
                             if row["queue_name"] == "orders.closing"), f"figure of orders.closing, only {figures[:2]}")


def killed(stage: Stage) -> None:
    """Sends and receives go on while the server is killed; equal messages without ids are told apart."""
    rounds, each = 6, 250
    with broker(stage) as (node, own):
        ended = threading.Event()

        def send() -> None:
            with connected(node, "shop") as channel:
                for n in range(rounds * each):
                    if n % 5 == 0:
                        publish(channel, "orders.approval", b"ping")
                    else:
                        publish(channel, "orders.pricing", b"{}", message_id=f"m-{n}", headers={"order_id": f"ORD-{n}"})
                    if n % 10 == 0:
                        time.sleep(0.03)
            ended.set()

        sender = threading.Thread(target=send)
        sender.start()
        kills = 0
        while not ended.is_set():
            time.sleep(random.uniform(0.3, 1.0))
            own.server.kill()
            own.server.start()
            kills += 1
        sender.join()
        expect(kills >= 3, f"the server was killed {kills} times only")
        take_all(node, "orders.pricing", rounds * each * 4 // 5)
        wait_for_count(own, "MESSAGE_SENT", rounds * each)
        wait_for_count(own, "MESSAGE_RECEIVED", rounds * each * 4 // 5)
        rows = own.rows()
        sent = collections.Counter(row.get("message_id", "ping") for row in of_type(rows, "MESSAGE_SENT"))
        expect(sent.pop("ping") == rounds * each // 5, f"pings: {len(of_type(rows, 'MESSAGE_SENT'))} sends in all")
        expect(set(sent.values()) == {1} and len(sent) == rounds * each * 4 // 5, f"sends: {sent.most_common(3)}")
        received = collections.Counter(row["message_id"] for row in of_type(rows, "MESSAGE_RECEIVED"))
        expect(set(received.values()) == {1}, f"receives: {received.most_common(3)}")


def restarted(stage: Stage) -> None:
    """The broker goes away and comes back."""
    with broker(stage) as (node, own):
        with connected(node, "shop") as channel:
            publish(channel, "orders.pricing", message_id="before")
        wait_for_count(own, "MESSAGE_SENT", 1)
        node.stop()
        wait_for_count(own, "BROKER_LOST", 1)
        wait_for_count(own, "BROKER_METRICS_LOST", 1)
        node.start()
        node.control("trace_on")
        wait_for_count(own, "BROKER_BACK", 1)
        wait_for_count(own, "BROKER_METRICS_BACK", 1)
        with connected(node, "shop") as channel:
            publish(channel, "orders.pricing", message_id="after")
        wait_for_count(own, "MESSAGE_SENT", 2)
        ids = sorted(row["message_id"] for row in of_type(own.rows(), "MESSAGE_SENT"))
        expect(ids == ["after", "before"], f"messages {ids}")


def encrypted(stage: Stage) -> None:
    """TLS with certificates on both sides; a broker of another authority is not talked to."""
    files = certificates.make(stage.folder / "tls")
    node = RabbitNode(stage.folder, files)
    own = None
    try:
        node.start()
        node.prepare()
        for ca in ("stranger", "ca"):
            folder = stage.folder / f"follows-{ca}"
            folder.mkdir()
            own = Stage(stage.binary, folder, rabbitmq__brokers=node.tls_url(), rabbitmq__tls__ca=f"{files}/{ca}.pem",
                        rabbitmq__tls__certificate=f"{files}/client.pem", rabbitmq__tls__key=f"{files}/client.key")
            if ca == "ca":
                wait_for_connection(own)
                node.control("add_user", "somebody", "something")
                wait_for_count(own, "RABBITMQ_USER_CREATED", 1)
            else:
                wait_for_count(own, "BROKER_LOST", 1)
                expect("connected as" not in own.server.log.read_text(), "a stranger's broker was connected to")
            own.close()
    finally:
        if own and own.server.running():
            own.server.kill()
        node.close()


def logged(own: Stage, events: list[dict]) -> None:
    body = "".join(json.dumps(event) + "\n" for event in events).encode()
    request = urllib.request.Request(own.server.url + "/ingest/shop-prod", body,
                                     {"Content-Type": "application/x-ndjson"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        expect(answer.status < 300, f"/ingest answered {answer.status}")


def once(stage: Stage) -> None:
    """What services log as well counts once, whichever comes first."""
    with broker(stage) as (node, own):
        def log(event_type: str, n: int) -> dict:
            service = "Shop API" if event_type == "MESSAGE_SENT" else "MES API"
            made = {"timestamp": time.time(), "level": "INFO", "service_name": service, "event_type": event_type,
                    "order_id": f"ORD-{n}", "queue_name": "orders.pricing", "told_by": "the service"}
            if n % 2 == 0:
                made["message_id"] = f"m-{n}"
            return made

        sends = [log("MESSAGE_SENT", n) for n in range(40)]
        logged(own, sends[:20])
        with connected(node, "shop") as channel:
            for n in range(40):
                publish(channel, "orders.pricing", message_id=f"m-{n}", headers={"order_id": f"ORD-{n}"})
        take_all(node, "orders.pricing", 40)
        wait_for(lambda: counted(own, "MESSAGE_SENT_TRACED") == 20, "20 repeated sends")
        expect(counted(own, "MESSAGE_SENT") == 40, "sends do not count once")
        logged(own, sends[20:] + [log("MESSAGE_RECEIVED", n) for n in range(40)])
        wait_for(lambda: counted(own, "MESSAGE_SENT_TRACED") == 40, "40 repeated sends")
        wait_for(lambda: counted(own, "MESSAGE_RECEIVED_TRACED") == 40, "40 repeated receives")
        rows = own.rows()
        for event_type in ("MESSAGE_SENT", "MESSAGE_RECEIVED"):
            kept = of_type(rows, event_type)
            expect(len(kept) == 40 and all("told_by" in row for row in kept), f"{event_type}: {len(kept)}")
        with urllib.request.urlopen(own.server.url + "/_trail/v1/orders/ORD-7", timeout=60) as answer:
            events = [event["event_type"] for event in json.load(answer)["events"]]
        expect(sorted(events) == ["MESSAGE_RECEIVED", "MESSAGE_SENT"], f"the order's way has {events}")


CASES = {
    "RabbitMQ: sends and receives are found": (found, dict),
    "RabbitMQ: nothing lost, nothing twice when the server is killed": (killed, dict),
    "RabbitMQ: the broker goes and comes back": (restarted, dict),
    "RabbitMQ: over TLS": (encrypted, dict),
    "RabbitMQ: what services log as well counts once": (once, dict),
}

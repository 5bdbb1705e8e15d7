"""The documents that the differential test stores on both sides: made from a seed, always the same."""

import datetime
import json
import random

INDEX = "orders-test"
COUNT = 5000

SERVICES = ["Shop API", "CRM API", "MES API", "S3"]
TYPES = {"Shop API": ["ORDER_CREATED", "SUBMITTED"], "CRM API": ["MANUFACTURING_APPROVED", "CLOSED"],
         "MES API": ["PRICE_CALCULATED", "GET_ORDERS"], "S3": ["FILE_UPLOADED"]}
LEVELS = ["INFO"] * 7 + ["WARN", "WARN", "ERROR"]
WORDS = ["order", "created", "price", "calculated", "payment", "failed", "timeout", "Retry", "succeeded", "queue",
         "Заказ", "принят", "database", "connection"]
COLOURS = ["red", "Dark blue", "green", None]


def documents() -> list[tuple[str, dict]]:
    chance = random.Random(20261124)
    begin = datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc)
    made = []
    for number in range(COUNT):
        time = begin + datetime.timedelta(milliseconds=chance.randrange(4 * 86_400_000))
        service = chance.choice(SERVICES)
        document = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z",
            "level": chance.choice(LEVELS),
            "service_name": service,
            "event_type": chance.choice(TYPES[service]),
            "order_id": f"ORD-{chance.randrange(150)}",
            "message": " ".join(chance.choice(WORDS) for _ in range(chance.randrange(2, 7))),
            "sequence": number,
        }
        if chance.random() < 0.6:
            document["response_time"] = round(chance.uniform(1, 900), 2)
            document["status_code"] = chance.choice([200, 200, 200, 404, 500])
        if chance.random() < 0.5:
            document["file_size"] = chance.randrange(1000, 5_000_000)
            document["returned_from_cache"] = chance.random() < 0.4
        if chance.random() < 0.4:
            document["tags"] = chance.sample(["rush", "vip", "export", "Fragile goods"], chance.randrange(1, 4))
        if chance.random() < 0.7:
            document["details"] = {"colour": chance.choice(COLOURS), "layers": chance.randrange(1, 6)}
        made.append((f"doc-{number}", document))
    return made


def bulk_body() -> bytes:
    lines = []
    for name, document in documents():
        lines.append(json.dumps({"create": {"_index": INDEX, "_id": name}}))
        lines.append(json.dumps(document, ensure_ascii=False))
    return ("\n".join(lines) + "\n").encode()

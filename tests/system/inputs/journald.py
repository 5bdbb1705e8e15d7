"""systemd-journal-upload, from a journal that systemd-journal-remote of the same package wrote."""

import pathlib
import subprocess

from peer import Peer
from stage import Stage, expect

ENTRIES = 2000
LIBRARIES = ("lib/x86_64-linux-gnu/systemd", "usr/lib/x86_64-linux-gnu/systemd")


def entry(n: int) -> bytes:
    boot = "1" * 32
    lines = [f"__CURSOR=s=1;i={n:x};b={boot};m={n:x};t={n:x};x=1", f"__REALTIME_TIMESTAMP={1795546689000000 + n * 1000}",
             f"__MONOTONIC_TIMESTAMP={4225093 + n}", f"_BOOT_ID={boot}", "PRIORITY=4", "_HOSTNAME=mes-1", "_PID=17",
             "_SYSTEMD_UNIT=mes-api.service", "SYSLOG_IDENTIFIER=node", f"ORDER_ID=ORD-{n}", f"N={n}"]
    message = f"Заказ {n}\nв две строки".encode()
    return "\n".join(lines).encode() + b"\nMESSAGE\n" + len(message).to_bytes(8, "little") + message + b"\n\n"


def write_journal(peer: Peer, folder: pathlib.Path, first: int, last: int) -> pathlib.Path:
    text = folder / f"{first}.export"
    text.write_bytes(b"".join(entry(n) for n in range(first, last + 1)))
    journal = folder / f"{first}.journal"
    written = peer.run("lib/systemd/systemd-journal-remote", "-o", str(journal), str(text), libraries=LIBRARIES)
    expect(journal.exists() and written.returncode == 0, f"no journal was written: {written.stderr.decode()}")
    return journal


UPLOAD = "lib/systemd/systemd-journal-upload"


def upload_words(stage: Stage, journal: pathlib.Path) -> tuple[str, ...]:
    return ("-u", stage.server.url, f"--file={journal}", "--follow=no")


def send(peer: Peer, stage: Stage, journal: pathlib.Path) -> None:
    sent = peer.run(UPLOAD, *upload_words(stage, journal), libraries=LIBRARIES)
    expect(sent.returncode == 0, f"systemd-journal-upload ended with {sent.returncode}: {sent.stderr.decode()}")


def start(peer: Peer, stage: Stage, journal: pathlib.Path) -> subprocess.Popen:
    return subprocess.Popen([peer.path(UPLOAD), *upload_words(stage, journal)], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, env=peer.environment(*LIBRARIES))


def upload(stage: Stage) -> None:
    peer = Peer("journal-upload")
    journal = write_journal(peer, stage.folder, 1, ENTRIES)
    send(peer, stage, journal)
    rows = {int(row["n"]): row for row in stage.rows("*-prod")}
    expect(len(rows) == stage.count() == ENTRIES, f"expected {ENTRIES} events, found {stage.count()}")
    for n, row in rows.items():
        wanted = {"message": f"Заказ {n}\nв две строки", "order_id": f"ORD-{n}", "service_name": "mes-api",
                  "host": "mes-1", "severity": "4", "syslog_identifier": "node", "journald.pid": "17"}
        for name, value in wanted.items():
            expect(row.get(name) == value, f"event {n}: {name} is {row.get(name)!r}, expected {value!r}")
        expect(row["@timestamp"].startswith("2026-11-24T18:5"), f"event {n} has the time {row['@timestamp']}")
    # Sent again from the beginning, each entry is there once.
    send(peer, stage, journal)
    expect(stage.count() == ENTRIES, f"expected {ENTRIES} events after a second upload, found {stage.count()}")


CASES = {
    "systemd-journal-upload, twice": (upload, dict),
}

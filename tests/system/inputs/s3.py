"""Versity's S3 gateway: its access log as a file, its notifications and its log by webhook; uploads and downloads by curl."""

import contextlib
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.parse

from peer import PEERS
from stage import WAIT, CannotBeHad, Stage, expect, free_port

# Names that are written in three ways: as they are, encoded, encoded as in forms.
NAMES = ("ORD-1/gear v2.stl", "ORD-2/шестерня+1.stl", "ORD-3/100%.stl", "plain.stl")


class Gateway:
    def __init__(self, stage: Stage, *words: str):
        found = subprocess.run([str(PEERS / "versitygw.sh")], capture_output=True, text=True, check=False)
        if found.returncode == 3:
            raise CannotBeHad(found.stderr.strip().splitlines()[-1])
        expect(found.returncode == 0, f"versitygw.sh ended with {found.returncode}: {found.stderr}")
        if shutil.which("curl") is None:
            raise CannotBeHad("curl is not there")
        self.folder = stage.folder
        self.address = f"127.0.0.1:{free_port()}"
        for name in ("objects", "attributes"):
            (self.folder / name).mkdir()
        self.out = (self.folder / "gateway.log").open("wb")
        self.process = subprocess.Popen(
            [found.stdout.strip(), "--port", self.address, "--access", "shop", "--secret", "secret", "--quiet", *words,
             "posix", "--sidecar", str(self.folder / "attributes"), str(self.folder / "objects")],
            stdin=subprocess.DEVNULL, stdout=self.out, stderr=self.out, cwd=self.folder)

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.out.close()

    def ask(self, method: str, path: str, *words: str) -> int:
        """The status; 0: nobody answers."""
        url = f"http://{self.address}/{urllib.parse.quote(path)}"
        asked = subprocess.run(
            ["curl", "-sS", "-o", str(self.folder / "answer"), "-w", "%{http_code}", "--aws-sigv4", "aws:amz:us-east-1:s3",
             "--user", "shop:secret", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD", "-X", method, url, *words],
            capture_output=True, text=True, check=False, timeout=60)
        return int(asked.stdout or 0)

    def log(self) -> str:
        return (self.folder / "gateway.log").read_text(errors="replace")[-2000:]

    def make_bucket(self) -> None:
        end = time.monotonic() + WAIT
        while self.ask("PUT", "models") != 200:
            expect(time.monotonic() < end and self.process.poll() is None, f"the gateway does not answer: {self.log()}")
            time.sleep(0.1)

    def use(self) -> None:
        """Everything that is looked for afterwards."""
        self.make_bucket()
        model = self.folder / "model"
        for n, name in enumerate(NAMES):
            model.write_bytes(b"x" * (1000 + n))
            status = self.ask("PUT", f"models/{name}", "--data-binary", f"@{model}", "-H", "Content-Type: model/stl")
            expect(status == 200, f"PUT {name}: {status}: {self.log()}")
            expect(self.ask("GET", f"models/{name}") == 200, f"GET {name}")
            expect((self.folder / "answer").read_bytes() == model.read_bytes(), f"{name} is another one")
        expect(self.ask("GET", "models/missing.stl") == 404, "there is a missing.stl")
        expect(self.ask("DELETE", f"models/{NAMES[3]}") == 204, "nothing was deleted")


@contextlib.contextmanager
def gateway(stage: Stage, *words: str):
    made = Gateway(stage, *words)
    try:
        yield made
    finally:
        made.close()


def wait_for_types(stage: Stage, wanted: dict[str, int]) -> list[dict]:
    end = time.monotonic() + WAIT
    while True:
        rows = stage.rows()
        found = {kind: sum(row.get("event_type") == kind for row in rows) for kind in wanted}
        if found == wanted:
            return rows
        expect(time.monotonic() < end, f"expected {wanted}, found {found} of {rows}")
        time.sleep(0.1)


def verify(rows: list[dict], kind: str, service: str = "S3") -> None:
    named = {row["file_name"]: row for row in rows if row.get("event_type") == kind}
    expect(set(named) == set(NAMES), f"{kind}: found {sorted(named)}")
    for n, name in enumerate(NAMES):
        row = named[name]
        # This gateway writes no sizes of what was read.
        size = 1000 + n if kind == "FILE_UPLOADED" else None
        wanted = {"file_size": size, "bucket": "models", "s3_user": "shop", "service_name": service, "level": "INFO"}
        for field, value in wanted.items():
            expect(row.get(field) == value, f"{kind} of {name}: {field} is {row.get(field)!r}, expected {value!r}: {row}")
        expect("_violations" not in row, f"the catalog is not kept: {row}")
        expect(row["@timestamp"].startswith("20"), f"the time of {row}")


def access_log(stage: Stage) -> None:
    with gateway(stage, "--access-log", str(stage.folder / "access.log")) as server:
        server.use()
        rows = wait_for_types(stage, {"FILE_UPLOADED": 4, "FILE_DOWNLOADED": 4})
    verify(rows, "FILE_UPLOADED")
    verify(rows, "FILE_DOWNLOADED")
    for row in rows:
        if row.get("event_type"):
            expect(row["duration_ms"] >= 0 and row["status_code"] == 200, f"{row}")
    missing = [row for row in rows if row.get("file_name") == "missing.stl"]
    expect(len(missing) == 1 and missing[0]["status_code"] == 404, f"found {missing}")
    expect(missing[0]["error_code"] == "NoSuchKey" and "event_type" not in missing[0], f"found {missing}")


def notifications(stage: Stage) -> None:
    with gateway(stage, "--event-webhook-url", f"{stage.server.url}/s3/events?service=Files") as server:
        server.use()
        rows = wait_for_types(stage, {"FILE_UPLOADED": 4})
        end = time.monotonic() + WAIT
        while not any("Removed" in row.get("operation", "") for row in rows):
            expect(time.monotonic() < end, f"nothing was said of what was deleted: {rows}")
            rows = stage.rows()
    verify(rows, "FILE_UPLOADED", "Files")


def webhook_log(stage: Stage) -> None:
    with gateway(stage, "--log-webhook-url", f"{stage.server.url}/s3/events") as server:
        server.use()
        rows = wait_for_types(stage, {"FILE_UPLOADED": 4, "FILE_DOWNLOADED": 4})
    verify(rows, "FILE_UPLOADED")
    verify(rows, "FILE_DOWNLOADED")


def log_file(folder: pathlib.Path | str) -> dict[str, str]:
    return {"files__paths": f"{folder}/access.log", "files__kinds": "*/access.log=s3-access"}


CASES = {
    "S3, access log": (access_log, lambda: log_file("{}")),
    "S3, notifications": (notifications, dict),
    "S3, log by webhook": (webhook_log, dict),
}

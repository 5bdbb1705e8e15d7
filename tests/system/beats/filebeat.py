"""Starts and stops a real Filebeat for the tests of this folder."""

import json
import pathlib
import signal
import subprocess

from stage import CannotBeHad

PEER = pathlib.Path(__file__).resolve().parent.parent / "peers" / "filebeat.sh"


def find() -> str:
    found = subprocess.run([str(PEER)], capture_output=True, text=True, check=False, timeout=600)
    if found.returncode != 0:
        raise CannotBeHad(found.stderr.strip().splitlines()[-1] if found.stderr else "no reason given")
    return found.stdout.strip()


class Filebeat:
    """One Filebeat with its registry, that reads the JSON lines of FOLDER/logs/*.log."""

    def __init__(self, program: str, folder: pathlib.Path, output: dict, with_ids: bool = False, index: str = ""):
        self.folder = folder
        self.logs = folder / "logs"
        self.logs.mkdir(exist_ok=True)
        settings: dict = {
            "filebeat.inputs": [{
                "type": "filestream", "id": "orders", "paths": [str(self.logs / "*.log")],
                "parsers": [{"ndjson": {"target": "", "overwrite_keys": True, "add_error_key": True}}],
                "prospector.scanner.check_interval": "200ms",
            }],
            "queue.mem": {"events": 1024, "flush.min_events": 256, "flush.timeout": "100ms"},
            "setup.template.enabled": False, "setup.ilm.enabled": False,
            "logging.to_stderr": True,
            "processors": [],
            **output,
        }
        if index:
            settings["filebeat.inputs"][0]["index"] = index
        if with_ids:
            settings["processors"] = [{"fingerprint": {"fields": ["n"], "target_field": "@metadata._id"}}]
        # JSON is YAML.
        self.settings = folder / "filebeat.yml"
        self.settings.write_text(json.dumps(settings))
        self.command = [program, "-c", str(self.settings), "--strict.perms=false", "--path.home", str(folder / "home"),
                        "--path.data", str(folder / "registry"), "--path.logs", str(folder / "home")]
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with (self.folder / "filebeat.err").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        # Left by the killed one; a new one takes it for that of another Filebeat.
        (self.folder / "registry" / "filebeat.lock").unlink(missing_ok=True)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def log_end(self) -> str:
        lines = (self.folder / "filebeat.err").read_text(errors="replace").splitlines()
        return "\n".join(["Filebeat's log ends with:", *lines[-15:]])

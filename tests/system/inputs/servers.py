"""PostgreSQL and MariaDB of Debian's packages, each with data of its own in a case's folder, on a free port."""

import contextlib
import os
import shutil
import signal
import subprocess
import time

from peer import Peer
from stage import WAIT, Stage, expect, free_port

POSTGRESQL = "usr/lib/postgresql/15/bin"
LIBRARIES = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")


class Database:
    """A server's folder and program, run by nobody where the tests are run by root: these servers refuse root."""

    def __init__(self, stage: Stage, name: str):
        self.folder = stage.folder / name
        self.as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        # Nobody may not look into the folder of the packages.
        self.programs = self.folder / "programs"
        shutil.copytree(Peer(name).folder, self.programs, symlinks=True)
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        stage.folder.chmod(0o711)
        self.folder.chmod(0o755)
        if self.as_nobody:
            shutil.chown(self.logs, "nobody", "nogroup")
            shutil.chown(self.folder, "nobody", "nogroup")
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def environment(self) -> dict[str, str]:
        libraries = ":".join(str(self.programs / folder) for folder in LIBRARIES)
        return {"LD_LIBRARY_PATH": libraries, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
                "HOME": str(self.folder)}

    def run(self, program: str, *words: str, text: str = "", good: bool = True) -> subprocess.CompletedProcess:
        ended = subprocess.run([str(self.programs / program), *words], input=text, capture_output=True, text=True,
                               check=False, timeout=120, env=self.environment(), cwd=self.folder, **self.as_nobody)
        if good:
            expect(ended.returncode == 0, f"{program} ended with {ended.returncode}: {ended.stderr[-2000:]}")
        return ended

    def start(self, program: str, *words: str) -> None:
        with (self.folder / "server.out").open("ab") as out:
            self.process = subprocess.Popen([str(self.programs / program), *words], stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=out, env=self.environment(), cwd=self.folder, **self.as_nobody)

    def wait(self, is_ready) -> None:
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            output = (self.folder / "server.out").read_text(errors="replace")
            expect(self.process.poll() is None, f"{self.folder.name} ended: {output[-2000:]}")
            if is_ready():
                return
            time.sleep(0.1)
        expect(False, f"{self.folder.name} was not ready within {WAIT} s: {output[-2000:]}")

    def stop(self, sign: int = signal.SIGTERM) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(sign)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Postgresql(Database):
    def __init__(self, stage: Stage, **settings: str):
        super().__init__(stage, "postgresql")
        data = str(self.folder / "data")
        self.run(f"{POSTGRESQL}/initdb", "-D", data, "-U", "mes", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        chosen = {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "", "fsync": "off",
                  "logging_collector": "on", "log_directory": str(self.logs), "log_filename": "mes.log",
                  "log_destination": "stderr,csvlog,jsonlog", "log_min_duration_statement": "50ms",
                  "log_line_prefix": "%m [%p] %q%u@%d ", "log_file_mode": "0644", "timezone": "UTC",
                  "log_timezone": "UTC", "jit": "off"} | settings
        self.start(f"{POSTGRESQL}/postgres", "-D", data, *(word for name, value in chosen.items()
                                                           for word in ("-c", f"{name}={value}")))
        self.wait(lambda: self.run(f"{POSTGRESQL}/pg_isready", *self.where(), good=False).returncode == 0)
        self.run(f"{POSTGRESQL}/createdb", *self.where(), "mesdb")

    def where(self) -> tuple[str, ...]:
        return "-h", "127.0.0.1", "-p", str(self.port), "-U", "mes"

    def query(self, *texts: str, good: bool = True) -> str:
        commands = [word for text in texts for word in ("-c", text)]
        return self.run(f"{POSTGRESQL}/psql", *self.where(), "-d", "mesdb", "-XqAt", *commands, good=good).stdout

    def stop(self, sign: int = signal.SIGINT) -> None:
        super().stop(sign)


class Mariadb(Database):
    def __init__(self, stage: Stage, **settings: str):
        super().__init__(stage, "mariadb")
        self.data = self.folder / "data"
        self.run("usr/bin/mariadb-install-db", "--no-defaults", f"--datadir={self.data}", f"--basedir={self.programs}/usr",
                 "--auth-root-authentication-method=normal", "--skip-test-db")
        chosen = {"bind-address": "127.0.0.1", "port": str(self.port), "socket": str(self.folder / "socket"),
                  "slow-query-log": "1", "slow-query-log-file": str(self.logs / "slow.log"), "long-query-time": "0.1",
                  "log-error": str(self.logs / "error.log"), "log-slow-verbosity": "query_plan,explain",
                  "log-warnings": "2", "innodb-flush-log-at-trx-commit": "0",
                  "pid-file": str(self.folder / "pid")} | settings
        self.start("usr/sbin/mariadbd", "--no-defaults", f"--datadir={self.data}", f"--basedir={self.programs}/usr",
                   f"--plugin-dir={self.programs}/usr/lib/mysql/plugin",
                   f"--character-sets-dir={self.programs}/usr/share/mysql/charsets",
                   f"--lc-messages-dir={self.programs}/usr/share/mysql",
                   *(f"--{name}={value}" for name, value in chosen.items()))
        self.wait(lambda: self.client("SELECT 1", good=False, database="").returncode == 0)
        self.client("CREATE DATABASE crmdb", database="")

    def client(self, text: str, good: bool = True, database: str = "crmdb") -> subprocess.CompletedProcess:
        return self.run("usr/bin/mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", str(self.port), "-u", "root",
                        "--default-character-set=utf8mb4", "--comments", *([database] if database else []), text=text,
                        good=good)


@contextlib.contextmanager
def running(database: Database):
    try:
        yield database
    finally:
        database.stop()


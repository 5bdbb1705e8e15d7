"""A RabbitMQ of its own: a node on loopback, with its folders in the case's, and its own port mapper."""

import os
import pathlib
import subprocess
import sys
import time

from peer import Peer
from server import free_port
from stage import Wrong

START = 120  # seconds that a node may take to start


class RabbitNode:
    def __init__(self, folder: pathlib.Path, certificates: pathlib.Path | None = None):
        self.peer = Peer("rabbitmq")
        self.folder = folder / "rabbitmq"
        self.folder.mkdir()
        self.port, self.management, self.tls_port, dist, self.mapper_port = (free_port() for _ in range(5))
        self.home = next((self.peer.folder / "usr/lib/rabbitmq/lib").glob("rabbitmq_server-*"))
        erlang = self.peer.folder / "usr/lib/erlang"
        self.programs = next(erlang.glob("erts-*")) / "bin"
        wrapper = self.folder / "bin" / "erl"
        wrapper.parent.mkdir()
        # Debian's script looks under /usr/lib.
        wrapper.write_text(f'#!/bin/sh\nexport ROOTDIR={erlang} BINDIR={self.programs} EMU=beam PROGNAME=erl\n'
                           f'exec "$BINDIR/erlexec" "$@"\n')
        wrapper.chmod(0o755)
        (self.folder / "rabbitmq.conf").write_text(
            f"management.tcp.port = {self.management}\nmanagement.tcp.ip = 127.0.0.1\n"
            "collect_statistics_interval = 1000\n" + (self.tls(certificates) if certificates else ""))
        (self.folder / "plugins").write_text("[rabbitmq_management,rabbitmq_event_exchange].\n")
        (self.folder / "env").write_text("")
        self.environment = {
            "PATH": f"{wrapper.parent}:{self.home}/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.folder), "LANG": "C.UTF-8", "ERL_EPMD_PORT": str(self.mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_NODENAME": f"trail{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(dist), "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"), "RABBITMQ_CONF_ENV_FILE": str(self.folder / "env"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_PLUGINS_DIR": str(self.home / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        }
        self.mapper = subprocess.Popen(
            [self.programs / "epmd", "-address", "127.0.0.1", "-port", str(self.mapper_port)], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.process: subprocess.Popen | None = None
        sys.path.insert(0, str(self.peer.folder / "usr/lib/python3/dist-packages"))

    def tls(self, certificates: pathlib.Path) -> str:
        """The lines of its configuration that open a port for TLS."""
        return (f"listeners.ssl.1 = 127.0.0.1:{self.tls_port}\nssl_options.cacertfile = {certificates}/ca.pem\n"
                f"ssl_options.certfile = {certificates}/server.pem\nssl_options.keyfile = {certificates}/server.key\n"
                "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\n")

    def start(self) -> None:
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen([self.home / "sbin/rabbitmq-server"], env=self.environment,
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        end = time.monotonic() + START
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise Wrong(f"RabbitMQ does not start: {(self.folder / 'output').read_text()[-2000:]}")

    def answers(self) -> bool:
        return self.control("await_startup", "--timeout", "20", check=False).returncode == 0

    def control(self, *words: str, check: bool = True) -> subprocess.CompletedProcess:
        done = subprocess.run([self.home / "sbin/rabbitmqctl", *words], env=self.environment, capture_output=True,
                              text=True, check=False, timeout=60)
        if check and done.returncode != 0:
            raise Wrong(f"rabbitmqctl {' '.join(words)}: {done.stderr}{done.stdout}")
        return done

    def prepare(self) -> None:
        """As the guide says: a user with the rights that Ordertrail needs, the trace switched on."""
        (self.folder / "password").write_text("secret-of-the-test\n")
        self.control("add_user", "ordertrail", "secret-of-the-test")
        self.control("set_permissions", "ordertrail", r"^ordertrail\..*", r"^ordertrail\..*",
                     r"^(ordertrail\..*|amq\.rabbitmq\.(trace|event))$")
        self.control("set_user_tags", "ordertrail", "monitoring")
        self.control("trace_on")

    def log(self) -> str:
        return "".join(path.read_text() for path in sorted((self.folder / "log").glob("*.log")))

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def close(self) -> None:
        self.stop()
        self.mapper.kill()
        self.mapper.wait()

    def tls_url(self) -> str:
        return f"amqps://ordertrail@localhost:{self.tls_port}?password_file={self.folder}/password"

    def url(self) -> str:
        return (f"amqp://ordertrail@127.0.0.1:{self.port}?password_file={self.folder}/password"
                f"&management=http://127.0.0.1:{self.management}")

"""logger(1), rsyslog and syslog-ng over UDP, TCP and TLS; rsyslog's omelasticsearch over HTTP."""

import contextlib
import datetime
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import time

from peer import Peer
from stage import CannotBeHad, Stage, expect, free_port

MESSAGES = 500


def settings(*kinds: str) -> dict[str, str]:
    made = {f"syslog__{kind}__address": f"127.0.0.1:{free_port()}" for kind in kinds}
    if "tls" in kinds:
        made |= {"syslog__tls__certificate": "{}/tls/server.pem", "syslog__tls__key": "{}/tls/server.key"}
    return made


def port_of(stage: Stage, kind: str) -> int:
    """As the server was told."""
    return int(json.loads((stage.folder / "ordertrail.yaml").read_text())[f"syslog.{kind}.address"].rsplit(":", 1)[1])


def logger(stage: Stage, kind: str, *words: str) -> None:
    program = shutil.which("logger")
    if program is None:
        raise CannotBeHad("logger(1) is not there; Debian's bsdutils has it")
    transport = ["--udp"] if kind == "udp" else ["--tcp"]
    sent = subprocess.run([program, "--server", "127.0.0.1", "--port", str(port_of(stage, kind)), *transport, *words],
                          capture_output=True, check=False, timeout=30)
    expect(sent.returncode == 0, f"logger ended with {sent.returncode}: {sent.stderr.decode()}")


def one(stage: Stage, text: str) -> dict:
    rows = [row for row in stage.rows() if row.get("message") == text]
    expect(len(rows) == 1, f"expected one event with the message {text!r}, found {len(rows)} of {stage.rows()}")
    return rows[0]


def by_logger(stage: Stage) -> None:
    for kind in ("udp", "tcp"):
        logger(stage, kind, "--rfc5424", "--tag", "mes-api", "--priority", "local3.warning", "--id=4711", "--msgid", "M1",
               "--sd-id", "order@32473", "--sd-param", f'order_id="ORD-{kind}"', f"Заказ {kind}")
        logger(stage, kind, "--rfc3164", "--tag", "crm-api", "--priority", "user.err", f"old {kind}")
    logger(stage, "tcp", "--octet-count", "--rfc5424", "--tag", "shop", "two\nlines")
    logger(stage, "udp", "--rfc5424", "--tag", "shop", '{"order_id":"ORD-json","service_name":"Shop API","level":"ERROR"}')
    stage.wait_for_count(6)
    for kind in ("udp", "tcp"):
        row = one(stage, f"Заказ {kind}")
        wanted = {"service_name": "mes-api", "severity": "4", "syslog.facility": "local3", "syslog.procid": "4711",
                  "syslog.msgid": "M1", "order_id": f"ORD-{kind}", "host": socket.gethostname()}
        for name, value in wanted.items():
            expect(row.get(name) == value, f"{kind}: {name} is {row.get(name)!r}, expected {value!r}")
        old = one(stage, f"old {kind}")
        expect(old["service_name"] == "crm-api" and old["severity"] == "3", f"{kind}: {old}")
        expect(abs(newest(stage, f"old {kind}") - time.time()) < 86400, f"{kind}: the time of {old} is not now")
    rows = stage.rows("shop-prod")
    expect(any(row.get("order_id") == "ORD-json" for row in rows), f"JSON was not taken for an event: {rows}")


def newest(stage: Stage, text: str) -> float:

    stamp = one(stage, text)["@timestamp"]
    return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).replace(tzinfo=datetime.timezone.utc).timestamp()


@contextlib.contextmanager
def daemon(peer: Peer, stage: Stage, words: list[str], libraries: tuple[str, ...] = ()):
    log = (stage.folder / "client.log").open("wb")
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=peer.environment(*libraries))
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def write_lines(path: pathlib.Path) -> None:
    path.write_text("".join(f"message {n} of ORD-{n}\n" for n in range(MESSAGES)))


def log_end(stage: Stage) -> str:
    return (stage.folder / "client.log").read_text(errors="replace")[-2000:]


def verify(stage: Stage, index: str = "*") -> list[dict]:
    stage.wait_for_count(MESSAGES, lambda: log_end(stage))
    rows = stage.rows(index)
    found = sorted(row["message"].strip() for row in rows)
    expect(found == sorted(f"message {n} of ORD-{n}" for n in range(MESSAGES)), "other messages than those sent")
    return rows


@contextlib.contextmanager
def rsyslogd(peer: Peer, stage: Stage, action: str, template: str = ""):
    """Reads the folder's in.log."""
    folder = stage.folder
    modules = peer.path("usr/lib/x86_64-linux-gnu/rsyslog")
    (folder / "rsyslog.conf").write_text(f"""
global(workDirectory="{folder}")
module(load="imfile")
{template}
input(type="imfile" File="{folder}/in.log" Tag="mes-api" Severity="warning" Facility="local3")
{action}
""")
    words = [peer.path("usr/sbin/rsyslogd"), "-n", "-M", modules, "-f", str(folder / "rsyslog.conf"), "-i",
             str(folder / "rsyslog.pid")]
    with daemon(peer, stage, words) as process:
        yield process


def rsyslog(stage: Stage, action: str, template: str = "") -> list[dict]:
    write_lines(stage.folder / "in.log")
    with rsyslogd(Peer("rsyslog"), stage, action, template):
        return verify(stage)


def rsyslog_tcp(framing: str):
    def case(stage: Stage) -> None:
        rows = rsyslog(stage, f'action(type="omfwd" target="127.0.0.1" port="{port_of(stage, "tcp")}" protocol="tcp" '
                              f'TCP_Framing="{framing}" template="RSYSLOG_SyslogProtocol23Format")')
        for row in rows:
            expect(row["service_name"] == "mes-api" and row["severity"] == "4", f"not as it was sent: {row}")
    return case


def rsyslog_elasticsearch(stage: Stage) -> None:
    template = '''module(load="omelasticsearch")
template(name="event" type="list" option.jsonf="on") {
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="service_name" name="syslogtag" format="jsonf")
  property(outname="level" name="syslogseverity-text" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}'''
    rows = rsyslog(stage, f'action(type="omelasticsearch" server="127.0.0.1" serverport="{stage.server.port}" '
                          'template="event" searchIndex="mes-prod" searchType="" bulkmode="on" maxbytes="1m" '
                          'action.resumeretrycount="-1" queue.type="linkedlist" queue.dequeuebatchsize="100")', template)
    expect({row["level"] for row in rows} == {"warning"}, "not as it was sent")


def syslog_ng(kind: str, driver: str):
    def case(stage: Stage) -> None:
        peer = Peer("syslog-ng")
        folder = stage.folder
        write_lines(folder / "in.log")
        target = driver.format(port=port_of(stage, kind), tls=folder / "tls")
        (folder / "syslog-ng.conf").write_text(f"""@version: 3.38
source s {{ file("{folder}/in.log" flags(no-parse) program-override("mes-api") follow-freq(1)); }};
destination d {{ {target} }};
log {{ source(s); destination(d); }};
""")
        words = [peer.path("usr/sbin/syslog-ng"), "-F", "-f", str(folder / "syslog-ng.conf"), "--module-path",
                 peer.path("usr/lib/syslog-ng/3.38"), "--persist-file", str(folder / "ng.persist"), "--pidfile",
                 str(folder / "ng.pid"), "--control", str(folder / "ng.ctl"), "--no-caps"]
        with daemon(peer, stage, words, ("usr/lib/syslog-ng", "usr/lib/syslog-ng/3.38")):
            for row in verify(stage):
                expect(row["service_name"] == "mes-api", f"not as it was sent: {row}")
    return case


NG_TLS = 'syslog("localhost" port({port}) transport("tls") tls(ca-file("{tls}/ca.pem") peer-verify(required-trusted)));'

CASES = {
    "logger, UDP and TCP, both formats": (by_logger, lambda: settings("udp", "tcp")),
    "rsyslog, TCP, octet counting": (rsyslog_tcp("octet-counted"), lambda: settings("tcp")),
    "rsyslog, TCP, lines": (rsyslog_tcp("traditional"), lambda: settings("tcp")),
    "rsyslog, omelasticsearch": (rsyslog_elasticsearch, dict),
    "syslog-ng, RFC 5424 over TCP": (syslog_ng("tcp", 'syslog("127.0.0.1" port({port}) transport("tcp"));'),
                                     lambda: settings("tcp")),
    "syslog-ng, RFC 5424 over TLS": (syslog_ng("tls", NG_TLS), lambda: settings("tls")),
    "syslog-ng, RFC 3164 over UDP": (syslog_ng("udp", 'network("127.0.0.1" port({port}) transport("udp"));'),
                                     lambda: settings("udp")),
}

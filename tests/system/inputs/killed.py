"""The server is killed under clients that send again what was not answered: nothing is lost, and with ids nothing is there twice."""

import collections

import journald
import syslog_clients
from peer import Peer
from stage import Stage, expect

ROUNDS, EACH = 4, 500
ENTRIES = 20_000

TEMPLATES = '''module(load="omelasticsearch")
template(name="event" type="list" option.jsonf="on") {
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="service_name" name="syslogtag" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}
template(name="id" type="string" string="%msg:R,ERE,1,FIELD:(ORD-[0-9]+)--end%")'''


def omelasticsearch(stage: Stage) -> None:
    """By the id that a template makes of each message; an answer 409 is passed over."""
    peer = Peer("rsyslog")
    source = stage.folder / "in.log"
    source.touch()
    action = (f'action(type="omelasticsearch" server="127.0.0.1" serverport="{stage.server.port}" template="event" '
              'searchIndex="mes-prod" searchType="" bulkmode="on" maxbytes="1m" bulkid="id" dynbulkid="on" '
              'writeoperation="create" action.resumeretrycount="-1" action.resumeinterval="1" queue.type="linkedlist" '
              'queue.dequeuebatchsize="50")')
    last = ROUNDS * EACH
    with syslog_clients.rsyslogd(peer, stage, action, TEMPLATES):
        for at in range(ROUNDS):
            with source.open("a") as file:
                file.write("".join(f"message of ORD-{n}\n" for n in range(at * EACH + 1, (at + 1) * EACH + 1)))
            stage.wait_for_count(at * EACH + 1, lambda: syslog_clients.log_end(stage))
            stage.server.kill()
            stage.server.start()
        stage.wait_for_count(last, lambda: syslog_clients.log_end(stage))
    found = collections.Counter(row["message"].strip() for row in stage.rows("mes-prod"))
    expect(found == collections.Counter(f"message of ORD-{n}" for n in range(1, last + 1)),
           f"{len(found)} different messages of {last}, {found.total()} in all")


def journal_upload(stage: Stage) -> None:
    """It ends when the server goes; its next run sends the journal again."""
    peer = Peer("journal-upload")
    journal = journald.write_journal(peer, stage.folder, 1, ENTRIES)
    broken = 0
    for at in range(2):
        process = journald.start(peer, stage, journal)
        try:
            stage.wait_for("an upload that is under way", lambda: stage.count() > at * ENTRIES // 4 or process.poll() is not None)
            stage.server.kill()
            broken += process.wait(60) != 0
        finally:
            if process.poll() is None:
                process.kill()
        stage.server.start()
    expect(broken > 0, "no upload broke off: the journal is too short")
    journald.send(peer, stage, journal)
    found = collections.Counter(row["n"] for row in stage.rows("*-prod"))
    expect(found == collections.Counter(str(n) for n in range(1, ENTRIES + 1)),
           f"{len(found)} different entries of {ENTRIES}, {found.total()} in all")


CASES = {
    "server killed under rsyslog, omelasticsearch": (omelasticsearch, dict),
    "server killed under systemd-journal-upload": (journal_upload, dict),
}

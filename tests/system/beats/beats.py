#!/usr/bin/env python3
"""A real Filebeat over both of its outputs, other clients of its protocol, and odd ones, against the real program.

    beats.py --binary PATH [--only WORD]

Everything is checked by content. Where one cannot be had, its cases are passed over, and that is said.
"""

import contextlib
import os
import sys
import time

import go_lumber
import lumberjack_client
import odd_clients
from filebeat import Filebeat, find
from stage import CannotBeHad, Stage, expect, options_of, run_cases, verify, write_lines
from tls_front import TlsFront

EVENTS = 3000


@contextlib.contextmanager
def running(beat: Filebeat):
    beat.start()
    try:
        yield beat
    finally:
        if beat.running():
            beat.stop()


def logstash(stage: Stage, **more) -> dict:
    return {"output.logstash": {"hosts": [f"127.0.0.1:{stage.lumberjack}"], **more}}


def ship(stage: Stage, beat: Filebeat, index: str) -> None:
    write_lines(beat.logs / "shop.log", 1, EVENTS)
    with running(beat):
        stage.wait_for_count(EVENTS, beat.log_end)
    verify(stage.rows(index), EVENTS)


def plain(stage: Stage, program: str) -> None:
    ship(stage, Filebeat(program, stage.folder, logstash(stage)), "shop-prod")
    expect(stage.metric("ordertrail_lumberjack_windows_total") > 0, "windows are not counted")
    expect(stage.metric("ordertrail_received_events_total") == EVENTS, "events are not counted")


def named_index(stage: Stage, program: str) -> None:
    ship(stage, Filebeat(program, stage.folder, logstash(stage), index="orders-stage"), "orders-stage")


def uncompressed(stage: Stage, program: str) -> None:
    ship(stage, Filebeat(program, stage.folder, logstash(stage, compression_level=0, bulk_max_size=100)), "filebeat-8.1.3")


def with_tls(stage: Stage, program: str) -> None:
    files = stage.folder / "tls"
    ssl = {"certificate_authorities": [str(files / "ca.pem")]}
    ship(stage, Filebeat(program, stage.folder, logstash(stage, ssl=ssl)), "shop-prod")


def with_client_certificates(stage: Stage, program: str) -> None:
    files = stage.folder / "tls"
    ssl = {"certificate_authorities": [str(files / "ca.pem")]}
    beat = Filebeat(program, stage.folder, logstash(stage, ssl=ssl))
    write_lines(beat.logs / "shop.log", 1, 1)
    with running(beat):
        end = time.monotonic() + 30
        while stage.metric("ordertrail_stream_failed_handshakes_total") == 0:
            expect(time.monotonic() < end, "a client without certificate was not turned away\n" + beat.log_end())
            time.sleep(0.05)
    expect(stage.count() == 0, "a client without certificate was let in")
    (beat.logs / "shop.log").unlink()
    ssl |= {"certificate": str(files / "client.pem"), "key": str(files / "client.key")}
    ship(stage, Filebeat(program, stage.folder, logstash(stage, ssl=ssl)), "shop-prod")


def elasticsearch_output(stage: Stage, **more) -> dict:
    settings = {"hosts": [stage.server.url], "index": "shop-prod"} | more
    return {"output.elasticsearch": settings, "setup.template.name": "shop",
            "setup.template.pattern": "shop-*"}


def elasticsearch(stage: Stage, program: str) -> None:
    ship(stage, Filebeat(program, stage.folder, elasticsearch_output(stage)), "shop-prod")


def elasticsearch_behind_tls(stage: Stage, program: str) -> None:
    """The HTTP port itself speaks no TLS yet: something in front of it does."""
    files = stage.folder / "tls"
    with TlsFront(stage.server.port, files) as front:
        output = elasticsearch_output(stage, hosts=[f"https://127.0.0.1:{front.port}"],
                                      ssl={"certificate_authorities": [str(files / "ca.pem")]})
        ship(stage, Filebeat(program, stage.folder, output), "shop-prod")
        expect(front.connections > 0, "nothing came over TLS")


def grow(stage: Stage, beat: Filebeat, rounds: int, between) -> int:
    """Lines come in while something breaks: returns how many in all."""
    each = 1500
    for at in range(rounds):
        write_lines(beat.logs / f"shop-{at % 2}.log", at * each + 1, (at + 1) * each)
        between(at)
    last = rounds * each
    stage.wait_for_count(last, beat.log_end)
    return last


def filebeat_killed(output):
    def case(stage: Stage, program: str) -> None:
        beat = Filebeat(program, stage.folder, output(stage), with_ids=True)
        with running(beat):
            def kill(at: int) -> None:
                # Somewhere within the events of this round.
                stage.wait_for_count(at * 1500 + 1, beat.log_end)
                beat.kill()
                beat.start()
            last = grow(stage, beat, 4, kill)
        verify(stage.rows("shop-prod"), last)
    return case


def server_killed(output):
    def case(stage: Stage, program: str) -> None:
        beat = Filebeat(program, stage.folder, output(stage, **{"backoff.init": "100ms", "backoff.max": "500ms"}), with_ids=True)
        with running(beat):
            def kill(at: int) -> None:
                stage.wait_for_count(at * 1500 + 1, beat.log_end)
                stage.server.kill()
                stage.server.start()
            last = grow(stage, beat, 4, kill)
        verify(stage.rows("shop-prod"), last)
    return case


TLS = {"lumberjack__tls__certificate": "{}/tls/server.pem", "lumberjack__tls__key": "{}/tls/server.key"}
CLIENT_TLS = TLS | {"lumberjack__tls__client_ca": "{}/tls/ca.pem"}
AS_LOGSTASH = {"lumberjack__index": "%{[@metadata][beat]}-%{[@metadata][version]}"}
FILEBEAT_CASES = {
    "Filebeat, Logstash output": (plain, {}),
    "Filebeat, Logstash output, index of the input": (named_index, {}),
    "Filebeat, Logstash output, not compressed, index as in Logstash": (uncompressed, AS_LOGSTASH),
    "Filebeat, Logstash output with TLS": (with_tls, TLS),
    "Filebeat, Logstash output with TLS and client certificates": (with_client_certificates, CLIENT_TLS),
    "Filebeat, Elasticsearch output": (elasticsearch, {}),
    "Filebeat, Elasticsearch output, TLS in front": (elasticsearch_behind_tls, TLS),
    "Filebeat killed and started again": (filebeat_killed(logstash), {}),
    "Filebeat killed and started again, Elasticsearch output": (filebeat_killed(elasticsearch_output), {}),
    "server killed under Filebeat": (server_killed(logstash), {}),
    "server killed under Filebeat, Elasticsearch output": (server_killed(elasticsearch_output), {}),
}


OTHERS = odd_clients.CASES | go_lumber.CASES | lumberjack_client.CASES


def main() -> int:
    options = options_of(__doc__)
    cases = {name: case for name, case in OTHERS.items() if options.only in name}
    wanted = {name: case for name, case in FILEBEAT_CASES.items() if options.only in name}
    if wanted:
        try:
            program = find()
            cases |= {name: (lambda stage, case=case: case(stage, program), settings)
                      for name, (case, settings) in wanted.items()}
        except CannotBeHad as why:
            print(f"PASSED OVER: {len(wanted)} cases of Filebeat: {why}", flush=True)
    return run_cases(options.binary, cases)


if __name__ == "__main__":
    sys.exit(main())

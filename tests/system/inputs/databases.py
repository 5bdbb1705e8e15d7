"""The logs of a real PostgreSQL (stderr, csvlog, jsonlog) and a real MariaDB (slow log, error log), followed as files."""

import json
import pathlib
import re
import time

from filebeat import Filebeat, find
from servers import POSTGRESQL, Mariadb, Postgresql, running
from stage import Stage, Wrong, expect

SLOW = "SELECT pg_sleep(0.1),\n  'Заказ \"1\", ''2'''\nFROM generate_series(1, 1) WHERE 1 IN (1, 2, 3)" \
       " /*order_id='ORD-7',traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'*/"
PATTERN = "SELECT pg_sleep(?), ? FROM generate_series(?, ?) WHERE ? IN (?)"


def has(row: dict, wanted: dict) -> None:
    for name, value in wanted.items():
        expect(row.get(name) == value, f"{name} is {row.get(name)!r}, expected {value!r}, in {row}")


def wait_for(stage: Stage, wanted: int, **fields: str) -> list[dict]:
    """The rows with these fields, as soon as there are so many; more are wrong.

    Slow are those statements only that sleep: on a busy machine others may be, too.
    """
    end = time.monotonic() + 60
    rows: list[dict] = []
    while time.monotonic() < end and len(rows) < wanted:
        rows = [row for row in stage.rows() if all(row.get(name) == value for name, value in fields.items()) and
                (row.get("event_type") != "SLOW_QUERY" or "sleep" in row["statement"].lower())]
        time.sleep(0.1)
    expect(len(rows) == wanted, f"expected {wanted} events with {fields}, found {len(rows)} of {stage.rows()}")
    return rows


def by_format(rows: list[dict]) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {".log": [], ".csv": [], ".json": []}
    for row in sorted(rows, key=lambda row: (row["@timestamp"], row.get("session_line", 0))):
        found[pathlib.Path(row["log.file.path"]).suffix].append(row)
    return found


def check_slow(row: dict) -> None:
    has(row, {"statement": SLOW, "statement_pattern": PATTERN, "database": "mesdb", "db_user": "mes", "level": "WARN",
              "service_name": "MES DB", "order_id": "ORD-7", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
              "span_id": "00f067aa0ba902b7", "statement_phase": "statement"})
    expect(100 <= row["duration_ms"] < 20000, f"duration_ms is {row['duration_ms']}")
    expect("_violations" not in row, f"the catalog is not kept: {row}")
    expect(row["@timestamp"].endswith("Z"), f"the time is {row['@timestamp']}")


def postgresql(stage: Stage) -> None:
    with running(Postgresql(stage)) as server:
        server.query(SLOW)
        server.query("CREATE TABLE t (id int PRIMARY KEY, x text)", "INSERT INTO t VALUES (1, 'a')")
        server.query("SELECT * FROM no_such_table", good=False)
        server.query("INSERT INTO t VALUES (1, 'it''s')", good=False)
        server.query("DO $$ BEGIN RAISE WARNING 'first\nsecond'; END $$")
        script = server.folder / "script.sql"
        script.write_text("\\set id 1\nSELECT pg_sleep(0.08), x FROM t WHERE id = :id;\n")
        server.run(f"{POSTGRESQL}/pgbench", *server.where(), "-n", "-M", "prepared", "-t", "2", "-f", str(script), "mesdb")
        server.query("SELECT pg_rotate_logfile()")
        server.query(SLOW)
        # Four of pgbench: two of them prepared, two executed; planning of them takes no time.
        slow = by_format(wait_for(stage, 3 * 4, event_type="SLOW_QUERY"))
        failed = by_format(wait_for(stage, 3 * 2, event_type="QUERY_FAILED"))
        warned = by_format(wait_for(stage, 3, message="first\nsecond"))
    for form, rows in slow.items():
        expect(len(rows) == 4, f"{form}: {len(rows)} slow queries")
        check_slow(rows[0])
        check_slow(rows[3])
        for row in rows[1:3]:
            has(row, {"statement": "SELECT pg_sleep(0.08), x FROM t WHERE id = $1;", "statement_phase": "execute",
                      "statement_pattern": "SELECT pg_sleep(?), x FROM t WHERE id = ?",
                      "detail": "parameters: $1 = '1'"})
    for form, rows in failed.items():
        has(rows[0], {"error": 'relation "no_such_table" does not exist at character 15' if form == ".log"
                      else 'relation "no_such_table" does not exist', "statement": "SELECT * FROM no_such_table",
                      "level": "WARN", "db_severity": "ERROR", "database": "mesdb"})
        has(rows[1], {"error": 'duplicate key value violates unique constraint "t_pkey"',
                      "detail": "Key (id)=(1) already exists.", "statement_pattern": "INSERT INTO t VALUES (?)"})
        expect(form == ".log" or rows[1]["sql_state"] == "23505", f"{form}: {rows[1]}")
    for form, rows in warned.items():
        has(rows[0], {"level": "WARN", "context": "PL/pgSQL function inline_code_block line 1 at RAISE"})
    for row in stage.rows():
        expect("message" in row and row.get("level") and row["service_name"] == "MES DB", f"not understood: {row}")


def postgresql_killed(stage: Stage) -> None:
    """Statements of many lines and sizes while the server is killed; each is there once in every format."""
    with running(Postgresql(stage, log_min_duration_statement="0", log_line_prefix="%t:%r:%u@%d:[%p]: ")) as server:
        wanted = []
        for n in range(60):
            text = f"SELECT {n} AS n,\n'" + "x\n\t\"y\"," * (n * n) + f"' -- {n}"
            server.query(text)
            wanted.append(text)
            if n % 12 == 6:
                stage.server.kill()
                server.query("SELECT pg_rotate_logfile()")
                stage.server.start()
        end = time.monotonic() + 60
        forms: dict[str, list[dict]] = {}
        while time.monotonic() < end:
            forms = by_format([row for row in stage.rows() if re.match(r"SELECT \d+ AS n", row.get("statement", ""))])
            if all(len(rows) >= len(wanted) for rows in forms.values()):
                break
            time.sleep(0.2)
    for form, rows in forms.items():
        found = sorted(row["statement"] for row in rows)
        expect(found == sorted(wanted), f"{form}: {len(found)} statements, {len(set(found))} different, of {len(wanted)}")
        expect(all(row["db_user"] == "mes" and row["database"] == "mesdb" for row in rows), f"{form}: {rows[0]}")


def postgresql_huge(stage: Stage) -> None:
    """Statements larger than an event may be hide none of those behind them, and are not lost as a whole."""
    with running(Postgresql(stage)) as server:
        for filling in ("x" * 6_000_000, "x, \"y\"\n" * 700_000):
            server.run(f"{POSTGRESQL}/psql", *server.where(), "-d", "mesdb", "-XqAt",
                       text=f"SELECT pg_sleep(0.1), length('{filling}');\n")
            server.query(SLOW)
        found = by_format(wait_for_slow(stage, SLOW, 3 * 2))
        rows = stage.rows()
    for form, slow in found.items():
        expect(len(slow) == 2, f"{form}: {len(slow)} slow queries")
        for row in slow:
            check_slow(row)
        huge = [row for row in rows if row["log.file.path"].endswith(form) and len(row["message"]) > 60_000]
        expect(len(huge) >= 2, f"{form}: {len(huge)} events of huge statements")
    expect(len(rows) < 200, f"{len(rows)} events of a few statements")


def wait_for_slow(stage: Stage, statement: str, wanted: int) -> list[dict]:
    rows: list[dict] = []

    def are_there() -> bool:
        rows[:] = [row for row in stage.rows() if row.get("statement") == statement]
        return len(rows) >= wanted
    stage.wait_for(f"{wanted} times {statement[:40]}", are_there, lambda: f"{len(rows)} times")
    return rows


MARIADB_SLOW = "SELECT SLEEP(0.2),\n  \"Заказ ''1''\" -- that's it\nFROM orders WHERE id IN (1,2)" \
               " /*order_id='ORD-8'*/"


def mariadb(stage: Stage) -> None:
    with running(Mariadb(stage)) as server:
        server.client("CREATE TABLE orders (id INT, name TEXT); INSERT INTO orders VALUES (1, 'a'), (3, 'b'), (5, 'c')")
        server.client(MARIADB_SLOW + ";\nSELECT SLEEP(0.3);\nSELECT 1;")
        server.client("FLUSH SLOW LOGS")
        server.client("UPDATE orders SET name = 'it''s' WHERE SLEEP(0.15) = 0 AND id > 2;")
        server.run("usr/bin/mariadb", "-h", "127.0.0.1", "-P", str(server.port), "-u", "nosuch", "-pwrong", good=False)
        rows = wait_for(stage, 3, event_type="SLOW_QUERY")
        denied = [row for row in stage.rows() if row.get("message", "").startswith("Access denied")]
    by_pattern = {row["statement_pattern"]: row for row in rows}
    first = by_pattern.get("SELECT SLEEP(?), ? FROM orders WHERE id IN (?)")
    expect(first is not None, f"found {list(by_pattern)}")
    has(first, {"statement": MARIADB_SLOW, "database": "crmdb", "db_user": "root", "level": "WARN", "rows_sent": 1,
                "rows_examined": 3, "service_name": "CRM DB", "order_id": "ORD-8", "full_scan": True, "filesort": False})
    expect(200 <= first["duration_ms"] < 20000, f"duration_ms is {first['duration_ms']}")
    expect(first["lock_ms"] >= 0 and "id\tselect_type" in first["plan"], f"{first}")
    has(by_pattern["SELECT SLEEP(?)"], {"rows_sent": 1, "statement": "SELECT SLEEP(0.3)"})
    has(by_pattern["UPDATE orders SET name = ? WHERE SLEEP(?) = ? AND id > ?"], {"rows_affected": 2})
    for row in rows:
        expect(abs(time.time() - float(stamp(row))) < 600, f"the time is {row['@timestamp']}")
        expect("_violations" not in row, f"the catalog is not kept: {row}")
    expect(len(denied) == 1, f"expected one denied access, found {denied}")
    has(denied[0], {"level": "WARN", "db_severity": "Warning", "db_user": "nosuch", "service_name": "CRM DB"})
    started = [row for row in stage.rows() if "ready for connections" in row.get("message", "")]
    expect(len(started) == 1 and started[0]["level"] == "INFO", f"found {started}")


def filestream(name: str, service: str, paths: pathlib.Path, multiline: dict) -> dict:
    return {"type": "filestream", "id": name, "paths": [str(paths)], "prospector.scanner.check_interval": "200ms",
            "fields": {"service_name": service}, "fields_under_root": True,
            "parsers": [{"multiline": {"type": "pattern", "match": "after", "timeout": "1s"} | multiline}]}


def by_filebeat(stage: Stage) -> None:
    """The configurations of docs/guide/postgresql.md and docs/guide/mariadb.md."""
    beat = Filebeat(find(), stage.folder, {"output.logstash": {"hosts": [f"127.0.0.1:{stage.lumberjack}"]}})
    chosen = json.loads(beat.settings.read_text())
    chosen["filebeat.inputs"] = [
        filestream("mes-db", "MES DB", stage.folder / "postgresql/logs/*.log", {
            "pattern": r"^\t|(DETAIL|HINT|QUERY|CONTEXT|STATEMENT):  ", "negate": False}),
        filestream("crm-db", "CRM DB", stage.folder / "mariadb/logs/slow.log", {
            "pattern": "^# (Time|User@Host): ", "negate": True})]
    beat.settings.write_text(json.dumps(chosen))
    with running(Postgresql(stage)) as postgres, running(Mariadb(stage)) as maria:
        beat.start()
        try:
            postgres.query(SLOW)
            postgres.query("SELECT * FROM no_such_table", good=False)
            maria.client("CREATE TABLE orders (id INT, name TEXT); INSERT INTO orders VALUES (1, 'a'), (3, 'b'), (5, 'c')")
            maria.client(MARIADB_SLOW + ";")
            failed = wait_for(stage, 1, event_type="QUERY_FAILED")[0]
            slow = {row["service_name"]: row for row in wait_for(stage, 2, event_type="SLOW_QUERY")}
        finally:
            if beat.running():
                beat.stop()
    check_slow(slow["MES DB"])
    has(failed, {"statement": "SELECT * FROM no_such_table", "database": "mesdb", "service_name": "MES DB"})
    has(slow["CRM DB"], {"statement": MARIADB_SLOW, "database": "crmdb", "rows_examined": 3, "order_id": "ORD-8"})
    expect(not any("# Time: " in row["message"] for row in stage.rows()), "a header is an event of its own")


def stamp(row: dict) -> float:
    text = row["@timestamp"]
    if re.fullmatch(r"[\d.]+", text):
        return float(text)
    raise Wrong(f"expected seconds since 1970, found {text}")


POSTGRESQL_SETTINGS = {"files__paths": "{}/postgresql/logs/mes*", "files__kinds": "*/postgresql/*=postgresql",
                       "files__services": "*/postgresql/*=MES DB"}
CASES = {
    "PostgreSQL, stderr, csvlog and jsonlog": (postgresql, lambda: POSTGRESQL_SETTINGS),
    "PostgreSQL, server killed": (postgresql_killed, lambda: POSTGRESQL_SETTINGS | {
        "files__log_line_prefix": "%t:%r:%u@%d:[%p]: "}),
    "PostgreSQL, huge statements": (postgresql_huge, lambda: POSTGRESQL_SETTINGS),
    "PostgreSQL and MariaDB, by Filebeat": (by_filebeat, lambda: {
        "pipelines": str(pathlib.Path(__file__).resolve().parent / "database_pipelines.yaml")}),
    "MariaDB, slow log and error log": (mariadb, lambda: {
        "files__paths": "{}/mariadb/logs/*.log", "files__services": "*/mariadb/*=CRM DB",
        "files__kinds": "*/slow.log=mariadb-slow, */error.log=mariadb-error"}),
}

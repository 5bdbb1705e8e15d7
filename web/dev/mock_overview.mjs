// What the home page and the page of sources and of the store ask for, out of the mock's events.
import { order_of } from "./mock_order.mjs";

const day = 86_400_000;

export function orders_summary(events, now) {
    const ids = new Set(
        events
            .filter(({ at, fields }) => at > now - day && fields.event_type === "ORDER_CREATED")
            .map(({ fields }) => fields.order_id),
    );
    const orders = [...ids].map((id) => order_of(id, events, now));
    const open = orders.filter((order) => !order.state.final);
    const by_state = Map.groupBy(orders, (order) => order.state.id);
    const recent = open
        .toSorted(
            (a, b) =>
                b.stuck - a.stuck || b.waits_for.waiting_seconds - a.waits_for.waiting_seconds,
        )
        .slice(0, 20);
    return {
        created: orders.length,
        closed: orders.length - open.length,
        open: open.length,
        stuck: open.filter(({ stuck }) => stuck).length,
        states: [...by_state].map(([id, members]) => ({
            id,
            title: members[0].state.title,
            final: members[0].state.final,
            count: members.length,
            stuck: members.filter(({ stuck }) => stuck).length,
        })),
        recent: recent.map(({ order_id, state, waits_for, stuck }) => ({
            ...{ order_id, state, since: state.since, stuck },
            waiting_seconds: waits_for.waiting_seconds,
        })),
    };
}

export function sources(events) {
    const by_source = Map.groupBy(
        events,
        ({ index, fields }) => `${index}\n${fields.service_name}`,
    );
    return {
        sources: [...by_source.values()].map((rows) => ({
            index: rows[0].index,
            service_name: rows[0].fields.service_name ?? null,
            events: rows.length,
            errors: rows.filter(({ fields }) => /ERROR|FATAL/.test(fields.level)).length,
            violations: rows.filter(({ violations }) => violations).length,
            last_event: rows.at(-1).timestamp,
            per_minute: rows.length / 1440,
        })),
        inputs: [
            { name: "elasticsearch", path: "/_bulk", accepted: 81_234, filtered: 12, rejected: 3 },
            { name: "ingest", path: "/ingest/{index}", accepted: 0, filtered: 0, rejected: 0 },
        ],
    };
}

// One port is open; events of the index shop-prod come all the time.
export function inputs(port) {
    const entrance = (setting, input, example, open = {}) => ({
        ...{ setting, example, input, name: input, open: false, ...open },
    });
    const open = { open: true, transport: "tcp", host: "0.0.0.0", port, tls: "none" };
    const stored = {
        events: 81_234,
        first_event: new Date(Date.now() - 7_200_000).toISOString(),
        last_event: new Date().toISOString(),
    };
    return {
        environment: "prod",
        entrances: [
            entrance("http.address", "http", "0.0.0.0:9200", { ...open, needs_key: false }),
            entrance("lumberjack.address", "lumberjack", "0.0.0.0:5044"),
            entrance("syslog.tcp.address", "syslog", "0.0.0.0:601"),
            entrance("syslog.tls.address", "syslog", "0.0.0.0:6514"),
            entrance("syslog.udp.address", "syslog", "0.0.0.0:514"),
            entrance("forward.address", "forward", "0.0.0.0:24224"),
            entrance("gelf.udp.address", "gelf", "0.0.0.0:12201"),
            entrance("gelf.tcp.address", "gelf", "0.0.0.0:12201"),
            entrance("files.paths", "files", "/var/log/shop/*.log"),
        ],
        inputs: [
            {
                ...{ name: "elasticsearch", filtered: 12, rejected: 3, ...stored },
                indices: [{ name: "shop-prod", ...stored }],
                troubles: [
                    {
                        ...{ kind: "request", times: 3, last: stored.last_event, from: "10.0.0.7" },
                        reason: "POST /_bulk: HTTP 400, Malformed action/metadata line [1]",
                    },
                ],
            },
        ],
    };
}

export function store(events, indices) {
    return {
        status: "ok",
        reason: "",
        rows: events.length,
        bytes_on_disk: events.length * 45,
        parts: 12,
        memtable_rows: 1200,
        log_bytes: 3_400_000,
        disk_free_bytes: 41_000_000_000,
        disk_total_bytes: 80_000_000_000,
        memory_resident_bytes: 240_000_000,
        block_cache_bytes: 31_000_000,
        block_cache_limit_bytes: 256_000_000,
        merges_running: 1,
        started: new Date(Date.now() - 7_300_000).toISOString(),
        version: "0.1.0",
        indices,
    };
}

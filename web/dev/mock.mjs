// A stand-in for the server, for work on the UI: the built UI from dist/ under the real content
// security policy, and the native API over made-up data.
//
//     node dev/mock.mjs [port]
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { make_events } from "./mock_data.mjs";
import { KqlError, parse_kql } from "./mock_kql.mjs";
import { order_of } from "./mock_order.mjs";
import { inputs, orders_summary, sources, store } from "./mock_overview.mjs";

const port = Number(process.argv[2] ?? 4180);
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const events = make_events(Date.now());

const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://mock");
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
        if (url.pathname.startsWith("/_trail/v1/")) {
            answer_api(url, Buffer.concat(chunks).toString(), response);
        } else answer_file(url.pathname, response);
    });
});
server.listen(port, "127.0.0.1", () =>
    console.log(`${events.length} events at http://127.0.0.1:${server.address().port}/`),
);

const types = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
};

function answer_file(path, response) {
    const file = join(dist, normalize(decodeURIComponent(path)));
    const found = file.startsWith(dist) && existsSync(file) && statSync(file).isFile();
    const is_page =
        ["/", "/search", "/sources"].includes(path) || /^\/(order|sources)\//.test(path);
    if (!found && !is_page)
        return send_json(response, 404, error_body("not_found", "no such file"));
    const sent = found ? file : join(dist, "index.html");
    response.writeHead(200, {
        "content-type": types[extname(sent)] ?? "application/octet-stream",
        "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
        "x-content-type-options": "nosniff",
    });
    response.end(readFileSync(sent));
}

function answer_api(url, body, response) {
    try {
        const request = {
            ...Object.fromEntries(url.searchParams),
            ...(body ? JSON.parse(body) : {}),
        };
        const [verb, ...rest] = url.pathname.slice("/_trail/v1/".length).split("/");
        if (verb === "orders" && rest.length > 0) {
            const id = decodeURIComponent(rest.join("/"));
            const order = order_of(id, events, Date.now());
            if (order) return send_json(response, 200, order);
            return send_json(response, 404, error_body("not_found", `nothing is known of '${id}'`));
        }
        const answers = {
            ...{ search, histogram, facets, indices, count },
            orders: () => orders_summary(events, Date.now()),
            sources: () => sources(events),
            inputs: () => inputs(server.address().port),
            store: () => store(events, indices().indices),
        };
        if (!Object.hasOwn(answers, verb)) {
            return send_json(response, 404, error_body("not_found", `no such request: ${verb}`));
        }
        send_json(response, 200, answers[verb](request));
    } catch (failure) {
        const known = failure instanceof KqlError;
        const error = error_body(known ? "invalid_argument" : "internal", failure.message);
        if (known) error.error.position = failure.position;
        send_json(response, known ? 400 : 500, error);
    }
}

const error_body = (code, message) => ({ error: { code, message } });

function send_json(response, status, body) {
    // Numbers too large for JavaScript are kept as {digits} and sent as numbers.
    const text = JSON.stringify(body).replace(/\{"digits":"(-?\d+)"\}/g, "$1");
    response.writeHead(status, { "content-type": "application/json" });
    response.end(text);
}

const time_of = (value) =>
    typeof value === "number" || /^\d+$/.test(value) ? Number(value) : Date.parse(value);

function selected({ query = "", index = "*", from, to }) {
    const matches = parse_kql(query);
    const names = index
        .split(",")
        .map((name) => new RegExp(`^${name.trim().replaceAll("*", ".*")}$`));
    return events.filter(
        (event) =>
            names.some((name) => name.test(event.index)) &&
            (from === undefined || event.at >= time_of(from)) &&
            (to === undefined || event.at < time_of(to)) &&
            matches(event),
    );
}

function search(request) {
    const started = performance.now();
    const rows = selected(request);
    if (request.order !== "asc") rows.reverse();
    const from = Number(request.cursor ?? 0);
    const to = from + Number(request.limit ?? 100);
    return {
        took_ms: Math.round(performance.now() - started),
        rows: rows
            .slice(from, to)
            .map(({ id, index, seq, timestamp, fields, source, violations }) => ({
                ...{ id, index, seq, timestamp, fields, source },
                ...(violations && { violations }),
            })),
        next_cursor: to < rows.length ? String(to) : null,
    };
}

const steps = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 43_200, 86_400].map(
    (seconds) => seconds * 1000,
);

function histogram(request) {
    const rows = selected(request);
    const from = request.from === undefined ? (rows[0]?.at ?? 0) : time_of(request.from);
    const to = request.to === undefined ? (rows.at(-1)?.at ?? 0) + 1 : time_of(request.to);
    const wanted = (to - from) / Number(request.buckets ?? 60);
    const interval_ms = steps.find((step) => step >= wanted) ?? 86_400_000;
    const buckets = [];
    const first = Math.floor(from / interval_ms) * interval_ms;
    for (let start = first; start < to; start += interval_ms)
        buckets.push({ start, count: 0, by: {} });
    const series = new Set();
    for (const row of rows) {
        const bucket = buckets[Math.floor((row.at - first) / interval_ms)];
        const value = row.fields[request.by];
        if (!bucket) continue;
        bucket.count += 1;
        if (value === undefined) continue;
        series.add(value);
        bucket.by[value] = (bucket.by[value] ?? 0) + 1;
    }
    return {
        from,
        to,
        interval_ms,
        total: rows.length,
        series: [...series],
        buckets: rows.length ? buckets : [],
    };
}

const count = (request) => ({ count: selected(request).length });

function facets(request) {
    const rows = selected(request);
    const size = Number(request.size ?? 10);
    const fields = Array.isArray(request.fields) ? request.fields : request.fields.split(",");
    return {
        total: rows.length,
        facets: fields.map((field) => {
            const counts = new Map();
            for (const row of rows) {
                const value = row.fields[field];
                if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
            }
            const sorted = [...counts].sort((a, b) => b[1] - a[1]);
            const sum = (pairs) => pairs.reduce((total, [, count]) => total + count, 0);
            return {
                field,
                distinct: sorted.length,
                missing: rows.length - sum(sorted),
                other: sum(sorted.slice(size)),
                values: sorted.slice(0, size).map(([value, count]) => ({ value, count })),
            };
        }),
    };
}

function indices() {
    const by_name = Map.groupBy(events, (event) => event.index);
    return {
        indices: [...by_name].map(([name, rows]) => ({
            name,
            rows: rows.length,
            bytes_on_disk: rows.length * 90,
            from: rows[0].at,
            to: rows.at(-1).at,
        })),
    };
}

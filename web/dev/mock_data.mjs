// A made-up day of the plant for work on the UI: orders on their way, background traffic, and a few
// events that are hostile, broken or large. The same numbers every time; only "now" moves.

const minute = 60_000;
const hour = 60 * minute;

// A small repeatable generator (mulberry32).
function random_of(seed) {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}

const shop = "Shop API";
const crm = "CRM API";
const mes = "MES API";
const s3 = "S3";
const titles = {
    ORDER_CREATED: ["Order created", "Заказ создан"],
    FILE_UPLOADED: ["3D model uploaded", "3D-модель загружена"],
    SUBMITTED: ["Order submitted", "Заказ отправлен"],
    MESSAGE_SENT: ["Message put into the queue", "Сообщение отправлено в очередь"],
    MESSAGE_RECEIVED: ["Message taken from the queue", "Сообщение получено из очереди"],
    FILE_DOWNLOADED: ["3D model read", "3D-модель прочитана"],
    PRICE_CALCULATION_START: ["Price calculation started", "Начат расчёт цены"],
    PRICE_CALCULATION_FAILED: ["Price calculation failed", "Расчёт цены не удался"],
    PRICE_CALCULATED: ["Price calculated", "Цена рассчитана"],
    MANUFACTURING_APPROVED: [
        "Manufacturing approved by a manager",
        "Изготовление подтверждено менеджером",
    ],
    MANUFACTURING_STARTED: ["Manufacturing started", "Изготовление начато"],
    MANUFACTURING_COMPLETED: ["Manufacturing completed", "Изготовление завершено"],
    PACKAGING: ["Order packed", "Заказ упакован"],
    SHIPPED: ["Order shipped", "Заказ отгружен"],
    CLOSED: ["Order closed", "Заказ закрыт"],
};
export const title_of = (type) => {
    const [en, ru] = titles[type] ?? [type, type];
    return { en, ru };
};

// An order's way: [service, event type, shortest and longest wait before it in minutes, state after].
const way = [
    [shop, "ORDER_CREATED", 0, 0, "created"],
    [shop, "FILE_UPLOADED", 1, 6, "created"],
    [s3, "FILE_UPLOADED", 0.01, 0.05, "created"],
    [shop, "SUBMITTED", 1, 15, "submitted"],
    [shop, "MESSAGE_SENT", 0.01, 0.02, "submitted", "orders.submitted"],
    [mes, "MESSAGE_RECEIVED", 0.02, 0.5, "submitted", "orders.submitted"],
    [mes, "PRICE_CALCULATION_START", 0.01, 0.1, "pricing"],
    [s3, "FILE_DOWNLOADED", 0.02, 0.06, "pricing"],
    [mes, "PRICE_CALCULATED", 2, 9, "priced"],
    [mes, "MESSAGE_SENT", 0.01, 0.02, "priced", "orders.priced"],
    [crm, "MESSAGE_RECEIVED", 0.02, 0.4, "approval_queued", "orders.priced"],
    [crm, "MANUFACTURING_APPROVED", 12, 150, "approved"],
    [crm, "MESSAGE_SENT", 0.01, 0.03, "approved", "orders.approved"],
    [mes, "MESSAGE_RECEIVED", 0.02, 1, "approved", "orders.approved"],
    [mes, "MANUFACTURING_STARTED", 10, 90, "making"],
    [mes, "MANUFACTURING_COMPLETED", 60, 240, "made"],
    [mes, "PACKAGING", 5, 30, "packed"],
    [mes, "SHIPPED", 10, 60, "shipped"],
    [mes, "MESSAGE_SENT", 0.01, 0.02, "shipped", "orders.shipped"],
    [crm, "MESSAGE_RECEIVED", 0.02, 0.2, "shipped", "orders.shipped"],
    [crm, "CLOSED", 5, 45, "closed"],
];

const index_of = { [shop]: "shop-prod", [crm]: "crm-prod", [mes]: "mes-prod", [s3]: "s3-prod" };

export function make_events(now) {
    const random = random_of(20261124);
    const between = (low, high) => low + random() * (high - low);
    const id_text = (length) =>
        Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
    const events = [];
    const add = (at, service_name, event_type, level, more, index = index_of[service_name]) => {
        if (at > now) return;
        const nanoseconds = String(Math.floor(random() * 1e6)).padStart(6, "0");
        const timestamp = new Date(at).toISOString().replace("Z", nanoseconds + "Z");
        const fields = {
            timestamp,
            level,
            service_name,
            event_type,
            environment: "prod",
            ...more.fields,
        };
        const source = { "@timestamp": timestamp, level, service_name, event_type, ...more.source };
        events.push({
            at,
            id: id_text(10),
            index,
            timestamp,
            fields: Object.fromEntries(
                Object.entries(fields).filter(([, value]) => value !== undefined),
            ),
            source: { ...source, ...(more.source ? {} : more.fields) },
            state: more.state,
            lane: more.lane ?? service_name,
            joined_by: more.joined_by ?? "order_id",
            ...(more.violations && { violations: more.violations }),
        });
    };

    for (let number = 0; number < 190; number += 1) add_order(number);
    add_background();
    add_oddities();
    events.sort((a, b) => a.at - b.at);
    events.forEach((event, at) => (event.seq = at + 1));
    return events;

    function add_order(number) {
        const order_id = `ORD-${10420 + number}`;
        const file_name = `${["bracket", "gear", "case", "handle", "vase", "frame"][number % 6]}-${number}.stl`;
        const file_size = Math.floor(between(80_000, 24_000_000));
        const trace_id = id_text(32);
        const user_id = `u-${Math.floor(between(1, 90))}`;
        const manager_id = `m-${1 + (number % 4)}`;
        const operator_id = `op-${1 + (number % 7)}`;
        const stops_at = number % 47 === 3 ? "MANUFACTURING_APPROVED" : "";
        let at = now - (190 - number) * 8.2 * minute - between(0, 6) * minute;
        for (const [service_name, event_type, low, high, state, queue_name] of way) {
            if (event_type === stops_at && service_name === crm) return;
            at += between(low, high) * minute;
            if (event_type === "PRICE_CALCULATED" && number % 29 === 5) {
                add(at, mes, "PRICE_CALCULATION_FAILED", "ERROR", {
                    fields: {
                        order_id,
                        trace_id,
                        file_name,
                        message: "mesh is not closed: 14 open edges, retry 1 of 3",
                        "error.stack_trace":
                            "MeshError: mesh is not closed\n  at pricing/mesh.cpp:212\n  at pricing/job.cpp:88",
                    },
                    state: "pricing",
                });
                at += 4 * minute;
            }
            const by_file = service_name === s3;
            const wrong_file =
                event_type.startsWith("MANUFACTURING_") &&
                service_name === mes &&
                number % 31 === 7;
            const fields = {
                order_id: by_file ? undefined : order_id,
                trace_id: by_file ? undefined : trace_id,
                user_id:
                    service_name === s3 || event_type.startsWith("MESSAGE") ? undefined : user_id,
                queue_name,
                ...(/FILE|SUBMIT|PRICE|MANUFACTURING_[SC]/.test(event_type) && {
                    file_name: wrong_file ? "v2-" + file_name : file_name,
                }),
                ...(/UPLOADED|SUBMIT|START/.test(event_type) && { file_size }),
                ...(event_type === "PRICE_CALCULATED" && {
                    price_calculated: Math.round(between(30_000, 900_000)) / 100,
                }),
                ...(service_name === crm && !queue_name && { manager_id }),
                ...(/^MANUFACTURING_[SC]|PACKAGING|SHIPPED/.test(event_type) && { operator_id }),
            };
            add(at, service_name, event_type, "INFO", {
                fields,
                state,
                lane: queue_name ? "RabbitMQ" : service_name,
                joined_by: by_file ? "file_name" : "order_id",
            });
        }
    }

    function add_background() {
        for (let count = 0; count < 1900; count += 1) {
            const at = now - between(0, 26) * hour;
            const page_number = 1 + Math.floor(between(0, 9));
            add(at, mes, "GET_ORDERS", "INFO", {
                fields: {
                    operator_id: `op-${1 + (count % 7)}`,
                    "filters.status": ["new", "in_work", "ready"][count % 3],
                    orders_returned: Math.floor(between(0, 50)),
                    page_number,
                    response_time: Math.round(between(8, 900)),
                    returned_from_cache: count % 3 !== 0,
                },
            });
        }
        for (let count = 0; count < 90; count += 1) {
            const burst = count < 40 ? now - between(5.2, 5.6) * hour : now - between(0, 26) * hour;
            add(burst, count % 3 ? mes : crm, "HTTP_ERROR", "ERROR", {
                fields: {
                    "http.status": 500,
                    "http.path": count % 2 ? "/orders" : "/orders/approve",
                    message: "could not connect to database: connection refused (10.0.3.14:5432)",
                },
            });
        }
        for (let count = 0; count < 130; count += 1) {
            const waiting = Math.floor(between(200, 900));
            add(
                now - between(0, 26) * hour,
                "RabbitMQ",
                "QUEUE_LENGTH",
                "WARN",
                {
                    fields: {
                        queue_name: "orders.submitted",
                        messages_ready: waiting,
                        message: `${waiting} messages wait in orders.submitted (limit 200)`,
                    },
                },
                "rabbitmq-prod",
            );
        }
        for (let count = 0; count < 60; count += 1) {
            const duration = Math.round(between(900, 6000));
            add(
                now - between(0, 26) * hour,
                "MES DB",
                "SLOW_QUERY",
                "WARN",
                {
                    fields: {
                        duration_ms: duration,
                        message: `duration: ${duration} ms  statement: SELECT * FROM orders WHERE status = $1 ORDER BY created_at`,
                    },
                },
                "mes-db-prod",
            );
        }
    }

    function add_oddities() {
        add(now - 3 * minute, shop, "REVIEW_POSTED", "INFO", {
            fields: {
                message:
                    "<img src=x onerror=alert(1)> <script>alert(2)</script> \u202egnp.exe\u202c and \u001b[31mred\u001b[0m\u0000",
            },
        });
        add(now - 4 * minute, shop, "IMPORT", "INFO", {
            fields: { message: "payload ".repeat(40_000), customer_ids: ["u-1", "u-2"] },
        });
        const snowflake = { digits: "9223372036854775806" };
        add(now - 5 * minute, crm, "SYNC", "DEBUG", {
            fields: { external_id: snowflake, message: "first line\n\tsecond line" },
        });
        add(now - 6 * minute, shop, "ORDER_CREATED", "INFO", {
            fields: { order_id: "ORD-10001", message: "created by an old client" },
            violations: ["user_id: required, missing"],
            state: "created",
        });
    }
}

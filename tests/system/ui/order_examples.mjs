// Events of orders in every state that the page of an order knows.

const minute = 60_000;
const started = Date.now();
// An event so many minutes before this file was loaded.
export const event = (minutes_ago, service_name, event_type, fields) => ({
    "@timestamp": new Date(started - minutes_ago * minute).toISOString(),
    level: "INFO",
    environment: "prod",
    service_name,
    event_type,
    ...fields,
});

function stuck() {
    const order_id = "ORD-7001";
    return [
        event(50, "Shop API", "ORDER_CREATED", { order_id, user_id: "u-1" }),
        event(43, "Shop API", "SUBMITTED", { order_id, user_id: "u-1", file_name: "stuck.stl" }),
        event(42, "Shop API", "MESSAGE_SENT", { order_id, queue_name: "orders.pricing" }),
    ];
}

// Nobody told that the order was submitted and sent.
function gap() {
    const order_id = "ORD-7002";
    return [
        event(30, "Shop API", "ORDER_CREATED", { order_id, user_id: "u-2" }),
        event(20, "MES API", "MESSAGE_RECEIVED", { order_id, queue_name: "orders.pricing" }),
    ];
}

const shared_file = () =>
    ["ORD-7003", "ORD-7004"].map((order_id) =>
        event(10, "Shop API", "SUBMITTED", { order_id, user_id: "u-3", file_name: "model.stl" }),
    );

function mismatch() {
    const order_id = "ORD-7005";
    return [
        event(10, "Shop API", "SUBMITTED", { order_id, user_id: "u-4", file_name: "right.stl" }),
        event(5, "MES API", "MANUFACTURING_STARTED", {
            ...{ order_id, operator_id: "op-9", file_name: "wrong.stl" },
        }),
    ];
}

const hostile = () => [
    event(9, "Shop API", "ORDER_CREATED", {
        order_id: "ORD-7006",
        user_id: "<img src=x onerror=alert(1)>\u202egnp.exe\u0007",
    }),
    event(8, "<b>Mail</b>", "<script>alert(1)</script>", {
        order_id: "ORD-7006",
        message: "<h1>big</h1>",
    }),
];

function crowded() {
    const order_id = "ORD-7007";
    const noise = Array.from({ length: 5200 }, (_, at) =>
        event(60 - at / 100, "MES API", "RETRY", { order_id, message: `try ${at}` }),
    );
    return [event(61, "Shop API", "ORDER_CREATED", { order_id, user_id: "u-5" }), ...noise];
}

const both_environments = () => [
    event(9, "Shop API", "ORDER_CREATED", { order_id: "ORD-7008", user_id: "u-6" }),
    event(8, "Shop API", "SUBMITTED", {
        ...{ order_id: "ORD-7008", user_id: "u-7", environment: "test", file_name: "a.stl" },
    }),
];

// All of them: ORD-7001 waits in a queue for too long, ORD-7002 has steps that no event tells of,
// ORD-7003 and ORD-7004 share a file name, ORD-7005 is made from a wrong file, ORD-7006 has hostile
// texts, ORD-7007 more events than are shown, and
// ORD-7008 lives in two environments.
export const order_examples = () => [
    ...[both_environments(), stuck(), gap(), shared_file(), mismatch(), hostile()].flat(),
    ...crowded(),
];

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

function closed() {
    const order_id = "ORD-7009";
    const [user_id, operator_id, manager_id] = ["u-8", "op-2", "m-1"];
    const file = { file_name: "closed.stl", file_size: 1024 };
    const queue = (minutes, from, to, queue_name) => [
        event(minutes, from, "MESSAGE_SENT", { order_id, queue_name }),
        event(minutes - 1, to, "MESSAGE_RECEIVED", { order_id, queue_name }),
    ];
    return [
        event(90, "Shop API", "ORDER_CREATED", { order_id, user_id }),
        event(85, "Shop API", "SUBMITTED", { order_id, user_id, ...file }),
        ...queue(84, "Shop API", "MES API", "orders.pricing"),
        event(82, "MES API", "PRICE_CALCULATION_START", { order_id, user_id, ...file }),
        event(80, "MES API", "PRICE_CALCULATED", {
            ...{ order_id, user_id, file_name: file.file_name, price_calculated: 1520.5 },
        }),
        ...queue(79, "MES API", "CRM API", "orders.approval"),
        event(70, "CRM API", "MANUFACTURING_APPROVED", { order_id, user_id, manager_id }),
        ...queue(69, "CRM API", "MES API", "orders.manufacturing"),
        event(60, "MES API", "MANUFACTURING_STARTED", { order_id, operator_id, ...file }),
        event(40, "MES API", "MANUFACTURING_COMPLETED", { order_id, operator_id, ...file }),
        event(30, "MES API", "PACKAGING", { order_id, operator_id }),
        event(20, "MES API", "SHIPPED", { order_id, operator_id }),
        ...queue(19, "MES API", "CRM API", "orders.closing"),
        event(10, "CRM API", "CLOSED", { order_id, user_id, manager_id }),
    ];
}

// One event says what others said before, and one is later than what follows from it.
function late() {
    const order_id = "ORD-7010";
    return [
        event(30, "Shop API", "ORDER_CREATED", { order_id, user_id: "u-9" }),
        event(20, "MES API", "PRICE_CALCULATION_START", { order_id, file_name: "late.stl" }),
        event(15, "Shop API", "SUBMITTED", { order_id, user_id: "u-9", file_name: "late.stl" }),
        event(14, "MES API", "PRICE_CALCULATION_START", { order_id, file_name: "late.stl" }),
    ];
}

// All of them: ORD-7001 waits in a queue for too long, ORD-7002 has steps that no event tells of,
// ORD-7003 and ORD-7004 share a file name, ORD-7005 is made from a wrong file, ORD-7006 has hostile
// texts, ORD-7007 more events than are shown,
// ORD-7008 lives in two environments, ORD-7009 is closed, and events of ORD-7010 came late and twice.
export const order_examples = () => [
    ...[both_environments(), stuck(), gap(), shared_file(), mismatch(), hostile()].flat(),
    ...closed(),
    ...late(),
    ...crowded(),
];

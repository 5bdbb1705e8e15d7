// The events that a made-to-order business logs, as its services send them.
import { randomBytes } from "node:crypto";

const SHOP = "Shop API";
const CRM = "CRM API";
const MES = "MES API";

// [service, event type, fields of the order that it carries]
const JOURNEY = [
    [SHOP, "ORDER_CREATED", ["user_id"]],
    [SHOP, "FILE_UPLOADED", ["user_id", "file_name", "file_size"]],
    [SHOP, "SUBMITTED", ["user_id", "file_name", "file_size"]],
    [MES, "PRICE_CALCULATION_START", ["user_id", "file_name", "file_size"]],
    [MES, "PRICE_CALCULATED", ["user_id", "file_name", "price_calculated"]],
    [CRM, "MANUFACTURING_APPROVED", ["user_id", "manager_id"]],
    [MES, "MANUFACTURING_STARTED", ["operator_id", "file_name"]],
    [MES, "MANUFACTURING_COMPLETED", ["operator_id", "file_name"]],
    [MES, "PACKAGING", ["operator_id"]],
    [MES, "SHIPPED", ["operator_id"]],
    [CRM, "CLOSED", ["user_id", "manager_id"]],
];

export const JOURNEY_TYPES = JOURNEY.map(([, event_type]) => event_type);

const INDEX_SYSTEM = { [SHOP]: "shop", [CRM]: "crm", [MES]: "mes" };

export function index_of(event, environment) {
    return `${INDEX_SYSTEM[event.service_name]}-${environment}`;
}

// A word that no other run has, to tell one test's events from all others.
export function unique_run(name) {
    return `${name}-${randomBytes(5).toString("hex")}`;
}

// The whole journey of one order, a second per step.
function journey(run, number, begin) {
    const order = {
        user_id: `u-${run}-${number}`,
        manager_id: `m-${number % 3}`,
        operator_id: `op-${number % 4}`,
        file_name: `part-${run}-${number}.stl`,
        file_size: 100_000 + number,
        price_calculated: 1500.5 + number,
    };
    return JOURNEY.map(([service_name, event_type, names], step) => ({
        "@timestamp": new Date(begin + step * 1000).toISOString(),
        level: "INFO",
        service_name,
        event_type,
        order_id: `ORD-${run}-${number}`,
        message: `${event_type} of order ORD-${run}-${number}`,
        run_id: run,
        ...Object.fromEntries(names.map((name) => [name, order[name]])),
    }));
}

// 200 events of the last minutes: 18 orders from creation to closing, and two looks at the operators' list.
export function order_events(run) {
    const begin = Date.now() - 10 * 60 * 1000;
    const orders = Array.from({ length: 18 }, (_, number) =>
        journey(run, number, begin + number * 20_000),
    );
    const lists = [1, 2].map((page_number) => ({
        "@timestamp": new Date(begin + page_number * 1000).toISOString(),
        level: "INFO",
        service_name: MES,
        event_type: "GET_ORDERS",
        operator_id: "op-1",
        filters: { material: "steel", urgent: page_number === 1 },
        orders_returned: 20,
        page_number,
        response_time: 0.25,
        returned_from_cache: page_number === 2,
        message: `GET_ORDERS page ${page_number}`,
        run_id: run,
    }));
    return [...orders.flat(), ...lists];
}

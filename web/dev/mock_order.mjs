// Journeys out of the mock's events, in the shape of orders/<id>.
import { title_of } from "./mock_data.mjs";

const lanes = ["Shop API", "CRM API", "RabbitMQ", "MES API", "S3"];
const states = {
    created: [
        ["Created", "Создан"],
        ["the customer's submission", "отправка клиентом"],
        "Shop API",
        "SUBMITTED",
        86_400,
    ],
    submitted: [
        ["Submitted", "Отправлен"],
        ["the price calculation", "расчёт цены"],
        "MES API",
        "PRICE_CALCULATION_START",
        600,
    ],
    pricing: [
        ["Price is being calculated", "Рассчитывается цена"],
        ["the price", "цена"],
        "MES API",
        "PRICE_CALCULATED",
        1800,
    ],
    priced: [["Priced", "Цена рассчитана"], ["the CRM", "CRM"], "CRM API", "MESSAGE_RECEIVED", 300],
    approval_queued: [
        ["Waiting for approval", "Ждёт подтверждения"],
        ["CRM manager's approval", "подтверждение менеджера CRM"],
        "CRM API",
        "MANUFACTURING_APPROVED",
        14_400,
    ],
    approved: [
        ["Approved", "Подтверждён"],
        ["an operator", "оператор"],
        "MES API",
        "MANUFACTURING_STARTED",
        7200,
    ],
    making: [
        ["In manufacturing", "Изготавливается"],
        ["the end of manufacturing", "завершение изготовления"],
        "MES API",
        "MANUFACTURING_COMPLETED",
        21_600,
    ],
    made: [["Made", "Изготовлен"], ["packing", "упаковка"], "MES API", "PACKAGING", 3600],
    packed: [["Packed", "Упакован"], ["shipping", "отгрузка"], "MES API", "SHIPPED", 7200],
    shipped: [
        ["Shipped", "Отгружен"],
        ["CRM manager's closing", "закрытие менеджером CRM"],
        "CRM API",
        "CLOSED",
        7200,
    ],
    closed: [["Closed", "Закрыт"]],
};
const title = ([en, ru]) => ({ en, ru });
const fact_titles = {
    user_id: ["Customer", "Клиент"],
    manager_id: ["Approved by", "Подтвердил"],
    operator_id: ["Made by", "Изготовил"],
    price: ["Price", "Цена"],
    file_submitted: ["File submitted", "Файл в заказе"],
    file_priced: ["File priced", "Рассчитанный файл"],
    file_made: ["File made", "Изготовленный файл"],
    file_mismatch: ["The files differ", "Файлы различаются"],
};

export function order_of(id, all, now) {
    const known = all.find(
        (event) =>
            [event.fields.order_id, event.fields.trace_id, event.fields.file_name].includes(id) &&
            event.fields.order_id,
    );
    const order_id = known?.fields.order_id;
    if (!order_id) return null;
    const own = all.filter((event) => event.fields.order_id === order_id);
    const first_of = (name) =>
        own.find((event) => event.fields[name] !== undefined)?.fields[name] ?? null;
    const file = first_of("file_name");
    const events = all.filter(
        (event) =>
            event.fields.order_id === order_id ||
            (file && !event.fields.order_id && event.fields.file_name === file),
    );
    const last = events.filter((event) => event.state).at(-1) ?? events.at(-1);
    const state_id = last.state ?? "created";
    const [state_title, wait_title, service_name, event_type, deadline_seconds] = states[state_id];
    const final = state_id === "closed";
    const since_state = events.find((event) => event.state === state_id) ?? last;
    const waiting_seconds = Math.round((now - since_state.at) / 1000);
    const file_of = (type) =>
        own.find((event) => event.fields.event_type === type)?.fields.file_name ?? null;
    const [file_submitted, file_priced, file_made] = [
        "SUBMITTED",
        "PRICE_CALCULATED",
        "MANUFACTURING_STARTED",
    ].map(file_of);
    return {
        order_id,
        environment: "prod",
        other_environments: [],
        missing: [],
        truncated: false,
        fact_titles: Object.fromEntries(
            Object.entries(fact_titles).map(([name, text]) => [name, title(text)]),
        ),
        state: { id: state_id, title: title(state_title), since: since_state.timestamp, final },
        waits_for: final
            ? null
            : {
                  title: title(wait_title),
                  service_name,
                  event_types: [event_type],
                  deadline_seconds,
                  waiting_seconds,
              },
        stuck: !final && waiting_seconds > deadline_seconds,
        created: events[0].timestamp,
        closed: final ? last.timestamp : null,
        duration_seconds: Math.round(((final ? last.at : now) - events[0].at) / 1000),
        facts: {
            user_id: first_of("user_id"),
            manager_id: first_of("manager_id"),
            operator_id: first_of("operator_id"),
            file_submitted,
            file_priced,
            file_made,
            file_mismatch: [file_priced, file_made].some(
                (name) => name !== null && name !== file_submitted,
            ),
            price: first_of("price_calculated"),
        },
        lanes,
        events: events.map((event, at) => ({
            id: event.id,
            index: event.index,
            timestamp: event.timestamp,
            service_name: event.fields.service_name,
            event_type: event.fields.event_type,
            level: event.fields.level,
            lane: event.lane,
            title: title_of(event.fields.event_type),
            message: event.fields.message ?? null,
            joined_by: event.joined_by,
            since_previous_seconds:
                at === 0 ? 0 : Math.round((event.at - events[at - 1].at) / 10) / 100,
            state_after: event.state ?? null,
            fields: event.fields,
            source: event.source,
        })),
    };
}

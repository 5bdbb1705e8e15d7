import { useRef, useState } from "preact/hooks";
import * as api from "../api/client.ts";
import * as overview from "../api/overview.ts";
import { t } from "../i18n/texts.ts";
import { use_title } from "../shell/document_title.ts";
import { Later } from "../shell/later.tsx";
import { use_polled } from "../shell/polled.ts";
import { server_now } from "../time/server_clock.ts";
import { error_query } from "./error_query.ts";
import { Errors } from "./errors.tsx";
import { FindBox } from "./find_box.tsx";
import { ask_incoming, Incoming, poll_every, type IncomingChoice } from "./incoming.tsx";
import { Orders } from "./orders.tsx";
import { Tiles } from "./tiles.tsx";
import "./home_page.css";

// How soon the first event brings the figures.
const empty_again_ms = 10_000;
const day_ms = 86_400_000;

// Few readers see an empty store.
const first_steps = () => import("../sources/first_steps.tsx");

// What an on-call person or a manager wants to see first, and the one box of a support agent.
export function HomePage() {
    use_title(t("home.title"));
    const [choice, set_choice] = useState<IncomingChoice>({ field: "level", span: "hour" });
    const indices = use_polled(api.indices, empty_again_ms);
    const asked = indices.value !== null || indices.failure !== null;
    const empty = indices.value?.indices.every(({ rows }) => rows === 0) ?? false;
    // What is said about the first event stays until the reader goes.
    const was_empty = useRef(false);
    was_empty.current ||= empty;
    return (
        <div class="page home">
            <h1 class="visually-hidden">{t("home.title")}</h1>
            <FindBox />
            {was_empty.current && <Later load={first_steps} />}
            {asked && !empty && <Overview choice={choice} set_choice={set_choice} />}
        </div>
    );
}

interface Props {
    choice: IncomingChoice;
    set_choice: (choice: IncomingChoice) => void;
}

function Overview({ choice, set_choice }: Props) {
    const incoming = use_polled((stop) => ask_incoming(choice, stop), poll_every(choice.span), [
        choice.field,
        choice.span,
    ]);
    const today = use_polled((stop) => overview.orders("now-24h", stop), 15_000);
    const week = use_polled((stop) => overview.orders("now-7d", stop), 60_000);
    const errors = use_polled(ask_errors, 10_000);
    return (
        <>
            <Tiles
                rate={incoming.value?.now ?? null}
                today={today.value}
                week={week.value}
                errors={errors.value?.total ?? null}
            />
            <Incoming choice={choice} set_choice={set_choice} incoming={incoming} />
            <div class="home-columns">
                <Orders orders={week} />
                <Errors errors={errors} />
            </div>
        </>
    );
}

async function ask_errors(stop: AbortSignal) {
    const to = server_now();
    const selection = { query: error_query, index: "*", from: to - day_ms, to };
    const [newest, counts] = await Promise.all([
        api.search({ ...selection, limit: 8, order: "desc" }, stop),
        api.facets({ ...selection, fields: ["service_name"], size: 8 }, stop),
    ]);
    return {
        total: counts.total,
        rows: newest.rows,
        services: counts.facets[0]?.values ?? [],
    };
}

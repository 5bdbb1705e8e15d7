import * as api from "../api/client.ts";
import { t } from "../i18n/texts.ts";
import { default_view, view_url } from "../search/search_view.ts";
import { use_polled } from "../shell/polled.ts";
import { source_of } from "./catalogue/catalogue.ts";
import { place_of, source_url } from "./place.ts";
import { name_text, Snippets } from "./snippet.tsx";
import "./arrival_state.css";
import "./first_steps.css";

// Sources that most people begin with; the others are a click away.
const others = ["file", "filebeat", "otel-sdk", "logstash", "rsyslog", "containers"];

// How to send a first event to an empty store, and a wait for it that turns into a link.
export default function FirstSteps() {
    const curl = source_of("curl");
    const place = place_of(
        { setting: "http.address", example: "", input: "http", name: "http", open: true },
        location,
        { system: "myapp", environment: "prod" },
    );
    return (
        <section class="card first-steps" aria-label={t("connect.title")}>
            <h2>{t("connect.title")}</h2>
            <p>{t("connect.text")}</p>
            {curl && <Snippets snippets={curl.snippets} place={place} />}
            <FirstArrival />
            <nav class="ways" aria-label={t("connect.ways")}>
                {others
                    .flatMap((id) => source_of(id) ?? [])
                    .map((source) => (
                        <a key={source.id} class="button button-small" href={source_url(source.id)}>
                            {name_text(source.name)}
                        </a>
                    ))}
                <a class="button button-small" href="/sources">
                    {t("connect.all")}
                </a>
            </nav>
        </section>
    );
}

// Waits until there is an index with events, whoever sent them.
function FirstArrival() {
    const { value } = use_polled(api.indices, 2000);
    const arrived = value?.indices.find(({ rows }) => rows > 0);
    if (!arrived) {
        return (
            <p class="arrival" role="status" data-testid="arrival">
                <span class="arrival-wait" aria-hidden="true" />
                {t("connect.waiting")}
            </p>
        );
    }
    const url = view_url({ ...default_view, index: arrived.name, range: { kind: "all" } });
    return (
        <div class="arrival-there" data-testid="arrival">
            <p role="status">✓ {t("connect.arrived")}</p>
            <p class="arrival-links">
                <a class="button button-main" href={url}>
                    {t("connect.open_search")}
                </a>
            </p>
        </div>
    );
}

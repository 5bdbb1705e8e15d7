import { useState } from "preact/hooks";
import * as api from "../api/client.ts";
import { t, type TextKey } from "../i18n/texts.ts";
import { CopyButton } from "../record/copy_button.tsx";
import { default_view, view_url } from "../search/search_view.ts";
import { use_polled } from "../shell/polled.ts";
import { LogText } from "../text/log_text.tsx";
import { snippets, type Snippet } from "./snippets.ts";
import "./first_steps.css";

interface Props {
    // Indices that are there already; `null` where the store is empty.
    known: string[] | null;
}

const text_of: Record<Snippet["id"], { name: TextKey; text: TextKey }> = {
    curl: { name: "connect.curl", text: "connect.curl_text" },
    file: { name: "connect.file", text: "connect.file_text" },
    filebeat: { name: "connect.filebeat", text: "connect.filebeat_text" },
    logstash: { name: "connect.logstash", text: "connect.logstash_text" },
    otlp: { name: "connect.otlp", text: "connect.otlp_text" },
};

// Ways to send events, and a wait for the first one that turns into a link to it.
export function FirstSteps({ known }: Props) {
    const [ways] = useState(() => snippets(location.origin, new Date().toISOString()));
    const [chosen, set_chosen] = useState<Snippet["id"]>("curl");
    const way = ways.find(({ id }) => id === chosen);
    return (
        <section class="card first-steps" aria-label={t("sources.connect")}>
            <h2>{known === null ? t("connect.title") : t("sources.connect")}</h2>
            {known === null && <p>{t("connect.text")}</p>}
            <div class="ways" role="group" aria-label={t("connect.ways")}>
                {ways.map(({ id }) => (
                    <button
                        key={id}
                        type="button"
                        class="button button-small"
                        aria-pressed={id === chosen}
                        onClick={() => set_chosen(id)}
                    >
                        {t(text_of[id].name)}
                    </button>
                ))}
            </div>
            {way && (
                <>
                    <p class="muted">{t(text_of[way.id].text)}</p>
                    <div class="snippet">
                        <pre tabIndex={0} aria-label={t(text_of[way.id].name)}>
                            {way.code}
                        </pre>
                        <CopyButton label={t("connect.copy")} text={() => way.code} />
                    </div>
                </>
            )}
            <Arrival known={known} />
        </section>
    );
}

// Waits until an index appears that was not there before.
function Arrival({ known }: Props) {
    const [before] = useState(() => new Set(known ?? []));
    const { value } = use_polled(api.indices, 2000);
    const arrived = value?.indices.find(({ name, rows }) => rows > 0 && !before.has(name));
    if (!arrived) {
        return (
            <p class="arrival" role="status" data-testid="arrival">
                <span class="arrival-wait" aria-hidden="true" />
                {known === null ? t("connect.waiting") : t("connect.waiting_more")}
            </p>
        );
    }
    const url = view_url({ ...default_view, index: arrived.name, range: { kind: "all" } });
    return (
        <p class="arrival arrival-there" role="status" data-testid="arrival">
            ✓{" "}
            {known === null ? (
                t("connect.arrived")
            ) : (
                <LogText text={t("connect.arrived_from", { index: arrived.name })} one_line />
            )}
            <a class="button button-main" href={url}>
                {t("connect.open_search")}
            </a>
        </p>
    );
}

import { useRef } from "preact/hooks";
import * as overview from "../api/overview.ts";
import type { Input, SourcesAnswer } from "../api/overview.ts";
import { error_text, number_text, t } from "../i18n/texts.ts";
import { use_title } from "../shell/document_title.ts";
import { use_polled } from "../shell/polled.ts";
import { LogText } from "../text/log_text.tsx";
import { CatalogueList } from "./catalogue_list.tsx";
import FirstSteps from "./first_steps.tsx";
import { SourcesTable } from "./sources_table.tsx";
import { StoreState } from "./store_state.tsx";
import "./sources_page.css";

// Who sends what and since when, what the inputs did with it, and how the store fares.
export default function SourcesPage() {
    use_title(t("sources.title"));
    const sources = use_polled(overview.sources, 10_000);
    const store = use_polled(overview.store, 10_000);
    const failure = sources.failure ?? store.failure;
    const indices = store.value?.indices;
    const empty = indices?.every(({ rows }) => rows === 0) ?? false;
    // What is said about the first event stays until the reader goes.
    const was_empty = useRef(false);
    was_empty.current ||= empty;
    return (
        <div class="page sources">
            <h1>{t("sources.title")}</h1>
            {failure && (
                <p class="part-failure" role="alert">
                    {t("home.part_failed", { message: error_text(failure) })}
                </p>
            )}
            {was_empty.current && <FirstSteps />}
            {sources.value && !empty && <Senders answer={sources.value} />}
            <CatalogueList />
            {sources.value && <Inputs inputs={sources.value.inputs} />}
            {store.value && <StoreState store={store.value} />}
        </div>
    );
}

function Senders({ answer }: { answer: SourcesAnswer }) {
    return (
        <section class="card" aria-label={t("sources.sources")}>
            <h2>
                {t("sources.sources")}
                <span class="muted">{t("sources.in_day")}</span>
            </h2>
            {answer.sources.length === 0 ? (
                <p class="muted">{t("sources.none")}</p>
            ) : (
                <SourcesTable sources={answer.sources} />
            )}
        </section>
    );
}

function Inputs({ inputs }: { inputs: Input[] }) {
    if (inputs.length === 0) return null;
    return (
        <section class="card" aria-label={t("sources.inputs")}>
            <h2>
                {t("sources.inputs")}
                <span class="muted">{t("sources.inputs_note")}</span>
            </h2>
            <div class="table-scroll" role="group" tabIndex={0} aria-label={t("sources.inputs")}>
                <table class="figures" data-testid="inputs">
                    <thead>
                        <tr>
                            <th scope="col">{t("sources.input")}</th>
                            <th scope="col">{t("sources.path")}</th>
                            <th scope="col" class="number">
                                {t("sources.accepted")}
                            </th>
                            <th scope="col" class="number" title={t("sources.filtered_why")}>
                                {t("sources.filtered")}
                            </th>
                            <th scope="col" class="number">
                                {t("sources.rejected")}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {inputs.map((input) => (
                            <tr key={input.name + input.path}>
                                <th scope="row">
                                    <LogText text={input.name} one_line limit={60} />
                                </th>
                                <td class="code">{input.path}</td>
                                <td class="number">{number_text(input.accepted)}</td>
                                <td class="number">{number_text(input.filtered)}</td>
                                <td class="number">
                                    {input.rejected > 0 ? (
                                        <span class="stuck-mark">
                                            ▲ {number_text(input.rejected)}
                                        </span>
                                    ) : (
                                        "0"
                                    )}
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}

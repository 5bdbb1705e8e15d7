import { useEffect } from "preact/hooks";
import { error_text, t } from "../i18n/texts.ts";
import { Notice } from "../shell/notice.tsx";
import { use_title } from "../shell/document_title.ts";
import { Facets } from "./facets.tsx";
import { FilterPills } from "./filter_pills.tsx";
import { Histogram } from "./histogram.tsx";
import { LiveBar } from "./live_bar.tsx";
import { OpenEvent } from "./open_event.tsx";
import { QueryBar } from "./query_bar.tsx";
import { ResultsTable } from "./results_table.tsx";
import { TableTools } from "./table_tools.tsx";
import { default_view } from "./search_view.ts";
import {
    change_view,
    follow_view,
    found,
    histogram,
    refresh,
    running,
    view,
} from "./search_state.ts";
import "./search_page.css";

export function SearchPage() {
    const query = view.value.query;
    use_title(query === "" ? t("search.title") : query);
    useEffect(follow_view, []);
    return (
        <div class="search">
            <h1 class="visually-hidden">{t("search.title")}</h1>
            <QueryBar />
            <FilterPills />
            <div class="progress" data-active={running.value} />
            <div class="search-body">
                <Facets />
                <section class="search-results" aria-label={t("table.label")}>
                    <div class="result-bar">
                        <ResultLine />
                        <TableTools />
                    </div>
                    <Histogram />
                    <Results />
                </section>
                <OpenEvent />
            </div>
        </div>
    );
}

function ResultLine() {
    const total = histogram.value.value?.total;
    const took = found.value.value?.took_ms;
    return (
        <p class="result-line" aria-live="polite">
            {running.value && total === undefined ? (
                t("search.loading")
            ) : (
                <>
                    <strong data-testid="total">
                        {total !== undefined && t("search.events", { count: total })}
                    </strong>
                    {took !== undefined && !view.value.live && (
                        <span class="muted">{t("search.took", { ms: Math.round(took) })}</span>
                    )}
                </>
            )}
        </p>
    );
}

function Results() {
    const { value, failure } = found.value;
    if (value && value.rows.length > 0)
        return <ResultsTable key={`${value.asked} ${view.value.wrap}`} found={value} />;
    if (failure?.code === "invalid_argument") {
        return <Notice title={t("search.failed_title")} text={t("search.failed_query")} />;
    }
    if (failure) {
        return (
            <Notice alert title={t("search.failed_title")} text={error_text(failure)}>
                <button type="button" class="button" onClick={refresh}>
                    {t("error.retry")}
                </button>
            </Notice>
        );
    }
    if (value && view.value.live) {
        return (
            <>
                <LiveBar to_top={() => undefined} />
                <Notice title={t("tail.none")} />
            </>
        );
    }
    return value ? <NothingFound /> : <Notice title={t("search.loading")} />;
}

function NothingFound() {
    const { range, filters, query } = view.value;
    return (
        <Notice title={t("search.empty_title")} text={t("search.empty_text")}>
            {range.kind !== "all" && (
                <button
                    type="button"
                    class="button"
                    onClick={() => change_view({ range: { kind: "all" } })}
                >
                    {t("search.empty_all_time")}
                </button>
            )}
            {filters.length > 0 && (
                <button type="button" class="button" onClick={() => change_view({ filters: [] })}>
                    {t("search.empty_clear_filters")}
                </button>
            )}
            {query !== "" && (
                <button
                    type="button"
                    class="button"
                    onClick={() => change_view({ query: default_view.query })}
                >
                    {t("search.empty_clear_query")}
                </button>
            )}
        </Notice>
    );
}

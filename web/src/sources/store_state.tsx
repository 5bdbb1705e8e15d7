import type { ComponentChildren } from "preact";
import type { StoreAnswer } from "../api/overview.ts";
import type { IndexInfo } from "../api/types.ts";
import { bytes_text } from "../i18n/amounts.ts";
import { duration_text, number_text, t } from "../i18n/texts.ts";
import { default_view, view_url } from "../search/search_view.ts";
import { zone } from "../settings/settings.ts";
import { LogText } from "../text/log_text.tsx";
import { date_time } from "../time/format.ts";
import { server_now } from "../time/server_clock.ts";

// The store: whether it takes events, what it holds and needs, and its indices.
export function StoreState({ store }: { store: StoreAnswer }) {
    const ok = store.status === "ok";
    // Events that are in memory and in the log only have no size yet.
    const rows_on_disk = store.rows - store.memtable_rows;
    const running = (server_now() - Date.parse(store.started)) / 1000;
    return (
        <section class="card store" aria-label={t("sources.store")} data-testid="store">
            <h2>
                {t("sources.store")}
                {ok ? (
                    <span class="good-mark">● {t("sources.store_ok")}</span>
                ) : (
                    <span class="stuck-mark" role="alert">
                        ▲ {t("sources.store_bad", { reason: store.reason || store.status })}
                    </span>
                )}
            </h2>
            <dl class="store-figures">
                <Figure name={t("sources.events_stored")} value={number_text(store.rows)} />
                <Figure name={t("sources.disk")} value={bytes_text(store.bytes_on_disk)}>
                    {store.bytes_on_disk > 0 &&
                        rows_on_disk > 0 &&
                        t("sources.bytes_per_event", {
                            bytes: bytes_text(store.bytes_on_disk / rows_on_disk),
                        })}
                </Figure>
                <Figure name={t("sources.disk_free")} value={bytes_text(store.disk_free_bytes)}>
                    {t("sources.disk_of", { total: bytes_text(store.disk_total_bytes) })}
                </Figure>
                <Figure name={t("sources.parts")} value={number_text(store.parts)}>
                    {store.merges_running > 0 &&
                        t("sources.merges", { count: store.merges_running })}
                </Figure>
                <Figure name={t("sources.memtable")} value={number_text(store.memtable_rows)} />
                <Figure name={t("sources.log")} value={bytes_text(store.log_bytes)} />
                <Figure
                    name={t("sources.memory")}
                    value={bytes_text(store.memory_resident_bytes)}
                />
                <Figure name={t("sources.cache")} value={bytes_text(store.block_cache_bytes)}>
                    {t("sources.disk_of", { total: bytes_text(store.block_cache_limit_bytes) })}
                </Figure>
                <Figure name={t("sources.started")} value={duration_text(running)} />
                <Figure name={t("sources.version")} value={store.version} />
            </dl>
            <Indices indices={store.indices} />
        </section>
    );
}

interface FigureProps {
    name: string;
    value: string;
    children?: ComponentChildren;
}

function Figure({ name, value, children }: FigureProps) {
    return (
        <div>
            <dt>{name}</dt>
            <dd>
                {value} <span class="muted">{children}</span>
            </dd>
        </div>
    );
}

function Indices({ indices }: { indices: IndexInfo[] }) {
    if (indices.length === 0) return <p class="muted">{t("sources.no_indices")}</p>;
    const size = (bytes: number) => (bytes === 0 ? "–" : bytes_text(bytes));
    const time = (at: number | null) => (at === null ? "–" : date_time(at, zone.value));
    return (
        <>
            <h3>{t("sources.indices")}</h3>
            <div class="table-scroll" role="group" tabIndex={0} aria-label={t("sources.indices")}>
                <table class="figures" data-testid="indices">
                    <thead>
                        <tr>
                            <th scope="col">{t("sources.index")}</th>
                            <th scope="col" class="number">
                                {t("sources.rows")}
                            </th>
                            <th scope="col" class="number">
                                {t("sources.size")}
                            </th>
                            <th scope="col">{t("sources.from")}</th>
                            <th scope="col">{t("sources.to")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {indices.map((index) => (
                            <tr key={index.name}>
                                <th scope="row" class="code">
                                    <a
                                        href={view_url({
                                            ...default_view,
                                            index: index.name,
                                            range: { kind: "all" },
                                        })}
                                    >
                                        <LogText text={index.name} one_line limit={80} />
                                    </a>
                                </th>
                                <td class="number">{number_text(index.rows)}</td>
                                <td class="number">{size(index.bytes_on_disk)}</td>
                                <td>{time(index.from)}</td>
                                <td>{time(index.to)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </>
    );
}

import type { ComponentChildren } from "preact";
import { one_line } from "../api/json.ts";
import type { Order, Value } from "../api/types.ts";
import { number_text, t, title_text } from "../i18n/texts.ts";
import { language, zone } from "../settings/settings.ts";
import { order_url } from "../shell/route.ts";
import { LogText } from "../text/log_text.tsx";
import { date_time, zone_name } from "../time/format.ts";
import { fact_groups } from "./fact_groups.ts";

// What is known of the order beside its events: its own times, then what the catalog calls facts.
export function Facts({ order }: { order: Order }) {
    const { single, files, broken } = fact_groups(order);
    return (
        <section class="facts card" aria-label={t("order.facts")}>
            <h2>{t("order.facts")}</h2>
            <dl>
                <Fact name={t("order.state")}>
                    <LogText text={title_text(order.state.title)} one_line />
                </Fact>
                <Fact name={t("order.created")}>
                    <Moment at={order.created} />
                </Fact>
                {order.closed && (
                    <Fact name={t("order.closed")}>
                        <Moment at={order.closed} />
                    </Fact>
                )}
                {single.map((name) => (
                    <Fact key={name} name={title_of(order, name)}>
                        <FactValue name={name} value={order.facts[name] ?? null} />
                    </Fact>
                ))}
                <Fact name={t("order.environment")}>
                    <LogText text={order.environment || "—"} one_line />
                    {order.other_environments.length > 0 && (
                        <span class="muted">
                            {" "}
                            {t("order.other_environments")}
                            {order.other_environments.map((name) => (
                                <>
                                    {" "}
                                    <a key={name} href={order_url(order.order_id, name)}>
                                        <LogText text={name || "—"} one_line limit={60} />
                                    </a>
                                </>
                            ))}
                        </span>
                    )}
                </Fact>
                <Files order={order} files={files} />
            </dl>
            {broken.map((name) => (
                <p key={name} class="fact-broken" role="note">
                    ▲ {title_of(order, name)}
                </p>
            ))}
        </section>
    );
}

export const title_of = (order: Order, name: string): string => {
    const title = order.fact_titles[name];
    return title ? title_text(title) : name;
};

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
    return (
        <div>
            <dt>
                <LogText text={name} one_line limit={60} />
            </dt>
            <dd>{children}</dd>
        </div>
    );
}

const Unknown = () => <span class="muted">{t("order.unknown")}</span>;

function FactValue({ name, value }: { name: string; value: Value }) {
    if (value === null) return <Unknown />;
    if (typeof value === "number") {
        return <>{name.includes("price") ? price_text(value) : number_text(value)}</>;
    }
    if (typeof value === "boolean") return <>{value ? t("order.yes") : t("order.no")}</>;
    return <LogText text={one_line(value)} one_line limit={120} />;
}

// The price in the shop's own currency, which the log does not name.
const price_text = (price: number): string =>
    price.toLocaleString(language.value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function Moment({ at }: { at: string | null }) {
    if (at === null) return <Unknown />;
    const epoch_ms = Date.parse(at);
    return (
        <time dateTime={at} title={zone_name(epoch_ms, zone.value)}>
            {date_time(epoch_ms, zone.value)}
        </time>
    );
}

// One line while all steps used the same file; one per step, the odd ones marked, when they did not.
function Files({ order, files }: { order: Order; files: string[] }) {
    const names = files.flatMap((name) => {
        const value = order.facts[name] ?? null;
        return value === null ? [] : [one_line(value)];
    });
    const first = names[0];
    if (first === undefined || new Set(names).size === 1) {
        return (
            <Fact name={t("order.file")}>
                {first === undefined ? <Unknown /> : <LogText text={first} one_line limit={120} />}
                {names.length > 1 && names.length === files.length && (
                    <span class="muted"> {t("order.file_same")}</span>
                )}
            </Fact>
        );
    }
    return (
        <>
            {files.map((name) => {
                const value = order.facts[name] ?? null;
                const differs = value !== null && one_line(value) !== first;
                return (
                    <Fact key={name} name={title_of(order, name)}>
                        <span class={differs ? "file-differs" : ""}>
                            <FactValue name={name} value={value} />
                            {differs && <span> ▲ {t("order.file_differs")}</span>}
                        </span>
                    </Fact>
                );
            })}
        </>
    );
}

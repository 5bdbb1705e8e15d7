import type { ComponentChildren } from "preact";
import type { Order } from "../api/types.ts";
import { t, title_text } from "../i18n/texts.ts";
import { language, zone } from "../settings/settings.ts";
import { LogText } from "../text/log_text.tsx";
import { date_time, zone_name } from "../time/format.ts";

// What is known of the order beside its events.
export function Facts({ order }: { order: Order }) {
    const facts = order.facts;
    return (
        <section class="facts card" aria-label={t("order.facts")}>
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
                <Person name={t("order.customer")} id={facts.user_id} />
                <Person name={t("order.manager")} id={facts.manager_id} />
                <Person name={t("order.operator")} id={facts.operator_id} />
                <Fact name={t("order.price")}>
                    {typeof facts.price === "number" ? (
                        price_text(facts.price)
                    ) : (
                        <span class="muted">{t("order.unknown")}</span>
                    )}
                </Fact>
                <Fact name={t("order.environment")}>
                    <LogText text={order.environment || "—"} one_line />
                </Fact>
                <Files order={order} />
            </dl>
        </section>
    );
}

// The price in the shop's own currency, which the log does not name.
const price_text = (price: number): string =>
    price.toLocaleString(language.value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

interface FactProps {
    name: string;
    wide?: boolean;
    children: ComponentChildren;
}

function Fact({ name, wide = false, children }: FactProps) {
    return (
        <div class={wide ? "fact-wide" : ""}>
            <dt>{name}</dt>
            <dd>{children}</dd>
        </div>
    );
}

function Person({ name, id }: { name: string; id: string | null | undefined }) {
    return (
        <Fact name={name}>
            {id ? (
                <LogText text={id} one_line limit={80} />
            ) : (
                <span class="muted">{t("order.unknown")}</span>
            )}
        </Fact>
    );
}

function Moment({ at }: { at: string }) {
    const epoch_ms = Date.parse(at);
    return (
        <time dateTime={at} title={zone_name(epoch_ms, zone.value)}>
            {date_time(epoch_ms, zone.value)}
        </time>
    );
}

// One line while all steps used the same file; one per step, with a warning, when they did not.
function Files({ order }: { order: Order }) {
    const { file_submitted, file_priced, file_made, file_mismatch } = order.facts;
    if (!file_mismatch) {
        const file = file_submitted ?? file_priced ?? file_made;
        return (
            <Fact name={t("order.file")} wide>
                {file ? (
                    <>
                        <LogText text={file} one_line limit={120} />{" "}
                        <span class="muted">{t("order.file_same")}</span>
                    </>
                ) : (
                    <span class="muted">{t("order.unknown")}</span>
                )}
            </Fact>
        );
    }
    return (
        <>
            {(["submitted", "priced", "made"] as const).map((step) => {
                const file = order.facts[`file_${step}`];
                const differs = file !== null && file !== undefined && file !== file_submitted;
                return (
                    <Fact name={t(`order.file_${step}`)}>
                        {file ? (
                            <span class={differs ? "file-differs" : ""}>
                                <LogText text={file} one_line limit={120} />
                            </span>
                        ) : (
                            <span class="muted">{t("order.unknown")}</span>
                        )}
                    </Fact>
                );
            })}
            <p class="file-mismatch" role="note">
                ▲ {t("order.file_mismatch")}
            </p>
        </>
    );
}

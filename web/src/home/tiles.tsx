import type { ComponentChildren } from "preact";
import type { OrdersAnswer } from "../api/overview.ts";
import { rate_text } from "../i18n/amounts.ts";
import { number_text, t } from "../i18n/texts.ts";

interface Props {
    // `null`: not known.
    rate: number | null;
    today: OrdersAnswer | null;
    week: OrdersAnswer | null;
    errors: number | null;
}

// The figures of the day at a glance.
export function Tiles({ rate, today, week, errors }: Props) {
    return (
        <dl class="tiles" data-testid="tiles">
            <Tile name={t("home.events_rate")} note={t("home.events_rate_note")}>
                {rate === null ? "–" : rate_text(rate)}
            </Tile>
            <Tile name={t("home.created")} note={t("home.in_day")}>
                {figure(today?.created)}
            </Tile>
            <Tile name={t("home.closed")} note={t("home.of_day")}>
                {figure(today?.closed)}
            </Tile>
            <Tile name={t("home.open")} note={t("home.of_week")}>
                {figure(week?.open)}
            </Tile>
            <Tile
                name={t("home.stuck")}
                note={t("home.past_deadline")}
                bad={(week?.stuck ?? 0) > 0}
            >
                {figure(week?.stuck)}
            </Tile>
            <Tile name={t("home.errors")} note={t("home.in_day")} bad={(errors ?? 0) > 0}>
                {figure(errors)}
            </Tile>
        </dl>
    );
}

const figure = (value: number | null | undefined): string =>
    value === null || value === undefined ? "–" : number_text(value);

interface TileProps {
    name: string;
    note: string;
    // Told by a sign too, not by its colour alone.
    bad?: boolean;
    children: ComponentChildren;
}

function Tile({ name, note, bad = false, children }: TileProps) {
    return (
        <div class="tile card" data-bad={bad}>
            <dt>{name}</dt>
            <dd>
                {bad && <span aria-hidden="true">▲ </span>}
                {children}
                <span class="tile-note">{note}</span>
            </dd>
        </div>
    );
}

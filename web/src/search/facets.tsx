import type { Facet } from "../api/types.ts";
import { error_text, number_text, t } from "../i18n/texts.ts";
import { LevelMark } from "../record/level_mark.tsx";
import { LogText } from "../text/log_text.tsx";
import { visible_text } from "../text/visible.ts";
import { same_filter, with_filter, without_filter, type FilterValue } from "./filter.ts";
import { FieldsList } from "./fields_list.tsx";
import { change_view, facets, found, pinned_fields, view } from "./search_state.ts";

// Counts of the commonest values; a click keeps only that value, a second click lets go.
export function Facets() {
    const { value, failure } = facets.value;
    return (
        <aside class="facets" aria-label={t("facets.label")}>
            {failure && !found.value.failure && (
                <p class="facets-failed">{t("facets.failed", { message: error_text(failure) })}</p>
            )}
            {(value ?? [])
                .filter((facet) => pinned_fields.includes(facet.field))
                .map((facet) => (
                    <FacetValues key={facet.field} facet={facet} />
                ))}
            <FieldsList />
        </aside>
    );
}

export function FacetValues({ facet, untitled = false }: { facet: Facet; untitled?: boolean }) {
    // A chosen value stays to be seen when nothing of it is left.
    const chosen = view.value.filters
        .filter((filter) => filter.field === facet.field && !filter.negated)
        .flatMap((filter) => filter.value ?? []);
    const gone = chosen.filter((value) => !facet.values.some((shown) => shown.value === value));
    const values = [...facet.values, ...gone.map((value) => ({ value, count: 0 }))];
    const most = Math.max(1, facet.missing, ...values.map((value) => value.count));
    return (
        <section class="facet" data-field={facet.field}>
            {!untitled && (
                <h2>
                    {facet_title(facet.field)}{" "}
                    <span class="muted">{number_text(facet.distinct)}</span>
                </h2>
            )}
            {facet.too_many && <p class="muted">{t("facets.too_many")}</p>}
            {values.length === 0 && !facet.too_many && facet.missing === 0 && (
                <p class="muted">{t("facets.none")}</p>
            )}
            <ul>
                {values.map(({ value, count }) => (
                    <FacetLine
                        key={String(value)}
                        {...{ field: facet.field, value, count, most }}
                    />
                ))}
                {facet.missing > 0 && (
                    <FacetLine field={facet.field} value={null} count={facet.missing} most={most} />
                )}
            </ul>
            {facet.other > 0 && (
                <p class="muted facet-other">{t("facets.other", { count: facet.other })}</p>
            )}
        </section>
    );
}

interface LineProps {
    field: string;
    value: FilterValue;
    count: number;
    most: number;
}

function FacetLine({ field, value, count, most }: LineProps) {
    const filters = view.value.filters;
    const wanted = { field, value, negated: false };
    const unwanted = { field, value, negated: true };
    const active = filters.some((filter) => same_filter(filter, wanted));
    const excluded = filters.some((filter) => same_filter(filter, unwanted));
    const label = value === null ? t("facets.missing") : visible_text(String(value));
    const toggle = (filter: typeof wanted, on: boolean) =>
        change_view({
            filters: on ? without_filter(filters, filter) : with_filter(filters, filter),
        });
    return (
        <li class="facet-line" data-active={active} data-excluded={excluded}>
            <button
                type="button"
                class="facet-value"
                aria-pressed={active}
                title={t("facets.only", { value: label })}
                onClick={() => toggle(wanted, active)}
            >
                <span class="facet-share" style={{ width: `${(100 * count) / most}%` }} />
                <span class="facet-name">
                    {field === "level" && value !== null ? (
                        <LevelMark level={String(value)} />
                    ) : value === null ? (
                        <em class="muted">{label}</em>
                    ) : (
                        <LogText text={String(value)} one_line limit={120} />
                    )}
                </span>
                <span class="facet-count">{number_text(count)}</span>
            </button>
            <button
                type="button"
                class="facet-without"
                aria-pressed={excluded}
                aria-label={t("facets.without", { value: label })}
                title={t("facets.without", { value: label })}
                onClick={() => toggle(unwanted, excluded)}
            >
                −
            </button>
        </li>
    );
}

type FacetTitle = "field.service_name" | "field.level" | "field.event_type";

const facet_title = (field: string): string =>
    pinned_fields.includes(field) ? t(`field.${field}` as FacetTitle) : field;

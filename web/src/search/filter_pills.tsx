import { t } from "../i18n/texts.ts";
import { LogText } from "../text/log_text.tsx";
import { visible_text } from "../text/visible.ts";
import { without_filter, type Filter } from "./filter.ts";
import { change_view, view } from "./search_state.ts";

// The filters beside the query; a click removes one.
export function FilterPills() {
    const filters = view.value.filters;
    if (filters.length === 0) return null;
    return (
        <div class="pills" role="group" aria-label={t("search.filters")}>
            {filters.map((filter) => {
                const text = filter_text(filter);
                return (
                    <button
                        type="button"
                        class="pill"
                        data-negated={filter.negated}
                        aria-label={t("search.filter_remove", { filter: visible_text(text) })}
                        onClick={() => change_view({ filters: without_filter(filters, filter) })}
                    >
                        <LogText text={text} one_line limit={80} />
                        <span aria-hidden="true">×</span>
                    </button>
                );
            })}
            {filters.length > 1 && (
                <button
                    type="button"
                    class="button button-small button-bare"
                    onClick={() => change_view({ filters: [] })}
                >
                    {t("search.filter_clear")}
                </button>
            )}
        </div>
    );
}

function filter_text(filter: Filter): string {
    const value = filter.value === null ? t("search.filter_missing") : String(filter.value);
    const key = filter.negated ? "search.filter_is_not" : "search.filter_is";
    return t(key, { field: filter.field, value });
}

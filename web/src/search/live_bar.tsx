import { t } from "../i18n/texts.ts";
import { left_out, new_rows, paused, show_new_rows, tail_state } from "./live_tail.ts";

// Above the table while it is live: how the stream does, and what waits to be shown.
export function LiveBar({ to_top }: { to_top: () => void }) {
    const state = paused.value && tail_state.value === "live" ? "paused" : tail_state.value;
    return (
        <div class="live-bar" data-state={state} data-testid="live-bar">
            <span class="live-dot" aria-hidden="true" />
            <span role="status">{t(`tail.${state}`)}</span>
            <button
                type="button"
                class="button button-small"
                aria-pressed={paused.value}
                onClick={() => (paused.value = !paused.value)}
            >
                {paused.value ? t("tail.resume") : t("tail.pause")}
            </button>
            {new_rows.value > 0 && (
                <button
                    type="button"
                    class="button button-small button-main"
                    data-testid="new-rows"
                    onClick={() => {
                        show_new_rows();
                        to_top();
                    }}
                >
                    ↑ {t("tail.new", { count: new_rows.value })}
                </button>
            )}
            {left_out.value > 0 && (
                <span class="live-skipped" data-testid="left-out">
                    ▲ {t("tail.skipped", { count: left_out.value })}
                </span>
            )}
        </div>
    );
}

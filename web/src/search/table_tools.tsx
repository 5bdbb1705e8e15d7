import * as api from "../api/client.ts";
import { t } from "../i18n/texts.ts";
import { zone } from "../settings/settings.ts";
import { Popover } from "../shell/popover.tsx";
import { server_now } from "../time/server_clock.ts";
import { zone_name, zone_offset } from "../time/format.ts";
import { change_view, view, whole_selection } from "./search_state.ts";

// What can be done with the answer as a whole.
export function TableTools() {
    const { wrap, live } = view.value;
    return (
        <div class="table-tools">
            <button
                type="button"
                class="button button-small live-button"
                aria-pressed={live}
                title={t("search.live_title")}
                onClick={() => change_view({ live: !live })}
            >
                <span class="live-dot" aria-hidden="true" />
                {live ? t("search.live_stop") : t("search.live")}
            </button>
            <button
                type="button"
                class="button button-small"
                aria-pressed={wrap}
                onClick={() => change_view({ wrap: !wrap })}
            >
                {t("search.wrap")}
            </button>
            <Popover
                label={`${t("export.title")} ▾`}
                button_class="button button-small"
                side="right"
            >
                {(close) => <Downloads close={close} />}
            </Popover>
        </div>
    );
}

function Downloads({ close }: { close: () => void }) {
    const { columns, sort, oldest_first } = view.value;
    const address = (format: string) =>
        api.read_url("export", {
            ...whole_selection(),
            format,
            // Exports are in the order of time.
            order: oldest_first && sort === "" ? "asc" : "desc",
            ...(format === "csv" && {
                columns: ["timestamp", ...columns].join(","),
                time_zone: zone_offset(server_now(), zone.value),
            }),
        });
    return (
        <>
            {(["csv", "ndjson"] as const).map((format) => (
                <a class="popover-item" href={address(format)} download="" onClick={close}>
                    {t(`export.${format}`)}
                </a>
            ))}
            <p class="popover-note">
                {t("export.note", { zone: zone_name(server_now(), zone.value) })}
            </p>
        </>
    );
}

import { t } from "../i18n/texts.ts";
import type { LevelName } from "../record/level_mark.tsx";
import { visible_text } from "../text/visible.ts";
import { lane_class } from "./lanes.ts";

interface EventSignProps {
    level: LevelName;
    lane: number;
    x: number;
    y: number;
    title: string;
    on_click: () => void;
}

// A circle; events that went wrong have the shapes of their level. The list of events is the way
// for the keyboard.
export function EventSign({ level, lane, x, y, title, on_click }: EventSignProps) {
    return (
        <g class={`strip-event level-${level} ${lane_class(lane)}`} onClick={on_click}>
            <title>{visible_text(title)}</title>
            {level === "error" || level === "fatal" ? (
                <path d={`M${x} ${y - 7}l7 7-7 7-7-7z`} />
            ) : level === "warn" ? (
                <path d={`M${x} ${y - 7}l7 12h-14z`} />
            ) : (
                <circle cx={x} cy={y} r="5" />
            )}
        </g>
    );
}

export function MissingSign({ title, x, y }: { title: string; x: number; y: number }) {
    return (
        <g class="strip-missing">
            <title>{visible_text(title)}</title>
            <circle cx={x} cy={y} r="6" />
            <text x={x} y={y + 4}>
                ?
            </text>
        </g>
    );
}

export function Legend({ missing }: { missing: boolean }) {
    return (
        <ul class="strip-legend muted">
            <li>
                <svg width="28" height="12" aria-hidden="true">
                    <line class="strip-work" x1="0" y1="6" x2="28" y2="6" />
                </svg>
                {t("order.lanes_work")}
            </li>
            <li>
                <svg width="28" height="12" aria-hidden="true">
                    <rect class="strip-wait" y="1" width="28" height="10" />
                </svg>
                {t("order.lanes_wait")}
            </li>
            {missing && (
                <li>
                    <svg width="28" height="16" aria-hidden="true">
                        <path class="strip-missing-way" d="M0 8H28" />
                        <MissingSign title="" x={14} y={8} />
                    </svg>
                    {t("order.lanes_missing")}
                </li>
            )}
            {(["warn", "error"] as const).map((level) => (
                <li key={level}>
                    <svg width="18" height="16" aria-hidden="true">
                        <EventSign
                            {...{ level, lane: 0, x: 9, y: 8, title: "" }}
                            on_click={() => undefined}
                        />
                    </svg>
                    {level.toUpperCase()}
                </li>
            ))}
        </ul>
    );
}

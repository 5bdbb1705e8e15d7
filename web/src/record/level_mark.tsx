import { t } from "../i18n/texts.ts";
import { LogText } from "../text/log_text.tsx";
import "./level_mark.css";

export type LevelName = "fatal" | "error" | "warn" | "info" | "debug" | "other";

// Most severe first; the histogram stacks in this order.
export const level_names: LevelName[] = ["fatal", "error", "warn", "info", "debug", "other"];

export function level_name(level: string): LevelName {
    switch (level.toUpperCase()) {
        case "FATAL":
        case "CRITICAL":
        case "EMERGENCY":
        case "ALERT":
            return "fatal";
        case "ERROR":
        case "ERR":
            return "error";
        case "WARN":
        case "WARNING":
            return "warn";
        case "INFO":
        case "NOTICE":
            return "info";
        case "DEBUG":
        case "TRACE":
            return "debug";
        default:
            return "other";
    }
}

// Each level has its own shape, so that colour is not the only sign.
const shapes: Record<LevelName, string> = {
    fatal: "M1 1 9 9M9 1 1 9",
    error: "M5 .5 9.5 5 5 9.5.5 5z",
    warn: "M5 1 9.5 9H.5z",
    info: "M5 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    debug: "M2 4.2h6v1.6H2z",
    other: "M3 4.2h4v1.6H3z",
};

export function LevelGlyph({ level }: { level: string }) {
    const name = level_name(level);
    return (
        <svg class={`level-glyph level-${name}`} viewBox="0 0 10 10" aria-hidden="true">
            <path d={shapes[name]} />
        </svg>
    );
}

export function LevelMark({ level }: { level: string }) {
    return (
        <span class={`level-mark level-${level_name(level)}`}>
            <LevelGlyph level={level} />
            {level === "" ? t("level.none") : <LogText text={level} one_line limit={20} />}
        </span>
    );
}

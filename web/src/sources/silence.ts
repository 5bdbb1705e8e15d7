import type { Source } from "../api/overview.ts";

export interface Silence {
    // "rare": nothing lately, as it is usual for it.
    state: "sending" | "rare" | "silent";
    // Seconds since the last event, and between two events as they usually come.
    quiet_seconds: number;
    usual_seconds: number;
}

const least_quiet_seconds = 300;
// A source that sends by chance pauses for ten times its mean gap about once in 20,000 events.
const many_gaps = 10;

const day_seconds = 86_400;

// Whether a source has been quiet for longer than its rate over the last day explains. `now_ms`: the
// server's clock.
export function silence_of(source: Source, now_ms: number): Silence {
    const quiet_seconds = Math.max(0, (now_ms - Date.parse(source.last_event)) / 1000);
    const usual_seconds = source.events > 0 ? day_seconds / source.events : Infinity;
    const limit = Math.max(least_quiet_seconds, many_gaps * usual_seconds);
    const quiet = quiet_seconds > least_quiet_seconds;
    const state = !quiet ? "sending" : quiet_seconds > limit ? "silent" : "rare";
    return { state, quiet_seconds, usual_seconds };
}

import { signal } from "@preact/signals";
import { read_url, type Selection } from "../api/client.ts";
import { parse_exact } from "../api/json.ts";
import type { SearchRow } from "../api/types.ts";
import { TailBuffer } from "./tail_buffer.ts";

// New events as they come, over an event stream that is opened again when it breaks.

export type TailState = "waiting" | "live" | "lost";

export const tail_state = signal<TailState>("waiting");
// Rows that came while the reader was reading.
export const new_rows = signal(0);
// Events that neither the server nor this page could keep up with.
export const left_out = signal(0);
export const paused = signal(false);
// True while the reader reads: an event is open or the table is not at its top. Rows wait then.
export const reading = signal(false);

const most_rows = 5000;
const first_rows = 300;
const draw_every_ms = 250;
// The server says something every 15 seconds.
const silence_ms = 40_000;
const retry_ms = [1000, 2000, 5000, 10_000];

let show_now: () => void = () => undefined;

// Shows what waits, whatever the reader does.
export const show_new_rows = (): void => show_now();

// `show` gets all rows, newest first, whenever they change. Returns the stop.
export function start_tail(
    selection: Pick<Selection, "query" | "index">,
    show: (rows: SearchRow[]) => void,
): () => void {
    const buffer = new TailBuffer(most_rows);
    let stream: EventSource | null = null;
    let cursor: string | undefined;
    let failures = 0;
    let skipped = 0;
    let heard_at = Date.now();
    let retry: ReturnType<typeof setTimeout> | undefined;

    tail_state.value = "waiting";
    new_rows.value = 0;
    left_out.value = 0;
    paused.value = false;

    const draw = (): void => {
        if (buffer.waiting_count > 0) {
            buffer.show();
            show(buffer.shown);
        }
        new_rows.value = 0;
    };
    const open = (): void => {
        const { query, index } = selection;
        const where = cursor === undefined ? { back: first_rows } : { after: cursor };
        stream = new EventSource(read_url("tail", { query, index, ...where }));
        heard_at = Date.now();
        const heard = (message: MessageEvent<string>): unknown => {
            heard_at = Date.now();
            failures = 0;
            if (message.lastEventId !== "") cursor = message.lastEventId;
            try {
                return parse_exact(message.data);
            } catch {
                return {};
            }
        };
        stream.addEventListener("rows", (message: MessageEvent<string>) => {
            const { rows } = heard(message) as { rows?: SearchRow[] };
            if (rows) buffer.add(rows);
        });
        stream.addEventListener("skipped", (message: MessageEvent<string>) => {
            skipped += (heard(message) as { count?: number }).count ?? 0;
        });
        stream.addEventListener("state", (message: MessageEvent<string>) => {
            heard(message);
            tail_state.value = "live";
        });
        stream.addEventListener("failed", again);
        stream.onerror = () => {
            // A stream that was there is opened again by the browser, one that was refused is not.
            if (stream?.readyState === EventSource.CLOSED) again();
            else tail_state.value = "lost";
        };
    };
    const again = (): void => {
        stream?.close();
        tail_state.value = "lost";
        clearTimeout(retry);
        retry = setTimeout(open, retry_ms[Math.min(failures, retry_ms.length - 1)]);
        failures += 1;
    };
    const timer = setInterval(() => {
        left_out.value = skipped + buffer.left_out;
        if (reading.peek() || paused.peek()) new_rows.value = buffer.waiting_count;
        else draw();
        if (Date.now() - heard_at > silence_ms) {
            heard_at = Date.now();
            again();
        }
    }, draw_every_ms);
    show_now = draw;
    open();
    return () => {
        stream?.close();
        clearTimeout(retry);
        clearInterval(timer);
        show_now = () => undefined;
    };
}

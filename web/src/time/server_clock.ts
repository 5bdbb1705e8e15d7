// The reader's clock may be wrong; "the last 15 minutes" means the server's minutes.

let ahead_ms = 0;

// Learns from an answer's Date header, which has a resolution of one second.
export function note_server_time(date_header: string | null): void {
    const server = date_header === null ? NaN : Date.parse(date_header);
    if (Number.isNaN(server)) return;
    const difference = server + 500 - Date.now();
    ahead_ms = Math.abs(difference) > 2000 ? difference : 0;
}

// Epoch milliseconds by the server's clock, as well as it is known.
export const server_now = (): number => Date.now() + ahead_ms;

// Which ways in for events are open, and what came by them (docs/reference/api.md, `inputs`).
import { call } from "./client.ts";

export interface Entrance {
    setting: string;
    example: string;
    input: string;
    // By which the port's own troubles are told.
    name: string;
    open: boolean;
    // Where it is open:
    transport?: "tcp" | "udp" | "files";
    host?: string;
    port?: number;
    tls?: "none" | "server" | "optional" | "required";
    needs_key?: boolean;
}

export interface StoredEvents {
    events: number;
    first_event: string | null;
    last_event: string | null;
}

export type TroubleKind = "handshake" | "connection" | "request" | "event" | "drop";

export interface Trouble {
    kind: TroubleKind;
    times: number;
    last: string;
    from: string;
    reason: string;
}

export interface InputState extends StoredEvents {
    name: string;
    filtered: number;
    rejected: number;
    indices: (StoredEvents & { name: string })[];
    troubles: Trouble[];
}

export interface InputsAnswer {
    environment: string;
    entrances: Entrance[];
    inputs: InputState[];
}

export const inputs = (signal?: AbortSignal) => call<InputsAnswer>("inputs", signal);

import type { Title } from "../../api/types.ts";

// Where a snippet sends to, as the reader's browser and the server know it.
export interface Place {
    host: string;
    port: number;
    // Of the HTTP port: http://logs.example.com:9200
    origin: string;
    transport: "tcp" | "udp" | "files";
    tls: "none" | "server" | "optional" | "required";
    // Clients have to know a key.
    needs_key: boolean;
    system: string;
    environment: string;
    // `<system>-<environment>`
    index: string;
}

export interface Snippet {
    // The file it belongs into, or what it is.
    into: string | Title;
    code: (place: Place) => string;
}

// Where events of a snippet go: into the index that it names; by the service and environment that
// it sets; or wherever the events themselves say.
export type Routing = "named" | "service" | "own";

export interface SourceEntry {
    // In the page's address; never changed once it is published.
    id: string;
    name: string | Title;
    about: Title;
    // What it sends comes in by this input, as the server calls it in metrics; none: it only reads.
    input: string | null;
    // Settings that open a way in for it, the usual one first.
    entrances: [string, ...string[]];
    routing: Routing;
    // Below docs/.
    guide: string;
    snippets: Snippet[];
}

export interface SourceGroup {
    id: string;
    name: Title;
    sources: SourceEntry[];
}

// Lines of which some may be left out.
export const lines = (...parts: (string | false)[]): string =>
    parts.filter((part) => part !== false).join("\n");

export const shows_certificate = ({ tls }: Place): boolean => tls === "required";
export const speaks_tls = ({ tls }: Place): boolean => tls !== "none";

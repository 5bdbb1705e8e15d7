import type { Entrance, InputsAnswer } from "../api/inputs.ts";
import type { Place, SourceEntry } from "./catalogue/source.ts";

// What the page's address says beside the source.
export interface SourceChoice {
    system: string;
    // "": the server's own.
    environment: string;
    // The setting whose way in is used; "": the first open one.
    over: string;
}

const defaults: SourceChoice = { system: "myapp", environment: "", over: "" };

export function source_choice(params: URLSearchParams): SourceChoice {
    return {
        system: params.get("system") ?? defaults.system,
        environment: params.get("environment") ?? defaults.environment,
        over: params.get("over") ?? defaults.over,
    };
}

export function source_url(id: string, choice: SourceChoice = defaults): string {
    const params = new URLSearchParams();
    for (const name of ["system", "environment", "over"] as const) {
        if (choice[name] !== defaults[name]) params.set(name, choice[name]);
    }
    const query = params.toString();
    return "/sources/" + encodeURIComponent(id) + (query === "" ? "" : "?" + query);
}

// As the server makes one of a service's name. It comes from the page's address and goes into
// commands that people copy: letters, digits and what joins them, nothing else.
export function part_of_index(text: string): string {
    return text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}._-]+/gu, "-")
        .replace(/^[-_.]+|-+$/g, "");
}

// The ways in that a source can take, in its order; those that the server does not have are left
// out.
export const entrances_of = (source: SourceEntry, answer: InputsAnswer): Entrance[] =>
    source.entrances.flatMap((setting) =>
        answer.entrances.filter((entrance) => entrance.setting === setting),
    );

export function chosen_entrance(entrances: Entrance[], over: string): Entrance | undefined {
    return (
        entrances.find(({ setting }) => setting === over) ??
        entrances.find(({ open }) => open) ??
        entrances[0]
    );
}

// `location`: the page's. A way in that is not open is taken as its example would open it.
export function place_of(
    entrance: Entrance,
    location: { origin: string; hostname: string },
    choice: { system: string; environment: string },
): Place {
    const system = part_of_index(choice.system) || defaults.system;
    const environment = part_of_index(choice.environment);
    const transport = entrance.transport ?? (entrance.setting.includes(".udp.") ? "udp" : "tcp");
    return {
        host: location.hostname,
        port: entrance.port ?? port_of(entrance.example),
        origin: location.origin,
        transport,
        tls: entrance.tls ?? (entrance.setting.includes(".tls.") ? "server" : "none"),
        needs_key: entrance.needs_key ?? false,
        system,
        environment,
        index: environment === "" ? system : `${system}-${environment}`,
    };
}

const port_of = (address: string): number => Number(/:(\d+)$/.exec(address)?.[1] ?? 0);

export const is_loopback = (host: string): boolean =>
    host === "localhost" || host === "::1" || host === "[::1]" || host.startsWith("127.");

// `syslog.tcp.address` and its value as the configuration file says them.
export function yaml_of(setting: string, value: string): string {
    const names = setting.split(".");
    return names
        .map((name, depth) => {
            const last = depth === names.length - 1;
            return "  ".repeat(depth) + name + ":" + (last ? " " + value : "");
        })
        .join("\n");
}

import type { Entrance, InputsAnswer, InputState, StoredEvents, Trouble } from "../api/inputs.ts";
import type { Routing, SourceEntry } from "./catalogue/source.ts";

export interface Arrival extends StoredEvents {
    // Where the events are, those with the latest event first.
    indices: string[];
}

const hidden_spans = ".spans-";

// What has come of a source since the server started: events of its input that went where its
// snippet sends them.
export function arrival_of(
    input: InputState | undefined,
    routing: Routing,
    index: string,
    environment: string,
): Arrival {
    const wanted = (name: string) =>
        routing === "own" ||
        name === index ||
        (routing === "service" && name === hidden_spans + environment);
    const found = (input?.indices ?? []).filter(({ name }) => wanted(name));
    const newest_first = [...found].sort((a, b) =>
        (a.last_event ?? "") < (b.last_event ?? "") ? 1 : -1,
    );
    // The sum knows of indices beyond those that are told one by one.
    const whole = routing === "own" && input ? input : undefined;
    return {
        events: whole?.events ?? found.reduce((sum, { events }) => sum + events, 0),
        first_event: whole?.first_event ?? least(found.map(({ first_event }) => first_event)),
        last_event: whole?.last_event ?? newest_first[0]?.last_event ?? null,
        indices: newest_first.map(({ name }) => name),
    };
}

function least(times: (string | null)[]): string | null {
    const told = times.filter((time) => time !== null).sort();
    return told[0] ?? null;
}

// Indices that other events of the same input went to: where a wrong name shows.
export function elsewhere(input: InputState | undefined, arrived: string[]): string[] {
    return (input?.indices ?? []).map(({ name }) => name).filter((name) => !arrived.includes(name));
}

export const input_named = (answer: InputsAnswer, name: string | null): InputState | undefined =>
    answer.inputs.find((input) => input.name === name);

// What was in the way at the source's input and at the port it comes in by, the latest first.
export function troubles_of(
    answer: InputsAnswer,
    source: SourceEntry,
    entrance: Entrance | undefined,
): Trouble[] {
    const names = new Set([source.input, entrance?.name]);
    return answer.inputs
        .filter(({ name }) => names.has(name))
        .flatMap(({ troubles }) => troubles)
        .sort((a, b) => (a.last < b.last ? 1 : -1));
}

// A search for what arrived, or the traces where only spans did.
export const only_spans = (indices: string[]): boolean =>
    indices.length > 0 && indices.every((name) => name.startsWith(hidden_spans));

// Every source that the page offers. A new one is an entry in one of these groups; its snippets
// stand in its guide too, word for word (catalogue_test.ts).
import { collectors } from "./collectors.ts";
import { files } from "./files.ts";
import { first } from "./first.ts";
import { libraries } from "./libraries.ts";
import { machines } from "./machines.ts";
import { readers } from "./readers.ts";
import type { SourceEntry, SourceGroup } from "./source.ts";
import { systems } from "./systems.ts";

export const catalogue: readonly SourceGroup[] = [
    first,
    files,
    collectors,
    machines,
    libraries,
    systems,
    readers,
];

export const source_of = (id: string): SourceEntry | undefined =>
    catalogue.flatMap(({ sources }) => sources).find((source) => source.id === id);

import type { Order } from "../api/types.ts";

export interface FactGroups {
    // Names of facts that stand for themselves.
    single: string[];
    // Names of the facts that tell the order's file, in the order's way.
    files: string[];
    // Names of agreements that are broken.
    broken: string[];
}

// The catalog's facts, sorted by how they are shown. A flag is an agreement; it is shown when facts
// that must agree differ.
export function fact_groups(order: Order): FactGroups {
    const groups: FactGroups = { single: [], files: [], broken: [] };
    for (const name of Object.keys(order.fact_titles)) {
        const value = order.facts[name];
        if (typeof value === "boolean") {
            if (value) groups.broken.push(name);
        } else if (name.startsWith("file_")) {
            groups.files.push(name);
        } else {
            groups.single.push(name);
        }
    }
    return groups;
}

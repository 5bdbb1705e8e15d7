import assert from "node:assert/strict";
import { test } from "node:test";
import type { Order } from "../api/types.ts";
import { fact_groups } from "./fact_groups.ts";

const title = { en: "", ru: "" };

test("flags that are down are not shown, files go together, the rest stands for itself", () => {
    const order = {
        facts: { user_id: "u-1", file_made: "a.stl", file_mismatch: true, ids_differ: false },
        fact_titles: { user_id: title, file_made: title, file_mismatch: title, ids_differ: title },
    } as unknown as Order;
    assert.deepEqual(fact_groups(order), {
        single: ["user_id"],
        files: ["file_made"],
        broken: ["file_mismatch"],
    });
});

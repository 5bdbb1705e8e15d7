// Whether a page shuts nobody out, as far as axe-core can tell.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function assert_accessible(page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    const found = violations.map(
        ({ id, nodes }) =>
            `${id}: ${nodes
                .map((node) => node.html)
                .slice(0, 3)
                .join(" ")}`,
    );
    assert.deepEqual(found, []);
}

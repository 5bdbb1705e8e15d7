// What the tests do on the pages, in their own words.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, base_url, launch, open_page } from "./browser.mjs";

let browser;

// A test with a page of its own. It fails, too, when the page complained of anything. `options` may be
// a function, called when the test runs.
export function page_test(name, run, options = {}) {
    test(name, { timeout: options.timeout_ms ?? 60_000 }, async () => {
        const chosen = { ...(typeof options === "function" ? options() : options) };
        delete chosen.timeout_ms;
        const opened = await open_page(browser, chosen);
        opened.page.setDefaultTimeout(15_000);
        try {
            await run(opened.page, opened);
            assert.deepEqual(opened.complaints, []);
        } finally {
            await opened.context.close();
        }
    });
}

export function use_browser() {
    before(async () => (browser = await launch()));
    after(() => browser.close());
}

export const new_page = (options) => open_page(browser, options);

export async function open_search(page, address = "/search?range=all") {
    await page.goto(base_url + address);
    await rows(page).first().waitFor();
    await settled(page);
}

// Nothing that was asked for is on its way: rows, bars and counts are those of the question.
export const settled = (page) =>
    page.locator('.progress[data-active="false"]').waitFor({ state: "attached" });

// The rows of the results table that are on the screen, without its head.
export const rows = (page) => page.locator(".table-rows .table-row");

// Waits until every row on the screen has this text in a column.
export async function all_rows_have(page, column, text) {
    await page.waitForFunction(
        ([column, text]) => {
            const table = document.querySelector(".table");
            const cells = [...document.querySelectorAll(`.table-rows .cell-${column}`)];
            return (
                table?.getAttribute("data-stale") === "false" &&
                cells.length > 0 &&
                cells.every((cell) => cell.textContent.trim() === text)
            );
        },
        [column, text],
    );
}

// Goes on with Tab until this has the focus, as somebody without a mouse does.
export async function tab_to(page, wanted) {
    const has_focus = (element) => element === document.activeElement;
    for (let presses = 0; presses < 150; presses += 1) {
        if (await wanted.evaluate(has_focus)) return;
        await page.keyboard.press("Tab");
    }
    assert.fail(`150 times Tab did not reach ${wanted}`);
}

export const total = async (page) =>
    Number((await page.getByTestId("total").textContent()).replace(/\D/g, ""));

export async function run_query(page, text) {
    await page.locator("#query").fill(text);
    await page.locator("#query").press("Enter");
}

export const facet_value = (page, field, value) =>
    page.locator(`.facet[data-field="${field}"] .facet-value`, { hasText: value }).first();

// Orders of the demo data, by what the server says of them; `undefined` when there is none such.
export async function find_order(wanted) {
    const answer = await ask("search", { query: "event_type: ORDER_CREATED", limit: 300 });
    for (const row of answer.rows) {
        const order = await order_by_id(row.fields.order_id);
        if (order && wanted(order)) return order;
    }
    return undefined;
}

export async function order_by_id(id) {
    const response = await fetch(`${base_url}/_trail/v1/orders/${encodeURIComponent(id)}`);
    return response.ok ? response.json() : undefined;
}

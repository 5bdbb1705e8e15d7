// What hostile or huge answers cost: no task over 200 ms, and nothing shown that misleads.
import assert from "node:assert/strict";
import { base_url } from "./browser.mjs";
import { page_test, rows, use_browser } from "./steps.mjs";

use_browser();

const longest_allowed_ms = 200;

const watch_tasks = (page) =>
    page.addInitScript(() => {
        window.long_tasks = [];
        new PerformanceObserver((list) => {
            for (const task of list.getEntries()) window.long_tasks.push(Math.round(task.duration));
        }).observe({ type: "longtask", buffered: true });
    });

const longest_task = (page) => page.evaluate(() => Math.max(0, ...window.long_tasks));

// Other work on the machine makes tasks long now and then, the page's own does so every time.
async function assert_quick(what, run) {
    let longest = Infinity;
    for (let times = 0; times < 3 && longest > longest_allowed_ms; times += 1) {
        longest = Math.min(longest, await run());
    }
    console.log(`${what}: the longest task took ${longest} ms`);
    assert.ok(longest <= longest_allowed_ms, `${what}: a task took ${longest} ms`);
}

const row = (id, fields) => ({
    ...{ id: String(id), index: "shop-prod", seq: id, timestamp: "2026-11-24T10:15:00.000000001Z" },
    fields: { level: "INFO", service_name: "Shop API", event_type: "ODD", ...fields },
    source: fields,
});
const answer = (route, rows, next_cursor = null) =>
    route.fulfill({
        contentType: "application/json",
        body: JSON.stringify({ took_ms: 1, rows, next_cursor }),
    });

page_test(
    "a hundred thousand rows are scrolled through",
    async (page) => {
        await watch_tasks(page);
        const all = 100_000;
        await page.route("**/_trail/v1/search", (route) => {
            const { cursor = "0", limit } = route.request().postDataJSON();
            const from = Number(cursor);
            const count = Math.min(limit, all - from);
            const page_rows = Array.from({ length: count }, (_, at) =>
                row(from + at, { message: `message ${from + at}`, order_id: `ORD-${from + at}` }),
            );
            return answer(route, page_rows, from + count < all ? String(from + count) : null);
        });
        const table = page.locator(".table");
        const last_row_comes = () =>
            table.evaluate(async (table, all) => {
                const deadline = performance.now() + 60_000;
                while (performance.now() < deadline) {
                    table.scrollTo(0, table.scrollHeight);
                    const last = [...table.querySelectorAll(".table-rows .table-row")].at(-1);
                    if (Number(last?.getAttribute("aria-rowindex")) > all) return true;
                    await new Promise(requestAnimationFrame);
                }
                return false;
            }, all);
        await assert_quick("100,000 rows", async () => {
            await page.goto(base_url + "/search?range=all");
            await rows(page).first().waitFor();
            assert.ok(await last_row_comes(), "the last row did not come");
            await page.getByText("message 99999").waitFor();
            await table.evaluate((table) => table.scrollTo(0, table.scrollHeight / 2));
            await page
                .getByText(/^message 5\d{4}$/)
                .first()
                .waitFor();
            return longest_task(page);
        });
    },
    { timeout_ms: 240_000 },
);

const megabyte = 1 << 20;
const hostile = {
    "a message of 1 MB": { message: "word ".repeat(megabyte / 5) },
    "a message of 1 MB without a space": { message: "x".repeat(megabyte) },
    "a message of control characters": { message: "a\u0000\u202e".repeat(megabyte / 8) },
    "an event with 1,000 fields": Object.fromEntries(
        Array.from({ length: 1000 }, (_, at) => [`field.number_${at}`, `value ${at}`]),
    ),
    "a list of 100,000 numbers": { list: Array.from({ length: 100_000 }, (_, at) => at) },
    "a name of 100,000 characters": { ["n".repeat(100_000)]: 1, message: "<b>bold</b>" },
};
for (const [what, fields] of Object.entries(hostile)) {
    page_test(`${what} is shown quickly`, async (page) => {
        await watch_tasks(page);
        const all = Array.from({ length: 4 }, (_, at) => row(at, fields));
        await page.route("**/_trail/v1/search", (route) => answer(route, all));
        await assert_quick(what, async () => {
            await page.goto(base_url + "/search?range=all");
            await rows(page).nth(3).waitFor();
            await rows(page).first().locator(".cell-timestamp").click();
            const panel = page.getByTestId("event-panel");
            await panel.getByRole("row").first().waitFor();
            const more = panel.getByRole("button", { name: /^Show (the next|\d+ more)/ });
            for (let times = 0; times < 3 && (await more.count()) > 0; times += 1) {
                await more.first().click();
            }
            await panel.getByRole("tab", { name: "JSON" }).click();
            await panel.locator("pre").waitFor();
            await page.getByRole("button", { name: "Wrap lines" }).click();
            await page.locator('.table[data-wrap="true"]').waitFor();
            await panel.getByRole("tab", { name: "Fields" }).click();
            assert.equal(await page.locator("main b").count(), 0);
            return longest_task(page);
        });
    });
}

import assert from "node:assert/strict";
import { assert_accessible } from "./accessible.mjs";
import { base_url } from "./browser.mjs";
import { find_order, open_search, page_test, rows, use_browser } from "./steps.mjs";

use_browser();

const background = (page) =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

page_test("the language changes at once and stays", async (page) => {
    await open_search(page);
    await page.getByRole("button", { name: "RU", exact: true }).click();
    await page.getByRole("columnheader", { name: "Сервис" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "ru");
    await page.reload();
    await page.getByRole("columnheader", { name: "Сервис" }).waitFor();
    const order = await find_order((order) => order.waits_for?.queue_name === null);
    await page.goto(base_url + "/order/" + encodeURIComponent(order.order_id));
    await page
        .getByTestId("answer")
        .getByText("Ждёт " + order.waits_for.title.ru)
        .waitFor();
    await page.getByRole("button", { name: "EN", exact: true }).click();
    await page.getByTestId("answer").getByText("Waiting for").waitFor();
});

page_test("the theme changes at once and stays", async (page) => {
    await open_search(page);
    const light = await background(page);
    await page.getByTestId("theme-switch").click();
    await page.locator('html[data-theme="dark"]').waitFor();
    const dark = await background(page);
    assert.notEqual(dark, light);
    await page.reload();
    await rows(page).first().waitFor();
    assert.equal(await background(page), dark);
});

page_test(
    "times are shown in the chosen zone",
    async (page) => {
        await open_search(page);
        const first = rows(page).first().locator(".cell-timestamp");
        const local = await first.textContent();
        await page.getByTestId("zone-switch").selectOption("utc");
        const utc = await first.textContent();
        await page.getByTestId("zone-switch").selectOption("+05:30");
        const india = await first.textContent();
        const time_of = (text) => Date.parse(text.trim().replace(" ", "T") + "Z");
        assert.equal(time_of(local) - time_of(utc), 3 * 3_600_000);
        assert.equal(time_of(india) - time_of(utc), 5.5 * 3_600_000);
    },
    { timezoneId: "Europe/Moscow" },
);

page_test(
    "a page fits into 768 pixels",
    async (page) => {
        const order = await find_order(() => true);
        for (const address of [
            "/search?range=all",
            "/order/" + encodeURIComponent(order.order_id),
        ]) {
            await page.goto(base_url + address);
            await page.locator('.table-rows .table-row, [data-testid="answer"]').first().waitFor();
            const width = await page.evaluate(() => document.documentElement.scrollWidth);
            assert.ok(width <= 768, `${address} is ${width} pixels wide`);
        }
    },
    { viewport: { width: 768, height: 800 } },
);

for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["en-US", "ru-RU"]) {
        page_test(
            `nobody is shut out (${colorScheme}, ${locale})`,
            async (page) => {
                const order = await find_order(() => true);
                await open_search(page);
                await rows(page).nth(2).locator(".cell-timestamp").click();
                await page.getByTestId("event-panel").waitFor();
                await assert_accessible(page);
                await page.goto(base_url + "/order/" + encodeURIComponent(order.order_id));
                const events = page.getByTestId("order-events");
                await events.getByRole("button").first().click();
                await assert_accessible(page);
            },
            { colorScheme, locale },
        );
    }
}

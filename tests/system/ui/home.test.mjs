import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before } from "node:test";
import { promisify } from "node:util";
import { assert_accessible } from "./accessible.mjs";
import { ask, base_url } from "./browser.mjs";
import { own_server } from "./own_server.mjs";
import { find_order, page_test, rows, tab_to, use_browser } from "./steps.mjs";

use_browser();

const run_file = promisify(execFile);
let empty;
before(async () => (empty = await own_server()));
after(() => empty?.stop());

const find_box = (page) => page.getByRole("textbox", { name: "Order id or query" });
const chart = (page) => page.getByRole("img", { name: /Events per second/ });
const on_empty = () => ({ origin: empty.url, permissions: ["clipboard-read", "clipboard-write"] });

page_test("the root shows what is coming in", async (page) => {
    await page.goto(base_url + "/");
    await chart(page).waitFor();
    assert.equal(await page.title(), "Home · Ordertrail");
    await page.getByRole("button", { name: "Last 24 h" }).click();
    await chart(page).locator(".rate-bar").first().waitFor();
    const legend = page.getByRole("table").filter({ hasText: "now, /s" });
    await legend.getByRole("link", { name: "INFO" }).waitFor();
    await page.getByRole("button", { name: "System" }).click();
    await legend.getByRole("link", { name: "MES API" }).click();
    await rows(page).first().waitFor();
    assert.equal(new URL(page.url()).searchParams.get("f"), 'service_name:"MES API"');
});

page_test("the chart's figures are those of the server", async (page) => {
    await page.goto(base_url + "/");
    await page.getByRole("button", { name: "Last 24 h" }).click();
    const total = /Last 24 h: .*, ([\d,]+) events in all/;
    await page.getByRole("img", { name: total }).waitFor();
    const label = await chart(page).getAttribute("aria-label");
    const shown = Number(total.exec(label)[1].replaceAll(",", ""));
    const to = Date.now();
    const { count } = await ask("count", { query: "", from: to - 86_400_000, to });
    // Bars are whole quarters of an hour.
    assert.ok(Math.abs(shown - count) <= count * 0.05, `${shown} shown, ${count} counted`);
});

page_test(
    "new events come in by themselves",
    async (page) => {
        const live = await own_server();
        try {
            const send = (message) =>
                live.send("live", [
                    { "@timestamp": new Date().toISOString(), level: "INFO", message },
                ]);
            await send("one");
            await page.goto(live.url + "/");
            await page.getByRole("img", { name: /1 events in all/ }).waitFor();
            await send("two");
            await page.getByRole("img", { name: /2 events in all/ }).waitFor();
        } finally {
            await live.stop();
        }
    },
    { origin: "http://127.0.0.1:" },
);

page_test("the box takes an order id by keyboard alone", async (page) => {
    const order = await find_order(() => true);
    await page.goto(base_url + "/");
    await chart(page).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type(order.order_id);
    await page.keyboard.press("Enter");
    await page.getByTestId("answer").waitFor();
    assert.equal(new URL(page.url()).pathname, "/order/" + encodeURIComponent(order.order_id));
});

page_test("the box takes a file name of an order", async (page) => {
    const order = await find_order(
        ({ facts }) => facts.file_submitted !== null && !/^model|^part/.test(facts.file_submitted),
    );
    await page.goto(base_url + "/");
    await find_box(page).fill(order.facts.file_submitted);
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByTestId("answer").or(page.getByTestId("order-choice")).first().waitFor();
});

page_test("the box searches for everything else", async (page, { expected_failures }) => {
    await page.goto(base_url + "/");
    await find_box(page).fill("level: ERROR");
    await find_box(page).press("Enter");
    await rows(page).first().waitFor();
    assert.equal(await page.locator("#query").inputValue(), "level: ERROR");
    expected_failures.push("/orders/");
    await page.goto(base_url + "/");
    await find_box(page).fill("nothingofthekind");
    await find_box(page).press("Enter");
    await page.locator("#query").waitFor();
    assert.equal(await page.locator("#query").inputValue(), "nothingofthekind");
});

page_test("a server that fails is no empty page", async (page, { expected_failures }) => {
    expected_failures.push("/_trail/");
    await page.route("**/_trail/**", (route) => route.abort());
    await page.goto(base_url + "/");
    const failures = page.getByText("Not available: The server does not answer.");
    await failures.nth(2).waitFor();
    await assert_accessible(page);
    await page.goto(base_url + "/sources");
    await failures.first().waitFor();
    await assert_accessible(page);
    await page.unroute("**/_trail/**");
    await page.getByTestId("store").waitFor();
});

page_test("the orders listed as open are those that are", async (page) => {
    await page.goto(base_url + "/");
    const list = page.getByRole("region", { name: "Open orders of the last 7 days" });
    await list.getByRole("row", { name: "Waiting for approval" }).waitFor();
    const counts = await list
        .getByRole("cell")
        .evaluateAll((cells) => cells.map((cell) => parseInt(cell.textContent, 10)));
    const tile = page.getByTestId("tiles").locator(".tile", { hasText: "Open" }).locator("dd");
    assert.equal(
        counts.reduce((sum, count) => sum + count),
        parseInt(await tile.textContent(), 10),
    );
    assert.equal(await list.getByRole("row", { name: "Closed", exact: true }).count(), 0);
});

page_test("an error leads to its event and to its order", async (page) => {
    await page.goto(base_url + "/");
    await page.getByTestId("errors").locator(".error-text").first().click();
    await page.getByTestId("event-panel").waitFor();
});

page_test(
    "a stranger's first event turns the waiting into a link",
    async (page) => {
        await page.goto(empty.url + "/");
        const arrival = page.getByTestId("arrival");
        await arrival.getByText("Waiting for the first event…").waitFor();
        await assert_accessible(page);
        const ways = page.getByRole("navigation", { name: "Ways to send events" });
        await ways.getByRole("link", { name: "OpenTelemetry SDKs" }).click();
        await page.locator("pre", { hasText: "OTEL_EXPORTER_OTLP_ENDPOINT" }).waitFor();
        await page.goBack();
        await arrival.getByText("Waiting for the first event…").waitFor();
        await page.getByRole("button", { name: "Copy" }).click();
        const command = await page.evaluate(() => navigator.clipboard.readText());
        // As it was copied, in a shell.
        await run_file("bash", ["-c", command.replace("curl ", "curl --fail --silent ")]);
        await arrival.getByRole("link", { name: "Look at it in Search" }).click();
        await rows(page).nth(1).waitFor();
        await page.getByText("it broke").first().waitFor();
    },
    on_empty,
);

page_test("the keyboard alone is enough on Home", async (page) => {
    await page.goto(base_url + "/");
    await chart(page).waitFor();
    await page.getByTestId("errors").waitFor();
    await page.getByTestId("waiting").getByRole("link").first().waitFor();
    await page.keyboard.press("Tab");
    await page.getByRole("link", { name: "Skip to content" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await find_box(page).and(page.locator(":focus")).waitFor();
    await tab_to(page, page.getByRole("button", { name: "Last 24 h" }));
    await page.keyboard.press("Space");
    await page.getByRole("img", { name: /Last 24 h: / }).waitFor();
    await tab_to(page, page.getByTestId("waiting").getByRole("link").first());
    await page.keyboard.press("Enter");
    await page.getByTestId("answer").waitFor();
    await page.goBack();
    await page.getByTestId("errors").waitFor();
    await tab_to(page, page.getByTestId("errors").locator(".error-text").first());
    await page.keyboard.press("Enter");
    await page.getByTestId("event-panel").waitFor();
});

for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["en-US", "ru-RU"]) {
        page_test(
            `home shuts nobody out and fits (${colorScheme}, ${locale})`,
            async (page) => {
                await page.goto(base_url + "/");
                await page.locator(".rate-bar").first().waitFor();
                await page.getByTestId("errors").waitFor();
                await assert_accessible(page);
                await page.setViewportSize({ width: 768, height: 800 });
                const width = await page.evaluate(() => document.documentElement.scrollWidth);
                assert.ok(width <= 768, `${width} pixels wide`);
            },
            { colorScheme, locale },
        );
    }
}
